import numpy as np
import pytest
from PIL import Image, ImageCms

from kindred.engine.decoding.colour import BACKDROP, DARK_BACKDROP, find_backdrop, to_srgb
from tests.support.drawing import draw

RAMP = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, 0)


def pixels(picture: Image.Image) -> np.ndarray:
    shown = to_srgb(picture)
    assert shown.mode == "RGB"
    return np.asarray(shown)


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "CMYK", "YCbCr", "HSV", "LAB", "RGBA", "RGBX", "LA"]
)
def test_every_mode_looks_like_the_picture(mode: str) -> None:
    picture = draw(1, (96, 64))
    converted = (
        ImageCms.profileToProfile(
            picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        if mode == "LAB"
        else picture.convert(mode)
    )
    shown = pixels(converted)
    expected = np.asarray(picture.convert("L").convert("RGB") if mode in "1LLA" else picture)
    blocks = [p.reshape(8, 8, 12, 8, 3).mean((1, 3)) for p in (shown.astype(float), expected)]
    assert abs(blocks[0] - blocks[1]).mean() < 12


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_deep_grey_keeps_its_high_bits(mode: str) -> None:
    deep = Image.fromarray(
        RAMP if mode == "I;16" else RAMP.astype({"I": "int32", "F": "float32"}[mode])
    )
    assert deep.mode == mode
    assert abs(pixels(deep)[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_float_pictures_with_impossible_values() -> None:
    values = np.array([[np.nan, np.inf, -np.inf, -5.0, 0.5, 1.0]], np.float32)
    assert pixels(Image.fromarray(values))[0, :, 0].tolist() == [0, 0, 0, 0, 127, 255]


def test_transparency_shows_the_backdrop() -> None:
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    assert (pixels(clear) == BACKDROP).all()
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    assert abs(pixels(half).astype(int) - 127).max() <= 1
    palette = draw(1, (8, 8)).quantize(4)
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert tuple(pixels(palette)[0, 0]) == BACKDROP
    keyed = Image.new("RGB", (4, 4), (1, 2, 3))
    keyed.info["transparency"] = (1, 2, 3)
    assert (pixels(keyed) == BACKDROP).all()


def wide_profile() -> bytes:
    """A profile unlike sRGB: Lab is the only other space that Pillow can make, so bend a copy."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    # Exchange where the red and green primaries are found.
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    at = int.from_bytes(profile[profile.index(b"desc") + 4 :][:4], "big")
    length = int.from_bytes(profile[profile.index(b"desc") + 8 :][:4], "big")
    text = profile[at : at + length].replace(b"s\0R\0G\0B", b"x\0R\0G\0B")
    profile[at : at + length] = text
    return bytes(profile)


def test_profile_is_applied() -> None:
    red = Image.new("RGB", (4, 4), (250, 10, 10))
    red.info["icc_profile"] = wide_profile()
    shown = pixels(red)[0, 0].astype(int)
    assert shown[1] > 200 > 60 > shown[0]


@pytest.mark.parametrize("profile", [b"", b"garbage", b"\0" * 200, b"x" * (5 << 20), "text", None])
def test_profile_that_cannot_be_used_changes_nothing(profile: object) -> None:
    picture = draw(1, (16, 16))
    expected = np.asarray(picture).copy()
    picture.info["icc_profile"] = profile
    assert (pixels(picture) == expected).all()


def test_profile_for_another_kind_of_picture_changes_nothing() -> None:
    grey = draw(1, (16, 16)).convert("L")
    grey.info["icc_profile"] = wide_profile()
    assert (pixels(grey) == np.asarray(grey.convert("RGB"))).all()


def test_a_white_drawing_is_shown_on_a_ground_on_which_it_is_seen() -> None:
    drawing = Image.new("RGBA", (40, 30), (255, 255, 255, 0))
    drawing.paste((255, 255, 255, 255), (5, 5, 35, 9))
    assert find_backdrop([drawing]) == DARK_BACKDROP
    assert find_backdrop([drawing.crop((0, 0, 40, 15)), drawing.crop((0, 15, 40, 30))]) == (
        DARK_BACKDROP
    )
    shown = pixels(to_srgb(drawing, backdrop=DARK_BACKDROP))
    assert tuple(shown[6, 10]) == (255, 255, 255) and tuple(shown[0, 0]) == DARK_BACKDROP


def test_other_transparent_pictures_are_shown_on_white() -> None:
    black = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    black.paste((0, 0, 0, 255), (5, 5, 35, 9))
    for picture in (black, Image.new("RGBA", (4, 3), (255, 255, 255, 0)), Image.new("RGB", (4, 3))):
        assert find_backdrop([picture]) == BACKDROP
    assert find_backdrop([]) == BACKDROP
