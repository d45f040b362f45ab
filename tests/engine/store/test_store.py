"""The store: what it remembers, how it survives damage, and who may write."""

import contextlib
import itertools
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.cli.words import message_text
from kindred.engine.errors import StoreError
from kindred.engine.messages import Code, tell
from kindred.engine.pairs import Pairs
from kindred.engine.store import Store, backups
from kindred.engine.store.contents import NewContent
from kindred.engine.store.journal import Entry
from kindred.engine.types import (
    ContentCheck,
    Edit,
    EditName,
    FileFacts,
    FoundFile,
    Kind,
    PhotoInfo,
    Registration,
    Relation,
    SkippedFile,
    SkipReason,
    Stamp,
    State,
    Verdict,
)
from tests.support.kills import ended

INFO = PhotoInfo(width=40, height=30, format="JPEG")
SIGNATURE = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
ROOT = Path("/photos")


def digest(number: int) -> str:
    return f"{number:064x}"


def found(name: str | Path, size: int = 10, mtime_ns: int = 5) -> FoundFile:
    return FoundFile(ROOT / name, size, mtime_ns)


def seen(*files: FoundFile) -> list[Stamp]:
    return [(os.fspath(file.path), file.size, file.mtime_ns) for file in files]


def add(store: Store, *names: str, info: PhotoInfo = INFO) -> list[int]:
    """A content for each name, at a path below ROOT."""
    known = len(store.contents())
    numbers = store.add_contents(
        [NewContent(digest(known + n + 1), info, SIGNATURE) for n in range(len(names))]
    )
    store.set_paths(zip((found(name) for name in names), numbers, strict=True))
    return numbers


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "kindred.sqlite")
    yield opened
    opened.close()


def test_everything_known_of_a_photo_comes_back(store):
    info = PhotoInfo(
        width=4032, height=3024, format="HEIF", orientation=6, taken_at="2024-05-01T10:11:12.345",
        camera="Some Phone", latitude=-1.5, longitude=2.25, rating=4, keywords=("sea", "日"),
        caption="odd \udcff caption", jpeg_quality=91, sharpness=1.25, exposure=0.5, detail=7.5,
        damaged=True, flat=True,
    )  # fmt: skip
    (number,) = add(store, "a.heic", info=info)
    (photo,) = store.photos()
    assert photo.info == info
    assert (photo.path, photo.digest, photo.content) == (ROOT / "a.heic", digest(1), number)
    assert (photo.size, photo.mtime_ns) == (10, 5)


@pytest.mark.parametrize(
    ("known", "measured", "again", "expected"),
    [
        (12.0, 3.0, 12.0, 3.0),  # enlarged, and embedded by another network
        (12.0, None, 9.0, 9.0),
        (0.0, 3.0, 12.0, 3.0),
        (0.0, None, 12.0, 12.0),  # 0: not known
        (12.0, 3.0, 0.0, 3.0),
        (0.0, None, 0.0, 0.0),
    ],
)
def test_the_real_detail_survives_that_a_photo_is_read_again(
    store, known, measured, again, expected
):
    (number,) = add(store, "a.jpg", info=replace(INFO, detail=known))
    if measured:
        store.set_details({number: measured})
    info = replace(INFO, detail=again, rating=4)
    assert store.add_contents([NewContent(digest(1), info, SIGNATURE)]) == [number]
    (photo,) = store.photos()
    assert photo.info == replace(info, detail=expected)


def test_names_that_are_not_utf8_and_times_beyond_integers_survive(store):
    name = os.fsdecode(b"caf\xe9 \n\x01 .jpg")
    file = found(name, mtime_ns=2**70)
    (number,) = store.add_contents([NewContent(digest(1), INFO, SIGNATURE)])
    store.set_paths([(file, number)])
    (photo,) = store.photos()
    assert os.fsencode(photo.path).endswith(b"caf\xe9 \n\x01 .jpg")
    assert photo.mtime_ns == 2**70
    assert store.lookup(seen(file), [ROOT]).unread == []


