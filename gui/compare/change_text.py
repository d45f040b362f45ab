"""Says what changed between two photos: where, and how much of the area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kindred.gui.services.i18n import later, tr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MERGE = 0.03  # of the longer side: changes nearer than this are one (the letters of a word)
NAMED = 3  # places that are read out
LEAST = 0.0005  # of the area; smaller changes are not mentioned beside larger ones
PLACES = (
    (later("at the top left"), later("at the top"), later("at the top right")),
    (later("on the left"), later("in the middle"), later("on the right")),
    (later("at the bottom left"), later("at the bottom"), later("at the bottom right")),
)
EDGE = 0.36  # of the side: how near to an edge the middle of a change has to be to lie at it
SPREAD = 0.7  # of both sides: a change that covers this much is everywhere


def changes_text(
    changed: npt.NDArray[np.bool_], *, inside: npt.NDArray[np.bool_], drawn: bool
) -> str:
    """What changed, in a sentence. `changed`, `inside` (where both photos are): bool (h, w)."""
    regions = _regions(changed, area=max(1, int(inside.sum())))
    if not regions:
        return tr("Nothing changed that can be seen, apart from size, compression or tone.")
    told = [
        tr("{place} ({percent} of the area)", place=tr(place), percent=_percent(share))
        for place, share in regions[:NAMED]
    ]
    places = ", ".join(told)
    if len(regions) > NAMED:
        places = tr("{places} and elsewhere", places=places)
    if drawn:
        return tr("Text or drawing {places}.", places=places)
    return tr("Changed {places}.", places=places)


def place_of(left: float, top: float, right: float, bottom: float) -> str:
    """The English words for a box in 0..1, to be translated."""
    if right - left > SPREAD and bottom - top > SPREAD:
        return later("all over")
    column, row = (
        0 if middle < EDGE else 2 if middle > 1 - EDGE else 1
        for middle in ((left + right) / 2, (top + bottom) / 2)
    )
    return PLACES[row][column]


def _regions(changed: npt.NDArray[np.bool_], *, area: int) -> list[tuple[str, float]]:
    """(place, share of the area) of each change, the largest first; one entry a place."""
    import cv2
    import numpy as np

    height, width = changed.shape
    reach = max(3, round(MERGE * max(height, width)))
    merged = cv2.dilate(changed.astype(np.uint8), np.ones((reach, reach)))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(merged)
    shares: dict[str, float] = {}
    for label in range(1, count):
        pixels = int((changed & (labels == label)).sum())
        left, top, wide, high, _ = (int(value) for value in boxes[label])
        place = place_of(left / width, top / height, (left + wide) / width, (top + high) / height)
        shares[place] = shares.get(place, 0.0) + pixels / area
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return [item for item in ordered if item[1] >= LEAST] or ordered[:1]


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.1%}" if share >= 0.001 else "<0.1%"
