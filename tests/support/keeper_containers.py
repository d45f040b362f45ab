"""Situations of odd files: what they carry beside the picture, and what damage does to them."""

import io
import struct
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from tests.support import camera_files as files
from tests.support.camera_files import Shot, encoded, jpeg, with_exif, with_segment, with_xmp
from tests.support.drawing import draw
from tests.support.keeper_situations import (
    SITUATIONS,
    SUMMER_2019,
    Expected,
    deep,
    heic,
    kept_exif,
    moving,
    named,
    page,
    pair,
    put,
    scaled,
    situation,
)
from tests.support.negatives import dng

_COM, _APP13 = 0xFE, 0xED


# Several pictures in one file


@situation
def mpo_and_its_first_view(shot: Shot, folder: Path) -> Expected:
    """A stereo camera's two views, and the first of them alone."""
    left = scaled(shot.picture(), 0.6)
    right = Image.fromarray(np.roll(np.asarray(left), 9, axis=1))
    good = encoded(left, "MPO", save_all=True, append_images=[right], quality=92)
    bad = jpeg(left, quality=92)
    return pair(shot, folder, good, bad, good_suffix=".mpo")


@situation
def two_motion_photos_of_one_still(shot: Shot, folder: Path) -> Expected:
    """One still with two movies: the second was trimmed."""
    one, other = (
        files.motion_photo(shot.data, files.movie(taken=shot.taken, seconds=seconds) + tail)
        for seconds, tail in ((2.5, b""), (1.0, bytes(range(64))))
    )
    return pair(shot, folder, one, other, both=True)


