"""The entry point: verbs go to the command line, everything else opens the window."""

import re
from pathlib import Path

import pytest

from kindred import __main__ as main


def test_verbs_are_those_of_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHON_COLORS", "0")
    with pytest.raises(SystemExit):
        main.main(["--help"])
    assert tuple(re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)) == main.VERBS


def test_folders_open_the_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[list[Path]] = []
    monkeypatch.setattr("kindred.gui.app.run_window", lambda folders: opened.append(folders) or 0)
    assert main.main([]) == 0
    assert main.main([str(tmp_path), str(tmp_path.parent)]) == 0
    assert opened == [[], [tmp_path, tmp_path.parent]]


def test_a_word_that_is_neither_a_verb_nor_a_folder_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.gui.app.run_window", lambda folders: 0)
    assert main.main(["scann"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("kindred: 'scann' is neither") and told.count("\n") == 1
