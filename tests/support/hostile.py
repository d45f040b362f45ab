"""Bad pictures, made in memory and always the same: what a photo folder may hold at its worst."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from tests.support.drawing import draw
from tests.support.negatives import dng, exif_block, png, tiff

SIZE = (48, 36)
CUTS = 80  # a base picture
FLIPS = 80  # a base picture
PROMISED = 60_000  # pixels a side
EXIF_SEEDS = 200
_SUFFIXES = ("jpg", "png", "webp", "tif", "gif", "bmp", "heic", "avif", "dng", "cr2", "cr3", "nef")

register_heif_opener()


@dataclass(frozen=True, slots=True)
class Bad:
    """`kind` groups inputs in a report, `name` is the file's name."""

    kind: str
    name: str
    data: bytes


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


@cache
def bases() -> dict[str, bytes]:
    """Small sound files, one for each decoder and its main variants, by file name."""
    scene = draw(1, SIZE)
    other = draw(2, SIZE)
    exif = exif_block([(0x0112, 3, 1, struct.pack("<HH", 6, 0)), (0x0132, 2, 20, b"2020")])
    return {
        "a.jpg": encoded(scene, "JPEG", quality=85, exif=exif),
        "progressive.jpg": encoded(scene, "JPEG", progressive=True),
        "a.mpo": encoded(scene, "MPO", save_all=True, append_images=[other]),
        "a.png": encoded(scene, "PNG"),
        "alpha.png": encoded(scene.convert("RGBA"), "PNG", exif=exif),
        "a.webp": encoded(scene, "WEBP", exif=exif),
        "lossless.webp": encoded(scene, "WEBP", lossless=True),
        "a.tif": encoded(scene, "TIFF"),
        "lzw.tif": encoded(scene, "TIFF", compression="tiff_lzw"),
        "a.gif": encoded(scene, "GIF", save_all=True, append_images=[other]),
        "a.bmp": encoded(scene, "BMP"),
        "a.heic": encoded(scene, "HEIF"),
        "a.avif": encoded(scene, "AVIF", speed=10),
        "a.dng": dng(scene, size=(64, 48)),
    }


def inputs() -> Iterator[Bad]:
    """All of them; see the functions below."""
    for make in (truncated, flipped, misnamed, promising, bombs, exif, attached):
        yield from make()


def truncated() -> Iterator[Bad]:
    """Every base cut at evenly spread points, the first bytes closely."""
    for name, data in bases().items():
        points = {*range(0, 16), *(round(i * len(data) / CUTS) for i in range(CUTS)), len(data) - 1}
        yield from (Bad("truncated", name, data[:point]) for point in sorted(points))


def flipped() -> Iterator[Bad]:
    """Every base with one bit flipped, or many."""
    pick = random.Random(1)  # noqa: S311 - damage, not secrets
    for name, data in bases().items():
        for number in range(FLIPS):
            changed = bytearray(data)
            for _ in range((1, 1, 2, 16)[number % 4]):
                changed[pick.randrange(len(data))] ^= 1 << pick.randrange(8)
            yield Bad("flipped", name, bytes(changed))


def misnamed() -> Iterator[Bad]:
    """Every base under every suffix, and what is no picture at all."""
    pick = random.Random(2)  # noqa: S311
    nothing = {
        "empty": b"",
        "zeros": bytes(4096),
        "noise": pick.randbytes(4096),
        "text": b"Thumbs.db and other lies\n" * 40,
        "page": b"<html><img src=a.jpg></html>",
        "program": b"\x7fELF" + bytes(400),
        "archive": b"PK\3\4" + bytes(400),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    }
    for suffix in _SUFFIXES:
        for name, data in [*bases().items(), *nothing.items()]:
            yield Bad("misnamed", f"{name}.{suffix}", data)


def promising() -> Iterator[Bad]:
    """Headers of PROMISED x PROMISED pixels, and of other sizes that cannot be."""
    for side in (PROMISED, 65_535, 0, 2**31 - 1, 2**32 - 1):
        for name, data in _resized_headers(side).items():
            yield Bad("promising", name, data)


