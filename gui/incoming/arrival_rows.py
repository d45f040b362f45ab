"""The files of a card, a row each: picture, name, and what it was compared with."""

from pathlib import Path

from kindred.engine.incoming import Incoming
from kindred.engine.types import Photo
from kindred.gui.incoming.standing_text import about_text, name_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.picture_rows import PictureRows
from kindred.gui.widgets.value_list import ValueModel


class ArrivalRows(PictureRows):
    """Shows the files of one standing."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.files = ValueModel(_said)
        super().__init__(self.files, thumbnails, name=tr("Files"), show=_shown)

    def show_files(self, files: list[Incoming]) -> None:
        self.files.set_values(files)


def _shown(file: Incoming) -> tuple[Photo | None, str, str]:
    return file.photo, name_text(file), about_text(file, str(file.path.parent))


def _said(file: Incoming) -> str:
    return f"{file.path}\n{about_text(file, '')}".strip()


def folder_name(folder: Path) -> str:
    """The name of a card: that of its folder."""
    return folder.name or str(folder)
