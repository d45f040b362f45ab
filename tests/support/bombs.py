"""Small files whose metadata grow, nest, repeat or point at each other without end."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.support.drawing import draw
from tests.support.hostile import Bad, encoded
from tests.support.negatives import exif_block, png, tiff

MANY = 65_535
SIDECARS = ("xmp", "json", "on1", "dop", "pp3", "aae")
_ROWS = zlib.compress(bytes(72))  # of a PNG of 8 x 8
_XMP_TIFF = 700
_RDF = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description><dc:subject>'
)
_END = b"</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"


def bombs() -> Iterator[Bad]:
    """Each is a picture with something beside it; 100 bytes to 16 MiB."""
    for make in (_exif, _profiles, _packets, _chunks, _boxes, _others):
        yield from make()


def sidecars() -> Iterator[Bad]:
    """The same for what lies beside photos, each below the size that is read."""
    texts = {
        "nested": b"[" * 500_000,
        "pairs": b"{" + b",".join(b'"%d":[]' % n for n in range(60_000)) + b"}",
        "number": b'{"title": "a", "photoTakenTime": {"timestamp": ' + b"9" * 4000 + b"}}",
        "deep": b"<a>" * 300_000,
        "words": _RDF + b"<rdf:Bag>" + b"<rdf:li>a</rdf:li>" * 50_000 + b"</rdf:Bag>" + _END,
        "attributes": b"<a " + b" ".join(b'b%d=""' % n for n in range(60_000)) + b"/>",
        "laughs": _laughs(),
        "lines": b"Rank=5\nRating = 5,\n" * 50_000,
        "spaces": b"Rating" + b" " * 1_000_000,
    }
    for suffix in SIDECARS:
        for name, data in texts.items():
            yield Bad("sidecar", f"{name}.{suffix}", data[: 1 << 20])


def _laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{"".join([f"&l{n - 1};"] * 10 if n else ["ha"])}">' for n in range(12)
    )
    return f"<!DOCTYPE x [{entities}]><x>&l11;</x>".encode()


def _jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A small JPEG with these segments (marker, body) behind its start."""
    more = b"".join(
        bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments
    )
    return b"\xff\xd8" + more + encoded(draw(1, (48, 36)), "JPEG")[2:]


def _exif() -> Iterator[Bad]:
    ascii_ = [(n, 2, 60_000, struct.pack("<I", 8)) for n in range(4000)]
    block = exif_block(ascii_).ljust(65_000, b"a")
    yield Bad("EXIF", "overlapping.jpg", _jpeg((0xE1, block)))
    yield Bad("EXIF", "repeated.jpg", _jpeg(*[(0xE1, block)] * 200))
    lists = [(0x8769, 4, 15_000, struct.pack("<I", 8)), (0x014A, 4, 15_000, struct.pack("<I", 8))]
    yield Bad("EXIF", "pointers.jpg", _jpeg((0xE1, exif_block(lists).ljust(65_000, b"\x08"))))
    keywords = "a;".encode("utf-16-le") * 15_000
    words = [(0x9C9E, 1, len(keywords), keywords)]
    yield Bad("EXIF", "keywords.jpg", _jpeg((0xE1, exif_block(words))))
    chain = b"II*\0" + struct.pack("<I", 8)
    chain += b"".join(struct.pack("<HI", 0, 8 + 6 * (n + 1)) for n in range(200_000))
    yield Bad("EXIF", "chain.tif", chain)
    # Every directory names all others as parts of itself.
    count = 2000
    places = b"".join(struct.pack("<I", 8 + 18 * n) for n in range(count))
    inner = b"".join(
        struct.pack("<HHHIII", 1, 0x014A, 4, count, 8 + 18 * count, 0) for n in range(count)
    )
    yield Bad("EXIF", "parts.tif", b"II*\0" + struct.pack("<I", 8) + inner + places)
    for name, tag in (("maker note", 0x927C), ("IPTC", 33723), ("Photoshop", 34377)):
        data = tiff([(tag, 7, 2**32 - 1, struct.pack("<I", 8))])
        yield Bad("EXIF", f"{name}.tif", data)
    yield Bad("EXIF", "long.webp", encoded(draw(1, (48, 36)), "WEBP", exif=b"Exif\0\0" + block[6:]))


