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


def test_folders_open_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[Path]] = []
    monkeypatch.setattr("kindred.gui.app.run_window", lambda folders: opened.append(folders) or 0)
    assert main.main([]) == 0
    assert main.main(["Photos", "/else/where"]) == 0
    assert opened == [[], [Path("Photos"), Path("/else/where")]]
