"""Draws pairs of pictures of any size, shape, mode and content, and takes them the whole way."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from kindred.engine import search
from kindred.engine.decoding import decode
from kindred.engine.errors import DecodeError
from kindred.engine.metadata.facts import read_facts
from kindred.engine.verification import content
from tests.support.tiny_embedder import tiny_embedder

FORMATS = (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("BMP", "bmp"), ("TIFF", "tif"))
MODES = ("RGB", "RGB", "L", "RGBA", "P", "1", "LA", "CMYK")
THUMBNAIL = 256  # pixels
Rng = np.random.Generator


def odd_pair(seed: int) -> tuple[tuple[bytes, str], tuple[bytes, str]]:
    """Two files of pictures that have something to do with each other, with their endings."""
    rng = np.random.default_rng(seed)
    first = _picture(rng, _size(rng))
    second = _changed(rng, first) if rng.random() < 0.8 else _picture(rng, _size(rng))
    return _saved(rng, first), _saved(rng, second)


def whole_way(seed: int, folder: Path) -> None:
    """Decode, describe, compare, explain and check a pair. Raises nothing but bugs."""
    paths = []
    for place, (data, ending) in enumerate(odd_pair(seed)):
        path = folder / f"{place}.{ending}"
        path.write_bytes(data)
        paths.append(path)
    embedder = tiny_embedder()
    try:
        pictures = [decode.decode(p.read_bytes(), name=p.name, side=32) for p in paths]
        for path in paths:
            decode.open_upright(path, max_side=THUMBNAIL)
        search.compare(*paths, embedder=embedder, calibration=embedder.calibration)
        search.explain(*paths, embedder=embedder)
        facts = [read_facts(path.read_bytes(), name=path.name) for path in paths]
        sides = [
            content.Side(
                picture.info,
                known.encoding,
                lambda side, path=path: decode.open_upright(path, max_side=side),
            )
            for picture, known, path in zip(pictures, facts, paths, strict=True)
        ]
        content.check_content(*sides)
    except DecodeError:
        pass  # a picture that is too long for its width


def _size(rng: Rng) -> tuple[int, int]:
    """1 to 40 by 1 to 4,000, or an ordinary small picture, either way round."""
    short = int(rng.integers(1, 41)) if rng.random() < 0.8 else int(rng.integers(41, 400))
    long = int(np.exp(rng.uniform(0, np.log(4000))))
    return (short, max(1, long)) if rng.random() < 0.5 else (max(1, long), short)


def _picture(rng: Rng, size: tuple[int, int]) -> Image.Image:
    width, height = size
    kind = rng.integers(7)
    if kind == 0:
        return Image.new("RGB", size, tuple(rng.integers(0, 256, 3).tolist()))
    if kind == 1:
        return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
    if kind == 2:
        ramp = np.linspace(0, 255, width)[None, :] + np.linspace(0, 255, height)[:, None]
        return Image.fromarray((ramp % 256).astype(np.uint8)).convert("RGB")
    if kind == 3:
        step = int(rng.integers(1, 9))
        grid = np.add.outer(np.arange(height) // step, np.arange(width) // step) % 2 * 255
        return Image.fromarray(grid.astype(np.uint8)).convert("RGB")
    if kind == 4:
        small = rng.integers(0, 256, (max(1, height // 8), max(1, width // 8), 3), dtype=np.uint8)
        return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    picture = Image.new("RGB", size, "white" if kind == 5 else "black")
    pen = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(1, 40))):
        ends = sorted(rng.integers(0, width + 1, 2)), sorted(rng.integers(0, height + 1, 2))
        box = [int(ends[0][0]), int(ends[1][0]), int(ends[0][1]), int(ends[1][1])]
        colour = tuple(rng.integers(0, 256, 3).tolist())
        (pen.rectangle if rng.random() < 0.5 else pen.ellipse)(box, outline=colour, fill=colour)
    return picture


def _changed(rng: Rng, picture: Image.Image) -> Image.Image:
    width, height = picture.size
    kind = rng.integers(8)
    if kind == 0:
        return picture
    if kind == 1:
        scale = float(np.exp(rng.uniform(-1.5, 1.5)))
        size = max(1, min(4000, round(width * scale))), max(1, min(4000, round(height * scale)))
        return picture.resize(size)
    if kind == 2:
        left, top = int(rng.integers(0, width)), int(rng.integers(0, height))
        right, bottom = int(rng.integers(left, width)) + 1, int(rng.integers(top, height)) + 1
        return picture.crop((left, top, right, bottom))
    if kind == 3:
        return picture.transpose(Image.Transpose(int(rng.integers(0, 7))))
    if kind == 4:
        return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 4))))
    if kind == 5:
        return picture.point(lambda level: min(255, int(level * 0.7 + 40)))
    if kind == 6:
        other = Image.new("RGB", (width + int(rng.integers(0, 30)), height + 7), "white")
        other.paste(picture, (3, 3))
        return other
    copy = picture.copy()
    copy.paste(_picture(rng, (max(1, width // 3), max(1, height // 3))), (width // 3, height // 3))
    return copy


def _saved(rng: Rng, picture: Image.Image) -> tuple[bytes, str]:
    mode = str(rng.choice(MODES))
    form, ending = FORMATS[int(rng.integers(len(FORMATS)))]
    converted = picture.convert(mode)
    if form in ("JPEG", "WEBP") and mode not in ("RGB", "L", "CMYK"):
        converted = picture
    if form in ("PNG", "BMP", "WEBP") and mode in ("CMYK", "LA"):
        converted = picture
    if mode in ("RGBA", "LA") and converted.mode == mode:
        converted.putalpha(Image.fromarray(
            rng.integers(0, 256, (picture.height, picture.width), dtype=np.uint8)
        ))  # fmt: skip
    stream = io.BytesIO()
    options = {"quality": int(rng.integers(5, 100))} if form in ("JPEG", "WEBP") else {}
    converted.save(stream, form, **options)
    return stream.getvalue(), ending
