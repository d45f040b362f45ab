"""What happens to photos on their way through phones, prints and screens, as repeatable transforms.

Beside the plain edits of training/copy_edits.py these photograph a print or a screen, lay the
photo into a story, a collage or a video frame, bend, stretch, tone or crop it, or take something
out. Each entry of `hard_variants` takes an RGB picture and returns an edited one. How strong an
edit is differs from picture to picture, drawn from the picture's own pixels, so a name and a
picture always mean the same.
"""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from training.copy_edits import Edit, Picture, caption_font, crop, jpeg, resize

Random = np.random.Generator
Made = Callable[[Picture, Random], Picture]
Points = NDArray[np.float64]

LONGEST = (700, 1600)  # pixels of the longer side that an edited photo is saved with


def photographed_print(picture: Picture, random: Random) -> Picture:
    """A print on a table, taken at an angle by hand: uneven light, a cast, some blur and noise."""
    sheet = ImageOps.expand(picture, round(min(picture.size) * random.uniform(0, 0.05)), "white")
    ground = _surface(_canvas_size(random), random)
    shot, cover = _placed(sheet, ground, random, fills=(0.55, 0.85))
    return _as_shot(shot, cover, random, glare=0.25, blur=(0.4, 1.2))


def photographed_screen(picture: Picture, random: Random) -> Picture:
    """A screen in a dim room: its bezel, moire between its pixels and the camera's, and glare."""
    bezel = ImageOps.expand(
        picture, round(min(picture.size) * random.uniform(0.02, 0.08)), (12,) * 3
    )
    ground = Image.new("RGB", _canvas_size(random), tuple(random.integers(8, 60, 3).tolist()))
    shot, cover = _placed(bezel, ground, random, fills=(0.6, 0.9))
    pixels = np.asarray(shot, np.float32)
    rows, columns = np.mgrid[: shot.height, : shot.width].astype(np.float32)
    moire = np.zeros(pixels.shape, np.float32)
    for channel in range(3):
        length, angle = random.uniform(5, 40), random.uniform(0, np.pi)
        wave = columns * np.cos(angle) + rows * np.sin(angle) + 0.004 * rows * columns / length
        moire[..., channel] = np.sin(2 * np.pi * wave / length)
    shot = _picture(pixels * (1 + random.uniform(0.02, 0.07) * moire * cover[..., None]))
    return _as_shot(shot, cover, random, glare=0.4, blur=(0.4, 1.0))


def scanned_print(picture: Picture, random: Random) -> Picture:
    """A print on the white glass of a scanner, a little turned, with dust."""
    scale = random.uniform(0.5, 0.85)
    side = round(max(picture.size) / scale)
    page = Image.new("RGB", (side, round(side * random.uniform(1, 1.4))), (243, 243, 243))
    turned = Image.new("L", picture.size, 255)
    degrees = random.uniform(-4, 4)
    place = (
        round((page.width - picture.width) * random.uniform(0.2, 0.8)),
        round((page.height - picture.height) * random.uniform(0.1, 0.6)),
    )
    faded = ImageEnhance.Contrast(picture).enhance(random.uniform(0.8, 0.95))
    page.paste(
        faded.rotate(degrees, Image.Resampling.BICUBIC, expand=True),
        place,
        turned.rotate(degrees, Image.Resampling.BICUBIC, expand=True),
    )
    draw = ImageDraw.Draw(page)
    for x, y in random.uniform(0, 1, (40, 2)) * page.size:
        radius = random.uniform(0.5, 2)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(120, 115, 110))
    return page.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 0.8)))


def story(picture: Picture, random: Random) -> Picture:
    """A phone story of 9:16: the photo on a blurred, shaded or plain ground, words and stickers."""
    size = 1080, 1920
    ground = random.choice(["blurred", "shaded", "plain"])
    if ground == "blurred":
        canvas = ImageOps.fit(picture, size).filter(
            ImageFilter.GaussianBlur(random.uniform(25, 60))
        )
        canvas = ImageEnhance.Brightness(canvas).enhance(random.uniform(0.5, 1))
    elif ground == "shaded":
        ends = random.integers(0, 256, (2, 3)).astype(np.float32)
        down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
        rows = ends[0] * (1 - down) + ends[1] * down
        canvas = _picture(np.repeat(rows[:, None], size[0], axis=1))
    else:
        canvas = Image.new("RGB", size, tuple(random.integers(0, 256, 3).tolist()))
    shown = ImageOps.contain(picture, (round(1080 * random.uniform(0.8, 1)), 1400))
    left = (1080 - shown.width) // 2
    top = round((1920 - shown.height) * random.uniform(0.3, 0.6))
    canvas.paste(shown, (left, top))
    _write(
        canvas, random.choice(["best day ever!!", "home again", "miss this"]), 0.12, 0.05, random
    )
    for _ in range(int(random.integers(1, 4))):
        radius = min(shown.size) * random.uniform(0.05, 0.14)
        x = left + shown.width * random.uniform(0.1, 0.9)
        y = top + shown.height * random.uniform(0.1, 0.9)
        box = x - radius, y - radius, x + radius, y + radius
        ImageDraw.Draw(canvas).ellipse(box, fill=tuple(random.integers(60, 256, 3).tolist()))
    if random.random() < 0.5:
        _write(canvas, "@anna", (top + shown.height * 0.6) / 1920, 0.035, random)
    return canvas


