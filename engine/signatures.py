"""What the first bytes of a file say that it is."""

import os
import re
import struct

from kindred.engine.file_types import RAW_SUFFIXES

HEAD = 4096  # bytes that `sniff` and `describe` look at

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# RAW formats with a signature of their own; all others are built like TIFF and told by their name.
_RAW = (
    b"FUJIFILMCCD-RAW",
    b"FOVb",  # Sigma
    b"\0MRM",  # Minolta
    b"IIRO",  # Olympus
    b"IIRS",
    b"MMOR",
    b"IIU\0",  # Panasonic
)
_CIFF = (b"HEAPCCDR", b"HEAPJPGM")
_PNM = re.compile(rb"P[1-6](?:\s|#[^\n]*\n)+\d+(?:\s|#[^\n]*\n)+\d+[\s#]")
_PFM = re.compile(rb"P[Ff]\s+\d+\s+\d+\s")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1")
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})  # bytes of the second header
# Formats without a decoder here: first bytes, and what they are.
_UNSUPPORTED = (
    (b"v/1\x01", "an OpenEXR picture"),
    (b"gimp xcf", "a GIMP project"),
    (b"DDS ", "a DirectDraw texture"),
    (b"II\xbc", "a JPEG XR picture"),
    (b"FLIF", "a FLIF picture"),
    (b"BPG\xfb", "a BPG picture"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\x01\xda", "an SGI picture"),
    (b"\x59\xa6\x6a\x95", "a Sun raster picture"),
    (b"farbfeld", "a farbfeld picture"),
    (b"P7\n", "a PAM picture"),
    (b"icns", "an Apple icon"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript drawing"),
    (b"%!PS", "a PostScript drawing"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
)
_OTHER = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x00\x05\x16\x07", "macOS's notes on another file (AppleDouble)"),
    (b"\x00\x05\x16\x00", "macOS's notes on another file (AppleSingle)"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"OggS", "an Ogg sound or video"),
    (b"ID3", "an MP3 sound"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\0\0\x01\xba", "an MPEG video"),
    (b"SQLite format 3", "a database"),
    (b"\xff\x01Exiv2", "metadata without a picture (Exiv2)"),
    (b"version https://git-lfs", "a placeholder of Git LFS, not the file itself"),
)
_DNG_VERSION = 50706
_HEIF_SUFFIXES = (".heic", ".heics", ".heif", ".heifs", ".hif", ".avif", ".avifs")
_RIFF = {b"AVI ": "an AVI video", b"WAVE": "a WAV sound"}


def sniff(head: bytes) -> str | None:
    """The format that the bytes begin like, by Pillow's name or RAW, JXL, PSD or HDR; or None.

    A RAW file that is built like a TIFF is a TIFF, but for CR2 and DNG. TGA, which has no
    signature, and others with a weak one (ICO, PCX) are known by their names, see `format_of`.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(_RAW) or head[6:14] in _CIFF or head[4:12] == b"ftypcrx ":
        return "RAW"
    if head.startswith(_TIFF):
        return "RAW" if head[8:10] == b"CR" or _is_dng(head) else "TIFF"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head.startswith((b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")):
        return "JPEG2000"
    if head.startswith((b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a")):
        return "JXL"
    if head.startswith((b"8BPS\0\x01", b"8BPS\0\x02")):
        return "PSD"
    if head.startswith(b"qoif"):
        return "QOI"
    if head.startswith((b"#?RADIANCE", b"#?RGBE")):
        return "HDR"
    if _PNM.match(head) or _PFM.match(head):
        return "PPM"
    return None


def format_of(head: bytes, name: str) -> str | None:
    """The format of a file as `sniff` has it; where its beginning does not tell, by its name."""
    suffix = suffix_of(name)
    found = sniff(head) or _by_suffix(suffix, head)
    return "RAW" if found in ("TIFF", None) and suffix in RAW_SUFFIXES else found


def suffix_of(name: str) -> str:
    """The ending of a file's name, lower case, with its dot."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path


def _by_suffix(suffix: str, head: bytes) -> str | None:
    if suffix in (".ico", ".cur") and head[:2] == b"\0\0" and head[2] in (1, 2):
        return "ICO" if head[2] == 1 else "CUR"
    if suffix in _HEIF_SUFFIXES and head[4:8] == b"ftyp":
        return "AVIF" if suffix.startswith(".avif") else "HEIF"
    if suffix == ".pcx" and head[:1] == b"\n":
        return "PCX"
    if suffix in (".bmp", ".dib") and head.startswith(b"BM"):
        return "BMP"
    return "TGA" if suffix in (".tga", ".icb", ".vda", ".vst") and _is_targa(head) else None


def describe(head: bytes) -> tuple[bool, str]:
    """What a file that `sniff` does not know is instead, and whether it is a picture at all."""
    for start, what in _UNSUPPORTED:
        if head.startswith(start):
            return True, f"{what}, which cannot be read here"
    if head[128:132] == b"DICM":
        return True, "a DICOM picture, which cannot be read here"
    if b"<svg" in head[:1024].lower():
        return True, "an SVG drawing, which is not compared"
    for start, what in _OTHER:
        if head.startswith(start):
            return False, what
    if head[4:8] == b"ftyp" or head[4:8] in (b"moov", b"mdat", b"wide"):
        return False, "a video"
    if head[:4] == b"RIFF":
        return False, _RIFF.get(head[8:12], "a RIFF file without a picture")
    if not head.strip(b"\0"):
        return False, "nothing but zeros: its data was lost"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return False, "a web page"
    if start.startswith((b"<?xml", b"<x:xmpmeta")):
        return False, "an XML document"
    if start.startswith((b"{", b"[")) and _is_text(head):
        return False, "a JSON document"
    if _is_text(head):
        return False, "a text"
    return False, "not the beginning of any known picture format"


def _iso_media(head: bytes) -> str | None:
    """Brands of ISO base media; a movie is none of these."""
    brands = head[8:12] + head[16 : min(int.from_bytes(head[:4], "big"), 16 + 64)]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    return "HEIF" if any(brand in brands for brand in _HEIF_BRANDS) else None


def _is_dng(head: bytes) -> bool:
    """Whether the first directory says so, where it lies within the head."""
    order = "<" if head[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", head, 4)
        (count,) = struct.unpack_from(f"{order}H", head, at)
        tags = (struct.unpack_from(f"{order}H", head, at + 2 + 12 * n)[0] for n in range(count))
        return any(tag == _DNG_VERSION for tag in tags)
    except struct.error:
        return False


def _is_targa(head: bytes) -> bool:
    """Truevision TGA 2.0: the header's fields are within their ranges."""
    if len(head) < 18:
        return False
    kind, width, height, depth = head[2], *struct.unpack_from("<HHB", head, 12)
    known = head[1] in (0, 1) and kind in (1, 2, 3, 9, 10, 11) and depth in (8, 15, 16, 24, 32)
    return known and bool(width and height)


def _is_text(head: bytes) -> bool:
    return bool(head) and not re.search(rb"[^\t\n\f\r\x20-\x7e\x80-\xff]", head)
