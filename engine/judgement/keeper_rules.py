"""The rules of keeper: a key for every photo by itself, and what to tell of its decision.

Near values share a bucket, so that noise does not decide. The buckets are fixed, because comparing
within a tolerance is not transitive.
"""

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kindred.engine.file_types import LOSSLESS_FORMATS
from kindred.engine.judgement.better import DETAIL_FACTOR, EXPOSURE_STEP, SHARPNESS_FACTOR
from kindred.engine.judgement.copy_names import names_copy
from kindred.engine.judgement.provenance import source_marks
from kindred.engine.messages import Code, Message, Value, tell
from kindred.engine.types import FileFacts, LossKind, Photo, PhotoInfo

# Quality where the format does not tell. A lossless picture may have been made from a JPEG, so it
# ties with a very good one; cameras write HEIF that looks about as good as JPEG 90.
_QUALITY_LOSSLESS, _QUALITY_HEIF, _QUALITY_OTHER = 95, 90, 75

_QUALITY_STEP = 5
_TIME_STEP = 2  # seconds, the resolution of file times on FAT
_PLAUSIBLE = 631_152_000  # seconds: 1990; earlier are the first moments of unset clocks
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # not fromtimestamp: Windows refuses earlier times


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules know besides the photo."""

    # content -> what was done to make it, see engine.judgement.provenance
    made: Mapping[int, frozenset[str]]
    facts: Mapping[int, FileFacts] = field(default_factory=dict)  # by content, as far as read
    preferred: tuple[Path, ...] = ()  # folders, the best first
    protected: tuple[Path, ...] = ()  # folders


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule the user can order and switch off."""

    name: str
    key: Callable[[Photo, Case], float]  # the smallest is kept
    tells: Callable[[Photo, Sequence[Photo], Case], Message]  # the kept photo, those it beats


def _is_damaged(photo: Photo, case: Case) -> float:
    known = case.facts.get(photo.content)
    return photo.info.damaged or (known is not None and known.damage > 0)


def _tell_damaged(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.WHOLE, others=len(others))


def _is_rendered(photo: Photo, _case: Case) -> float:
    return photo.info.format != "RAW"


def _tell_rendered(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.RAW, others=len(others))


def _edits(photo: Photo, case: Case) -> float:
    return len(case.made.get(photo.content, ()))


def _tell_edits(kept: Photo, others: Sequence[Photo], case: Case) -> Message:
    done = set[str]().union(*(case.made.get(photo.content, ()) for photo in others))
    code = Code.LESS_EDITED if case.made.get(kept.content) else Code.ORIGINAL
    return tell(code, edits=tuple(sorted(done)), others=len(others))


def _distance(photo: Photo, case: Case) -> float:
    known = case.facts.get(photo.content)
    return -source_marks(known) if known is not None else 0


def _tell_distance(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.NEARER_SOURCE, others=len(others))


def _detail(photo: Photo, _case: Case) -> float:
    return -_bucket(photo.info.detail, DETAIL_FACTOR)


