"""The label: short texts whole, long ones shortened, all of them told."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kindred.gui.widgets.labels import ElidedLabel, plain_tip


def test_a_long_text_is_shortened_and_told(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    label.say("short")
    assert label.text() == "short"
    words = "<b>a long text</b> " * 9
    label.say(words)
    assert label.text().endswith("…")
    assert label.words == label.accessibleName() == words
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.resize(9000, 20)
    assert label.text() == words


def test_a_long_text_moves_nothing_aside(qtbot: QtBot) -> None:
    row, label, other = QWidget(), ElidedLabel(), QPushButton("other")
    qtbot.addWidget(row)
    layout = QHBoxLayout(row)
    layout.addWidget(label, 1)
    layout.addWidget(other)
    before = row.minimumSizeHint()
    label.say("a long text " * 99)
    assert row.minimumSizeHint() == before


def test_a_tip_is_no_markup() -> None:
    assert plain_tip("/a/b.jpg\n8 MB") == "/a/b.jpg\n8 MB"
    assert "<b>" not in plain_tip("/a/<b>bold.jpg") and "&lt;b&gt;" in plain_tip("/a/<b>bold.jpg")
    assert "&amp;lt;" in plain_tip("a &lt;b")  # Qt takes this for markup too
