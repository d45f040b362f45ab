"""A list of photos, a row each: picture, name and folder."""

from kindred.engine.types import Photo
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.picture_rows import PictureRows
from kindred.gui.widgets.value_list import ValueModel


class PhotoRows(PictureRows):
    """Shows photos."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self.photos = ValueModel(lambda photo: str(photo.path))
        super().__init__(self.photos, thumbnails, name=tr("Photos"), show=_shown)

    def show_photos(self, photos: list[Photo]) -> None:
        self.photos.set_values(photos)


def _shown(photo: Photo) -> tuple[Photo, str, str]:
    return photo, f"{photo.path.name} · {bytes_text(photo.size)}", str(photo.path.parent)