def _tell_detail(kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    info = kept.info
    if all(_pixels(photo.info) < _pixels(info) for photo in others):
        return tell(Code.LARGER, width=info.width, height=info.height, others=len(others))
    most = max(photo.info.detail for photo in others)
    return tell(Code.MORE_DETAIL, megapixels=info.detail, most=most, others=len(others))


def _compression(photo: Photo, case: Case) -> float:
    return -(_quality(photo, case) // _QUALITY_STEP)


def _tell_compression(kept: Photo, others: Sequence[Photo], case: Case) -> Message:
    best = max(others, key=lambda photo: _quality(photo, case))
    return tell(
        Code.LESS_COMPRESSED,
        as_kept=_compressed(kept.info),
        as_best=_compressed(best.info),
        others=len(others),
    )


def _blur(photo: Photo, _case: Case) -> float:
    return -_bucket(photo.info.sharpness, SHARPNESS_FACTOR)


def _tell_blur(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.SHARPER, others=len(others))


def _exposure(photo: Photo, _case: Case) -> float:
    return -math.floor(photo.info.exposure / EXPOSURE_STEP)


def _tell_exposure(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.BETTER_EXPOSED, others=len(others))


def _missing(photo: Photo, case: Case) -> float:
    return -len(_has(photo, case))


def _tell_missing(kept: Photo, others: Sequence[Photo], case: Case) -> Message:
    shared = set.intersection(*(set(_has(photo, case)) for photo in others))
    more = tuple(kind for kind in _has(kept, case) if kind not in shared)
    return tell(Code.MORE_METADATA, kinds=more, others=len(others))


def _age(photo: Photo, _case: Case) -> float:
    when = _when(photo)
    return when // _TIME_STEP if when is not None else math.inf


def _tell_age(kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    date = (_EPOCH + timedelta(seconds=_when(kept) or 0)).date().isoformat()
    return tell(Code.OLDEST, date=date, others=len(others))


def folder_place(path: Path, *, preferred: Sequence[Path], protected: Sequence[Path]) -> int:
    """The smaller, the rather a file stays: -1 in a protected folder, then by preferred folder."""
    if any(path.is_relative_to(folder) for folder in protected):
        return -1
    places = (i for i, folder in enumerate(preferred) if path.is_relative_to(folder))
    return next(places, len(preferred))


def _folder(photo: Photo, case: Case) -> float:
    return folder_place(photo.path, preferred=case.preferred, protected=case.protected)


def _tell_folder(kept: Photo, others: Sequence[Photo], case: Case) -> Message:
    protected = _folder(kept, case) < 0
    code = Code.PROTECTED_FOLDER if protected else Code.PREFERRED_FOLDER
    return tell(code, others=len(others))


def _copy_name(photo: Photo, _case: Case) -> float:
    return names_copy(photo.path)


def _tell_name(_kept: Photo, others: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.NO_COPY_NAME, others=len(others))


def _length(photo: Photo, _case: Case) -> float:
    return len(str(photo.path))


def _tell_length(_kept: Photo, _beaten: Sequence[Photo], _case: Case) -> Message:
    return tell(Code.SHORTEST_PATH)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("whole", _is_damaged, _tell_damaged),
        Rule("raw", _is_rendered, _tell_rendered),
        Rule("original", _edits, _tell_edits),
        Rule("source", _distance, _tell_distance),
        Rule("detail", _detail, _tell_detail),
        Rule("compression", _compression, _tell_compression),
        Rule("sharpness", _blur, _tell_blur),
        Rule("exposure", _exposure, _tell_exposure),
        Rule("metadata", _missing, _tell_missing),
        Rule("age", _age, _tell_age),
        Rule("folder", _folder, _tell_folder),
        Rule("name", _copy_name, _tell_name),
        Rule("path", _length, _tell_length),
    )
}
SHOTS_ONLY = frozenset({"sharpness", "exposure"})
"""Rules that choose among shots; of copies the sharper and the brighter one may be the edited."""


def _bucket(value: float, factor: float) -> int:
    """The power of `factor` below a positive value; below all others for 0 or less."""
    return math.floor(math.log(max(1e-9, value), factor))


def _pixels(info: PhotoInfo) -> int:
    return info.width * info.height


def _quality(photo: Photo, case: Case) -> float:
    info, known = photo.info, case.facts.get(photo.content)
    if known is not None and (known.encoding.lossless or known.encoding.quality is not None):
        made_from_lossy = known.encoding.compressed_before or known.encoding.colours is not None
        if known.encoding.lossless:
            return 0 if made_from_lossy else _QUALITY_LOSSLESS
        return min(known.encoding.quality or 0, _QUALITY_LOSSLESS)
    if info.format in LOSSLESS_FORMATS | {"RAW"}:
        return _QUALITY_LOSSLESS
    if info.jpeg_quality is not None:
        return min(info.jpeg_quality, _QUALITY_LOSSLESS)
    return _QUALITY_HEIF if info.format == "HEIF" else _QUALITY_OTHER


def _compressed(info: PhotoInfo) -> Value:
    if info.jpeg_quality is None:
        return info.format
    return tell(Code.COMPRESSION, format="JPEG", quality=info.jpeg_quality)


def _has(photo: Photo, case: Case) -> list[LossKind]:
    said: PhotoInfo | FileFacts = case.facts.get(photo.content) or photo.info
    given = {
        LossKind.TAKEN_AT: said.taken_at,
        LossKind.POSITION: said.latitude is not None,
        LossKind.CAMERA: said.camera,
        LossKind.RATING: said.rating,
        LossKind.KEYWORDS: said.keywords,
        LossKind.CAPTION: said.caption,
    }
    return [kind for kind, value in given.items() if value]


def _when(photo: Photo) -> float | None:
    """Capture or file time in seconds, the earlier; capture time is read as if it were UTC.

    None where neither is plausible: times of clocks that were never set are no times.
    """
    times = [photo.mtime_ns / 1e9]
    with contextlib.suppress(ValueError):
        taken = datetime.fromisoformat(photo.info.taken_at or "")
        if taken.tzinfo is None:
            taken = taken.replace(tzinfo=UTC)
        times.append((taken - _EPOCH).total_seconds())
    return min((time for time in times if time > _PLAUSIBLE), default=None)
