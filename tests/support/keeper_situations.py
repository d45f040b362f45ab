"""Situations in which one of several files of a photo is the right one to keep, made from a shot.

Each makes a folder of two or more files and says what may be suggested for removal in bulk: see
`Expected`. `SITUATIONS` names them; benchmarks/keepers.py and the tests run them.
"""

import io
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from tests.support import camera_files as files
from tests.support.camera_files import Shot, encoded, jpeg, with_exif, with_xmp
from tests.support.drawing import draw
from tests.support.negatives import dng
from tests.support.outside import Removal

Picture = Image.Image
Change = Callable[[Picture], Picture]
Make = Callable[[Shot, Path], "Expected"]
LANCZOS, BICUBIC = Image.Resampling.LANCZOS, Image.Resampling.BICUBIC
SUMMER_2019 = 1_562_250_667  # seconds since 1970: 4 July 2019


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold of the files of a folder, named by their path in it.

    `stays` may never be suggested in bulk. `goes` should be, with one of the given keepers;
    `undecided` says whether leaving them alone is right too. What is in `carried` may be suggested
    only when these words are among what is carried over first. `words` are further arguments of
    `kindred plan`, with {folder} for the folder's path.
    """

    stays: Collection[str] = ()
    goes: Mapping[str, Collection[str]] = field(default_factory=dict)
    undecided: bool = True
    carried: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Sequence[str] = ()


def judged(expected: Expected, removals: Sequence[Removal]) -> tuple[str, str]:
    """right, undecided (which is right too), missed or wrong; and what is wrong or missed.

    `removals` are all those suggested in bulk.
    """
    gone = {removal.path for removal in removals}
    faults = []
    for removal in removals:
        if removal.path in expected.stays:
            faults.append(f"{removal.path} suggested, {removal.keeper} kept")
        elif removal.keeper.startswith(".."):
            faults.append(f"{removal.path} suggested for a photo of another folder")
        elif removal.keeper in gone:
            faults.append(f"{removal.path} suggested, and its keeper {removal.keeper} too")
        elif removal.keeper not in expected.goes.get(removal.path, [removal.keeper]):
            faults.append(f"{removal.path} suggested for {removal.keeper}")
        lost = [
            word
            for word in expected.carried.get(removal.path, ())
            if word not in removal.carries.lower()
        ]
        if lost:
            faults.append(f"{removal.path} suggested without carrying {', '.join(lost)}")
    if faults:
        return "wrong", "; ".join(faults)
    missing = sorted(set(expected.goes) - gone)
    if not missing:
        return ("right", "") if expected.goes else ("undecided", "")
    return ("undecided" if expected.undecided else "missed"), f"{', '.join(missing)} not suggested"


SITUATIONS: dict[str, Make] = {}


def situation(make: Make) -> Make:
    """Register a function under its name."""
    SITUATIONS[make.__name__] = make
    return make


def put(folder: Path, name: str, data: bytes, *, when: int = SUMMER_2019) -> str:
    """Write a file; `when` is its time in seconds since 1970. Gives the name back."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (when, when))
    return name


def named(shot: Shot, good: str = ".JPG", bad: str = ".jpg") -> tuple[str, str]:
    """Names for a good and a bad file; which of them looks better differs from shot to shot."""
    stem = f"IMG_{3397 + shot.number}"
    return (
        (f"{stem}{good}", f"{stem}-2{bad}"),
        (f"zz 2019/A folder with a long name/{stem}{good}", f"a{bad}"),
        (f"b{good}", f"a{bad}"),
        (f"DCIM/100MAKER/{stem}{good}", f"Pictures/{stem}{bad}"),
    )[shot.number % 4]


def pair(
    shot: Shot,
    folder: Path,
    good: bytes,
    bad: bytes,
    *,
    good_suffix: str = ".JPG",
    bad_suffix: str = ".jpg",
    due: bool = False,
    both: bool = False,
) -> Expected:
    """A good file and a bad one of another time: the good stays, the bad may go (not if `both`)."""
    keep, other = named(shot, good_suffix, bad_suffix)
    put(folder, keep, good)
    put(folder, other, bad, when=SUMMER_2019 + (-1 if shot.number % 2 else 1) * 40_000_000)
    if both:
        return Expected({keep, other})
    return Expected({keep}, {other: {keep}}, undecided=not due)


# Saved again, by programs that keep the metadata or not


def kept_exif(shot: Shot, picture: Picture, **options: object) -> bytes:
    """A JPEG with the shot's EXIF: what an editor writes that keeps metadata."""
    return jpeg(picture, exif=shot.exif, **options)


def _saved(shot: Shot, folder: Path, *, full: bool, exif: bool, due: bool, **options: object):
    original = shot.full if full else shot.data
    picture = files.opened(original)
    bad = kept_exif(shot, picture, **options) if exif else jpeg(picture, **options)
    if exif and full:  # the picture is upright now
        bad = with_exif(bad, files.patched_exif(shot.exif, {0x0112: 1}))
    return pair(shot, folder, original, bad, due=due)


for _name, _how in {
    "resave_q98_full_size": {"full": True, "exif": False, "due": False, "quality": 98},
    "resave_q92_full_size_exif": {"full": True, "exif": True, "due": False, "quality": 92},
    "resave_q98": {"full": False, "exif": False, "due": False, "quality": 98},
    "resave_q100_444": {
        "full": False, "exif": False, "due": False, "quality": 100, "subsampling": "4:4:4"},
    "resave_q97_444_exif": {
        "full": False, "exif": True, "due": False, "quality": 97, "subsampling": "4:4:4"},
    "resave_q95_exif": {"full": False, "exif": True, "due": True, "quality": 95},
    "resave_q95_progressive": {
        "full": False, "exif": False, "due": False, "quality": 95, "progressive": True},
    "resave_q80": {"full": False, "exif": False, "due": True, "quality": 80},
    "resave_q80_exif": {"full": False, "exif": True, "due": True, "quality": 80},
    "resave_q50": {"full": False, "exif": False, "due": False, "quality": 50},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_saved, **_how)


# Changed pictures


def noised(picture: Picture, *, seed: int = 1, grain: float = 6.0) -> Picture:
    noise = np.random.default_rng(seed).normal(0, grain, (picture.height, picture.width, 3))
    changed = Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))
    changed.info = dict(picture.info)
    return changed


