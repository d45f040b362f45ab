"""BLAKE3 of bytes and of files: the names of contents, and whether a file is still the same."""

from collections.abc import Iterable
from pathlib import Path


def digest_bytes(data: bytes) -> str:
    """BLAKE3 of `data`, 64 hex digits."""
    return digest_parts([data])


def digest_parts(parts: Iterable[bytes | memoryview]) -> str:
    """BLAKE3 of the parts one after the other, 64 hex digits."""
    from blake3 import blake3

    state = blake3()
    for part in parts:
        state.update(part)
    return str(state.hexdigest())


def digest_file(path: Path) -> str:
    """BLAKE3 of a file's bytes, 64 hex digits. Raises OSError."""
    with path.open("rb") as file:
        # Not mapped into memory: a file that is cut meanwhile would end the process.
        return digest_parts(iter(lambda: file.read(1 << 20), b""))
