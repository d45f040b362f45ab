"""Rows of the group list paint in both looks, and say in colour what was marked."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Kind, Photo, Tier
from kindred.gui.review.group_delegate import GroupDelegate
from kindred.gui.review.group_model import GroupModel
from kindred.gui.review.marks import Marks, index
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme

WIDTH, ROW = 336, GroupDelegate.HEIGHT


@pytest.fixture
def painted(
    thumbnails: Thumbnails, photo: Callable[..., Photo], group: Callable[..., Group], qtbot: QtBot
) -> Callable[..., QImage]:
    """painted(row, chosen=..., marked=...) is the row as it is drawn on the surface."""
    groups = [
        group([photo(1), photo(2)], kind=Kind.IDENTICAL, key="two"),
        group([photo(n) for n in range(3, 8)], kind=Kind.SIMILAR, key="shots", burst=True),
    ]
    marks = Marks()
    marks.show(index(groups))
    model, delegate = GroupModel(marks), GroupDelegate(thumbnails, marks)
    model.set_groups(groups)

    def paint(row: int, *, chosen: bool = False, marked: bool = False) -> QImage:
        if marked:
            marks.keep_only(groups[row], [groups[row].keeper.path])
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, WIDTH, ROW)
        option.font = QApplication.font()
        if chosen:
            option.state |= QStyle.StateFlag.State_Selected
        image = QImage(WIDTH, ROW, QImage.Format.Format_RGB32)
        image.fill(theme.tokens().surface)
        painter = QPainter(image)
        delegate.paint(painter, option, model.index(row))
        painter.end()
        assert delegate.sizeHint(option, model.index(row)).height() == ROW
        return image

    return paint


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("row", [0, 1])
def test_rows_paint_in_both_looks(
    painted: Callable[..., QImage], scheme: str, row: int, qapp: QApplication
) -> None:
    theme.choose(qapp, scheme)
    plain, chosen = painted(row), painted(row, chosen=True)
    kind = theme.tokens().tier((Tier.EXACT, Tier.SIMILAR)[row])
    assert {kind.rgb(), theme.tokens().muted.rgb()} <= colours(plain)
    corner = WIDTH - 8, ROW - 8
    assert plain.pixelColor(*corner) == theme.tokens().surface
    assert chosen.pixelColor(*corner) == theme.tokens().selected


def test_a_marked_group_says_so_in_the_colour_of_removal(
    painted: Callable[..., QImage], qtbot: QtBot
) -> None:
    remove = theme.tokens().remove.rgb()
    assert remove not in colours(painted(0))
    assert remove in colours(painted(0, marked=True))
