"""The top bar: the pages by name, and the settings."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLayout, QPushButton

from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import PlainLabel, heading, muted, plain_tip

PAGES = ("library", "review", "search", "history", "folders", "incoming")
ICONS = {"folders": "folder", "incoming": "card"}  # where the icon has another name than the page
NARROWEST = 400  # logical pixels


class TopBar(QFrame):
    """One button a page; the number of groups on its page's button."""

    page_asked = Signal(object)  # a name of PAGES
    settings_asked = Signal()
    menu_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "topbar")
        logo = PlainLabel()
        logo.setPixmap(theme.icon("kindred").pixmap(24, 24))
        self.menu = _quiet("menu", tr("Menu"), self.menu_asked.emit, key="F10")
        keys = QShortcut(QKeySequence("F1"), self, self.show_keys)
        keys.setAutoRepeat(False)
        settings = _quiet("settings", tr("Settings"), self.settings_asked.emit, key="Ctrl+,")

        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.setContentsMargins(14, 8, 10, 8)
        self._row.setSpacing(4)
        self._row.addWidget(logo)
        self._row.addSpacing(4)
        self._name = heading("Kindred")
        self._row.addWidget(self._name)
        self._row.addSpacing(14)
        self._labels = {
            "library": tr("Library"),
            "review": tr("Review"),
            "folders": tr("Folders"),
            "search": tr("Search"),
            "history": tr("History"),
            "incoming": tr("New here?"),
        }
        self._buttons: dict[str, QPushButton] = {}
        together = QButtonGroup(self)
        for number, page in enumerate(PAGES, start=1):
            made = QPushButton(self._labels[page])
            made.setCheckable(True)
            theme.decorate(made, ICONS.get(page, page), role="nav")
            key = f"Ctrl+{number}"
            QShortcut(QKeySequence(key), made, made.click)
            made.setToolTip(plain_tip(f"{self._labels[page]} ({key})"))
            made.setAccessibleName(self._labels[page])
            made.clicked.connect(lambda _checked=False, page=page: self.page_asked.emit(page))
            together.addButton(made)
            self._buttons[page] = made
            self._row.addWidget(made)
        self._row.addStretch()
        self._hint = muted(tr("Drop a picture anywhere to find photos like it"))
        self._row.addWidget(self._hint)
        self._row.addSpacing(6)
        self._row.addWidget(settings)
        self._row.addWidget(self.menu)

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
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(NARROWEST, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Icons come back with other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_hint"):
            self._fit()

    def _fit(self) -> None:
        """Leave out what is least needed until the rest has room: the hint, the name, the icons."""
        parts = (self._hint, self._name)
        for part in parts:
            part.show()
        for made in self._buttons.values():
            if made.icon().isNull():
                theme.decorate(made, str(made.property("icon_name")))
        for part in parts:
            if self._row.minimumSize().width() > self.width():
                part.hide()
        if self._row.minimumSize().width() > self.width():
            for made in self._buttons.values():
                made.setIcon(QIcon())


def _quiet(icon: str, name: str, call: Callable[[], object], *, key: str) -> QPushButton:
    return button("", icon, name, call, key=key, role="quiet", accessible=name)
