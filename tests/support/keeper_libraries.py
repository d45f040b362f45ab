"""Situations that phones, editors, clouds, messengers and scanners leave in a library."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from PIL.PngImagePlugin import PngInfo

from tests.support import camera_files as files
from tests.support.camera_files import Shot, encoded, jpeg, with_exif, with_segment, with_xmp
from tests.support.keeper_companions import _AAE, _EDITS, _beside
from tests.support.keeper_containers import iptc, samsung_trailer
from tests.support.keeper_histories import half_blurred, moved
from tests.support.keeper_situations import (
    LANCZOS,
    LIVE,
    SITUATIONS,
    SUMMER_2019,
    Expected,
    curved,
    heic,
    kept_exif,
    live_exif,
    noised,
    page,
    pair,
    put,
    scaled,
    situation,
    tone_mapped,
    warmer,
)

Picture = Image.Image


def _all_stay(folder: Path, contents: Mapping[str, bytes]) -> Expected:
    return Expected({put(folder, name, data) for name, data in contents.items()})


# Editors that put their version beside the original


def _edited_beside(
    shot: Shot, folder: Path, *, name: str, edited: str, change: Callable[[Picture], Picture]
) -> Expected:
    saved = kept_exif(shot, change(shot.picture()), quality=94)
    return _all_stay(folder, {name: shot.data, edited: saved})


for _name, _how in {
    "edited_in_google_photos": {
        "name": "PXL_1.jpg", "edited": "PXL_1-edited.jpg", "change": warmer},
    "turned_in_google_photos": {
        "name": "PXL_1.jpg", "edited": "PXL_1-edited.jpg",
        "change": lambda p: p.transpose(Image.Transpose.ROTATE_270)},
    "edited_in_snapseed": {
        "name": "DCIM/IMG_1.jpg", "edited": "Snapseed/IMG_1-01.jpeg", "change": tone_mapped},
    "portrait_and_plain": {
        "name": "IMG_1.jpg", "edited": "IMG_1_PORTRAIT.jpg", "change": half_blurred},
    "night_mode_and_plain": {
        "name": "IMG_1.jpg", "edited": "IMG_1_NIGHT.jpg",
        "change": lambda p: curved(p, 0.7).filter(ImageFilter.MedianFilter(3))},
    "picasa_originals": {
        "name": ".picasaoriginals/IMG_1.JPG", "edited": "IMG_1.JPG",
        "change": lambda p: ImageEnhance.Contrast(p).enhance(1.15)},
    "fixed_by_windows": {
        "name": "IMG_1.JPG", "edited": "IMG_1 (2).JPG",
        "change": lambda p: ImageOps.autocontrast(p, cutoff=1)},
    "negative_and_positive": {
        "name": "scan_1.jpg", "edited": "scan_1 positive.jpg", "change": ImageOps.invert},
    "cut_to_a_square": {
        "name": "IMG_1.JPG", "edited": "Instagram/IMG_1.jpg",
        "change": lambda p: ImageOps.fit(p, (min(p.size),) * 2)},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_edited_beside, **_how)


@situation
def edited_on_an_iphone(shot: Shot, folder: Path) -> Expected:
    """The original with its list of edits and its movie, and what they make of it."""
    still = heic(shot, scaled(shot.picture(), 0.6), exif=live_exif(shot))
    edit = jpeg(warmer(scaled(shot.picture(), 0.6)), quality=92, exif=live_exif(shot))
    for name, data in (
        ("IMG_1234.MOV", files.movie(taken=shot.taken, content_id=LIVE)),
        ("IMG_1234.AAE", _AAE),
    ):
        put(folder, name, data)
    return _all_stay(folder, {"IMG_1234.HEIC": still, "IMG_E1234.JPG": edit})


@situation
def an_edit_and_its_backup(shot: Shot, folder: Path) -> Expected:
    """The edit is twice there, once in a backup; the original is not what it goes for."""
    edit = kept_exif(shot, warmer(shot.picture()), quality=94)
    stays = {put(folder, "2019/IMG_1.JPG", shot.data), put(folder, "2019/IMG_1-edit.jpg", edit)}
    other = put(folder, "Backup/IMG_1-edit.jpg", edit)
    return Expected(stays, {other: {"2019/IMG_1-edit.jpg"}}, undecided=False)


def exported(shot: Shot, picture: Picture, *, quality: int = 90, more: str = "") -> bytes:
    """What a RAW developer exports: its name, a history, keywords and who made it."""
    steps = (
        '<xmpMM:History xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Seq>'
        '<rdf:li xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"'
        ' stEvt:action="derived" stEvt:parameters="saved to new location"/></rdf:Seq>'
        "</xmpMM:History><dc:creator><rdf:Seq><rdf:li>Ada Lovelace</rdf:li></rdf:Seq></dc:creator>"
    )
    return with_xmp(
        kept_exif(shot, picture, quality=quality),
        files.xmp(keywords=["Tuscany"], more=steps + more),
    )


@situation
def export_with_its_author(shot: Shot, folder: Path) -> Expected:
    """An export at full size alone names the author: nobody may lose that unasked."""
    return _all_stay(
        folder, {"IMG_1.JPG": shot.data, "Export/IMG_1.jpg": exported(shot, shot.picture())}
    )


@situation
def two_developments_exported(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.7)
    return _all_stay(
        folder,
        {
            "IMG_1.JPG": shot.data,
            "Export/IMG_1.jpg": exported(shot, warmer(small)),
            "Export/IMG_1-2.jpg": exported(shot, small.convert("L").convert("RGB")),
        },
    )


@situation
def merged_bracket(shot: Shot, folder: Path) -> Expected:
    """Three exposures and what was made of them."""
    picture = shot.picture()
    contents = {"HDR/merged.jpg": jpeg(tone_mapped(picture), quality=94, exif=shot.exif)}
    for number, exponent in enumerate((1.5, 1.0, 0.7)):
        taken = files.patched_exif(shot.exif, {0x9003: f"2019:07:04 09:00:0{number}"})
        exposed = noised(curved(picture, exponent), seed=number, grain=2)
        contents[f"IMG_{number}.JPG"] = with_exif(jpeg(exposed, quality=93), taken)
    return _all_stay(folder, contents)


@situation
def stitched_panorama(shot: Shot, folder: Path) -> Expected:
    """Two frames that overlap and the panorama of both."""
    picture = shot.picture()
    half = round(picture.width * 0.6)
    frames = (picture.crop((0, 0, half, picture.height)),
              picture.crop((picture.width - half, 0, picture.width, picture.height)))  # fmt: skip
    contents = {
        f"IMG_{number}.JPG": jpeg(frame, quality=93, exif=shot.exif)
        for number, frame in enumerate(frames)
    }
    return _all_stay(folder, contents | {"panorama.jpg": jpeg(picture, quality=93)})


# Messengers and networks


def _sent(
    shot: Shot, folder: Path, *, name: str, side: float = 1.0, quality: int = 80, tag: bytes = b""
) -> Expected:
    """The camera's file, and what a messenger or a network made of it."""
    keep = put(folder, "DCIM/Camera/IMG_20190704_143107.jpg", shot.data)
    picture = shot.picture()
    sent = scaled(picture, side, Image.Resampling.BICUBIC) if side != 1 else picture
    data = jpeg(sent, quality=quality, optimize=True)
    if tag:
        data = with_segment(data, 0xED, tag)
    other = put(folder, name, data, when=SUMMER_2019 + 900)
    return Expected({keep}, {other: {keep}})


