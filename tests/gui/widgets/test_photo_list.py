"""Lists of photos: a grid asks for a card's menu by mouse and by key, where the card has one."""

import pytest
from PySide6.QtCore import QAbstractItemModel, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QListView, QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.photo_list import CardGrid, CardMenu, RowList


class Square(QStyledItemDelegate):
    """Cards of one size."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: object) -> QSize:  # noqa: N802
        return QSize(100, 100)


@pytest.fixture
def model() -> QAbstractItemModel:
    made = QStandardItemModel()
    for number in range(4):
        made.appendRow(QStandardItem(str(number)))
    made.item(0).setFlags(Qt.ItemFlag.NoItemFlags)
    return made


def shown(view: QListView, qtbot: QtBot) -> QListView:
    qtbot.addWidget(view)
    view.resize(320, 400)
    view.show()
    return view


def test_a_grid_asks_for_the_menu_of_a_card(
    model: QAbstractItemModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    grid = CardGrid(model, Square(), thumbnails, name="Photos")
    shown(grid, qtbot)
    heard: list[CardMenu] = []
    grid.menu_asked.connect(heard.append)
    reason = QContextMenuEvent.Reason
    for row in (0, 2):  # the first has no menu
        at = grid.visualRect(model.index(row, 0)).center()
        event = QContextMenuEvent(reason.Mouse, at, grid.mapToGlobal(at))
        QApplication.sendEvent(grid.viewport(), event)
    grid.setCurrentIndex(model.index(3, 0))
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(reason.Keyboard, at, at))
    below = grid.viewport().mapToGlobal(grid.visualRect(model.index(3, 0)).center())
    assert [asked.row for asked in heard] == [2, 3]
    assert heard[1].at == below


def test_lists_lay_out_in_rows_and_grids_in_columns(
    model: QAbstractItemModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    rows = shown(RowList(model, Square(), thumbnails, name="Photos"), qtbot)
    cards = shown(CardGrid(model, Square(), thumbnails, name="Photos"), qtbot)

    def tops(view: QListView) -> list[int]:
        return [view.visualRect(model.index(row, 0)).top() for row in range(4)]

    assert tops(rows) == [0, 100, 200, 300]
    assert len(set(tops(cards))) == 2
    assert rows.accessibleName() == rows.toolTip() == "Photos"
