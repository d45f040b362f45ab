"""The folders that were scanned last, for the menu."""

import json
from collections.abc import Iterable
from pathlib import Path

from kindred.gui.services.preferences import Settings

KEY = "window/recent"  # JSON: a list of paths, the latest first
MOST = 8


def recent_folders(settings: Settings) -> list[Path]:
    """The latest first, whether they are there or not."""
    try:
        told = json.loads(settings.text(KEY, "[]"))
    except ValueError:
        return []
    return [Path(one) for one in told if isinstance(one, str)] if isinstance(told, list) else []


def remember_folders(settings: Settings, folders: Iterable[Path]) -> None:
    """Put folders at the head of the list."""
    kept = dict.fromkeys([*folders, *recent_folders(settings)])
    settings.put(KEY, json.dumps([str(folder) for folder in kept][:MOST]))
