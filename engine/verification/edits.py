"""Names what was done from one copy to the other, from the registration and the differences."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Edit, EditName, PhotoInfo, Registration, Relation
from kindred.engine.verification.changed_regions import plain_share
from kindred.engine.verification.residuals import Findings

Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]

SAME_SCALE = 0.02  # scales nearer to 1 are the same size
SAME_ANGLE = 0.5  # degrees
WHOLE = 0.985  # a picture of which this share is there is not called cropped
TONE = 6.0  # levels of 255 by which brightness or colour differs visibly
CHANGED = 0.002  # share of the overlap whose change is worth a word
PLAIN_REACH = 16  # levels from its colour; a black corner of a small picture: 0.96 within 12
BORDER = 0.97  # share of what is round a picture that has one colour, if it is a border
LARGEST_ON_SCREEN = 0.9  # of a screen at most is filled by the picture
SCREEN = 0.6  # share of it that has one of three colours, if it is a screen
FEWEST_PIXELS = 30
# Where something was pasted, the picture changes along its outline: on 61% of it and more in 95% of
# 444 screens and frames of 111 photos (100 of validation, 11 of camera), on 31% at most in 646
# crops of them whose rest is as plain.
PASTED = 0.36
JUMP, OF_USUAL = 10.0, 1.5  # levels across the outline; times the steps on either side of it
ACROSS, ASIDE = 2.5, 6.0  # pixels from the outline at which that is seen, and the usual steps
GREY = 3.0  # levels between the channels of a greyscale picture


def edits(
    first: PhotoInfo,
    second: PhotoInfo,
    *,
    registration: Registration,
    pictures: tuple[Pixels, Pixels],
    findings: Findings,
) -> tuple[Edit, ...]:
    """What was done from the first to the second, as far as pixels tell.

    pictures: both, uint8 (h, w, 3) of any size. A crop's box lies in the larger picture, a
    border's box is the picture inside it.
    """
    matrix = np.array(registration.matrix, np.float64).reshape(3, 3)
    corners = frame(second.width, second.height)
    here = outline(first, project(corners, matrix))
    back = np.asarray(np.linalg.inv(matrix), np.float64)
    there = outline(second, project(frame(first.width, first.height), back))
    done = _placement(matrix, mirrored=registration.mirrored)
    done += _framing(here, pictures[0], of_first=True) + _framing(
        there, pictures[1], of_first=False
    )
    colours = [_colourfulness(picture) for picture in pictures]
    if min(colours) < GREY < max(colours) / 2:
        done.append(Edit(EditName.GREYSCALE, on_first=colours[0] < colours[1]))
    elif findings.tone > TONE:
        done.append(Edit(EditName.COLOUR))
    changed = findings.overlaid + findings.moved
    if changed > CHANGED:
        share, box = round(changed, 4), _box(findings.changed)
        done.append(Edit(EditName.OVERLAID, share, box, findings.drawn_on_first))
    if not done or first.format != second.format or first.jpeg_quality != second.jpeg_quality:
        done.append(Edit(EditName.REENCODED))
    return tuple(done)


def reverse(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> Relation:
    """The same relation told from its second photo to its first, whose infos these are."""
    if relation.registration is None:
        return replace(relation, first=relation.second, second=relation.first)
    forward = np.array(relation.registration.matrix).reshape(3, 3)
    back = np.linalg.inv(forward)

    def opposite(edit: Edit) -> Edit:
        if edit.on_first is not None:
            edit = replace(edit, on_first=not edit.on_first)
        if edit.name is EditName.RESIZED and edit.amount:
            return replace(edit, amount=round(1 / edit.amount, 4))
        mirrored = relation.registration is not None and relation.registration.mirrored
        # Mirroring and then turning by an angle undoes itself; turning alone does not.
        if edit.name is EditName.TURNED and edit.amount and not mirrored:
            return replace(edit, amount=round(360 - edit.amount, 1))
        if edit.name is EditName.OVERLAID and edit.box:
            return replace(edit, box=_project_box(edit.box, back, first, second))
        return edit

    return replace(
        relation,
        first=relation.second,
        second=relation.first,
        edits=tuple(opposite(edit) for edit in relation.edits),
        registration=replace(
            relation.registration, matrix=tuple((back / back[2, 2]).ravel().tolist())
        ),
    )


def _project_box(
    box: tuple[float, float, float, float],
    matrix: Points,
    old: PhotoInfo,
    new: PhotoInfo,
) -> tuple[float, float, float, float]:
    """A box in fractions of one picture, as the upright box around it in the other."""
    left, top, right, bottom = box
    corners = np.array([(x, y) for x in (left, right) for y in (top, bottom)])
    placed = project(corners * [old.width, old.height], matrix) / [new.width, new.height]
    (left, top), (right, bottom) = placed.min(axis=0), placed.max(axis=0)
    return tuple(np.clip([left, top, right, bottom], 0, 1).tolist())


def _placement(matrix: Points, *, mirrored: bool) -> list[Edit]:
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


def _framing(shared: Points, picture: Pixels, *, of_first: bool) -> list[Edit]:
    """How much of a picture the other one shows, and what the rest of it is.

    shared: outline (n, 2) of what both show, 0..1 across and down the picture.
    """
    import cv2

    share = area(shared)
    if share >= WHOLE:
        return []
    height, width = picture.shape[:2]
    rest = np.ones((height, width), np.uint8)
    places = np.rint(shared * [width, height] - 0.5).astype(np.int32)
    cv2.fillConvexPoly(rest, places, 0)
    colours = picture[_inner(rest)]
    if len(colours) < FEWEST_PIXELS:
        return []
    box = _bounds(shared)
    if _seam(picture, shared) < PASTED:
        return [Edit(EditName.CROPPED, round(share, 4), box, not of_first)]
    if plain_share(colours, count=1, reach=PLAIN_REACH) >= BORDER:
        return [Edit(EditName.BORDERED, round(1 - share, 4), box, of_first)]
    if share < LARGEST_ON_SCREEN and plain_share(colours, count=3, reach=10) >= SCREEN:
        return [Edit(EditName.SCREENSHOT, round(share, 4), box, of_first)]
    return [Edit(EditName.CROPPED, round(share, 4), box, not of_first)]


def _inner(rest: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(h, w): the rest of a picture without the ringing of compression beside what it frames."""
    import cv2

    far, near = (cv2.erode(rest, np.ones((side, side)), borderValue=1) > 0 for side in (9, 3))
    return np.asarray(far if 2 * far.sum() > near.sum() else near)


