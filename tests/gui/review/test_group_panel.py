"""The group panel: what it says of a group, in the colours of the theme."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.types import Group, Kind, Photo
from kindred.gui.review.group_panel import GroupPanel
from kindred.gui.widgets import theme


def test_the_colour_of_the_kind_follows_the_theme(
    qapp: QApplication,
    qtbot: QtBot,
    photo: Callable[..., Photo],
    group: Callable[..., Group],
) -> None:
    panel = GroupPanel(QWidget())
    qtbot.addWidget(panel)
    panel.show()
    for kind in (Kind.COPY, Kind.SIMILAR, Kind.IDENTICAL):
        panel.show_group(group([photo(1), photo(2)], kind=kind), row=0, total=1)
        label = next(one for one in panel.findChildren(QLabel) if one.accessibleName() == str(kind))
        assert label.palette().windowText().color() == theme.tokens().kind(kind)
    theme.choose(qapp, "dark")
    assert label.palette().windowText().color() == theme.DARK.identical
