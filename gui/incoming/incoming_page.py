"""The page that tells what of a card, phone or drive is new, and copies it by date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kindred.engine.incoming import (
    THERE,
    Arrivals,
    Copied,
    Incoming,
    Standing,
    copy_to,
    look,
    not_safe,
    take_back,
)
from kindred.engine.paths import visible_text
from kindred.gui.incoming.arrival_rows import ArrivalRows, folder_name
from kindred.gui.incoming.cards import connected_cards
from kindred.gui.incoming.standing_text import CHOSEN, STANDINGS
from kindred.gui.services.engine_words import message_text
from kindred.gui.services.formatting import busy, bytes_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.action_row import ActionRow
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.empty_page import drop_zone
from kindred.gui.widgets.labels import hint, muted, title

if TYPE_CHECKING:
    from kindred.engine.messages import Message
    from kindred.engine.progress import CancelToken, Progress, ProgressSink
    from kindred.engine.removal.trash import Trash
    from kindred.gui.services.context import Context

TARGET = "incoming/target"

T = TypeVar("T")  # what a job works out


class IncomingPage(QWidget):
    """Looks at a card, copies from it and takes copies back, each as a job."""

    said = Signal(object)  # a sentence for the notice

    def __init__(self, context: Context, trash: Trash) -> None:
        super().__init__()
        self._context, self._trash = context, trash
        self._found: Arrivals | None = None
        self._copied: list[Copied] = []
        self._cards = QHBoxLayout()
        self._cards.setSpacing(8)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._invitation())
        self._stack.addWidget(self._results())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self._choose)

    def refresh(self) -> None:
        """Look which cards are connected."""
        self._context.tasks.read(self, connected_cards, self._show_cards, topic="cards")

    def choose(self) -> None:
        """Ask for a card and look at it."""
        start = str(self._found.card if self._found is not None else Path.home())
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a card, phone or drive"), start)
        if chosen:
            self.look_at(Path(chosen))

    def look_at(self, card: Path) -> None:
        """Compare a card with the folders of the library."""
        library = self._context.library
        options = self._context.settings.scan_options()

        def work(token: CancelToken, progress: ProgressSink) -> Arrivals | None:
            folders = [one for one in library.roots() if one != card and one.is_dir()]
            if not folders:
                return None

            def quiet(shown: Progress) -> None:  # the photos of the card are in no group to review
                progress(replace(shown, groups_version=0))

            return look(library, card, folders, options=options, token=token, progress=quiet)

        self._start(tr("Looking"), work, self._looked)

    def copy(self) -> None:
        """Ask where to, and copy the files of the chosen sorts there."""
        files = self.chosen()
        settings = self._context.settings
        folder = QFileDialog.getExistingDirectory(
            self, tr("Copy into folders by date, below"), settings.text(TARGET, str(Path.home()))
        )
        if folder and files:
            settings.put(TARGET, folder)
            self.copy_into(Path(folder), files)

    def copy_into(self, folder: Path, files: list[Incoming]) -> None:
        found = self._found
        if found is None:
            return
        self._start(
            tr("Copying"),
            lambda token, progress: copy_to(
                folder, files, card=found.card, token=token, progress=progress
            ),
            self._copying_ended,
        )

    def undo(self) -> None:
        """Move the copies to the trash."""
        copied, trash = self._copied, self._trash
        self._start(
            tr("Taking back"),
            lambda token, progress: take_back(copied, trash=trash, token=token, progress=progress),
            self._taken_back,
        )

    def check(self) -> None:
        """Read back everything that is to be on this computer."""
        found, copied = self._found, self._copied
        if found is not None:
            self._start(
                tr("Checking"),
                lambda token, progress: not_safe(found, copied, token=token, progress=progress),
                self._checked,
            )

    def chosen(self) -> list[Incoming]:
        """The files of the sorts that are ticked, apart from those that were copied."""
        if self._found is None:
            return []
        done = {copy.source for copy in self._copied if copy.target is not None}
        sorts = {
            self._item_standing(item)
            for item in map(self.sorts.item, range(self.sorts.count()))
            if item.checkState() == Qt.CheckState.Checked
        }
        return [f for f in self._found.files if f.standing in sorts and f.path not in done]

    def _start(
        self, name: str, work: Callable[[CancelToken, ProgressSink], T], done: Callable[[T], None]
    ) -> None:
        if not self._context.tasks.run(self, name, work, done):
            self.said.emit(busy())

    def _looked(self, found: Arrivals | None) -> None:
        if found is None:
            self.said.emit(tr("Scan the folders with your photos first, on the Library page."))
            return
        self._found, self._copied = found, []
        self._name.setText(folder_name(found.card))
        new = trn("{count} new photo", "{count} new photos", found.counts[Standing.NEW])
        files = trn("{count} file", "{count} files", len(found.files))
        self._counts.setText(f"{found.card} · {files} · {new}")
        self.sorts.clear()
        for standing, words in STANDINGS.items():
            of = found.of(standing)
            if not of:
                continue
            size = bytes_text(sum(file.size for file in of))
            item = QListWidgetItem(f"{tr(words)}\n{len(of):,} · {size}")
            item.setData(Qt.ItemDataRole.UserRole, standing.value)
            if standing not in THERE:
                on = standing in CHOSEN
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.sorts.addItem(item)
        self.verdict.setText(tr("Nothing was changed on it; it is only read."))
        self._stack.setCurrentIndex(1)
        self.setFocusProxy(self.sorts)
        self.sorts.setCurrentRow(0)
        self._show_chosen()

    def _copying_ended(self, copied: list[Copied]) -> None:
        self._copied = [*self._copied, *(copy for copy in copied if copy.target is not None)]
        done = sum(copy.target is not None for copy in copied)
        text = trn(
            "{count} file copied and read back.", "{count} files copied and read back.", done
        )
        failed = [copy for copy in copied if copy.target is None]
        if failed:
            note = failed[0].note
            text = " ".join(
                (
                    text,
                    trn("{count} was not copied:", "{count} were not copied:", len(failed)),
                    f"{failed[0].source.name}:",
                    message_text(note) if note is not None else "",
                )
            )
        self.verdict.setText(visible_text(text))
        self._show_chosen()

    def _taken_back(self, left: list[Copied]) -> None:
        self._copied = left
        text = tr("The copies are in the trash.")
        if left and left[0].note is not None:
            count = trn("{count} was left alone:", "{count} were left alone:", len(left))
            text = f"{count} {message_text(left[0].note)}"
        self.verdict.setText(text)
        self._show_chosen()

    def _checked(self, obstacle: Message | None) -> None:
        if obstacle is None:
            self.verdict.setText(
                tr("Safe to erase: every file is on this computer and was read back just now.")
            )
        else:
            why = message_text(obstacle)
            self.verdict.setText(tr("Do not erase it yet: {why}", why=why))

    def _show_cards(self, cards: list[Path]) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (made := item.widget()) is not None:
                made.deleteLater()
        for card in cards:
            name = folder_name(card)
            self._cards.addWidget(
                button(
                    tr("Look at {name}", name=name),
                    "folder",
                    str(card),
                    partial(self.look_at, card),
                )
            )

    def _show_chosen(self) -> None:
        files = self.chosen()
        self._copy.setEnabled(bool(files))
        self._undo.setEnabled(any(copy.made for copy in self._copied))
        size = bytes_text(sum(file.size for file in files))
        self._to_copy.setText(
            trn("{count} file to copy, {size}", "{count} files to copy, {size}", len(files),
                size=size)
        )  # fmt: skip

    def _show_sort(self) -> None:
        item = self.sorts.currentItem()
        if self._found is not None and item is not None:
            self.rows.show_files(self._found.of(self._item_standing(item)))

    @staticmethod
    def _item_standing(item: QListWidgetItem) -> Standing:
        return Standing(item.data(Qt.ItemDataRole.UserRole))

    def _invitation(self) -> QWidget:
        self._choose = self._pick(tr("Choose a card, phone or drive…"))
        self._choose.setMinimumHeight(40)
        found = QWidget()
        found.setLayout(self._cards)
        self._cards.setContentsMargins(0, 0, 0, 0)
        return drop_zone(
            "card",
            tr("What is new on this card?"),
            tr(
                "Kindred compares every photo on a card, phone or drive with yours, by sight:"
                " renamed, smaller and edited ones too. Then it copies what is new, by date."
            ),
            self._choose,
            found,
            tr("It is only read. You are told when it is safe to erase."),
        )

    def _results(self) -> QWidget:
        self._name, self._counts = title(), muted()
        self._to_copy, self.verdict = muted(), hint()
        self.verdict.setAccessibleName(tr("May it be erased?"))
        self.sorts = QListWidget()
        self.sorts.setProperty("role", "panel")
        self.sorts.setAccessibleName(tr("What the files are to your photos"))
        self.sorts.setToolTip(tr("Tick what is to be copied"))
        self.sorts.currentItemChanged.connect(lambda *_: self._show_sort())
        self.sorts.itemChanged.connect(lambda _item: self._show_chosen())
        self.rows = ArrivalRows(self._context.thumbnails)
        self._copy = button(
            tr("Copy them by date…"),
            "copy",
            tr("Copy what is ticked into a folder for each day, and read every copy back"),
            self.copy,
            role="primary",
        )
        self._undo = button(
            tr("Take copies back"),
            "undo",
            tr("Move the copies that were made to the trash"),
            self.undo,
        )
        safe = button(
            tr("Safe to erase?"),
            "check",
            tr("Read back every file that is to be on this computer"),
            self.check,
        )
        again = button(
            tr("Look again"),
            "refresh",
            tr("Compare it once more"),
            lambda: self.look_at(self._found.card) if self._found is not None else None,
        )
        row = ActionRow()
        row.fill(self._copy, self._undo, safe, again, self._pick(tr("Choose another…")))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.sorts)
        split.addWidget(self.rows)
        split.setSizes([300, 740])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(20, 14, 20, 12)
        layout.setSpacing(8)
        for part in (self._name, self._counts, split, self._to_copy, self.verdict, row):
            layout.addWidget(part, 1 if part is split else 0)
        return page

    def _pick(self, text: str) -> QPushButton:
        return button(
            text,
            "folder-add",
            tr("Compare the photos on it with those of your folders; it is only read"),
            self.choose,
            role="primary" if self._stack.count() == 0 else "",
        )
