import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from kindred.engine.errors import DecodeError
from kindred.engine.types import Encoding, PhotoInfo, SkipReason
from kindred.engine.verification.content import Picture, Side, check_content
from tests.support.saved_pictures import saved, side_of
from tests.support.scenery import document, scene, with_grain

PHOTO = scene(45, width=480, height=360)
PAGE = document(3)


def scaled(picture: Picture, scale: float, kind: Image.Resampling) -> Picture:
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(Image.fromarray(picture).resize(size, kind))


def in_other(first: Side, second: Side) -> tuple[bool, bool]:
    found = check_content(first, second)
    return found.first_in_second, found.second_in_first


@pytest.mark.parametrize("picture", [PHOTO, PAGE], ids=["photo", "page"])
@pytest.mark.parametrize("quality", [95, 50])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_save_is_in_what_it_was_made_from(
    picture: Picture, quality: int, subsampling: int
) -> None:
    original = saved(picture)
    save = saved(picture, "JPEG", quality=quality, subsampling=subsampling)
    found = check_content(save, original)
    assert found.first_in_second
    assert found.same_framing
    assert found.worst <= 1
    if quality == 50:
        assert not found.second_in_first


@pytest.mark.parametrize("picture", [PHOTO, PAGE], ids=["photo", "page"])
@pytest.mark.parametrize("format", ["WEBP"])
def test_a_save_by_another_codec_is_in_what_it_was_made_from(picture: Picture, format: str) -> None:
    assert in_other(saved(picture, format, quality=75), saved(picture))[0]


@pytest.mark.parametrize("picture", [PHOTO, PAGE], ids=["photo", "page"])
@pytest.mark.parametrize("scale", [0.45])
@pytest.mark.parametrize("kind", ["NEAREST", "BOX", "BILINEAR", "BICUBIC", "LANCZOS"])
def test_a_smaller_copy_is_in_the_larger(picture: Picture, scale: float, kind: str) -> None:
    large = saved(picture, "JPEG", quality=95)
    small = scaled(large.open(None), scale, Image.Resampling[kind])
    assert in_other(saved(small, "JPEG", quality=85), large) == (True, False)


def test_an_enlarged_copy_is_in_the_smaller() -> None:
    original = saved(PHOTO, "JPEG", quality=92)
    picture = original.open(None)
    for kind in (Image.Resampling.NEAREST, Image.Resampling.BICUBIC):
        large = scaled(picture, 2, kind)
        assert in_other(saved(large, "JPEG", quality=85), original)[0]


def test_the_same_pixels_are_in_each_other_whatever_the_file() -> None:
    original = saved(PHOTO, "JPEG", quality=85)
    same = saved(original.open(None), "PNG")
    assert in_other(original, same) == (True, True)
    empty = np.full((60, 80, 3), 255, np.uint8)
    blank = replace(saved(empty), info=PhotoInfo(80, 60, "PNG", flat=True))
    assert in_other(blank, blank) == (True, True)
    almost = empty.copy()
    almost[30, 40] = 250
    assert in_other(blank, saved(almost)) == (False, False)


