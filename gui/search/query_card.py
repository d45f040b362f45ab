"""The head of the search page: the query and the actions for it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kindred.gui.search.part_preview import PartPreview
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.empty_page import drop_zone
from kindred.gui.widgets.labels import heading, hint


class QueryCard(QFrame):
    """Shows the query; its signals say what was clicked."""

    open_asked = Signal()
    paste_asked = Signal()
    compare_asked = Signal()
    remove_asked = Signal()
    part_asked = Signal(object)  # Box

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.preview = PartPreview()
        self.preview.chosen.connect(self.part_asked)
        self._title, self._source = heading(), hint()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._source)
        words.addStretch(1)
        self._compare = button(
            tr("Compare"),
            "compare",
            tr("Compare the chosen photo with the picture"),
            self.compare_asked.emit,
            key="C",
        )
        self._remove = button(
            tr("Remove…"),
            "trash",
            tr("Move the chosen photos to the trash, after a summary; the picture stays"),
            self.remove_asked.emit,
            role="danger",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(14)
        row.addWidget(self.preview)
        row.addLayout(words, 1)
        row.addWidget(self._compare)
        row.addWidget(self._remove)
        row.addWidget(open_button(self.open_asked.emit))
        row.addWidget(paste_button(self.paste_asked.emit))

    def show_source(self, title: str, source: str) -> None:
        self._title.setText(title)
        self._source.setText(source)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def source(self) -> str:
        return self._source.text()

    def show_preview(self, image: QImage | None) -> None:
        self.preview.show_image(image)

    def show_actions(self, *, chosen: int, file: bool, removable: bool, copies: bool) -> None:
        """What can be done with `chosen` results; `file`: the picture is one on this disk.

        removable: the picture is a photo of the library; copies: so all that is chosen was found
        to be.
        """
        self._compare.setVisible(file)
        self._compare.setEnabled(chosen == 1)
        self._remove.setVisible(removable)
        self._remove.setEnabled(chosen > 0 and copies)
        self._remove.setToolTip(
            tr("Move the chosen photos to the trash, after a summary; the picture stays")
            if copies or not chosen
            else tr("Only photos that were compared and found to be copies can be removed here")
        )
        say(
            self._remove,
            trn("Remove {count} photo…", "Remove {count} photos…", chosen)
            if chosen
            else tr("Remove…"),
        )


def open_button(call: Callable[[], object], *, role: str = "") -> QPushButton:
    tip = tr("Choose a picture and find photos like it")
    return button(tr("Open a picture…"), "open", tip, call, role=role)


def paste_button(call: Callable[[], object]) -> QPushButton:
    tip = tr("Search for the picture on the clipboard (Ctrl+V)")
    return button(tr("Paste"), "copy", tip, call)


def invitation(*, opened: Callable[[], object], pasted: Callable[[], object]) -> QWidget:
    """The page before the first search."""
    buttons = QWidget()
    row = QHBoxLayout(buttons)
    row.setContentsMargins(0, 0, 0, 0)
    first = open_button(opened, role="primary")
    row.addWidget(first)
    row.addWidget(paste_button(pasted))
    zone = drop_zone(
        "search",
        tr("Find photos like a picture"),
        tr(
            "Drop a picture anywhere in this window, paste one with Ctrl+V, or open a file."
            " The most similar photos of your library come first."
        ),
        buttons,
        tr("The picture stays on this computer."),
    )
    zone.setFocusProxy(first)
    return zone
