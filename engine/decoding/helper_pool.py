"""Decodes in helper processes what a crash, a hang or a hunger for memory must not reach us from.

The helpers (helper_main) live long; there is one for each thread that waits for a picture, and
they end with this process, however it ends. A picture that two of them die of is refused with that
as its reason. Nothing of a helper's answer is trusted: it is one line of JSON, checked field by
field, and raw pixels; unpickling would let a helper that was taken over run code here.
"""

import atexit
import contextlib
import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import IO, Any, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray

import kindred
from kindred.engine.errors import DecodeError
from kindred.engine.types import PhotoInfo, SkipReason

log = logging.getLogger(__name__)

COMMAND = [sys.executable, "-m", "kindred.engine.decoding.helper_main"]
SECONDS = 10.0  # of processor time for one picture
LONGEST = 60.0  # seconds for one picture on a machine that does much else, or where it only waits
START_SECONDS = 30.0  # until a helper is ready: a cold disk takes its time

_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # exit code
_ROOT = Path(kindred.__file__).resolve().parents[1]
_PIPE_BYTES = 1 << 20  # the usual 64 KiB cost many switches
_MAX_HEADER = 1 << 18
_MAX_PIXEL_BYTES = 1 << 30
_MAX_DETAIL = 200  # characters
_TYPES = get_type_hints(PhotoInfo) | {"keywords": list}

_lock = threading.Lock()
_idle: list["_Helper"] = []


class _Died(Exception):  # noqa: N818 - says what happened
    """A helper ended, or answered nonsense, instead of giving the picture."""


def run(
    task: str, data: bytes, *, name: str, side: int | None
) -> tuple[NDArray[np.uint8], PhotoInfo | None]:
    """What engine.decoding.decode's function `task` makes of the file, done by a helper.

    Raises DecodeError: the helper's own, CRASHED, TOO_SLOW, or UNREADABLE where no helper can be
    started, which says nothing of the file.
    """
    question = {
        "task": task,
        "name": name,
        "side": side,
        "bytes": len(data),
        "seconds": SECONDS,
    }
    try:
        return _ask(_take(), question, data)
    except _Died as error:
        # It may have gone home for want of work, or suffer from what an earlier file did to it.
        log.info("a decoder is started again: %s", error)
    try:
        return _ask(_Helper(), question, data)
    except _Died as error:
        log.warning("a decoder died: %s", error)
        raise DecodeError(SkipReason.CRASHED, str(error)) from error


def close() -> None:
    """End the helpers that have nothing to do."""
    with _lock:
        helpers, _idle[:] = list(_idle), []
    for helper in helpers:
        helper.stop()


def read_header(stream: IO[bytes]) -> dict[str, Any]:
    """One line of JSON; raises EOFError or ValueError."""
    line = stream.readline(_MAX_HEADER)
    if not line.endswith(b"\n"):
        raise EOFError("no whole line")
    header = json.loads(line, parse_constant=_refuse)
    if not isinstance(header, dict):
        raise ValueError("not an object")
    return header


def write(stream: IO[bytes], header: dict[str, Any], body: bytes | memoryview) -> None:
    """One line of JSON, then `body` as it is."""
    stream.write(json.dumps(header).encode() + b"\n")
    stream.write(body)
    stream.flush()


