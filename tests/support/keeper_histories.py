"""Situations of small changes, and of pictures that were saved more than once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.support import camera_files as files
from tests.support.camera_files import Shot, encoded, jpeg, with_exif, with_xmp
from tests.support.drawing import draw
from tests.support.keeper_situations import (
    BICUBIC,
    LANCZOS,
    SITUATIONS,
    SUMMER_2019,
    Expected,
    Picture,
    curved,
    kept_exif,
    named,
    noised,
    pair,
    put,
    scaled,
    screenshot,
    situation,
)

# Changes that are easily missed: both stay


def pixels_of(picture: Picture, change: Callable[[np.ndarray], np.ndarray]) -> Picture:
    """The picture with its values, float32 (h, w, 3), changed; profile kept."""
    values = change(np.asarray(picture, np.float32))
    changed = Image.fromarray(np.rint(values).clip(0, 255).astype(np.uint8))
    changed.info = dict(picture.info)
    return changed


def lettered(picture: Picture, *, levels: int) -> Picture:
    """A line of text that differs from its ground by a few levels."""
    veil = Image.new("L", picture.size)
    font = ImageFont.load_default(max(14, round(picture.height * 0.04)))
    place = picture.width * 0.3, picture.height * 0.55
    ImageDraw.Draw(veil).text(place, "proof 17 not for print", 255, font=font)
    mark = np.asarray(veil, np.float32)[..., None] / 255 * levels
    return pixels_of(picture, lambda values: values + np.where(values > 200, -mark, mark))


def veiled(picture: Picture, *, share: float) -> Picture:
    """A large watermark of a few percent."""
    veil = Image.new("L", picture.size)
    font = ImageFont.load_default(round(picture.height * 0.14))
    place = picture.width * 0.12, picture.height * 0.4
    ImageDraw.Draw(veil).text(place, "© Studio", 255, font=font)
    mark = np.asarray(veil, np.float32)[..., None] / 255 * share
    return pixels_of(picture, lambda values: values * (1 - mark) + 255 * mark)


def healed(picture: Picture, *, share: float) -> Picture:
    """A spot of `share` of the area replaced by what lies beside it."""
    side = max(4, round((picture.width * picture.height * share) ** 0.5))
    x, y = round(picture.width * 0.4), round(picture.height * 0.55)
    changed = picture.copy()
    patch = picture.crop((x + side + 2, y, x + 2 * side + 2, y + side))
    changed.paste(patch, (x, y))
    return changed


def objected(picture: Picture, *, share: float, levels: int) -> Picture:
    """A smooth disc of `share` of the area, a few levels from its ground."""
    radius = (picture.width * picture.height * share / np.pi) ** 0.5
    rows, columns = np.mgrid[: picture.height, : picture.width]
    away = np.hypot(rows - picture.height * 0.3, columns - picture.width * 0.6)
    disc = np.clip(radius + 0.5 - away, 0, 1)[..., None] * levels
    return pixels_of(picture, lambda values: values + np.where(values > 200, -disc, disc))


def graded(picture: Picture, *, levels: float) -> Picture:
    """A soft gradient over the whole, as a filter lays it."""
    ramp = np.linspace(0, levels, picture.height, dtype=np.float32)[:, None, None]
    return pixels_of(picture, lambda values: values - ramp)


def moved(picture: Picture, *, by: float) -> Picture:
    """All of it a part of a pixel or a pixel to the right, the edge repeated."""
    box = (-by, 0, picture.width - by, picture.height)
    grown = Image.new("RGB", (picture.width + 4, picture.height))
    grown.paste(picture.crop((0, 0, 1, picture.height)).resize((4, picture.height)), (0, 0))
    grown.paste(picture, (4, 0))
    left, top, right, bottom = box
    changed = grown.resize(picture.size, BICUBIC, box=(left + 4, top, right + 4, bottom))
    changed.info = dict(picture.info)
    return changed


def desaturated_spot(picture: Picture) -> Picture:
    """Red eyes made grey: only colour changes, in two small places."""
    changed = picture.copy()
    radius = max(3, picture.height // 60)
    for x in (0.45, 0.55):
        place = round(picture.width * x), round(picture.height * 0.4)
        box = tuple(c + d for c, d in zip(place * 2, (-radius,) * 2 + (radius,) * 2, strict=True))
        spot = picture.crop(box).convert("L").convert("RGB")
        mask = Image.new("L", spot.size)
        ImageDraw.Draw(mask).ellipse((0, 0, spot.width - 1, spot.height - 1), fill=255)
        changed.paste(spot, box[:2], mask)
    return changed


def red_spot(picture: Picture) -> Picture:
    """The other way round: red added where there was none, brightness as it was."""

    def change(values: np.ndarray) -> np.ndarray:
        rows, columns = np.mgrid[: values.shape[0], : values.shape[1]]
        away = np.hypot(rows - values.shape[0] * 0.4, columns - values.shape[1] * 0.5)
        spot = (away < max(4, values.shape[0] // 50))[..., None]
        return values + spot * np.array([40.0, -20.4, 0.0], np.float32)

    return pixels_of(picture, change)


def half_blurred(picture: Picture) -> Picture:
    """Portrait mode: the ground out of focus, the middle sharp."""
    soft = picture.filter(ImageFilter.GaussianBlur(2))
    mask = Image.new("L", picture.size)
    box = [round(v * s) for v, s in zip(picture.size * 2, (0.3, 0.2, 0.7, 0.9), strict=True)]
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    soft.paste(picture, (0, 0), mask.filter(ImageFilter.GaussianBlur(8)))
    return soft


def swapped_face(picture: Picture) -> Picture:
    """A part of 2% taken from elsewhere in the picture, feathered."""
    side = round((picture.width * picture.height * 0.02) ** 0.5)
    patch = picture.crop((10, 10, 10 + side, 10 + side))
    mask = Image.new("L", patch.size)
    ImageDraw.Draw(mask).ellipse((2, 2, side - 2, side - 2), fill=255)
    changed = picture.copy()
    place = round(picture.width * 0.5), round(picture.height * 0.4)
    changed.paste(patch, place, mask.filter(ImageFilter.GaussianBlur(2)))
    return changed


SLIGHT: dict[str, Callable[[Picture], Picture]] = {
    "watermark_of_3_percent": partial(veiled, share=0.03),
    "watermark_of_2_percent": partial(veiled, share=0.02),
    "text_of_6_levels": partial(lettered, levels=6),
    "text_of_12_levels": partial(lettered, levels=12),
    "spot_of_a_thousandth_healed": partial(healed, share=0.001),
    "spot_of_a_three_thousandth_healed": partial(healed, share=0.0003),
    "object_of_3_levels": partial(objected, share=0.005, levels=3),
    "object_of_5_levels": partial(objected, share=0.001, levels=5),
    "gradient_of_3_levels": partial(graded, levels=3),
    "gradient_of_1_level": partial(graded, levels=1.4),
    "moved_by_a_pixel": partial(moved, by=1),
    "gamma_of_98_percent": lambda p: curved(p, 0.98),
    "red_eyes_made_grey": desaturated_spot,
    "colour_of_a_spot": red_spot,
    "ground_out_of_focus": half_blurred,
    "part_put_over": swapped_face,
    "two_pixels_cut_off": lambda p: p.crop((2, 2, p.width - 2, p.height - 2)),
    "stretched_by_half_a_percent": lambda p: p.resize((round(p.width * 1.005), p.height), LANCZOS),
    "turned_by_a_fifth_of_a_degree": lambda p: p.rotate(0.2, BICUBIC),
    "turned_upright": lambda p: p.transpose(Image.Transpose.ROTATE_90),
    "one_level_brighter": lambda p: p.point([min(255, v + 2) for v in range(256)] * 3),
    "clone_of_a_line": lambda p: ImageChops.composite(
        ImageChops.offset(p, 12, 0), p, _band(p.size)),
}  # fmt: skip


def _band(size: tuple[int, int]) -> Picture:
    """A thin upright line: a cable that was cloned out."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).line((size[0] * 0.7, 0, size[0] * 0.72, size[1] * 0.6), fill=255, width=3)
    return mask