def _profiles() -> Iterator[Bad]:
    tags = struct.pack(">I", 100_000) + struct.pack(">4sII", b"desc", 128, 2**31) * 100_000
    head = struct.pack(">I", 128 + len(tags)) + b"\0" * 8 + b"mntrRGB XYZ " + b"\0" * 12 + b"acsp"
    profile = head.ljust(128, b"\0") + tags
    parts = [profile[n : n + 65_000] for n in range(0, len(profile), 65_000)]
    pieces = [
        (0xE2, b"ICC_PROFILE\0" + bytes([n + 1, len(parts)]) + part) for n, part in enumerate(parts)
    ]
    yield Bad("ICC", "tags.jpg", _jpeg(*pieces))
    repeated = [(0xE2, b"ICC_PROFILE\0" + bytes([n % 255 + 1, 255]) + parts[0]) for n in range(250)]
    yield Bad("ICC", "parts.jpg", _jpeg(*repeated))
    yield Bad("ICC", "one part many times.jpg", _jpeg(*[repeated[0]] * 250))
    yield Bad("ICC", "tags.png", png(8, 8, _ROWS, (b"iCCP", b"a\0\0" + zlib.compress(profile))))
    black = zlib.compress(bytes(256 << 20), 1)
    yield Bad("ICC", "black.png", png(8, 8, _ROWS, (b"iCCP", b"a\0\0" + black)))
    yield Bad("ICC", "black twice.png", png(8, 8, _ROWS, *[(b"iCCP", b"a\0\0" + black)] * 20))
    yield Bad("ICC", "tags.webp", encoded(draw(1, (48, 36)), "WEBP", icc_profile=profile))
    yield Bad("ICC", "tags.tif", encoded(draw(1, (48, 36)), "TIFF", icc_profile=profile))


def _packets() -> Iterator[Bad]:
    start = b"http://ns.adobe.com/xap/1.0/\0"
    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    deep = b"<rdf:Bag><rdf:li>" * 3000
    yield Bad("XMP", "deep.jpg", _jpeg((0xE1, start + _RDF + deep)))
    whole = _RDF + b"<rdf:Bag><rdf:li>" * 900_000
    size, step = len(whole), 65_000
    parts = [
        (0xE1, extended + struct.pack(">II", size, at) + whole[at : at + step])
        for at in range(0, size, step)
    ]
    note = b'<x xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="'
    head = (0xE1, start + note + b"A" * 32 + b'"/>')
    yield Bad("XMP", "extended.jpg", _jpeg(head, *parts))
    lying = [(0xE1, extended + struct.pack(">II", 2**32 - 1, 2**32 - 70_000) + whole[:step])]
    yield Bad("XMP", "far.jpg", _jpeg(head, *lying * 200))
    words = _RDF + b"<rdf:Bag>" + b"<rdf:li>a</rdf:li>" * 3000 + b"</rdf:Bag>" + _END
    yield Bad("XMP", "repeated.jpg", _jpeg(*[(0xE1, start + words)] * 200))
    many = _RDF + b"<rdf:Bag>" + b"<rdf:li>%06d</rdf:li>" * 600_000 + b"</rdf:Bag>" + _END
    for name, packet in (
        ("words", many),
        ("deep", _RDF + b"<rdf:Bag><rdf:li>" * 500_000),
        ("black", bytes(256 << 20)),
        ("spaces", _RDF + b" " * (64 << 20) + _END),
        ("laughs", _laughs()),
    ):
        text = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet, 1)
        yield Bad("XMP", f"{name}.png", png(8, 8, _ROWS, (b"iTXt", text)))
    yield Bad("XMP", "deep.webp", encoded(draw(1, (48, 36)), "WEBP", xmp=_RDF + deep * 100))
    entries = [(_XMP_TIFF, 1, 17 * 400_000, b"<rdf:Bag><rdf:li>" * 400_000)]
    yield Bad("XMP", "deep.tif", tiff(entries))


