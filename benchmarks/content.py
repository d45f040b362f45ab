"""How often the content check accepts true re-saves, and whether a change ever passes.

    python -m benchmarks.content --photos FOLDER... [--half 0|1] [--pictures 40] [--every 1]
        [--shown FOLDER...] [--sizes]

Pictures are the photos of the folders (every second one, by `--half`), cut to at most 0.3
megapixels at full size, and as many drawn pages, screens, charts, drawings and night skies.
Positives are saves, downscales and enlargements of each; negatives are small changes, saved in the
same ways, from the saved picture or from what it was saved from. Both directions of a negative
count. `--shown` takes folders of folders of pictures of which no two are the same; `--sizes`
measures the time by size of picture. Prints Markdown tables.
"""

import argparse
import io
import itertools
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: time of one core

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kindred.engine.decoding import decode
from kindred.engine.types import ContentCheck
from kindred.engine.verification.content import Picture, Side, check_content
from tests.support.saved_pictures import saved, side_of

Random = np.random.Generator
MOST = 300_000  # pixels of a picture
FILTERS = Image.Resampling
# Table 3 of mozjpeg (jcparam.c), cut to 8 bits.
MOZJPEG = (
    16, 16, 16, 18, 25, 37, 56, 85, 16, 17, 20, 27, 34, 40, 53, 75,
    16, 20, 24, 31, 43, 62, 91, 135, 18, 27, 31, 40, 53, 74, 106, 156,
    25, 34, 43, 53, 69, 94, 131, 189, 37, 40, 62, 74, 94, 124, 169, 238,
    56, 53, 91, 106, 131, 169, 226, 255, 85, 75, 135, 156, 189, 238, 255, 255,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    picture: Picture
    drawn: bool


# --- pictures


def photos(folders: Iterable[Path], *, half: int, count: int) -> Iterator[Source]:
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
    paths = paths[half::2]
    rng = np.random.default_rng(11)
    for path in paths[:: max(1, len(paths) // count)][:count]:
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGB"))
        side = int(MOST**0.5)
        if picture.shape[0] * picture.shape[1] > MOST:
            if rng.random() < 0.5 or min(picture.shape[:2]) < side:  # the whole, smaller
                factor = int(np.ceil((picture.shape[0] * picture.shape[1] / MOST) ** 0.5))
                picture = np.asarray(Image.fromarray(picture).reduce(factor))
            else:  # a part of it
                top = int(rng.integers(0, picture.shape[0] - side + 1))
                left = int(rng.integers(0, picture.shape[1] - side + 1))
                picture = picture[top : top + side, left : left + side]
        yield Source(path.name, np.ascontiguousarray(picture), drawn=False)


def _words(rng: Random, count: int) -> str:
    letters = "etaoinshrdlcumwfgypbvk0123456789"
    weights = 1 / np.arange(3, 3 + len(letters))
    weights /= weights.sum()
    return " ".join(
        "".join(rng.choice(list(letters), int(rng.integers(2, 9)), p=weights)) for _ in range(count)
    )


def drawing(seed: int) -> Source:
    """A page, screen, chart, line drawing or night sky."""
    rng = np.random.default_rng(seed)
    kind = ("page", "screen", "chart", "lines", "stars")[seed % 5]
    width, height = int(rng.integers(300, 640)), int(rng.integers(300, 480))
    ground = 255 if kind != "stars" else 6
    paper = int(rng.integers(235, 256)) if kind == "page" else ground
    image = Image.new("RGB", (width, height), (paper, paper, paper))
    pen = ImageDraw.Draw(image)
    size = int(rng.integers(8, 22))
    font = ImageFont.load_default(size)

    def colour() -> tuple[int, ...]:
        return tuple(int(value) for value in rng.integers(0, 230, 3))

    if kind == "page":
        for top in range(20, height - 20, round(size * 1.5)):
            pen.text((20, top), _words(rng, width // (size * 3)), fill=(20, 20, 20), font=font)
    elif kind == "screen":
        for top in range(0, height, 48):
            pen.rectangle((0, top, width, top + 46), fill=(250, 250, 250))
            pen.ellipse((6, top + 6, 40, top + 40), fill=colour())
            pen.text((50, top + 6), _words(rng, 4), fill=(30, 30, 30), font=font)
            pen.text((50, top + 26), _words(rng, 5), fill=(140, 140, 140), font=font)
    elif kind == "chart":
        for index in range(12):
            left = 20 + index * (width - 40) // 12
            top = height - 20 - int(rng.integers(10, height - 60))
            pen.rectangle((left, top, left + width // 20, height - 20), fill=colour())
        for line in range(0, height, 40):
            pen.line((20, line, width - 20, line), fill=(210, 210, 210))
        pen.text((30, 8), _words(rng, 3), fill=(0, 0, 0), font=font)
    elif kind == "lines":
        for _ in range(40):
            ends = rng.uniform(0, 1, 4) * (width, height, width, height)
            pen.line(tuple(ends), fill=colour(), width=int(rng.integers(1, 4)))
    picture = np.asarray(image)
    if kind == "stars":
        sky = rng.normal(ground, 2, (height, width, 3))
        for _ in range(150):
            x, y = int(rng.integers(1, width - 1)), int(rng.integers(1, height - 1))
            sky[y - 1 : y + 2, x - 1 : x + 2] += rng.uniform(10, 200)
        picture = np.clip(sky, 0, 255).astype(np.uint8)
    return Source(f"{kind}-{seed}", picture, drawn=True)


# --- saves


def scaled(picture: Picture, scale: float, kind: str) -> Picture:
    size = (
        max(1, round(picture.shape[1] * scale)),
        max(1, round(picture.shape[0] * scale)),
    )
    if kind.startswith("INTER"):
        return np.asarray(cv2.resize(picture, size, interpolation=getattr(cv2, kind)))
    return np.asarray(Image.fromarray(picture).resize(size, FILTERS[kind]))


def original(picture: Picture, rng: Random) -> Side:
    """What stays: a good save."""
    match int(rng.integers(0, 4)):
        case 0:
            return saved(picture)
        case 1:
            return saved(picture, "JPEG", quality=95, subsampling=0)
        case 2:
            return saved(picture, "JPEG", quality=92)
        case _:
            return saved(picture, "JPEG", quality=98)


def _through_profile(picture: Picture) -> Picture:
    """To Adobe RGB and back, both in 8 bits."""
    matrix = np.array([[0.7152, 0.2848, 0], [0, 1, 0], [0, 0.0412, 0.9588]])
    light = np.where(picture <= 10, picture / 255 / 12.92, ((picture / 255 + 0.055) / 1.055) ** 2.4)
    wide = np.rint(255 * np.clip(light @ matrix.T, 0, 1) ** (1 / 2.2))
    back = np.clip((wide / 255) ** 2.2 @ np.linalg.inv(matrix).T, 0, 1)
    srgb = np.where(back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055)
    return np.rint(255 * srgb).astype(np.uint8)


Save = Callable[[Picture, Random], Side]


def _jpeg(quality: int, **options: object) -> Save:
    return lambda picture, rng: saved(
        picture, "JPEG", **{"quality": quality, "subsampling": int(rng.choice([0, 1, 2]))} | options
    )


def _resized(kind: str, quality: int | None) -> Save:
    def save(picture: Picture, rng: Random) -> Side:
        small = scaled(picture, float(rng.uniform(0.25, 0.9)), kind)
        if quality is None:
            return saved(small)
        return saved(small, "JPEG", quality=quality, subsampling=int(rng.choice([0, 2])))

    return save


def _sharpened(picture: Picture, rng: Random) -> Side:
    small = Image.fromarray(scaled(picture, float(rng.uniform(0.3, 0.7)), "LANCZOS"))
    percent = int(rng.integers(20, 60))
    sharp = np.asarray(small.filter(ImageFilter.UnsharpMask(0.8, percent, 0)))
    return saved(sharp, "JPEG", quality=82)


def _drafted(picture: Picture, _rng: Random) -> Side:
    """By the scaled decoding that JPEG offers, as makers of thumbnails do."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=95)
    with Image.open(buffer) as image:
        image.draft("RGB", (picture.shape[1] // 2, picture.shape[0] // 2))
        return saved(np.asarray(image), "JPEG", quality=80)


def _twice(picture: Picture, rng: Random) -> Side:
    between = saved(picture, "JPEG", quality=int(rng.integers(80, 96))).open(None)
    return saved(between, "JPEG", quality=int(rng.integers(60, 90)))


POSITIVES: dict[str, Save] = {
    **{f"JPEG {quality}": _jpeg(quality) for quality in (98, 95, 90, 80, 70, 60, 50, 40, 30)},
    "JPEG 85 progressive": _jpeg(85, progressive=True, optimize=True),
    "JPEG, mozjpeg tables": lambda picture, _rng: saved(
        picture, "JPEG", qtables=[[max(1, v // 2) for v in MOZJPEG]] * 2, subsampling=2
    ),
    "JPEG, grid moved": lambda picture, rng: saved(
        saved(np.pad(picture, ((3, 0), (5, 0), (0, 0)), mode="edge"), "JPEG", quality=85).open(
            None
        )[3:, 5:],
        "JPEG",
        quality=80,
    ),
    "JPEG twice": _twice,
    "JPEG 85 through Adobe RGB": lambda picture, _rng: saved(
        _through_profile(picture), "JPEG", quality=85
    ),
    "PNG of it": lambda picture, _rng: saved(picture),
    "WebP 50-95": lambda picture, rng: saved(picture, "WEBP", quality=int(rng.integers(50, 96))),
    "AVIF 50-90": lambda picture, rng: saved(picture, "AVIF", quality=int(rng.integers(50, 91))),
    "HEIF 50-90": lambda picture, rng: saved(picture, "HEIF", quality=int(rng.integers(50, 91))),
    **{
        f"smaller, {kind}": _resized(kind, quality)
        for kind, quality in {
            "BOX": 85,
            "BILINEAR": 75,
            "BICUBIC": 85,
            "LANCZOS": 90,
            "HAMMING": 80,
            "NEAREST": 85,
            "INTER_AREA": 90,
            "INTER_LINEAR": 85,
            "INTER_CUBIC": 80,
        }.items()
    },
    "smaller PNG": _resized("LANCZOS", None),
    "smaller, sharpened": _sharpened,
    "smaller, JPEG's own": _drafted,
    "smaller WebP": lambda picture, rng: saved(
        scaled(picture, float(rng.uniform(0.3, 0.9)), "BICUBIC"), "WEBP", quality=75
    ),
    "larger, BICUBIC": lambda picture, rng: saved(
        scaled(picture, float(rng.uniform(1.2, 2)), "BICUBIC"), "JPEG", quality=85
    ),
    "larger, NEAREST": lambda picture, _rng: saved(scaled(picture, 2, "NEAREST")),
}
SIBLINGS: dict[str, Save] = {
    f"sibling, {name}": POSITIVES[name] for name in ("JPEG 95", "JPEG 80", "JPEG 60", "WebP 50-95")
} | {"sibling, smaller": _resized("BICUBIC", 85)}


# --- changes


Change = Callable[[Picture, Random], Picture]


def _blob(area: float, contrast: float, *, soft: bool = False) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        height, width = picture.shape[:2]
        side = max(2.0, (area * height * width) ** 0.5)
        wide = min(side * float(rng.uniform(0.6, 1.6)), width - 2)
        high = min(side * side / wide, height - 2)
        x, y = rng.uniform(wide / 2, width - wide / 2), rng.uniform(high / 2, height - high / 2)
        mask = np.zeros((height, width), np.float32)
        axes = max(1, round(wide / 2)), max(1, round(high / 2))
        cv2.ellipse(mask, (round(x), round(y)), axes, 0, 0, 360, 1, -1)
        if soft:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(1.0, side / 8)))
        inside = picture[mask > 0.5]
        sign = -1.0 if inside.size and inside.mean() > 128 else 1.0
        tint = sign + rng.normal(0, 0.3, 3)
        return np.clip(np.rint(picture + mask[..., None] * contrast * tint), 0, 255).astype(
            np.uint8
        )

    return change


def _noise(sigma: float) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        grain = rng.normal(0, sigma, picture.shape)
        return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)

    return change


def _exposed(factor: float) -> Change:
    return lambda picture, _rng: np.clip(np.rint(picture * factor), 0, 255).astype(np.uint8)


def _moved(pixels: int) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        height, width = picture.shape[:2]
        side = max(12, min(height, width) // 6)
        x = int(rng.integers(0, width - side - pixels))
        y = int(rng.integers(0, height - side - pixels))
        result = picture.copy()
        moved = picture[y + pixels : y + pixels + side, x + pixels : x + pixels + side]
        result[y : y + side, x : x + side] = moved
        return result

    return change


def _inpainted(picture: Picture, rng: Random) -> Picture:
    height, width = picture.shape[:2]
    radius = max(4, min(height, width) // 40)
    x, y = (int(rng.integers(2 * radius, side - 2 * radius)) for side in (width, height))
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (x, y), radius, 255, -1)
    return np.asarray(cv2.inpaint(picture, mask, 3, cv2.INPAINT_TELEA))


def _cloned(picture: Picture, rng: Random) -> Picture:
    height, width = picture.shape[:2]
    side = max(8, min(height, width) // 15)
    x, to_x = (int(value) for value in rng.integers(0, width - side, 2))
    y, to_y = (int(value) for value in rng.integers(0, height - side, 2))
    result = picture.copy()
    result[to_y : to_y + side, to_x : to_x + side] = picture[y : y + side, x : x + side]
    return result


def _recoloured(amount: int) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        height, width = picture.shape[:2]
        side = max(16, min(height, width) // 5)
        x, y = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
        result = picture.astype(np.float32)
        # As bright as before, another colour.
        result[y : y + side, x : x + side] += amount * np.array([1.0, -0.7, 1.0])
        return np.clip(result, 0, 255).astype(np.uint8)

    return change


def _written(size: int, opacity: float, text: str | None = None) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        height, width = picture.shape[:2]
        chosen = text or str(int(rng.integers(10, 99)))
        font = ImageFont.load_default(size if size > 1 else max(12, width // 12))
        right, bottom = (int(value) for value in font.getbbox(chosen)[2:])
        x = int(rng.integers(0, max(1, width - right)))
        y = int(rng.integers(0, max(1, height - bottom)))
        under = picture[y : y + bottom, x : x + right]
        value = 0 if under.size and under.mean() > 128 else 255
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((x, y), chosen, fill=255, font=font)
        share = opacity * np.asarray(mask, np.float32)[..., None] / 255
        return np.rint(picture * (1 - share) + value * share).astype(np.uint8)

    return change


def _line(contrast: int) -> Change:
    def change(picture: Picture, rng: Random) -> Picture:
        height, width = picture.shape[:2]
        y, start = int(rng.integers(0, height)), int(rng.integers(0, width // 2))
        result = picture.astype(np.int16)
        row = result[y, start : start + width // 3]
        row += contrast * (1 if row.mean() < 128 else -1)
        return np.clip(result, 0, 255).astype(np.uint8)

    return change


def _focused(picture: Picture, _rng: Random) -> Picture:
    result = picture.copy()
    half = picture.shape[1] // 2
    result[:, :half] = cv2.GaussianBlur(picture, (0, 0), 1.2)[:, :half]
    return result


NEGATIVES: dict[str, Change] = {
    **{
        f"object, {area:.2%}, {contrast} levels": _blob(area, contrast)
        for area in (0.0005, 0.001, 0.005, 0.02, 0.05)
        for contrast in (2, 4, 8, 16, 30)
    },
    **{
        f"soft object, 2%, {contrast} levels": _blob(0.02, contrast, soft=True)
        for contrast in (3, 8)
    },
    **{f"own noise, {sigma}": _noise(sigma) for sigma in (1, 2, 3, 5, 8)},
    **{f"exposure x {factor}": _exposed(factor) for factor in (0.97, 1.02, 1.05, 1.3)},
    **{f"moved by {pixels} px": _moved(pixels) for pixels in (1, 2, 4, 8)},
    "spot inpainted": _inpainted,
    "spot cloned over": _cloned,
    **{f"recoloured by {amount}": _recoloured(amount) for amount in (6, 12, 25)},
    **{f"digits of {size} px": _written(size, 1) for size in (8, 12, 20)},
    **{f"watermark, {share:.0%}": _written(0, share, "Sample") for share in (0.03, 0.06, 0.1, 0.2)},
    "timestamp": _written(12, 1, "2021-05-14 09:31"),
    **{f"line of 1 px, {contrast} levels": _line(contrast) for contrast in (20, 60)},
    "focus": _focused,
    "greyscale": lambda picture, _rng: np.repeat(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2
    ),
    "sepia": lambda picture, _rng: np.clip(
        picture.mean(axis=2, keepdims=True) * [1.05, 0.95, 0.8], 0, 255
    ).astype(np.uint8),
    "saturation x 1.1": lambda picture, _rng: np.clip(
        picture * 1.1 - 0.1 * picture.mean(axis=2, keepdims=True), 0, 255
    ).astype(np.uint8),
}
SAVES: tuple[str, ...] = (
    "JPEG 98", "JPEG 95", "JPEG 90", "JPEG 80", "JPEG 70", "JPEG 60", "JPEG 50", "PNG of it",
    "WebP 50-95", "AVIF 50-90", "smaller, BICUBIC", "smaller, INTER_AREA", "smaller, LANCZOS",
    "JPEG twice", "larger, BICUBIC",
)  # fmt: skip


def differs(before: Picture, after: Picture, kind: str) -> bool:
    """Whether the change came to be: a light object on white does not."""
    change = np.abs(after.astype(np.int16) - before).max(axis=2)
    if not kind.startswith(("object", "soft", "recoloured")):
        return bool((change > 0).any())
    return bool(change.any()) and float(np.percentile(change[change > 0], 75)) >= 0.5 * float(
        kind.split()[-1] if kind.startswith("rec") else kind.split()[-2]
    )


# --- runs


@dataclass(frozen=True, slots=True)
class Result:
    group: str
    kind: str
    source: str
    save: str
    contained: bool
    check: ContentCheck


def positives(source: Source, seed: int, kinds: Iterable[str]) -> Iterator[Result]:
    for kind in kinds:
        rng = np.random.default_rng([seed, *kind.encode()])
        kept = original(source.picture, rng)
        save = POSITIVES.get(kind) or SIBLINGS[kind]
        made_from = source.picture if kind in SIBLINGS else kept.open(None)
        check = check_content(save(made_from, rng), kept)
        yield Result("positive", kind, source.name, kind, check.first_in_second, check)


def negatives(source: Source, seed: int, kinds: Iterable[str]) -> Iterator[Result]:
    for kind in kinds:
        rng = np.random.default_rng([seed, *kind.encode()])
        name = SAVES[int(rng.integers(0, len(SAVES)))]
        before = source.picture
        kept = original(before, rng)
        if rng.random() < 0.5:
            before = kept.open(None)
        after = NEGATIVES[kind](before, rng)
        if kind.startswith("own noise"):  # both shots have theirs
            kept = original(NEGATIVES[kind](before, rng), rng)
        if not differs(before, after, kind):
            continue
        check = check_content(POSITIVES[name](after, rng), kept)
        contained = check.first_in_second or check.second_in_first
        yield Result("negative", kind, source.name, name, contained, check)


def table(results: list[Result], head: str) -> None:
    print(f"| {head} | pairs | contained | share |\n| --- | --- | --- | --- |")
    kinds = defaultdict(list)
    for result in results:
        kinds[result.kind].append(result.contained)
    for kind, found in kinds.items():
        print(f"| {kind} | {len(found)} | {sum(found)} | {sum(found) / len(found):.2f} |")
    total = sum(result.contained for result in results)
    print(f"| all | {len(results)} | {total} | {total / max(1, len(results)):.4f} |\n")


def file_side(path: Path) -> Side:
    """A file as the engine opens it."""
    with Image.open(path) as image:
        format = image.format or ""
    return side_of(path.read_bytes(), decode.open_upright(path, max_side=None), format)


def shown(folders: Iterable[Path]) -> None:
    pairs, contained = 0, []
    for folder in folders:
        for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
            files = sorted(path for path in inner.iterdir() if path.is_file())
            sides = {path: file_side(path) for path in files}
            for one, other in itertools.combinations(files, 2):
                check = check_content(sides[one], sides[other])
                pairs += 1
                if check.first_in_second or check.second_in_first:
                    contained.append(f"{inner.name}/{one.name} {other.name}: {check}")
    print(f"{pairs} pairs shown, {len(contained)} contained", *contained, sep="\n")


def sizes(photo: Path) -> None:
    print("| megapixels | save | processor ms |\n| --- | --- | --- |")
    with Image.open(photo) as image:
        whole = image.convert("RGB")
    for pixels in (0.3, 2, 8, 12):
        scale = (pixels * 1e6 / (whole.width * whole.height)) ** 0.5
        picture = scaled(np.asarray(whole), min(1.0, scale), "BICUBIC")
        kept = saved(picture, "JPEG", quality=93)
        for name in ("JPEG 80", "smaller, BICUBIC", "WebP 50-95"):
            goes = POSITIVES[name](kept.open(None), np.random.default_rng(1))
            started = time.process_time()
            check_content(goes, kept)
            spent = (time.process_time() - started) * 1000
            print(f"| {picture.shape[0] * picture.shape[1] / 1e6:.1f} | {name} | {spent:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, nargs="+", required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), default=0)
    parser.add_argument("--pictures", type=int, default=40, help="photos, and as many drawings")
    parser.add_argument("--every", type=int, default=1, help="one in so many kinds a picture")
    parser.add_argument("--kinds", default="", help="only kinds that contain this")
    parser.add_argument("--shown", type=Path, nargs="+", default=[])
    parser.add_argument("--sizes", type=Path, help="a large photo")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    sources = list(photos(options.photos, half=options.half, count=options.pictures))
    sources += [drawing(options.half + 2 * index) for index in range(options.pictures)]
    found: list[Result] = []
    started = time.process_time()
    for seed, source in enumerate(sources):
        for make, kinds in ((positives, POSITIVES | SIBLINGS), (negatives, NEGATIVES)):
            chosen = [kind for kind in kinds if options.kinds in kind]
            chosen = chosen[seed % options.every :: options.every]
            for result in make(source, seed + 1000 * options.half, chosen):
                found.append(result)
                if result.contained != (result.group == "positive"):
                    line = f"{result.kind}, {result.source}, {result.save}"
                    print(f"- {result.group}: {line}: {result.check.worst:.2f}", flush=True)
    spent = (time.process_time() - started) / max(1, len(found)) * 1000
    table([result for result in found if result.group == "positive"], "what was saved again")
    wrong = [result for result in found if result.group == "negative"]
    table(wrong, "what was changed")
    print(f"\n{spent:.0f} processor ms a pair, making it included")
    if options.shown:
        shown(options.shown)
    if options.sizes:
        sizes(options.sizes)


if __name__ == "__main__":
    main()