def _slight(
    shot: Shot, folder: Path, *, change: Callable[[Picture], Picture], how: str
) -> Expected:
    """The changed picture saved finely; as a PNG; or both made smaller from the large picture."""
    original = shot.picture()
    profile = {"icc_profile": shot.profile} if shot.profile else {}
    if how == "png":
        other = encoded(change(original), "PNG")
        return pair(shot, folder, shot.data, other, bad_suffix=".png", both=True)
    if how == "smaller":
        other = jpeg(scaled(change(original), 0.6), quality=88, exif=shot.exif, **profile)
    else:
        other = jpeg(change(original), quality=93, exif=shot.exif, **profile)
    return pair(shot, folder, shot.data, other, both=True)


for _name, _change in SLIGHT.items():
    SITUATIONS[_name] = partial(_slight, change=_change, how="finely")
for _name in (
    "watermark_of_3_percent", "text_of_12_levels", "spot_of_a_thousandth_healed",
    "object_of_5_levels", "red_eyes_made_grey", "part_put_over", "moved_by_a_pixel",
):  # fmt: skip
    SITUATIONS[f"{_name}_smaller"] = partial(_slight, change=SLIGHT[_name], how="smaller")
for _name in ("watermark_of_2_percent", "gradient_of_1_level", "spot_of_a_three_thousandth_healed"):
    SITUATIONS[f"{_name}_png"] = partial(_slight, change=SLIGHT[_name], how="png")


