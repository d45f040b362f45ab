"""Fuzzes the decoders with inputs that coverage chooses (atheris), in this process.

    pip install atheris
    python benchmarks/fuzz_decoders.py CORPUS -max_total_time=600 -timeout=10 -rss_limit_mb=2048

CORPUS is a folder that is filled with the small sound files of tests/support/hostile.py and grows.
Further options are libFuzzer's. Coverage is of the Python code of Pillow and of the engine; the
libraries in C are run, not watched. Ends at the first exception that is no DecodeError, at a
"decoder failed", a crash, a hang or too much memory.
"""

import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["PIL", "kindred.engine"]):
    from kindred.engine.decoding import decode
    from kindred.engine.errors import DecodeError
    from kindred.engine.types import SkipReason
    from tests.support import hostile


def one(data: bytes) -> None:
    for name in ("a", "a.dng") if data[:2] in (b"II", b"MM") else ("a",):
        try:
            decode.decode_here("photo", data, name=name, side=32, tables=True)
        except DecodeError as error:
            if error.reason is SkipReason.CRASHED:
                raise


def main() -> None:
    logging.disable()
    corpus = Path(sys.argv[1])
    corpus.mkdir(exist_ok=True)
    for name, data in hostile.bases().items():
        (corpus / name).write_bytes(data)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
