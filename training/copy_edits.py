"""The edits people make to a photo, as named, repeatable transforms for measuring and testing.

Each entry of `VARIANTS` takes an RGB picture of any size and returns the edited RGB picture. All
sizes are relative to the picture, every random choice has a fixed seed, and nothing depends on
the machine's fonts, so a name means the same edit everywhere. DISC21 (arXiv:2106.09672) is the
source of the list.
"""

import math
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image
Edit = Callable[[Picture], Picture]

QUARTER_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def jpeg(picture: Picture, *, quality: int) -> Picture:
    """The picture after one trip through JPEG at the given quality (1 to 95)."""
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(BytesIO(stream.getvalue())).convert("RGB")


def caption_font(size: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's own typeface, the same on every machine."""
    return ImageFont.load_default(size)


def resize(picture: Picture, *, factor: float) -> Picture:
    """The picture with both sides multiplied by `factor`."""
    width, height = (max(1, round(side * factor)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def crop(picture: Picture, *, area: float, at: tuple[float, float] = (0.5, 0.5)) -> Picture:
    """A part of the picture with `area` of its surface; `at` = 0..1 places it in the free space."""
    side = math.sqrt(area)
    width, height = (max(1, round(length * side)) for length in picture.size)
    left = round((picture.width - width) * at[0])
    top = round((picture.height - height) * at[1])
    return picture.crop((left, top, left + width, top + height))


def turn(picture: Picture, *, degrees: int) -> Picture:
    """A lossless quarter, half or three-quarter turn anticlockwise."""
    return picture.transpose(QUARTER_TURNS[degrees])


def rotate(picture: Picture, *, degrees: float) -> Picture:
    """A small rotation that keeps the frame and leaves black corners."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC)


def mirror(picture: Picture) -> Picture:
    """Left and right exchanged."""
    return ImageOps.mirror(picture)


def hue(picture: Picture, *, degrees: float) -> Picture:
    """All hues moved round the colour circle."""
    channels = np.array(picture.convert("HSV"))
    channels[..., 0] += np.uint8(round(degrees / 360 * 256) % 256)
    return Image.fromarray(channels, "HSV").convert("RGB")


def vignette_filter(picture: Picture) -> Picture:
    """A warm, faded colour filter whose corners are dark."""
    pixels = np.asarray(picture, np.float32) / 255
    sepia = np.array([[0.65, 0.40, 0.10], [0.25, 0.70, 0.10], [0.20, 0.35, 0.45]], np.float32)
    rows = np.linspace(-1, 1, picture.height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, picture.width, dtype=np.float32)[None, :]
    shade = 1 - 0.35 * (rows**2 + columns**2)
    toned = (pixels @ sepia.T * 0.85 + 0.08) * shade[..., None]
    return Image.fromarray((np.clip(toned, 0, 1) * 255).astype(np.uint8))


def blur(picture: Picture, *, share: float) -> Picture:
    """A Gaussian blur whose radius is `share` of the short side."""
    return picture.filter(ImageFilter.GaussianBlur(min(picture.size) * share))


def noise(picture: Picture, *, sigma: float) -> Picture:
    """Gaussian noise, `sigma` in grey levels of 255."""
    random = np.random.default_rng(0)
    grain = random.normal(0, sigma, (picture.height, picture.width, 3)).astype(np.float32)
    pixels = np.asarray(picture, np.float32) + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def text(picture: Picture) -> Picture:
    """A meme: two lines of white capitals with a black edge, top and bottom."""
    edited = picture.copy()
    draw = ImageDraw.Draw(edited)
    size = max(8, min(picture.width // 8, picture.height // 6))
    for line, anchor, row in (("WHEN THE DAY", "mt", 0.03), ("IS OVER", "mb", 0.97)):
        draw.text(
            (picture.width / 2, picture.height * row),
            line,
            fill="white",
            font=ImageFont.load_default(size),
            anchor=anchor,
            stroke_width=max(1, size // 12),
            stroke_fill="black",
        )
    return edited


def emoji(picture: Picture) -> Picture:
    """Three round yellow faces of a quarter of the short side."""
    edited = picture.copy()
    draw = ImageDraw.Draw(edited)
    radius = max(3, min(picture.size) // 8)
    for column, row in ((0.25, 0.3), (0.7, 0.25), (0.55, 0.75)):
        x, y = picture.width * column, picture.height * row
        face = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(face, fill=(255, 205, 50), outline=(120, 80, 0))
        for side in (-1, 1):
            eye = x + side * radius * 0.4
            draw.ellipse(
                (eye - radius / 7, y - radius / 2, eye + radius / 7, y - radius / 8), fill="black"
            )
        mouth = (x - radius * 0.6, y - radius * 0.5, x + radius * 0.6, y + radius * 0.65)
        draw.arc(mouth, 20, 160, fill="black", width=max(1, radius // 8))
    return edited


def watermark(picture: Picture) -> Picture:
    """Slanted, half-transparent white words repeated over the whole picture."""
    side = math.ceil(math.hypot(*picture.size))
    sheet = Image.new("L", (side, side))
    draw = ImageDraw.Draw(sheet)
    size = max(8, min(picture.size) // 9)
    for index, row in enumerate(range(0, side, size * 3)):
        for column in range(-(index % 2) * size * 3, side, size * 6):
            draw.text((column, row), "SAMPLE", fill=120, font=ImageFont.load_default(size))
    sheet = sheet.rotate(30, Image.Resampling.BICUBIC)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    sheet = sheet.crop((left, top, left + picture.width, top + picture.height))
    return Image.composite(Image.new("RGB", picture.size, "white"), picture, sheet)


def border(picture: Picture, *, share: float = 0.08) -> Picture:
    """A white frame as wide as `share` of the short side."""
    return ImageOps.expand(picture, max(1, round(min(picture.size) * share)), "white")


def letterbox(picture: Picture) -> Picture:
    """Black bars above and below (or left and right of a tall picture) until it is 9:16."""
    width, height = picture.size
    if width >= height:
        frame = (width, max(round(width * 9 / 16), round(height * 1.3)))
    else:
        frame = (max(round(height * 9 / 16), round(width * 1.3)), height)
    edited = Image.new("RGB", frame)
    edited.paste(picture, ((frame[0] - width) // 2, (frame[1] - height) // 2))
    return edited


def screenshot(picture: Picture) -> Picture:
    """A phone's screen with the picture across it, a title above and words below."""
    width = picture.width
    line = max(2, width // 20)
    head, foot = line * 5, line * 8
    screen = Image.new("RGB", (width, head + picture.height + foot), (245, 245, 247))
    screen.paste(picture, (0, head))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, width, line * 1.5), fill=(30, 30, 35))
    draw.ellipse((line, line * 2, line * 3.5, line * 4.5), fill=(90, 140, 220))
    font = ImageFont.load_default(max(8, line))
    draw.text((line * 4.5, line * 2.6), "a friend", fill=(20, 20, 20), font=font)
    for index, length in enumerate((0.9, 0.8, 0.55)):
        top = head + picture.height + line * (1.5 + 2 * index)
        draw.rectangle((0, top, width * length, top + line * 0.8), fill=(150, 150, 155))
    return screen


def in_sequence(*edits: Edit) -> Edit:
    """One edit that applies several, first to last."""

    def apply(picture: Picture) -> Picture:
        for edit in edits:
            picture = edit(picture)
        return picture

    return apply


VARIANTS: dict[str, Edit] = {
    "jpeg_q30": lambda p: jpeg(p, quality=30),
    "jpeg_q10": lambda p: jpeg(p, quality=10),
    "resize_50": lambda p: resize(p, factor=0.5),
    "resize_25": lambda p: resize(p, factor=0.25),
    "upscale_200": lambda p: resize(p, factor=2),
    "crop_80": lambda p: crop(p, area=0.8),
    "crop_50": lambda p: crop(p, area=0.5),
    "crop_50_corner": lambda p: crop(p, area=0.5, at=(0, 1)),
    "crop_30": lambda p: crop(p, area=0.3, at=(0.35, 0.6)),
    "turn_90": lambda p: turn(p, degrees=90),
    "turn_180": lambda p: turn(p, degrees=180),
    "turn_270": lambda p: turn(p, degrees=270),
    "rotate_5": lambda p: rotate(p, degrees=5),
    "rotate_15": lambda p: rotate(p, degrees=-15),
    "mirror": mirror,
    "brighter": lambda p: ImageEnhance.Brightness(p).enhance(1.5),
    "darker": lambda p: ImageEnhance.Brightness(p).enhance(0.5),
    "contrast": lambda p: ImageEnhance.Contrast(p).enhance(1.7),
    "saturation": lambda p: ImageEnhance.Color(p).enhance(2),
    "hue": lambda p: hue(p, degrees=40),
    "greyscale": lambda p: p.convert("L").convert("RGB"),
    "filter_vignette": vignette_filter,
    "blur": lambda p: blur(p, share=0.012),
    "noise": lambda p: noise(p, sigma=20),
    "text": text,
    "emoji": emoji,
    "watermark": watermark,
    "border": border,
    "letterbox": letterbox,
    "screenshot": screenshot,
    "crop_mirror_jpeg": in_sequence(
        lambda p: crop(p, area=0.5, at=(0.8, 0.3)), mirror, lambda p: jpeg(p, quality=30)
    ),
    "screenshot_jpeg_resize": in_sequence(
        screenshot, lambda p: resize(p, factor=0.5), lambda p: jpeg(p, quality=40)
    ),
    "filter_text_crop": in_sequence(
        vignette_filter, lambda p: crop(p, area=0.7, at=(0.3, 0.3)), text
    ),
}