# Second shots of one scene, told apart by the noise of the sensor alone


def _two_shots(
    shot: Shot, folder: Path, *, grain: float, factor: float, qualities: tuple[int, int]
) -> Expected:
    clean = scaled(shot.picture(), 0.7)  # what noise the picture has is small then
    one = jpeg(noised(clean, seed=2 * shot.number, grain=grain), quality=qualities[0])
    again = noised(clean, seed=2 * shot.number + 1, grain=grain)
    other = jpeg(scaled(again, factor) if factor != 1 else again, quality=qualities[1])
    return pair(shot, folder, one, other, both=True)


for _grain in (1, 2, 3, 5):
    for _factor, _qualities in ((1, (92, 92)), (1, (95, 80)), (0.5, (92, 90)), (0.7, (95, 85))):
        _name = f"second_shot_noise_{_grain}_{_factor}_q{_qualities[1]}".replace(".", "")
        SITUATIONS[_name] = partial(_two_shots, grain=_grain, factor=_factor, qualities=_qualities)


# Histories of several steps


def _siblings(
    shot: Shot, folder: Path, *, one: tuple[float, int], other: tuple[float, int], both: bool
) -> Expected:
    """Two files made from one original that is gone: by scale and quality."""
    picture = shot.picture()
    files_ = [
        jpeg(scaled(picture, factor) if factor != 1 else picture, quality=quality)
        for factor, quality in (one, other)
    ]
    return pair(shot, folder, *files_, both=both)


for _name, _how in {
    "siblings_q92_and_q75": {"one": (1, 92), "other": (1, 75), "both": False},
    "siblings_q90_and_q88": {"one": (1, 90), "other": (1, 88), "both": False},
    "siblings_large_and_small": {"one": (0.9, 90), "other": (0.4, 85), "both": False},
    "siblings_large_and_half": {"one": (1, 90), "other": (0.5, 80), "both": False},
    "siblings_large_coarse_and_small_fine": {
        "one": (1, 40), "other": (0.6, 96), "both": True},
    "siblings_of_two_sizes_both_fine": {"one": (0.8, 93), "other": (0.75, 93), "both": False},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_siblings, **_how)


@situation
def saved_three_times(shot: Shot, folder: Path) -> Expected:
    """Camera, editor, cloud, messenger: the last of four is to go."""
    picture = shot.picture()
    for quality in (95, 88):
        picture = files.opened(jpeg(picture, quality=quality))
    last = jpeg(scaled(picture, 0.6, BICUBIC), quality=75)
    return pair(shot, folder, shot.data, last)


@situation
def messenger_at_full_size(shot: Shot, folder: Path) -> Expected:
    """Saved again as messengers do: progressive, stripped, quality 80, no smaller."""
    keep = put(folder, "DCIM/Camera/IMG_20190704_143107.jpg", shot.data)
    bad = jpeg(shot.picture(), quality=80, progressive=True, optimize=True)
    other = put(folder, "WhatsApp Images/IMG-20190704-WA0003.jpg", bad, when=SUMMER_2019 + 900)
    return Expected({keep}, {other: {keep}}, undecided=False)


@situation
def messenger_original_is_all_there_is(shot: Shot, folder: Path) -> Expected:
    """What a friend sent, and a finer save of it that an album program made with a date."""
    received = jpeg(scaled(shot.picture(), 0.7), quality=70, progressive=True)
    saved = jpeg(files.opened(received), quality=95, exif=files.exif(taken=shot.taken))
    keep = put(folder, "WhatsApp Images/IMG-20190704-WA0003.jpg", received)
    other = put(folder, "Tuscany/IMG_1.jpg", saved)
    return Expected({keep}, carried={other: ("time",)})


@situation
def enlarged_then_sharpened_and_saved_finely(shot: Shot, folder: Path) -> Expected:
    bad = scaled(shot.picture(), 1.4).filter(ImageFilter.UnsharpMask(1, 120, 1))
    return pair(shot, folder, shot.data, kept_exif(shot, bad, quality=97))


@situation
def screenshot_cut_to_the_photo(shot: Shot, folder: Path) -> Expected:
    """A screenshot of the photo alone: a smaller copy in a lossless file."""
    picture = shot.picture()
    shown = screenshot(picture)
    height = min(2000, round(picture.height * 1080 / picture.width))
    top = (2340 - height) // 2
    cut = shown.crop((0, top, 1080, top + height))
    return pair(shot, folder, shot.data, encoded(cut, "PNG"), bad_suffix=".png")


