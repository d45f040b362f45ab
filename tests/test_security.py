"""What the security rules of ruff were told to let pass, and what the locked versions must fit."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# Everything but asserts; a new line here needs a reason as good as these.
LET_PASS = {
    ("engine/store/backups.py", "S608"),  # names of our own tables and columns
    ("engine/store/files.py", "S608"),
    ("engine/store/recovery.py", "S608"),
    ("engine/store/settled_log.py", "S608"),
    ("engine/decoding/helper_pool.py", "S603"),  # our own module in our own interpreter
    ("engine/embedding/weights.py", "S310"),  # HTTPS is checked first, and after each redirection
    ("gui/widgets/file_menu.py", "S603"),  # the file manager, with one path, without a shell
    ("gui/widgets/file_menu.py", "S607"),
}


def test_the_security_rules_let_nothing_else_pass():
    ruff = [sys.executable, "-m", "ruff", "check", "--select=S", "--ignore=S101", "--ignore-noqa"]
    result = subprocess.run(
        [*ruff, "--no-cache", "--output-format=json", "engine", "gui", "main.py"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    found = {
        (Path(entry["filename"]).relative_to(ROOT).as_posix(), entry["code"])
        for entry in json.loads(result.stdout)
    }
    assert found == LET_PASS


def test_the_locked_versions_are_those_that_the_project_allows():
    lines = (ROOT / "packaging" / "requirements.lock").read_text("utf-8").split()
    locked = {canonicalize_name(name): version for name, version in (s.split("==") for s in lines)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    assert len(wanted) > 10
    wrong = [str(r) for r in wanted if locked.get(canonicalize_name(r.name), "") not in r.specifier]
    assert wrong == []
