"""Which of some photos is better in which fact: what the window marks beside the values."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from kindred.engine.types import Edit, EditName, Photo


class Fact(StrEnum):
    """Something known of a photo, of which more is better."""

    DIMENSIONS = "dimensions"
    DETAIL = "detail"
    SIZE = "size"
    FORMAT = "format"
    QUALITY = "quality"
    CONDITION = "condition"
    TAKEN = "taken"
    CAMERA = "camera"
    POSITION = "position"
    RATING = "rating"
    KEYWORDS = "keywords"
    CAPTION = "caption"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"


DETAIL_FACTOR, SHARPNESS_FACTOR = 1.1, 1.25  # a value that is not so many times larger is as good
EXPOSURE_STEP = 0.1  # one that is not larger by so much is as good

_FACTORS = {
    Fact.DIMENSIONS: DETAIL_FACTOR,
    Fact.DETAIL: DETAIL_FACTOR,
    Fact.SHARPNESS: SHARPNESS_FACTOR,
}
_STEPS = {Fact.EXPOSURE: EXPOSURE_STEP}
_ENLARGED = 0.8  # of the pixels: a photo with less detail was enlarged, and bytes with it
_MISLEADING = {  # facts that come from what was added to the picture
    EditName.OVERLAID: (Fact.SIZE,),
    EditName.BORDERED: (Fact.DIMENSIONS, Fact.DETAIL, Fact.SIZE),
    EditName.SCREENSHOT: (Fact.DIMENSIONS, Fact.DETAIL, Fact.SIZE),
}


def best(
    photos: Sequence[Photo], edits: Sequence[Sequence[Edit]] = ()
) -> dict[Fact, frozenset[int]]:
    """The photos that no other one surpasses in a fact, by index; without the facts in which none
    is surpassed.

    edits: for each photo, what was done from the first one to it. Values that come from an edit
    say nothing. Pixels count as far as they show detail. Bytes say something among photos of one
    format that were not enlarged. A time, a place or a text that is known is better than none.
    """
    added = _added(edits, len(photos))
    tables: dict[tuple[Fact, str], dict[int, float]] = {}
    for index, photo in enumerate(photos):
        for fact, value in _values(photo, added[index]).items():
            among = photo.info.format if fact is Fact.SIZE else ""
            tables.setdefault((fact, among), {})[index] = value
    found: dict[Fact, frozenset[int]] = {}
    for (fact, _), values in tables.items():
        top = max(values.values())
        limit = {index: _FACTORS.get(fact, 1) * value for index, value in values.items()}
        rows = {index for index in values if top <= limit[index] + _STEPS.get(fact, 0)}
        if len(rows) < len(values):
            found[fact] = found.get(fact, frozenset()) | rows
    return found


def _added(edits: Sequence[Sequence[Edit]], count: int) -> list[set[EditName]]:
    """The edits of each of `count` photos, those that were rather done to the first at that one."""
    added: list[set[EditName]] = [set() for _ in range(count)]
    for index, names in enumerate(edits):
        for edit in names:
            added[0 if edit.on_first else index].add(edit.name)
    return added


def _values(photo: Photo, added: Collection[EditName]) -> dict[Fact, float]:
    info = photo.info
    megapixels = info.width * info.height / 1e6
    values: dict[Fact, float] = {
        Fact.DIMENSIONS: info.detail or megapixels,
        Fact.DETAIL: info.detail,
        Fact.FORMAT: info.format == "RAW",
        Fact.CONDITION: not info.damaged,
        Fact.TAKEN: bool(info.taken_at),
        Fact.CAMERA: bool(info.camera),
        Fact.POSITION: info.latitude is not None and info.longitude is not None,
        Fact.RATING: info.rating or 0,
        Fact.KEYWORDS: len(info.keywords),
        Fact.CAPTION: bool(info.caption),
        Fact.SHARPNESS: info.sharpness,
        Fact.EXPOSURE: info.exposure,
    }
    if info.jpeg_quality is not None:
        values[Fact.QUALITY] = info.jpeg_quality
    if not info.detail or info.detail >= _ENLARGED * megapixels:
        values[Fact.SIZE] = photo.size
    for name in added:
        for fact in _MISLEADING.get(name, ()):
            values.pop(fact, None)
    return values
