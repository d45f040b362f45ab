"""What is known of the chosen photo: what differs, its tier, and what would be lost."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kindred.engine.judgement.better import Fact
from kindred.engine.paths import visible_text
from kindred.gui.review.photo_model import OPTIONAL, Card, card_text
from kindred.gui.services.formatting import edits_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.painting import Segment, bold, segments

LINES = 4  # name and folder, facts, tier and edits, losses


class PhotoFacts(QWidget):
    """Always as many lines, so that nothing moves when another photo is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._card: Card | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_card(self, card: Card | None, *, number: int) -> None:
        self._card, self._number = card, number
        words = card_text(card) if card else ""
        self.setAccessibleName(visible_text(words, lines=True))
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, LINES * self._step + 2)

    @property
    def _step(self) -> int:
        return QFontMetrics(bold(self.font())).height() + 2

    @property
    def lines(self) -> list[list[Segment]]:
        """What is painted: for each line its pieces."""
        card = self._card
        if card is None:
            return []
        colours = theme.tokens()
        photo, judgement = card.member.photo, card.member.judgement
        others = "".join(f" + {part.suffix[1:].upper()}" for part in photo.companions)
        safe = judgement.stays is not None or card.keeper
        lost = any(not loss.carried for loss in judgement.losses)
        told: list[Segment] = []
        if card.verdict:
            told.append((card.verdict, colours.keep if safe else colours.warn, True))
        if card.praise:
            told.append((", ".join(card.praise), colours.keep, False))
        if card.member.edits and not card.keeper:
            told.append((edits_text(card.member.edits), colours.text, False))
        return [
            [
                (f"{self._number}", colours.muted, True),
                (photo.path.name + others, colours.text, True),
                (str(photo.path.parent), colours.muted, False),
            ],
            self._facts(card),
            told,
            [
                (text, colours.warn if lost and number == 0 else colours.keep, False)
                for number, text in enumerate(card.losses)
            ],
        ]

    def _facts(self, card: Card) -> list[Segment]:
        colours = theme.tokens()
        missing = {Fact.TAKEN: tr("no date"), Fact.CAMERA: tr("no camera")}
        parts: list[Segment] = []
        for fact in (Fact.DIMENSIONS, Fact.SIZE, *OPTIONAL):
            text, differs = card.texts.get(fact), fact in card.differs
            if text:
                parts.append((text, colours.keep if fact in card.best else colours.text, differs))
            elif differs and fact in missing:
                parts.append((missing[fact], colours.muted, False))
        if card.member.photo.info.damaged:
            parts.append((tr("damaged"), colours.warn, True))
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        line = QRect(0, 0, self.width(), self._step)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for parts in self.lines:
            segments(painter, line, self.font(), parts)
            line.translate(0, self._step)