def scaled(picture: Picture, factor: float, how: Image.Resampling = LANCZOS) -> Picture:
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    return picture.resize(size, how)


def sepia(picture: Picture) -> Picture:
    grey = np.asarray(picture.convert("L"), np.float32)[..., None]
    return Image.fromarray((grey * [1.07, 0.86, 0.65]).clip(0, 255).astype(np.uint8))


def curved(picture: Picture, exponent: float) -> Picture:
    return picture.point([round(255 * (v / 255) ** exponent) for v in range(256)] * 3)


def warmer(picture: Picture) -> Picture:
    gains = (1.08, 1.0, 0.9)
    return picture.point([min(255, round(v * gain)) for gain in gains for v in range(256)])


def tone_mapped(picture: Picture) -> Picture:
    """Local contrast as HDR filters raise it."""
    blurred = picture.filter(ImageFilter.GaussianBlur(picture.width / 30))
    pixels, base = (np.asarray(p, np.float32) for p in (picture, blurred))
    mapped = 128 + 0.6 * (base - 128) + 1.7 * (pixels - base)
    return Image.fromarray(mapped.clip(0, 255).astype(np.uint8))


def boxed(picture: Picture, size: tuple[int, int], *, colour: str = "black") -> Picture:
    """The picture in the middle of a larger one."""
    ground = Image.new("RGB", size, colour)
    ground.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return ground


def letterboxed(picture: Picture) -> Picture:
    return boxed(picture, (picture.width, round(picture.height * 1.3)))


def framed(picture: Picture) -> Picture:
    return ImageOps.expand(picture, round(min(picture.size) * 0.05), "white")