for _name, _how in {
    "telegram": {"name": "Telegram Images/photo_2019-07-04 14.31.07.jpg", "side": 0.8,
                 "quality": 87},
    "signal": {"name": "Signal/signal-2019-07-04-143107.jpeg", "quality": 85},
    "facebook": {"name": "Pictures/FB_IMG_1562250667.jpg", "side": 0.7, "quality": 71,
                 "tag": iptc("FBMD0f000713010000")},
    "facebook_download": {"name": "66_10157_12_o.jpg", "side": 0.75, "quality": 85},
    "mail_attachment": {"name": "Mail Attachments/image0.jpeg", "side": 0.5, "quality": 75},
    "thumbnail_cache": {"name": ".thumbnails/large/1f0a.jpg", "side": 0.4, "quality": 75},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_sent, **_how)


@situation
def rated_copy_of_a_messenger(shot: Shot, folder: Path) -> Expected:
    """The received copy has stars in a sidecar: it may go only when they are saved."""
    keep = put(folder, "DCIM/IMG_1.jpg", shot.data)
    other = put(folder, "WhatsApp Images/IMG-20190704-WA0001.jpg",
                jpeg(scaled(shot.picture(), 0.6), quality=80))  # fmt: skip
    put(folder, "WhatsApp Images/IMG-20190704-WA0001.xmp", files.xmp(rating=5))
    return Expected({keep}, {other: {keep}}, carried={other: ("rating",)})


# Clouds: names of conflicts and of second downloads


