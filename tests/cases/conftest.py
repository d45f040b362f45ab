"""The command line on the built-in network; a folder for each case."""

from pathlib import Path

import pytest

from tests.support.outside import network


@pytest.fixture(autouse=True)
def loaded_network(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = network()
    monkeypatch.setattr("kindred.engine.embedding.embedder.load", lambda name, **_: loaded)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made
