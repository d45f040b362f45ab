"""Closing in any state: nothing is said, nothing goes on, no photo is lost.

KINDRED_CLOSINGS closings, their states in turn from KINDRED_SEED on.
"""

import os
from pathlib import Path

import pytest

from tests.support.closings import STATES, close_once, prepare

COUNT = int(os.environ.get("KINDRED_CLOSINGS", "3"))
SEED = int(os.environ.get("KINDRED_SEED", "2"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("closing") / "prepared"
    prepare(base)
    return base


@pytest.mark.parametrize("seed", range(SEED, SEED + COUNT))
def test_closing_leaves_nothing_behind(prepared: Path, tmp_path: Path, seed: int) -> None:
    closing = close_once(prepared, tmp_path / "here", state=STATES[seed % len(STATES)], seed=seed)
    assert closing.reached
    assert closing.faults == ()
