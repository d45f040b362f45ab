"""The left side of the review page: the filter, the list of groups, and bulk marking."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from kindred.engine.judgement.finding import matching
from kindred.engine.judgement.suggestions import BULK
from kindred.engine.types import Group
from kindred.gui.review.bulk_marking import BulkMarking
from kindred.gui.review.group_delegate import GroupDelegate
from kindred.gui.review.group_filter import GroupFilter
from kindred.gui.review.group_model import GroupModel, arrange
from kindred.gui.review.marks import Index, Marks, index
from kindred.gui.services.context import Context
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.buttons import button, say
from kindred.gui.widgets.labels import muted
from kindred.gui.widgets.photo_list import RowList

NARROWEST = 248  # logical pixels: two thumbnails and the words beside them

SHORT = 480  # a lower list has no room for what is seldom needed


class GroupList(QWidget):
    """Lists groups; keeps the current one current when the groups are made again."""

    current_changed = Signal(object)  # Group | None
    marking_asked = Signal(object)  # the tiers
    removal_asked = Signal()
    menu_asked = Signal(object)  # QPoint on the screen, for the chosen groups

    def __init__(self, context: Context, marks: Marks) -> None:
        super().__init__()
        self._marks = marks
        self._found = index([])
        self._groups: list[Group] = []
        self._partial = self._short = False
        self._wanted = context.settings.text("review/group", "")  # where the last window was
        self._arranging = False
        self.filter = GroupFilter(context.settings)
        self.filter.changed.connect(self._arrange)
        self._model = GroupModel(marks)
        thumbnails = context.thumbnails
        delegate = GroupDelegate(thumbnails, marks)
        self.view = RowList(self._model, delegate, thumbnails, name=tr("Groups"))
        self.view.verticalScrollBar().setSingleStep(24)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(self.view.viewport().mapToGlobal(at))
        )
        self.view.setProperty("role", "panel")
        self.view.setToolTip(tr("Groups to review; up and down go from one to the next"))
        self.view.selectionModel().currentChanged.connect(lambda *_: self._announce())
        self._summary = muted()
        self.bulk = BulkMarking()
        self.bulk.asked.connect(self.marking_asked)
        self._remove = button(
            tr("Remove marked…"),
            "trash",
            tr("Move all marked photos to the trash, after a summary"),
            self.removal_asked.emit,
            key="Del",
            role="danger",
        )
        self.setMinimumWidth(NARROWEST)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 4, 10)
        layout.setSpacing(6)
        layout.addWidget(self.filter)
        layout.addWidget(self._summary)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.bulk)
        layout.addWidget(self._remove)

    @property
    def listed(self) -> Sequence[Group]:
        return self._model.groups

    @property
    def row(self) -> int:
        return self.view.currentIndex().row()

    @property
    def current(self) -> Group | None:
        return self.listed[self.row] if 0 <= self.row < len(self.listed) else None

    @property
    def chosen(self) -> list[Group]:
        """The chosen groups, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        return [self.listed[row] for row in rows]

    @property
    def frees(self) -> int:
        """Bytes of the copies that can go without losing anything, listed or not."""
        found = [one for some in self._found.suggested.values() for one in some]
        sizes = {one.photo.path: one.photo.size for one in found if one.judgement.tier in BULK}
        return sum(sizes.values())

    @property
    def place(self) -> str:
        """The key of the group that is or was current, for the next window."""
        return self._wanted

    def set_groups(self, found: Index, *, partial: bool = False) -> None:
        """Show these groups; the current one stays current, or else the one in its place.

        partial: these are only the largest; more will come.
        """
        self._found, self._groups, self._partial = found, found.groups, partial
        self._arrange()

    def leave_out(self, group: Group) -> None:
        """Show the groups without one of them."""
        self._groups = [other for other in self._groups if other.key != group.key]
        self._arrange()

    def go(self, row: int) -> None:
        if 0 <= row < len(self.listed):
            self.view.setCurrentIndex(self._model.index(row))

    def show_marked(self, count: int, *, frees: int) -> None:
        """How many photos are marked for removal, and their bytes."""
        self.view.viewport().update()
        self.filter.tiers.show_sums(self._found.sums, touched=self._marks.touched)
        if QAccessible.isActive():  # Qt lays the whole list out again for it
            self._model.words_changed()
        self._remove.setEnabled(count > 0)
        say(
            self._remove,
            trn(
                "Remove {count} photo, {bytes}…",
                "Remove {count} photos, {bytes}…",
                count,
                bytes=bytes_text(frees),
            )
            if count
            else tr("Remove marked…"),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        short = self.height() < SHORT
        if short != self._short:
            self._short = short
            self.filter.set_short(on=short)
            self._summary.setVisible(not short)

    def _arrange(self) -> None:
        before, row, bar = self.current, self.row, self.view.verticalScrollBar()
        top = self.view.visualRect(self.view.currentIndex()).top()
        wanted_groups = matching(self._groups, self.filter.field.terms)
        shown = arrange(
            wanted_groups, self._found, tiers=self.filter.tiers.chosen, sort=self.filter.sort
        )
        self._arranging = True  # a reset of the model reports that nothing is current
        self._model.set_groups(shown)
        wanted = before.key if before else self._wanted
        same = self._model.row_of(wanted)
        row = same if same is not None else max(0, min(row, len(shown) - 1))
        self.view.setCurrentIndex(self._model.index(row))
        self._arranging = False
        if before is not None and same is not None:  # the row stays where the eye is on it
            bar.setValue(bar.value() + self.view.visualRect(self._model.index(row)).top() - top)
        else:
            self.view.scrollTo(self._model.index(row))
        suggested = [one for group in shown for one in self._found.suggested.get(group.key, ())]
        sizes = [one.photo.size for one in suggested if one.judgement.tier in BULK]
        count = trn("{count} group", "{count} groups", len(shown))
        rest = tr("{bytes} in copies", bytes=bytes_text(sum(sizes))) if sizes else ""
        if self._partial and shown:
            rest = tr("reading the others…")
        self._summary.setText(" · ".join(filter(None, (count, rest))))
        self.bulk.show_counts(
            Counter(one.judgement.tier for one in suggested), ready=not self._partial
        )
        self._announce()

    def _announce(self) -> None:
        if not self._arranging:
            if self.current is not None:
                self._wanted = self.current.key
            self.current_changed.emit(self.current)
