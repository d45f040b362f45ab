import csv
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kindred.engine.cli.commands import LineFormatter, page_path
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.embedding.speed import Speed
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import ScanOptions
from main import main
from tests.support.drawing import draw

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def fake_network(embedder: Embedder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kindred.engine.embedding.embedder.load", lambda name, **_options: embedder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    draw(1).save(folder / "a.jpg", quality=92)
    draw(1).resize((320, 240)).save(folder / "b.jpg", quality=85)
    draw(2).save(folder / "c.jpg")
    (folder / "empty.jpg").touch()
    return folder


def test_scan_prints_groups_and_what_was_skipped(folder: Path, capsys):
    assert main(["scan", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "1. copy, 2 photos" in out
    assert "empty.jpg: empty file" in out


def test_folders_may_be_relative_and_go_up(folder: Path, monkeypatch, capsys):
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert main(["scan", ".."]) == 0
    out = capsys.readouterr().out
    assert "1. copy, 2 photos" in out
    assert "3 photos, 1 groups" in out


def test_scan_json_has_the_documented_shape(folder: Path, capsys):
    assert main(["scan", str(folder), "--json", "-"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"photos", "skipped", "ignored", "groups", "stages", "model", "device"}
    assert result["photos"] == 3
    (group,) = result["groups"]
    assert set(group) == {"kind", "keeper", "similarity", "photos"}
    assert (group["kind"], group["keeper"]) == ("copy", str(folder / "a.jpg"))
    assert set(group["photos"][0]) == {
        "path", "relation", "tier", "similarity", "width", "height", "size", "taken_at",
        "named_at",
    }  # fmt: skip
    assert [skipped["reason"] for skipped in result["skipped"]] == ["empty file"]
    assert result["stages"]["decode"]["count"] == 3


def test_scan_writes_files_and_gives_the_same_twice(folder: Path, tmp_path: Path, capsys):
    outputs = []
    for name in ("one", "two"):
        target = tmp_path / f"{name}.json"
        assert (
            main(["scan", str(folder), "--json", str(target), "--csv", str(tmp_path / "g.csv")])
            == 0
        )
        outputs.append(json.loads(target.read_text())["groups"])
    assert outputs[0] == outputs[1]
    rows = list(csv.reader((tmp_path / "g.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 3


def test_search_ranks(folder: Path, capsys):
    assert main(["search", str(folder / "b.jpg"), str(folder), "--top", "2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [Path(row["path"]).name for row in rows] == ["b.jpg", "a.jpg"]
    assert rows[0]["similarity"] == pytest.approx(1, abs=1e-3)
    assert [row["relation"] for row in rows] == ["identical", "copy"]


def test_compare_tells_three_measures_and_the_relation(folder: Path, capsys):
    assert main(["compare", str(folder / "a.jpg"), str(folder / "b.jpg"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["relation"] == "copy"
    assert {"cosine", "euclidean", "tanimoto"} <= set(result)
    assert main(["compare", str(folder / "a.jpg"), str(folder / "b.jpg")]) == 0
    assert "resized" in capsys.readouterr().out


def test_doctor_tells_what_a_bug_report_needs(capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for word in ("python", "torch", "store", "model        tiny-1", "device       cpu (numpy)"):
        assert word in out


def test_doctor_measures_what_is_fastest(monkeypatch: pytest.MonkeyPatch, capsys):
    speeds = [Speed("slow", 2.25, 1.0, is_fastest=False), Speed("fast", 80, 1.0, is_fastest=True)]
    monkeypatch.setattr("kindred.engine.embedding.speed.measure", lambda *_, **__: speeds)
    assert main(["doctor", "--speed"]) == 0
    slow, fast = capsys.readouterr().out.splitlines()
    assert slow.split() == ["slow", "2.2", "photos/s"]
    assert fast.endswith("80.0 photos/s (used from now on)")


def test_calibrate_says_what_is_missing(capsys):
    assert main(["calibrate"]) == 0
    assert "20 of each are needed" in capsys.readouterr().out
    assert main(["calibrate", "--reset"]) == 0


def test_undo_lists_and_puts_back(folder: Path, tmp_path: Path, embedder: Embedder, capsys):
    with Library.open(embedder=embedder) as library:
        library.scan([folder], options=ScanOptions(), token=CancelToken())
        plan = library.plan(library.groups(strictness=0.5), [folder / "b.jpg"])
        library.remove(plan, trash=folder_trash(tmp_path / "bin"), token=CancelToken())
    assert not (folder / "b.jpg").exists()
    assert main(["undo", "--list"]) == 0
    assert "1 removed" in capsys.readouterr().out
    assert main(["undo"]) == 0
    assert (folder / "b.jpg").exists()
    assert main(["undo"]) == 1
    assert capsys.readouterr().err == "kindred: There is nothing to put back.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "/no/such/folder"],
        ["search", "/no/such/picture.jpg", "."],
        ["compare", "/no/such/a.jpg", "/no/such/b.jpg"],
    ],
)
def test_an_expected_failure_is_one_line_and_exit_code_1(
    words: list[str], tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kindred: ")
    assert captured.err.count("\n") == 1


ODD = [
    os.fsdecode(b"caf\xe9\n\x1b[31m"), "x" * 300, "/" + "d/" * 3000, "-",
    "\N{PILE OF POO}", ".", "\u202e.jpg", "", " ", "~", "%s{0}$(id)", "/dev/zero", "/proc/self/mem",
    "a\\b", "nul",
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["scan", "--", "ODD"],
        ["search", "--", "ODD", "photos"],
        ["compare", "--", "photos/a.jpg", "ODD"],
        ["scan", "photos", "--json=ODD"],
        ["scan", "photos", "--csv=ODD"],
    ],
)
def test_odd_paths_are_told_in_one_line(
    words: list[str], folder: Path, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for path in ODD:
        try:
            code = main([word.replace("ODD", path) for word in words])
        except SystemExit as error:  # argparse refuses
            code = error.code
        captured = capsys.readouterr()
        assert code in (0, 1, 2)
        assert "\x1b" not in captured.out + captured.err
        if code == 1:
            assert captured.err.startswith("kindred: ") and captured.err.count("\n") == 1


def test_interrupting_a_scan_gives_130(folder: Path, monkeypatch: pytest.MonkeyPatch):
    import signal

    from kindred.engine.scan import walker

    walk = walker.walk

    def interrupted(*roots, **options):
        signal.raise_signal(signal.SIGINT)
        return walk(*roots, **options)

    monkeypatch.setattr(walker, "walk", interrupted)
    assert main(["scan", str(folder)]) == 130


@pytest.mark.parametrize("verb", ["scan", "search", "compare", "undo", "calibrate", "doctor"])
def test_every_verb_explains_itself(verb: str, capsys):
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"])
    assert stop.value.code == 0
    assert f"kindred {verb}" in capsys.readouterr().out


def test_the_command_line_does_not_import_qt():
    script = (
        "import sys; from main import main; main(['undo', '--list']);"
        "import kindred.engine.scan.pipeline, kindred.engine.search;"
        "import kindred.engine.cli.export, kindred.engine.grouping.groups;"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert run.returncode == 0


def test_warnings_are_a_line_each_and_command_no_terminal() -> None:
    try:
        raise OSError(5, "no disk", "a\x1b[2J.jpg")
    except OSError:
        failed = sys.exc_info()
    warned = logging.LogRecord("a", logging.WARNING, "a", 1, "not %s", ("\x1b]0;b\u202e",), failed)
    said = LineFormatter().format(warned)
    assert said.startswith("kindred: not ") and said.isprintable() and "no disk" in said
    warned.levelno = logging.ERROR
    assert "Traceback" in LineFormatter().format(warned)
    assert "\x1b" not in LineFormatter().format(warned)


@pytest.mark.parametrize(
    ("given", "written"),
    [("p.html", "p.html"), ("P.HTM", "P.HTM"), ("a/summer.2024", "a/summer.2024.html")],
)
def test_a_page_keeps_all_of_its_name(given: str, written: str) -> None:
    assert page_path(given) == Path(written)