def _resized_headers(side: int) -> dict[str, bytes]:
    short = struct.pack(">HH", side & 0xFFFF, side & 0xFFFF)
    both = struct.pack(">II", side, side)
    little = struct.pack("<II", side, side)
    found = bases()
    result = {}
    for name in ("a.jpg", "progressive.jpg"):
        data = bytearray(found[name])
        start = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2")) + 5
        data[start : start + 4] = short
        result[name] = bytes(data)
    result["a.png"] = png(side, side, zlib.compress(bytes(1000)))
    result["a.gif"] = found["a.gif"][:6] + struct.pack("<HH", *[side & 0xFFFF] * 2)
    result["a.gif"] += found["a.gif"][10:]
    result["a.bmp"] = found["a.bmp"][:18] + little + found["a.bmp"][26:]
    result["flat.webp"] = flat_webp(min(max(side, 1), 1 << 14))
    for name in ("a.heic", "a.avif"):
        at = found[name].find(b"ispe") + 8
        result[name] = found[name][:at] + both + found[name][at + 8 :]
    for compression, packed_rows in ((1, bytes(64)), (8, zlib.compress(bytes(1000)))):
        entries = [
            (256, 4, 1, little[:4]), (257, 4, 1, little[:4]), (258, 3, 1, b"\x08\0\0\0"),
            (259, 3, 1, struct.pack("<I", compression)), (262, 3, 1, b"\1\0\0\0"),
            (273, 4, 1, b"\x08\0\0\0"), (277, 3, 1, b"\1\0\0\0"), (278, 4, 1, little[:4]),
            (279, 4, 1, struct.pack("<I", len(packed_rows))),
        ]  # fmt: skip
        result[f"{compression}.tif"] = tiff(entries) + packed_rows
    return result


