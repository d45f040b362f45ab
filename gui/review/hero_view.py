"""The current photo of a group, as large as there is room."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kindred.gui.review.photo_model import PhotoModel
from kindred.gui.review.photo_painting import paint_photo
from kindred.gui.services.i18n import tr
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets.painting import PhotoPainter
from kindred.gui.widgets.photo_list import CardMenu


class HeroView(QWidget):
    """Shows one row of a PhotoModel; its badges answer to clicks as those of the others do."""

    mark_clicked = Signal(object)  # row
    fold_clicked = Signal(object)  # row
    menu_asked = Signal(object)  # CardMenu
    compare_asked = Signal()

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._model, self._photos = model, PhotoPainter(thumbnails)
        self._row = 0
        self.badges: dict[str, QRect] = {}  # by what a press on them does
        self.setAccessibleName(tr("The chosen photo, large"))
        self.setToolTip(tr("Space or a double click compares it with the suggested one"))
        thumbnails.ready.connect(self._repaint)
        model.dataChanged.connect(lambda *_: self.update())
        model.modelReset.connect(self.update)

    def show_row(self, row: int) -> None:
        self._row = row
        self.update()

    def _repaint(self, _digest: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if not 0 <= self._row < self._model.rowCount():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.badges = paint_photo(
            painter,
            self.rect(),
            self._model.card(self._row),
            photos=self._photos,
            font=self.font(),
            number=self._row + 1,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        signals = {"mark": self.mark_clicked, "fold": self.fold_clicked}
        at = event.position().toPoint()
        for name, part in self.badges.items():
            if event.button() == Qt.MouseButton.LeftButton and part.contains(at):
                signals[name].emit(self._row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.compare_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        if 0 <= self._row < self._model.rowCount():
            self.menu_asked.emit(CardMenu(self._row, event.globalPos()))
