"""The page of folders: sums in a tree, and what can be done with a folder."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from kindred.engine.judgement.folder_sums import FolderSum
from kindred.engine.types import Photo
from kindred.gui.folders.folders_page import FoldersPage, sum_text
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails

ROOT = Path("/pictures")
BACKUP, CAMERA = ROOT / "Backup 2019", ROOT / "Camera Uploads"
SUMS = {
    ROOT: FolderSum(ROOT, 150, 1_500_000),
    BACKUP: FolderSum(BACKUP, 50, 500_000, 40, 9, ((CAMERA, 49),)),
    CAMERA: FolderSum(CAMERA, 100, 1_000_000),
}


@pytest.fixture
def page(
    photo: Callable[..., Photo],
    tasks: Tasks,
    thumbnails: Thumbnails,
    settings: Settings,
    qtbot: QtBot,
) -> FoldersPage:
    protected: list[Path] = []
    preferred: list[Path] = []
    only = [photo(1), photo(2)]
    library = SimpleNamespace(
        folder_sums=lambda *, strictness: SUMS,
        only_in=lambda folder, *, strictness: only if folder == BACKUP else [],
        protected=lambda: protected,
        protect=protected.append,
        unprotect=protected.remove,
        preferred=lambda: preferred,
        prefer=lambda folders: preferred.__setitem__(slice(None), folders),
    )
    made = FoldersPage(Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(made)
    made.resize(1100, 600)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.tree.topLevelItemCount() == 1)
    return made


def item(page: FoldersPage, folder: Path) -> QTreeWidgetItem:
    return page.tree.findItems(
        folder.name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    )[0]


def test_folders_are_a_tree_with_what_is_elsewhere(page: FoldersPage) -> None:
    top = page.tree.topLevelItem(0)
    assert top.text(0) == str(ROOT) and top.childCount() == 2
    row = item(page, BACKUP)
    assert [row.text(n) for n in range(1, 5)] == ["50", "40", "9", "49 in Camera Uploads"]
    page.tree.setCurrentItem(row)
    assert page.name.text() == "Backup 2019"
    assert f"98% of Backup 2019 is in {CAMERA}." in page.said.text()
    assert "1 photo of it is only here." in page.said.text()
    assert sum_text(SUMS[BACKUP]) == page.said.text()


def test_a_folder_is_marked_reviewed_and_shown(page: FoldersPage, qtbot: QtBot) -> None:
    page.tree.setCurrentItem(item(page, CAMERA))
    assert not page.mark.isEnabled()  # nothing of it is elsewhere
    page.tree.setCurrentItem(item(page, BACKUP))
    for made, signal in ((page.mark, page.marking_asked), (page.review, page.review_asked)):
        with qtbot.waitSignal(signal) as heard:
            made.click()
        assert heard.args == [BACKUP]
    page.only.click()
    qtbot.waitUntil(lambda: page.rows.photos.rowCount() == 2)
    page.grab()


def test_a_protected_folder_is_not_marked(page: FoldersPage, qtbot: QtBot) -> None:
    library = page._context.library
    page.tree.setCurrentItem(item(page, BACKUP))
    with qtbot.waitSignal(page.changed):
        page.protect.click()
    qtbot.waitUntil(lambda: page.protect.accessibleName() == "Unprotect")
    assert library.protected() == [BACKUP] and not page.mark.isEnabled()
    with qtbot.waitSignal(page.changed):
        page.prefer.click()
    assert library.preferred() == [BACKUP]
