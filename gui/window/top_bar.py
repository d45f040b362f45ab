"""The top bar: the pages by name, and the settings."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton

from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import heading, muted

PAGES = ("library", "review", "search", "history")


class TopBar(QFrame):
    """One button a page; the number of groups on its page's button."""

    page_asked = Signal(object)  # a name of PAGES
    settings_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "topbar")
        logo = QLabel()
        logo.setPixmap(theme.icon("kindred").pixmap(24, 24))
        keys = _quiet("info", tr("Keys"), self.show_keys, key="F1")
        settings = _quiet("settings", tr("Settings"), self.settings_asked.emit, key="Ctrl+,")

        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 10, 8)
        layout.setSpacing(4)
        layout.addWidget(logo)
        layout.addSpacing(4)
        layout.addWidget(heading("Kindred"))
        layout.addSpacing(18)
        self._labels = {
            "library": tr("Library"),
            "review": tr("Review"),
            "search": tr("Search"),
            "history": tr("History"),
        }
        self._buttons: dict[str, QPushButton] = {}
        together = QButtonGroup(self)
        for number, page in enumerate(PAGES, start=1):
            made = QPushButton(self._labels[page])
            made.setCheckable(True)
            theme.decorate(made, page, role="nav")
            key = f"Ctrl+{number}"
            QShortcut(QKeySequence(key), made, made.click)
            made.setToolTip(f"{self._labels[page]} ({key})")
            made.setAccessibleName(self._labels[page])
            made.clicked.connect(lambda _checked=False, page=page: self.page_asked.emit(page))
            together.addButton(made)
            self._buttons[page] = made
            layout.addWidget(made)
        layout.addStretch()
        layout.addWidget(muted(tr("Drop a picture anywhere to find photos like it")))
        layout.addSpacing(6)
        layout.addWidget(keys)
        layout.addWidget(settings)

    def button(self, page: str) -> QPushButton:
        return self._buttons[page]

    def show_keys(self) -> None:
        from kindred.gui.window.keys_dialog import KeysDialog  # when first asked for

        dialog = KeysDialog(self.window())
        dialog.exec()
        dialog.deleteLater()

    def show_page(self, page: str) -> None:
        self._buttons[page].setChecked(True)

    def show_groups(self, count: int) -> None:
        """How many groups there are to review."""
        label = self._labels["review"]
        say(self._buttons["review"], f"{label} ({count:,})" if count else label)


def _quiet(icon: str, name: str, call: Callable[[], object], *, key: str) -> QPushButton:
    return button("", icon, name, call, key=key, role="quiet", accessible=name)
