import os
from pathlib import Path

import platformdirs
import pytest

from kindred.engine.paths import home, plain_text, visible_text


def test_kindred_home_overrides_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDRED_HOME", str(tmp_path / "other"))
    found = home()
    for directory in (found.data, found.cache, found.logs):
        assert directory.is_dir()
        assert directory.is_relative_to(tmp_path / "other")
    assert found.store.parent == found.models.parent == found.data


def test_relative_and_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KINDRED_HOME", "here")
    assert home().data == tmp_path / "here" / "data"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("KINDRED_HOME", "~/there")
    assert home().data == tmp_path / "there" / "data"


def test_the_systems_places_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KINDRED_HOME")
    for name in ("user_data_path", "user_cache_path", "user_log_path"):
        place = property(lambda self, name=name: tmp_path / self.appname / name)
        monkeypatch.setattr(platformdirs.PlatformDirs, name, place)
    assert home().data == tmp_path / "kindred" / "user_data_path"


def test_a_place_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KINDRED_HOME", str(tmp_path / "file"))
    with pytest.raises(OSError, match="file"):
        home()


def test_every_name_has_a_text_that_utf8_holds() -> None:
    assert plain_text(Path("a\udcff.jpg")) == "a\\udcff.jpg"
    assert plain_text("夏.jpg") == "夏.jpg"


def test_control_and_direction_characters_are_seen() -> None:
    name = "a\x1b[31m\a\u202egpj\u2066\n\x00.jpg"
    assert visible_text(name) == r"a\x1b[31m\x07\u202egpj\u2066\n\x00.jpg"
    assert visible_text(Path(os.fsdecode(b"\xff.jpg"))) == r"\udcff.jpg"
    assert visible_text("one\ntwo\u2028", lines=True) == "one\ntwo" + r"\u2028"
    for kept in (
        "Größe",
        "写真　1.jpg",
        "Screenshot 1.00\u202fPM.png",
        "👨\u200d👩\u200d👧",
        "می\u200cخواهم",
    ):
        assert visible_text(kept) == kept
