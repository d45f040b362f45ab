"""A helper process ends with its parent, however that ends, and holds no more than it needs."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kindred.engine.decoding import helper_main
from tests.engine.decoding.test_helper_pool import PICTURE

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends(process: int, *, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while running(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not running(process)


PARENT = """
import signal, sys, threading
from kindred.engine.decoding import helper_pool
from kindred.engine.decoding.decode import decode
from tests.engine.decoding.test_helper_pool import PICTURE

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run as a job
helper_pool.COMMAND = [sys.executable, "-m", "tests.support.faulty_decoder"]
decode(PICTURE, name="a.gif", side=32)
busy = threading.Thread(target=decode, args=(PICTURE,), kwargs={"name": NAME, "side": 32})
busy.daemon = True
(idle,) = helper_pool._idle
print(idle._process.pid, flush=True)
if NAME:
    busy.start()
    while helper_pool._idle:
        pass
    print("busy", flush=True)
    busy.join()
sys.stdin.read()
"""


def parent(name: str) -> tuple[subprocess.Popen[str], int]:
    code = f"NAME = {name!r}\n{PARENT}"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.parametrize("how", ["exit", "kill", "interrupt"])
def test_no_helper_outlives_its_parent(how: str) -> None:
    process, helper = parent("")
    with process:
        assert running(helper)
        if how == "exit":
            process.communicate()
        else:
            process.send_signal(signal.SIGKILL if how == "kill" else signal.SIGINT)
        process.wait()
    assert ends(helper)


def test_a_busy_helper_does_not_outlive_a_killed_parent_either() -> None:
    process, helper = parent("sleep 600")
    with process:
        assert process.stdout is not None and process.stdout.readline() == "busy\n"
        process.kill()
        process.wait()
    assert ends(helper)


def test_the_window_is_not_imported_by_a_helper(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.path.insert(0, sys.argv[1])\n"
        "from kindred.engine.decoding import helper_pool\n"
        "from kindred.engine.decoding.decode import decode\n"
        "decode(sys.stdin.buffer.read(), name='a', side=9)\n"
        "print(open(f'/proc/{helper_pool._idle[0]._process.pid}/maps').read())\n"
    )
    listed = subprocess.run(
        [sys.executable, "-c", code, ROOT], input=PICTURE, capture_output=True, cwd=tmp_path,
        check=True,
    ).stdout  # fmt: skip
    assert b"_imaging" in listed
    for library in (b"Qt6", b"libtorch", b"faiss", b"onnxruntime", b"cv2"):
        assert library not in listed


@pytest.mark.parametrize(
    ("task", "side", "allowed"),
    [("photo", 160, 512), ("view", 160, 1024), ("view", None, 1024), ("luminance", None, 1024)],
)
def test_a_picture_looked_at_may_take_more_than_one_scanned(
    task: str, side: int | None, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[int | None] = []
    monkeypatch.setattr(helper_main, "_limit_memory", limits.append)
    helper_main.answer({"task": task, "side": side, "name": "a.gif"}, PICTURE)
    assert limits == [allowed << 20, None]
