"""The summary before anything is removed: how many, how much, from where, and what stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.messages import Code
from kindred.engine.types import Group, Kind, Member
from kindred.gui.services.context import Context
from kindred.gui.services.engine_words import message_text
from kindred.gui.services.formatting import busy, bytes_text, moment_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import heading, hint
from kindred.gui.widgets.painting import bold, text_line
from kindred.gui.widgets.photo_list import RowList
from kindred.gui.widgets.value_list import VALUE, RowDelegate, ValueModel

if TYPE_CHECKING:
    from kindred.engine.metadata.carry_over import MetadataOffer
    from kindred.engine.removal.remove import LeftOut, PlannedRemoval, RemovalPlan

PHOTO = 52  # logical pixels
FOLDERS_SHOWN = 5
OFFERS_SHOWN = 12


def confirm_removal(parent: QWidget, plan: RemovalPlan, context: Context) -> bool:
    """Show the summary; whether the user agrees."""
    return RemovalDialog(parent, plan, context).exec() == QDialog.DialogCode.Accepted


class RemovalDialog(QDialog):
    """Accepts once the offered sidecars, if wanted, are written."""

    def __init__(self, parent: QWidget | None, plan: RemovalPlan, context: Context) -> None:
        super().__init__(parent)
        self._context = context
        self._offers: list[MetadataOffer] = []
        count = len(plan.removals)
        self.setWindowTitle(tr("Remove photos"))
        self.resize(620, 620)
        title = heading(
            trn("Move {count} photo to the trash?", "Move {count} photos to the trash?", count)
        )
        what = QLabel("\n".join(summary(plan)), wordWrap=True)
        safe = hint(tr("They go to the system's trash and can be put back from the History page."))
        self._model = ValueModel(_row_text, plan.removals)
        thumbnails, name = context.thumbnails, tr("Photos to remove")
        self.list = RowList(self._model, PlanDelegate(thumbnails), thumbnails, name=name)
        self.list.setProperty("role", "panel")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.sidecars = QCheckBox()
        self.sidecars.setChecked(True)
        self.sidecars.hide()
        self._problem = QLabel(wordWrap=True)
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
        layout.addWidget(what)
        layout.addWidget(safe)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.sidecars)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)
        self._context.tasks.read(
            self, lambda: _offers(context, plan), self._offer, topic="metadata"
        )

    @property
    def problem(self) -> str:
        return self._problem.text()

    def _offer(self, offers: list[MetadataOffer]) -> None:
        self._offers = offers
        self.sidecars.setVisible(bool(offers))
        self.sidecars.setText(
            trn(
                "Save metadata that {count} kept photo lacks in an XMP file beside it",
                "Save metadata that {count} kept photos lack in XMP files beside them",
                len(offers),
            )
        )
        said = tr("Capture time, position, rating, keywords and caption. Photos are not rewritten.")
        shown = [offer_text(offer) for offer in offers[:OFFERS_SHOWN]]
        self.sidecars.setToolTip("\n".join([said, *shown, *["…"][: len(offers) - len(shown)]]))

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


def summary(plan: RemovalPlan) -> list[str]:
    """The lines of the summary: bytes, companions, other shots, what stays, and the folders."""
    lines = [tr("Frees {size}.", size=bytes_text(plan.frees))]
    companions = sum(len(removal.photo.companions) for removal in plan.removals)
    if companions:
        lines[0] += " " + trn(
            "{count} file of the same shot goes with them.",
            "{count} files of the same shots go with them.",
            companions,
        )
    shots = sum(removal.kind is Kind.SIMILAR for removal in plan.removals)
    if shots:
        lines.append(
            trn(
                "{count} of them is another shot, not a copy.",
                "{count} of them are other shots, not copies.",
                shots,
            )
        )
    lines += _left_out(plan)
    folders = Counter(removal.photo.path.parent for removal in plan.removals)
    for folder, count in folders.most_common(FOLDERS_SHOWN):
        lines.append(tr("{count} from {folder}", count=f"{count:,}", folder=folder))
    rest = len(folders) - FOLDERS_SHOWN
    if rest > 0:
        lines.append(trn("and {count} more folder", "and {count} more folders", rest))
    return lines


def _left_out(plan: RemovalPlan) -> list[str]:
    """How many marked photos stay for each sort of reason, and why the first of them does."""
    by_code: defaultdict[Code, list[LeftOut]] = defaultdict(list)
    for left in plan.left_out:
        by_code[left.note.code].append(left)
    return [
        trn(
            "{count} marked photo stays. {name}: {why}",
            "{count} marked photos stay, such as {name}: {why}",
            len(some),
            name=some[0].photo.path.name,
            why=message_text(some[0].note),
        )
        for some in by_code.values()
    ]


def offer_text(offer: MetadataOffer) -> str:
    """Which photo is to get what, on one line."""
    parts = [
        moment_text(offer.taken_at) if offer.taken_at else "",
        "{:.5f}, {:.5f}".format(*offer.position) if offer.position else "",
        "★" * (offer.rating or 0),
        offer.label or "",
        ", ".join((*offer.keywords, *offer.people)),
        offer.title or "",
        offer.caption or "",
    ]
    return f"{offer.keeper.path.name}: {' · '.join(part for part in parts if part)}"


def _offers(context: Context, plan: RemovalPlan) -> list[MetadataOffer]:
    """What the kept photos lack; runs on a reading thread."""
    groups: defaultdict[Path, list[PlannedRemoval]] = defaultdict(list)
    for removal in plan.removals:
        groups[removal.kept.path].append(removal)
    found: list[MetadataOffer] = []
    for removals in groups.values():
        copies = [removal for removal in removals if removal.kind is not Kind.SIMILAR]
        members = [Member(removal.photo, removal.kind, 1.0) for removal in copies]
        keeper = Member(removals[0].kept, Kind.IDENTICAL, 1.0)
        group = Group("plan", removals[0].kind, (keeper, *members))
        paths = {removal.photo.path for removal in copies}
        found += context.library.missing_metadata(group, paths)
    return found


def _row_text(removal: PlannedRemoval) -> str:
    stays = tr("{name} stays", name=removal.kept.path)
    return f"{removal.photo.path}\n{bytes_text(removal.photo.size)}\n{stays}"


class PlanDelegate(RowDelegate):
    """The photo that goes, crossed by its size, and the one that stays."""

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
        right = metrics.horizontalAdvance(size) + 12
        line = QRect(photo.right() + 12, rect.top() + 5, 0, metrics.height())
        line.setRight(rect.right() - right)
        rows = (
            (removal.photo.path.name, colours.text, True),
            (str(removal.photo.path.parent), colours.muted, False),
            (tr("{name} stays", name=removal.kept.path.name), colours.keep, False),
        )
        for text, colour, strong in rows:
            painter.setFont(bold(option.font, on=strong))
            painter.setPen(colour)
            text_line(painter, line, text)
            line.translate(0, metrics.height() + 1)
        painter.setPen(colours.muted)
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, size)
        painter.restore()
