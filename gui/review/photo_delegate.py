"""How the card of a photo is painted."""

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kindred.engine.judgement.better import Fact
from kindred.engine.types import Kind, Tier
from kindred.gui.review.photo_model import CARD, LOSS_LINES, OPTIONAL, Card
from kindred.gui.services.engine_words import TIERS
from kindred.gui.services.formatting import edit_text, kind_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.widgets.painting import (
    RADIUS,
    PhotoPainter,
    Segment,
    bold,
    frame,
    pill,
    segments,
    text_line,
)

GAP = 6  # logical pixels, as everything below
MARGIN = 12
TEXT_LINES = 5  # name, folder, size, and two for what was done


class PhotoDelegate(QStyledItemDelegate):
    """A card: the photo, its mark, and its facts, with differences in bold."""

    mark_clicked = Signal(object)  # row
    fold_clicked = Signal(object)  # row

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._photos = PhotoPainter(thumbnails)
        self.size = QSize(280, 340)
        self.optional = 0  # more lines of text, for facts that some photo of the group has
        self._parts: dict[
            int, dict[str, QRect]
        ] = {}  # row -> part -> rectangle from the card's corner

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:  # noqa: N802
        return self.size

    def text_height(self, font: QFont) -> int:
        """Logical pixels that the facts of a card take."""
        return (TEXT_LINES + self.optional) * (QFontMetrics(font).height() + 2) + 2 * MARGIN

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        card: Card = index.data(CARD)
        colours = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if card.folded:
            painter.setPen(QPen(colours.line, 1))
            painter.setBrush(colours.raised)
            painter.drawRoundedRect(QRectF(rect).adjusted(8, 5, 5, 5), RADIUS, RADIUS)
        frame(painter, rect, ground=colours.surface, chosen=chosen)

        text_top = rect.bottom() - self.text_height(option.font) + MARGIN
        image = QRect(rect.topLeft(), QPoint(rect.right(), text_top - MARGIN))
        image.adjust(MARGIN, MARGIN, -MARGIN, 0)
        painter.setOpacity(0.4 if card.mark == "remove" else 1.0)
        painter.setFont(option.font)
        lies = self._photos.paint(painter, image, card.member.photo, fill=False)
        painter.setOpacity(1.0)
        parts = self._badges(painter, option.font, image, lies, card, index.row())
        self._parts[index.row()] = {
            name: part.translated(-option.rect.topLeft()) for name, part in parts.items()
        }
        facts = QRect(image.left() + 2, text_top, image.width() - 4, rect.bottom() - text_top)
        self._facts(painter, facts, option.font, card)
        painter.restore()

    def _badges(
        self, painter: QPainter, font: QFont, image: QRect, lies: QRect, card: Card, row: int
    ) -> dict[str, QRect]:
        colours = theme.tokens()
        small = bold(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(small)
        corner = image.topLeft() + QPoint(6, 6)
        parts: dict[str, QRect] = {}
        if card.member.protected:
            pill(painter, corner, tr("protected"), colours.muted, filled=True)
            lock = QRect(image.right() - 30, image.bottom() - 30, 22, 22)
            theme.icon("lock", colour=colours.text).paint(painter, lock)
        elif card.mark == "remove":
            parts["mark"] = pill(painter, corner, tr("Remove"), colours.remove, filled=True)
        elif card.mark == "keep":
            parts["mark"] = pill(painter, corner, tr("Keep"), colours.keep, filled=True)
        elif card.keeper and card.member.relation is not Kind.SIMILAR:
            parts["mark"] = pill(painter, corner, tr("suggested"), colours.keep, filled=False)
        else:
            parts["mark"] = pill(painter, corner, tr("not marked"), colours.muted, filled=False)
        number = str(row + 1)
        width = painter.fontMetrics().horizontalAdvance(number) + 18
        pill(
            painter,
            QPoint(image.right() - width - 5, corner.y()),
            number,
            colours.muted,
            filled=False,
        )
        if card.folded or card.unfolded:
            text = (
                trn("+{count} copy", "+{count} copies", len(card.folded))
                if card.folded
                else tr("fold copies")
            )
            height = painter.fontMetrics().height() + 5
            at = QPoint(image.left() + 6, image.bottom() - height - 6)
            parts["fold"] = pill(painter, at, text, colours.copy, filled=True)
        return parts

    def _facts(self, painter: QPainter, rect: QRect, font: QFont, card: Card) -> None:
        colours = theme.tokens()
        photo, member = card.member.photo, card.member
        metrics = QFontMetrics(bold(font))
        step = metrics.height() + 2
        missing = {Fact.TAKEN: tr("no date"), Fact.CAMERA: tr("no camera")}
        line = QRect(rect.left(), rect.top(), rect.width(), metrics.height())

        def value(fact: Fact) -> list[Segment]:
            text, differs = card.texts.get(fact), fact in card.differs
            if not text:
                return [(missing.get(fact, ""), colours.muted, False)] if differs else []
            return [(text, colours.keep if fact in card.best else colours.text, differs)]

        others = "".join(f" + {part.suffix[1:].upper()}" for part in photo.companions)
        name = metrics.elidedText(
            photo.path.name + others, Qt.TextElideMode.ElideMiddle, rect.width()
        )
        folder = QFontMetrics(font).elidedText(
            str(photo.path.parent), Qt.TextElideMode.ElideLeft, rect.width()
        )
        damaged = [(tr("damaged"), colours.warn, True)] if photo.info.damaged else []
        lines = [
            [(name, colours.text, True)],
            [(folder, colours.muted, False)],
            value(Fact.DIMENSIONS) + value(Fact.SIZE) + damaged,
            *(value(fact) for fact in OPTIONAL if fact in card.known),
        ]
        for parts in lines:
            segments(painter, line, font, parts)
            line.translate(0, step)
        end = Qt.TextElideMode.ElideRight
        if card.verdict:
            safe = member.judgement.stays is not None
            painter.setFont(bold(font))
            painter.setPen(colours.keep if safe or card.keeper else colours.warn)
            text_line(painter, line, card.verdict, mode=end)
            line.translate(0, step)
        painter.setFont(font)
        lost = any(not loss.carried for loss in member.judgement.losses)
        for number, text in enumerate(card.losses):
            painter.setPen(colours.warn if lost and number == 0 else colours.keep)
            block = QRect(line.topLeft(), QSize(line.width(), LOSS_LINES * step))
            room = LOSS_LINES * line.width() * 85 // 100  # words that wrap leave some of it empty
            shown_text = painter.fontMetrics().elidedText(text, end, room)
            painter.drawText(block, Qt.TextFlag.TextWordWrap, shown_text)
            wraps = painter.fontMetrics().horizontalAdvance(text) > line.width()
            line.translate(0, (LOSS_LINES if wraps else 1) * step)
        rest = QRect(line.topLeft(), QPoint(rect.right(), rect.bottom() - MARGIN // 2))
        painter.setPen(colours.keep if card.praise else colours.kind(member.relation))
        said = self._relation(card)
        shown = len(said)
        while shown > 1 and not _fits(painter, rest, _few(said, shown)):
            shown -= 1
        painter.drawText(rest, Qt.TextFlag.TextWordWrap, _few(said, shown))

    @staticmethod
    def _relation(card: Card) -> list[str]:
        member = card.member
        said = [*card.praise]
        if member.edits and not card.keeper:
            said += [edit_text(edit) for edit in member.edits]
        elif member.relation is Kind.IDENTICAL and not card.keeper and not card.verdict:
            said.append(tr("the same bytes"))
        elif not said and not card.keeper and not card.verdict:
            said.append(
                tr(TIERS[Tier.SIMILAR])
                if member.relation is Kind.SIMILAR
                else kind_text(member.relation)
            )
        return said

    def editorEvent(  # noqa: N802 - Qt's name
        self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Any
    ) -> bool:
        """A press on a badge, which the view sends before it acts on the click itself."""
        if (
            not isinstance(event, QMouseEvent)
            or event.type() != QEvent.Type.MouseButtonPress
            or event.button() != Qt.MouseButton.LeftButton
        ):
            return super().editorEvent(event, model, option, index)
        at = event.position().toPoint() - option.rect.topLeft()
        signals = {"mark": self.mark_clicked, "fold": self.fold_clicked}
        for name, part in self._parts.get(index.row(), {}).items():
            if part.adjusted(-4, -4, 4, 4).contains(at):
                signals[name].emit(index.row())
                return True
        return False


def _few(said: list[str], shown: int) -> str:
    """The first of them; the tooltip has them all."""
    return ", ".join(said[:shown]) + (", …" if shown < len(said) else "")


def _fits(painter: QPainter, rect: QRect, text: str) -> bool:
    needed = painter.boundingRect(rect, Qt.TextFlag.TextWordWrap, text)
    return needed.height() <= rect.height()
