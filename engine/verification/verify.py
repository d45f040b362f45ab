"""Says what two photos really are to each other, cheap evidence first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kindred.engine.types import (
    Calibration,
    Edit,
    EditName,
    Kind,
    PhotoInfo,
    Registration,
    Relation,
)
from kindred.engine.verification import (
    alignment,
    close_look,
    edits,
    flat_colours,
    lossless_copies,
    registration,
    residuals,
    signature,
    tone_matching,
)
from kindred.engine.verification.changed_regions import plain_share
from kindred.engine.verification.panels import Panel, inner_view, panels
from kindred.engine.verification.sound_part import sound_parts
from kindred.engine.verification.views import OpenedPictures, View

VERSION = 7  # stored with relations; a new number verifies every pair again

# Signatures that agree this well are laid on each other without looking for features first.
LIKE = 0.9
# How well a part must agree at the cosine of a candidate, at that of similar shots and between.
# Crops, screenshots and other edits of 250 photos lie above 0.8, 394 of 395; those at low cosines
# higher. Of strangers at the lowest a sixth are above 0.86, of all a third above 0.8.
PART_FAINT, PART = 0.86, 0.76
# The same below the cosine of a candidate, and beyond the nearest: of strangers 0.17 a photo.
PART_FAR = 0.93
# Photos toned place by place have 0.88 and more (39 of 30 photos), strangers that the network finds
# as alike 0.38 at most (1,500 pairs).
DETAIL = 0.6
PANEL, PANELS_TRIED = 0.85, 2  # the same of a picture inside a picture; the most alike are tried
# Of a composite, and times the panel, that what is in a panel covers: cells cut their pictures.
MOST_COVERED, MOST_BEYOND = 0.92, 1.35
SAME_EDGES = 0.03  # of a side
# The limits of residuals.Findings for a copy, measured at 400 x 300 on the edits of
# training/copy_edits.py and on shots of one scene (benchmarks/verify.py shows what they come to).
# JPEG at quality 10 stays below 0.4 (fine) and 0.15 (middle), every other edit below 0.2 and 0.05;
# other shots of a scene lie above 0.5 and 0.3 with few exceptions.
MOST_FINE, MOST_MIDDLE = 0.42, 0.16
# Compression that leaves fine detail so unlike also takes energy from it (log ratio 0.2 to 0.5);
# another exposure has as much of its own (ratio 0.1 and less).
EXACT_FINE, LOST_FINE = 0.16, 0.7
# Moving shadows: 0.18 to 0.33 where fine is 0.02; JPEG at quality 10: 0.21 where fine is 0.12.
MOST_STRAYED, STRAYED_BY_FINE = 0.12, 0.8
MOST_SHADED = 0.06  # moving shadows: 0.1 and more; watermarks up to 0.05
MOST_FINE_OVERLAID = 0.25  # what is drawn over leaves the rest as it was
MOST_MOVED = 0.0004  # share of the overlap: 7 x 7 pixels at 400 x 300
MOVED_BY_OVERLAID = 0.7  # parts of letters and stickers are taken for moved
BLURRED, MOST_MOVED_BLURRED = -0.3, 0.006  # fine is -1 after a blur of 4 pixels
# What was taken out, lies under the bars of a film or was toned place by place differs by more than
# that. The grain of the rest is then the same, at a megapixel too, where a camera's own shows; and
# where something changed, one of the two has next to no detail.
SAME_GRAIN, SAME_MIDDLE = 0.05, 0.03
MOST_REPLACED, LEAST_HIDDEN, MOVED_BY_TONING = 0.2, 0.5, 0.002
# Edits after which a copy may be unlike its original to the network. Without one of them, copies of
# 40 photos had cosines from 0.52 on, but for 5% of changed hues; screenshots of different photos
# in one app, whose bars agree to the pixel, stayed below `similar` in 98% of pairs.
EXCUSES = {EditName.CROPPED, EditName.BORDERED, EditName.SCREENSHOT, EditName.GREYSCALE}
# What the next frame of a camera that stands still can seem to be: the light changed, a bee moved.
UNTRACED = {EditName.REENCODED, EditName.COLOUR, EditName.OVERLAID}
# The limits of close_look.Look for a copy.
MOST_CHANGED = 60  # pixels of a drawing
MOST_STROKES = 6  # pixels of a drawing
MOST_EXCHANGED = 20  # pixels of a photo
MOST_UNLIKE = 0.8  # of what there is to see on a photo
# The same for what was laid by a homography; neighbouring shots of scenes: 0.04 and more (unlike).
MOST_UNLIKE_BENT, MOST_REPLACED_BENT = 0.02, 0.01
MANY_BENT = 150  # matches; other shots of a scene had up to 129
MOST_UNLIKE_LENS, MOST_REPLACED_LENS = 0.03, 0.02
MOST_FADED, MOST_REPLACED_FADED = 0.1, 0.002
LEAST_CONTENT_BENT, OVERLAP_BENT = 0.15, 0.1
SIDE_STEP = 32  # pixels; a hub is opened once for copies that lie on it a pixel differently
OVERLAP = 0.04  # share of a frame that must overlap before the overlap says anything
SCENE = 14  # matches on one homography that make two photos shots of one scene

_OPENED = OpenedPictures(limit=100_000_000)


def verify(first: View, second: View, *, similarity: float, calibration: Calibration) -> Relation:
    """The relation of two different contents; the same whichever is given first.

    similarity: cosine of their embeddings; calibration: what cosines mean for that model.
    Raises DecodeError when a picture has to be opened and cannot be.
    """
    if first.content > second.content:
        first, second = second, first
    settled = by_signatures(first, second, similarity=similarity, calibration=calibration)
    if settled is not None:
        return settled
    if _same_picture(first, second):
        return _same_picture_data(first, second, similarity=similarity)
    graphic = _both_graphic(first, second)
    whole = _whole(first, second)
    copy = whole and _copy(first, second, whole, similarity=similarity)
    if copy and _is_believable(copy, calibration, graphic=graphic):
        return copy
    fit, together = registration.fit(_features(first), _features(second))
    if fit and not (whole and _agree(first, second, whole, fit)):
        copy = _copy(first, second, fit, similarity=similarity)
        if copy and _is_believable(copy, calibration, graphic=graphic):
            return _told_by_panels(copy, first, second)
    if parts := sound_parts(first, second):
        of_parts = verify(*parts, similarity=similarity, calibration=calibration)
        if of_parts.kind is Kind.COPY:
            return of_parts
    copy = None if graphic else _copy_of_panel(first, second, similarity=similarity)
    if copy and _is_believable(copy, calibration, graphic=graphic):
        return copy
    if together >= SCENE and not graphic:
        copy = _bent_copy(first, second, similarity=similarity)
        if copy and _is_believable(copy, calibration, graphic=graphic):
            return copy
    near = similarity - calibration.similar
    if together < SCENE and near < 0:
        return _relation(first, second, Kind.UNRELATED, similarity, 0.5 - near)
    sure = max(together / (4 * SCENE), 0.5 + near)
    placed = None
    if fit is not None:
        placed = registration.registration(fit, first=_scale(first), second=_scale(second))
    return _relation(first, second, Kind.SIMILAR, similarity, sure, (), placed)


def _agree(first: View, second: View, whole: registration.Fit, fit: registration.Fit) -> bool:
    """Whether two transforms lay the second so alike that what one showed the other shows too."""
    corners = edits.frame(*_picture(second).shape[1::-1])
    here, there = (edits.project(corners, found.matrix) for found in (whole, fit))
    return bool(np.abs(here - there).max() < alignment.FARTHEST / 4)


def verify_related(
    first: View, second: View, *, similarity: float, calibration: Calibration
) -> Relation:
    """As `verify`, of two copies of one copy: opened however unlike the network finds them.

    What is no copy is unrelated with confidence 1, or similar by the cosine.
    """
    told = max(similarity, calibration.similar)
    found = verify(first, second, similarity=told, calibration=calibration)
    if found.kind is Kind.COPY or similarity >= calibration.similar:
        return replace(found, similarity=similarity)
    return _relation(first, second, Kind.UNRELATED, similarity, 1.0)


def _is_believable(copy: Relation, calibration: Calibration, *, graphic: bool) -> bool:
    """Whether a copy may be as unlike its original as that; else what agrees is a shared frame.

    graphic: both are drawn; tones change photos so much, and no screens.
    """
    if copy.similarity >= calibration.similar:
        return True
    done = {edit.name for edit in copy.edits}
    return not EXCUSES.isdisjoint(done) or (EditName.COLOUR in done and not graphic)


def by_signatures(
    first: View, second: View, *, similarity: float, calibration: Calibration
) -> Relation | None:
    """What the stored evidence alone decides, in microseconds; None: the pictures must be opened.

    Never a copy: the next frame of a burst can have the same signature.
    """
    if first.info.flat or second.info.flat:
        return _relation(first, second, Kind.UNRELATED, similarity, 1.0)
    if similarity >= calibration.similar:
        return None
    if signature.likeness(first.signature, second.signature).correlation >= LIKE:
        return None
    if similarity >= calibration.faintest:
        if signature.detail_likeness(first.signature, second.signature) >= DETAIL:
            return None
        if signature.part_likeness(first.signature, second.signature) >= _part(
            similarity, calibration
        ):
            return None
    sure = 0.5 + calibration.similar - similarity
    return _relation(first, second, Kind.UNRELATED, similarity, sure)


def is_promising(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    """Whether two signatures agree so well that pictures should be opened which are far apart."""
    if signature.detail_likeness(first, second) >= DETAIL:
        return True
    return signature.square_part_likeness(first, second) >= PART_FAR


def _part(similarity: float, calibration: Calibration) -> float:
    """How well a part must agree at a cosine."""
    if similarity < calibration.candidate:
        return PART_FAR
    return float(
        np.interp(similarity, (calibration.candidate, calibration.similar), (PART_FAINT, PART))
    )


def by_cosine(first: int, second: int, *, similarity: float, calibration: Calibration) -> Relation:
    """What two contents are by their embeddings alone: at most similar."""
    near = similarity - calibration.similar
    kind = Kind.SIMILAR if near >= 0 else Kind.UNRELATED
    return Relation(first, second, kind, similarity, round(min(1.0, 0.5 + abs(near)), 3))


def is_copy(found: residuals.Findings) -> bool:
    """Whether what was measured can come from editing one picture."""
    blurred = found.fine < BLURRED
    most_moved = MOST_MOVED_BLURRED if blurred else MOST_MOVED
    if found.moved > most_moved and found.moved > MOVED_BY_OVERLAID * found.overlaid:
        return False
    if found.overlaid > 0 and found.fine > MOST_FINE_OVERLAID:
        return False
    if found.strayed > MOST_STRAYED + STRAYED_BY_FINE * max(found.fine, 0):
        return False
    if found.shaded > MOST_SHADED:
        return False
    most_fine = min(MOST_FINE, EXACT_FINE + LOST_FINE * found.lost)
    return found.fine <= most_fine and found.middle <= MOST_MIDDLE


def is_retouched(found: residuals.Findings) -> bool:
    """Whether more changed than `is_copy` lets pass, as taking something out or toning would."""
    if found.fine > SAME_GRAIN or found.middle > SAME_MIDDLE or found.strayed > MOST_STRAYED:
        return False
    if found.moved + found.overlaid > MOST_REPLACED:
        return False
    return found.moved <= MOVED_BY_TONING or found.hidden >= LEAST_HIDDEN


def _same_picture(first: View, second: View) -> bool:
    """Whether their files hold the same picture data beside other metadata."""
    if (_as_shown(first.info), first.signature.tobytes()) != (
        _as_shown(second.info),
        second.signature.tobytes(),
    ):
        return False
    return _picture_data(first) is not None and _picture_data(first) == _picture_data(second)


def _as_shown(info: PhotoInfo) -> tuple[object, ...]:
    return info.width, info.height, info.format, info.orientation


def _same_picture_data(first: View, second: View, *, similarity: float) -> Relation:
    placed = Registration((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
    return _relation(first, second, Kind.COPY, similarity, 1.0, (Edit(EditName.REENCODED),), placed)


def _whole(first: View, second: View) -> registration.Fit | None:
    """The whole second picture on the whole first, where their signatures agree."""
    likeness = signature.likeness(first.signature, second.signature)
    if likeness.correlation < LIKE:
        return None
    shapes = _picture(first).shape, _picture(second).shape
    matrix = registration.whole(*shapes, turn=likeness.turn, mirrored=likeness.mirrored)
    return registration.Fit(matrix, likeness.mirrored, 0)


def _copy(
    first: View, second: View, start: registration.Fit, *, similarity: float
) -> Relation | None:
    """The relation of copies, if the second laid on the first by about this transform is one."""
    one, other = _picture(first), _picture(second)
    better, laid, toned = alignment.refine(one, other, start.matrix)
    if laid.inside.mean() < OVERLAP or not _plausible(better):
        return None
    found = residuals.examine(laid, toned)
    placed = registration.registration(
        replace(start, matrix=better), first=_scale(first), second=_scale(second)
    )
    drawn = [close_look.may_be_drawn(picture) for picture in (one, other)]
    if not is_copy(found):
        if not is_retouched(found) or _both_graphic(first, second):
            return None
        if not _same_grain(first, second, placed):
            return None
    done = edits.edits(
        first.info, second.info, registration=placed, pictures=(one, other), findings=found
    )
    grey = any(edit.name is EditName.GREYSCALE for edit in done)
    if not grey and flat_colours.are_recoloured(laid):  # another flag
        return None
    cropped = {edit.on_first for edit in done if edit.name is EditName.CROPPED}
    if len(cropped) > 1:  # each shows what the other does not: the camera was turned
        return None
    if UNTRACED.issuperset(edit.name for edit in done) and _two_exposures(first, second):
        return None
    if {edit.name for edit in done} == {EditName.REENCODED}:
        done = (replace(done[0], on_first=_lossless_is_first(first, second)),)
    telling = found.changed.any() or any(drawn)
    if telling and not _same_closely(first, second, placed, apart=_both_show_more(done)):
        return None
    sure = 1 - 0.5 * max(found.fine / MOST_FINE, found.middle / MOST_MIDDLE, 0)
    return _relation(first, second, Kind.COPY, similarity, sure, done, placed)


def _bent_copy(first: View, second: View, *, similarity: float) -> Relation | None:
    """The relation of copies of which one was stretched, photographed or edited heavily.

    What is alike closely is a copy though fine detail, tone or place changed everywhere.
    """
    start = registration.fit_bent(_features(first), _features(second))
    many = start is not None and start.inliers >= MANY_BENT
    if start is None:
        start = registration.fit_bent(_fine_features(first), _fine_features(second))
    if start is None:
        return None
    one, other = _picture(first), _picture(second)
    corners = edits.project(edits.frame(*other.shape[1::-1]), start.matrix)
    laid = alignment.lay(one, other, start.matrix, onto_first=alignment.scale_of(start.matrix) <= 1)
    if not _is_convex(corners) or laid.inside.mean() < OVERLAP_BENT:
        return None
    placed = registration.registration(start, first=_scale(first), second=_scale(second))
    alike = partial(_is_bent_copy, many=many)
    seen = _look(first, second, placed, enough=alike)
    if seen is None or not alike(seen):
        return None
    toned = tone_matching.apply_tone(laid, tone_matching.match_tone(laid))
    done = edits.edits(
        first.info,
        second.info,
        registration=placed,
        pictures=(one, other),
        findings=residuals.examine(laid, toned),
    )
    if len({edit.on_first for edit in done if edit.name is EditName.CROPPED}) > 1:
        return None
    if UNTRACED.issuperset(edit.name for edit in done):  # so laid, finer evidence was against it
        return None
    far = max(seen.unlike / MOST_UNLIKE_BENT, seen.replaced / MOST_REPLACED_BENT)
    sure = 1 - 0.5 * min(1.0, far)
    return _relation(first, second, Kind.COPY, similarity, sure, done, placed)


def _copy_of_panel(first: View, second: View, *, similarity: float) -> Relation | None:
    """The relation of copies, one of which is a picture inside the other: a collage, a story."""
    likely = [
        (_likeness_of_part(inner, other), view, panel, inner)
        for view, other in ((first, second), (second, first))
        for panel, inner in _panels(view)
    ]
    likely = [one for one in likely if one[0] >= PANEL]
    for _, view, panel, inner in sorted(likely, key=lambda one: -one[0])[:PANELS_TRIED]:
        of_first = view is first
        pair = (inner, second) if of_first else (first, inner)
        copy = _plain_copy(*pair, similarity=similarity)
        if copy and copy.registration:
            told = _of_the_whole(copy, copy.registration, view, panel, of_first=of_first)
            if _is_panel_of_both(panel, told, first, second, of_first=of_first):
                continue
            ends = _ends_with(panel, told, first.info, second.info, of_first=of_first)
            if ends or _is_framed(_picture(view), panel):
                return told
    return None


def _ends_with(
    panel: Panel, copy: Relation, first: PhotoInfo, second: PhotoInfo, *, of_first: bool
) -> bool:
    """Whether what is in a panel ends about where the panel does.

    What goes on beyond it is the same frame once more, of which a part stayed as it was.
    """
    if copy.registration is None:
        return False
    matrix = np.array(copy.registration.matrix).reshape(3, 3)
    around, inside = (first, second) if of_first else (second, first)
    onto = matrix if of_first else np.asarray(np.linalg.inv(matrix))
    corners = edits.project(edits.frame(inside.width, inside.height), onto)
    covered = edits.area(edits.outline(around, corners))
    of_panel = (panel.right - panel.left) * (panel.bottom - panel.top)
    return covered <= min(MOST_COVERED, MOST_BEYOND * of_panel)


def _is_panel_of_both(
    panel: Panel, copy: Relation, first: View, second: View, *, of_first: bool
) -> bool:
    """Whether the other picture is a composite too, in which the same has a panel of its own."""
    if copy.registration is None:
        return False
    matrix = np.array(copy.registration.matrix).reshape(3, 3)
    around, other = (first, second) if of_first else (second, first)
    onto = np.asarray(np.linalg.inv(matrix)) if of_first else matrix
    edges = [[panel.left, panel.top], [panel.right, panel.bottom]]
    placed = edits.project(np.array(edges) * [around.info.width, around.info.height], onto)
    placed = np.sort(placed / [other.info.width, other.info.height], axis=0).clip(0, 1).ravel()
    return _is_panel(other, placed)


def _told_by_panels(copy: Relation, first: View, second: View) -> Relation:
    """The relation, but what fills a panel of the other lies inside it and was not cut from it."""
    told = []
    for edit in copy.edits:
        if edit.name is EditName.CROPPED and edit.box:
            around = second if edit.on_first else first
            if _is_panel(around, edit.box):
                edit = replace(edit, name=EditName.SCREENSHOT, on_first=not edit.on_first)
        told.append(edit)
    return replace(copy, edits=tuple(told))


def _is_panel(view: View, box: ArrayLike) -> bool:
    """Whether a box, 0..1, is about that of a panel."""
    return any(
        np.abs(np.subtract((one.left, one.top, one.right, one.bottom), box)).max() < SAME_EDGES
        for one, _ in _panels(view)
    )


def _is_framed(picture: NDArray[np.uint8], panel: Panel) -> bool:
    """Whether all around a panel has one colour, as the bars of a film."""
    around = np.ones(picture.shape[:2], np.bool_)
    left, top, right, bottom = panel.pixels(picture.shape[1], picture.shape[0])
    around[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = False
    ground = picture[around]
    return len(ground) > 0 and plain_share(ground, count=1, reach=12) >= edits.BORDER


def _likeness_of_part(inner: View, other: View) -> float:
    return signature.part_likeness(inner.signature, other.signature)


def _plain_copy(first: View, second: View, *, similarity: float) -> Relation | None:
    whole = _whole(first, second)
    copy = _copy(first, second, whole, similarity=similarity) if whole else None
    if copy:
        return copy
    fit, _ = registration.fit(_features(first), _features(second))
    if fit is None or (whole and _agree(first, second, whole, fit)):
        return None
    return _copy(first, second, fit, similarity=similarity)


def _of_the_whole(
    copy: Relation, laid: Registration, view: View, panel: Panel, *, of_first: bool
) -> Relation:
    """The relation of a panel, told of the picture that it is in."""
    left, top, right, bottom = panel.pixels(view.info.width, view.info.height)
    matrix = np.array(laid.matrix).reshape(3, 3)
    shift = np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    matrix = shift @ matrix if of_first else matrix @ np.linalg.inv(shift)
    placed = replace(laid, matrix=tuple((matrix / matrix[2, 2]).ravel().tolist()))
    share = (right - left) * (bottom - top) / (view.info.width * view.info.height)
    box = panel.left, panel.top, panel.right, panel.bottom
    inside = Edit(EditName.SCREENSHOT, round(share, 4), box, of_first)
    kept = (
        replace(edit, box=None) if edit.name is not EditName.CROPPED else edit
        for edit in copy.edits
        if edit.name not in (EditName.SCREENSHOT, EditName.BORDERED)
        and not (edit.name is EditName.CROPPED and edit.on_first is not of_first)
    )
    return replace(copy, edits=(inside, *kept), registration=placed)


@lru_cache(maxsize=4096)
def _seems_graphic(view: View) -> bool:
    return close_look.seems_graphic(_picture(view))


@lru_cache(maxsize=256)
def _panels(view: View) -> tuple[tuple[Panel, View], ...]:
    """The pictures inside a picture, as photos of their own."""
    return tuple((panel, inner_view(view, panel)) for panel in panels(_picture(view)))


def _both_graphic(first: View, second: View) -> bool:
    return _seems_graphic(first) and _seems_graphic(second)


def _is_bent_copy(seen: close_look.Look, *, many: bool) -> bool:
    """Whether what is laid by a homography shows the same, or what differs has a reason.

    many: at least MANY_BENT matches agree with it.
    """
    if seen.graphic or seen.content < LEAST_CONTENT_BENT or seen.exchanged > MOST_EXCHANGED:
        return False
    if seen.unlike <= MOST_UNLIKE_BENT and seen.replaced <= MOST_REPLACED_BENT:
        return True
    # A lens correction leaves them a pixel apart.
    if many and seen.unlike <= MOST_UNLIKE_LENS and seen.replaced <= MOST_REPLACED_LENS:
        return True
    # Glare and blur take detail from one, and put nothing else in its place.
    faded = seen.unlike <= MOST_FADED and seen.replaced <= MOST_REPLACED_FADED
    return faded and seen.largest <= MOST_CHANGED


def _is_convex(corners: NDArray[np.float64]) -> bool:
    """Whether the corners of a frame (4, 2), laid elsewhere, are still those of a frame."""
    sides = np.roll(corners, -1, axis=0) - corners
    after = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
    return bool(np.all(turns > 0) or np.all(turns < 0))


def _both_show_more(done: tuple[Edit, ...]) -> bool:
    """Whether each picture has something outside the other: two parts of one page or map."""
    more = {edit.on_first for edit in done if edit.name is EditName.SCREENSHOT}
    more |= {not edit.on_first for edit in done if edit.name is EditName.CROPPED}
    return len(more) > 1


def _same_closely(first: View, second: View, placed: Registration, *, apart: bool) -> bool:
    """Whether believed copies are alike where strokes can be told apart."""

    def alike(seen: close_look.Look) -> bool:
        if seen.graphic:
            return seen.largest <= MOST_CHANGED and seen.strokes <= MOST_STROKES and not apart
        return seen.exchanged <= MOST_EXCHANGED and seen.unlike <= MOST_UNLIKE

    seen = _look(first, second, placed, enough=alike)
    return seen is None or alike(seen)


def _same_grain(first: View, second: View, placed: Registration) -> bool:
    """Whether two pictures share their finest detail at a megapixel of what both show."""
    opened = partial(_opened, first), partial(_opened, second)
    laid, toned = close_look.lay_finely(first.info, second.info, placed=placed, opened=opened)
    found = residuals.examine(laid, toned)
    return found.fine <= SAME_GRAIN and found.middle <= SAME_MIDDLE


def _look(
    first: View, second: View, placed: Registration, *, enough: Callable[[close_look.Look], bool]
) -> close_look.Look | None:
    opened = partial(_opened, first), partial(_opened, second)
    return close_look.look(first.info, second.info, placed=placed, opened=opened, enough=enough)


def _lossless_is_first(first: View, second: View) -> bool | None:
    """Which one is a lossless file made from the other, a lossy one; None: not known."""
    lossless = lossless_copies.of_one_size(first.info, second.info)
    if lossless is None:
        return None
    if not lossless_copies.alike(_picture(first), _picture(second), within=lossless_copies.SMALL):
        return None
    side = max(first.info.width, first.info.height)
    same = lossless_copies.alike(first.open(side), second.open(side), within=lossless_copies.SAME)
    return lossless if same else None


def _two_exposures(first: View, second: View) -> bool:
    """Whether capture times prove it; the very same pixels had their metadata edited instead."""
    same = np.array_equal(first.signature, second.signature)
    return not same and different_times(first.info, second.info)


def different_times(first: PhotoInfo, second: PhotoInfo) -> bool:
    """Whether two files as one camera wrote them say that they were taken at different times.

    As a camera wrote them: same camera, size, format and compression. An edited copy keeps the
    capture time of its original, so an equal time says nothing. Times are compared as the camera's
    clock showed them, and in whole seconds where one has no more.
    """
    if first.camera is None or _as_written(first) != _as_written(second):
        return False
    times = [_clock(info.taken_at) for info in (first, second)]
    if None in times:
        return False
    if any("." not in (info.taken_at or "") for info in (first, second)):
        times = [time and time.replace(microsecond=0) for time in times]
    return times[0] != times[1]


def _as_written(info: PhotoInfo) -> tuple[object, ...]:
    return info.camera, info.width, info.height, info.format, info.jpeg_quality


def _clock(taken_at: str | None) -> datetime | None:
    """ISO 8601 without its zone."""
    try:
        return datetime.fromisoformat(taken_at or "").replace(tzinfo=None)
    except ValueError:
        return None


def _relation(
    first: View,
    second: View,
    kind: Kind,
    similarity: float,
    confidence: float,
    done: tuple[Edit, ...] = (),
    placed: Registration | None = None,
) -> Relation:
    sure = round(min(1.0, max(0.0, confidence)), 3)
    return Relation(first.content, second.content, kind, similarity, sure, done, placed)


def clear_caches() -> None:
    """Let go of what is kept of the photos compared last, up to 300 MB."""
    _picture_data.cache_clear()
    _OPENED.clear()
    _picture.cache_clear()
    _features.cache_clear()
    _fine_features.cache_clear()
    _panels.cache_clear()
    _seems_graphic.cache_clear()
    signature.clear_cache()


@lru_cache(maxsize=4096)
def _picture_data(view: View) -> str | None:
    return view.picture()


def _opened(view: View, side: int) -> NDArray[np.uint8]:
    """The picture with its longer side at least `side`; pairs that ask for about one share it."""
    side = min(-(-side // SIDE_STEP) * SIDE_STEP, max(view.info.width, view.info.height))
    return _OPENED.get((view, side), partial(view.open, side))


@lru_cache(maxsize=256)
def _picture(view: View) -> NDArray[np.uint8]:
    """The picture as small as it is compared; 0.4 MB each."""
    side = registration.feature_side(view.info.width, view.info.height)
    return (view.small or view.open)(side)


@lru_cache(maxsize=64)
def _fine_features(view: View) -> registration.Features:
    """More features, of a finer picture, told in pixels of `_picture`; 1 MB each."""
    small = _picture(view)
    fine = _opened(view, round(registration.FINER * max(small.shape[:2])))
    found = registration.detect_features(fine, finer=registration.FINER)
    scale = np.array(small.shape[1::-1], np.float32) / np.array(fine.shape[1::-1], np.float32)
    places = np.asarray(found.points * scale, np.float32)
    return registration.Features(places, found.descriptors)


@lru_cache(maxsize=256)
def _features(view: View) -> registration.Features:
    """0.3 MB each."""
    return registration.detect_features(_picture(view))


def _scale(view: View) -> float:
    """The small picture's side as a fraction of the full-size one's."""
    return float(max(_picture(view).shape[:2])) / max(view.info.width, view.info.height)


def _plausible(matrix: NDArray[np.float64]) -> bool:
    """Whether an affine transform is an edit: no shear, sides stretched by less than a quarter."""
    stretch = np.linalg.svd(matrix[:2, :2], compute_uv=False)
    if not 0.02 < stretch[1] <= stretch[0] < 50:
        return False
    across, down = matrix[:2, 0], matrix[:2, 1]
    skew = abs(float(across @ down)) / float(np.linalg.norm(across) * np.linalg.norm(down))
    return bool(stretch[0] / stretch[1] < 1.25 and skew < 0.03)
