import shlex
import sys
from pathlib import Path

import pytest

from kindred.engine.cli.desktop_entry import install


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="freedesktop menus only")
def test_the_menu_entry_starts_this_checkout(tmp_path: Path):
    entry = install(tmp_path)
    lines = dict(line.split("=", 1) for line in entry.read_text("utf-8").splitlines()[1:])
    python, main, field = shlex.split(lines["Exec"])
    assert (python, field) == (sys.executable, "%F")
    assert Path(main).name == "main.py"
    assert Path(main).is_file()
    assert (tmp_path / "icons/hicolor/scalable/apps/kindred.svg").is_file()
