"""What a page is given when it is made: the library and the few services of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kindred.engine.library import Library
    from kindred.gui.services.preferences import Settings
    from kindred.gui.services.tasks import Tasks
    from kindred.gui.services.thumbnails import Thumbnails


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to the constructors of pages and dialogs, which keep only what they need."""

    library: Library
    tasks: Tasks
    thumbnails: Thumbnails
    settings: Settings
