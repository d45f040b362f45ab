"""Decides whether everything in one picture is also in another, tile by tile at full size.

A picture B is in a picture A when A, brought onto the pixel grid of B and compressed as B was, is
B again: what is left is held against the change that this compression makes, tile by tile and at
several scales. The worst tile decides.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import ContentCheck, Encoding, PhotoInfo
from kindred.engine.verification.recompression import (
    JPEG,
    SEARCHED,
    is_lossy,
    recompress,
    strongest,
)
from kindred.engine.verification.resampling import (
    MOST_SHIFT,
    Window,
    crop_window,
    luma,
    onto_grid,
    resample,
)

log = logging.getLogger(__name__)

VERSION = 3  # stored with checks; a new number checks every pair again

Picture = NDArray[np.uint8]
Change = NDArray[np.int16]
Maps = dict[tuple[int, int], NDArray[np.float32]]

# (scale, tile), both in pixels: the difference is shrunk by the scale, and its energy taken over
# each tile. The energy of brightness, in levels^2, that is allowed in any tile: rounding, and the
# flips of a quantiser that came to the other side of a step.
FLOORS = {
    (1, 8): 2.5,
    (1, 16): 1.5,
    (1, 64): 0.5,
    (2, 16): 1.0,
    (2, 64): 0.3,
    (4, 16): 0.6,
    (4, 64): 0.2,
    (8, 16): 0.4,
    (8, 64): 0.15,
    (16, 16): 0.3,
    (16, 64): 0.1,
    (64, 64): 0.08,
}
CHROMA = 2.0  # times the floor in the two channels of colour
OVERALL = 1.15  # times the energy that compression causes in the median tile
STRICTER = 0.6  # times the floors, of lossless files
# Times the energy that compression causes there, and times the floors, of what compressing the
# other again does not give. 96 true saves came to nothing at all, so that even what two levels do
# beside the lines of a drawing that was made smaller is above.
REPEATED, REPEATED_FLOOR = 0.06, 0.07
HOPELESS = 20  # times the limits in most of a few windows: the whole need not be looked at
# Formats whose files compressing the source gives again. The encoders of AVIF and HEIF differ.
REPEATABLE = JPEG | {"WEBP"}
# Another shot of the scene differs by its own noise, which is as strong as compression. Levels^2 of
# the median tile of a lossless file: two roundings make 0.17, noise of 1 level halved 0.5.
NOISELESS = 0.18
# Of the change that saving like a file makes: how far a picture is from it that was made from it.
# Finer saves of 7 JPEGs of quality 70: 0.07 to 0.34, of quality 80: 0.5; what a file of quality 50
# to 90 was made from: 0.5 and more.
MADE_FROM = 0.4
MISMATCH = 0.001  # of the energy of edges, for a filter that is not quite the other program's
BLOCK = 64
WINDOW, WINDOWS = 128, 6
SEARCHED_WHOLE = 1_000_000  # pixels; the quality of larger pictures is sought in the windows
QUALITIES_NEAR = 2  # around the one that was found, of which one gives the file again
MOST_PIXELS = 64_000_000
_STRIP = 512  # rows, whole blocks
# Rec. 601 brightness, blue and red difference: what JPEG and the others compress.
_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)


@dataclass(frozen=True, slots=True)
class Side:
    """One content of a pair.

    `open(max_side)` decodes it: upright, uint8 (h, w, 3) in sRGB, the longer side at most so many
    pixels (None: as large as it is). Raises DecodeError.
    """

    info: PhotoInfo
    encoding: Encoding
    open: Callable[[int | None], Picture]


@dataclass(frozen=True, slots=True)
class Residue:
    """How well one picture explains another: 1 is the limit of each.

    `worst`: the difference of the worst tile; `overall`: of the median tile at the worst scale.
    `box` is the worst tile, 0..1.
    """

    worst: float
    overall: float
    box: tuple[float, float, float, float] | None = None

    @property
    def fully(self) -> bool:
        return bool(self.worst <= 1 and self.overall <= 1)


NOT_EXPLAINED = Residue(np.inf, np.inf)


def check_content(first: Side, second: Side) -> ContentCheck:
    """Whether all of the one picture is in the other, either way round.

    What cannot be decided is not contained: pictures that cannot be decoded, RAW files, more than
    MOST_PIXELS, palettes made from a photo. Nothing is raised.
    """
    try:
        return _check(first, second)
    except Exception as error:  # a hostile picture must not stop a scan
        log.warning("content not compared: %s", error)
        return ContentCheck(first_in_second=False, second_in_first=False, same_framing=False)


def _check(first: Side, second: Side) -> ContentCheck:
    infos = first.info, second.info
    apart = ContentCheck(first_in_second=False, second_in_first=False, same_framing=False)
    if any(info.width * info.height > MOST_PIXELS or info.format == "RAW" for info in infos):
        return apart
    if not _one_shape(*((info.width, info.height) for info in infos)):
        return apart
    one, other = first.open(None), second.open(None)
    if one.shape == other.shape and np.array_equal(one, other):
        source = _source(one, other, first, second)
        return ContentCheck(
            first_in_second=True, second_in_first=True, same_framing=True, source=source
        )
    if any(info.flat for info in infos):
        return apart
    if not _one_shape((one.shape[1], one.shape[0]), (other.shape[1], other.shape[0])):
        return apart
    second_there = explain(one, other, second)
    first_there = explain(other, one, first)
    contained = first_there.fully or second_there.fully
    nearer = min(first_there, second_there, key=lambda found: found.worst)
    return ContentCheck(
        first_in_second=first_there.fully,
        second_in_first=second_there.fully,
        same_framing=contained or _same_framing(one, other),
        source=_source(one, other, first, second) if contained else 0,
        worst=float(min(max(nearer.worst, nearer.overall), 1e6)),
        box=nearer.box,
    )


def explain(source: Picture, goal: Picture, goal_side: Side) -> Residue:
    """How well `source` explains `goal`, both uint8 (h, w, 3) of one framing.

    A file that was compressed with losses is explained when compressing the source gives it again,
    nearly to the pixel: another shot of a still scene, which differs by the noise of the sensor
    alone, is as near as two saves of one lost original are.
    """
    windows = _windows(goal)
    lossy = is_lossy(goal_side.info, goal_side.encoding)
    searched = lossy and goal_side.info.format in SEARCHED
    if lossy and goal_side.info.format not in REPEATABLE:
        return NOT_EXPLAINED

    def recompress_as(picture: Picture, quality: int | None = None) -> Picture:
        return recompress(picture, goal_side.info, goal_side.encoding, quality=quality)

    # Scaling works on what is shown, compression on the rows as stored.
    orientation = goal_side.info.orientation
    to_stored = partial(_turned, orientation=orientation)
    back = partial(_turned, orientation=_UNDONE_BY.get(orientation, orientation))
    found = onto_grid(
        source, goal, windows, lambda shown: back(recompress_as(to_stored(shown))), _distance
    )
    if found is None:
        return NOT_EXPLAINED
    if orientation != 1:
        goal, found = to_stored(goal), replace(found, picture=to_stored(found.picture))
        windows = _windows(goal)
    height, width = goal.shape[:2]
    shape = source.shape if orientation < 5 else source.shape[1::-1]
    scale = max(shape[1] / width, shape[0] / height)
    if found.gain > _most_gain(scale) or found.shift > MOST_SHIFT * max(1.0, 1 / scale):
        return NOT_EXPLAINED
    quality = None
    if searched:
        lowest = strongest(goal_side.encoding)
        if lowest is None:
            return NOT_EXPLAINED
        about = _quality(found.picture, goal, windows, recompress_as, lowest)
        quality = min(
            range(max(lowest, about - QUALITIES_NEAR), min(100, about + QUALITIES_NEAR) + 1),
            key=lambda tried: _distance(recompress_as(found.picture, tried), goal),
        )

    def compare_tiles(there: Picture, here: Picture) -> Residue:
        again = recompress_as(there, quality)
        caused, missed = _energies(_change(there, again)), _energies(_change(again, here))
        if lossy:
            result = _compare_tiles(missed, caused, None, times=REPEATED, floors=REPEATED_FLOOR)
            return result if _repeats(missed, caused) else replace(result, overall=np.inf)
        edges = None if found.exact else _edges(there)
        result = _compare_tiles(missed, caused, edges, times=1.0, floors=STRICTER)
        noise = float(np.median(missed[1, 16][..., 0]))
        return result if noise <= NOISELESS else replace(result, overall=np.inf)

    # WebP's encoder adapts itself to the whole picture.
    if width * height > 2 * WINDOWS * WINDOW * WINDOW and not searched:
        parts = [
            compare_tiles(
                np.ascontiguousarray(crop_window(found.picture, window)),
                np.ascontiguousarray(crop_window(goal, window)),
            )
            for window in windows
        ]
        # Most pairs that fail do so everywhere.
        unlike = [
            (part, window)
            for part, window in zip(parts, windows, strict=True)
            if part.worst > HOPELESS or part.overall == np.inf
        ]
        if 2 * len(unlike) > len(parts):
            part, (left, top, wide, high) = unlike[0]
            if orientation != 1:
                return replace(part, overall=np.inf, box=None)
            box = left / width, top / height, (left + wide) / width, (top + high) / height
            return replace(part, overall=np.inf, box=box)
    result = compare_tiles(found.picture, goal)
    if result.box is None or orientation != 1:
        return replace(result, box=None)
    edges_ = np.clip(np.divide(result.box, (width, height, width, height)), 0, 1)
    box_ = tuple(float(edge) for edge in edges_)
    return replace(result, box=(box_[0], box_[1], box_[2], box_[3]))


_UNDONE_BY = {6: 8, 8: 6}  # the other orientations undo themselves


def _turned(picture: Picture, *, orientation: int) -> Picture:
    """An upright picture the way a file of that EXIF orientation (1-8) holds it."""
    match orientation:
        case 2:
            picture = picture[:, ::-1]
        case 3:
            picture = picture[::-1, ::-1]
        case 4:
            picture = picture[::-1]
        case 5:
            picture = picture.swapaxes(0, 1)
        case 6:
            picture = np.rot90(picture)
        case 7:
            picture = picture[::-1, ::-1].swapaxes(0, 1)
        case 8:
            picture = np.rot90(picture, -1)
    return np.ascontiguousarray(picture)


def _source(one: Picture, other: Picture, first: Side, second: Side) -> int:
    """1 where the second was made from the first one's file, -1 the other way round, 0: not known.

    A picture is nearer to the file it was made from than any file is to what it was made from.
    """
    if one.shape != other.shape:
        return 0
    windows = _windows(one)
    parts = [
        np.concatenate([crop_window(picture, window) for window in windows])
        for picture in (one, other)
    ]
    apart = _distance(parts[0], parts[1])
    shares = [
        apart / max(_distance(part, _shifted(part, side)), 1e-6)
        if is_lossy(side.info, side.encoding)
        else np.inf
        for part, side in zip(parts, (first, second), strict=True)
    ]
    if min(shares) > min(MADE_FROM, max(shares) / 2):
        return 0
    return 1 if shares[0] < shares[1] else -1


def _most_gain(scale: float) -> float:
    """A kernel that enlarges more undoes a blur, and blur loses detail."""
    return float(np.interp(scale, [0.5, 0.87, 1.15, 1.5, 1.9], [1.3, 1.15, 1.15, 1.7, 2.2]))


def _one_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes are one up to scale and a pixel of the smaller."""
    (width, height), (wide, high) = sorted((one, other), key=lambda size: size[0] * size[1])
    return abs(height * wide - width * high) <= 1.01 * max(wide, high)


