"""The protected folders, and the folders whose photos are preferred as keepers."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.paths import visible_text
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr
from kindred.gui.settings.page import SettingsPage, row
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.labels import heading, hint, plain_tip

PREFERRED_KEY = "preferred folders"


class FolderSettings(SettingsPage):
    """Two lists, both kept in the library at once."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._library, self._tasks = context.library, context.tasks
        self.protected = FolderList(
            tr("Protected folders"),
            tr("Nothing is ever removed from these folders, and their photos are kept first."),
            icon="lock",
            add=self._protect,
            remove=self._unprotect,
        )
        self.preferred = FolderList(
            tr("Preferred folders"),
            tr("Of photos that are otherwise alike, those in these folders are kept."),
            icon="folder",
            add=self._prefer,
            remove=self._unprefer,
        )
        self.add(self.protected, self.preferred, stretch=1)
        self.refresh()

    def refresh(self) -> None:
        library = self._library
        self._tasks.read(
            self,
            lambda: (library.protected(), library.setting(PREFERRED_KEY, [])),
            self._show,
            topic="folders",
        )

    def _show(self, found: tuple[list[Path], list[str]]) -> None:
        protected, preferred = found
        self.protected.show_folders(protected)
        self.preferred.show_folders([Path(folder) for folder in preferred])

    def _protect(self, folder: Path) -> None:
        self._change(lambda: self._library.protect(folder))

    def _unprotect(self, folder: Path) -> None:
        self._change(lambda: self._library.unprotect(folder))

    def _prefer(self, folder: Path) -> None:
        self._keep_preferred([*self.preferred.folders, folder])

    def _unprefer(self, folder: Path) -> None:
        self._keep_preferred([other for other in self.preferred.folders if other != folder])

    def _keep_preferred(self, folders: Sequence[Path]) -> None:
        names = [str(folder) for folder in dict.fromkeys(folders)]
        self._change(lambda: self._library.set_setting(PREFERRED_KEY, names))

    def _change(self, work: Callable[[], None]) -> None:
        """Off the GUI thread: a scan may hold the store for a moment."""
        self._tasks.change(self, work, lambda _none: self.refresh())


class FolderList(QWidget):
    """A list of folders with a button to add one and one to take the chosen one off."""

    def __init__(
        self,
        title: str,
        meaning: str,
        *,
        icon: str,
        add: Callable[[Path], None],
        remove: Callable[[Path], None],
    ) -> None:
        super().__init__()
        self._icon, self.add, self._remove = icon, add, remove
        self.list = QListWidget()
        self.list.setProperty("role", "panel")
        self.list.setAccessibleName(title)
        self.list.setToolTip(plain_tip(meaning))
        self.list.setMinimumHeight(100)
        choose = button(
            tr("Add a folder…"),
            "folder-add",
            meaning,
            self._choose,
            accessible=f"{title}: {tr('Add a folder…')}",
        )
        off = button(
            tr("Take off the list"),
            "cross",
            tr("The folder itself stays as it is"),
            self.remove,
            accessible=f"{title}: {tr('Take off the list')}",
        )
        off.setEnabled(False)
        self.list.currentRowChanged.connect(lambda row: off.setEnabled(row >= 0))
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(title))
        layout.addWidget(hint(meaning))
        layout.addWidget(self.list, 1)
        layout.addLayout(row(choose, off))

    @property
    def folders(self) -> list[Path]:
        return [_folder(self.list.item(row)) for row in range(self.list.count())]

    def show_folders(self, folders: Sequence[Path]) -> None:
        self.list.clear()
        for folder in folders:
            item = QListWidgetItem(theme.icon(self._icon), visible_text(folder), self.list)
            item.setData(Qt.ItemDataRole.UserRole, folder)

    def remove(self) -> None:
        """Take the chosen folder off the list."""
        if self.list.currentItem() is not None:
            self._remove(_folder(self.list.currentItem()))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Choose a folder"))
        if name:
            self.add(Path(name))


def _folder(item: QListWidgetItem) -> Path:
    folder: Path = item.data(Qt.ItemDataRole.UserRole)
    return folder
