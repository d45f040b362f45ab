"""Rows of values: a proper model, each row with its value and its words."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QStyleOptionViewItem

from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel


def test_rows_are_set_as_a_whole(qtbot: object) -> None:
    rows = ValueModel(str.upper, ["a", "b"])
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [rows.index(row).data(VALUE) for row in range(rows.rowCount())] == ["a", "b"]
    assert rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "B"
    rows.set_values(["c"])
    assert rows.rowCount() == 1
    assert rows.rowCount(rows.index(0)) == 0
    del tester


def test_rows_have_the_height_of_their_delegate(thumbnails: Thumbnails) -> None:
    class Low(RowDelegate):
        HEIGHT = 20

    assert Low(thumbnails).sizeHint(QStyleOptionViewItem(), None) == QSize(0, 20)
