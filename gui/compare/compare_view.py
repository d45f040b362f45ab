"""Compares two photos of a group: five ways to look, one zoom, and the metadata that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kindred.engine.types import Group
from kindred.gui.compare import pair_text
from kindred.gui.compare.canvas import Canvas, Mode
from kindred.gui.compare.compare_bar import MODES, CompareBar, button
from kindred.gui.compare.linked_zoom import SidePart
from kindred.gui.compare.metadata_strip import MetadataStrip
from kindred.gui.compare.overlays import Overlay
from kindred.gui.compare.pair_loader import PairLoader
from kindred.gui.services.context import Context
from kindred.gui.services.i18n import tr
from kindred.gui.services.requests import Mark, MarkRequest, PartRequest
from kindred.gui.widgets.buttons import say
from kindred.gui.widgets.labels import PlainLabel
from kindred.gui.widgets.theme import decorate

STEP = 1.25  # zoom factor of one key press


class CompareView(QWidget):
    """One pair at a time; the arrows change the second photo."""

    closed = Signal()
    marked = Signal(object)  # MarkRequest
    undo_asked = Signal()
    redo_asked = Signal()
    part_asked = Signal(object)  # PartRequest

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Compare two photos"))
        self._group: Group | None = None
        self._indexes = (0, 1)
        self._marks: Mapping[Path, Mark] = {}
        self._markable = True
        self._overlays: dict[Mode, Overlay] = {}
        self.pair = PairLoader(context, self)
        self.canvas = Canvas()
        self.strip = MetadataStrip()
        self.bar = CompareBar()
        self.setFocusProxy(self.canvas)
        self._readout = PlainLabel()
        self._readout.setWordWrap(True)
        self._readout.setTextFormat(Qt.TextFormat.PlainText)
        self._problem = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._bottom())
        layout.addWidget(self.strip)
        self._keys = self._key_table()
        self.pair.pictured.connect(lambda made: self.canvas.set_picture(made.side, made.picture))
        self.pair.placed.connect(self._placement_found)
        self.pair.troubled.connect(self._show_problem)
        self.bar.back.connect(self.closed)
        self.bar.stepped.connect(self.step)
        self.bar.mode_chosen.connect(self.set_mode)
        self.bar.fit.connect(self.canvas.fit)
        self.bar.part.connect(self._pick_part)
        self.canvas.part_chosen.connect(self._part_chosen)
        self.bar.actual_size.connect(self.canvas.toggle_actual_size)
        self.canvas.chosen.connect(self.choose)
        self.strip.chosen.connect(self.choose)
        self.strip.marked.connect(lambda asked: self._mark(asked.side, asked.mark))
        self.set_mode(Mode.SIDES)

    # what is shown

    def show_group(self, group: Group, first: int, second: int) -> None:
        """Compare two members of the group, by index."""
        self._group, self._indexes = group, (first, second)
        before = self.pair.photos or (None, None)
        photos = group.members[first].photo, group.members[second].photo
        for side, photo in enumerate(photos):
            if photo != before[side]:
                self.canvas.set_picture(side, None)
        self._problem = ""
        self._overlays.clear()
        self.canvas.set_overlay(Overlay())
        self.canvas.set_captions(f"1  {photos[0].path.name}", f"2  {photos[1].path.name}")
        edits = pair_text.relation_of(group, first, second, None)[1]
        self.strip.show_photos(*photos, edits, pair_text.fates(group, first, second))
        self.choose(1)
        self.set_marks(self._marks)
        self.pair.show(group, first, second)
        assert self.pair.placement is not None  # noqa: S101 - show sets it
        self.canvas.set_placement(self.pair.placement, keep_view=False)
        self._describe()

    @property
    def title(self) -> str:
        return self.bar.title

    @property
    def readout(self) -> str:
        """What is said about the pair under it."""
        return self._readout.text()

    def say(self, text: str) -> None:
        """Show this text instead of what is said about the pair; empty: show that again."""
        if text:
            self._readout.setText(text)
        else:
            self._describe()

    def set_marks(self, marks: Mapping[Path, Mark]) -> None:
        """Show these marks, by path."""
        self._marks = marks
        if self._group is None:
            return
        members = [self._group.members[index] for index in self._indexes]
        found = (marks.get(members[0].photo.path), marks.get(members[1].photo.path))
        protected = {side for side, member in enumerate(members) if member.protected}
        self.strip.show_marks(found, protected=protected)

    def set_markable(self, *, on: bool) -> None:
        """Whether photos can be marked: they cannot where they are no group of the library."""
        self._markable = on
        self.strip.set_markable(on=on)

    def set_mode(self, mode: Mode) -> None:
        self.bar.show_mode(mode)
        self._flicker.setVisible(mode is Mode.FLICKER)
        self.canvas.set_overlay(Overlay())
        self.canvas.set_mode(mode)
        self._show_flicker()
        self._describe()

    def choose(self, side: int) -> None:
        """The photo that K and X act on."""
        self.canvas.set_active(side)
        self.strip.show_active(side)

    def step(self, way: int) -> None:
        """The next (1) or previous (-1) photo of the group beside the first."""
        if self._group is None:
            return
        first, second = self._indexes
        others = [index for index in range(len(self._group.members)) if index != first]
        place = (others.index(second) + way) % len(others)
        self.show_group(self._group, first, others[place])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Flicker again, and load what `hideEvent` gave back if another page was shown between."""
        super().showEvent(event)
        self.canvas.set_flickering(on=self.canvas.mode is Mode.FLICKER)
        self._show_flicker()
        if self._group is not None and self.pair.photos is None:
            self.show_group(self._group, *self._indexes)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Give the memory of the full pictures back."""
        super().hideEvent(event)
        self.canvas.set_flickering(on=False)
        for side in (0, 1):
            self.canvas.set_picture(side, None)
        self.pair.forget()

    # keys, taken before the shortcuts of the page below this view see them

    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._action(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        action = self._action(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        if event.matches(QKeySequence.StandardKey.Undo):
            # A key held down must not run through the steps.
            return self.undo_asked.emit if not event.isAutoRepeat() else lambda: None
        if event.matches(QKeySequence.StandardKey.Redo):
            return self.redo_asked.emit if not event.isAutoRepeat() else lambda: None
        modifiers = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        return self._keys.get(event.key()) if not modifiers else None

    def _key_table(self) -> dict[int, Callable[[], object]]:
        key = Qt.Key
        modes = {
            getattr(key, f"Key_{number}"): (lambda mode=mode: self.set_mode(mode))
            for mode, (_, number, _) in MODES.items()
        }
        return modes | {
            key.Key_E: lambda: self.set_mode(Mode.EXPLAIN),
            key.Key_Left: lambda: self.step(-1),
            key.Key_Right: lambda: self.step(1),
            key.Key_Up: lambda: self.choose(0),
            key.Key_Down: lambda: self.choose(1),
            key.Key_K: lambda: self._mark(self.canvas.active, "keep"),
            key.Key_X: lambda: self._mark(self.canvas.active, "remove"),
            key.Key_Z: self.canvas.toggle_actual_size,
            key.Key_F: self.canvas.fit,
            key.Key_Plus: lambda: self.canvas.zoom_by(STEP),
            key.Key_Equal: lambda: self.canvas.zoom_by(STEP),
            key.Key_Minus: lambda: self.canvas.zoom_by(1 / STEP),
            key.Key_S: self._swap,
            key.Key_R: self._pick_part,
            key.Key_P: self._toggle_flicker,
            key.Key_Escape: self.closed.emit,
            key.Key_Space: self.closed.emit,
        }

    # parts

    def _bottom(self) -> QWidget:
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 6, 14, 6)
        bar.setMinimumHeight(48)  # the same with and without the flicker's button
        row.addWidget(self._readout, 1)
        self._flicker = button("", tr("Stop or go on (P); S shows the other"), self._toggle_flicker)
        row.addWidget(self._flicker)
        return bar

    # what happens

    def _mark(self, side: int, mark: Mark) -> None:
        if self._group is not None and self._markable:
            member = self._group.members[self._indexes[side]]
            if mark == "keep" or not member.protected:
                self.marked.emit(MarkRequest(member.photo.path, mark))
            else:
                self.say(tr("This photo is in a protected folder."))
            self.set_marks(self._marks)

    def _pick_part(self) -> None:
        self.canvas.set_picking(on=not self.canvas.picking)
        self.say(tr("Draw a rectangle on a photo.") if self.canvas.picking else "")

    def _part_chosen(self, part: SidePart) -> None:
        self.say("")
        if self._group is not None:
            photo = self._group.members[self._indexes[part.side]].photo
            self.part_asked.emit(PartRequest(photo.path, part.box))

    def _toggle_flicker(self) -> None:
        if self.canvas.mode is Mode.FLICKER:
            self.canvas.set_flickering(on=not self.canvas.flickering)
            self._show_flicker()

    def _swap(self) -> None:
        if self.canvas.mode is Mode.FLICKER:
            self.canvas.set_flickering(on=False)
            self.canvas.swap()
            self._show_flicker()

    def _show_flicker(self) -> None:
        running = self.canvas.flickering
        say(self._flicker, tr("Pause") if running else tr("Go on"))
        decorate(self._flicker, "pause" if running else "play")

    def _placement_found(self) -> None:
        if self.pair.placement is not None:
            self.canvas.set_placement(self.pair.placement, keep_view=True)
            self._describe()

    def _show_problem(self, problem: str) -> None:
        self._problem = problem
        self._readout.setText(problem)

    def _describe(self) -> None:
        """Title and readout; asks for the overlay of the mode when it is not there yet."""
        group, placement, mode = self._group, self.pair.placement, self.canvas.mode
        if group is None or placement is None:
            return
        shown = (group, *self._indexes, self.pair.relation)
        kind, _ = pair_text.relation_of(*shown)
        self.bar.show_title(pair_text.title(*shown), others=len(group.members) - 1)
        searching = self.pair.searching
        self._readout.setText(
            self._problem or pair_text.view_text(mode, kind, placement, searching=searching)
        )
        if self._problem:
            return
        overlay = self._overlays.get(mode)
        if overlay is not None:
            self.canvas.set_overlay(overlay)
            self._readout.setText(pair_text.overlay_text(mode, kind, placement, overlay.words))
        elif mode is Mode.EXPLAIN:
            self.pair.explain(partial(self._overlay_found, mode))
        elif mode is Mode.DIFFERENCE and placement.registered and not searching:
            self.pair.find_changes(partial(self._overlay_found, mode))

    def _overlay_found(self, mode: Mode, overlay: Overlay) -> None:
        self._overlays[mode] = overlay
        if self.canvas.mode is mode:
            self._describe()
