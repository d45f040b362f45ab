"""What every test gets: no screen, a home of its own, and an embedder that needs no network."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import pytest

from engine.paths import Home, home


@pytest.fixture(autouse=True)
def kindred_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Kindred's directories, below this test's own temporary directory."""
    monkeypatch.setenv("KINDRED_HOME", str(tmp_path / "kindred-home"))
    return home()
