"""The four tiers beside each other: how many photos and bytes each has, ticked off when done."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QSizePolicy, QWidget

from kindred.engine.judgement.suggestions import TierSum
from kindred.engine.types import Tier
from kindred.gui.services.formatting import bytes_text, photos_text
from kindred.gui.services.i18n import later, tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import plain_tip
from kindred.gui.widgets.painting import RADIUS, bold, text_line

NAMES = {
    Tier.EXACT: later("Exact"),
    Tier.LESSER: later("Lesser"),
    Tier.EDITED: later("Edited"),
    Tier.SIMILAR: later("Similar"),
}
MEANINGS = {
    Tier.EXACT: later("Exact copies: the same picture to the last pixel"),
    Tier.LESSER: later("Smaller, or saved again: all that is in them is in the photo that stays"),
    Tier.EDITED: later("Cropped, in other colours, with a caption: a person decides"),
    Tier.SIMILAR: later("Different shots of the same scene"),
}
TICK = 13  # logical pixels


class TierButton(QAbstractButton):
    """One tier: its name, its photos or a tick, and its bytes."""

    def __init__(self, tier: Tier) -> None:
        super().__init__()
        self.tier, self.sum, self.done = tier, TierSum(), False
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.say(TierSum(), done=False)

    def say(self, found: TierSum, *, done: bool) -> None:
        """Show what the groups hold of the tier; `done`: each of them was looked at."""
        self.sum, self.done = found, done
        said = tr("{tier}: {photos}, {bytes}", tier=tr(NAMES[self.tier]),
                  photos=photos_text(found.photos), bytes=bytes_text(found.bytes))  # fmt: skip
        if done:
            said += f" · {tr('done')}"
        self.setAccessibleName(said)
        self.setToolTip(
            plain_tip(f"{tr(MEANINGS[self.tier])}\n{said}\n{tr('Ctrl adds it to the others')}")
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(60, 3 * QFontMetrics(self.font()).height() + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours, painter = theme.tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = colours.accent if self.hasFocus() or on else colours.line
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(colours.selected if on else colours.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        metrics = QFontMetrics(self.font())
        line = QRect(6, 4, self.width() - 12, metrics.height())
        painter.setFont(bold(self.font()))
        painter.setPen(colours.tier(self.tier))
        if self.done:
            tick = QRect(line.right() - TICK, line.top() + 2, TICK, TICK)
            theme.icon("check", colour=colours.keep).paint(painter, tick)
            line.setRight(tick.left() - 2)
        end = Qt.TextElideMode.ElideRight
        text_line(painter, line, tr(NAMES[self.tier]), mode=end)
        line = QRect(6, line.bottom() + 1, self.width() - 12, line.height())
        painter.setFont(self.font())
        painter.setPen(colours.text)
        text_line(painter, line, f"{self.sum.photos:,}", mode=end)
        line.translate(0, line.height())
        painter.setPen(colours.muted)
        text_line(painter, line, bytes_text(self.sum.bytes), mode=end)


class TierBar(QWidget):
    """Chooses the tiers whose groups are listed: a click one, with Ctrl several, again all."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {tier: TierButton(tier) for tier in Tier}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for tier, made in self.buttons.items():
            made.clicked.connect(lambda _checked=False, tier=tier: self._clicked(tier))
            row.addWidget(made)

    @property
    def chosen(self) -> set[Tier]:
        return {tier for tier, made in self.buttons.items() if made.isChecked()}

    def choose(self, tiers: Collection[Tier]) -> None:
        """List these tiers, or all where none is given."""
        for tier, made in self.buttons.items():
            made.setChecked(not tiers or tier in tiers)
        self.changed.emit()

    def show_sums(self, sums: Mapping[Tier, TierSum], *, touched: Collection[str]) -> None:
        """What the groups hold; `touched` are the keys of those with a mark."""
        for tier, made in self.buttons.items():
            found = sums.get(tier, TierSum())
            made.say(found, done=bool(found.groups) and found.groups <= set(touched))

    def _clicked(self, tier: Tier) -> None:
        """The button has changed already."""
        added = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        self.choose(self.chosen if added or not self.chosen else {tier})