def changed(name: str) -> tuple[Picture, Picture]:
    photo, page = PHOTO.copy(), PAGE.copy()
    height, width = photo.shape[:2]
    match name:
        case "object in low contrast":
            photo[200:240, 300:340] = np.clip(photo[200:240, 300:340].astype(int) + 6, 0, 255)
        case "moved part":
            photo[100:200, 100:200] = PHOTO[102:202, 102:202]
        case "spot removed":
            mask = np.zeros((height, width), np.uint8)
            cv2.circle(mask, (400, 200), 14, 255, -1)
            photo = np.asarray(cv2.inpaint(photo, mask, 3, cv2.INPAINT_TELEA))
        case "brighter":
            photo = np.clip(photo * 1.03, 0, 255).astype(np.uint8)
        case "recoloured":
            photo[50:200, 50:200, 0] = np.minimum(photo[50:200, 50:200, 0], 240) + 12
        case "greyscale":
            photo = np.repeat(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
        case "own noise":
            return with_grain(PHOTO, seed=1, grain=3), with_grain(PHOTO, seed=2, grain=3)
        case "mirrored":
            photo = photo[:, ::-1].copy()
        case "focus":
            photo[:, :240] = cv2.GaussianBlur(photo, (0, 0), 1.5)[:, :240]
        case "watermark":
            mark = Image.new("L", (width, height))
            font = ImageFont.load_default(90)
            ImageDraw.Draw(mark).text((60, 100), "Sample", fill=255, font=font)
            share = 0.06 * np.asarray(mark, np.float32)[..., None] / 255
            photo = np.rint(photo * (1 - share) + 255 * share).astype(np.uint8)
        case "digit":
            image = Image.fromarray(page)
            ImageDraw.Draw(image).text(
                (40, 12), "7", fill=(0, 0, 0), font=ImageFont.load_default(9)
            )
            return PAGE, np.asarray(image)
        case "line":
            page[page.shape[0] // 2, 50:250] = 200
            return PAGE, page
    return PHOTO, photo


CHANGES = (
    "object in low contrast",
    "moved part",
    "spot removed",
    "brighter",
    "recoloured",
    "greyscale",
    "own noise",
    "mirrored",
    "focus",
    "watermark",
    "digit",
    "line",
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("quality", [None, 95, 75])
def test_a_change_is_in_neither(change: str, quality: int | None) -> None:
    before, after = changed(change)
    options = {} if quality is None else {"format": "JPEG", "quality": quality}
    assert in_other(saved(before, **options), saved(after, **options)) == (False, False)
    assert not check_content(saved(after, **options), saved(before)).first_in_second


def test_a_change_in_a_smaller_copy_is_seen() -> None:
    before, after = changed("moved part")
    small = scaled(after, 0.5, Image.Resampling.BICUBIC)
    assert in_other(saved(small, "JPEG", quality=85), saved(before)) == (False, False)


def test_a_blurred_copy_does_not_hold_the_original() -> None:
    blurred = np.asarray(cv2.GaussianBlur(PHOTO, (0, 0), 0.6))
    assert not check_content(saved(PHOTO), saved(blurred)).first_in_second


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_another_shot_that_differs_by_its_noise_is_another_picture(
    scale: float, format: str
) -> None:
    calm = scaled(PHOTO, 0.8, Image.Resampling.BOX)
    shots = []
    for seed in (1, 2):
        noise = np.random.default_rng(seed).normal(0, 1.5, calm.shape)
        shots.append(np.clip(np.rint(calm + noise), 0, 255).astype(np.uint8))
    other = shots[1] if scale == 1 else scaled(shots[1], scale, Image.Resampling.BICUBIC)
    options = {} if format == "PNG" else {"quality": 90}
    one = saved(shots[0], "JPEG", quality=92)
    assert in_other(saved(other, format, **options), one) == (False, False)
    same = one.open(None)
    if scale != 1:
        same = scaled(same, scale, Image.Resampling.BICUBIC)
    assert in_other(saved(same, format, **options), one)[0]


@pytest.mark.parametrize(("format", "options"), [("PNG", {}), ("JPEG", {"quality": 97})])
def test_a_finer_save_is_known_to_be_made_from_the_coarser_file(
    format: str, options: dict[str, int]
) -> None:
    coarse = saved(PHOTO, "JPEG", quality=60)
    finer = saved(coarse.open(None), format, **options)
    assert check_content(coarse, finer).source == 1
    assert check_content(finer, coarse).source == -1
    assert check_content(saved(PHOTO), coarse).source == 0


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_copy_that_is_stored_turned_is_in_the_upright_picture(orientation: int) -> None:
    large = saved(PHOTO, "JPEG", quality=95)
    small = Image.fromarray(scaled(large.open(None), 0.45, Image.Resampling.BICUBIC))
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    small.transpose(turn).save(buffer, "JPEG", quality=80, exif=exif)
    with Image.open(buffer) as image:
        shown = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert shown.shape[:2] == small.size[::-1]
    side = side_of(buffer.getvalue(), shown, "JPEG")
    side = replace(side, info=replace(side.info, orientation=orientation))
    assert in_other(side, large) == (True, False)


@pytest.mark.parametrize("size", [(211, 160), (210, 161), (211, 161)])
def test_blocks_of_pixels_that_do_not_divide_the_picture(size: tuple[int, int]) -> None:
    picture = PHOTO[: size[1], : size[0]]
    small = np.asarray(Image.fromarray(picture).reduce(2))
    assert in_other(saved(small, "JPEG", quality=85), saved(picture)) == (True, False)


def test_a_crop_is_another_framing() -> None:
    crop = PHOTO[12:-12, 16:-16]
    found = check_content(saved(PHOTO), saved(crop))
    assert (found.first_in_second, found.second_in_first) == (False, False)
    assert not found.same_framing


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 500), (40, 2), (17, 9), (2, 4000)])
def test_tiny_and_thin_pictures_are_compared(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
    other = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
    assert in_other(saved(picture, "JPEG", quality=80), saved(picture))[0]
    assert in_other(saved(picture), saved(other)) == (False, False)
    halved = scaled(picture, 0.5, Image.Resampling.BOX) if min(size) > 1 else picture
    check_content(saved(halved), saved(picture))


def test_what_cannot_be_opened_is_not_contained() -> None:
    def fail(_side: int | None) -> Picture:
        raise DecodeError(SkipReason.DAMAGED, "ends early")

    broken = Side(PhotoInfo(640, 480, "JPEG"), Encoding(), fail)
    assert in_other(broken, saved(PHOTO)) == (False, False)
    raw = replace(saved(PHOTO), info=PhotoInfo(640, 480, "RAW"))
    assert in_other(raw, saved(PHOTO)) == (False, False)
