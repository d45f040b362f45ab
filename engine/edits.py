"""Names what was done from one copy to the other, from the registration and the differences."""

import numpy as np
from numpy.typing import NDArray

from engine.differences import Findings
from engine.tone import Laid
from engine.types import Edit, EditName, PhotoInfo, Registration

SAME_SCALE = 0.02  # scales nearer to 1 are the same size
SAME_ANGLE = 0.5  # degrees
WHOLE = 0.985  # a picture of which this share is there is not called cropped
TONE = 6.0  # levels of 255 by which brightness or colour differs visibly
CHANGED = 0.002  # share of the overlap whose change is worth a word
GREY = 3.0  # levels between the channels of a greyscale picture


def edits(
    first: PhotoInfo,
    second: PhotoInfo,
    *,
    registration: Registration,
    laid: Laid,
    findings: Findings,
) -> tuple[Edit, ...]:
    """What was done from the first to the second, as far as pixels tell."""
    matrix = np.array(registration.matrix, np.float64).reshape(3, 3)
    done = [
        *_placement(matrix, mirrored=registration.mirrored),
        *_frames(matrix, first, second, laid),
    ]
    colours = [_colourfulness(picture) for picture in (laid.target, laid.moved)]
    if min(colours) < GREY < max(colours) / 2:
        done.append(Edit(EditName.GREYSCALE))
    elif findings.tone > TONE:
        done.append(Edit(EditName.COLOUR))
    if findings.overlaid > CHANGED:
        done.append(Edit(EditName.OVERLAID, round(findings.overlaid, 4), _box(findings.changed)))
    if not done or first.format != second.format or first.jpeg_quality != second.jpeg_quality:
        done.append(Edit(EditName.REENCODED))
    return tuple(done)


def _placement(matrix: NDArray[np.float64], *, mirrored: bool) -> list[Edit]:
    done = []
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if abs(scale - 1) > SAME_SCALE:
        done.append(Edit(EditName.RESIZED, round(1 / scale, 4)))
    if mirrored:
        done.append(Edit(EditName.MIRRORED))
        matrix = matrix @ np.diag([-1, 1, 1])
    # y points down, so this angle counts clockwise; the matrix leads back from second to first.
    angle = -float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))) % 360
    if min(angle, 360 - angle) > SAME_ANGLE:
        done.append(Edit(EditName.TURNED, round(angle, 1)))
    return done


def _frames(
    matrix: NDArray[np.float64], first: PhotoInfo, second: PhotoInfo, laid: Laid
) -> list[Edit]:
    """Cropped and bordered, from how the frames overlap."""
    here = frame(first.width, first.height)
    there = moved(frame(second.width, second.height), matrix)
    shared, outline = overlap(here, there)
    kept = shared / area(here), shared / area(there)
    size = np.array([first.width, first.height], np.float64)
    done = []
    if kept[0] < WHOLE and kept[1] >= WHOLE:
        done.append(Edit(EditName.CROPPED, round(kept[0], 4), _bounds(outline / size)))
    elif kept[1] < WHOLE:
        back = moved(outline, np.linalg.inv(matrix)) / [second.width, second.height]
        done.append(Edit(EditName.BORDERED, round(1 - kept[1], 4), _bounds(back)))
    return done


def frame(width: float, height: float) -> NDArray[np.float64]:
    """Corners (4, 2) of a picture."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def moved(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 2) under a 3x3 transform."""
    projected = np.c_[points, np.ones(len(points))] @ matrix.T
    return np.asarray(projected[:, :2] / projected[:, 2:])


def overlap(
    one: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Area and corners of what two convex outlines share."""
    import cv2

    shared, corners = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    if corners is None or not len(corners):
        return 0.0, np.zeros((1, 2))
    return float(shared), corners.reshape(-1, 2).astype(np.float64)


def area(outline: NDArray[np.float64]) -> float:
    """Of a polygon (n, 2), the shoelace formula."""
    x, y = outline.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _bounds(points: NDArray[np.float64]) -> tuple[float, float, float, float]:
    left, top = np.clip(points.min(axis=0), 0, 1).round(4).tolist()
    right, bottom = np.clip(points.max(axis=0), 0, 1).round(4).tolist()
    return left, top, right, bottom


def _box(mask: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return (
        round(float(columns[0]) / width, 4),
        round(float(rows[0]) / height, 4),
        round(float(columns[-1] + 1) / width, 4),
        round(float(rows[-1] + 1) / height, 4),
    )


def _colourfulness(rgb: NDArray[np.uint8]) -> float:
    """Mean spread between the channels, levels of 255."""
    few = rgb[::4, ::4].astype(np.int16)
    return float((few.max(axis=2) - few.min(axis=2)).mean())