def tone_mapped(picture: Picture, random: Random) -> Picture:
    """The HDR look: each place's own contrast raised, shadows opened, colours strong."""
    import cv2

    lab = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2LAB)
    tiles = int(random.integers(4, 9))
    clahe = cv2.createCLAHE(random.uniform(2, 4.5), (tiles, tiles))
    light = clahe.apply(lab[..., 0]).astype(np.float32)
    wide = cv2.GaussianBlur(light, (0, 0), max(picture.size) * random.uniform(0.01, 0.03))
    light = light + random.uniform(0.3, 0.9) * (light - wide)
    lab[..., 0] = np.clip(light, 0, 255)
    toned = Image.fromarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))
    return ImageEnhance.Color(toned).enhance(random.uniform(1.2, 1.8))


def tone_mapped_smaller(picture: Picture, random: Random) -> Picture:
    """The HDR look, then another size."""
    return resize(tone_mapped(picture, random), factor=random.uniform(0.4, 0.8))


def stretched(picture: Picture, random: Random) -> Picture:
    """Squeezed into another aspect: 16:9 shown as 4:3 and the like."""
    factor = random.uniform(1.15, 1.4)
    wider = random.random() < 0.5
    size = (
        (picture.width, picture.height / factor)
        if wider
        else (picture.width / factor, picture.height)
    )
    return picture.resize((round(size[0]), round(size[1])), Image.Resampling.LANCZOS)


def perspective(picture: Picture, random: Random) -> Picture:
    """Upright lines set right: a trapezium of the photo drawn out to a rectangle."""
    inset = random.uniform(0.05, 0.15)
    width, height = picture.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    side = int(random.integers(0, 4))
    for corner, sign in ((side, 1), ((side + 1) % 4, -1)):
        axis = side % 2
        flip = -1 if side in (2, 3) else 1
        corners[corner, axis] += sign * flip * inset * picture.size[axis]
    return _warped(picture, corners, picture.size)


