"""Tells drawings in a few flat colours from one another that have the same shapes: flags, logos."""

import numpy as np

from kindred.engine.verification.changed_regions import plain_share
from kindred.engine.verification.tone_matching import AlignedPair

# Of 284 photos (validation, scenes) none had more than 0.942 of its pixels in so many colours.
FLAT = 0.95
COLOURS, REACH = 6, 10  # of a flat drawing; levels from its colours
LEAST_AREA = 0.02  # of the drawing in a colour, so that another colour there counts
OTHER_CHROMA = 25.0  # levels of Lab's a and b, together


def are_recoloured(laid: AlignedPair) -> bool:
    """Whether both are flat drawings, and a part of one has another colour in the other.

    Another brightness is none; compression does not change a plain part's colour so much.
    """
    import cv2

    inside = laid.inside[::3, ::3]
    pictures = [picture[::3, ::3] for picture in (laid.target, laid.moved)]
    colours = [np.ascontiguousarray(picture[inside]) for picture in pictures]
    if len(colours[0]) < 1:
        return False
    if min(plain_share(c, count=COLOURS, reach=REACH) for c in colours) < FLAT:
        return False
    labs = [cv2.cvtColor(c[None], cv2.COLOR_RGB2LAB)[0].astype(np.int16) for c in colours]
    apart = np.hypot(*(labs[0][:, 1:] - labs[1][:, 1:]).astype(np.float32).T)
    cells = (colours[0] >> 4).astype(np.int32) @ np.array([256, 16, 1])
    numbers, counts = np.unique(cells, return_counts=True)
    return any(
        float(np.median(apart[cells == number])) > OTHER_CHROMA
        for number in numbers[counts >= LEAST_AREA * len(cells)].tolist()
    )