def test_lookup_tells_new_changed_and_gone_files(store):
    add(store, "same.jpg", "changed.jpg", "gone.jpg")
    walk = [found("same.jpg"), found("changed.jpg", mtime_ns=6), found("new.jpg")]
    lookup = store.lookup(seen(*walk), [ROOT])
    assert lookup.unread == seen(*walk[1:])
    assert lookup.unchanged == 1
    store.mark_missing(lookup)
    assert {photo.path.name for photo in store.photos()} == {"same.jpg", "changed.jpg"}


def test_an_unplugged_drive_comes_back_without_reading(store):
    (number,) = add(store, "drive/a.jpg")
    store.add_vectors("m", [(number, [1.0, 0.0])])
    store.mark_missing(store.lookup([], [ROOT / "drive"]))
    assert store.photos() == [] and store.photo_count() == 0
    lookup = store.lookup(seen(found("drive/a.jpg")), [ROOT / "drive"])
    assert lookup.unread == []
    store.mark_missing(lookup)
    assert [photo.content for photo in store.photos()] == [number]
    assert store.without_vector("m") == []


def test_a_scan_of_one_folder_leaves_others_alone(store):
    add(store, "a/1.jpg", "a b/2.jpg", "ab/3.jpg")
    store.mark_missing(store.lookup([], [ROOT / "a"]))
    assert {photo.path.name for photo in store.photos()} == {"2.jpg", "3.jpg"}
    assert store.photo_count([ROOT / "a b", ROOT / "ab", ROOT]) == 2


def test_skipped_files_are_not_read_again_until_they_change(store):
    bad, locked = found("bad.jpg"), found("locked.jpg")
    store.add_skipped(
        [
            (SkippedFile(bad.path, SkipReason.DAMAGED, "no \udcff picture"), bad),
            (SkippedFile(locked.path, SkipReason.UNREADABLE, "denied"), locked),
            (SkippedFile(ROOT / "fifo.jpg", SkipReason.UNREADABLE, "not a file"), None),
        ]
    )
    lookup = store.lookup(seen(bad, locked), [ROOT])
    assert lookup.still_skipped == 1
    assert lookup.unread == seen(locked)
    store.mark_missing(lookup)
    assert {skipped.path for skipped in store.skipped([ROOT])} == {bad.path, locked.path}
    mended = found("bad.jpg", size=11)
    assert store.lookup(seen(mended, locked), [ROOT]).unread == seen(mended, locked)
    (number,) = store.add_contents([NewContent(digest(1), INFO, SIGNATURE)])
    store.set_paths([(mended, number)])
    assert [skipped.path for skipped in store.skipped()] == [locked.path]


@pytest.mark.parametrize("reason", [SkipReason.TOO_SLOW, SkipReason.CRASHED])
def test_what_a_bad_minute_may_have_caused_is_tried_once_more(store, reason):
    bad = found("bad.heic")
    store.add_skipped([(SkippedFile(bad.path, reason, "x"), bad)])
    assert store.lookup(seen(bad), [ROOT]).unread == seen(bad)
    store.add_skipped([(SkippedFile(bad.path, SkipReason.CRASHED, "x"), bad)])
    assert store.lookup(seen(bad), [ROOT]).unread == []
    changed = found("bad.heic", size=11)
    assert store.lookup(seen(changed), [ROOT]).unread == seen(changed)


def test_a_photo_that_can_no_longer_be_read_is_not_shown(store):
    add(store, "a.jpg")
    file = found("a.jpg", size=3)
    store.add_skipped([(SkippedFile(file.path, SkipReason.DAMAGED, "cut"), file)])
    assert store.photos() == []
    store.mark_missing(store.lookup(seen(file), [ROOT]))
    assert store.photos() == [] and len(store.skipped()) == 1


