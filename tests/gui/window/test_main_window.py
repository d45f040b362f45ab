"""The whole path in the window: pick, scan, review, remove, undo, search by drop, close."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QMenu,
    QSlider,
)
from pytestqt.qtbot import QtBot

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import StoreError
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import Kind
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.removal.removal_dialog import RemovalDialog
from kindred.gui.services.preferences import Settings
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.settings.settings_dialog import SettingsDialog
from kindred.gui.window.main_window import MainWindow
from kindred.gui.window.skipped_dialog import SkippedDialog
from tests.support.drawing import draw

TIMEOUT = 60_000  # generous: another job may have the processor


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three scenes; the first twice with the same bytes, the second also at half its size."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in (1, 2, 3):
        draw(seed).save(folder / f"scene {seed}.jpg", quality=92)
    shutil.copy(folder / "scene 1.jpg", folder / "scene 1 copy.jpg")
    draw(2).resize((320, 240)).save(folder / "scene 2 small.jpg", quality=80)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    return folder


@pytest.fixture
def window(
    qtbot: QtBot,
    settings: Settings,
    thumbnails: Thumbnails,
    embedder: Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    monkeypatch.setattr("kindred.gui.window.main_window.CLOSING_SECONDS", TIMEOUT / 1000)
    made = MainWindow(
        lambda: Library.open(embedder=embedder),
        settings=settings,
        thumbnails=thumbnails,
        trash=folder_trash(tmp_path / "trash"),
    )
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(made.opened, timeout=TIMEOUT):
        pass
    yield made
    made.close()
    assert made.idle


def answer(kind: type[QDialog], act: Callable[[QDialog], object]) -> None:
    """Do something with the next dialog of a kind, as soon as it is open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    look()


