"""The labels that pages are made of. All show plain text: names of files may hold markup."""

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from kindred.engine.paths import visible_text


def plain_tip(said: Path | str) -> str:
    """A tooltip that shows the text as it is: Qt would take some names of files for markup.

    It would even open the pictures that they name, also on other computers.
    """
    text = visible_text(said, lines=True)
    if "<" not in text and "&" not in text:
        return text
    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'


def title(text: str = "") -> "PlainLabel":
    """The name of a page."""
    return _label(text, role="title")


def heading(text: str = "") -> "PlainLabel":
    """The name of a part of a page, of a dialog or of a thing."""
    return _label(text, role="heading")


def muted(text: str = "") -> "PlainLabel":
    """A quiet line."""
    return _label(text, role="muted")


def hint(text: str = "") -> "PlainLabel":
    """A quiet explanation of several lines, also of what just happened."""
    label = muted(text)
    label.setWordWrap(True)
    return label


def note(text: str = "") -> "PlainLabel":
    """What is said where there is nothing to show, in the middle of its place."""
    label = hint(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _label(text: str, *, role: str) -> "PlainLabel":
    label = PlainLabel(text)
    label.setProperty("role", role)
    return label


class PlainLabel(QLabel):
    """A label that takes no text for markup; the window has no others."""

    def __init__(self, text: str = "", *, wraps: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        super().setText(visible_text(text, lines=True))


class ElidedLabel(PlainLabel):
    """Shortens its text to its width, and asks for none: a long text moves nothing aside."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words = ""

    def say(self, words: str) -> None:
        words = self.words = visible_text(words)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.words, mode, self.width()))
