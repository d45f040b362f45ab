"""The summary before anything is removed: how many, how much, from where, and what stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.types import Group, Kind, Member
from kindred.gui.removal.removal_text import (
    fate_text,
    loses,
    losses_line,
    offer_text,
    row_text,
    stays_text,
    summary,
)
from kindred.gui.services.context import Context
from kindred.gui.services.formatting import busy, bytes_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import PlainLabel, heading, hint, plain_tip
from kindred.gui.widgets.painting import bold, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.screen_fit import open_at
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

if TYPE_CHECKING:
    from kindred.engine.metadata.carry_over import MetadataOffer
    from kindred.engine.removal.remove import PlannedRemoval, RemovalPlan
    from kindred.gui.services.thumbnails import Thumbnails

PHOTO = 52  # logical pixels
OFFERS_SHOWN = 12


def confirm_removal(parent: QWidget, plan: RemovalPlan, context: Context) -> RemovalPlan | None:
    """Show the summary; the plan as the user agrees to it, or None."""
    dialog = RemovalDialog(parent, plan, context)
    return dialog.plan if dialog.exec() == QDialog.DialogCode.Accepted else None


class RemovalDialog(QDialog):
    """Accepts once the offered sidecars, if wanted, are written."""

    def __init__(self, parent: QWidget | None, plan: RemovalPlan, context: Context) -> None:
        super().__init__(parent)
        self._context, self._planned = context, plan
        self._offers: list[MetadataOffer] = []
        self._places: dict[Path, Path] = {}  # of a photo that stays, its sidecar
        count = len(plan.removals)
        self.setWindowTitle(tr("Remove photos"))
        open_at(self, 760, 640)
        title = heading(
            trn("Move {count} photo to the trash?", "Move {count} photos to the trash?", count)
        )
        self._summary = PlainLabel(wraps=True)
        self._lost = PlainLabel(wraps=True)
        self._lost.setProperty("role", "warn")
        safe = hint(tr("They go to the system's trash and can be put back from the History page."))
        self._model = ValueModel(partial(row_text, places=self._places))
        thumbnails, name = context.thumbnails, tr("Photos to remove")
        self.list = RowList(
            self._model, PlanDelegate(thumbnails, self._places), thumbnails, name=name
        )
        self.list.setProperty("role", "panel")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.sidecars = QCheckBox()
        self.sidecars.setChecked(True)
        self.sidecars.hide()
        self.sidecars.toggled.connect(self._show_plan)
        self._problem = PlainLabel(wraps=True)
        self._problem.setProperty("role", "warn")
        self._problem.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = self._buttons.addButton(
            trn("Move {count} photo to the trash", "Move {count} photos to the trash", count),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        theme.decorate(self.agree, "trash", role="danger")
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self._summary)
        layout.addWidget(self._lost)
        layout.addWidget(safe)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.sidecars)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)
        self._show_plan()
        self._context.tasks.read(
            self, lambda: _saved(context, plan), self._show_saved, topic="metadata"
        )

    @property
    def plan(self) -> RemovalPlan:
        """What is removed, and saved before that, as far as the user wants it saved."""
        from kindred.engine.removal.remove import without_carrying

        return self._planned if self.sidecars.isChecked() else without_carrying(self._planned)

    @property
    def lost(self) -> str:
        """What is said about photos that hold something which would be lost."""
        return self._lost.text()

    @property
    def problem(self) -> str:
        return self._problem.text()

    def _show_plan(self) -> None:
        plan = self.plan
        self._summary.setText("\n".join(summary(plan)))
        self._lost.setText(losses_line(plan))
        self._lost.setVisible(bool(self._lost.text()))
        self._model.set_values(sorted(plan.removals, key=lambda removal: not loses(removal)))

    def _show_saved(self, found: tuple[list[MetadataOffer], Mapping[Path, Path]]) -> None:
        offers, places = found
        self._offers = offers
        self._places.update(places)
        self._model.words_changed()
        carried = [r.carries for r in self._planned.removals if r.carries is not None]
        receivers = {offer.keeper.path for offer in (*offers, *carried)}
        self.sidecars.setVisible(bool(receivers))
        self.sidecars.setText(
            trn(
                "Save metadata that {count} kept photo lacks in an XMP file beside it",
                "Save metadata that {count} kept photos lack in XMP files beside them",
                len(receivers),
            )
        )
        said = tr("Capture time, position, rating, keywords and caption. Photos are not rewritten.")
        texts = [offer_text(offer) for offer in (*offers, *carried)]
        shown, more = texts[:OFFERS_SHOWN], ["…"] if len(texts) > OFFERS_SHOWN else []
        self.sidecars.setToolTip(plain_tip("\n".join([said, *shown, *more])))

    def _accept(self) -> None:
        if not (self._offers and self.sidecars.isChecked()):
            self.accept()
            return
        if self._context.tasks.job is not None:  # nothing is to be written for a removal in vain
            self._problem.setText(busy())
            self._problem.show()
            return
        library, offers = self._context.library, self._offers
        self.agree.setEnabled(False)
        self._context.tasks.change(
            self,
            lambda: [library.write_sidecar(offer) for offer in offers],
            lambda _written: self.accept(),
            failed=self._not_written,
        )

    def _not_written(self, error: Exception) -> None:
        problem = self._context.tasks.sentence(error)
        self._problem.setText(
            tr("The metadata was not saved, and nothing was removed: {problem}", problem=problem)
        )
        self._problem.show()
        self.sidecars.setChecked(False)
        self.agree.setEnabled(True)


def _saved(context: Context, plan: RemovalPlan) -> tuple[list[MetadataOffer], dict[Path, Path]]:
    """What else kept photos lack, and where the plan saves words; runs on a reading thread."""
    library = context.library
    groups: defaultdict[Path, list[PlannedRemoval]] = defaultdict(list)
    places: dict[Path, Path] = {}
    for removal in plan.removals:
        if removal.carries is not None:
            places[removal.kept.path] = library.sidecar_place(removal.kept)
        elif removal.kind is not Kind.SIMILAR and removal.judgement.stays is None:
            groups[removal.kept.path].append(removal)
    found: list[MetadataOffer] = []
    for removals in groups.values():
        members = [Member(removal.photo, removal.kind, 1.0) for removal in removals]
        keeper = Member(removals[0].kept, Kind.IDENTICAL, 1.0)
        group = Group("plan", removals[0].kind, (keeper, *members))
        found += library.missing_metadata(group, {removal.photo.path for removal in removals})
    return found, places


class PlanDelegate(RowDelegate):
    """The photo that goes with its size, the one that stays, and what is lost or saved."""

    HEIGHT = 88  # logical pixels

    def __init__(self, thumbnails: Thumbnails, places: Mapping[Path, Path]) -> None:
        super().__init__(thumbnails)
        self._places = places

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        removal: PlannedRemoval = index.data(VALUE)
        colours, metrics = theme.tokens(), QFontMetrics(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect.adjusted(10, 0, -10, 0)
        painter.setPen(QPen(colours.line, 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        photo = QRect(rect.left(), rect.center().y() - PHOTO // 2, PHOTO, PHOTO)
        self._photos.paint(painter, photo, removal.photo, fill=True)
        size = bytes_text(removal.photo.size)
        line = QRect(photo.right() + 12, rect.top() + 5, 0, metrics.height())
        line.setRight(rect.right() - metrics.horizontalAdvance(size) - 12)
        painter.setPen(colours.muted)
        right = QRect(rect.left(), line.top(), rect.width(), line.height())
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, size)
        lost = colours.warn if loses(removal) else colours.muted
        middle, end = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        for text, colour, strong, mode in (
            (removal.photo.path.name, colours.text, True, middle),
            (str(removal.photo.path.parent), colours.muted, False, middle),
            (stays_text(removal), colours.keep, False, middle),
            (fate_text(removal, self._places), lost, False, end),
        ):
            painter.setFont(bold(option.font, on=strong))
            painter.setPen(colour)
            text_line(painter, line, text, mode=mode)
            line.translate(0, metrics.height() + 1)
            line.setRight(rect.right())  # the size is beside the first line only
        painter.restore()
