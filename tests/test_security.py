"""What the security rules of ruff were told to let pass, and what the locked versions must fit."""

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
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
    ("engine/embedding/onnx_files.py", "S603"),  # the same
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


def tool(name: str) -> ModuleType:
    """A program of packaging/, which is no package: it has the name of one."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_locked_versions_are_those_that_the_project_allows() -> None:
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    entries = tool("lock").entries(lock)
    assert all(len(value) == 64 for hashes in entries.values() for value in hashes)
    assert all(entries.values())  # each with hashes
    locked = [Requirement(entry) for entry in entries]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    assert len(wanted) > 10
    for one in wanted:
        versions = [
            str(entry.specifier).removeprefix("==")
            for entry in locked
            if canonicalize_name(entry.name) == canonicalize_name(one.name)
        ]
        assert versions and all(version in one.specifier for version in versions), one


def test_the_bill_of_materials_says_what_is_locked() -> None:
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    assert (ROOT / "resources" / "sbom.json").read_text("utf-8") == tool("lock").bill(lock)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ("", 2),
        ('{"dependencies": []}', 2),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 2),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}]}', 1),
    ],
)
def test_an_audit_that_reached_nothing_is_not_green(report: str, code: int) -> None:
    assert tool("audit").verdict(report)[0] == code
