"""The frozen values every stage shares; the words are those of docs and labels."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What two photos, or the photos of a group, are to each other."""

    IDENTICAL = "identical"  # the same bytes
    COPY = "copy"  # the same picture: re-encoded, resized, cropped, turned, edited, overlaid
    SIMILAR = "similar"  # another shot of the same scene
    UNRELATED = "unrelated"


class SkipReason(StrEnum):
    """Why a file that looks like a photo is not one of the library's photos."""

    EMPTY = "empty file"
    NOT_A_PICTURE = "not a picture"
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    UNREADABLE = "cannot be read"
    NO_PREVIEW = "RAW file without a preview"
    VANISHED = "vanished during the scan"
    CHANGED = "changed during the scan"
    UNSUPPORTED = "format not supported"
    TOO_SLOW = "takes too long to decode"
    CRASHED = "decoder failed"


class EditName(StrEnum):
    """One thing that was done to a copy."""

    REENCODED = "re-encoded"
    RESIZED = "resized"  # amount: scale of the second's side relative to the first's
    CROPPED = "cropped"  # amount: kept fraction of the area; box in the larger picture
    TURNED = "turned"  # amount: degrees clockwise
    MIRRORED = "mirrored"
    COLOUR = "brightness or colour edited"
    GREYSCALE = "greyscale"
    OVERLAID = "overlaid"  # amount: changed fraction of the area; box of the change
    BORDERED = "bordered"  # amount: fraction of the area that is border
    SCREENSHOT = "inside a screenshot"  # amount: fraction of the area the picture fills


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file with a photo's extension, as the walk saw it."""

    path: Path
    size: int  # bytes
    mtime_ns: int


Stamp = tuple[str, int, int]
"""A FoundFile's path, size and mtime_ns in a quarter of the memory: a walk finds millions."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What the walk saw in one folder."""

    path: str
    names: list[str]  # of all that is in it
    photos: list[Stamp]


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that cannot be used, with the reason the user is shown."""

    path: Path
    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """What is known of one content (one distinct sequence of bytes).

    Width and height are pixels of the upright picture. Times are ISO 8601 local time as the camera
    wrote them, sub-seconds included, without a zone unless the file states one.
    """

    width: int
    height: int
    format: str  # Pillow's name: JPEG, PNG, HEIF, ...; RAW files: "RAW"
    orientation: int = 1  # EXIF orientation as stored, 1-8; width and height are already upright
    taken_at: str | None = None
    camera: str | None = None
    latitude: float | None = None  # degrees, north positive
    longitude: float | None = None  # degrees, east positive
    rating: int | None = None  # 0-5
    keywords: tuple[str, ...] = ()
    caption: str | None = None
    jpeg_quality: int | None = None  # 1-100, estimated from the quantisation tables
    sharpness: float = 0.0  # see engine.decoding.quality; larger is sharper
    exposure: float = 0.0  # 0 (black or burnt out) to 1 (well exposed)
    detail: float = 0.0  # megapixels; fewer than the pixels when found to be enlarged
    damaged: bool = False  # shows a picture, but its data ends early or has errors
    flat: bool = False  # one colour, black or nearly empty: grouped only when identical


@dataclass(frozen=True, slots=True)
class Photo:
    """A file the store knows."""

    path: Path
    digest: str  # BLAKE3 of the bytes, 64 hex digits
    content: int  # the store's row number of the content
    size: int  # bytes
    mtime_ns: int
    info: PhotoInfo
    companions: tuple[Path, ...] = ()  # files of the same shot, kept and removed with it


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that was done to the second photo of a pair, as measured."""

    name: EditName
    amount: float | None = None
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom in 0..1
    on_first: bool | None = None  # it was rather done to the first photo; None: not known which


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the second photo lies on the first.

    `matrix` is a 3x3 homography, row by row, from upright pixel coordinates of the second photo to
    those of the first, both at full size. `mirrored` says whether it includes a reflection.
    """

    matrix: tuple[float, ...]
    mirrored: bool = False
    inliers: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """What two contents are to each other, with the evidence.

    `first` and `second` are the store's content numbers, first < second; edits tell what was done
    from first to second. `similarity` is the cosine of the embeddings, `confidence` (0..1) how sure
    the kind is.
    """

    first: int
    second: int
    kind: Kind
    similarity: float
    confidence: float
    edits: tuple[Edit, ...] = ()
    registration: Registration | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a keeper was preferred: the rule, and the words for the user."""

    rule: str  # name of the rule in engine.judgement.keeper
    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """A photo in a group. `relation`, `similarity` and `edits` are towards the keeper."""

    photo: Photo
    relation: Kind
    similarity: float
    confidence: float = 1.0
    edits: tuple[Edit, ...] = ()
    registration: Registration | None = None  # from this photo to the keeper
    stack: int = 0  # members of one stack are copies of each other
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Photos to review together, the keeper first.

    Kinds are separate levels: a photo may be in one identical or copy group and in one similar
    group, where its copies share its stack.
    """

    key: str  # stable while the group's contents stay the same
    kind: Kind
    members: tuple[Member, ...]
    reasons: tuple[Reason, ...] = ()
    burst: bool = False  # taken in one go, by capture time

    @property
    def keeper(self) -> Photo:
        return self.members[0].photo

    @property
    def frees(self) -> int:
        """Bytes freed when only the keeper stays."""
        return sum(member.photo.size for member in self.members[1:])


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result."""

    photo: Photo
    similarity: float  # cosine


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the user chose for a scan."""

    model: str = "builtin"  # model name, see engine.embedding.embedder.available
    device: str = "auto"  # auto, cpu, cuda or mps
    strictness: float = 0.5  # 0 (loose) to 1 (strict)
    follow_links: bool = False
    include_hidden: bool = False
    workers: int = 0  # 0: chosen from the machine


@dataclass(frozen=True, slots=True)
class StageTime:
    """Seconds spent in a stage, and how many items it handled."""

    seconds: float
    count: int


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a finished (or stopped) scan did."""

    photos: int  # photos of the scanned folders now in the store
    skipped: tuple[SkippedFile, ...]
    stages: dict[str, StageTime] = field(default_factory=dict)
    model: str = ""  # model id
    device: str = ""
    stopped: bool = False