def lens_bent(picture: Picture, random: Random) -> Picture:
    """Barrel or cushion distortion taken out (or put in) by a lens correction."""
    import cv2

    bend = random.uniform(0.04, 0.12) * random.choice([-1, 1])
    height, width = picture.height, picture.width
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = (columns - width / 2) / (width / 2), (rows - height / 2) / (height / 2)
    far = (x * x + y * y) / 2
    scale = (1 + bend * far) / (1 + max(bend, 0))
    moved = cv2.remap(
        np.asarray(picture),
        ((x * scale + 1) * width / 2).astype(np.float32),
        ((y * scale + 1) * height / 2).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return Image.fromarray(moved)


def date_stamp(picture: Picture, random: Random) -> Picture:
    """The date in orange digits, as cameras printed it into a corner."""
    edited = picture.copy()
    size = max(10, round(min(picture.size) * random.uniform(0.03, 0.06)))
    ImageDraw.Draw(edited).text(
        (picture.width * 0.97, picture.height * 0.96),
        f"'0{random.integers(1, 10)}  {random.integers(1, 13)} {random.integers(10, 29)}",
        fill=(255, int(random.integers(90, 160)), 40),
        font=caption_font(size),
        anchor="rb",
    )
    return edited


def caption_bar(picture: Picture, random: Random) -> Picture:
    """A white or black bar with words above or below the picture."""
    height = round(picture.height * random.uniform(0.12, 0.25))
    dark = random.random() < 0.3
    edited = Image.new(
        "RGB", (picture.width, picture.height + height), "black" if dark else "white"
    )
    above = random.random() < 0.6
    edited.paste(picture, (0, height if above else 0))
    ImageDraw.Draw(edited).text(
        (picture.width / 2, height / 2 if above else picture.height + height / 2),
        str(random.choice(["When the boss says smile", "me on a monday", "nobody: ... my dog:"])),
        fill="white" if dark else "black",
        font=caption_font(max(10, min(round(height * 0.45), picture.width // 14))),
        anchor="mm",
    )
    return edited


def caption_over(picture: Picture, random: Random) -> Picture:
    """A line of words on a dark see-through strip across the picture, as chat programs lay it."""
    edited = picture.copy()
    height = picture.height * random.uniform(0.07, 0.12)
    top = picture.height * random.uniform(0.3, 0.85)
    strip = Image.new("L", picture.size)
    ImageDraw.Draw(strip).rectangle((0, top, picture.width, top + height), fill=150)
    edited.paste(Image.new("RGB", picture.size), mask=strip)
    ImageDraw.Draw(edited).text(
        (picture.width / 2, top + height / 2),
        "so this just happened",
        fill="white",
        font=caption_font(max(10, round(height * 0.6))),
        anchor="mm",
    )
    return edited


def video_frame(picture: Picture, random: Random) -> Picture:
    """A frame of a film: cropped to the screen's shape, black bars, small, pressed hard."""
    width = int(random.choice([854, 1280]))
    shape = random.uniform(1.85, 2.39)
    shown = ImageOps.fit(
        picture, (width, round(width / shape)), centering=(0.5, random.uniform(0.2, 0.8))
    )
    frame = Image.new("RGB", (width, round(width * 9 / 16)))
    frame.paste(shown, (0, (frame.height - shown.height) // 2))
    return jpeg(frame, quality=int(random.integers(30, 60)))


def inpainted(picture: Picture, random: Random) -> Picture:
    """Something of 3 to 10% of the picture taken out and filled from what is around it."""
    import cv2

    pixels = np.asarray(picture)
    hole = np.zeros(pixels.shape[:2], np.uint8)
    radius = np.sqrt(random.uniform(0.03, 0.1) * hole.size / np.pi)
    place = random.uniform(0.25, 0.75, 2) * picture.size
    axes = round(radius * random.uniform(0.7, 1)), round(radius)
    cv2.ellipse(hole, place.astype(int).tolist(), axes, random.uniform(0, 180), 0, 360, 255, -1)
    scale = 300 / max(picture.size)  # filling in full takes a minute, and is as blurred
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    hole_small = cv2.resize(hole, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    filled = cv2.inpaint(small, hole_small, 5, cv2.INPAINT_TELEA)
    filled = cv2.resize(filled, picture.size, interpolation=cv2.INTER_CUBIC)
    grain = random.normal(0, 3, pixels.shape)
    soft = cv2.GaussianBlur(hole, (0, 0), 2)[..., None] / 255
    return _picture(pixels * (1 - soft) + (filled + grain) * soft)


def part(picture: Picture, random: Random, *, area: float) -> Picture:
    """A part of the picture, anywhere in it, saved at its own size or enlarged."""
    cut = crop(picture, area=area, at=tuple(random.uniform(0, 1, 2)))
    return resize(cut, factor=random.uniform(1.0, 2.0))


def collage(picture: Picture, others: Sequence[Picture], random: Random) -> Picture:
    """2 or 4 photos in a grid with a gap, each cut to its cell."""
    count = len(others) + 1
    rows, columns = (2, 2) if count == 4 else random.permutation([1, 2]).tolist()
    side = int(random.integers(1000, 1600))
    shape = picture.width / picture.height
    cell = round(side / columns), round(side / columns / shape)
    gap = int(random.integers(0, 14))
    ground = "black" if random.random() < 0.3 else "white"
    page = Image.new("RGB", (columns * (cell[0] + gap) + gap, rows * (cell[1] + gap) + gap), ground)
    shown = [picture, *others]
    for place, number in enumerate(random.permutation(count).tolist()):
        x, y = gap + place % columns * (cell[0] + gap), gap + place // columns * (cell[1] + gap)
        page.paste(ImageOps.fit(shown[number], cell), (x, y))
    return page


PLAIN: dict[str, Made] = {
    "print_photo": photographed_print,
    "screen_photo": photographed_screen,
    "print_scan": scanned_print,
    "story": story,
    "hdr": tone_mapped,
    "hdr_smaller": tone_mapped_smaller,
    "stretched": stretched,
    "perspective": perspective,
    "lens": lens_bent,
    "date_stamp": date_stamp,
    "caption_bar": caption_bar,
    "caption_over": caption_over,
    "video_frame": video_frame,
    "inpainted": inpainted,
    "crop_20": lambda p, random: part(p, random, area=0.2),
    "crop_10": lambda p, random: part(p, random, area=0.1),
}
HARD_NAMES = (*PLAIN, "collage_2", "collage_4")


def hard_variants(others: Sequence[Picture]) -> dict[str, Edit]:
    """The edits by name; `others`, at least 3, are the photos that stand beside it in a collage."""

    def collage_of(count: int) -> Made:
        def made(picture: Picture, random: Random) -> Picture:
            beside = random.choice(len(others), count - 1, replace=False).tolist()
            return collage(picture, [others[number] for number in beside], random)

        return made

    every = {**PLAIN, "collage_2": collage_of(2), "collage_4": collage_of(4)}
    return {name: _repeatable(name, made) for name, made in every.items()}


def _repeatable(name: str, made: Made) -> Edit:
    def edit(picture: Picture) -> Picture:
        seed = zlib.crc32(name.encode() + picture.resize((32, 32)).tobytes())
        random = np.random.default_rng(seed)
        edited = made(picture, random)
        longest = max(LONGEST[0], min(LONGEST[1], max(edited.size)))
        edited = resize(edited, factor=longest / max(edited.size))
        return jpeg(edited, quality=int(random.integers(75, 95)))

    return edit


def _picture(pixels: NDArray[np.floating]) -> Picture:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _canvas_size(random: Random) -> tuple[int, int]:
    return (1600, 1200) if random.random() < 0.6 else (1200, 1600)


def _surface(size: tuple[int, int], random: Random) -> Picture:
    """A table: streaks or speckles of one colour."""
    colour = random.integers(60, 220, 3).astype(np.float32)
    coarse = random.normal(
        0, 1, (max(2, size[1] // 40), max(2, size[0] // int(random.choice([4, 40, 200]))))
    )
    grain = Image.fromarray(coarse.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    fine = random.normal(0, 4, (size[1], size[0]))
    return _picture(colour + (12 * np.asarray(grain) + fine)[..., None])


def _placed(
    sheet: Picture, ground: Picture, random: Random, *, fills: tuple[float, float]
) -> tuple[Picture, NDArray[np.float32]]:
    """A flat thing seen at an angle before a ground, and where it is, 0..1."""
    scale = random.uniform(*fills) * min(ground.width / sheet.width, ground.height / sheet.height)
    half = np.array(sheet.size) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = np.radians(random.uniform(-8, 8))
    corners = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners += random.uniform(-0.05, 0.05, (4, 2)) * half.min() * 2
    centre = np.array(ground.size) / 2 + random.uniform(-0.03, 0.03, 2) * ground.size
    inverse = _coefficients(corners + centre, _corners(sheet.size))
    how = (Image.Transform.PERSPECTIVE, inverse, Image.Resampling.BICUBIC)
    smaller = max(1.0, 1 / scale)
    soft = sheet.filter(ImageFilter.GaussianBlur(0.4 * (smaller - 1))) if smaller > 1.2 else sheet
    mask = Image.new("L", sheet.size, 255).transform(ground.size, *how)
    shot = ground.copy()
    shot.paste(soft.transform(ground.size, *how), mask=mask)
    return shot, np.asarray(mask, np.float32) / np.float32(255)


def _as_shot(
    shot: Picture,
    cover: NDArray[np.float32],
    random: Random,
    *,
    glare: float,
    blur: tuple[float, float],
) -> Picture:
    """Light from one side, a colour cast, a bright spot, blur and noise."""
    height, width = cover.shape
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    pixels = np.asarray(shot.filter(ImageFilter.GaussianBlur(random.uniform(*blur))), np.float32)
    slope = random.uniform(-0.25, 0.25, 2)
    pixels = pixels * (1 + slope[0] * (across - 0.5) + slope[1] * (down - 0.5))[..., None]
    pixels = pixels * random.uniform(0.88, 1.08, 3) * random.uniform(0.8, 1.1)
    x, y = random.uniform(0.2, 0.8, 2)
    spot = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * random.uniform(0.05, 0.15) ** 2))
    pixels = pixels + 255 * random.uniform(0, glare) * (spot * cover)[..., None]
    return _picture(pixels + random.normal(0, random.uniform(2, 6), pixels.shape))


def _write(canvas: Picture, words: object, row: float, size: float, random: Random) -> None:
    """Words in a rounded box, in the middle of the width."""
    draw = ImageDraw.Draw(canvas)
    font = caption_font(round(canvas.width * size * 1.4))
    place = canvas.width * random.uniform(0.4, 0.6), canvas.height * row
    box = draw.textbbox(place, str(words), font=font, anchor="mm")
    draw.rounded_rectangle((box[0] - 25, box[1] - 18, box[2] + 25, box[3] + 18), 16, fill="white")
    draw.text(place, str(words), fill=(170, 30, 90), font=font, anchor="mm")


def _corners(size: tuple[int, int]) -> Points:
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def _warped(picture: Picture, corners: Points, size: tuple[int, int]) -> Picture:
    """The quadrangle `corners` (4, 2) of the picture, drawn out to a rectangle."""
    inverse = _coefficients(_corners(size), corners)
    return picture.transform(size, Image.Transform.PERSPECTIVE, inverse, Image.Resampling.BICUBIC)


def _coefficients(seen: Points, source: Points) -> list[float]:
    """Pillow's eight numbers of the perspective that leads from `seen` to `source`."""
    import cv2

    matrix = cv2.getPerspectiveTransform(seen.astype(np.float32), source.astype(np.float32))
    return [float(number) for number in (matrix / matrix[2, 2]).ravel()[:8]]
