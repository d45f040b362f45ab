"""The photos of one group: the chosen one large, all of them beside it; two fill the place."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from kindred.gui.review.hero_view import HeroView
from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.review.photo_view import PhotoView

GAP = 8  # logical pixels
SHARES = 0.28, 0.62  # of the width for the photos beside the large one, at least and at most
SURVEY = 2  # so many photos are shown in equal size, without one beside them


class GroupPhotos(QWidget):
    """Lays the large photo and the list of all out beside each other."""

    def __init__(self, hero: HeroView, photos: PhotoView, model: PhotoModel) -> None:
        super().__init__()
        self._hero, self._photos, self._model = hero, photos, model
        for part in (hero, photos):
            part.setParent(self)
        self.setFocusProxy(photos)
        model.modelReset.connect(self.arrange)
        photos.selectionModel().currentChanged.connect(lambda now, _: hero.show_row(now.row()))

    def arrange(self) -> None:
        """Give both their places for the present group."""
        large, beside = places(self._model.rowCount(), self.size(), self._model.shape)
        self._hero.setVisible(not large.isEmpty())
        self._hero.setGeometry(large)
        self._photos.setGeometry(beside)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(240, 140)


def places(count: int, room: QSize, shape: float) -> tuple[QRect, QRect]:
    """Where the large photo lies and where the list; of a shape, as width over height.

    An upright photo needs less width, which the others get.
    """
    whole = QRect(0, 0, room.width(), room.height())
    if count <= SURVEY:
        return QRect(), whole
    least, most = (round(share * room.width()) for share in SHARES)
    beside = max(least, min(most, room.width() - round(room.height() * shape) - GAP))
    return (
        QRect(0, 0, room.width() - beside - GAP, room.height()),
        QRect(room.width() - beside, 0, beside, room.height()),
    )