def _chunks() -> Iterator[Bad]:
    text = [(b"tEXt", b"Comment\0a%d" % n) for n in range(100_000)]
    yield Bad("chunks", "text.png", png(8, 8, _ROWS, *text))
    packed = (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(60_000)))
    yield Bad("chunks", "packed.png", png(8, 8, _ROWS, *[packed] * 20_000))
    empty = (b"IDAT", b"")
    yield Bad("chunks", "empty.png", png(8, 8, _ROWS, *[empty] * 200_000))
    yield Bad("chunks", "comments.jpg", _jpeg(*[(0xFE, b"")] * 500_000))
    yield Bad("chunks", "fill.jpg", b"\xff\xd8" + b"\xff" * 4_000_000 + _jpeg()[2:])
    yield Bad("chunks", "tables.jpg", _jpeg(*[(0xDB, b"\0" + b"\1" * 64)] * 100_000))
    block = b"\x38BIM\x04\x04\0\0" + struct.pack(">I", 60_000) + b"\x1c\x02\x19\0\1a" * 10_000
    yield Bad("chunks", "records.jpg", _jpeg(*[(0xED, b"Photoshop 3.0\0" + block)] * 200))
    small = encoded(Image.new("P", (1, 1)), "GIF")
    yield Bad("chunks", "comments.gif", small[:-1] + b"\x21\xfe\1a\0" * 1_000_000 + b";")
    at = small.index(b",")
    yield Bad("chunks", "frames.gif", small[:-1] + small[at:-1] * 200_000 + b";")
    webp = encoded(draw(1, (48, 36)), "WEBP", exif=b"Exif\0\0" + bytes(8))
    webp += b"ABCD\0\0\0\0" * 500_000
    yield Bad("chunks", "empty.webp", webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:])
    resources = b"8BIM\4\4\0\0\0\0\0\0" * 500_000
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 8, 8, 8, 3) + bytes(4)
    layers = struct.pack(">IIh", 6, 2, -32_768)
    body = head + struct.pack(">I", len(resources)) + resources + layers + bytes(2 + 192)
    yield Bad("chunks", "resources.psd", body)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _boxes() -> Iterator[Bad]:
    ftyp = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    empty = _box(b"free", b"")
    yield Bad("boxes", "empty.heic", ftyp + empty * 1_000_000)
    deep = b"".join(struct.pack(">I", 16 * (100_000 - n)) + b"moov" for n in range(100_000))
    yield Bad("boxes", "deep.heic", ftyp + deep)
    infos = b"\0\0\0\0" + struct.pack(">H", MANY)
    infos += _box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0") * MANY
    extents = struct.pack(">II", 0, 2**31) * 1000
    places = b"\0\0\0\0\x44\0" + struct.pack(">H", MANY)
    places += (struct.pack(">HHH", 1, 0, 1000) + extents) * 400
    references = b"\0\0\0\0" + _box(b"cdsc", struct.pack(">HH", 1, MANY) + b"\0\1" * MANY) * 50
    meta = _box(
        b"meta",
        b"\0\0\0\0"
        + _box(b"hdlr", b"\0\0\0\0\0\0\0\0pict" + bytes(13))
        + _box(b"pitm", b"\0\0\0\0\0\1")
        + _box(b"iinf", infos)
        + _box(b"iloc", places)
        + _box(b"iref", references),
    )
    yield Bad("boxes", "items.heic", ftyp + meta)
    yield Bad("boxes", "items.avif", ftyp.replace(b"heic", b"avif") + meta)
    start = _box(b"jP  ", b"\r\n\x87\n") + _box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    yield Bad("boxes", "empty.jp2", start + empty * 500_000)
    ends = struct.pack(">I", 1) + b"jp2h" + struct.pack(">Q", 2**63)
    yield Bad("boxes", "long.jp2", start + ends + bytes(64))
    jxl = _box(b"JXL ", b"\r\n\x87\n") + _box(b"ftyp", b"jxl \0\0\0\0jxl ")
    yield Bad("boxes", "repeated.jxl", jxl + _box(b"Exif", bytes(60_000)) * 200)
    yield Bad("boxes", "packed.jxl", jxl + _box(b"brob", b"xml " + bytes(60_000)) * 200)


def _others() -> Iterator[Bad]:
    stream = io.BytesIO()
    scene = draw(1, (48, 36))
    scene.save(stream, "MPO", save_all=True, append_images=[draw(2, (48, 36))])
    yield Bad("others", "index.mpo", stream.getvalue().replace(b"MPF\0II*\0", b"MPF\0II*\0", 1))
    count = 4000
    index = tiff(
        [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack("<I", count)),
         (0xB002, 7, 16 * count, struct.pack("<IIIHH", 0, 2**31, 0, 0, 0) * count)]
    )  # fmt: skip
    yield Bad("others", "pictures.jpg", _jpeg((0xE2, b"MPF\0" + index)))
    heap = b"II" + struct.pack("<I", 26) + b"HEAPCCDR" + bytes(12)
    entries = struct.pack("<H", 100) + struct.pack("<HII", 0x2807, 2**31, 0) * 100
    yield Bad("others", "heap.crw", heap + entries + struct.pack("<I", 0))
    yield Bad("others", "blocks.mrw", b"\0MRM\0\0\0\0" + b"\0ABC\0\0\0\0" * 500_000)
    yield Bad("others", "starts.x3f", b"FOVb" + b"\xff\xd8\xff\xe1" * 500_000)
    yield Bad(
        "others", "preview.raf", b"FUJIFILMCCD-RAW ".ljust(84, b"0") + b"\0\0\0\x54" * 400_000
    )
    yield Bad("others", "header.hdr", b"#?RADIANCE\n" + b"A=a\n" * 500_000 + b"\n-Y 8 +X 8\n")
    yield Bad("others", "header.ppm", b"P6\n" + b"# a\n" * 500_000 + b"8 8\n255\n" + bytes(192))