class _Helper:
    """One helper process, asked by one thread at a time."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                start_new_session=True,  # Ctrl+C is for the scan to take
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise _start_error(error) from error
        self._questions = cast(BufferedWriter, self._process.stdin)
        self._answers = cast(BufferedReader, self._process.stdout)
        _widen(self._questions, self._answers)
        with _time_limit(START_SECONDS, self) as late:
            try:
                read_header(self._answers)  # says that it is ready
            except Exception as error:
                why = _cause(error, self.stop(patience=1))
                if late.is_set():
                    why = f"not ready within {START_SECONDS:g} seconds"
                raise _start_error(why) from error
            except BaseException:
                self.stop()
                raise

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def exchange(
        self, question: dict[str, Any], data: bytes
    ) -> tuple[dict[str, Any], NDArray[np.uint8]]:
        """The answer's header and pixels; raises nearly anything when there is none."""
        write(self._questions, question, data)
        header = read_header(self._answers)
        shape = header.get("shape", [0])
        if not all(type(n) is int and 0 <= n < _MAX_PIXEL_BYTES for n in shape):
            raise ValueError("a picture of no size")
        if not 1 <= len(shape) <= 3 or np.prod(shape, dtype=object) > _MAX_PIXEL_BYTES:
            raise ValueError("a picture of impossible size")
        pixels = np.empty(shape, np.uint8)
        if pixels.size and self._answers.readinto(pixels.reshape(-1).data) != pixels.size:
            raise EOFError("the picture ends early")
        return header, pixels

    def kill(self) -> None:
        self._process.kill()

    def stop(self, *, patience: float = 0) -> int:
        """End the process, if it has not ended in `patience` seconds; returns its exit code."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for pipe in (self._questions, self._answers):
            with contextlib.suppress(OSError):  # bytes that nobody takes any more
                pipe.close()
        return self._process.wait()


def _take() -> _Helper:
    while True:
        with _lock:
            helper = _idle.pop() if _idle else None
        if helper is None:
            return _Helper()
        if helper.alive:
            return helper
        helper.stop()


def _ask(
    helper: _Helper, question: dict[str, Any], data: bytes
) -> tuple[NDArray[np.uint8], PhotoInfo | None]:
    with _time_limit(LONGEST, helper) as late:
        try:
            header, pixels = helper.exchange(question, data)
            answer = _refusal(header) or _picture(question["task"], pixels, header.get("info"))
        except Exception as error:
            code = helper.stop(patience=1)
            if late.is_set() or code == _OUT_OF_TIME:
                seconds = LONGEST if late.is_set() else SECONDS
                detail = f"not decoded within {seconds:g} seconds"
                raise DecodeError(SkipReason.TOO_SLOW, detail) from error
            raise _Died(_cause(error, code)) from error
        except BaseException:  # a second Ctrl+C: the answer is still under way
            helper.stop()
            raise
    if late.is_set():
        helper.stop()
    else:
        with _lock:
            _idle.append(helper)
    if isinstance(answer, DecodeError):
        raise answer
    return answer


@contextlib.contextmanager
def _time_limit(seconds: float, helper: _Helper) -> Iterator[threading.Event]:
    """Kills the helper where the block takes longer, and then sets the event."""
    late = threading.Event()

    def too_late() -> None:
        late.set()
        helper.kill()

    timer = threading.Timer(seconds, too_late)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _widen(*pipes: IO[bytes]) -> None:
    """Larger pipes where the system has some left for this user; Popen(pipesize=) would raise."""
    if sys.platform == "linux":
        import fcntl

        for pipe in pipes:
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _refusal(header: dict[str, Any]) -> DecodeError | None:
    if "reason" not in header:
        return None
    return DecodeError(SkipReason(header["reason"]), str(header["detail"])[:_MAX_DETAIL])


def _picture(
    task: str, pixels: NDArray[np.uint8], found: dict[str, Any] | None
) -> tuple[NDArray[np.uint8], PhotoInfo | None]:
    bands = () if task == "luminance" else (3,)
    if pixels.ndim != 2 + len(bands) or pixels.shape[2:] != bands or not pixels.size:
        raise ValueError("no picture")
    info = _info(found)
    if info is not None and min(info.width, info.height) < 1:
        raise ValueError("a picture of no size")
    return pixels, info


def _info(found: dict[str, Any] | None) -> PhotoInfo | None:
    if found is None:
        return None
    for name, value in found.items():
        if not isinstance(value, _TYPES[name]):
            raise TypeError(f"{name} of the wrong type")
    if not all(isinstance(word, str) for word in found["keywords"]):
        raise TypeError("keywords of the wrong type")
    return PhotoInfo(**found | {"keywords": tuple(found["keywords"])})


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _start_error(why: object) -> DecodeError:
    return DecodeError(SkipReason.UNREADABLE, f"no decoder can be started: {why}")


def _cause(error: Exception, code: int) -> str:
    if not isinstance(error, (EOFError, OSError)):
        return f"the decoder answered nonsense: {error}"
    return f"the decoder crashed, {f'signal {-code}' if code < 0 else f'exit code {code}'}"


atexit.register(close)
