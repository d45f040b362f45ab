"""The page of what is new: the sorts of files, copying the ticked ones, and when to erase."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kindred.engine.digest import digest_file
from kindred.engine.incoming import Arrivals, Incoming, Standing
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import Photo, SkippedFile, SkipReason
from kindred.gui.incoming import incoming_page
from kindred.gui.incoming.incoming_page import IncomingPage
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails


@pytest.fixture
def found(photo: Callable[..., Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arrivals:
    """A card with a new photo, one that is there, a film, and a damaged one."""
    monkeypatch.setenv("HOME", str(tmp_path))  # the computer's own drive, and none of the card's
    new, there = photo(1, taken_at="2017-07-04T10:11:12"), photo(2)
    card = new.path.parent
    (tmp_path / "mine").mkdir()
    mine = tmp_path / "mine" / "2.jpg"
    mine.write_bytes(there.path.read_bytes())
    twin = replace(there, path=mine, digest=digest_file(mine))
    files = [
        Incoming(
            p.path, standing, match and match.path, p, p.info.taken_at, None, p.size, p.mtime_ns,
            twin=match,
        )
        for p, standing, match in ((new, Standing.NEW, None), (there, Standing.EXACT, twin))
    ]  # fmt: skip
    for name, standing in (("film.mp4", Standing.OTHER), ("bad.jpg", Standing.UNREADABLE)):
        (card / name).write_bytes(b"data")
        at = (card / name).stat()
        why = SkippedFile(card / name, SkipReason.DAMAGED, "ends early")
        skipped = why if standing is Standing.UNREADABLE else None
        files.append(
            Incoming(card / name, standing, skipped=skipped, size=4, mtime_ns=at.st_mtime_ns)
        )
    return Arrivals(card, tuple(sorted(files, key=lambda file: file.path)))


@pytest.fixture
def page(
    found: Arrivals,
    tmp_path: Path,
    tasks: Tasks,
    thumbnails: Thumbnails,
    settings: Settings,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> IncomingPage:
    library = SimpleNamespace(roots=lambda: [tmp_path / "mine", tmp_path / "unplugged"])
    asked = []
    monkeypatch.setattr(
        incoming_page, "look", lambda *given, **_named: asked.append(given[2]) or found
    )
    made = IncomingPage(
        Context(library, tasks, thumbnails, settings), folder_trash(tmp_path / "trash")
    )
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    made.look_at(found.card)
    qtbot.waitUntil(lambda: made.sorts.count() == 4)
    assert asked == [[tmp_path / "mine"]]  # a folder that is not there is not compared with
    return made


def tick(page: IncomingPage, *words: str) -> None:
    for row in range(page.sorts.count()):
        item = page.sorts.item(row)
        if any(item.text().startswith(word) for word in words):
            item.setCheckState(Qt.CheckState.Checked)


def test_the_new_ones_are_ticked_and_shown(page: IncomingPage) -> None:
    assert [file.path.name for file in page.chosen()] == ["1.jpg"]
    assert page.rows.files.rowCount() == 1
    page.sorts.setCurrentRow(2)
    assert "damaged" in page.rows.files.data(
        page.rows.files.index(0), Qt.ItemDataRole.AccessibleTextRole
    )
    page.grab()


def test_everything_copied_is_safe_to_erase_and_can_be_taken_back(
    page: IncomingPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.check()
    qtbot.waitUntil(lambda: page.verdict.text().startswith("Do not erase it yet"))
    tick(page, "Films", "Could not")
    assert len(page.chosen()) == 3
    page.copy_into(tmp_path / "sorted", page.chosen())
    qtbot.waitUntil(lambda: page.verdict.text().startswith("3 files copied"))
    copy = tmp_path / "sorted" / "2017" / "2017-07-04" / "1.jpg"
    assert copy.is_file() and page.chosen() == []
    page.check()
    qtbot.waitUntil(lambda: page.verdict.text().startswith("Safe to erase"))
    page.undo()
    qtbot.waitUntil(lambda: page.verdict.text() == "The copies are in the trash.")
    assert not copy.exists() and len(page.chosen()) == 3


def test_nothing_is_copied_onto_the_card(
    page: IncomingPage, found: Arrivals, tasks: Tasks, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(tasks.failed):
        page.copy_into(found.card / "inside", page.chosen())
    assert not (found.card / "inside").exists()
