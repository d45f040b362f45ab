"""The helper process: decodes one picture after the other for the process that started it.

See helper_pool. It has a limit of memory where the system knows one (Linux) and of processor
time (not on Windows), a limit of time of its own in case nobody is left to kill it, and ends when
its parent does.
"""

import faulthandler
import math
import os
import queue
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from kindred.engine.decoding import decode, helper_pool
from kindred.engine.decoding.limits import MAX_DEEP_MEMORY, MAX_MEMORY
from kindred.engine.errors import DecodeError
from kindred.engine.types import PhotoInfo

IDLE_SECONDS = 60.0

_Question = tuple[dict[str, Any], bytes]


def serve() -> None:
    """Answer on stdout what is asked on stdin; never returns."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries that print must not garble the answers
    questions: queue.SimpleQueue[_Question] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, questions), daemon=True).start()
    with Path(os.devnull).open("w") as nowhere:
        helper_pool.write(answers, {"ready": True}, b"")
        while True:
            try:
                question, data = questions.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                os._exit(0)
            # By a thread that needs no interpreter; the parent is a second quicker, if it lives.
            faulthandler.dump_traceback_later(helper_pool.LONGEST + 1, exit=True, file=nowhere)
            _limit_time(question["seconds"])
            header, pixels = answer(question, data)
            _limit_time(None)
            faulthandler.cancel_dump_traceback_later()
            helper_pool.write(answers, header, pixels.reshape(-1).data)
            del data, pixels  # not to be kept while there is nothing to do


def answer(question: dict[str, Any], data: bytes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The header and the pixels to send back, under a limit of memory."""
    try:
        # Someone looks at it: deep colours may take more, and what is handed on comes on top.
        _limit_memory(MAX_MEMORY if question["task"] == "photo" else MAX_DEEP_MEMORY)
        pixels, info = decode.decode_here(
            question["task"], data, name=question["name"], side=question["side"], tables=True
        )
    except DecodeError as error:
        return {"reason": error.reason, "detail": str(error)}, np.empty(0, np.uint8)
    finally:
        _limit_memory(None)
    return _header(pixels, info), np.ascontiguousarray(pixels)


def _header(pixels: NDArray[np.uint8], info: PhotoInfo | None) -> dict[str, Any]:
    return {"shape": pixels.shape, "info": None if info is None else asdict(info)}


def _listen(stream: IO[bytes], questions: "queue.SimpleQueue[_Question]") -> None:
    """Hands over what is asked; the end of the stream is the end of the parent and of us."""
    try:
        while True:
            header = helper_pool.read_header(stream)
            questions.put((header, stream.read(header["bytes"])))
    finally:
        os._exit(0)


def _limit_time(more: float | None) -> None:
    """Lets the process take `more` seconds of processor time than it took; None: what it likes."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = hard
    if more is not None:
        most = math.ceil(time.process_time() + more)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit_memory(more: int | None) -> None:
    """Lets the process take `more` bytes than it has now; None: as many as it likes."""
    if sys.platform != "linux":  # elsewhere such limits are not kept
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard
    if more is not None:
        pages = int(Path("/proc/self/statm").read_bytes().split()[5])
        most = pages * resource.getpagesize() + more
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


if __name__ == "__main__":
    serve()