@situation
def crop_and_the_whole_with_one_name(shot: Shot, folder: Path) -> Expected:
    """The camera's file, a crop that kept all its EXIF, and a small copy of the crop."""
    picture = shot.picture()
    cut = picture.crop((0, 0, round(picture.width * 0.8), round(picture.height * 0.8)))
    keep = put(folder, "zz/IMG_1.JPG", shot.data)
    crop = put(folder, "a/IMG_1.jpg", kept_exif(shot, cut, quality=95))
    small = put(folder, "b/IMG_1.jpg", jpeg(scaled(cut, 0.5), quality=80))
    return Expected({keep, crop}, {small: {keep, crop}})


@situation
def edit_lost_its_original(shot: Shot, folder: Path) -> Expected:
    """Two saves of one edit, the original gone: the finer one stays."""
    edit = pixels_of(shot.picture(), lambda values: 128 + 1.2 * (values - 128))
    return pair(shot, folder, jpeg(edit, quality=95), jpeg(edit, quality=70))


@situation
def three_of_one_burst_and_a_copy(shot: Shot, folder: Path) -> Expected:
    """Three frames by one camera, and a small copy of the second."""
    picture = shot.picture()
    names = []
    frames = []
    for number in range(3):
        taken = files.patched_exif(shot.exif, {0x9003: f"2019:07:04 09:00:0{number}"})
        frame = noised(moved(picture, by=number), seed=number, grain=3)
        frames.append(frame)
        names.append(
            put(folder, f"DCIM/IMG_{number}.JPG", with_exif(jpeg(frame, quality=93), taken))
        )
    copy = put(folder, "WhatsApp Images/IMG-20190704-WA0002.jpg",
               jpeg(scaled(frames[1], 0.6), quality=80))  # fmt: skip
    return Expected(set(names), {copy: {names[1]}})


@situation
def another_photo_of_the_same_name(shot: Shot, folder: Path) -> Expected:
    """Counters start again: two photos that only share their name and time."""
    one = put(folder, "a/IMG_1.JPG", shot.data)
    stranger = jpeg(draw(800 + shot.number, shot.picture().size), quality=90, exif=shot.exif)
    return Expected({one, put(folder, "Backup/IMG_1.JPG", stranger)})


# Words that were changed in one of two


def _reworded(shot: Shot, folder: Path, *, changes: dict[int, int | str]) -> Expected:
    other = with_exif(shot.data, files.patched_exif(shot.exif, changes))
    return pair(shot, folder, shot.data, other, both=True)


SITUATIONS["clock_an_hour_off"] = partial(
    _reworded, changes=dict.fromkeys((0x9003, 0x9004), "2019:07:04 15:31:07")
)


@situation
def another_place(shot: Shot, folder: Path) -> Expected:
    """One file says Rome, one says Florence: a person knows."""
    one, other = (
        with_exif(shot.data, files.exif(taken=shot.taken, position=place))
        for place in (files.ROME, (43.77, 11.25))
    )
    return pair(shot, folder, one, other, both=True)


@situation
def one_moment_in_two_zones(shot: Shot, folder: Path) -> Expected:
    """14:31 in Rome is 12:31 in Greenwich: one of the two may go."""
    hour = files.exif(taken="2019-07-04T14:31:07", zone="+02:00")
    utc = files.exif(taken="2019-07-04T12:31:07", zone="+00:00")
    keep, other = named(shot)
    put(folder, keep, with_exif(shot.data, hour))
    put(folder, other, with_exif(shot.data, utc))
    return Expected()


@situation
def two_captions(shot: Shot, folder: Path) -> Expected:
    one, other = (
        with_xmp(shot.data, files.xmp(caption=words)) for words in ("Ada", "Ada and Charles")
    )
    return pair(shot, folder, one, other, both=True)


@situation
def two_ratings(shot: Shot, folder: Path) -> Expected:
    one, other = (with_xmp(shot.data, files.xmp(rating=stars)) for stars in (2, 5))
    return pair(shot, folder, one, other, both=True)


@situation
def all_metadata_in_the_smaller_copy(shot: Shot, folder: Path) -> Expected:
    """Stripped at full size, and a half-size copy that knows time, place and camera."""
    bare = files.without(shot.data, b"Exif\0\0")
    small = kept_exif(shot, scaled(shot.picture(), 0.5), quality=90)
    keep, other = named(shot)
    put(folder, keep, bare)
    put(folder, other, small)
    return Expected({keep, other})