def _same_framing(one: Picture, other: Picture) -> bool:
    """Whether the same things lie in the same places, as a small version shows."""
    import cv2

    if min(*one.shape[:2], *other.shape[:2]) < 32:
        return False
    shape = (
        one.shape if one.shape[0] * one.shape[1] < other.shape[0] * other.shape[1] else other.shape
    )
    ratio = min(1.0, 512 / max(shape[:2]))
    size = max(32, round(shape[1] * ratio)), max(32, round(shape[0] * ratio))
    planes = [luma(resample(picture, size, "INTER_AREA")) for picture in (one, other)]
    half_w, half_h = size[0] // 2, size[1] // 2
    window = cv2.createHanningWindow((half_w, half_h), cv2.CV_32F)
    for top in (0, size[1] - half_h):
        for left in (0, size[0] - half_w):
            parts = [
                np.ascontiguousarray(plane[top : top + half_h, left : left + half_w])
                for plane in planes
            ]
            if min(float(part.std()) for part in parts) < 2:
                continue
            (across, down), response = cv2.phaseCorrelate(parts[0], parts[1], window)
            limit = 0.003 * max(size) + 0.3
            if response < 0.1 or max(abs(across), abs(down)) > limit:
                return False
    return True


def _windows(picture: Picture) -> list[Window]:
    """Parts that stand for the whole where one answer is sought: the most detailed, and others."""
    height, width = picture.shape[:2]
    if width * height <= WINDOWS * WINDOW * WINDOW:
        return [(0, 0, width, height)]
    wide, high = min(WINDOW, width), min(WINDOW, height)
    if wide < WINDOW:
        high = min(height, WINDOW * WINDOW // wide // 16 * 16)
    elif high < WINDOW:
        wide = min(width, WINDOW * WINDOW // high // 16 * 16)
    rows, columns = height // high, width // wide
    whole = picture[: rows * high : 4, : columns * wide, 1].astype(np.int16)
    detail = np.abs(np.diff(whole, axis=1, prepend=whole[:, :1]))
    lines = len(detail) // rows
    tiles = detail[: lines * rows].reshape(rows, lines, columns, wide).mean(axis=(1, 3))
    order = np.argsort(-tiles, axis=None, kind="stable")
    busiest = order[: WINDOWS // 2]
    others = np.random.default_rng(7).permutation(order[WINDOWS // 2 :])[: WINDOWS - len(busiest)]
    corners = [divmod(int(index), columns) for index in (*busiest, *others)]
    # On the grid of 16 pixels that JPEG has.
    return [(left * wide // 16 * 16, top * high // 16 * 16, wide, high) for top, left in corners]


def _change(before: Picture, after: Picture) -> Change:
    return after.astype(np.int16) - before


def _distance(one: Picture, other: Picture) -> float:
    """Mean over tiles of the rms difference of brightness, in levels."""
    change = _energies(_change(one, other), only=(1, 16))[1, 16][..., 0]
    return float(np.sqrt(change).mean())


def _quality(
    there: Picture,
    here: Picture,
    windows: list[Window],
    compressed: Callable[[Picture, int], Picture],
    lowest: int,
) -> int:
    """The encoder's quality whose changes are as large as the difference, by bisection.

    Not below `lowest`, which the file tells: more difference than that causes is another shot's.
    """
    if here.shape[0] * here.shape[1] > SEARCHED_WHOLE:
        there = np.concatenate([crop_window(there, window) for window in windows])
        here = np.concatenate([crop_window(here, window) for window in windows])
    wanted = _distance(there, here)
    low, high = lowest, 100
    tried: dict[int, Picture] = {}
    while high - low > 1:
        middle = (low + high) // 2
        tried[middle] = compressed(there, middle)
        more = _distance(there, tried[middle]) > wanted
        low, high = (middle, high) if more else (low, middle)
    ends = [quality for quality in (low, high) if quality in tried]
    return min(ends, key=lambda quality: _distance(tried[quality], here), default=low)


def _shifted(picture: Picture, side: Side) -> Picture:
    """The picture compressed as such a file was, but on another grid than it is on already."""
    quality = strongest(side.encoding)
    padded = np.pad(picture, ((3, 0), (5, 0), (0, 0)), mode="symmetric")
    return recompress(padded, side.info, side.encoding, quality=quality)[3:, 5:]


def _edges(picture: Picture) -> Maps:
    signed = picture.astype(np.int16)
    down = _energies(np.diff(signed, axis=0, append=signed[-1:]))
    across = _energies(np.diff(signed, axis=1, append=signed[:, -1:]))
    return {key: down[key] + across[key] for key in down}


def _energies(change: Change, *, only: tuple[int, int] | None = None) -> Maps:
    """Energy of a change of RGB by (scale, tile), each float32 (rows, cols, 3): brightness, colour.

    The last tiles are filled by mirroring.
    """
    import cv2

    strips: list[Maps] = []
    for top in range(0, change.shape[0], _STRIP):
        part = change[top : top + _STRIP]
        height, width = part.shape[:2]
        filling = ((0, -height % BLOCK), (0, -width % BLOCK), (0, 0))
        filled = np.pad(part, filling, mode="symmetric").astype(np.float32)
        planes = np.asarray(cv2.transform(filled, _YCC), np.float32)
        maps: Maps = {}
        small: dict[int, NDArray[np.float32]] = {}
        for scale, tile in [only] if only else FLOORS:
            if scale not in small:
                small[scale] = _shrunk(planes, scale)
            maps[scale, tile] = _shrunk(small[scale] ** 2, tile // scale)
        strips.append(maps)
    return {key: np.concatenate([maps[key] for maps in strips]) for key in strips[0]}


def _shrunk(planes: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    import cv2

    if times == 1:
        return planes
    size = planes.shape[1] // times, planes.shape[0] // times
    small = cv2.resize(planes, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(size[1], size[0], -1)


def _repeats(missed: Maps, caused: Maps) -> bool:
    """Whether compressing the one again gave the other: hardly any brightness is missed."""
    key = 1, 16
    share = missed[key][..., 0] / (caused[key][..., 0] + 0.25 * FLOORS[key])
    return float(np.median(share)) < 0.15


def _compare_tiles(
    actual: Maps,
    caused: Maps,
    edges: Maps | None,
    *,
    times: float,
    floors: float,
) -> Residue:
    """The actual energies against those allowed; the box in pixels."""
    import cv2

    worst, overall, box = 0.0, 0.0, None
    for key, floor in FLOORS.items():
        for channel in range(3):
            least = floors * floor * (CHROMA if channel else 1.0)
            noise = np.ascontiguousarray(caused[key][..., channel])
            if edges is not None:
                noise = noise + MISMATCH * edges[key][..., channel]
            found = actual[key][..., channel]
            usual = float(np.median(noise))
            local = np.maximum(noise, 0.5 * usual)
            local = np.maximum(local, cv2.blur(local, (3, 3)))
            ratio = found / (times * local + least)
            overall = max(overall, float(np.median(found)) / (OVERALL * (usual + 0.12 * least)))
            if ratio.max() > worst:
                worst = float(ratio.max())
                row, column = np.unravel_index(int(ratio.argmax()), ratio.shape)
                tile = key[1]
                box = (
                    float(column * tile),
                    float(row * tile),
                    float((column + 1) * tile),
                    float((row + 1) * tile),
                )
    return Residue(worst, overall, box)