@situation
def two_gain_maps_of_one_picture(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.25)
    one = files.gain_map_jpeg(shot.data, small)
    other = files.gain_map_jpeg(shot.data, small.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    return pair(shot, folder, one, other, both=True)


@situation
def gain_map_in_a_resave(shot: Shot, folder: Path) -> Expected:
    """The better picture has no gain map; the re-save of it has one."""
    worse = kept_exif(shot, shot.picture(), quality=82)
    other = files.gain_map_jpeg(worse, scaled(shot.picture(), 0.25))
    return pair(shot, folder, shot.data, other, both=True)


@situation
def motion_photo_made_smaller(shot: Shot, folder: Path) -> Expected:
    good = files.motion_photo(shot.data, files.movie(taken=shot.taken))
    return pair(shot, folder, good, kept_exif(shot, scaled(shot.picture(), 0.6), quality=85))


def _trailed(shot: Shot, folder: Path, *, trailer: bytes, both: bytes | None = None) -> Expected:
    if both is not None:
        return pair(shot, folder, shot.data + trailer, shot.data + both, both=True)
    return pair(shot, folder, shot.data + trailer, shot.data)


def samsung_trailer(name: bytes, data: bytes) -> bytes:
    """What Samsung's phones write behind a JPEG: one named block, and its directory."""
    block = struct.pack("<HHI", 0, 0x0A30, len(name)) + name + data
    table = b"SEFH" + struct.pack("<II", 106, 1)
    table += struct.pack("<HHII", 0, 0x0A30, len(block), len(block))
    return block + table + struct.pack("<I", len(table)) + b"SEFT"


_BLOCK = bytes(np.random.default_rng(5).integers(0, 256, 6000, np.uint8))
for _name, _how in {
    "samsung_trailer": {"trailer": samsung_trailer(b"DualShot_Extra_Info", _BLOCK)},
    "samsung_sound": {"trailer": samsung_trailer(b"SoundShot_000", _BLOCK)},
    "unknown_trailer": {"trailer": _BLOCK},
    "two_unknown_trailers": {"trailer": _BLOCK, "both": _BLOCK[::-1]},
}.items():
    SITUATIONS[_name] = partial(_trailed, **_how)


@situation
def padding_behind_the_picture(shot: Shot, folder: Path) -> Expected:
    """Zeros that a card's file system left are nothing: either may go, not both."""
    keep, other = put(folder, "a/IMG_1.JPG", shot.data), "a/IMG_1 (1).JPG"
    put(folder, other, shot.data + bytes(4096))
    return Expected((), {other: {keep}})


@situation
def depth_in_extended_xmp(shot: Shot, folder: Path) -> Expected:
    """A depth map as Google's lens blur wrote it: base64 in an extended packet."""
    packet = b'<rdf:Description GDepth:Mime="image/png" GDepth:Data="' + _BLOCK[:900].hex().encode()
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", 2000, 0)
    good = with_segment(shot.data, 0xE1, head + packet + b'"/>')
    return pair(shot, folder, good, shot.data)


def _sequence(shot: Shot, folder: Path, *, form: str, still: str) -> Expected:
    first, *rest = moving(shot)
    if form == "HEIF":
        import pillow_heif

        stream = io.BytesIO()
        made = pillow_heif.from_pillow(first)
        for frame in rest:
            made.add_from_pillow(frame)
        made.save(stream, quality=90)
        good = stream.getvalue()
    else:
        good = encoded(first, form, save_all=True, append_images=rest, duration=200, quality=90)
    bad = encoded(first, still, **({"quality": 85} if still == "JPEG" else {}))
    return pair(
        shot,
        folder,
        good,
        bad,
        good_suffix=".heic" if form == "HEIF" else ".avif",
        bad_suffix=".jpg" if still == "JPEG" else ".png",
    )


for _form, _still in (("AVIF", "JPEG"), ("AVIF", "PNG"), ("HEIF", "JPEG")):
    SITUATIONS[f"sequence_{_form.lower()}_and_{_still.lower()}"] = partial(
        _sequence, form=_form, still=_still
    )


@situation
def two_animations_of_one_beginning(shot: Shot, folder: Path) -> Expected:
    first, second, third = moving(shot)
    one, other = (
        encoded(first, "GIF", save_all=True, append_images=rest, duration=200)
        for rest in ([second, third], [third, second])
    )
    return pair(shot, folder, one, other, good_suffix=".gif", bad_suffix=".gif", both=True)


@situation
def pages_in_another_order(shot: Shot, folder: Path) -> Expected:
    first, *rest = (page(9000 + 10 * shot.number + number) for number in range(3))
    one, other = (
        encoded(first, "TIFF", save_all=True, append_images=more, compression="tiff_deflate")
        for more in (rest, rest[::-1])
    )
    return pair(shot, folder, one, other, good_suffix=".tif", bad_suffix=".tif", both=True)


@situation
def layers_and_the_flat_picture(shot: Shot, folder: Path) -> Expected:
    """A TIFF of Photoshop's with layers, and what it shows."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    flat = scaled(shot.picture(), 0.5)
    layers = b"Adobe Photoshop Document Data Block\0" + b"MIB8ryaL"
    layers += struct.pack("<IH", 64, 2) + bytes(58)
    tags = ImageFileDirectory_v2()
    tags[37724] = layers
    tags.tagtype[37724] = 7
    good = encoded(flat, "TIFF", tiffinfo=tags, compression="tiff_deflate")
    return pair(shot, folder, good, encoded(flat, "PNG"), good_suffix=".tif", bad_suffix=".png")


# Colours and depth


@situation
def cmyk_and_what_a_screen_shows(shot: Shot, folder: Path) -> Expected:
    ink = scaled(shot.picture(), 0.6).convert("CMYK")
    good = encoded(ink, "TIFF", compression="tiff_deflate")
    bad = jpeg(ink.convert("RGB"), quality=94)
    return pair(shot, folder, good, bad, good_suffix=".tif")


@situation
def grey_of_16_bits(shot: Shot, folder: Path) -> Expected:
    good = deep(scaled(shot.picture(), 0.5), ".png")
    import cv2

    fine = cv2.imdecode(np.frombuffer(good, np.uint8), cv2.IMREAD_UNCHANGED)[..., 1]
    good = cv2.imencode(".png", fine)[1].tobytes()
    bad = encoded(Image.fromarray((fine // 257).astype(np.uint8)), "PNG")
    return pair(shot, folder, good, bad, good_suffix=".png", bad_suffix=".png")


@situation
def palette_drawing_and_its_jpeg(shot: Shot, folder: Path) -> Expected:
    """A drawing of sixteen colours, lossless as a palette: the JPEG was made from it."""
    drawing = draw(600 + shot.number, (800, 600)).quantize(16)
    good, bad = encoded(drawing, "PNG"), jpeg(drawing.convert("RGB"), quality=85)
    return pair(shot, folder, good, bad, good_suffix=".png")


@situation
def grey_jpeg_of_a_colour_photo(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture().convert("L"), "JPEG", quality=96, exif=shot.exif)
    return pair(shot, folder, shot.data, bad, both=True)


def _profiled(shot: Shot, folder: Path, *, profiles: tuple[bytes | None, ...]) -> Expected:
    """The same picture data under two profiles: which colours are right, only a person sees."""
    plain = shot.picture()
    plain.info.clear()
    one, other = (
        with_exif(jpeg(plain, quality=92, **({"icc_profile": p} if p else {})), shot.exif)
        for p in profiles
    )
    return pair(shot, folder, one, other, both=True)


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def gamma_profile(gamma: float) -> bytes:
    """sRGB's primaries and name with another curve."""
    profile = bytearray(_srgb())
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        place = profile.index(name) + 4
        at, size = struct.unpack_from(">II", profile, place)
        curve = struct.pack(">4s4xHHi", b"para", 0, 0, round(gamma * 65536))
        profile[at : at + size] = curve.ljust(size, b"\0")
    return bytes(profile)


for _name, _profiles in {
    "wrong_profile_assigned": (files.display_p3(), None),
    "two_profiles_of_one_name": (_srgb(), gamma_profile(1.4)),
    "profile_of_another_gamma": (None, gamma_profile(1.4)),
}.items():
    SITUATIONS[_name] = partial(_profiled, profiles=_profiles)


@situation
def converted_from_wide_gamut(shot: Shot, folder: Path) -> Expected:
    """Display P3 as a phone writes it, and the picture converted to sRGB for the web."""
    wide = shot.picture()
    wide.info = {"icc_profile": files.display_p3()}
    target = ImageCms.createProfile("sRGB")
    source = ImageCms.ImageCmsProfile(io.BytesIO(files.display_p3()))
    plain = ImageCms.profileToProfile(wide, source, target)
    assert plain is not None
    plain.info.clear()
    good = with_exif(jpeg(wide, quality=94), shot.exif)
    return pair(shot, folder, good, jpeg(plain, quality=90))


@situation
def lossless_pixels_in_two_formats(shot: Shot, folder: Path) -> Expected:
    """A PNG and a TIFF of the same pixels: one of the two may go, whichever."""
    small = scaled(shot.picture(), 0.5)
    put(folder, "a/IMG_1.png", encoded(small, "PNG"))
    put(folder, "a/IMG_1.tif", encoded(small, "TIFF", compression="tiff_lzw"))
    return Expected()


# Words in odd places


def iptc(*keywords: str) -> bytes:
    """Photoshop's block with keywords as IPTC has them."""
    records = b"".join(b"\x1c\x02\x19" + struct.pack(">H", len(w)) + w.encode() for w in keywords)
    body = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    return b"Photoshop 3.0\0" + body + b"\0" * (len(body) % 2)


@situation
def keywords_in_iptc_only(shot: Shot, folder: Path) -> Expected:
    keep, other = named(shot)
    put(folder, keep, with_segment(shot.data, _APP13, iptc("Tuscany", "Ada")))
    put(folder, other, shot.data)
    return Expected((), {other: {keep}}, carried={keep: ("keywords",)})


@situation
def windows_words(shot: Shot, folder: Path) -> Expected:
    """A title, keywords and a rating as Windows' Explorer writes them."""
    data = io.BytesIO()
    tags = Image.Exif()
    tags[0x9C9B] = "The bridge\0".encode("utf-16-le")
    tags[0x9C9E] = "Tuscany;Ada\0".encode("utf-16-le")
    tags[0x4746] = 4
    shot.picture().save(data, "JPEG", quality=92, exif=tags)
    keep, other = named(shot)
    put(folder, keep, data.getvalue())
    put(folder, other, files.without(data.getvalue(), b"Exif\0\0"))
    return Expected((), {other: {keep}}, carried={keep: ("title", "keywords", "rating")})


@situation
def comment_in_one(shot: Shot, folder: Path) -> Expected:
    good = with_segment(shot.data, _COM, b"Ada on the bridge, her last summer")
    return pair(shot, folder, good, shot.data)


@situation
def panorama_without_its_projection(shot: Shot, folder: Path) -> Expected:
    """A sphere that viewers show as one, and the same picture data without saying so."""
    more = (
        '<GPano:ProjectionType xmlns:GPano="http://ns.google.com/photos/1.0/panorama/">'
        "equirectangular</GPano:ProjectionType>"
    )
    return pair(shot, folder, with_xmp(shot.data, files.xmp(more=more)), shot.data)


# Damage


def _broken(shot: Shot, folder: Path, *, good: bytes, bad: bytes, suffix: str) -> Expected:
    return pair(shot, folder, good, bad, good_suffix=suffix, bad_suffix=suffix)


@situation
def carriage_returns_put_in(shot: Shot, folder: Path) -> Expected:
    """Sent in text mode: every line feed became two bytes, from the middle on."""
    half = len(shot.data) // 2
    bad = shot.data[:half] + shot.data[half:].replace(b"\n", b"\r\n")
    return _broken(shot, folder, good=shot.data, bad=bad, suffix=".jpg")


@situation
def the_last_bytes_missing(shot: Shot, folder: Path) -> Expected:
    return _broken(shot, folder, good=shot.data, bad=shot.data[:-300], suffix=".jpg")


@situation
def a_sector_of_another_file(shot: Shot, folder: Path) -> Expected:
    """Half a kilobyte of one file written into another."""
    at = len(shot.data) * 2 // 3
    bad = shot.data[:at] + shot.data[2048 : 2048 + 512] + shot.data[at + 512 :]
    return _broken(shot, folder, good=shot.data, bad=bad, suffix=".jpg")


@situation
def one_bit_flipped(shot: Shot, folder: Path) -> Expected:
    bad = files.flipped(shot.data, seed=shot.number, bits=1)
    return _broken(shot, folder, good=shot.data, bad=bad, suffix=".jpg")


@situation
def two_broken_in_other_places(shot: Shot, folder: Path) -> Expected:
    one, other = files.zeroed(shot.data, 0.4, 0.45), files.zeroed(shot.data, 0.7, 0.75)
    return pair(shot, folder, one, other, both=True)


def _cut_in(shot: Shot, folder: Path, *, form: str) -> Expected:
    small = scaled(shot.picture(), 0.6)
    if form == "HEIF":
        good = heic(shot, small)
    else:
        good = encoded(small, form, **({"compression": "tiff_lzw"} if form == "TIFF" else {}))
    suffix = {"TIFF": ".tif", "WEBP": ".webp", "HEIF": ".heic", "GIF": ".gif", "AVIF": ".avif"}
    return _broken(shot, folder, good=good, bad=files.cut(good, 0.8), suffix=suffix[form])


for _form in ("TIFF", "WEBP", "HEIF", "GIF", "AVIF"):
    SITUATIONS[f"{_form.lower()}_cut"] = partial(_cut_in, form=_form)


@situation
def damaged_with_words_and_whole_without(shot: Shot, folder: Path) -> Expected:
    whole = files.without(shot.data, b"Exif\0\0")
    return pair(shot, folder, whole, files.zeroed(shot.data, 0.6, 0.7))


@situation
def raw_and_its_preview_alone(shot: Shot, folder: Path) -> Expected:
    """The preview of a RAW file, extracted: the RAW file has more."""
    small = scaled(shot.picture(), 0.5)
    raw = put(folder, "b/DSC_1.DNG", dng(small, size=(small.width, small.height)))
    preview = put(folder, "a/preview.jpg", jpeg(small, quality=90), when=SUMMER_2019 + 40_000_000)
    return Expected({raw}, {preview: {raw}})


@situation
def thumbnail_taken_out(shot: Shot, folder: Path) -> Expected:
    """The 160 pixels of the EXIF thumbnail, saved as a file by a recovery tool."""
    small = shot.picture()
    small.thumbnail((160, 120))
    sheet = Image.new("RGB", (160, 120))
    sheet.paste(small, ((160 - small.width) // 2, (120 - small.height) // 2))
    return pair(shot, folder, shot.data, jpeg(sheet, quality=75))
