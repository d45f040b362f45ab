"""The search page: a picture from anywhere, and the library's photos most like it, ranked."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from kindred.engine.types import Hit, Photo
from kindred.gui.search.hit_model import HitModel, is_copy
from kindred.gui.search.hit_view import HitView
from kindred.gui.search.query_card import QueryCard, invitation
from kindred.gui.services import dropped_data
from kindred.gui.services.context import Context
from kindred.gui.services.formatting import bytes_text
from kindred.gui.services.i18n import tr
from kindred.gui.services.requests import Box, PartRequest, RemovalRequest
from kindred.gui.services.thumbnails import to_qimage
from kindred.gui.widgets import theme
from kindred.gui.widgets.file_menu import file_menu
from kindred.gui.widgets.focus import pass_focus
from kindred.gui.widgets.labels import note
from kindred.gui.widgets.photo_list import CardMenu

if TYPE_CHECKING:
    from kindred.engine.library import Library


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """A finished search: the query as a photo where it is a file, and the other photos like it."""

    preview: QImage
    query: Photo | None
    hits: Sequence[Hit]

    @property
    def in_library(self) -> bool:
        return self.query is not None and self.query.content > 0


def find(library: Library, picture: Path | bytes) -> SearchAnswer:
    """Search on a reading thread. Raises KindredError when the picture cannot be used."""
    result = library.search(picture)
    query = result.query
    others = [hit for hit in result.hits if query is None or hit.photo.path != query.path]
    return SearchAnswer(to_qimage(result.picture), query, others)


class SearchPage(QWidget):
    """Searches when told to; removing is left to whoever hears `removal_asked`."""

    removal_asked = Signal(object)  # RemovalRequest

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._found: SearchAnswer | None = None
        self._picture: Path | bytes | None = None  # asked for last
        self.model = HitModel()
        self.view = HitView(self.model, context.thumbnails)
        self.view.chosen_changed.connect(self._show_actions)
        self.view.menu_asked.connect(self._menu)
        self.view.doubleClicked.connect(lambda _index: self.compare())
        self.card = QueryCard()
        self.card.open_asked.connect(self.open_picture)
        self.card.paste_asked.connect(self.paste)
        self.card.compare_asked.connect(self.compare)
        self.card.remove_asked.connect(self.remove)
        self.card.part_asked.connect(self._search_part_of_query)
        self._note = note()
        self._results = QStackedWidget()
        self._results.addWidget(self.view)
        self._results.addWidget(self._note)
        self._page = QWidget()
        inner = QVBoxLayout(self._page)
        inner.setContentsMargins(18, 14, 18, 0)
        inner.setSpacing(10)
        inner.addWidget(self.card)
        inner.addWidget(self._results, 1)
        self._stack = QStackedWidget()
        self._page.setFocusProxy(self.view)
        pass_focus(self, self._stack)
        self._stack.addWidget(invitation(opened=self.open_picture, pasted=self.paste))
        self._stack.addWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def search(self, picture: Path | bytes, *, part_of: Path | None = None) -> None:
        """Find the photos most like a file or an encoded picture, which may be a part of a file."""
        self._found = None
        if isinstance(picture, Path):
            said = tr("Photos like {name}", name=picture.name), str(picture.parent)
        elif part_of is not None:
            said = tr("Photos like a part of {name}", name=part_of.name), str(part_of.parent)
        else:
            said = tr("Photos like this picture"), tr("dropped or pasted")
        self.card.show_source(*said)
        self.card.show_preview(None)
        self._say(tr("Searching…"))
        self._stack.setCurrentWidget(self._page)
        self._show_actions()
        self.setFocus()  # Qt hands it to the results as soon as they are shown
        self._picture = picture
        self._context.tasks.read(
            self,
            lambda: find(self._context.library, picture),
            lambda found: self._show_found(picture, found),
            topic="search",
            failed=lambda error: self._say(self._context.tasks.sentence(error)),
        )

    def search_part(self, picture: Path | bytes, box: Box) -> None:
        """Find the photos most like a part of a picture."""
        library = self._context.library
        of = picture if isinstance(picture, Path) else None
        self._context.tasks.read(
            self,
            lambda: library.part_of(picture, box),
            lambda part: self.search(part, part_of=of),
            topic="part",
        )

    def _search_part_of_query(self, box: Box) -> None:
        if self._picture is not None:
            self.search_part(self._picture, box)

    @property
    def note(self) -> str:
        """What is said in place of results."""
        return self._note.text() if self._results.currentWidget() is self._note else ""

    def compare(self) -> None:
        """Compare the chosen photo with the query, where that is a file."""
        if self._found is None or self._found.query is None or not self.view.chosen:
            return
        from kindred.gui.compare.compare_view import CompareView  # only when first asked for

        compare = CompareView(self._context)
        compare.set_markable(on=False)
        compare.closed.connect(lambda: self._close_compare(compare))
        compare.part_asked.connect(partial(self._search_part_in, compare))
        self._stack.addWidget(compare)
        self._stack.setCurrentWidget(compare)
        group = self._context.library.search_group(self._found.query, self._found.hits)
        chosen = self.view.chosen[0].photo
        second = next(n for n, member in enumerate(group.members) if member.photo == chosen)
        compare.show_group(group, 0, second)
        compare.setFocus()

    def open_picture(self) -> None:
        """Ask for a file and search for it."""
        name, _ = QFileDialog.getOpenFileName(self, tr("Find photos like…"))
        if name:
            self.search(Path(name))

    def paste(self) -> None:
        """Search for what the clipboard holds."""
        picture = dropped_data.read(QGuiApplication.clipboard().mimeData()).picture
        if picture is not None:
            self.search(picture)

    def remove(self) -> None:
        """Ask for the removal of the chosen photos; the query, a photo of the library, stays."""
        found, chosen = self._found, self.view.chosen
        if found is None or found.query is None or not found.in_library:
            return
        if chosen and all(map(is_copy, chosen)):
            group = self._context.library.search_group(found.query, chosen)
            paths = frozenset(hit.photo.path for hit in chosen)
            self.removal_asked.emit(RemovalRequest([group], paths))

    def forget_photos(self, paths: Collection[Path]) -> None:
        """The photos are gone: show what is left of the results."""
        if self._found is not None:
            hits = [hit for hit in self._found.hits if hit.photo.path not in paths]
            if len(hits) < len(self._found.hits):
                self._show(replace(self._found, hits=hits))
                if not hits:
                    self._say(tr("The photos found were all removed."))

    def _show_found(self, picture: Path | bytes, found: SearchAnswer) -> None:
        """Show the hits, and what the nearest of them are as soon as they were compared."""
        self._show(found)
        library = self._context.library
        self._context.tasks.read(
            self,
            lambda: library.relate(picture, found.hits),
            lambda hits: self._show_relations(picture, hits),
            topic="relations",
            failed=lambda error: log.info("hits not compared: %s", error),
        )

    def _show_relations(self, picture: Path | bytes, hits: Sequence[Hit]) -> None:
        if self._found is None or self._picture is not picture:  # another was asked for meanwhile
            return
        left = {hit.photo.path for hit in self._found.hits}
        self._found = replace(self._found, hits=[hit for hit in hits if hit.photo.path in left])
        chosen = [hit.photo.path for hit in self.view.chosen]
        self.model.set_hits(self._found.hits)
        self.view.choose(chosen)
        self._show_actions()

    def _show(self, found: SearchAnswer) -> None:
        self._found = found
        self.card.show_preview(found.preview)
        if found.query is not None:
            info = found.query.info
            size = tr("{width} × {height}", width=info.width, height=info.height)
            facts = [str(found.query.path.parent), size, bytes_text(found.query.size)]
            facts.append(tr("in the library") if found.in_library else tr("not in the library"))
            title = tr("Photos like {name}", name=found.query.path.name)
            self.card.show_source(title, "  ·  ".join(facts))
        self.model.set_hits(found.hits)
        if found.hits:
            self._results.setCurrentWidget(self.view)
            self.view.choose_first()
        else:
            self._say(
                tr("There is no other photo in the library.")
                if found.in_library
                else tr("Nothing to find yet: scan a folder on the Library page first.")
            )
        self._show_actions()

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._results.setCurrentWidget(self._note)

    def _search_part_in(self, compare: QWidget, asked: PartRequest) -> None:
        self._close_compare(compare)
        self.search_part(asked.picture, asked.box)

    def _close_compare(self, compare: QWidget) -> None:
        self._stack.setCurrentWidget(self._page)
        self._stack.removeWidget(compare)
        compare.deleteLater()
        self.view.setFocus()

    def _show_actions(self) -> None:
        found = self._found
        self.card.show_actions(
            chosen=len(self.view.chosen) if found is not None else 0,
            file=found is not None and found.query is not None,
            removable=found is not None and found.in_library,
            copies=all(map(is_copy, self.view.chosen)),
        )

    def _menu(self, asked: CardMenu) -> None:
        hit = self.model.row(asked.row)
        if not isinstance(hit, Hit):
            return
        path = hit.photo.path
        menu = file_menu(self, path)
        menu.addAction(
            theme.icon("search"),
            tr("Find photos like this one"),
            lambda: self.search(path),
        )
        menu.exec(asked.at)
        menu.deleteLater()
