"""The loss ledger: everything that a photo has and the photo that would stay has not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians

from kindred.engine.judgement.provenance import is_camera_file
from kindred.engine.types import ContentCheck, EditName, FileFacts, Loss, LossKind, Photo

SAME_PLACE = 100.0  # metres: positions nearer than that are one place, rounded differently
SAME_TIME = 2.0  # seconds: file systems and editors round
UTC = "+00:00"
QUARTER, FARTHEST_ZONE = 900.0, 14 * 3600.0  # seconds
METRES_A_DEGREE = 111_320.0
# After any other edit a person decides, so that no content check is made.
MAY_HOLD_THE_SAME = {EditName.REENCODED, EditName.RESIZED, EditName.COLOUR}
BITS_COMPARED = 8  # a channel
MORE_DETAIL = 1.02  # times the pixels along a side: not the same size


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that may go or stay. `facts` include what its sidecars say; None: never read."""

    photo: Photo
    facts: FileFacts | None


def losses(
    going: Candidate,
    staying: Candidate,
    *,
    contained: ContentCheck | None,
    edits: Collection[EditName] = (),
) -> tuple[Loss, ...]:
    """What is lost when `going` is removed and `staying` stays; empty: nothing.

    contained: the content check of the two with `going` as its first; None where it was not made.
    edits: what the verification saw between the two; after most of them no check is needed.
    Companions are not looked at here. Facts that a sidecar can carry over are `carried`; two
    different values of one fact are a loss that cannot be.
    """
    if going.photo.content == staying.photo.content and going.facts == staying.facts:
        return ()
    if going.facts is None or staying.facts is None:
        return (Loss(LossKind.UNCHECKED),)
    mine, other = going.facts, staying.facts
    same_picture = mine.picture is not None and mine.picture == other.picture
    turned = going.photo.info.orientation != staying.photo.info.orientation
    if same_picture:
        # Which way up is right, only a person sees.
        found = [Loss(LossKind.CONTENT, (EditName.TURNED.value,))] if turned else []
    else:
        found = list(_content(going, staying, contained, edits))
    found += _container(mine, other, same_picture=same_picture)
    found += _words(mine, other)
    return tuple(found)


def _content(
    going: Candidate, staying: Candidate, check: ContentCheck | None, edits: Collection[EditName]
) -> Iterator[Loss]:
    if going.photo.content == staying.photo.content:
        return
    if deeds := tuple(edit.value for edit in edits if edit not in MAY_HOLD_THE_SAME):
        yield Loss(LossKind.FRAMING if EditName.CROPPED in edits else LossKind.CONTENT, deeds)
    elif check is None:
        yield Loss(LossKind.UNCHECKED)
    elif not check.same_framing:
        yield Loss(LossKind.FRAMING)
    elif not check.first_in_second:
        mine, other = going.photo.info, staying.photo.info
        finer = max(mine.width, mine.height) > MORE_DETAIL * max(other.width, other.height)
        yield Loss(LossKind.DETAIL if finer and check.second_in_first else LossKind.CONTENT)


def _container(mine: FileFacts, other: FileFacts, *, same_picture: bool) -> Iterator[Loss]:
    """What lies in the file beside the first picture. What was not compared counts as lost."""
    if mine.damage < other.damage:
        yield Loss(LossKind.CONTENT)
    same_extras = mine.extras == other.extras
    for count, theirs, kind in (
        (mine.frames, other.frames, LossKind.FRAMES),
        (mine.pages, other.pages, LossKind.PAGES),
        (mine.layers + 1, other.layers + 1, LossKind.LAYERS),
    ):
        if count > 1 and not (same_picture and same_extras and theirs == count):
            yield Loss(kind, (str(count),))
    for has, kind in (
        (mine.movie, LossKind.MOVIE),
        (mine.sound, LossKind.SOUND),
        (mine.gain_map, LossKind.GAIN_MAP),
        (mine.depth_map, LossKind.DEPTH_MAP),
        (mine.trailer, LossKind.TRAILER),
    ):
        if has and (mine.extras is None or not same_extras):
            yield Loss(kind)
    # Pictures are compared opaque and with 8 bits.
    if mine.alpha and not same_picture:
        yield Loss(LossKind.ALPHA)
    if mine.bits > BITS_COMPARED and not (same_picture and mine.bits == other.bits):
        yield Loss(LossKind.BIT_DEPTH, (str(mine.bits),))
    if mine.wide_gamut and (mine.colours is None or mine.colours != other.colours):
        yield Loss(LossKind.GAMUT, (mine.profile or "",))
    elif same_picture and mine.colours != other.colours and not _lost_its_profile(mine, other):
        yield Loss(LossKind.CONTENT, (mine.profile or "",))  # which is right, only a person sees


