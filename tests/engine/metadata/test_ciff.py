import struct

import pytest

from kindred.engine.metadata.ciff import read_ciff
from kindred.engine.metadata.facts import read_facts


def heap(entries: list[tuple[int, bytes]]) -> bytes:
    """A heap with its directory behind its values."""
    body, table = b"", b""
    for tag, value in entries:
        if tag & 0xC000 == 0x4000:
            table += struct.pack("<H", tag) + value
        else:
            table += struct.pack("<HII", tag, len(value), len(body))
            body += value
    return body + struct.pack("<H", len(entries)) + table + struct.pack("<I", len(body))


CAMERA = (0x080A, b"Canon\0Canon EOS D30\0")
SECONDS = 1_000_000_000  # 2001-09-09T01:46:40


def crw() -> bytes:
    inner = heap([CAMERA, (0x180E, struct.pack("<3I", SECONDS, 0, 0))])
    return b"II\x1a\0\0\0HEAPCCDR" + bytes(12) + heap([(0x300A, inner)])


def test_camera_and_time_of_a_crw() -> None:
    found = read_ciff(crw())
    assert (found.camera, found.taken_at) == ("Canon EOS D30", "2001-09-09T01:46:40")
    facts = read_facts(crw(), name="a.crw")
    assert (facts.camera, facts.taken_at) == ("Canon EOS D30", "2001-09-09T01:46:40")


@pytest.mark.parametrize("length", range(0, len(crw()), 7))
def test_a_cut_block_says_nothing_false(length: int) -> None:
    assert read_ciff(crw()[:length]).camera in (None, "Canon EOS D30")
    flipped = bytearray(crw())
    flipped[length] ^= 0xFF
    read_facts(bytes(flipped), name="a.crw")