def story(picture: Picture) -> Picture:
    """The picture on a blurred and enlarged copy of itself, as story makers fill 9:16."""
    width, height = picture.width, picture.width * 16 // 9
    ground = ImageOps.fit(picture, (width, height)).filter(ImageFilter.GaussianBlur(width / 40))
    ground.paste(picture, (0, (height - picture.height) // 2))
    return ground


def screenshot(picture: Picture) -> Picture:
    """A phone's screen that shows the picture between a clock and buttons."""
    screen = Image.new("RGB", (1080, 2340), "black")
    shown = scaled(picture, 1080 / picture.width)
    shown = shown.crop((0, 0, 1080, min(shown.height, 2000)))
    screen.paste(shown, (0, (2340 - shown.height) // 2))
    pen = ImageDraw.Draw(screen)
    pen.text((60, 40), "14:31", "white", font=ImageFont.load_default(44))
    for x in (150, 400, 650, 900):
        pen.ellipse((x, 2230, x + 60, 2290), outline="white", width=5)
    return screen


def collage(picture: Picture) -> Picture:
    """The picture with three others, which differ from picture to picture."""
    tile = scaled(picture, 0.5)
    seed = int(np.asarray(tile.reduce(50), np.uint64).sum())
    sheet = Image.new("RGB", (2 * tile.width, 2 * tile.height), "white")
    for number in range(4):
        other = tile if number == 1 else draw(seed + number, tile.size)
        sheet.paste(other, (number % 2 * tile.width, number // 2 * tile.height))
    return sheet


def photographed_print(picture: Picture) -> Picture:
    """A print on a table, seen askew in uneven light."""
    width, height = picture.size
    table = Image.new("RGB", (round(width * 1.3), round(height * 1.3)), (116, 92, 70))
    table.paste(picture, (round(width * 0.15), round(height * 0.15)))
    skew = (1.02, 0.06, -20.0, 0.04, 1.03, -15.0, 0.00002, 0.00003)
    seen = table.transform(table.size, Image.Transform.PERSPECTIVE, skew, BICUBIC)
    light = np.linspace(0.75, 1.05, table.width)[None, :, None]
    seen = Image.fromarray((np.asarray(seen) * light).clip(0, 255).astype(np.uint8))
    return noised(seen.filter(ImageFilter.GaussianBlur(1.2)), grain=3)


def stamped(picture: Picture) -> Picture:
    """The date in the corner, as compact cameras print it."""
    changed = picture.copy()
    size = round(picture.height * 0.035)
    place = picture.width * 0.72, picture.height * 0.93
    font = ImageFont.load_default(size)
    ImageDraw.Draw(changed).text(place, "2019 07 04", (255, 140, 40), font=font)
    return changed


def watermarked(picture: Picture) -> Picture:
    veil = Image.new("RGBA", picture.size)
    font = ImageFont.load_default(round(picture.height * 0.09))
    place = picture.width * 0.2, picture.height * 0.45
    ImageDraw.Draw(veil).text(place, "© Studio Example", (255, 255, 255, 90), font=font)
    return Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")


def captioned(picture: Picture) -> Picture:
    bar = round(picture.height * 0.1)
    changed = picture.copy()
    pen = ImageDraw.Draw(changed)
    pen.rectangle((0, picture.height - bar, picture.width, picture.height), fill="white")
    font = ImageFont.load_default(round(bar * 0.6))
    pen.text((bar / 3, picture.height - bar * 0.9), "Our summer in the hills", "black", font=font)
    return changed


def retouched(picture: Picture) -> Picture:
    """A spot of 1% of the area replaced by what lies beside it."""
    side = round((picture.width * picture.height * 0.01) ** 0.5)
    x, y = round(picture.width * 0.55), round(picture.height * 0.6)
    changed = picture.copy()
    patch = picture.crop((x - 2 * side, y, x - side, y + side))
    veil = Image.new("L", patch.size)
    ImageDraw.Draw(veil).ellipse((0, 0, side - 1, side - 1), fill=255)
    changed.paste(patch, (x, y), veil.filter(ImageFilter.GaussianBlur(side / 12)))
    return changed


def trimmed(picture: Picture, share: float) -> Picture:
    """Without `share` of the width and height, unevenly at the sides."""
    x, y = picture.width * share, picture.height * share
    box = x * 0.7, y * 0.4, picture.width - x * 0.3, picture.height - y * 0.6
    return picture.crop(tuple(round(side) for side in box))


def _changed(shot: Shot, folder: Path, *, change: Change, both: bool, exif: bool = False):
    changed = change(shot.picture())
    profile = {"icc_profile": shot.profile} if shot.profile else {}
    save = partial(kept_exif, shot) if exif else jpeg
    return pair(shot, folder, shot.data, save(changed, quality=96, **profile), both=both)


# What makes the picture worse may go or be left; what makes it another one is for a person.
WORSE: dict[str, Change] = {
    "blurred": lambda p: p.filter(ImageFilter.GaussianBlur(1.3)),
    "oversharpened": lambda p: p.filter(ImageFilter.UnsharpMask(2, 200, 2)),
    "noised": noised,
    "enlarged_and_reduced": lambda p: scaled(p, 1.6, BICUBIC).resize(p.size, BICUBIC),
    "reduced_and_enlarged": lambda p: scaled(p, 0.5).resize(p.size, BICUBIC),
    "denoised": lambda p: p.filter(ImageFilter.MedianFilter(3)),
}
EDITED: dict[str, Change] = {
    "brightened": lambda p: ImageEnhance.Brightness(p).enhance(1.15),
    "slightly_brightened": lambda p: curved(p, 0.93),
    "more_contrast": lambda p: ImageEnhance.Contrast(p).enhance(1.2),
    "more_saturation": lambda p: ImageEnhance.Color(p).enhance(1.4),
    "white_balanced": warmer,
    "tone_mapped": tone_mapped,
    "mirrored": ImageOps.mirror,
    "flipped_upside_down": ImageOps.flip,
    "sepia": sepia,
    "greyscale": lambda p: p.convert("L").convert("RGB"),
    "letterboxed": letterboxed,
    "framed": framed,
    "story": story,
    "screenshot": screenshot,
    "collage": collage,
    "photographed_print": photographed_print,
    "date_stamp": stamped,
    "watermark": watermarked,
    "caption_bar": captioned,
    "retouched": retouched,
    "cropped_1_percent": lambda p: trimmed(p, 0.01),
    "cropped_30_percent": lambda p: trimmed(p, 0.3),
    "straightened": lambda p: trimmed(p.rotate(1.5, BICUBIC), 0.08),
    "stretched": lambda p: p.resize((p.width, round(p.height * 0.8)), LANCZOS),
}
for _name, _change in WORSE.items():
    SITUATIONS[_name] = partial(_changed, change=_change, both=False)
    SITUATIONS[f"{_name}_exif"] = partial(_changed, change=_change, both=False, exif=True)
for _name, _change in EDITED.items():
    SITUATIONS[_name] = partial(_changed, change=_change, both=True)
for _name in ("brightened", "retouched", "cropped_1_percent", "greyscale"):
    SITUATIONS[f"{_name}_exif"] = partial(_changed, change=EDITED[_name], both=True, exif=True)


# Formats


@situation
def exif_stripped(shot: Shot, folder: Path) -> Expected:
    bad = files.without(shot.data, b"Exif\0\0", b"http://ns.adobe.com")
    return pair(shot, folder, shot.data, bad, due=True)


@situation
def gps_stripped(shot: Shot, folder: Path) -> Expected:
    plain = files.exif(taken=shot.taken)
    good = with_exif(shot.data, files.exif(taken=shot.taken, position=files.ROME))
    return pair(shot, folder, good, with_exif(shot.data, plain), due=True)


@situation
def palette_png(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture().quantize(64), "PNG")
    return pair(shot, folder, shot.data, bad, bad_suffix=".png")


@situation
def gif_from_jpeg(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, encoded(shot.picture(), "GIF"), bad_suffix=".gif")


@situation
def png_from_jpeg(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture(), "PNG", compress_level=1)
    return pair(shot, folder, shot.data, bad, bad_suffix=".png", due=True)


@situation
def tiff_from_jpeg(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, encoded(shot.picture(), "TIFF"), bad_suffix=".tif")


@situation
def bmp_from_jpeg(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, encoded(shot.picture(), "BMP"), bad_suffix=".bmp")


@situation
def png_original(shot: Shot, folder: Path) -> Expected:
    original = scaled(shot.picture(), 0.6)
    good, bad = encoded(original, "PNG"), jpeg(original, quality=90)
    return pair(shot, folder, good, bad, good_suffix=".png", due=True)


@situation
def lossless_webp_original(shot: Shot, folder: Path) -> Expected:
    original = scaled(shot.picture(), 0.6)
    good, bad = encoded(original, "WEBP", lossless=True), jpeg(original, quality=80)
    return pair(shot, folder, good, bad, good_suffix=".webp", due=True)


@situation
def avif_original(shot: Shot, folder: Path) -> Expected:
    original = scaled(shot.picture(), 0.6)
    good, bad = encoded(original, "AVIF", quality=95, speed=8), jpeg(original, quality=70)
    return pair(shot, folder, good, bad, good_suffix=".avif")


@situation
def avif_from_jpeg(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture(), "AVIF", quality=60, speed=9)
    return pair(shot, folder, shot.data, bad, bad_suffix=".avif")


@situation
def webp_from_jpeg(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture(), "WEBP", quality=82)
    return pair(shot, folder, shot.data, bad, bad_suffix=".webp")


@situation
def lossless_webp_from_jpeg(shot: Shot, folder: Path) -> Expected:
    bad = encoded(shot.picture(), "WEBP", lossless=True, method=0)
    return pair(shot, folder, shot.data, bad, bad_suffix=".webp")


def heic(shot: Shot, picture: Picture, *, quality: int = 85, exif: bytes | None = None) -> bytes:
    """A phone's HEIC of a picture with the shot's EXIF, or another."""
    import pillow_heif

    stream = io.BytesIO()
    made = pillow_heif.from_pillow(picture)
    made.save(stream, quality=quality, exif=shot.exif if exif is None else exif)
    return stream.getvalue()


@situation
def heic_original(shot: Shot, folder: Path) -> Expected:
    original = scaled(shot.picture(), 0.6)
    good, bad = heic(shot, original), kept_exif(shot, original, quality=95)
    return pair(shot, folder, good, bad, good_suffix=".HEIC")


@situation
def heic_from_jpeg(shot: Shot, folder: Path) -> Expected:
    bad = heic(shot, shot.picture(), quality=60)
    return pair(shot, folder, shot.data, bad, bad_suffix=".heic")


# Saved finer than they were: the second file is larger and knows as much


def _finer(
    shot: Shot, folder: Path, *, first: str, second: str, words: bool, **options: object
) -> Expected:
    """A picture in one lossy format, and the same decoded and saved with fewer losses."""
    known = {"exif": shot.exif} if words or first == "HEIF" else {}
    made = scaled(shot.picture(), 0.7)
    qualities = {"JPEG": (84, 60), "WEBP": (80, 50), "AVIF": (60, 40)}
    if first == "HEIF":
        original = heic(shot, made, quality=50, exif=known.get("exif"))
        picture = opened_heic(original)
    else:
        original = encoded(made, first, quality=qualities[first][shot.number % 2], **known)
        picture = files.opened(original)
    saved = encoded(picture, second, **known, **options)
    endings = {"JPEG": ".jpg", "WEBP": ".webp", "AVIF": ".avif", "HEIF": ".heic",
               "PNG": ".png", "TIFF": ".tif"}  # fmt: skip
    return pair(
        shot, folder, original, saved, good_suffix=endings[first], bad_suffix=endings[second]
    )


def opened_heic(data: bytes) -> Picture:
    """The picture of a HEIC file."""
    import pillow_heif

    return pillow_heif.open_heif(io.BytesIO(data)).to_pillow().convert("RGB")


for _first, _second, _options in (
    ("JPEG", "JPEG", {"quality": 98}),
    ("JPEG", "JPEG", {"quality": 93, "subsampling": "4:4:4"}),
    ("JPEG", "PNG", {}),
    ("JPEG", "TIFF", {}),
    ("JPEG", "WEBP", {"lossless": True, "method": 0}),
    ("JPEG", "WEBP", {"quality": 97, "method": 0}),
    ("JPEG", "AVIF", {"quality": 97, "speed": 9}),
    ("WEBP", "JPEG", {"quality": 98}),
    ("WEBP", "PNG", {}),
    ("AVIF", "JPEG", {"quality": 98}),
    ("AVIF", "PNG", {}),
    ("HEIF", "JPEG", {"quality": 98}),
    ("HEIF", "PNG", {}),
):
    for _words in (False, True) if _first != "HEIF" else (True,):  # phones write no other
        _quality = f"_q{_options['quality']}" if "quality" in _options else ""
        _name = f"finer_{_second.lower()}{_quality}_of_{_first.lower()}{'_exif' * _words}"
        SITUATIONS[_name] = partial(_finer, first=_first, second=_second, words=_words, **_options)


# Sizes


def _sized(
    shot: Shot,
    folder: Path,
    *,
    change: Change,
    due: bool = True,
    form: str = "JPEG",
    full: bool = False,
    **options: object,
):
    original = shot.full if full else shot.data
    bad = encoded(change(files.opened(original)), form, **options)
    return pair(
        shot, folder, original, bad, due=due, bad_suffix="." + form.lower().replace("e", "")
    )


for _name, _how in {
    "half_size_area": {"change": lambda p: p.reduce(2), "quality": 95},
    "half_size_lanczos": {"change": lambda p: scaled(p, 0.5), "quality": 95},
    "half_size_bilinear": {
        "change": lambda p: scaled(p, 0.5, Image.Resampling.BILINEAR), "quality": 95},
    "half_size_png": {"change": lambda p: scaled(p, 0.5, BICUBIC), "form": "PNG"},
    "half_size_full": {"change": lambda p: scaled(p, 0.5), "quality": 97, "full": True},
    "web_size": {"change": lambda p: scaled(p, 0.73, BICUBIC), "quality": 75},
    "thumbnail_320": {"change": lambda p: scaled(p, 320 / max(p.size)), "quality": 80},
    "thumbnail_160": {
        "change": lambda p: scaled(p, 160 / max(p.size)), "quality": 80, "due": False},
    "slightly_enlarged": {
        "change": lambda p: scaled(p, 1.15, BICUBIC), "quality": 98, "due": False},
    "upscaled_cubic": {
        "change": lambda p: scaled(p, 1.5, BICUBIC), "quality": 95, "due": False},
    "upscaled_lanczos_2x": {"change": lambda p: scaled(p, 2), "quality": 92, "due": False},
    "upscaled_nearest_2x": {
        "change": lambda p: scaled(p, 2, Image.Resampling.NEAREST), "form": "PNG", "due": False},
    "upscaled_like_ai": {
        "change": lambda p: noised(
            scaled(p, 2).filter(ImageFilter.UnsharpMask(3, 150, 2)), grain=3), "quality": 95,
        "due": False},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_sized, **_how)


@situation
def half_size_exif(shot: Shot, folder: Path) -> Expected:
    bad = kept_exif(shot, scaled(shot.picture(), 0.5), quality=98)
    return pair(shot, folder, shot.data, bad, due=True)


# Damage


@situation
def truncated(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, files.cut(shot.data, 0.6))


@situation
def truncated_at_the_end(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.full, files.cut(shot.full, 0.97))


@situation
def zeroed_block(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, files.zeroed(shot.data, 0.5, 0.6))


@situation
def zeroed_to_the_end(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, files.zeroed(shot.data, 0.5, 1))


@situation
def bits_flipped(shot: Shot, folder: Path) -> Expected:
    return pair(shot, folder, shot.data, files.flipped(shot.data, seed=shot.number))


@situation
def png_cut(shot: Shot, folder: Path) -> Expected:
    data = encoded(scaled(shot.picture(), 0.6), "PNG")
    return pair(shot, folder, data, files.cut(data, 0.6), good_suffix=".png", bad_suffix=".png")


@situation
def progressive_cut(shot: Shot, folder: Path) -> Expected:
    data = kept_exif(shot, shot.picture(), quality=90, progressive=True)
    return pair(shot, folder, data, files.cut(data, 0.5))


@situation
def damaged_original_and_whole_small_copy(shot: Shot, folder: Path) -> Expected:
    whole, broken = named(shot)
    put(folder, whole, kept_exif(shot, scaled(shot.picture(), 0.5), quality=88))
    put(folder, broken, files.cut(shot.data, 0.6))
    return Expected({whole, broken})


@situation
def edits_around_a_truncated_hub(shot: Shot, folder: Path) -> Expected:
    picture = shot.picture()
    good = put(folder, "zz_good.jpg", shot.data)
    hub = put(folder, "a_recovered.jpg", files.cut(shot.data, 0.7))
    edits = {
        put(folder, f"edit {number}.jpg", jpeg(change(picture), quality=92))
        for number, change in enumerate((sepia, captioned, framed))
    }
    return Expected({good, *edits}, {hub: {good}})


# Folders and names


def _same(shot: Shot, folder: Path, *, names: tuple[str, str]) -> Expected:
    """The same bytes under a name that should stay and one that may go, the older one."""
    keep, other = names
    put(folder, keep, shot.data)
    put(folder, other, shot.data, when=SUMMER_2019 - 86_400)
    return Expected({keep}, {other: {keep}}, undecided=False)


for _name, _names in {
    "backup_folder": ("2019 Tuscany with Ada/IMG_1.JPG", "Backup (1)/IMG_1.JPG"),
    "downloads": ("Photos/2019/July/Tuscany/IMG_1.JPG", "Downloads/IMG_1.JPG"),
    "copy_of": ("Tuscany/IMG_1.JPG", "Tuscany/Copy of IMG_1.JPG"),
    "name_with_number": ("Tuscany/IMG_1.JPG", "Tuscany/IMG_1 (1).JPG"),
    "finder_copy": ("Tuscany/IMG_1.JPG", "Tuscany/IMG_1 copy.JPG"),
    "explorer_copy": ("Tuscany/IMG_1.JPG", "Tuscany/IMG_1 - Copy.JPG"),
    "messenger_sent": ("DCIM/Camera/IMG_1.JPG", "WhatsApp Images/Sent/IMG-20190704-WA0001.jpg"),
}.items():
    SITUATIONS[_name] = partial(_same, names=_names)


@situation
def messenger_copy(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "DCIM/Camera/IMG_20190704_143107.jpg", shot.data)
    small = jpeg(scaled(shot.picture(), 0.8, BICUBIC), quality=72, progressive=True)
    other = put(folder, "WhatsApp/Media/WhatsApp Images/IMG-20190704-WA0001.jpg", small,
                when=SUMMER_2019 + 900)  # fmt: skip
    return Expected({keep}, {other: {keep}}, undecided=False)


@situation
def original_only_in_the_backup(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Backup (1)/Downloads/Copy of IMG_1.JPG", shot.data)
    other = put(folder, "Pictures/IMG_1.JPG", kept_exif(shot, shot.picture(), quality=85))
    return Expected({keep}, {other: {keep}})


@situation
def two_albums(shot: Shot, folder: Path) -> Expected:
    names = {"Tuscany/IMG_1.JPG", "Best of 2019 for the book/IMG_1.JPG"}
    return Expected({put(folder, name, shot.data) for name in names})


@situation
def two_albums_and_downloads(shot: Shot, folder: Path) -> Expected:
    names = {"Tuscany/IMG_1.JPG", "Best of 2019 for the book/IMG_1.JPG"}
    albums = {put(folder, name, shot.data) for name in names}
    return Expected(albums, {put(folder, "Downloads/IMG_1.JPG", shot.data): albums})


@situation
def two_albums_one_preferred(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Best of 2019 for the book/IMG_1.JPG", shot.data)
    other = put(folder, "Tuscany/IMG_1.JPG", shot.data)
    words = ("--prefer", "{folder}/Best of 2019 for the book")
    return Expected({keep}, {other: {keep}}, undecided=False, words=words)


@situation
def preferred_folder_with_the_worse_file(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Camera roll/IMG_1.JPG", shot.data)
    other = put(folder, "Tuscany/IMG_1.JPG", jpeg(scaled(shot.picture(), 0.7), quality=80))
    return Expected({keep}, {other: {keep}}, words=("--prefer", "{folder}/Tuscany"))


@situation
def protected_original(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Archive/IMG_1.JPG", shot.data)
    other = put(folder, "Tuscany/IMG_1.JPG", shot.data)
    words = ("--protect", "{folder}/Archive")
    return Expected({keep}, {other: {keep}}, undecided=False, words=words)


@situation
def protected_folder_with_the_worse_file(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Tuscany/IMG_1.JPG", shot.data)
    other = put(folder, "Archive/IMG_1.JPG", jpeg(scaled(shot.picture(), 0.7), quality=80))
    return Expected({keep, other}, words=("--protect", "{folder}/Archive"))


@situation
def hard_link(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Tuscany/IMG_1.JPG", shot.data)
    linked = folder / "snapshots" / "hourly.0" / "IMG_1.JPG"
    linked.parent.mkdir(parents=True)
    linked.hardlink_to(folder / keep)
    stays = {keep, "snapshots/hourly.0/IMG_1.JPG"}
    copy = put(folder, "Tuscany/IMG_1 copy.JPG", shot.data)
    return Expected(stays, {copy: stays})


# Times


@situation
def file_time_of_1980(shot: Shot, folder: Path) -> Expected:
    keep, other = named(shot)
    put(folder, keep, shot.data)
    put(folder, other, files.without(shot.data, b"Exif\0\0"), when=315_532_800)
    return Expected({keep}, {other: {keep}}, undecided=False)


@situation
def older_file_time_of_a_resave(shot: Shot, folder: Path) -> Expected:
    keep, other = named(shot)
    put(folder, keep, shot.data)
    put(folder, other, kept_exif(shot, shot.picture(), quality=88), when=SUMMER_2019 - 10**8)
    return Expected({keep}, {other: {keep}}, undecided=False)


def _clock(shot: Shot, folder: Path, *, reset: str) -> Expected:
    wrong = files.patched_exif(shot.exif, dict.fromkeys((0x9003, 0x9004, 0x0132), reset))
    return pair(shot, folder, shot.data, with_exif(shot.data, wrong))


for _year in (1970, 1980, 2000):
    SITUATIONS[f"camera_clock_reset_to_{_year}"] = partial(_clock, reset=f"{_year}:01:01 00:00:00")


@situation
def another_shot_a_second_later(shot: Shot, folder: Path) -> Expected:
    picture = shot.picture()
    later = files.patched_exif(shot.exif, {0x9003: "2019:07:04 09:00:02"})
    first = files.patched_exif(shot.exif, {0x9003: "2019:07:04 09:00:01"})
    one, other = (
        with_exif(jpeg(noised(picture, seed=seed, grain=3), quality=92), block)
        for seed, block in ((1, first), (2, later))
    )
    return pair(shot, folder, one, other, both=True)


# What files carry


def moving(shot: Shot) -> list[Picture]:
    return list(files.shifted(scaled(shot.picture(), 0.4), 3))


def _animated(shot: Shot, folder: Path, *, form: str, still: str) -> Expected:
    first, *rest = moving(shot)
    good = encoded(first, form, save_all=True, append_images=rest, duration=200)
    bad = encoded(first, "JPEG", quality=95) if still == "jpg" else encoded(first, "PNG")
    return pair(shot, folder, good, bad, good_suffix=f".{form.lower()}", bad_suffix=f".{still}")


for _form, _still in (("GIF", "jpg"), ("WEBP", "jpg"), ("PNG", "png"), ("GIF", "png")):
    SITUATIONS[f"animated_{_form.lower()}_and_{_still}"] = partial(
        _animated, form=_form, still=_still
    )


def page(seed: int, size: tuple[int, int] = (800, 1100)) -> Picture:
    """A page of text of its own in one layout."""
    random = np.random.default_rng(seed)
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((80, 70), "Quarterly report", "black", font=ImageFont.load_default(36))
    for line in range(30):
        words = "".join(random.choice(list("abcdefghijklmno pqrstuvwxyz ")) for _ in range(60))
        pen.text((80, 150 + 28 * line), words, (30, 30, 30), font=ImageFont.load_default(19))
    return sheet


@situation
def pages_and_the_first_alone(shot: Shot, folder: Path) -> Expected:
    first, *rest = (page(1000 * shot.number + number) for number in range(3))
    good = encoded(first, "TIFF", save_all=True, append_images=rest, compression="tiff_deflate")
    return pair(shot, folder, good, encoded(first, "PNG"), good_suffix=".tif", bad_suffix=".png")


@situation
def two_documents_with_one_cover(shot: Shot, folder: Path) -> Expected:
    cover = scaled(shot.picture(), 0.5)
    one, other = (
        encoded(cover, "TIFF", save_all=True, append_images=[page(7000 + 10 * shot.number + seed)],
                compression="tiff_deflate")
        for seed in (1, 2)
    )  # fmt: skip
    return pair(shot, folder, one, other, good_suffix=".tif", bad_suffix=".tif", both=True)


@situation
def two_pages_of_one_layout(shot: Shot, folder: Path) -> Expected:
    one, other = (encoded(page(3000 + 10 * shot.number + seed), "PNG") for seed in (1, 2))
    return pair(shot, folder, one, other, good_suffix=".png", bad_suffix=".png", both=True)


@situation
def one_number_differs(shot: Shot, folder: Path) -> Expected:
    """The same page but for one number: a corrected invoice."""
    pages = [page(5000 + shot.number) for _ in range(2)]
    for sheet, text in zip(pages, ("Total 1,284.50", "Total 1,204.50"), strict=True):
        ImageDraw.Draw(sheet).text((500, 1010), text, "black", font=ImageFont.load_default(24))
    one, other = (jpeg(sheet, quality=85 + 5 * n) for n, sheet in enumerate(pages))
    return pair(shot, folder, one, other, both=True)


@situation
def gain_map(shot: Shot, folder: Path) -> Expected:
    good = files.gain_map_jpeg(shot.data, scaled(shot.picture(), 0.25))
    return pair(shot, folder, good, shot.data, due=True)


@situation
def motion_photo(shot: Shot, folder: Path) -> Expected:
    good = files.motion_photo(shot.data, files.movie(taken=shot.taken))
    return pair(shot, folder, good, shot.data, due=True)


@situation
def wide_gamut_and_plain(shot: Shot, folder: Path) -> Expected:
    picture = shot.picture()
    picture.info.clear()
    plain, wide = (
        jpeg(picture, quality=92),
        jpeg(picture, quality=92, icc_profile=files.display_p3()),
    )
    good = with_exif(wide, shot.exif)
    return pair(shot, folder, good, with_exif(plain, shot.exif))


@situation
def alpha_and_flattened(shot: Shot, folder: Path) -> Expected:
    clear = scaled(shot.picture(), 0.5).convert("RGBA")
    veil = Image.new("L", clear.size)
    ImageDraw.Draw(veil).ellipse((0, 0, *clear.size), fill=255)
    clear.putalpha(veil)
    flat = Image.new("RGB", clear.size, "white")
    flat.paste(clear, mask=veil)
    flat.info = dict(clear.info)
    good, bad = encoded(clear, "PNG"), encoded(flat, "PNG")
    return pair(shot, folder, good, bad, good_suffix=".png", bad_suffix=".png")


def deep(picture: Picture, suffix: str) -> bytes:
    """A picture of 16 bits a channel with values between those of 8 bits."""
    import cv2

    pixels = np.asarray(picture)[..., ::-1].astype(np.float32)
    fine = cv2.GaussianBlur(pixels, (3, 3), 0.6) * 257
    done, data = cv2.imencode(suffix, fine.clip(0, 65535).astype(np.uint16))
    assert done
    return data.tobytes()


@situation
def png_of_16_bits(shot: Shot, folder: Path) -> Expected:
    good = deep(scaled(shot.picture(), 0.5), ".png")
    import cv2

    shallow = cv2.imdecode(np.frombuffer(good, np.uint8), cv2.IMREAD_UNCHANGED) // 257
    bad = encoded(Image.fromarray(shallow[..., ::-1].astype(np.uint8)), "PNG")
    return pair(shot, folder, good, bad, good_suffix=".png", bad_suffix=".png")


@situation
def tiff_of_16_bits_and_jpeg(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.5)
    small.info.clear()  # neither has a profile
    good = deep(small, ".tiff")
    return pair(shot, folder, good, jpeg(small, quality=95), good_suffix=".tif")


# Companions


def _accompanied(
    shot: Shot, folder: Path, data: bytes, name: str, more: Mapping[str, bytes]
) -> Expected:
    """A file with others beside it, and the same file alone in a folder that looks better."""
    keep = put(folder, f"zz phone 2019 import/{name}", data)
    for other, content in more.items():
        put(folder, f"zz phone 2019 import/{other}", content)
    alone = put(folder, f"b/{name}", data)
    return Expected({keep}, {alone: {keep}}, undecided=False)


LIVE = "7B0E1C54-3F0A-4D7B-9C7E-2A5D1F6E8C90"


def live_exif(shot: Shot) -> bytes:
    note = files.apple_maker_note(LIVE)
    return files.exif(camera=("Apple", "iPhone 12"), taken=shot.taken, maker_note=note)


@situation
def live_photo_heic(shot: Shot, folder: Path) -> Expected:
    data = heic(shot, scaled(shot.picture(), 0.5), exif=live_exif(shot))
    clip = files.movie(taken=shot.taken, content_id=LIVE)
    return _accompanied(shot, folder, data, "IMG_1.HEIC", {"IMG_1.MOV": clip})


@situation
def live_photo_jpeg(shot: Shot, folder: Path) -> Expected:
    data = with_exif(shot.data, live_exif(shot))
    clip = files.movie(taken=shot.taken, content_id=LIVE)
    return _accompanied(shot, folder, data, "IMG_1.JPG", {"IMG_1.MOV": clip})


@situation
def live_photo_against_a_better_name(shot: Shot, folder: Path) -> Expected:
    """The still alone lies in the album; its twin with the movie in Downloads."""
    data = with_exif(shot.data, live_exif(shot))
    clip = files.movie(taken=shot.taken, content_id=LIVE)
    keep = put(folder, "Downloads/IMG_1 (1).JPG", data)
    put(folder, "Downloads/IMG_1 (1).MOV", clip)
    alone = put(folder, "Tuscany/IMG_1.JPG", data)
    return Expected({keep}, {alone: {keep}})


@situation
def sidecar_with_edits(shot: Shot, folder: Path) -> Expected:
    return _accompanied(
        shot, folder, shot.data, "IMG_1.JPG", {"IMG_1.xmp": files.xmp(exposure=0.8)}
    )


@situation
def sidecar_of_apple(shot: Shot, folder: Path) -> Expected:
    edits = (
        b'<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>'
        b"<key>adjustmentFormatIdentifier</key><string>com.apple.photo</string>"
        b"<key>adjustmentData</key><data>AAAA</data></dict></plist>"
    )
    return _accompanied(shot, folder, shot.data, "IMG_1.JPG", {"IMG_1.AAE": edits})


@situation
def sidecar_of_darktable(shot: Shot, folder: Path) -> Expected:
    more = (
        '<darktable:history xmlns:darktable="http://darktable.sf.net/"><rdf:Seq>'
        '<rdf:li darktable:operation="exposure" darktable:enabled="1"/>'
        "</rdf:Seq></darktable:history>"
    )
    return _accompanied(
        shot, folder, shot.data, "IMG_1.JPG", {"IMG_1.JPG.xmp": files.xmp(more=more)}
    )


@situation
def sidecar_of_rawtherapee(shot: Shot, folder: Path) -> Expected:
    edits = b"[Version]\nAppVersion=5.9\n[Exposure]\nCompensation=0.8\n"
    return _accompanied(shot, folder, shot.data, "IMG_1.JPG", {"IMG_1.JPG.pp3": edits})


def _rated_sidecar(shot: Shot, folder: Path, *, spelling: str, reverse: bool) -> Expected:
    """A file with words in its sidecar and its twin without; which may go when they are carried."""
    packet = files.xmp(rating=5, keywords=["Tuscany", "Ada"])
    one, other = ("b", "zz long folder name") if reverse else ("zz long folder name", "b")
    rated = put(folder, f"{one}/IMG_1.jpg", shot.data)
    put(folder, f"{one}/{spelling}", packet)
    alone = put(folder, f"{other}/IMG_1.jpg", shot.data)
    return Expected((), {alone: {rated}}, carried={rated: ("rating", "keywords")})


for _spelling in ("IMG_1.xmp", "IMG_1.jpg.xmp"):
    for _reverse in (False, True):
        _name = f"rated_sidecar_{'long' if '.jpg' in _spelling else 'short'}{_reverse:d}"
        SITUATIONS[_name] = partial(_rated_sidecar, spelling=_spelling, reverse=_reverse)


@situation
def takeout_json(shot: Shot, folder: Path) -> Expected:
    more = {"IMG_1.JPG.supplemental-metadata.json": files.takeout("IMG_1.JPG", taken=shot.taken)}
    return _accompanied(shot, folder, shot.data, "IMG_1.JPG", more)


@situation
def takeout_json_short_name(shot: Shot, folder: Path) -> Expected:
    more = {"IMG_1.JPG.json": files.takeout("IMG_1.JPG", taken=shot.taken)}
    return _accompanied(shot, folder, shot.data, "IMG_1.JPG", more)


@situation
def edits_here_and_rating_there(shot: Shot, folder: Path) -> Expected:
    edited = put(folder, "zz edits/IMG_1.jpg", shot.data)
    put(folder, "zz edits/IMG_1.xmp", files.xmp(exposure=0.8))
    rated = put(folder, "b/IMG_1.jpg", shot.data)
    put(folder, "b/IMG_1.xmp", files.xmp(rating=4))
    return Expected({edited}, carried={rated: ("rating",)})


@situation
def raw_and_jpeg(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.5)
    raw = put(folder, "zz 2021/DSC_1.DNG", dng(small, size=(small.width, small.height)))
    unit = put(folder, "zz 2021/DSC_1.JPG", shot.data)
    alone = put(folder, "b/DSC_1.JPG", shot.data)
    return Expected({raw, unit}, {alone: {raw, unit}})


# Words in the file


def _worded(
    shot: Shot, folder: Path, *, packet: bytes, kinds: Sequence[str], plain: str
) -> Expected:
    """The same picture data with words and without; or a re-save with words."""
    bare = shot.data if plain == "same" else kept_exif(shot, shot.picture(), quality=85)
    good, other = named(shot)
    if plain == "resave":  # the words are in the worse file
        put(folder, good, shot.data)
        put(folder, other, with_xmp(bare, packet))
        return Expected({good}, {other: {good}}, carried={other: kinds})
    put(folder, good, with_xmp(shot.data, packet))
    put(folder, other, bare)
    return Expected((), {other: {good}}, undecided=False, carried={good: kinds})


for _name, _packet, _kinds in (
    ("rating", files.xmp(rating=4), ("rating",)),
    ("label", files.xmp(label="Red"), ("label",)),
    ("keywords", files.xmp(keywords=["Tuscany", "Ada"]), ("keywords",)),
    ("title", files.xmp(title="The bridge"), ("title",)),
    ("caption", files.xmp(caption="Ada on the bridge"), ("caption",)),
    ("digikam_tags", files.xmp(tags=["Places/Tuscany"]), ("keywords",)),
    ("people", files.xmp(people=["Ada Lovelace"]), ("people",)),
):
    SITUATIONS[f"{_name}_and_without"] = partial(
        _worded, packet=_packet, kinds=_kinds, plain="same"
    )
for _name, _packet, _kinds in (
    ("rating", files.xmp(rating=5), ("rating",)),
    ("keywords", files.xmp(keywords=["Tuscany"]), ("keywords",)),
    ("people", files.xmp(people=["Ada Lovelace"]), ("people",)),
):
    SITUATIONS[f"{_name}_in_a_resave"] = partial(
        _worded, packet=_packet, kinds=_kinds, plain="resave"
    )


@situation
def position_in_xmp_only(shot: Shot, folder: Path) -> Expected:
    bare = with_exif(shot.data, files.exif(taken=shot.taken))
    good = with_xmp(bare, files.xmp(position=files.ROME))
    keep, other = named(shot)
    put(folder, keep, good)
    put(folder, other, bare)
    return Expected((), {other: {keep}}, undecided=False, carried={keep: ("position",)})


@situation
def rating_0_is_nothing(shot: Shot, folder: Path) -> Expected:
    good = with_exif(shot.data, files.exif(taken=shot.taken, position=files.ROME))
    bad = with_exif(shot.data, files.exif(taken=shot.taken, rating=0))
    return pair(shot, folder, good, bad, due=True)


@situation
def makers_default_caption_is_nothing(shot: Shot, folder: Path) -> Expected:
    good = with_exif(shot.data, files.exif(taken=shot.taken, position=files.ROME))
    words = (
        "OLYMPUS DIGITAL CAMERA",
        "SONY DSC",
        "DCIM\\100MEDIA\\DJI_0001.JPG",
        "MINOLTA DIGITAL CAMERA",
    )
    text = words[shot.number % len(words)]
    bad = with_exif(shot.data, files.exif(taken=shot.taken, description=text))
    return pair(shot, folder, good, bad, due=True)


@situation
def words_in_both(shot: Shot, folder: Path) -> Expected:
    """Each file has a keyword of its own: neither may go unless its own is carried over."""
    one = put(folder, "a.jpg", with_xmp(shot.data, files.xmp(keywords=["Tuscany"])))
    other = put(folder, "b/IMG_1.jpg", with_xmp(shot.data, files.xmp(keywords=["Ada"])))
    return Expected(carried={one: ("keywords",), other: ("keywords",)})


@situation
def zone_in_one(shot: Shot, folder: Path) -> Expected:
    good = with_exif(shot.data, files.exif(taken=shot.taken, zone="+02:00"))
    return pair(shot, folder, good, with_exif(shot.data, files.exif(taken=shot.taken)), due=True)


# Chains, crops, turns


@situation
def crop_of_a_crop(shot: Shot, folder: Path) -> Expected:
    picture = shot.picture()
    names = [put(folder, "zz original.jpg", shot.data)]
    for number in (1, 2):
        picture = trimmed(picture, 0.25)
        names.append(put(folder, f"a crop {number}.jpg", jpeg(picture, quality=95)))
    return Expected(set(names))


@situation
def resave_of_a_resave(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "zz original.jpg", shot.data)
    first = kept_exif(shot, shot.picture(), quality=90)
    second = jpeg(files.opened(first), quality=85, exif=shot.exif)
    one = put(folder, "b.jpg", first)
    other = put(folder, "a.jpg", second)
    return Expected({keep}, {one: {keep}, other: {keep, one}})


@situation
def many_copies(shot: Shot, folder: Path) -> Expected:
    """What a phone, a messenger, a cloud and a backup leave of one photo."""
    picture = shot.picture()
    keep = put(folder, "2019/07/Tuscany trip with everyone/IMG_1.JPG", shot.data)
    due = {
        put(folder, "Backup (1)/IMG_1.JPG", shot.data),
        put(
            folder,
            "WhatsApp Images/IMG-20190704-WA0007.jpg",
            jpeg(scaled(picture, 0.6), quality=70),
        ),
        put(folder, "cloud/IMG_1.jpg", kept_exif(shot, picture, quality=88)),
    }
    stays = {put(folder, "Instagram/edit.jpg", jpeg(sepia(trimmed(picture, 0.1)), quality=92))}
    return Expected({keep, *stays}, {name: {keep} for name in due})


@situation
def turned_by_flag_and_by_pixels(shot: Shot, folder: Path) -> Expected:
    """The camera's file with its flag, and the same turned upright and saved again."""
    flagged = with_exif(shot.data, files.patched_exif(shot.exif, {0x0112: 6}))
    bad = kept_exif(shot, files.opened(flagged), quality=95)
    return pair(shot, folder, flagged, bad)


@situation
def flag_changed_later(shot: Shot, folder: Path) -> Expected:
    """The same picture data shown upright and lying: which is right, only a person sees."""
    turned = with_exif(shot.data, files.patched_exif(shot.exif, {0x0112: 6}))
    return pair(shot, folder, shot.data, turned, both=True)


@situation
def exposure_bracket(shot: Shot, folder: Path) -> Expected:
    darker = curved(shot.picture(), 1.6)
    block = files.patched_exif(shot.exif, {0x9003: "2019:07:04 09:00:02"})
    return pair(shot, folder, shot.data, with_exif(jpeg(darker, quality=93), block), both=True)


@situation
def screenshots_of_two_photos(shot: Shot, folder: Path) -> Expected:
    """Two photos in one app: the frame is the same, the photos are not."""
    one = screenshot(shot.picture())
    other = screenshot(draw(400 + shot.number, shot.picture().size))
    return pair(
        shot,
        folder,
        encoded(one, "PNG"),
        encoded(other, "PNG"),
        good_suffix=".png",
        bad_suffix=".png",
        both=True,
    )


@situation
def photo_and_its_screenshots(shot: Shot, folder: Path) -> Expected:
    picture = shot.picture()
    shown = screenshot(picture)
    names = {put(folder, "zz/IMG_1.JPG", shot.data)}
    names.add(put(folder, "Screenshots/Screenshot_1.png", encoded(shown, "PNG")))
    names.add(put(folder, "Screenshots/Screenshot_2.jpg", jpeg(letterboxed(picture), quality=95)))
    return Expected(names)