def _lost_its_profile(mine: FileFacts, other: FileFacts) -> bool:
    """Whether the first is a camera's file without its metadata, the profile among them."""
    return mine.colours is None and is_camera_file(other) and not is_camera_file(mine)


def _words(mine: FileFacts, other: FileFacts) -> Iterator[Loss]:
    """What the file says of the photo."""
    only_moment = _knows_only_the_moment(mine, other)
    if mine.taken_at and not only_moment and abs(_seconds_later(mine, other)) > SAME_TIME:
        yield Loss(LossKind.TAKEN_AT, (mine.taken_at,), carried=not other.taken_at)
    if mine.zone and mine.zone != other.zone and not only_moment:
        yield Loss(LossKind.ZONE, (mine.zone,), carried=not other.zone)
    if mine.latitude is not None and mine.longitude is not None:
        away = _metres_apart(mine, other)
        if away is None or away > SAME_PLACE:
            place = f"{mine.latitude:.5f}, {mine.longitude:.5f}"
            yield Loss(LossKind.POSITION, (place,), carried=away is None)
    if mine.camera and not (other.camera and _has_camera(mine.camera, other.camera)):
        yield Loss(LossKind.CAMERA, (mine.camera,))
    elif mine.maker_note and not other.maker_note:
        yield Loss(LossKind.CAMERA, (mine.camera or "",))
    if mine.rating and mine.rating != other.rating:
        yield Loss(LossKind.RATING, (str(mine.rating),), carried=not other.rating)
    for text, theirs, kind in (
        (mine.label, other.label, LossKind.LABEL),
        (mine.title, other.title, LossKind.TITLE),
        (mine.caption, other.caption, LossKind.CAPTION),
    ):
        if text and text not in (theirs, other.comment):
            yield Loss(kind, (text,), carried=not theirs)
    # No sidecar is written with these.
    for text, known, kind in (
        (mine.comment, (other.comment, other.caption), LossKind.CAPTION),
        (mine.place, (other.place,), LossKind.PLACE),
        (mine.author, (other.author,), LossKind.AUTHOR),
        (mine.copyright, (other.copyright,), LossKind.COPYRIGHT),
        (mine.panorama, (other.panorama,), LossKind.PANORAMA),
    ):
        if text and text not in known:
            yield Loss(kind, (text,))
    for words, theirs_too, kind in (
        (mine.keywords, other.keywords, LossKind.KEYWORDS),
        (mine.people, other.people, LossKind.PEOPLE),
    ):
        if missing := tuple(word for word in words if word not in theirs_too):
            yield Loss(kind, missing, carried=True)


def _has_camera(mine: str, other: str) -> bool:
    """Whether the other name means the same camera, or one of the maker that is all of mine.

    Some programs write the maker's name before the model's, others do not, or twice. What follows
    a model's name makes it another model.
    """
    own, theirs = (name.casefold().split() for name in (mine, other))
    short, long = sorted((own, theirs), key=len)
    return long[-len(short) :] == short or own == theirs[:1]


def _knows_only_the_moment(mine: FileFacts, other: FileFacts) -> bool:
    """Whether the first has the time in UTC, as Google's JSON has, of a moment that fits the local
    time of the second: what the clock showed is known there alone.

    The zone of a local time is often not said; zones differ by quarters of an hour.
    """
    if mine.zone != UTC or other.zone == UTC:
        return False
    later = _seconds_later(mine, other)
    if other.zone is not None:
        minutes = int(other.zone[1:3]) * 60 + int(other.zone[4:6])
        return abs(later - (-60 if other.zone[0] == "-" else 60) * minutes) <= SAME_TIME
    off = min(abs(later) % QUARTER, QUARTER - abs(later) % QUARTER)
    return SAME_TIME < abs(later) <= FARTHEST_ZONE and off <= SAME_TIME


def _seconds_later(one: FileFacts, two: FileFacts) -> float:
    """How much later the clock showed the second; infinite where one has no time."""
    texts = one.taken_at or "", two.taken_at or ""
    try:
        moments = [datetime.fromisoformat(text).replace(tzinfo=None) for text in texts]
    except ValueError:
        return 0.0 if texts[0] == texts[1] else float("inf")
    return (moments[1] - moments[0]).total_seconds()


def _metres_apart(one: FileFacts, two: FileFacts) -> float | None:
    """Between two positions of which the first is known; None where the second is not."""
    if one.latitude is None or one.longitude is None or two.latitude is None:
        return None
    if two.longitude is None:
        return None
    north = one.latitude - two.latitude
    east = (one.longitude - two.longitude + 180) % 360 - 180
    return METRES_A_DEGREE * hypot(north, east * cos(radians(one.latitude)))
