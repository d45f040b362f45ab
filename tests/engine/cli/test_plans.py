"""plan, apply, reject and protect from the command line."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from kindred.engine.cli.commands import run
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.removal.trash import folder_trash
from tests.support.scenery import scene


@pytest.fixture(autouse=True)
def _tiny(embedder: Embedder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("kindred.engine.embedding.embedder.load", lambda name, **_options: embedder)
    monkeypatch.setattr(
        "kindred.engine.removal.trash.system_trash", folder_trash(tmp_path / "trash")
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "Backup").mkdir(parents=True)
    (folder / "Album").mkdir()
    for seed, name in ((3, "one"), (4, "two")):
        Image.fromarray(scene(seed, width=960, height=720)).save(folder / f"{name}.jpg", quality=95)
    shutil.copyfile(folder / "one.jpg", folder / "Backup" / "one.jpg")
    shutil.copyfile(folder / "two.jpg", folder / "Album" / "two.jpg")
    return folder


def planned(folder: Path, *words: str) -> dict[str, object]:
    file = folder.parent / "plan.json"
    assert run(["plan", str(folder), "--json", str(file), *words]) == 0
    return json.loads(file.read_text())


def names(plan: dict[str, object], folder: Path) -> dict[str, str]:
    return {str(Path(entry["path"]).relative_to(folder)): entry["tier"] for entry in plan["remove"]}


def test_a_plan_says_what_goes_and_why(folder: Path) -> None:
    plan = planned(folder)
    (entry,) = plan["remove"]
    assert entry == {
        "path": str(folder / "Backup" / "one.jpg"),
        "tier": "exact",
        "keeper": str(folder / "one.jpg"),
        "because": ["the same bytes"],
        "losses": [],
        "carries": [],
        "frees": (folder / "one.jpg").stat().st_size,
    }
    (left,) = plan["undecided"]
    assert sorted(left["paths"]) == [str(folder / "Album" / "two.jpg"), str(folder / "two.jpg")]


def test_preferred_and_protected_folders_count_for_one_plan(folder: Path) -> None:
    album, backup = str(folder / "Album"), str(folder / "Backup")
    assert names(planned(folder, "--prefer", album), folder) == {
        "Backup/one.jpg": "exact",
        "two.jpg": "exact",
    }
    assert names(planned(folder, "--protect", backup), folder) == {"one.jpg": "exact"}
    assert names(planned(folder), folder) == {"Backup/one.jpg": "exact"}


def test_a_plan_is_applied_and_taken_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planned(folder)
    gone = folder / "Backup" / "one.jpg"
    assert run(["apply", str(folder.parent / "plan.json")]) == 0
    assert not gone.exists() and (folder / "one.jpg").exists()
    assert "1 photos moved to the trash" in capsys.readouterr().out
    assert run(["undo"]) == 0
    assert gone.exists()


def test_a_plan_with_preferred_folders_is_applied_with_them(folder: Path) -> None:
    planned(folder, "--prefer", str(folder / "Album"), "--rules", "best picture")
    assert run(["apply", str(folder.parent / "plan.json")]) == 0
    assert not (folder / "two.jpg").exists() and (folder / "Album" / "two.jpg").exists()
    assert not (folder / "Backup" / "one.jpg").exists()


def test_what_is_no_longer_suggested_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(folder)
    (folder / "one.jpg").write_bytes((folder / "two.jpg").read_bytes())
    assert run(["apply", str(folder.parent / "plan.json")]) == 1
    assert (folder / "Backup" / "one.jpg").exists()
    assert run(["scan", str(folder)]) == 0
    assert run(["apply", str(folder.parent / "plan.json")]) == 1
    assert (folder / "Backup" / "one.jpg").exists()


def test_a_plan_of_another_kind_is_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("", "[]", '{"remove": [{"path": 3}]}', '{"remove": [{"path":"a","keeper":"b"}]}'):
        (tmp_path / "no plan.json").write_text(text)
        assert run(["apply", str(tmp_path / "no plan.json")]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_rejected_photos_are_not_planned(folder: Path) -> None:
    (folder / "Backup" / "one.jpg").unlink()
    picture = Image.open(folder / "one.jpg")
    picture.resize((480, 360), Image.Resampling.LANCZOS).save(folder / "small.jpg", quality=85)
    assert names(planned(folder), folder) == {"small.jpg": "lesser"}
    assert run(["reject", str(folder / "one.jpg"), str(folder / "small.jpg")]) == 0
    assert names(planned(folder), folder) == {}


def test_a_protected_folder_stays_protected(folder: Path) -> None:
    assert run(["protect", str(folder / "Backup")]) == 0
    assert names(planned(folder), folder) == {"one.jpg": "exact"}
    assert run(["protect", str(folder / "nowhere")]) == 1


def test_unknown_tiers_and_presets_are_refused(folder: Path) -> None:
    with pytest.raises(SystemExit):
        run(["plan", str(folder), "--tier", "similar"])
    assert run(["plan", str(folder), "--rules", "no such rules"]) == 1
