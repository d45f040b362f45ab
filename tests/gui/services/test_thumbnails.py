"""Thumbnails: made off the GUI thread, kept on disk, broken files never asked twice."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from pytestqt.qtbot import QtBot

from kindred.engine.paths import Home
from kindred.engine.types import Photo
from kindred.gui.services import thumbnails as module
from kindred.gui.services.thumbnails import Thumbnails, make, to_qimage
from tests.gui.conftest import pixels


def test_found_after_it_was_asked_for(
    thumbnails: Thumbnails, photo: Callable[..., Photo], qtbot: QtBot
) -> None:
    asked = photo(1, side=640)
    assert thumbnails.pixmap(asked, 100) is None
    with qtbot.waitSignal(thumbnails.ready) as heard:
        pass
    assert heard.args == [asked.digest]
    small = thumbnails.pixmap(asked, 100)
    assert small is not None and small.width() == module.SIDES[0]
    assert (
        thumbnails.pixmap(asked, 500).cacheKey() == small.cacheKey()
    )  # until the large one is there
    qtbot.waitUntil(lambda: thumbnails.pixmap(asked, 500).width() > 2 * module.SIDES[0])
    qtbot.waitUntil(lambda: thumbnails.pixmap(asked, 1000).width() == 640)


def test_kept_on_disk_without_the_photo(
    photo: Callable[..., Photo], tmp_path: Path, qtbot: QtBot
) -> None:
    asked = photo(1, side=640)
    first = make(asked, side=160, cache=tmp_path / "cache")
    asked.path.unlink()
    second = make(asked, side=160, cache=tmp_path / "cache")
    assert first is not None and second is not None
    assert first.size() == second.size()


def test_broken_photo_fails_once_and_stays_quiet(
    thumbnails: Thumbnails, photo: Callable[..., Photo], qtbot: QtBot
) -> None:
    asked = photo(1)
    asked.path.write_bytes(b"not a picture")
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(asked, 100)
    assert thumbnails.failed(asked)
    with qtbot.assertNotEmitted(thumbnails.ready, wait=100):
        assert thumbnails.pixmap(asked, 100) is None


def test_memory_stays_within_its_bytes(
    thumbnails: Thumbnails, photo: Callable[..., Photo], qtbot: QtBot, monkeypatch
) -> None:
    photos = [photo(n) for n in range(4)]
    monkeypatch.setattr(module, "MEMORY_BYTES", 2 * 160 * 120 * 4)
    for asked in photos:
        with qtbot.waitSignal(thumbnails.ready):
            thumbnails.pixmap(asked, 100)
    assert thumbnails.pixmap(photos[3], 100) is not None
    assert thumbnails.pixmap(photos[0], 100) is None


def test_nothing_is_made_while_more_scrolls_by_than_can_be_seen(
    thumbnails: Thumbnails, photo: Callable[..., Photo], qtbot: QtBot, monkeypatch
) -> None:
    clock = SimpleNamespace(monotonic=lambda: 100.0)
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "RUSH_SECONDS", 0.01)
    photos = [photo(n) for n in range(module.RUSH)]
    # No thread takes one before all were asked for.
    with qtbot.assertNotEmitted(thumbnails.ready, wait=100), thumbnails._lock:
        for asked in photos:
            thumbnails.pixmap(asked, 100)
    clock.monotonic = lambda: 101.0  # the scrolling has ended
    qtbot.waitUntil(lambda: thumbnails.pixmap(photos[-1], 100) is not None)


def test_stale_requests_are_dropped(
    thumbnails: Thumbnails, photo: Callable[..., Photo], qtbot: QtBot, monkeypatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 1)
    photos, heard = [photo(n) for n in range(12)], []
    thumbnails.ready.connect(heard.append)
    with thumbnails._lock:  # no thread takes one before all were asked for
        for asked in photos:
            thumbnails.pixmap(asked, 100)
    qtbot.waitUntil(lambda: photos[-1].digest in heard)
    qtbot.wait(100)
    assert len(heard) < len(photos)


def test_pixels_keep_their_colours_for_odd_widths(qtbot: QtBot) -> None:
    rgb = pixels(3)[:31, :37]
    image = to_qimage(rgb)
    for x, y in ((0, 0), (36, 30), (17, 5)):
        colour = image.pixelColor(x, y)
        assert [colour.red(), colour.green(), colour.blue()] == list(np.asarray(rgb[y, x]))


def test_a_damaged_cache_is_made_again(photo: Callable[..., Photo], tmp_path: Path) -> None:
    asked = photo(1, side=640)
    make(asked, side=160, cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").glob("*/*")
    kept.write_bytes(b"garbage")
    made = make(asked, side=160, cache=tmp_path / "cache")
    assert made is not None and made.width() == 160
    assert kept.stat().st_size > 100


def test_a_file_edited_since_its_scan_does_not_stand_for_its_copies(
    thumbnails: Thumbnails, photo: Callable[..., Photo], tmp_path: Path, qtbot: QtBot
) -> None:
    first = photo(1)
    copy = replace(photo(1, name="copy.jpg"), digest=first.digest)
    first.path.write_bytes(photo(2).path.read_bytes())
    with qtbot.waitSignal(thumbnails.ready):
        assert thumbnails.pixmap(first, 100) is None
    assert thumbnails.failed(first) and not thumbnails.failed(copy)
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(copy, 100)
    made = thumbnails.pixmap(copy, 100)
    assert made is not None
    shown = make(copy, side=160, cache=tmp_path / "cache")
    assert made.toImage().pixelColor(80, 60) == shown.pixelColor(80, 60)


def test_thumbnails_of_what_was_removed_go(
    thumbnails: Thumbnails, photo: Callable[..., Photo], kindred_home: Home, qtbot: QtBot
) -> None:
    kept, gone = photo(1), photo(2)
    for shown in (kept, gone):
        qtbot.waitUntil(lambda shown=shown: thumbnails.pixmap(shown, 160) is not None)
    files = {file.name[:8]: file for file in (kindred_home.cache / "thumbnails").glob("*/*")}
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files.values()} == {0}
    thumbnails.discard({gone.digest})
    thumbnails.forget({gone.digest})
    assert files[kept.digest[:8]].exists() and not files[gone.digest[:8]].exists()
    assert thumbnails.pixmap(kept, 160) is not None
