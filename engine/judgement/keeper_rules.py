"""The rules of keeper: a key for every photo by itself, and the words for what it decided.

Near values share a bucket, so that noise does not decide. The buckets are fixed, because comparing
within a tolerance is not transitive.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kindred.engine.file_types import LOSSLESS_FORMATS
from kindred.engine.judgement.better import DETAIL_FACTOR, EXPOSURE_STEP, SHARPNESS_FACTOR
from kindred.engine.types import Photo, PhotoInfo

# Quality where the format does not tell. A lossless picture may have been made from a JPEG, so it
# ties with a very good one; cameras write HEIF that looks about as good as JPEG 90.
_QUALITY_LOSSLESS, _QUALITY_HEIF, _QUALITY_OTHER = 95, 90, 75

_QUALITY_STEP = 5
_TIME_STEP = 2  # seconds, the resolution of file times on FAT
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # not fromtimestamp: Windows refuses earlier times


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules know besides the photo."""

    made: Mapping[
        int, frozenset[str]
    ]  # content -> what was done to make it, see engine.judgement.provenance
    preferred: tuple[Path, ...] = ()  # folders, the best first
    protected: tuple[Path, ...] = ()  # folders


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule the user can order and switch off. `label` says which photo it prefers."""

    name: str
    label: str
    key: Callable[[Photo, Case], float]  # the smallest is kept
    words: Callable[[Photo, Sequence[Photo], Case], str]  # the kept photo, those it is better than


def _is_damaged(photo: Photo, _case: Case) -> float:
    return photo.info.damaged


def _damaged_words(_kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    return f"whole, {_others(others)} damaged"


def _is_rendered(photo: Photo, _case: Case) -> float:
    return photo.info.format != "RAW"


def _rendered_words(_kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    return f"RAW, {_others(others)} rendered from a RAW file or by the camera"


def _edits(photo: Photo, case: Case) -> float:
    return len(case.made.get(photo.content, ()))


def _edits_words(kept: Photo, others: Sequence[Photo], case: Case) -> str:
    done = set[str]().union(*(case.made.get(photo.content, ()) for photo in others))
    start = "less was done to it" if case.made.get(kept.content) else "the original"
    return f"{start}, {_others(others)} {', '.join(sorted(done))}"


def _detail(photo: Photo, _case: Case) -> float:
    return -_bucket(photo.info.detail, DETAIL_FACTOR)


def _detail_words(kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    if all(_pixels(photo.info) < _pixels(kept.info) for photo in others):
        return f"{kept.info.width}x{kept.info.height}, {_others(others)} smaller"
    most = max(photo.info.detail for photo in others)
    return f"real detail of {kept.info.detail:.1f} megapixels, {_others(others)} at {most:.1f}"


def _compression(photo: Photo, _case: Case) -> float:
    return -(_quality(photo.info) // _QUALITY_STEP)


def _compression_words(kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    kept_as, best = kept.info, max((photo.info for photo in others), key=_quality)
    return f"{_compressed(kept_as)}, {_others(others)} more compressed ({_compressed(best)})"


def _blur(photo: Photo, _case: Case) -> float:
    return -_bucket(photo.info.sharpness, SHARPNESS_FACTOR)


def _blur_words(_kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    return f"sharper, {_others(others)} softer"


def _exposure(photo: Photo, _case: Case) -> float:
    return -math.floor(photo.info.exposure / EXPOSURE_STEP)


def _exposure_words(_kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    return f"better exposed, {_others(others)} darker, paler or burnt out"


def _missing(photo: Photo, _case: Case) -> float:
    return -len(_has(photo.info))


def _missing_words(kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    shared = set.intersection(*(set(_has(photo.info)) for photo in others))
    more = [name for name in _has(kept.info) if name not in shared]
    return f"has {' and '.join(more)}, {_others(others)} without"


def _age(photo: Photo, _case: Case) -> float:
    return _when(photo) // _TIME_STEP


def _age_words(kept: Photo, others: Sequence[Photo], _case: Case) -> str:
    date = (_EPOCH + timedelta(seconds=_when(kept))).date().isoformat()
    return f"oldest ({date}), {_others(others)} newer"


def _folder(photo: Photo, case: Case) -> float:
    if any(photo.path.is_relative_to(folder) for folder in case.protected):
        return -1
    places = (i for i, folder in enumerate(case.preferred) if photo.path.is_relative_to(folder))
    return next(places, len(case.preferred))


def _folder_words(kept: Photo, others: Sequence[Photo], case: Case) -> str:
    which = "protected" if _folder(kept, case) < 0 else "preferred"
    return f"in a {which} folder, {_others(others)} elsewhere"


def _length(photo: Photo, _case: Case) -> float:
    return len(str(photo.path))


def _length_words(_kept: Photo, _beaten: Sequence[Photo], _case: Case) -> str:
    return "shortest path"


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("whole", "Whole rather than damaged", _is_damaged, _damaged_words),
        Rule("raw", "RAW rather than rendered", _is_rendered, _rendered_words),
        Rule("original", "Original rather than made from another", _edits, _edits_words),
        Rule("detail", "More real detail", _detail, _detail_words),
        Rule("compression", "Less compressed", _compression, _compression_words),
        Rule("sharpness", "Sharper", _blur, _blur_words),
        Rule("exposure", "Better exposed", _exposure, _exposure_words),
        Rule("metadata", "More metadata", _missing, _missing_words),
        Rule("age", "Taken or saved earlier", _age, _age_words),
        Rule("folder", "In a protected or preferred folder", _folder, _folder_words),
        Rule("path", "Shorter path", _length, _length_words),
    )
}


def _others(photos: Sequence[Photo]) -> str:
    return "the other is" if len(photos) == 1 else "the others are"


def _bucket(value: float, factor: float) -> int:
    """The power of `factor` below a positive value; below all others for 0 or less."""
    return math.floor(math.log(max(1e-9, value), factor))


def _pixels(info: PhotoInfo) -> int:
    return info.width * info.height


def _quality(info: PhotoInfo) -> int:
    if info.format in LOSSLESS_FORMATS | {"RAW"}:
        return _QUALITY_LOSSLESS
    if info.jpeg_quality is not None:
        return min(info.jpeg_quality, _QUALITY_LOSSLESS)
    return _QUALITY_HEIF if info.format == "HEIF" else _QUALITY_OTHER


def _compressed(info: PhotoInfo) -> str:
    return info.format if info.jpeg_quality is None else f"JPEG quality {info.jpeg_quality}"


def _has(info: PhotoInfo) -> list[str]:
    given = {
        "capture time": info.taken_at,
        "GPS position": info.latitude,
        "camera": info.camera,
        "rating": info.rating,
        "keywords": info.keywords or None,
        "caption": info.caption,
    }
    return [name for name, value in given.items() if value is not None]


def _when(photo: Photo) -> float:
    """Capture or file time in seconds, the earlier; capture time is read as if it were UTC."""
    saved = photo.mtime_ns / 1e9
    try:
        taken = datetime.fromisoformat(photo.info.taken_at or "")
    except ValueError:
        return saved
    if taken.tzinfo is None:
        taken = taken.replace(tzinfo=UTC)
    return min(saved, (taken - _EPOCH).total_seconds())
