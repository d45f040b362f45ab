"""Compares two pictures laid over each other: is one made from the other, and what changed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification import changed_regions
from kindred.engine.verification.tone_matching import AlignedPair, TonePair, between

Grey = NDArray[np.float32]

TILE = 16  # pixels; the unit in which fine detail is compared
FINE = 0.7  # pixels; the bands of detail lie between blurs of once, twice and four times this
QUIET = 0.3  # levels^2 of band energy below which a tile says nothing (8-bit rounding is 0.08)
FEW_TILES = 6
ASTRAY = 0.3  # of the detail; a tile above disagrees
NO_DETAIL = 0.2  # times the other picture's detail, as energy of the middle band
SMOOTH = 1.0  # levels^2 of that energy
SHADE = 15.0  # levels by which a region is lighter or darker


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison of two laid pictures measured.

    `fine` and `middle`: of the detail that both pictures have, the share that they do not have in
    common (median over tiles). When one picture was made from the other, by whatever compression,
    blur or noise, it is near 0; in another shot grain, parallax and motion raise it towards 1.
    `strayed`: share of tiles, away from visible changes, whose middle detail disagrees.
    """

    fine: float
    middle: float
    lost: float  # median over tiles of the log ratio of fine energies: what compression took away
    strayed: float
    shaded: float  # share of the overlap, away from visible changes, that is lighter or darker
    tone: float  # levels of 255, median difference of any channel before matching the tone
    changed: NDArray[np.bool_]  # (h, w) in the frame: a visible difference
    overlaid: float  # share of the overlap under changes drawn over it: text, stickers
    moved: float  # share of the overlap under other changes: something is elsewhere
    drawn_on_first: bool | None  # which picture the overlay is on
    hidden: float = 0.0  # share of what changed where one picture has next to no detail


def examine(laid: AlignedPair, toned: TonePair) -> Findings:
    """Compares the two pictures of one frame locally, brightness and colour matched."""
    import cv2

    predicted, goal = toned
    inside = cv2.erode(laid.inside.astype(np.uint8), np.ones((9, 9)), borderValue=0) > 0
    if not inside.any():
        return Findings(1.0, 1.0, 0.0, 1.0, 1.0, 255.0, inside, 0.0, 1.0, None)
    (fine_one, middle_one), (fine_other, middle_other) = _bands(predicted), _bands(goal)
    sharpened = _equally_sharp(predicted, goal, (middle_one, middle_other))
    found = changed_regions.find(laid, *sharpened, inside)
    changed = found.mask
    fine, _, lost = _difference(fine_one, fine_other, inside, changed)
    middle, strayed, _ = _difference(middle_one, middle_other, inside, changed)
    # Clipping moves the brightness of what is near black or white in a channel; that is no shade.
    level = inside & ~changed & between(laid.target, 11, 244)
    level &= between(laid.moved, 11, 244)
    shade = np.abs(cv2.GaussianBlur((predicted - goal) * ~changed, (0, 0), 4)) > SHADE
    shaded = float((shade & level).sum() / inside.sum())
    size = max(1, inside.shape[1] // 8), max(1, inside.shape[0] // 8)
    small = [
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        for picture in (laid.target, laid.moved)
    ]
    covered = cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    before = cv2.absdiff(*small).max(axis=2)[covered]
    return Findings(
        fine,
        middle,
        lost,
        strayed,
        shaded,
        float(np.median(before)) if before.size else 0.0,
        changed,
        found.drawn,
        found.moved,
        None if found.on_target is None else found.on_target == laid.onto_first,
        _hidden(middle_one, middle_other, changed),
    )


def _hidden(one: Grey, other: Grey, changed: NDArray[np.bool_]) -> float:
    """The share of what changed where one has next to no detail: filled, or under a bar."""
    import cv2

    if not changed.any():
        return 0.0
    energies = [cv2.blur(band * band, (15, 15))[changed] for band in (one, other)]
    bare = np.minimum(*energies) < np.maximum(NO_DETAIL * np.maximum(*energies), SMOOTH)
    return float(bare.mean())


def _equally_sharp(one: Grey, other: Grey, bands: tuple[Grey, Grey]) -> tuple[Grey, Grey]:
    """The sharper of two pictures blurred until it has no more fine detail than the other.

    bands: the middle band of each.
    """
    import cv2

    detail = [_tiles(band * band) for band in bands]
    smaller = np.minimum(*detail)
    telling = smaller > QUIET
    if not telling.any():
        return one, other
    # Blur takes as much from the covariance as from the sharper one's share of it; noise adds
    # energy to one picture and leaves the covariance alone.
    shared = _tiles(bands[0] * bands[1])[telling] / smaller[telling]
    ratio = float(np.median(np.log(detail[0][telling] / detail[1][telling])))
    if abs(ratio) < 0.7 or float(np.median(shared)) < 1.2:
        return one, other
    # What a Gaussian leaves of the energy of the middle band, measured on photos.
    sigma = float(np.interp(abs(ratio), [0.7, 1.2, 2, 2.7, 3.9], [1.4, 2, 3, 4, 6]))
    blurred = np.asarray(cv2.GaussianBlur(one if ratio > 0 else other, (0, 0), sigma), np.float32)
    return (blurred, other) if ratio > 0 else (one, blurred)


def _difference(
    one: Grey,
    other: Grey,
    inside: NDArray[np.bool_],
    changed: NDArray[np.bool_],
) -> tuple[float, float, float]:
    """What two pictures do not have in common in one band of detail, given of each.

    Median over tiles of 1 - covariance / the smaller energy; share of tiles where that is above
    ASTRAY; median difference of the log energies.

    A picture made from another by quantisation or blur is close to the mean of what it could have
    come from, so its covariance with the original is its own energy; one with noise added has
    the original's energy as covariance. Two shots have independent grain and shifted edges, and
    their covariance stays below both energies.
    """
    bands = [one * inside, other * inside]
    counted = _tiles(inside.astype(np.float32))
    full = np.maximum(counted, 1e-6)
    energy = [_tiles(band * band) / full for band in bands]
    shared = _tiles(bands[0] * bands[1]) / full
    smaller = np.minimum(*energy)
    telling = (counted > 0.5) & (smaller > QUIET) & (_tiles(changed.astype(np.float32)) < 0.02)
    if telling.sum() < FEW_TILES:
        return 1.0, 1.0, 0.0
    apart = 1 - shared[telling] / smaller[telling]
    gap = np.abs(np.log((energy[0][telling] + 0.05) / (energy[1][telling] + 0.05)))
    return float(np.median(apart)), float((apart > ASTRAY).mean()), float(np.median(gap))


def _bands(grey: Grey) -> tuple[Grey, Grey]:
    """The fine and the middle band of detail."""
    import cv2

    sharp, soft, softer = (cv2.GaussianBlur(grey, (0, 0), FINE * times) for times in (1, 2, 4))
    return np.asarray(sharp - soft), np.asarray(soft - softer)


def _tiles(values: Grey) -> Grey:
    """Means of the whole tiles, (h // TILE, w // TILE); what is thinner than a tile is one."""
    import cv2

    height, width = (max(1, length // TILE) for length in values.shape)
    cut = values[: height * TILE, : width * TILE]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.float32)
