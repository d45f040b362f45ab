"""helper_main with faults: what a picture's name begins with is what becomes of the helper."""

import ctypes
import json
import math
import os
import sys
import time
from dataclasses import asdict

import numpy as np

from kindred.engine.decoding import decode, helper_main, helper_pool
from kindred.engine.decoding.decoder_errors import as_decode_errors
from kindred.engine.types import PhotoInfo


def answer(shape: list[int], *, width: int = 4, height: int = 3) -> bytes:
    info = asdict(PhotoInfo(width, height, "GIF"))
    return json.dumps({"shape": shape, "info": info}).encode() + b"\n" + bytes(math.prod(shape))


sound_here = decode.decode_here
sound_write = helper_pool.write
answers = {
    "no line": b"x" * 100,
    "no object": b"[1]\n",
    "no number": b'{"shape": [NaN]}\n',
    "no size": b'{"shape": [-1, 2, 3]}\n',
    "too large": b'{"shape": [1000000, 1000000, 3]}\n',
    "too short": b'{"shape": [10, 10, 3], "info": null}\nabc',
    "no reason": b'{"reason": "because", "detail": "x"}\n',
    "wrong info": b'{"shape": [1, 1, 3], "info": {"width": "1 OR 1=1"}}\nxxx',
    "unknown info": b'{"shape": [1, 1, 3], "info": {"colour": 1}}\nxxx',
    "no info": b'{"shape": [1, 1, 3], "info": null}\nxxx',
    "no pixels": answer([0, 0, 3]),
    "no picture": answer([7]),
    "no colours": answer([2, 3]),
    "too many colours": answer([1, 1, 4]),
    "no width": answer([1, 1, 3], width=0),
    "less than no height": answer([1, 1, 3], height=-1),
    "deep": b"[" * 100_000 + b"\n",
}


def here(task: str, data: bytes, *, name: str, **more: object) -> decode.Result:
    match name.split()[0]:
        case "segfault":
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "exit":
            os._exit(0)
        case "hang":
            ctypes.PyDLL(None).sleep(600)  # without giving up the interpreter
        case "hog":
            with as_decode_errors("GIF"):
                np.ones(4 << 30, np.uint8)
        case "sleep":
            time.sleep(600)
        case "print":
            os.write(1, b"warning: garbage\n")
            sys.stdout.write("more garbage\n")
            sys.stdout.flush()
    return sound_here(task, data, name=name, **more)


def write(stream, header, body) -> None:
    lie = answers.get(os.environ.get("KINDRED_LIE", ""))
    if lie is None or "ready" in header:
        sound_write(stream, header, body)
    else:
        stream.write(lie)
        stream.flush()
        os._exit(0)


if __name__ == "__main__":
    time.sleep(float(os.environ.get("KINDRED_START", "0")))
    decode.decode_here = here
    helper_main.IDLE_SECONDS = float(os.environ.get("KINDRED_IDLE", "60"))
    helper_pool.write = write
    helper_main.serve()
