"""The review page: groups on the left, the current group's photos on the right, marks by key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kindred.engine.judgement.suggestions import (
    BULK,
    best_shots,
    elsewhere_too,
    kept_in,
    suggestions,
)
from kindred.engine.types import Group, Kind, Tier
from kindred.gui.review.folder_question import FolderQuestion
from kindred.gui.review.group_list import GroupList
from kindred.gui.review.group_panel import GroupPanel
from kindred.gui.review.group_photos import GroupPhotos
from kindred.gui.review.hero_view import HeroView
from kindred.gui.review.marks import Index, Marks, index
from kindred.gui.review.photo_facts import PhotoFacts
from kindred.gui.review.photo_model import Card, PhotoModel
from kindred.gui.review.photo_view import PhotoView
from kindred.gui.review.review_actions import ReviewActions
from kindred.gui.review.saved_marks import SavedMarks
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr
from kindred.gui.services.requests import MarkRequest, RemovalRequest
from kindred.gui.widgets import theme
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.file_menu import photo_menu
from kindred.gui.widgets.focus import pass_focus
from kindred.gui.widgets.labels import note
from kindred.gui.widgets.photo_list import CardMenu

if TYPE_CHECKING:
    from kindred.engine.progress import CancelToken, ProgressSink
    from kindred.gui.compare.compare_view import CompareView


class ReviewPage(QWidget):
    """Shows groups and gathers marks; removing is left to whoever hears `removal_asked`."""

    removal_asked = Signal(object)  # RemovalRequest
    search_asked = Signal(object)  # Path of a photo to find more like
    part_asked = Signal(object)  # PartRequest
    counted = Signal(object)  # number of groups, whenever they were read

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.marks = Marks()
        self.saved_marks = SavedMarks(context, self.marks, self)
        self.saved_marks.restored.connect(self._marks_changed)
        self.steps = ReviewActions(context, self.marks, self)
        self.steps.marked.connect(self._marks_changed)
        self.steps.rejected.connect(self._leave_out)
        self.steps.settled.connect(self.refresh)
        self.steps.said.connect(self._say)
        self._all: list[Group] = []
        self._reading = self._stale = False

        self.photo_model = PhotoModel(self.marks)
        self.photos = PhotoView(self.photo_model, context.thumbnails)
        self.photos.doubleClicked.connect(lambda _index: self.compare())
        self.hero = HeroView(self.photo_model, context.thumbnails)
        self.hero.compare_asked.connect(self.compare)
        for view in (self.photos, self.hero):
            view.menu_asked.connect(self._menu)
        for badges in (self.photos.delegate, self.hero):
            badges.mark_clicked.connect(self._badge)
            badges.fold_clicked.connect(self._fold)
        self.facts = PhotoFacts()
        self.photos.selectionModel().currentChanged.connect(lambda *_: self._show_facts())
        self.photo_model.dataChanged.connect(lambda *_: self._show_facts())
        self.panel = GroupPanel(GroupPhotos(self.hero, self.photos, self.photo_model), self.facts)
        self._fill_buttons()
        self._note = note()
        self._right = QStackedWidget()
        self._right.addWidget(self.panel)
        self._right.addWidget(self._note)

        self.groups = GroupList(context, self.marks)
        self.groups.current_changed.connect(self._show)
        self.groups.marking_asked.connect(self.mark_suggested)
        self.groups.menu_asked.connect(self._groups_menu)
        self.groups.removal_asked.connect(self.remove_marked)
        self.groups.filter.strictness_changed.connect(self.refresh)
        for listed in (self.groups.view, self.photos):
            listed.installEventFilter(self)

        self.folders = FolderQuestion(context.settings)
        self.folders.chosen.connect(self._prefer)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.groups)
        self._splitter.addWidget(self._right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([310, 900])
        self._splitter.setChildrenCollapsible(False)
        self._splitter.restoreState(context.settings.data("window/review"))
        self._splitter.splitterMoved.connect(
            lambda *_: context.settings.put("window/review", self._splitter.saveState())
        )
        self._stack = QStackedWidget()
        groups = QWidget()
        groups.setFocusProxy(self.photos)
        page = QVBoxLayout(groups)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.folders)
        page.addWidget(self._splitter, 1)
        pass_focus(self, self._stack)
        self._stack.addWidget(groups)
        self._compare: CompareView | None = None  # made when first asked for
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.take(index([]))

    def refresh(self) -> None:
        """Read the groups again; if they are being read, once more after that."""
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False
        library = self.context.library
        if self._all:
            self._read(library.groups, self.take)
        else:
            self._read(library.first_groups, self._take_first)

    def remember(self) -> None:
        """Note the current group for the next window."""
        self.context.settings.put("review/group", self.groups.place)

    def _read(self, groups: Callable[..., list[Group]], take: Callable[[Index], None]) -> None:
        strictness = self.groups.filter.strictness
        self.context.tasks.read(
            self, lambda: index(groups(strictness=strictness)), take, failed=self._refused
        )

    def _take_first(self, found: Index) -> None:
        """Show the largest groups of a large library while the others are read."""
        self.take(found, partial=True)
        self._read(self.context.library.groups, self.take)

    def forget_photos(self, paths: set[Path]) -> None:
        """The photos are gone: forget their marks and show what is left."""
        self.marks.drop(paths)
        self.refresh()

    def keep_best(self) -> None:
        """Keep what the current group suggests, mark what can go for it, go on to the next."""
        group = self.photo_model.group
        if group is not None and self.steps.keep_suggested(group):
            self.groups.go(self.groups.row + 1)

    def keep_chosen(self) -> None:
        """Keep the chosen photos, mark what can go while they stay, go on to the next group."""
        group = self.photo_model.group
        if group is not None and self.steps.keep(group, self._chosen_paths()):
            self.groups.go(self.groups.row + 1)

    def keep_only_chosen(self) -> None:
        """Keep the chosen photos, mark all others of the group, go on to the next group."""
        group = self.photo_model.group
        if group is not None and self.steps.keep_only(group, self._chosen_paths()):
            self.groups.go(self.groups.row + 1)

    def keep_best_shots(self, count: int) -> None:
        """Keep so many of the best shots, mark all others, go on to the next group."""
        group = self.photo_model.group
        if group is not None:
            best = {member.photo.path for member in best_shots(group, count)}
            if self.steps.keep_only(group, best):
                self.groups.go(self.groups.row + 1)

    def toggle(self, row: int) -> None:
        """Mark a card's photos for removal, or take the marks back where all have one."""
        if 0 <= row < self.photo_model.rowCount():
            self.photos.select(row)
            self.toggle_chosen()

    def toggle_chosen(self) -> None:
        """Mark the chosen photos for removal, or take the marks back where all have one."""
        cards = [self.photo_model.card(row) for row in self.photos.rows]
        free = [card for card in cards if not card.member.protected]
        if cards:
            self.steps.toggle([member for card in free for member in (card.member, *card.folded)])

    def _chosen_paths(self) -> set[Path]:
        """The photos of the chosen cards; those folded under them are left to their tier."""
        return {self.photo_model.card(row).member.photo.path for row in self.photos.rows}

    def _badge(self, row: int) -> None:
        """A press on the suggestion keeps it; on a mark, takes it back."""
        card = self.photo_model.card(row)
        path = card.member.photo.path
        self.photos.select(row)
        self.steps.mark(MarkRequest(path, card.mark or "keep"))

    def mark_suggested(self, tiers: Collection[Tier] = BULK) -> None:
        """Mark what the listed groups suggest to remove in some tiers."""
        self.steps.mark_suggested(self.groups.listed, tiers)

    def review_only(self, folder: Path) -> None:
        """List only the groups with photos below a folder."""
        self.groups.filter.field.find_text(f'folder:"{folder}"')

    def mark_elsewhere(self, folder: Path) -> None:
        """Mark what of a folder is safely elsewhere, in all groups, and list those."""
        self.review_only(folder)
        self.steps.mark_pairs(elsewhere_too(self._all, folder))

    def not_duplicates(self) -> None:
        """Remember that the current group's photos are not duplicates of each other."""
        group = self.photo_model.group
        if group is not None:
            self.steps.reject(group)

    def remove_marked(self) -> None:
        paths = self.marks.removed
        if paths:
            groups = self.marks.groups_of(paths)
            self.removal_asked.emit(RemovalRequest(groups, frozenset(paths)))

    def report_to(self, path: Path) -> Callable[[CancelToken, ProgressSink], None]:
        """A job that writes a report of the listed groups, with what is marked."""
        from kindred.gui.review.report_job import report_words

        groups, marked = list(self.groups.listed), frozenset(self.marks.removed)
        words, where = report_words(groups, marked), self.context.library.home

        def work(token: CancelToken, progress: ProgressSink) -> None:
            from kindred.engine.reports import write_report

            write_report(
                path, groups, words=words, home=where, marked=marked, token=token, progress=progress
            )

        return work

    def compare(self) -> None:
        """Open the compare view on the keeper and the current photo."""
        group = self.photo_model.group
        if group is None:
            return
        if self._compare is None:
            from kindred.gui.compare.compare_view import CompareView

            self._compare = CompareView(self.context)
            self._compare.closed.connect(self._close_compare)
            self._compare.marked.connect(self.steps.mark)
            self._compare.undo_asked.connect(self.steps.undo)
            self._compare.part_asked.connect(self.part_asked)
            self._compare.redo_asked.connect(self.steps.redo)
            self._stack.addWidget(self._compare)
        row = max(0, self.photos.currentIndex().row())
        self._compare.set_marks(self.marks.all)
        self._compare.show_group(group, 0, self.photo_model.card(row).index or 1)
        self._stack.setCurrentWidget(self._compare)
        self._compare.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle the keys that mean the same on both lists before the lists see them."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event, on_photos=watched is self.photos)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent, *, on_photos: bool) -> bool:
        key, current = event.key(), self.photos.currentIndex().row()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.compare()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and on_photos:
            self.groups.go(self.groups.row + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._select(current + (1 if key == Qt.Key.Key_Right else -1))
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._select(key - Qt.Key.Key_1)
        elif key == Qt.Key.Key_F:
            self._fold(current)
        else:
            return False
        return True

    def take(self, found: Index, *, partial: bool = False) -> None:
        """Show these groups; marks, the current group and photo stay where they can."""
        self._all, self._reading = found.groups, partial
        self.marks.show(found)
        self.groups.set_groups(found, partial=partial)
        self._marks_changed()
        if not partial:
            self.folders.ask(found.folders)
            self.counted.emit(len(found.groups))
            if self._stale:
                self.refresh()

    def _prefer(self, folder: Path) -> None:
        """Keep the photos of a folder where nothing else tells exact copies apart."""
        library = self.context.library

        def prefer() -> None:
            others = [other for other in library.preferred() if other != folder]
            library.prefer([folder, *others])

        self.steps.settle(prefer)
        self._say(tr("Photos in {folder} stay from now on.", folder=folder))

    def _leave_out(self, group: Group) -> None:
        self._all = [other for other in self._all if other.key != group.key]
        self.groups.leave_out(group)

    def _refused(self, error: Exception) -> None:
        self._reading = False
        self.context.tasks.failed.emit(error)

    def _show(self, group: Group | None) -> None:
        if group is None:
            self.photo_model.set_group(None)
            self._note.setText(
                tr("No group is like that. Esc in the field lists all of them again.")
                if self._all
                else tr("No groups to review yet.\nScan a folder on the Library page.")
            )
        elif group != self.photo_model.group:
            row, before = self.photos.currentIndex().row(), self.photo_model.group
            stays = before is not None and before.key == group.key and row >= 0
            path = self.photo_model.card(row).member.photo.path if stays else None
            self.photo_model.set_group(group)
            found = self.photo_model.row_of(path) if path is not None else 0
            self._select(row if found is None else found)
        self._right.setCurrentIndex(1 if group is None else 0)
        if group is not None:
            self.panel.show_group(group, row=self.groups.row, total=len(self.groups.listed))

    def _select(self, row: int) -> None:
        self.photos.select(max(0, min(row, self.photo_model.rowCount() - 1)))

    def _fold(self, row: int) -> None:
        """Show the copies that a card stands for, or fold them under the first of them again."""
        if not 0 <= row < self.photo_model.rowCount():
            return
        card = self.photo_model.card(row)
        if card.folded or card.unfolded:
            self.photo_model.toggle_fold(row)
            self._select(self.photo_model.row_of(card.member.photo.path) or 0)

    def _menu(self, asked: CardMenu) -> None:
        row = asked.row
        card, library = self.photo_model.card(row), self.context.library
        photo = card.member.photo
        if row not in self.photos.rows:
            self.photos.select(row)
        menu = photo_menu(
            self,
            photo,
            find=lambda: self.search_asked.emit(photo.path),
            split=lambda: self.steps.settle(lambda: library.split_unit(photo)),
        )
        first = menu.actions()[0]
        for action in self._menu_actions(menu, card):
            menu.insertAction(first, action)
        menu.insertMenu(first, self._folder_menu(menu, photo.path.parent))
        menu.insertSeparator(first)
        if card.folded or card.unfolded:
            text = tr("Show the copies") if card.folded else tr("Fold the copies")
            menu.addAction(theme.icon("copy"), f"{text}\tF", lambda: self._fold(row))
        menu.popup(asked.at)

    def _folder_menu(self, menu: QMenu, folder: Path) -> QMenu:
        """What can be done with all listed groups by a folder, with how many photos it marks."""
        inside = menu.addMenu(tr("In all listed groups"))
        listed, name = self.groups.listed, folder.name or str(folder)
        keeping, going = kept_in(listed, folder), elsewhere_too(listed, folder)
        for text, pairs in (
            (tr("Keep those in {folder}, mark their copies elsewhere", folder=name), keeping),
            (tr("Mark those in {folder} that are safely elsewhere", folder=name), going),
        ):
            count = sum(len(others) for _, others in pairs)
            action = inside.addAction(f"{text} ({count:,})".replace("&", "&&"))
            action.setEnabled(count > 0)
            action.triggered.connect(lambda _on=False, pairs=pairs: self.steps.mark_pairs(pairs))
        return inside

    def _groups_menu(self, at: QPoint) -> None:
        """What can be done with the chosen groups, with how many photos it marks."""
        groups = self.groups.chosen
        if not groups:
            return
        found = suggestions(groups, BULK)
        exact = sum(one.judgement.tier is Tier.EXACT for one in found)
        menu = QMenu(self)
        menu.setAccessibleName(tr("Actions for the chosen groups"))
        wanted = (
            (tr("Mark exact copies ({count})", count=f"{exact:,}"), (Tier.EXACT,), exact),
            (
                tr("Mark exact and lesser copies ({count})", count=f"{len(found):,}"),
                BULK,
                len(found),
            ),
        )
        for text, tiers, count in wanted:
            action = menu.addAction(theme.icon("check"), text)
            action.setEnabled(count > 0)
            action.triggered.connect(
                lambda _on=False, tiers=tiers: self.steps.mark_suggested(groups, tiers)
            )
        marked = self.marks.marked_in(groups)
        text = tr("Take their marks back ({count})", count=f"{len(marked):,}")
        back = menu.addAction(theme.icon("undo"), text, lambda: self.steps.unmark(marked))
        back.setEnabled(bool(marked))
        menu.addSeparator()
        some = [group for group in groups if group.kind is not Kind.IDENTICAL]
        apart = tr("Not duplicates ({count})", count=f"{len(some):,}")
        menu.addAction(theme.icon("apart"), apart, lambda: self._reject(some)).setEnabled(
            bool(some)
        )
        menu.popup(at)

    def _reject(self, groups: Sequence[Group]) -> None:
        for group in groups:
            self.steps.reject(group)

    def _menu_actions(self, menu: QMenu, card: Card) -> list[QAction]:
        """What the keys do, in words."""
        marked = card.mark == "remove"
        remove = tr("Take the mark for removal back") if marked else tr("Mark for removal")
        wanted = (
            (tr("Keep this one, mark what can go"), "K", "check", self.keep_chosen),
            (tr("Keep only this one, mark all others"), "Shift+K", "keep", self.keep_only_chosen),
            (tr("Keep the suggested one, mark what can go"), "B", "check", self.keep_best),
            (remove, "X", "cross", self.toggle_chosen),
            (tr("Not duplicates"), "N", "apart", self.not_duplicates),
            (tr("Compare with the suggested one"), tr("Space"), "compare", self.compare),
        )
        made = []
        for text, key, icon, call in wanted:
            action = QAction(theme.icon(icon), f"{text}\t{key}", menu)
            action.triggered.connect(lambda _on=False, call=call: call())
            made.append(action)
        return made

    def _show_facts(self) -> None:
        row = self.photos.currentIndex().row()
        some = 0 <= row < self.photo_model.rowCount()
        self.facts.show_card(self.photo_model.card(row) if some else None, number=row + 1)

    def _close_compare(self) -> None:
        self._stack.setCurrentIndex(0)
        self.photos.setFocus()

    def _marks_changed(self) -> None:
        self.photo_model.marks_changed()
        self.groups.show_marked(len(self.marks.removed), frees=self.marks.frees)
        if self._compare is not None:
            self._compare.set_marks(self.marks.all)

    def _say(self, text: str) -> None:
        self.panel.say(text)
        if self._compare is not None:
            self._compare.say(text)

    def _fill_buttons(self) -> None:
        this = tr("Keep the chosen photo, mark what can go while it stays, go to the next group")
        best = tr("Keep the suggested photo, mark what can go for it, go to the next group")
        apart = tr("These photos are not duplicates: do not show them together again")
        compare = tr("Compare the chosen photo with the suggested one (Space)")
        one = tr("Mark the chosen photos for removal, or take the marks back")
        back, again = tr("Take back the last step"), tr("Do again what was taken back")
        self.panel.fill(
            button(tr("Keep this"), "check", this, self.keep_chosen, key="K", role="primary"),
            button(tr("Keep suggested"), "keep", best, self.keep_best, key="B"),
            button(tr("Remove"), "cross", one, self.toggle_chosen, key="X"),
            button(tr("Not duplicates"), "apart", apart, self.not_duplicates, key="N"),
            button(tr("Compare"), "compare", compare, self.compare),
            button("", "undo", back, self.steps.undo, key="Ctrl+Z", accessible=tr("Undo")),
            button("", "redo", again, self.steps.redo, key="Ctrl+Shift+Z", accessible=tr("Redo")),
        )
        only = QShortcut(QKeySequence("Shift+K"), self.panel, self.keep_only_chosen)
        only.setAutoRepeat(False)
        for count in range(1, 10):
            keep = partial(self.keep_best_shots, count)
            QShortcut(QKeySequence(f"Alt+{count}"), self.panel, keep).setAutoRepeat(False)
