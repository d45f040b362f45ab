"""Where Kindred keeps things, the thumbnails that may be cleared, and what Kindred is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kindred.gui.services.context import Context
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import prune
from kindred.gui.settings.page import SettingsPage, row
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.file_menu import open_file
from kindred.gui.widgets.labels import PlainLabel, hint


class StorageSettings(SettingsPage):
    """Thumbnails can be cleared: they are made again when they are needed."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._cache = context.library.home.small_pictures
        self._facts = ""
        self.used = hint()
        self.about = PlainLabel()
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setWordWrap(True)
        data = context.library.home.data
        clear = button(
            tr("Clear thumbnails"), "trash", tr("They are made again when needed"), self.clear
        )
        show = button(
            tr("Open the data folder"),
            "folder",
            tr(
                "What Kindred knows, your decisions and what was removed: {folder}",
                folder=data,
            ),
            lambda: open_file(data),
        )
        copy = button(
            tr("Copy details"), "copy", tr("What a report of a mistake needs"), self._copy
        )
        self.begin(tr("Storage"))
        self.add(self.used, row(clear, show))
        self.begin(
            "Kindred",
            tr(
                "Finds duplicate and similar photos, shows why, and removes the rest safely."
                " Nothing leaves this computer. Apache License 2.0."
            ),
        )
        self.add(self.about, row(copy))
        self.end()
        tasks, library = context.tasks, context.library
        tasks.read(self, lambda: folder_size(self._cache), self._show_used, topic="used")
        tasks.read(
            self,
            library.facts,
            self._show_facts,
            topic="facts",
            failed=lambda error: self.about.setText(tasks.sentence(error)),
        )

    def clear(self) -> None:
        """Delete the thumbnails on the disk."""

        def work() -> int:
            prune(self._cache, limit=0)
            return folder_size(self._cache)

        self._context.tasks.read(self, work, self._show_used, topic="used")

    def _show_used(self, count: int) -> None:
        self.used.setText(tr("Thumbnails take {size}.", size=bytes_text(count)))

    def _show_facts(self, facts: dict[str, str]) -> None:
        self._facts = "\n".join(f"{name}: {value}" for name, value in facts.items())
        self.about.setText(self._facts)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._facts)


def folder_size(cache: Path) -> int:
    """Bytes of the files below a folder."""
    total = 0
    for file in cache.glob("**/*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:  # deleted by another window just now
            continue
    return total