def drop(window: MainWindow, mime: QMimeData) -> None:
    """Drag something over the window and let go."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(300, 300), action, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), action, mime, left, none))


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def scan(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        drop(window, files(folder))
    qtbot.waitUntil(lambda: len(window.review_page.groups.listed) == 2, timeout=TIMEOUT)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.jpg")}


def test_pick_review_remove_undo(
    window: MainWindow, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()}
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(photos))
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.library_page.choose()
    assert window.notice.text.startswith("Scan finished: 5 photos.")
    page = window.review_page
    qtbot.waitUntil(lambda: len(page.groups.listed) == 2, timeout=TIMEOUT)
    assert {group.kind for group in page.groups.listed} == {Kind.IDENTICAL, Kind.COPY}
    qtbot.waitUntil(lambda: window.library_page.folders == (photos,), timeout=TIMEOUT)

    window.go("review")
    page.keep_only_chosen()
    page.keep_only_chosen()
    assert len(page.marks.removed) == 2
    answer(RemovalDialog, lambda dialog: dialog.agree.click())
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        page.remove_marked()
    assert len(names(photos)) == 4
    assert "scene 2.jpg" in names(photos)  # the larger one stays
    assert window.notice.text == "2 photos moved to the trash."
    qtbot.waitUntil(lambda: page.groups.listed == [], timeout=TIMEOUT)

    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.notice.button.click()
    assert window.notice.text == "2 photos are back."
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()}
    assert after == before
    qtbot.waitUntil(lambda: len(page.groups.listed) == 2, timeout=TIMEOUT)


def test_a_scan_is_shown_while_it_runs_and_what_it_found_at_the_end(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    view = window.library_page.scan_view
    titles: list[str] = []
    window.windowTitleChanged.connect(titles.append)
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.scan([photos])
        qtbot.waitUntil(view.isVisible, timeout=TIMEOUT)
    qtbot.waitUntil(window.review_page.isVisible, timeout=TIMEOUT)
    assert window.notice.text.startswith("Scan finished: 5 photos.")
    assert window.notice.text.endswith(" can go without losing anything.")
    assert len(view.photos.photos) == 5
    assert titles[-1] == "Kindred" and all(title.endswith("Kindred") for title in titles)
    window.go("library")
    assert not view.isVisible()


def test_what_is_safely_elsewhere_is_marked_by_folder(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    backup = photos / "backup"
    backup.mkdir()
    shutil.copy(photos / "scene 3.jpg", backup)
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.scan([photos])
    qtbot.waitUntil(lambda: len(window.review_page.groups.listed) == 3, timeout=TIMEOUT)
    page = window.folders_page
    window.go("folders")
    qtbot.waitUntil(lambda: page.tree.topLevelItemCount() == 1, timeout=TIMEOUT)
    page.tree.setCurrentItem(page.tree.topLevelItem(0).child(0))
    assert page.said.text().endswith("Every photo of it is safely elsewhere.")
    page.mark.click()
    assert window.review_page.isVisible()
    assert window.review_page.marks.removed == {backup / "scene 3.jpg"}
    assert len(window.review_page.groups.listed) == 1


def test_full_screen_and_back(window: MainWindow, qtbot: QtBot) -> None:
    window.switch_full_screen()
    assert window.isFullScreen()
    window.switch_full_screen()
    assert not window.isFullScreen()


def test_the_menu_opens_and_a_report_is_written(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: shown.append(menu))
    window.bar.menu.click()
    assert len(shown) == 1
    with qtbot.waitSignal(window.tasks.job_ended):
        window.write_report(tmp_path / "report.html")
    qtbot.waitUntil(lambda: "report.html" in window.notice.text)
    assert "Photos that belong together" in (tmp_path / "report.html").read_text("utf-8")


def test_the_page_of_what_is_new_is_made_when_asked_for(window: MainWindow) -> None:
    assert window._incoming is None
    window.bar.button("incoming").click()
    assert window._pages.currentWidget() is window.incoming_page


def test_another_language_is_spoken_at_once(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    window.go("history")
    settings.put("look/language", "pl")

    def choose(dialog: QDialog) -> None:
        dialog._speak_anew()

    answer(SettingsDialog, choose)
    with qtbot.waitSignal(window.opened):
        window.open_settings()
    assert window.bar.button("history").text() == "Historia"
    assert window.bar.button("history").isChecked()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window._page == "search"  # the key is not that of two buttons


def test_a_refused_summary_removes_nothing(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    scan(window, photos, qtbot)
    window.review_page.keep_only_chosen()
    asked: list[QDialog] = []
    answer(RemovalDialog, lambda dialog: (asked.append(dialog), dialog.reject()))
    window.review_page.remove_marked()
    qtbot.waitUntil(lambda: bool(asked), timeout=TIMEOUT)
    assert window.tasks.job is None
    assert len(names(photos)) == 6
    assert window.review_page.marks.removed


def test_what_cannot_be_put_back_says_why(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    scan(window, photos, qtbot)
    window.review_page.keep_only_chosen()
    answer(RemovalDialog, lambda dialog: dialog.agree.click())
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.review_page.remove_marked()
    (batch,) = window.review_page.context.library.batches()
    for item in batch.items:
        item.trashed_to.unlink()  # the trash was emptied
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.notice.button.click()
    assert window.notice.text.startswith("0 photos are back. 1 was left alone:")
    window.go("history")
    items = window.history_page.batches.items
    qtbot.waitUntil(lambda: items.topLevelItemCount() == 1, timeout=TIMEOUT)
    assert "in the trash:" not in items.topLevelItem(0).text(2)


def test_a_removal_is_not_summed_up_while_a_job_runs(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    scan(window, photos, qtbot)
    window.review_page.keep_only_chosen()
    gate = threading.Event()
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.tasks.run(window, "scan", lambda _token, _progress: gate.wait(), lambda _none: None)
        window.review_page.remove_marked()
        assert window.notice.text.startswith("Another job is running.")
        gate.set()


def test_search_by_drop_and_by_paste(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    scan(window, photos, qtbot)
    drop(window, files(photos / "scene 2 small.jpg"))
    model = window.search_page.model
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=TIMEOUT)
    assert window.search_page.isVisible()

    window.search_page.forget_photos({photos / name for name in names(photos)})
    assert model.rowCount() == 0
    image = QImage(str(photos / "scene 3.jpg"))
    QGuiApplication.clipboard().setImage(image)
    window.go("library")
    window.paste()
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=TIMEOUT)
    assert window.search_page.isVisible()


def test_not_duplicates_outlives_the_window(
    window: MainWindow, photos: Path, qtbot: QtBot, embedder: Embedder
) -> None:
    scan(window, photos, qtbot)
    page = window.review_page
    page.groups.go([group.kind for group in page.groups.listed].index(Kind.COPY))
    page.not_duplicates()
    assert [group.kind for group in page.groups.listed] == [Kind.IDENTICAL]
    qtbot.waitUntil(lambda: len(page.context.library.decisions()) == 1, timeout=TIMEOUT)
    window.go("history")
    told = window.history_page.decisions.model
    qtbot.waitUntil(lambda: told.rowCount() == 1, timeout=TIMEOUT)
    page.not_duplicates()
    assert page.panel.hint.words == "These files are exact copies of each other."
    qtbot.waitUntil(lambda: len(page.context.library.decisions()) == 1, timeout=TIMEOUT)
    window.close()
    with Library.open(embedder=embedder) as library:
        assert [group.kind for group in library.groups(strictness=0.5)] == [Kind.IDENTICAL]


def test_skipped_files_are_shown(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    scan(window, photos, qtbot)
    button = window.job_bar.skipped_button
    qtbot.waitUntil(lambda: button.text() == "1 skipped (show)", timeout=TIMEOUT)
    seen: list[QDialog] = []
    answer(SkippedDialog, lambda dialog: (seen.append(dialog), dialog.reject()))
    button.click()
    qtbot.waitUntil(lambda: bool(seen), timeout=TIMEOUT)


def test_folders_are_protected_and_taken_off_the_list(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    scan(window, photos, qtbot)
    page = window.review_page
    page.context.library.protect(photos)
    window.refresh()
    qtbot.waitUntil(
        lambda: all(m.protected for g in page.groups.listed for m in g.members), timeout=TIMEOUT
    )
    page.toggle(1)
    assert not page.marks.removed
    page.context.library.forget_root(photos)
    window.refresh()
    qtbot.waitUntil(lambda: window.library_page.folders == (), timeout=TIMEOUT)


def test_closing_in_the_middle_of_a_scan_ends_it(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    for seed in range(10, 40):
        draw(seed, (320, 240)).save(photos / f"{seed}.jpg")
    window.scan([photos])
    assert window.tasks.job is not None
    window.close()
    assert window.idle
    assert not window.isVisible()


def test_one_job_at_a_time(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.tasks.job_ended, timeout=TIMEOUT):
        window.scan([photos])
        window.scan([photos])
        assert "Another job is running" in window.notice.text


def test_failures_are_told_apart_from_bugs(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "kindred.gui.window.error_dialogs.show_error", lambda _, e: told.append(("error", str(e)))
    )
    monkeypatch.setattr(
        "kindred.gui.window.error_dialogs.show_bug", lambda _, text: told.append(("bug", text))
    )
    window.report(StoreError(Code.LIBRARY_CLOSED))
    window.report(ZeroDivisionError("oops"))
    with qtbot.waitSignal(window.tasks.failed, timeout=TIMEOUT):
        window.scan([tmp_path / "no such folder"])
    assert [kind for kind, _ in told] == ["error", "bug", "error"]
    assert told[0][1] == "library closed"
    assert "ZeroDivisionError: oops" in told[1][1]


def test_geometry_and_page_bar(window: MainWindow, settings: Settings, qtbot: QtBot) -> None:
    for page in ("review", "search", "history", "library"):
        window.bar.button(page).click()
        assert getattr(window, f"{page}_page").isVisible()
    window.resize(1000, 640)
    window.close()
    assert not settings.data("window/geometry").isEmpty()


NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """As a user does: where the focus is, which has to be seen."""
    focused = QApplication.focusWidget()
    assert focused is not None and focused.isVisible()
    qtbot.keyClick(focused, key, modifier)


def test_keys_work_after_a_change_of_page(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    scan(window, photos, qtbot)
    qtbot.waitUntil(lambda: window.library_page.folders == (photos,), timeout=TIMEOUT)
    with qtbot.waitActive(window):
        window.activateWindow()
    page = window.review_page
    press(qtbot, Qt.Key.Key_1, CTRL)
    press(qtbot, Qt.Key.Key_2, CTRL)
    press(qtbot, Qt.Key.Key_Down)
    assert page.groups.row == 1
    press(qtbot, Qt.Key.Key_Space)
    compare = page.findChild(CompareView)
    assert compare is not None and compare.isVisible()
    press(qtbot, Qt.Key.Key_1, CTRL)
    press(qtbot, Qt.Key.Key_2, CTRL)
    assert compare.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    assert not compare.isVisible() and page.photos.hasFocus()


def test_the_search_and_history_pages_take_the_focus_where_they_use_it(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    scan(window, photos, qtbot)
    with qtbot.waitActive(window):
        window.activateWindow()
    search, history = window.search_page, window.history_page
    press(qtbot, Qt.Key.Key_3, CTRL)
    assert isinstance(QApplication.focusWidget(), QAbstractButton)  # opens a picture
    window.search(photos / "scene 2 small.jpg")
    qtbot.waitUntil(lambda: search.model.rowCount() > 0, timeout=TIMEOUT)
    assert search.view.hasFocus()
    search.compare()
    press(qtbot, Qt.Key.Key_4, CTRL)
    assert isinstance(QApplication.focusWidget(), QAbstractButton)  # the tab; nothing to list
    press(qtbot, Qt.Key.Key_3, CTRL)
    press(qtbot, Qt.Key.Key_Escape)
    assert search.view.hasFocus()
    page = window.review_page
    page.context.library.reject(next(g for g in page.groups.listed if g.kind is Kind.COPY))
    with qtbot.waitSignal(history.shown, timeout=TIMEOUT):
        history.refresh()
    history.show_tab(1)
    press(qtbot, Qt.Key.Key_4, CTRL)
    assert history.decisions.list.hasFocus()


def test_a_store_that_cannot_be_opened_is_told(
    qtbot: QtBot, settings: Settings, thumbnails: Thumbnails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Library:
        raise StoreError(Code.LIBRARY_NEWER)

    told: list[str] = []
    monkeypatch.setattr(
        "kindred.gui.window.error_dialogs.show_error", lambda _, error: told.append(str(error))
    )
    window = MainWindow(fail, settings=settings, thumbnails=thumbnails, trash=lambda path: path)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: told == ["library made by a newer version"], timeout=TIMEOUT)
    for page in ("review", "search"):
        window.bar.button(page).click()
    window.paste()
    window.close()
    assert window.idle


def test_every_control_of_every_page_has_a_name_and_a_tip(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    scan(window, photos, qtbot)
    drop(window, files(photos / "scene 2 small.jpg"))
    qtbot.waitUntil(lambda: window.search_page.model.rowCount() > 0, timeout=TIMEOUT)
    lacking = set()
    for page in ("library", "review", "search", "history"):
        window.go(page)
        qtbot.wait(20)
        for kind in (QAbstractButton, QAbstractItemView, QSlider, QComboBox):
            for control in window.findChildren(kind):
                if control.isVisible() and not (control.accessibleName() and control.toolTip()):
                    lacking.add((page, type(control).__name__, control.accessibleName()))
    assert not lacking
