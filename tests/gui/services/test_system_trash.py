"""The system trash says where a file lies, so that it can come back."""

import os
import sys
from pathlib import Path

import pytest

from kindred.gui.services.system_trash import move_to_trash


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it would use the user's own trash")
@pytest.mark.parametrize("name", [b"a photo.jpg", b"not utf-8 \xff\n.jpg"])
def test_file_lies_where_the_trash_says(
    name: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "share").mkdir()
    photo = tmp_path / os.fsdecode(name)
    photo.write_bytes(b"bytes")
    lies = move_to_trash(photo)
    assert not photo.exists()
    assert lies.read_bytes() == b"bytes"


def test_a_missing_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    with pytest.raises(OSError, match=r"gone\.jpg"):
        move_to_trash(tmp_path / "gone.jpg")
