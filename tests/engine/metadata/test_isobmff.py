import struct

import pytest

from kindred.engine.metadata.facts import read_facts
from kindred.engine.types import FileFacts

GAIN_MAP = b"urn:com:apple:photo:2020:aux:hdrgainmap"
DEPTH = b"urn:mpeg:hevc:2015:auxid:2"
ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def heif(
    kinds: list[bytes],
    *,
    auxiliary: dict[int, bytes] | None = None,
    references: list[tuple[bytes, int, list[int]]] | None = None,
    bits: int = 8,
    rest: bytes = b"",
) -> bytes:
    """A file whose items, numbered from 1, hold their own number eight times; 1 is the primary."""
    auxiliary = auxiliary or {}
    names = [
        full(b"infe", struct.pack(">HH4s", number, 0, kind), b"\0", version=2)
        for number, kind in enumerate(kinds, 1)
    ]
    properties = [
        full(b"ispe", struct.pack(">II", 640, 480)),
        full(b"pixi", bytes((3, bits, bits, bits))),
        *(full(b"auxC", what + b"\0") for what in auxiliary.values()),
    ]
    owned = {number: [1, 2] for number in range(1, len(kinds) + 1)}
    for index, number in enumerate(auxiliary, 3):
        owned[number].append(index)
    associations = b"".join(
        struct.pack(">HB", number, len(indices)) + bytes(indices)
        for number, indices in owned.items()
    )
    links = list(references or []) + [(b"auxl", number, [1]) for number in auxiliary]
    pointers = b"".join(
        box(kind, struct.pack(f">HH{len(targets)}H", source, len(targets), *targets))
        for kind, source, targets in links
    )

    def whole(start: int) -> bytes:
        places = b"".join(
            struct.pack(">HHHII", number, 0, 1, start + 8 * (number - 1), 8)
            for number in range(1, len(kinds) + 1)
        )
        meta = full(
            b"meta",
            full(b"pitm", struct.pack(">H", 1)),
            full(b"iinf", struct.pack(">H", len(kinds)), *names),
            full(b"iref", pointers),
            box(
                b"iprp",
                box(b"ipco", *properties),
                full(b"ipma", struct.pack(">I", len(owned)), associations),
            ),
            full(b"iloc", b"\x44\x00", struct.pack(">H", len(kinds)), places),
        )
        data = b"".join(bytes([number]) * 8 for number in range(1, len(kinds) + 1))
        return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", data) + rest

    return whole(whole(0).index(b"mdat") + 4)


def facts(data: bytes) -> FileFacts:
    return read_facts(data, name="a.heic")


def test_a_plain_picture() -> None:
    found = facts(heif([b"hvc1"], bits=10))
    assert (found.bits, found.channels, found.pages, found.damage) == (10, 3, 1, 0)
    assert not (found.gain_map or found.depth_map or found.alpha or found.movie)


@pytest.mark.parametrize(
    ("what", "field"), [(GAIN_MAP, "gain_map"), (DEPTH, "depth_map"), (ALPHA, "alpha")]
)
def test_pictures_beside_it(what: bytes, field: str) -> None:
    plain, more = facts(heif([b"hvc1"])), facts(heif([b"hvc1", b"hvc1"], auxiliary={2: what}))
    said = {name: getattr(more, name) for name in ("gain_map", "depth_map", "alpha")}
    assert said == {name: name == field for name in said}
    assert (more.pages, more.picture) == (1, plain.picture)
    assert more.extras is not None and plain.extras is None


def test_other_mattes_are_left_out() -> None:
    skin = b"urn:com:apple:photo:2019:aux:semanticskinmatte"
    found = facts(heif([b"hvc1", b"hvc1"], auxiliary={2: skin}))
    assert not (found.gain_map or found.depth_map or found.alpha)
    assert found.pages == 1


def test_a_gain_map_as_a_derived_picture() -> None:
    found = facts(heif([b"hvc1", b"hvc1", b"tmap"], references=[(b"dimg", 3, [1, 2])]))
    assert (found.gain_map, found.pages) == (True, 1)


def test_pages_are_neither_tiles_nor_previews() -> None:
    three = facts(heif([b"hvc1", b"hvc1", b"hvc1"]))
    two = facts(heif([b"hvc1", b"hvc1"]))
    assert three.pages == 3 and three.picture == two.picture and three.extras != two.extras
    grid = heif([b"grid", b"hvc1", b"hvc1"], references=[(b"dimg", 1, [2, 3])])
    assert facts(grid).pages == 1
    assert facts(heif([b"hvc1", b"hvc1"], references=[(b"thmb", 2, [1])])).pages == 1


def test_movies_of_motion_photos() -> None:
    sound = box(b"moov", box(b"trak", box(b"mdia", full(b"hdlr", bytes(4), b"soun", bytes(12)))))
    silent = box(b"ftyp", b"mp42", bytes(4)) + box(b"mdat", bytes(99))
    plain = facts(heif([b"hvc1"]))
    moving = facts(heif([b"hvc1"], rest=box(b"mpvd", silent)))
    assert (moving.movie, moving.sound, moving.frames) == (True, False, 1)
    assert moving.picture == plain.picture and moving.extras is not None
    assert facts(heif([b"hvc1"], rest=box(b"mpvd", silent + sound))).sound
    behind = facts(heif([b"hvc1"], rest=silent))
    assert behind.movie and behind.extras is not None


def test_data_that_is_cut() -> None:
    data = heif([b"hvc1"])
    assert facts(data[:-4]).damage > 0
    assert facts(data[:60]).damage > 0


def test_endless_references_end() -> None:
    loop = heif([b"grid", b"grid"], references=[(b"dimg", 1, [2, 1]), (b"dimg", 2, [1])])
    assert facts(loop).pages == 1
