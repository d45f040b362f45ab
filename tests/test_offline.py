"""The main job asks and tells nobody: a process that uses a network ends at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.drawing import draw

# Audit events come from inside Python's socket module, so they also see what a library imports.
# Native code is seen by the kernel alone: on Linux it ends whoever asks for an internet socket.
BLOCK = """
import ctypes, os, platform, struct, sys

def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        os.write(2, f"{event} {arguments[1:]}".encode())
        os._exit(9)

def refuse_native():
    known = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
    if platform.machine() not in known:
        return False
    architecture, socket = known[platform.machine()]
    load, equal, answer = 0x20, 0x15, 0x06
    allow, kill = 0x7FFF0000, 0x80000000
    program = [  # of linux/bpf_common.h: operation, steps if so, steps if not, value
        (load, 0, 0, 4), (equal, 1, 0, architecture), (answer, 0, 0, allow),
        (load, 0, 0, 0), (equal, 1, 0, socket), (answer, 0, 0, allow),
        (load, 0, 0, 16), (equal, 2, 0, 2), (equal, 1, 0, 10), (answer, 0, 0, allow),
        (answer, 0, 0, kill),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    filter = struct.pack("HP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None)
    return not (libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, filter, 0, 0))  # seccomp


sys.addaudithook(refuse)
guarded = sys.platform == "linux" and refuse_native()
"""
NATIVE = "import ctypes\nctypes.CDLL(None).socket(2, 1, 0)"
JOB = """
from pathlib import Path
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash
from kindred.engine.types import ScanOptions
from tests.support.tiny_embedder import tiny_embedder

folder, can = map(Path, sys.argv[1:])
with Library.open(embedder=tiny_embedder()) as library:
    report = library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
    assert report.photos == 3 and not report.skipped, report
    (group,) = library.groups(strictness=0.5)
    photo = group.members[1].photo.path
    assert library.search(folder / "0.png").hits[0].photo.path.stem.startswith("0")
    assert library.compare(folder / "0.png", folder / "1.png").relation
    plan = library.plan([group], [photo])
    batch = library.remove(plan, trash=folder_trash(can), token=CancelToken())
    assert not photo.exists()
    library.undo(batch.id)
    assert photo.exists()
print("all done")
"""
# ONNX Runtime and OpenVINO report their use, to files first, unless they are told not to.
NETWORKS = """
import numpy as np
from kindred.engine.embedding import devices, embedder
from kindred.engine.paths import home

for bfloat16 in (devices.has_bfloat16, lambda: False):
    devices.has_bfloat16 = bfloat16
    loaded = embedder.load(embedder.BUILTIN, device="cpu", home=home())
    vector = loaded.embed(np.zeros((1, loaded.side, loaded.side, 3), np.uint8))
    assert vector.shape == (1, loaded.dim)
    print(loaded.runtime)
"""


def run(code: str, tmp_path: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK + code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={
            # What would keep a package silent of its own accord is not there.
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(tmp_path / "user"),
            "KINDRED_HOME": str(tmp_path / "home"),
        },
    )


def test_scan_groups_search_removal_and_undo_use_no_network(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(2):
        draw(seed, (160, 120)).save(folder / f"{seed}.png")
    draw(0, (160, 120)).resize((120, 90)).save(folder / "0 small.png")
    result = run(JOB, tmp_path, folder, tmp_path / "trash")
    assert (result.returncode, result.stdout) == (0, "all done\n"), result.stderr


@pytest.mark.model
def test_what_runs_the_network_reports_nothing(tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    result = run(NETWORKS, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "ONNX Runtime" in result.stdout
    assert list((tmp_path / "user").rglob("*")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux guards")
def test_the_guard_sees_native_code(tmp_path: Path) -> None:
    if run("print(guarded)", tmp_path).stdout != "True\n":
        pytest.skip("this kernel takes no filter")
    assert run(NATIVE, tmp_path).returncode == -signal.SIGSYS


def test_the_guard_sees_a_connection_and_a_question_for_a_name(tmp_path: Path) -> None:
    for call in (
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('example.invalid', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    ):
        result = run(f"import socket\ntry:\n    {call}\nexcept OSError:\n    pass", tmp_path)
        assert result.returncode == 9 and result.stderr.startswith("socket.")