def _conflict(shot: Shot, folder: Path, *, name: str) -> Expected:
    keep = put(folder, "Tuscany/IMG_1.JPG", shot.data, when=SUMMER_2019 - 86_400)
    other = put(folder, f"Tuscany/{name}", shot.data)
    return Expected({keep}, {other: {keep}})


for _name, _file in {
    "conflict_of_dropbox": "IMG_1 (Ada's conflicted copy 2019-07-04).JPG",
    "conflict_of_nextcloud": "IMG_1 (conflicted copy 2019-07-04 143107).JPG",
    "conflict_of_onedrive": "IMG_1-DESKTOP-4F2A.JPG",
    "second_of_icloud": "IMG_1 2.JPG",
    "download_of_google": "IMG_1~2.JPG",
}.items():
    SITUATIONS[_name] = partial(_conflict, name=_file)


# What lies beside or in the file


@situation
def motion_photo_of_samsung(shot: Shot, folder: Path) -> Expected:
    """The movie lies in a named block of Samsung's trailer."""
    movie = files.movie(taken=shot.taken)
    good = shot.data + samsung_trailer(b"MotionPhoto_Data", movie)
    return pair(shot, folder, good, shot.data, due=True)


for _name, _how in {
    "second_development_in_darktable": {
        "name": "IMG_1.jpg", "more": {"IMG_1_01.jpg.xmp": _EDITS}},
    "settings_of_capture_one": {
        "name": "IMG_1.JPG", "more": {"CaptureOne/Settings/IMG_1.JPG.cos": b"<SL Engine='1300'/>"}},
    "settings_of_nikon": {
        "name": "DSC_1.JPG", "more": {"NKSC_PARAM/DSC_1.JPG.nksc": _EDITS}},
    "settings_of_art": {"name": "IMG_1.JPG", "more": {"IMG_1.JPG.arp": b"[Version]\n"}},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_beside, **_how)


@situation
def crop_that_kept_the_thumbnail(shot: Shot, folder: Path) -> Expected:
    """Cropped in place: its thumbnail still shows the whole, of which a small copy is left."""
    whole = shot.picture()
    cut = whole.crop((0, 0, round(whole.width * 0.7), round(whole.height * 0.7)))
    small = jpeg(scaled(whole, 0.4), quality=85)
    return _all_stay(
        folder, {"a/IMG_1.JPG": kept_exif(shot, cut, quality=95), "b/IMG_1 small.jpg": small}
    )


@situation
def prompt_of_a_generated_picture(shot: Shot, folder: Path) -> Expected:
    """The picture of a generator with what it was asked for, and the same optimised."""
    texts = PngInfo()
    texts.add_text("parameters", "a bridge at night, Steps: 20, Sampler: Euler, Seed: 7")
    small = scaled(shot.picture(), 0.5)
    good, bad = encoded(small, "PNG", pnginfo=texts), encoded(small, "PNG")
    return pair(shot, folder, good, bad, good_suffix=".png", bad_suffix=".png")


@situation
def names_of_the_place(shot: Shot, folder: Path) -> Expected:
    more = (
        '<photoshop:City xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">Rome</photoshop:City>'
    )
    good = with_xmp(shot.data, files.xmp(more=more))
    return pair(shot, folder, good, shot.data)


@situation
def two_cameras_named(shot: Shot, folder: Path) -> Expected:
    """The same picture data, said to be of two cameras: a person knows."""
    one, other = (
        with_exif(shot.data, files.exif(taken=shot.taken, camera=camera))
        for camera in (("Apple", "iPhone 12"), ("NIKON CORPORATION", "NIKON D70"))
    )
    return pair(shot, folder, one, other, both=True)


# The same pixels in another file


def interlaced(picture: Picture) -> bytes:
    """A PNG in the seven passes of Adam7."""
    pixels = np.asarray(picture.convert("RGB"))
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1))  # fmt: skip
    rows = bytearray()
    for top, left, down, across in passes:
        for row in pixels[top::down, left::across]:
            if row.size:
                rows += b"\0" + row.tobytes()

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b"")
    )  # fmt: skip


@situation
def interlaced_and_plain(shot: Shot, folder: Path) -> Expected:
    """One of the two may go, whichever."""
    small = scaled(shot.picture(), 0.5)
    small.info.clear()
    put(folder, "a/IMG_1.png", encoded(small, "PNG"))
    put(folder, "a/IMG_1i.png", interlaced(small))
    return Expected()


@situation
def opaque_alpha_and_none(shot: Shot, folder: Path) -> Expected:
    """An alpha channel that hides nothing is nothing: one of the two may go."""
    small = scaled(shot.picture(), 0.5)
    put(folder, "a/IMG_1.png", encoded(small, "PNG"))
    put(folder, "a/IMG_1a.png", encoded(small.convert("RGBA"), "PNG"))
    return Expected()


