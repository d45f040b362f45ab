"""Two pictures without the part that one of them lost: what a cut file still shows of its twin."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kindred.engine.verification.signature import signature
from kindred.engine.verification.views import View

SIDE = 400  # pixels of the longer side at which the lost part is looked for
FEWEST, MOST = 0.25, 0.98  # share of the rows that must be sound, and that is worth a second look
FLAT = 2.0  # levels of 255 in which a row differs that a decoder filled in
SAME_SHAPE = 0.01


def sound_parts(first: View, second: View) -> tuple[View, View] | None:
    """Both pictures down to where the damaged one of them ends; None where neither is cut.

    A JPEG, PNG or WebP file that ends early lacks the lower rows; decoders fill them with one
    colour. Files that are stored turned are not looked at. Raises DecodeError.
    """
    hurt = [view for view in (first, second) if view.info.damaged]
    if len(hurt) != 1 or hurt[0].info.orientation != 1:
        return None
    shapes = [view.info.width / view.info.height for view in (first, second)]
    if abs(shapes[0] / shapes[1] - 1) > SAME_SHAPE:
        return None
    share = _sound_share(hurt[0].open(SIDE))
    if not FEWEST <= share <= MOST:
        return None
    return _upper(first, share), _upper(second, share)


def _sound_share(picture: NDArray[np.uint8]) -> float:
    """The share of the rows above the last ones that are all of one colour."""
    rows = picture.reshape(len(picture), -1, 3).astype(np.float32)
    filled = (rows.std(axis=1).max(axis=1) < FLAT) & (
        np.abs(rows.mean(axis=1) - rows[-1].mean(axis=0)).max(axis=1) < FLAT
    )
    kept = np.flatnonzero(~filled)
    return float(kept[-1]) / len(picture) if len(kept) else 0.0


def _upper(view: View, share: float) -> View:
    info = view.info
    height = max(1, int(info.height * share))
    part = replace(info, height=height, damaged=False)
    times = max(info.width, info.height) / max(part.width, part.height)

    def upper(open_whole: Callable[[int], NDArray[np.uint8]], side: int) -> NDArray[np.uint8]:
        whole = open_whole(round(side * times))
        return np.ascontiguousarray(whole[: max(1, int(len(whole) * share))])

    small = signature(upper(view.open, SIDE))
    return View(view.content, part, small, lambda side: upper(view.open, side))