def bombs() -> Iterator[Bad]:
    """Little data that unpacks to a lot."""
    black = zlib.compress(bytes(64 << 20), 1)
    yield Bad("bomb", "more rows than said.png", png(8, 8, black))
    yield Bad("bomb", "text.png", png(8, 8, zlib.compress(bytes(200)), (b"zTXt", b"a\0\0" + black)))
    itxt = b"XML:com.adobe.xmp\0\1\0\0\0" + black
    yield Bad("bomb", "xmp.png", png(8, 8, zlib.compress(bytes(200)), (b"iTXt", itxt)))
    yield Bad("bomb", "icc.png", png(8, 8, zlib.compress(bytes(200)), (b"iCCP", b"a\0\0" + black)))
    wide = Image.new("1", (11_000, 11_000))
    for form, options in (("PNG", {}), ("TIFF", {"compression": "group4"})):
        yield Bad("bomb", f"black.{form.lower()}", encoded(wide, form, **options))
    yield Bad("bomb", "flat.webp", flat_webp(12_000))
    frames = [Image.new("RGB", (8, 8), (n, 0, 0)) for n in range(200)]
    yield Bad("bomb", "frames.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames))


def flat_webp(side: int) -> bytes:
    """A sound WebP of one colour: a few dozen bytes, however large it is."""
    data = encoded(Image.new("RGB", (16, 16), "teal"), "WEBP", lossless=True)
    at = data.find(b"VP8L") + 9
    bits = struct.unpack("<I", data[at : at + 4])[0] & ~0x0FFFFFFF
    return data[:at] + struct.pack("<I", bits | (side - 1) << 14 | side - 1) + data[at + 4 :]


def exif() -> Iterator[Bad]:
    """EXIF that points at itself, that lies about its lengths, and that says absurd things."""
    pick = random.Random(3)  # noqa: S311
    tags = (0x0100, 0x0112, 0x010E, 0x010F, 0x0110, 0x011A, 0x0132, 0x02BC, 0x4746, 0x8769, 0x8825,
            0x8773, 0x9003, 0x9291, 0x9C9E, 0xA005, 0x927C, 0, 1, 2, 3, 4)  # fmt: skip
    blocks = [
        exif_block([(0x8769, 4, 1, struct.pack("<I", 8))], following=8),
        exif_block([(0x8825, 4, 1, struct.pack("<I", 8)), (0xA005, 4, 1, struct.pack("<I", 8))]),
        exif_block([(0x0112, 3, 1, struct.pack("<I", 65_535))]),
        exif_block([(0x010F, 2, 2**32 - 1, b"Canon"), (0x0110, 2, 0, b"")]),
        exif_block([(0x0132, 2, 20, b"9999:99:99 99:99:99\0"), (0x9003, 2, 4, b"-1\0\0")]),
        exif_block([(0x011A, 5, 1, bytes(8)), (0x011B, 5, 1, struct.pack("<II", 1, 0))]),
    ]
    for _ in range(EXIF_SEEDS):
        entries = [
            (
                pick.choice(tags),
                pick.choice((1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 255)),
                pick.choice((0, 1, 3, 20, 65_536, 2**31, 2**32 - 1)),
                pick.choice((struct.pack("<I", 8), pick.randbytes(4), pick.randbytes(24))),
            )
            for _ in range(pick.randint(1, 6))
        ]
        blocks.append(exif_block(entries, following=pick.choice((0, 8, 2**32 - 1))))
    for number, block in enumerate(blocks):
        form, suffix = (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"))[number % 3]
        data = encoded(draw(1, (16, 12)), form, exif=block)
        yield Bad("exif", f"{number}.{suffix}", data)
        yield Bad("exif", f"{number}.dng", block[6:])


def attached() -> Iterator[Bad]:
    """Colour profiles and XMP packets that are wrong, huge, or grow when they are read."""
    laughs = "".join(
        f'<!ENTITY l{n} "{"".join([f"&l{n - 1};"] * 10 if n else ["ha"])}">' for n in range(12)
    )
    outside = '<!ENTITY l11 SYSTEM "file:///etc/passwd">'
    packets = [
        f'<!DOCTYPE x [{dtd}]><x:xmpmeta xmlns:x="adobe:ns:meta/"><a>&l11;</a></x:xmpmeta>'.encode()
        for dtd in (laughs, outside)
    ]
    packets += [b"<" * 60_000, b"<a>" * 20_000, b"\xff\xfe\0", b"<x a='" + b"b" * 60_000]
    pick = random.Random(4)  # noqa: S311
    lying = struct.pack(">I", 2**31) + pick.randbytes(32) + b"acsp" + pick.randbytes(88)
    profiles = [b"", b"\0", bytes(128), pick.randbytes(500), lying, lying + b"\xff" * 400]
    profiles += [pick.randbytes(60_000), bytes(5 << 20)]
    scene = draw(1, (16, 12))
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        for number, packet in enumerate(packets):
            yield Bad("xmp", f"{number}.{form}", _with(scene, form, xmp=packet))
        for number, profile in enumerate(profiles):
            yield Bad("icc", f"{number}.{form}", _with(scene, form, icc_profile=profile))


def _with(picture: Image.Image, form: str, **options: bytes) -> bytes:
    if form == "PNG" and "xmp" in options:
        text = b"XML:com.adobe.xmp\0\0\0\0\0" + options["xmp"]
        return png(8, 8, zlib.compress(bytes(200)), (b"iTXt", text))
    return encoded(picture, form, **options)


def unusual() -> Iterator[Bad]:
    """Sound pictures of rare kinds: these must be shown."""
    scene = draw(3, SIZE)
    deep = Image.fromarray(np.asarray(scene.convert("L")).astype(np.uint16) << 8)
    for form in ("PNG", "TIFF"):
        yield Bad("unusual", f"16 bits.{form}", encoded(deep, form))
    for form in ("JPEG", "TIFF"):
        yield Bad("unusual", f"CMYK.{form}", encoded(scene.convert("CMYK"), form))
    yield Bad("unusual", "float.tif", encoded(scene.convert("F"), "TIFF"))
    for form in ("PNG", "GIF", "BMP", "TIFF"):
        yield Bad("unusual", f"palette.{form}", encoded(scene.convert("P"), form))
        yield Bad("unusual", f"bits.{form}", encoded(scene.convert("1"), form))
    for form in ("PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        yield Bad("unusual", f"alpha.{form}", encoded(scene.convert("RGBA"), form))
    yield Bad("unusual", "LA.png", encoded(scene.convert("LA"), "PNG"))
    for form in ("JPEG", "PNG", "TIFF", "BMP", "GIF"):
        for size in ((1, 1), (1, 30_000), (30_000, 1)):
            yield Bad("unusual", f"{size}.{form}", encoded(Image.new("RGB", size, "teal"), form))


def mutated(count: int, *, seed: int) -> Iterator[Bad]:
    """`count` random mutations of the bases: bytes overwritten, cut out, repeated, or swapped."""
    pick = random.Random(seed)  # noqa: S311
    names = sorted(bases())
    for _ in range(count):
        name = pick.choice(names)
        data = bytearray(bases()[name])
        for _ in range(pick.choice((1, 1, 2, 4, 16))):
            _MUTATIONS[pick.randrange(len(_MUTATIONS))](data, pick)
        yield Bad("mutated", name, bytes(data))


def _overwrite(data: bytearray, pick: random.Random) -> None:
    at = pick.randrange(len(data) + 1)
    values = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", None)
    value = pick.choice(values) or pick.randbytes(pick.randint(1, 8))
    data[at : at + len(value)] = value


def _cut(data: bytearray, pick: random.Random) -> None:
    at = pick.randrange(len(data) + 1)
    del data[at : at + pick.choice((1, 2, 4, 64))]


def _repeat(data: bytearray, pick: random.Random) -> None:
    at, source = pick.randrange(len(data) + 1), pick.randrange(len(data) + 1)
    data[at:at] = data[source : source + pick.randint(1, 64)]


def _flip(data: bytearray, pick: random.Random) -> None:
    if data:
        data[pick.randrange(len(data))] ^= 1 << pick.randrange(8)


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...]
_MUTATIONS = (_overwrite, _cut, _repeat, _flip, _flip)
