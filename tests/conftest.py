"""What every test gets: no screen, a home of its own, and an embedder that needs no network."""

import ctypes
import os
import struct
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for tests that import it themselves
os.environ["LC_ALL"] = "C.UTF-8"  # Qt's words and dates, here and in the programs that tests start

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.library import Library
from kindred.engine.paths import Home, home
from tests.support.tiny_embedder import tiny_embedder

# The same examples in every run, on machines of any speed; KINDRED_EXAMPLES=random: others.
settings.register_profile(
    "kindred",
    deadline=None,
    derandomize=os.environ.get("KINDRED_EXAMPLES") != "random",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kindred")


@pytest.fixture(autouse=True)
def patient_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a sound picture opens must not depend on what else the machine does."""
    monkeypatch.setattr("kindred.engine.decoding.helper_pool.LONGEST", 600.0)


@pytest.fixture(autouse=True)
def kindred_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Kindred's directories, below this test's own temporary directory."""
    monkeypatch.setenv("KINDRED_HOME", str(tmp_path / "kindred-home"))
    monkeypatch.setenv("KINDRED_CONFIG", str(tmp_path / "kindred-config"))
    return home()


@pytest.fixture
def embedder() -> Embedder:
    return tiny_embedder()


@pytest.fixture
def library(embedder: Embedder) -> Iterator[Library]:
    with Library.open(embedder=embedder) as opened:
        yield opened


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Permissions hold for the test's thread and those it starts, for root on Linux too."""
    if os.name != "posix" or (os.geteuid() == 0 and sys.platform != "linux"):
        pytest.skip("this user may read and write anything")
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))  # version 3, this thread
    before = ctypes.create_string_buffer(24)
    assert libc.capget(header, before) == 0
    effective, *rest = struct.unpack("6I", before.raw)
    overrides = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, struct.pack("6I", effective & ~overrides, *rest)) == 0
    yield
    assert libc.capset(header, before) == 0
