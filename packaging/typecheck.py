"""Runs mypy on all of Kindred: `python packaging/typecheck.py [OPTION...]`.

mypy finds modules by their folders, and in a checkout `kindred.engine` is the folder `engine`
(see kindred/__init__.py). So it is shown a folder of links in which the names are right.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("engine", "gui", "resources")  # of the package `kindred`, as in setup.py
CHECKED = ("-p", "kindred", "-p", "training", "-m", "main")


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "kindred"
        package.mkdir()
        for file in (ROOT / "kindred").glob("*.py"):
            (package / file.name).symlink_to(file)
        for folder in PARTS:
            (package / folder).symlink_to(ROOT / folder)
        for name in ("training", "main.py"):
            (package.parent / name).symlink_to(ROOT / name)
        done = subprocess.run(  # noqa: S603 - mypy, in the interpreter that runs this
            [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml",
             "--cache-dir", ROOT / ".mypy_cache", *CHECKED, *sys.argv[1:]],
            cwd=scratch, env=os.environ | {"MYPYPATH": scratch}, check=False,
        )  # fmt: skip
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