def test_a_moved_photo_keeps_its_content_and_vector(store):
    (number,) = add(store, "a.jpg")
    store.add_vectors("m", [(number, [1.0, 0.0])])
    moved = found("b/a.jpg")
    lookup = store.lookup(seen(moved), [ROOT])
    assert lookup.unread == seen(moved)
    store.mark_missing(lookup)
    store.set_paths([(moved, number)])
    assert [photo.path for photo in store.photos([number])] == [ROOT / "b/a.jpg"]
    assert store.embedded("m", digest(1)) == number
    assert store.embedded("other", digest(1)) is None
    assert store.without_vector("m") == []


def test_vectors_come_back_as_unit_vectors_of_their_model(store):
    numbers = add(store, "a.jpg", "b.jpg", "c.jpg")
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(3, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.add_vectors("one", zip(reversed(numbers), vectors[::-1], strict=True))
    store.add_vectors("two", [(numbers[1], np.ones(5) / np.sqrt(5))])
    ids, loaded = store.vectors("one")
    assert ids.tolist() == numbers and loaded.dtype == np.float32
    np.testing.assert_allclose(loaded, vectors, atol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(loaded, axis=1), 1, atol=1e-6)
    assert store.vectors("one", [numbers[2]])[0].tolist() == [numbers[2]]
    assert store.vectors("none")[1].shape[0] == 0
    assert set(store.without_vector("two")) == set(seen(found("a.jpg"), found("c.jpg")))


def test_signatures_keep_the_order_asked_for(store):
    first, second = store.add_contents(
        [NewContent(digest(1), INFO, SIGNATURE), NewContent(digest(2), INFO, SIGNATURE + 1)]
    )
    both = store.signatures([second, first])
    assert (both == np.stack([SIGNATURE.ravel() + 1, SIGNATURE.ravel()])).all()
    with pytest.raises(StoreError):
        store.signatures([first, 99])


def test_pairs_are_searched_and_verified_once(store):
    a, b, c = add(store, "a.jpg", "b.jpg", "c.jpg")
    store.add_vectors("m", [(a, [1, 0]), (b, [1, 0]), (c, [0, 1])])
    assert store.unsearched("m").tolist() == [a, b, c]
    pairs = Pairs(np.array([a, a]), np.array([b, c]), np.array([0.5, 0.25], np.float32))
    store.add_pairs("m", pairs)
    store.set_searched("m", [a, b], reach=[0.25, -1])
    contents, reach = store.reach("m")
    assert (contents.tolist(), reach.tolist()) == ([a, b], [0.25, -1])
    assert store.unsearched("m").tolist() == [c]
    assert len(store.pairs("m")) == 2 and len(store.pairs("other")) == 0
    relation = Relation(
        a, b, Kind.COPY, 0.5, 0.99,
        (Edit(EditName.CROPPED, 0.5, (0.0, 0.25, 1.0, 1.0)), Edit(EditName.GREYSCALE)),
        Registration((1.0, 0.0, 2.0, 0.0, 1.0, 3.0, 0.0, 0.0, 1.0), True, 40),
    )  # fmt: skip
    store.add_relations(3, [relation])
    left = store.unverified("m", 3)
    assert (left.first.tolist(), left.second.tolist()) == ([a], [c])
    assert len(store.unverified("m", 4)) == 2
    assert store.relations("m", 3, [a, b, c]) == [relation]
    assert store.relations("m", 3, [a, c]) == []
    edges = store.edges("m", 3)
    assert (edges.first[0], edges.second[0]) == (a, b) and len(store.edges("m", 4)) == 0


def test_writes_inside_a_write_are_one_transaction(store):
    with pytest.raises(RuntimeError), store.write():
        add(store, "a.jpg")
        raise RuntimeError
    assert store.photo_count() == 0


def test_decisions_are_kept_by_content(store):
    a, b, c = add(store, "a.jpg", "b.jpg", "c.jpg")
    store.reject([(b, a), (a, c)])
    assert store.rejected() == {(a, b), (a, c)}
    store.settle([(a, c)], Verdict.DUPLICATE)
    assert store.rejected() == {(a, b)}
    store.unsettle([(a, b)])
    assert store.rejected() == set()
    assert [pair[:2] for pair in store.settled(Verdict.DUPLICATE)] == [(a, c)]


def test_companions_are_shown_with_their_photo_until_split(store):
    add(store, "a.cr2", "a.jpg", "b.jpg")
    raw, jpeg, side = ROOT / "a.cr2", ROOT / "a.jpg", ROOT / "a.xmp"
    store.set_units([ROOT], {raw: [jpeg, side]})
    assert {p.path.name: p.companions for p in store.photos()} == {
        "a.cr2": (jpeg, side),
        "b.jpg": (),
    }
    assert len(store.contents()) == 2
    contents = [photo.content for photo in store.photos()]
    assert list(store.companion_digests(contents)) == [jpeg]  # of which alone one is known
    store.leave_units([side])
    assert {p.companions for p in store.photos()} == {(jpeg,), ()}
    store.split(raw)
    store.set_units([ROOT], {raw: [jpeg, side]})
    assert {photo.path.name for photo in store.photos()} == {"a.cr2", "a.jpg", "b.jpg"}


def test_settings_folders_and_roots(store):
    assert store.setting("theme", "system") == "system"
    store.set_setting("theme", {"name": "dark"})
    assert store.setting("theme", None) == {"name": "dark"}
    store.protect(ROOT)
    store.protect(ROOT)
    store.add_roots([ROOT / "b", ROOT / "a"])
    assert store.protected() == [ROOT] and store.roots() == [ROOT / "a", ROOT / "b"]
    store.unprotect(ROOT)
    store.forget_root(ROOT / "a")
    assert store.protected() == [] and store.roots() == [ROOT / "b"]


def test_a_failed_transaction_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.write() as db:
        db.execute("INSERT INTO settings VALUES ('a', '1')")
        raise RuntimeError
    assert store.setting("a", None) is None


def test_threads_read_while_one_writes(store):
    numbers = add(store, *(f"{n}.jpg" for n in range(50)))
    wrong = []

    def read():
        for _ in range(20):
            if len(store.photos(numbers[:10])) != 10:
                wrong.append(1)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in numbers:
        store.add_vectors("m", [(number, [1.0, 0.0])])
    for thread in threads:
        thread.join()
    assert not wrong


def settle_something(path: Path) -> None:
    store = Store(path)
    a, b = add(store, "a.jpg", "b.jpg")
    store.reject([(a, b)])
    store.protect(ROOT)
    store.begin_batch([Entry(ROOT / "a.jpg", 10, 5, digest(1), False)])
    store.close()


@pytest.mark.parametrize("damage", ["garbage", "truncated", "header", "emptied", "middle", "gone"])
def test_a_damaged_store_is_set_aside_and_decisions_recovered(tmp_path, damage):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    good = path.read_bytes()
    bad = {
        "garbage": os.urandom(len(good)),
        "truncated": good[: len(good) // 2],
        "header": good[:100],
        "emptied": b"",
        "middle": good[:4096] + b"\xa5" * (len(good) - 4096),
    }.get(damage)
    if bad is None:
        path.unlink()
    else:
        path.write_bytes(bad)
    store = Store(path)
    assert store.notice and "recovered" in message_text(store.notice)
    if bad is not None:
        (aside,) = tmp_path.glob("kindred.sqlite.damaged-*")
        assert aside.read_bytes() == bad and (not bad or aside.name in message_text(store.notice))
    assert store.photos() == []
    add(store, "a.jpg", "b.jpg")  # the next scan finds the contents again
    assert len(store.rejected()) == 1 and store.protected() == [ROOT]
    assert store.batches()[0].items[0].state is State.PLANNED
    store.close()
    again = Store(path)
    assert again.notice is None and len(again.rejected()) == 1
    again.close()


def test_a_leftover_log_is_not_mixed_into_a_recovered_store(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    store = Store(path)
    store.protect(ROOT / "late")
    log = tmp_path / "kindred.sqlite-wal"
    written = log.read_bytes()
    assert written
    store.close()
    path.unlink()
    log.write_bytes(written)
    store = Store(path)
    assert store.notice and set(store.protected()) == {ROOT, ROOT / "late"}
    assert not any(part.read_bytes() == written for part in tmp_path.glob("kindred.sqlite-wal"))
    store.close()


def test_damage_found_while_reading_is_said_and_mended_at_the_next_start(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    good = path.read_bytes()
    with contextlib.closing(sqlite3.connect(path)) as db:
        page, size = db.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'paths'"
        ).fetchone()
    start = (page - 1) * size
    path.write_bytes(good[:start] + b"\xa5" * size + good[start + size :])
    store = Store(path)
    with pytest.raises(StoreError, match="damaged"):
        store.photos()
    store.close()
    store = Store(path)
    assert store.notice and len(store.protected()) == 1
    store.close()


def read_all(store: Store) -> None:
    numbers = store.contents().tolist()
    store.photos()
    store.skipped()
    store.lookup([(str(ROOT / "a.jpg"), 10, 5), (str(ROOT / "bad.jpg"), 10, 5)], [ROOT])
    store.vectors("m")
    store.pairs("m")
    store.relations("m", 3, numbers)
    store.facts(numbers)
    store.checks(numbers, 1)
    store.rejected()
    store.batches()
    store.protected()
    store.setting("theme", None)


def test_flipped_bits_are_a_plain_error_at_worst_and_mended_at_the_next_start(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    store = Store(path)
    a, b = store.contents().tolist()
    store.add_vectors("m", [(a, [1, 0]), (b, [1, 0])])
    store.add_pairs("m", Pairs(np.array([a]), np.array([b]), np.ones(1, np.float32)))
    store.set_searched("m", [a])
    store.add_relations(3, [Relation(a, b, Kind.COPY, 0.5, 0.9, (Edit(EditName.GREYSCALE),))])
    store.add_facts({n: FileFacts(1, f"{n:064x}", keywords=("a", "b")) for n in (a, b)})
    store.add_checks(
        1, {(a, b): ContentCheck(first_in_second=True, second_in_first=False, same_framing=True)}
    )
    bad = found("bad.jpg")
    store.add_skipped([(SkippedFile(bad.path, SkipReason.DAMAGED, "cut"), bad)])
    store.set_setting("theme", {"name": "dark"})
    store.close()
    good = path.read_bytes()
    used = [n for n in range(len(good)) if any(good[max(0, n - 8) : n + 8])]
    pick = random.Random(0)  # noqa: S311 - places, not secrets
    outcomes = Counter()
    count = int(os.environ.get("KINDRED_FLIPS", "60"))
    for _ in range(count):
        data = bytearray(good)
        for _ in range(pick.choice([1, 3, 20])):
            data[pick.choice(used)] ^= 1 << pick.randrange(8)
        path.write_bytes(data)
        for start in range(2):
            with contextlib.closing(Store(path)) as store:
                outcomes["set aside"] += store.notice is not None
                try:
                    read_all(store)
                except StoreError as error:
                    assert start == 0 and "restart" in str(error)
                    outcomes["said while reading"] += 1
    assert min(outcomes["set aside"], outcomes["said while reading"]) > count / 40, outcomes


def test_a_bad_backup_is_passed_over(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    store = Store(path)
    store.protect(ROOT / "second")
    store.close()
    (tmp_path / "kindred.sqlite-backup1").write_bytes(b"not a database at all" * 100)
    path.write_bytes(b"garbage" * 1000)
    store = Store(path)
    assert store.protected() == [ROOT, ROOT / "second"]  # the log tells what came later
    store.close()


@pytest.mark.parametrize("readable", [True, False])
def test_a_newer_store_is_set_aside_whole_and_decisions_recovered(tmp_path, readable):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO settings VALUES ('later', '1')")
        db.execute("ALTER TABLE settings ADD COLUMN invented_later TEXT")
        if not readable:
            db.execute("ALTER TABLE decisions RENAME COLUMN first TO renamed_later")
        db.execute("PRAGMA user_version = 999")
        db.commit()
    before = path.read_bytes()
    store = Store(path)
    (aside,) = tmp_path.glob("kindred.sqlite.newer-*")
    assert "newer version" in message_text(store.notice) and aside.name in message_text(
        store.notice
    )
    assert "recovered" in message_text(store.notice) and aside.read_bytes() == before
    assert store.setting("later", None) == (1 if readable else None)  # else from the backup
    add(store, "a.jpg", "b.jpg")
    assert len(store.rejected()) == 1 and store.protected() == [ROOT]
    assert store.batches()[0].items[0].state is State.PLANNED
    store.close()


def test_a_newer_store_that_is_open_is_left_alone(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    running = Store(path)
    with running.write() as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer version"):
        Store(path)
    running.close()
    assert not list(tmp_path.glob("*.newer-*"))


def test_a_newer_backup_is_passed_over(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    store = Store(path)
    store.protect(ROOT / "second")
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "kindred.sqlite-backup1")) as db:
        db.execute("PRAGMA user_version = 999")
    path.write_bytes(b"garbage" * 1000)
    store = Store(path)
    assert store.protected() == [ROOT, ROOT / "second"]
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_before_every_step_of_saving_a_backup(tmp_path):
    path = tmp_path / "kindred.sqlite"
    settle_something(path)
    good = path.read_bytes()
    for step in itertools.count(1):
        done = ended(lambda: backups.save(path), before=step)
        path.write_bytes(b"garbage")
        store = Store(path)
        assert "recovered" in message_text(store.notice) and store.protected() == [ROOT]
        store.close()
        path.write_bytes(good)
        if done:
            break
    assert step > 20


def test_a_store_that_cannot_be_made_is_one_plain_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError):
        Store(tmp_path / "file" / "kindred.sqlite")
    (tmp_path / "kindred.sqlite").mkdir()
    with pytest.raises(StoreError):
        Store(tmp_path / "kindred.sqlite")


def test_only_one_process_may_scan(tmp_path, store):
    add(store, "a.jpg")
    code = (
        "import sys; from pathlib import Path; from kindred.engine.store import Store\n"
        "from kindred.engine.errors import StoreError\n"
        "store = Store(Path(sys.argv[1])); print(len(store.photos()), store.claimed)\n"
        "try:\n    store.claim()\nexcept StoreError as error:\n    print(error)\n"
        "store.close()"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, store.path], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    ).stdout  # fmt: skip
    assert out.splitlines() == ["1 False", "Kindred is already open on this library"]
    store.claim()
    second = Store(store.path)
    store.close()
    second.claim()
    second.close()


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.photos()
    with pytest.raises(StoreError):
        store.protect(ROOT)


def test_notes_are_kept_as_codes_and_sentences_of_an_earlier_version_still_show(store):
    entries = [Entry(ROOT / name, 1, 2, "0" * 64, companion=False) for name in ("a", "b", "c")]
    first, second, third = store.begin_batch(entries).items
    inner = tell(Code.FILE_NOT_FOUND, why=tell(Code.SYSTEM, number=2, text="gone \udcff"))
    store.mark(first, State.KEPT, note=tell(Code.KEPT_NOT_SAME, name="a.jpg", problem=inner))
    store.mark(second, State.KEPT, note=tell(Code.STOPPED))
    old, later = "It {was} changed.", '{"code": "from later", "values": {}}'
    with store.write() as db:
        (note,) = db.execute("SELECT note FROM journal WHERE id = ?", (second.row,)).fetchone()
        assert json.loads(note) == {"code": "stopped before this photo", "values": {}}
        for item, text in ((second, old), (third, later)):
            db.execute("UPDATE journal SET note = ? WHERE id = ?", (text, item.row))
    notes = [message_text(item.note) for item in store.batches()[0].items]
    assert notes == ["The photo to keep, a.jpg, cannot be found: gone \\udcff.", old, later]