def _seam(picture: Pixels, shared: Points) -> float:
    """The share of an outline (n, 2; 0..1) inside a picture along which the picture changes.

    A picture that was cut out there goes on beyond it; one that was pasted there ends.
    """
    height, width = picture.shape[:2]
    corners = shared * [width, height] - 0.5
    middle, soft = corners.mean(axis=0), picture.astype(np.float32)
    changes = []
    for start, side in zip(corners, np.roll(corners, -1, axis=0) - corners, strict=True):
        length = float(np.hypot(*side))
        outwards = np.array([side[1], -side[0]]) / max(length, 1e-6)
        if outwards @ (start + side / 2 - middle) < 0:
            outwards = -outwards
        beyond = start + side / 2 + ACROSS * outwards
        if length < ASIDE or not (0 <= beyond[0] <= width - 1 and 0 <= beyond[1] <= height - 1):
            continue
        line = start + np.linspace(0.02, 0.98, int(length))[:, None] * side
        within, inner, outer, around = (
            _along(soft, line + far * outwards) for far in (-ASIDE, -ACROSS, ACROSS, ASIDE)
        )
        jump = np.abs(inner - outer).max(axis=1)
        usual = np.maximum(np.abs(within - inner), np.abs(outer - around)).max(axis=1)
        changes.append((jump > JUMP) & (jump > OF_USUAL * usual))
    return float(np.concatenate(changes).mean()) if changes else 0.0


def _along(picture: NDArray[np.float32], line: Points) -> NDArray[np.float32]:
    """The colours (n, 3) at places (n, 2) of a picture."""
    import cv2

    across, down = line.astype(np.float32).T[..., None]
    colours = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(colours[:, 0], np.float32)


def frame(width: float, height: float) -> Points:
    """Corners (4, 2) of a picture."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def outline(info: PhotoInfo, other: Points) -> Points:
    """What a picture shares with another's outline, which is given in its pixels; 0..1."""
    import cv2

    mine = frame(info.width, info.height).astype(np.float32)
    _, corners = cv2.intersectConvexConvex(mine, other.astype(np.float32))
    if corners is None or not len(corners):
        return np.zeros((1, 2))
    return np.asarray(corners.reshape(-1, 2) / [info.width, info.height], np.float64)


def project(points: Points, matrix: Points) -> Points:
    """Points (n, 2) under a 3x3 transform."""
    projected = np.c_[points, np.ones(len(points))] @ matrix.T
    return np.asarray(projected[:, :2] / projected[:, 2:])


def area(outline: Points) -> float:
    """Of a polygon (n, 2), the shoelace formula."""
    x, y = outline.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _bounds(points: Points) -> tuple[float, float, float, float]:
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


def _colourfulness(rgb: Pixels) -> float:
    """Mean spread between the channels, levels of 255."""
    few = rgb[::4, ::4].astype(np.int16)
    return float((few.max(axis=2) - few.min(axis=2)).mean())
