"""What a page is given when it is made: the library and the few services of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.library import Library
    from gui.settings import Settings
    from gui.tasks import Tasks
    from gui.thumbnails import Thumbnails


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to the constructors of pages and dialogs, which keep only what they need."""

    library: Library
    tasks: Tasks
    thumbnails: Thumbnails
    settings: Settings
