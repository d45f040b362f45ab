"""Small QuickTime movies for tests: the boxes that describe one, and some media."""

import struct
from datetime import UTC, datetime

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


def box(kind: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def movie(
    *,
    content_id: str | None = None,
    taken_at: str | None = None,
    created_at: datetime | None = None,
    seconds: float = 2.5,
    media: bytes = b"pictures and sound",
    wide: bool = False,
    mp4: bool = False,
) -> bytes:
    """A movie of no tracks; `wide` writes 64-bit times, `mp4` the meta box of that format."""
    created = int((created_at - EPOCH).total_seconds()) if created_at else 0
    head = (1 << 24, created, created) if wide else (0, created, created)
    layout = ">IQQIQ" if wide else ">IIIII"
    header = box(b"mvhd", struct.pack(layout, *head, 600, round(seconds * 600)))
    said = {
        b"com.apple.quicktime.creationdate": taken_at,
        b"com.apple.quicktime.content.identifier": content_id,
    }
    values = {key: text.encode() for key, text in said.items() if text is not None}
    keys = b"".join(box(b"mdta", key) for key in values)
    items = b"".join(
        box(struct.pack(">I", number), box(b"data", struct.pack(">II", 1, 0), text))
        for number, text in enumerate(values.values(), 1)
    )
    meta = box(
        b"meta",
        bytes(4) if mp4 else b"",
        box(b"hdlr", bytes(8), b"mdta", bytes(13)),
        box(b"keys", struct.pack(">II", 0, len(values)), keys),
        box(b"ilst", items),
    )
    return b"".join(
        (box(b"ftyp", b"qt  ", bytes(4)), box(b"mdat", media), box(b"moov", header, meta))
    )
