"""The window's words for what a file of a card is to the user's photos."""

from kindred.engine.incoming import Incoming, Standing
from kindred.gui.services.engine_words import SKIP_REASONS
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import later, tr

STANDINGS: dict[Standing, str] = {
    Standing.NEW: later("New"),
    Standing.BETTER: later("Better than what you have"),
    Standing.EDITED: later("Edited versions"),
    Standing.LESSER: later("Already there, and better"),
    Standing.EXACT: later("Already there"),
    Standing.UNREADABLE: later("Could not be read"),
    Standing.OTHER: later("Films and other files"),
}
CHOSEN = (Standing.NEW, Standing.BETTER, Standing.EDITED)  # to be copied, unless the user says else


def name_text(file: Incoming) -> str:
    return f"{file.path.name} · {bytes_text(file.size)}" if file.size else file.path.name


def about_text(file: Incoming, card_folder: str) -> str:
    """What it was compared with, why it could not be read, or where on the card it lies."""
    if file.skipped is not None:
        return f"{tr(SKIP_REASONS[file.skipped.reason])}: {file.skipped.detail}"
    if file.match is not None:
        return tr("you have {path}", path=file.match)
    return card_folder
