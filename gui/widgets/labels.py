"""The labels that pages are made of. All show plain text: names of files may hold markup."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


def plain_tip(text: str) -> str:
    """A tooltip that shows the text as it is: Qt would take some names of files for markup."""
    if "<" not in text and "&" not in text:
        return text
    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'


def title(text: str = "") -> QLabel:
    """The name of a page."""
    return _label(text, role="title")


def heading(text: str = "") -> QLabel:
    """The name of a part of a page, of a dialog or of a thing."""
    return _label(text, role="heading")


def muted(text: str = "") -> QLabel:
    """A quiet line."""
    return _label(text, role="muted")


def hint(text: str = "") -> QLabel:
    """A quiet explanation of several lines, also of what just happened."""
    label = muted(text)
    label.setWordWrap(True)
    return label


def note(text: str = "") -> QLabel:
    """What is said where there is nothing to show, in the middle of its place."""
    label = hint(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _label(text: str, *, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class ElidedLabel(QLabel):
    """Shortens its text to its width, and asks for none: a long text moves nothing aside."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words = ""

    def say(self, words: str) -> None:
        self.words = words
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.words, mode, self.width()))
