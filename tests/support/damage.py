"""A store that is killed while the user settles things, and damaged before the next start."""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from kindred.engine.digest import digest_bytes
from kindred.engine.messages import Message
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.store.journal import Entry
from kindred.engine.types import FoundFile, PhotoInfo, State

CONTENTS = 40
ROOT = Path("/photos")
Known = dict[str, str | None]
"""What was settled, by a name of ours: None for what was taken back."""


def prepare(path: Path) -> None:
    """A store with contents to settle things about, closed as it should be."""
    with closing(Store(path)) as store:
        info, signature = PhotoInfo(40, 30, "JPEG"), np.zeros((2, 2, 3), np.uint8)
        digests = [digest_bytes(b"%d" % n) for n in range(CONTENTS)]
        numbers = store.add_contents([NewContent(d, info, signature) for d in digests])
        store.set_paths(
            (FoundFile(ROOT / f"{n}.jpg", 10, 5), number) for n, number in enumerate(numbers)
        )
        store.protect(ROOT / "from before")


def settle_for_ever(path: Path, out: int, seed: int) -> None:
    """Settle one thing after another; say each before and, with what it is now, once it is done."""
    pick, store = random.Random(seed), Store(path)  # noqa: S311 - things, not secrets
    contents = store.contents().tolist()

    def say(*said: str | None) -> None:
        os.write(out, json.dumps(said).encode() + b"\n")

    for number in range(1_000_000):
        match pick.randrange(5):
            case 0:
                folder = ROOT / f"folder {number % 20}"
                say(name := f"protected {folder}")
                if pick.random() < 0.3:
                    store.unprotect(folder)
                    say(name, None)
                else:
                    store.protect(folder)
                    say(name, "")
            case 1:
                pair = sorted(pick.sample(contents, 2))
                say(name := f"rejected {pair}")
                if pick.random() < 0.3:
                    store.unsettle([tuple(pair)])
                    say(name, None)
                else:
                    store.reject([tuple(pair)])
                    say(name, "")
            case 2:
                say(name := f"setting marks {number % 9}")
                store.set_setting(name.removeprefix("setting "), {"at": number})
                say(name, str(number))
            case 3:
                entry = Entry(ROOT / f"{number}.jpg", 10, 5, digest_bytes(b"%d" % number), False)
                (item,) = store.begin_batch([entry]).items
                say(f"item {item.path}", State.PLANNED)
                store.mark(item, State.REMOVED, trashed_to=Path("/trash") / item.path.name)
                say(f"item {item.path}", State.REMOVED)
            case 4:
                time.sleep(pick.random() / 200)


def settled_until_killed(path: Path, *, things: int, seconds: float, seed: int) -> Known:
    """What a process had said that it settled when it was killed: so many things, or a few more.

    The kill comes `seconds` after the last of them. Linux and macOS.
    """
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(source)
            settle_for_ever(path, target, seed)
        finally:
            os._exit(code)
    os.close(target)
    with open(source, "rb") as said:  # noqa: PTH123 - a pipe
        lines = [said.readline() for _ in range(things)]
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        lines += said.read().splitlines(keepends=True)
    lines = [line for line in lines if line.endswith(b"\n")]
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"
    settled: Known = {"protected /photos/from before": ""}
    for name, *value in map(json.loads, lines):
        settled.pop(name, None)  # while it is under way it may be either
        if value:
            settled[name] = value[0]
    return settled


def lost(store: Store, settled: Known) -> list[str]:
    """What a store does not say of what was settled."""
    numbers = store.contents().tolist()
    items = {f"item {i.path}": i.state for b in store.batches() for i in b.items}
    wrong = []
    for name, value in settled.items():
        kind, _, what = name.partition(" ")
        if kind == "protected":
            right = (Path(what) in store.protected()) == (value is not None)
        elif kind == "rejected":
            right = _rejected(store, json.loads(what), numbers) == (value is not None)
        elif kind == "setting":
            right = str(store.setting(what, {}).get("at")) == value
        else:  # a step further than was said is no loss
            right = items.get(name) in (value, State.REMOVED)
        if not right:
            wrong.append(name)
    return wrong


def _rejected(store: Store, pair: list[int], numbers: list[int]) -> bool:
    with store.read() as db:
        first, second = sorted(digest_bytes(b"%d" % (number - 1)) for number in pair)
        return bool(
            db.execute(
                "SELECT count(*) FROM decisions WHERE first = ? AND second = ?", (first, second)
            ).fetchone()[0]
        )


def flip(data: bytearray, pick: random.Random, count: int, *, end: int | None = None) -> None:
    for _ in range(count):
        if data:
            data[pick.randrange(min(end or len(data), len(data)))] ^= 1 << pick.randrange(8)


def damage(path: Path, pick: random.Random) -> str:
    """Damage a store, or its own log, in one way; says how."""
    ways: dict[str, Callable[[bytearray], object]] = {
        "flips": lambda data: flip(data, pick, pick.choice([1, 3, 20])),
        "header": lambda data: flip(data, pick, 1, end=100),
        "page": lambda data: data.__setitem__(
            slice(at := pick.randrange(0, max(1, len(data)), 4096), at + 4096), os.urandom(4096)
        ),
        "zeroes": lambda data: data.__setitem__(
            slice(at := pick.randrange(0, max(1, len(data)), 4096), at + 4096), bytes(4096)
        ),
        "cut": lambda data: data.__delitem__(slice(pick.randrange(len(data) + 1), None)),
        "garbage": lambda data: data.__setitem__(slice(None), os.urandom(len(data))),
        "gone": lambda data: data.clear(),
    }
    name = pick.choice(sorted(ways))
    parts = [path, path.with_name(f"{path.name}-wal")]
    whole = [part for part in (parts, parts[:1], parts[1:])[pick.randrange(3)] if part.exists()]
    for part in whole:
        data = bytearray(part.read_bytes())
        ways[name](data)
        if name == "gone":
            part.unlink()
        else:
            part.write_bytes(data)
    return f"{name} of {' and '.join(part.name for part in whole) or 'nothing'}"


def trial(path: Path, seed: int) -> tuple[str, list[str], Message | None]:
    """Kill, damage, open again: how it was damaged, what is lost, and what the user is told."""
    pick = random.Random(seed)  # noqa: S311 - moments and places
    prepare(path)
    settled = settled_until_killed(
        path, things=pick.randrange(80), seconds=pick.uniform(0, 0.02), seed=seed
    )
    how = damage(path, pick)
    with closing(Store(path)) as store:
        found, notice = lost(store, settled), store.notice
    with closing(Store(path)) as store:
        found += [f"{name} at the second start" for name in lost(store, settled)]
        assert store.notice is None, "told again"
    return how, found, notice


if sys.platform == "win32":
    raise ImportError("forks and kills")
