"""What the window remembers, typed: an INI file gives every value back as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from kindred.engine.types import ScanOptions


class Settings:
    """Window state and choices, kept in one INI file.

    Keys: look/theme (system, light, dark), look/language ("" follows the system),
    scan/model, scan/device, scan/follow_links, scan/include_hidden,
    review/strictness, review/sort, review/tiers, review/group, review/more,
    review/folders_asked (JSON), window/*.
    """

    def __init__(self, path: Path) -> None:
        self._values = QSettings(str(path), QSettings.Format.IniFormat)

    def text(self, key: str, default: str) -> str:
        return str(self._values.value(key, default))

    def flag(self, key: str, *, default: bool) -> bool:
        return self.text(key, str(default)).lower() == "true"

    def number(self, key: str, default: float) -> float:
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def data(self, key: str) -> QByteArray:
        value = self._values.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def put(self, key: str, value: object) -> None:
        self._values.setValue(key, value)

    def save(self) -> None:
        self._values.sync()

    def scan_options(self) -> ScanOptions:
        """The user's choices for the next scan."""
        from kindred.engine.types import ScanOptions

        standard = ScanOptions()
        return ScanOptions(
            model=self.text("scan/model", standard.model),
            device=self.text("scan/device", standard.device),
            strictness=self.number("review/strictness", standard.strictness),
            follow_links=self.flag("scan/follow_links", default=standard.follow_links),
            include_hidden=self.flag("scan/include_hidden", default=standard.include_hidden),
        )