@situation
def grey_in_one_channel_and_three(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.5).convert("L")
    small.info.clear()
    put(folder, "a/IMG_1.png", encoded(small, "PNG"))
    put(folder, "a/IMG_1c.png", encoded(small.convert("RGB"), "PNG"))
    return Expected()


@situation
def progressive_with_the_same_tables(shot: Shot, folder: Path) -> Expected:
    """What an optimiser of files for the web writes: as good to look at, and stripped."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(shot.data)) as picture:
        picture.save(stream, "JPEG", quality="keep", progressive=True, exif=b"", icc_profile=None)
    return pair(shot, folder, shot.data, stream.getvalue())


# Formats that few programs write


def _other_format(
    shot: Shot, folder: Path, *, form: str, suffix: str, saved: str, end: str, **options: object
) -> Expected:
    """A picture in a lossy format, and a finer file of what it shows."""
    small = scaled(shot.picture(), 0.6)
    small.info.clear()
    good = encoded(small, form, **options)
    finer = {"quality": 98} if saved == "JPEG" else {}
    bad = encoded(files.opened(good), saved, **finer)
    return pair(shot, folder, good, bad, good_suffix=suffix, bad_suffix=end)


_JP2 = {"form": "JPEG2000", "suffix": ".jp2", "quality_mode": "rates", "quality_layers": [20],
        "irreversible": True}  # fmt: skip
_JPEG_IN_TIFF = {"form": "TIFF", "suffix": ".tif", "compression": "jpeg", "quality": 75}
for _name, _how in {
    "finer_png_of_jpeg_2000": {**_JP2, "saved": "PNG", "end": ".png"},
    "finer_jpeg_of_jpeg_2000": {**_JP2, "saved": "JPEG", "end": ".jpg"},
    "finer_tiff_of_jpeg_in_tiff": {**_JPEG_IN_TIFF, "saved": "TIFF", "end": ".tif"},
    "finer_png_of_jpeg_in_tiff": {**_JPEG_IN_TIFF, "saved": "PNG", "end": ".png"},
    "finer_png_of_gif": {"form": "GIF", "suffix": ".gif", "saved": "PNG", "end": ".png"},
}.items():
    SITUATIONS[_name] = partial(_other_format, **_how)


@situation
def bmp_and_png(shot: Shot, folder: Path) -> Expected:
    """The same pixels: one of the two may go."""
    small = scaled(shot.picture(), 0.5)
    small.info.clear()
    put(folder, "a/IMG_1.bmp", encoded(small, "BMP"))
    put(folder, "a/IMG_1.png", encoded(small, "PNG"))
    return Expected()


@situation
def two_gammas_of_a_png(shot: Shot, folder: Path) -> Expected:
    """The same pixels, one said to be linear: which is right, only a person sees."""
    small = scaled(shot.picture(), 0.5)
    small.info.clear()
    plain = encoded(small, "PNG")
    body = b"gAMA" + struct.pack(">I", 100_000)
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    linear = plain[:33] + chunk + plain[33:]
    return pair(shot, folder, plain, linear, good_suffix=".png", bad_suffix=".png", both=True)


def _flagged(shot: Shot, folder: Path, *, form: str, suffix: str) -> Expected:
    """The same picture data lying and upright, by the flag of a format other than JPEG."""
    small = scaled(shot.picture(), 0.5)
    small.info.clear()
    flag = Image.Exif()
    flag[0x0112] = 6
    options = {"lossless": True} if form == "WEBP" else {}
    one, other = encoded(small, form, **options), encoded(small, form, exif=flag, **options)
    return pair(shot, folder, one, other, good_suffix=suffix, bad_suffix=suffix, both=True)


for _form, _suffix in (("PNG", ".png"), ("TIFF", ".tif"), ("WEBP", ".webp"), ("AVIF", ".avif")):
    SITUATIONS[f"flag_in_{_form.lower()}"] = partial(_flagged, form=_form, suffix=_suffix)


@situation
def inverted_tiff(shot: Shot, folder: Path) -> Expected:
    """The same values, of which 0 is black in one and white in the other."""
    small = scaled(shot.picture(), 0.5).convert("L")
    small.info.clear()
    plain = encoded(small, "TIFF")
    entry = struct.pack("<HHI", 262, 3, 1)
    at = plain.index(entry) + 8
    inverted = plain[:at] + b"\0\0" + plain[at + 2 :]
    return pair(shot, folder, plain, inverted, good_suffix=".tif", bad_suffix=".tif", both=True)


@situation
def palettes_of_one_drawing(shot: Shot, folder: Path) -> Expected:
    """The same places of a palette with other colours in them."""
    drawing = scaled(shot.picture(), 0.5).quantize(32)
    other = drawing.copy()
    colours = drawing.getpalette() or []
    other.putpalette(colours[3:96] + colours[:3])
    files_ = [encoded(picture, "PNG") for picture in (drawing, other)]
    return pair(shot, folder, *files_, good_suffix=".png", bad_suffix=".png", both=True)


@situation
def cmyk_jpeg_and_its_conversion(shot: Shot, folder: Path) -> Expected:
    """For a printer, and what a screen shows of it: nobody may lose the inks unasked."""
    ink = scaled(shot.picture(), 0.6).convert("CMYK")
    good, bad = encoded(ink, "JPEG", quality=92), jpeg(ink.convert("RGB"), quality=95)
    return pair(shot, folder, good, bad)


@situation
def camera_writes_two_sizes(shot: Shot, folder: Path) -> Expected:
    """Two slots of a camera, a small JPEG in the second, both with all it knows."""
    small = files.shot_of(shot.number, shot.full, side=320)
    put(folder, "CARD_A/DSC_1.JPG", shot.data)
    other = put(folder, "CARD_B/DSC_1.JPG", small.data)
    return Expected({"CARD_A/DSC_1.JPG"}, {other: {"CARD_A/DSC_1.JPG"}})


# Scanners and documents


@situation
def scan_and_its_jpeg(shot: Shot, folder: Path) -> Expected:
    scan = scaled(shot.picture(), 0.7)
    scan.info.clear()
    good = encoded(scan, "TIFF", dpi=(300, 300), compression="tiff_lzw")
    return pair(shot, folder, good, jpeg(scan, quality=85), good_suffix=".tif", due=True)


@situation
def two_scans_of_one_print(shot: Shot, folder: Path) -> Expected:
    one = scaled(shot.picture(), 0.7)
    other = noised(moved(one, by=0.4), seed=shot.number, grain=1.5)
    return pair(shot, folder, jpeg(one, quality=92), jpeg(other, quality=92), both=True)


@situation
def scans_of_one_print_at_two_resolutions(shot: Shot, folder: Path) -> Expected:
    """Scanned twice: the small one has noise and dust of its own."""
    large = noised(shot.picture(), seed=2, grain=1.5)
    small = noised(scaled(shot.picture(), 0.5), seed=3, grain=1.5)
    return pair(shot, folder, encoded(large, "PNG"), encoded(small, "PNG"),
                good_suffix=".png", bad_suffix=".png", both=True)  # fmt: skip


@situation
def page_and_its_jpeg(shot: Shot, folder: Path) -> Expected:
    sheet = page(7000 + shot.number)
    good, bad = encoded(sheet, "PNG"), jpeg(sheet, quality=80)
    return pair(shot, folder, good, bad, good_suffix=".png")


@situation
def two_revisions_of_a_page(shot: Shot, folder: Path) -> Expected:
    """The second has one line more, and was exported smaller."""
    first, second = page(7100 + shot.number), page(7100 + shot.number)
    ImageDraw.Draw(second).text((90, 1060), "Paid on 4 July", "black",
                                font=ImageFont.load_default(22))  # fmt: skip
    smaller = scaled(second, 0.75, LANCZOS)
    return pair(shot, folder, encoded(first, "PNG"), encoded(smaller, "PNG"),
                good_suffix=".png", bad_suffix=".png", both=True)  # fmt: skip


@situation
def sizes_of_a_photo_cd(shot: Shot, folder: Path) -> Expected:
    """One picture in three sizes: the largest stays."""
    picture = shot.picture()
    picture.info.clear()
    keep = put(folder, "16base/1.jpg", jpeg(picture, quality=92))
    others = {
        put(folder, f"{name}/1.jpg", jpeg(scaled(picture, factor), quality=92))
        for name, factor in (("4base", 0.5), ("base", 0.25))
    }
    return Expected({keep}, {other: {keep, "4base/1.jpg"} for other in others})


@situation
def neighbouring_frames_of_a_movie(shot: Shot, folder: Path) -> Expected:
    picture = scaled(shot.picture(), 0.7)
    frames = [jpeg(picture, quality=90), jpeg(moved(picture, by=0.3), quality=90)]
    return _all_stay(folder, {f"vlcsnap-{n:05}.jpg": data for n, data in enumerate(frames)})
