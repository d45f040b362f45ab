"""Networks of the user's own in ONNX: no code, and tried in a process of its own before use."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kindred
from kindred.engine.embedding import runtimes

SECONDS = 60  # for the trial, also of processor time
_MEMORY = 4 << 30  # bytes for the trial, where the system knows such a limit
_MOST_BYTES = 2 << 30  # as protobuf has it
_MOST_CHANNELS = 8192
_ROOT = Path(kindred.__file__).resolve().parents[1]
_ORT = b"ORTM"
# Lengths and names of operators that may never end, and of the key that names another file, as
# protobuf writes them; a length may be written in more bytes than it needs.
_ENDLESS = re.compile(rb"(?:\x04|\x84\x80*\x00)(?:Loop|Scan)")
_OUTSIDE = re.compile(rb"(?:\x08|\x88\x80*\x00)location")

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def load(path: Path, *, side: int) -> Run:
    """A function from normalised pictures, float32 (n, 3, side, side), to float32 (n, c, h, w).

    One thread a call, any number of calls at once. Raises RuntimeError with one line that says why
    a file is refused, OSError.
    """
    data = path.read_bytes()
    if len(data) > _MOST_BYTES:
        raise RuntimeError("the file is too large")
    if data[4:8] == _ORT:  # whose operators cannot be searched for
        raise RuntimeError("the file is in the format of ONNX Runtime, not ONNX")
    if _ENDLESS.search(data):
        raise RuntimeError("the network holds a loop, which may never end")
    if _OUTSIDE.search(data):
        raise RuntimeError("the network needs another file")
    _try(data, side)
    return _runner(data, side)


def _try(data: bytes, side: int) -> None:
    """Run it once in another process; what crashes, hangs or takes all memory does so there."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "kindred.engine.embedding.onnx_files", str(side)],
            cwd=_ROOT,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"it did not end within {SECONDS} seconds") from error
    try:
        why = json.loads(done.stdout)["why"]
    except (ValueError, KeyError, TypeError):
        why = f"its trial ended with exit code {done.returncode}"
    if why:
        raise RuntimeError(str(why)[:200])


def _runner(data: bytes, side: int) -> Run:
    """Raises RuntimeError, or whatever ONNX Runtime raises."""
    onnxruntime = runtimes.onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    name, output = session.get_inputs()[0].name, session.get_outputs()[0].name

    def one(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.asarray(session.run([output], {name: picture[None]})[0])
        if found.dtype != np.float32 or found.ndim not in (2, 4) or len(found) != 1:
            raise RuntimeError("it gives no float32 vectors or feature maps")
        if not 0 < found.shape[1] <= _MOST_CHANNELS or not found.size:
            raise RuntimeError("its vectors are too short or too long")
        if not np.isfinite(found).all():
            raise RuntimeError("it gives values that are no numbers")
        return found if found.ndim == 4 else found[:, :, None, None]

    none = one(np.zeros((3, side, side), np.float32))[:0]

    def run(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([none, *(one(picture) for picture in pictures)])

    return run


def _trial(data: bytes, side: int) -> dict[str, Any]:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        run = _runner(data, side)
        run(np.random.default_rng(0).normal(size=(1, 3, side, side)).astype(np.float32))
    except Exception as error:  # ONNX Runtime raises nearly anything
        return {"why": str(error).partition("\n")[0] or type(error).__name__}
    return {"why": ""}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_trial(sys.stdin.buffer.read(), int(sys.argv[1]))))
