"""What was confirmed on this computer is remembered outside of any library."""

import os
import stat
import sys
from pathlib import Path

import pytest

from kindred.engine.confirmed import Confirmed, confirm, read
from kindred.engine.paths import Home


def test_what_is_confirmed_is_there_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "config" / "confirmed.jsonl"
    odd = tmp_path / os.fsdecode(b"Gr\xf6\xdfe\n")
    known = confirm(file, read(file), folders=[odd], programs=["ab"])
    known = confirm(file, known, folders=[odd], trashes=[tmp_path / "can"])
    assert read(file) == known == Confirmed({odd}, {tmp_path / "can"}, {"ab"})
    assert len(file.read_text().split()) == 6  # each is written once
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_lines_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "confirmed.jsonl"
    file.write_bytes(b'{"folder": 1}\n[]\n{"folder": "/a", "x": 2}\n\xff{\nnull\n{"program": "a')
    known = confirm(file, read(file), folders=[Path("/b")])
    assert read(file) == known == Confirmed(frozenset({Path("/a"), Path("/b")}))


def test_what_cannot_be_written_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    known = confirm(tmp_path / "taken" / "confirmed.jsonl", Confirmed(), programs=["ab"])
    assert known.programs == {"ab"}


def test_it_is_never_where_the_library_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KINDRED_CONFIG")
    theirs = tmp_path / "received library"
    monkeypatch.setenv("KINDRED_HOME", str(theirs))
    assert theirs not in Home(theirs, theirs, theirs).confirmed.parents
