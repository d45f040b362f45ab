"""The frozen values every stage shares; the words are those of docs and labels."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kindred.engine.messages import Message


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
    NOT_ENTERED = "folder not entered"


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
    SCREENSHOT = "inside another picture"  # a screen or collage; amount: the share it fills


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
    ignored: dict[str, int] = field(default_factory=dict)  # other files by ending, "mp4"


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
    last_change: bool = False  # of taken_at: the file only says when a program changed it
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
class Calibration:
    """What the cosine of two embeddings means for one network: the least of each sort of pair."""

    candidate: float  # worth looking at
    similar: float  # shots of one scene, at the middle of the strictness slider
    copy_precision_99: float  # 99 of 100 such pairs are copies
    copy_precision_999: float

    @property
    def faintest(self) -> float:
        """Worth looking at where something else speaks for the pair."""
        return self.candidate - (self.similar - self.candidate) / 3


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
    the kind is. A `derived` relation follows from those to a third content; the two were never
    opened beside each other, and nothing is removed because of it.
    """

    first: int
    second: int
    kind: Kind
    similarity: float
    confidence: float
    edits: tuple[Edit, ...] = ()
    registration: Registration | None = None
    derived: bool = False


class Tier(StrEnum):
    """How safe it is to remove a photo while a certain other one stays."""

    EXACT = "exact"  # the same picture data, and nothing else is lost
    LESSER = "lesser"  # the same framing and content, no more detail, and nothing else is lost
    EDITED = "edited"  # made from the same picture, or not shown to be contained: a person decides
    SIMILAR = "similar"  # another shot


class LossKind(StrEnum):
    """One kind of thing that a photo has and the photo that would stay has not."""

    FRAMING = "framing"  # parts of the scene outside the keeper's frame
    DETAIL = "detail"  # real detail that the keeper does not resolve
    CONTENT = "content"  # a changed or hidden area, text, tone or colour
    UNCHECKED = "unchecked"  # the two were not compared, or could not be
    FRAMES = "frames"  # of an animation or a sequence
    PAGES = "pages"
    LAYERS = "layers"
    MOVIE = "movie"  # embedded, as in a motion photo
    SOUND = "sound"
    GAIN_MAP = "gain map"
    DEPTH_MAP = "depth map"
    TRAILER = "data behind the picture"
    ALPHA = "transparency"
    BIT_DEPTH = "bit depth"
    GAMUT = "colour profile"
    TAKEN_AT = "capture time"
    ZONE = "time zone"
    POSITION = "position"
    CAMERA = "camera"
    RATING = "rating"
    LABEL = "label"
    KEYWORDS = "keywords"
    PEOPLE = "people"
    TITLE = "title"
    CAPTION = "caption"
    PLACE = "place names"
    AUTHOR = "author"
    COPYRIGHT = "copyright"
    PANORAMA = "panorama"  # how it is to be projected
    EDITS = "edits in a sidecar"
    COMPANION = "companion file"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that would be lost with a photo.

    `values` are the facts as text: the lost keywords, the capture time, the companion's name.
    `carried` losses will be written to the keeper's sidecar before the photo goes.
    """

    kind: LossKind
    values: tuple[str, ...] = ()
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the picture data of a file was compressed, as far as the file itself tells."""

    lossless: bool = False  # PNG, TIFF without JPEG, BMP, VP8L, lossless AVIF/HEIF/JPEG XL
    quality: float | None = None  # 1-100 on libjpeg's scale, also for other lossy codecs
    tables: tuple[tuple[int, ...], ...] = ()  # JPEG quantisation tables, natural order, 64 each
    subsampling: str | None = None  # "4:4:4", "4:2:2", "4:2:0", ... of a JPEG
    progressive: bool = False
    colours: int | None = None  # of a palette
    camera_tables: bool = False  # the tables are those of a camera, no libjpeg scale of them
    compressed_before: bool = False  # coefficients or an 8 x 8 grid show an earlier compression


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a content carries beside the pixels of its first picture.

    Read once a content (engine.metadata.facts), stored by content. What a file does not say is at
    its default. Times are ISO 8601 as the camera wrote them, without a zone.
    """

    version: int = 0  # of the reader; facts of an older one are read again
    picture: str | None = None  # BLAKE3 of the coded or decoded picture data, metadata left out
    extras: str | None = None  # BLAKE3 of movie, maps, layers, further pictures and trailer
    frames: int = 1  # of an animation or a sequence
    pages: int = 1
    layers: int = 0
    movie: bool = False  # embedded behind or in the picture
    sound: bool = False
    gain_map: bool = False
    depth_map: bool = False
    trailer: bool = False  # data of no known kind lies behind the picture
    alpha: bool = False  # some pixel is not opaque
    bits: int = 8  # a channel
    channels: int = 3  # 1: grey
    profile: str | None = None  # description of the ICC profile, if it is not sRGB
    colours: str | None = None  # BLAKE3 of that profile, or the name of a space without one
    wide_gamut: bool = False  # its primaries reach outside sRGB
    taken_at: str | None = None
    zone: str | None = None  # "+02:00"
    digitised_at: str | None = None
    named_at: str | None = None  # stated by the file's name, a day or a moment; proves nothing
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None  # -1 (rejected) to 5; 0 is none
    label: str | None = None
    keywords: tuple[str, ...] = ()  # hierarchical ones as "Places|Europe|Rome"
    people: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None  # makers' defaults are none
    comment: str | None = None  # of a JPEG, if not the caption; what a picture was generated from
    place: str | None = None  # "Trastevere, Rome, Italy"
    author: str | None = None
    copyright: str | None = None
    panorama: str | None = None  # the projection in which viewers show it
    software: str | None = None
    history: tuple[str, ...] = ()  # XMP history and edit lists: what was done, oldest first
    maker_note: bool = False  # a camera's own block, which editors seldom keep
    thumbnail_agrees: bool | None = None  # the EXIF thumbnail shows this picture in this framing
    content_id: str | None = None  # Apple's content identifier of a Live Photo
    damage: int = 0  # warnings of the decoder, or rows found to be missing
    encoding: Encoding = field(default_factory=Encoding)


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """Whether the whole picture of one content is in another, as compared at full size.

    `first_in_second`: nothing but what compression and resampling explain is in the first that is
    not in the second, at the first one's own resolution, tile by tile; so the other way round.
    """

    first_in_second: bool
    second_in_first: bool
    same_framing: bool  # whole picture on whole picture, not turned or mirrored
    source: int = 0  # 1: the second was made from the first one's file, -1: the other way round
    worst: float = 0.0  # the worst tile's unexplained difference, 1.0 is the limit
    box: tuple[float, float, float, float] | None = None  # where the worst tile lies, 0..1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a keeper was preferred: the rule, and what to tell the user."""

    rule: str  # name of the rule in engine.judgement.keeper
    message: Message


class Why(StrEnum):
    """Why a photo may go, or why it is left to the user, while another one stays."""

    # It may go:
    SAME_BYTES = "the same bytes"
    SAME_PICTURE = "the same picture data"
    CONTAINED = "all of it is in the other, which has more"
    SOURCE = "the other is nearer to the original"
    METADATA = "the other knows more of the photo"
    PREFERRED = "the other lies in a preferred or protected folder"
    NAME = "its name or folder says that it is the copy"
    OLDER = "the other lies in the same folder and is older"
    # It is left to the user:
    LOSES = "something would be lost"
    UNCHECKED = "not compared at full size"
    FOLDERS = "exact copies that only their folders tell apart"
    ALIKE = "nothing tells which is nearer to the original"
    REJECTED = "said not to be duplicates"
    PROTECTED = "in a protected folder"
    LINKED = "another name of the same file"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a photo of a group may go: everything in it is in `stays`, or will be.

    `stays` is None where the photo is left to the user. Then `losses` are what would be lost if
    the group's keeper stayed; else they are all `carried`.
    """

    tier: Tier = Tier.SIMILAR
    stays: Path | None = None
    losses: tuple[Loss, ...] = ()
    why: Why | None = None


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
    judgement: Judgement = Judgement()


SEARCH = "search"
"""The key of a group of a query and its hits."""


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


class Verdict(StrEnum):
    """What the user settled about two contents."""

    DIFFERENT = "not duplicates"
    DUPLICATE = "removed as a duplicate"


class State(StrEnum):
    """Where a file of a batch is."""

    PLANNED = "planned"  # about to go
    REMOVED = "removed"  # in the trash
    RESTORED = "restored"  # back from the trash
    KEPT = "kept"  # never left
    FAILED = "failed"  # neither in its place nor found in the trash; the note says what is known
    WRITTEN = "written"  # a sidecar of a photo that stays; `trashed_to` is a copy of it before


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One file of a removal; `note` tells what became of it, where there is something to tell."""

    path: Path
    trashed_to: Path | None
    state: State
    note: Message | None = None
    restored_to: Path | None = None
    size: int = 0  # bytes
    mtime_ns: int = 0
    digest: str | None = None  # None for a companion
    companion: bool = False
    row: int = 0  # the journal's row number


@dataclass(frozen=True, slots=True)
class Batch:
    """One removal."""

    id: int
    started_at: str  # ISO 8601 with the zone
    items: tuple[BatchItem, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result.

    `relation` is that of query and photo, with the edits from query to photo; None: they were not
    compared, or only their likeness is known.
    """

    photo: Photo
    similarity: float  # cosine
    relation: Relation | None = None


DEVICES = ("auto", "cpu", "cuda", "mps")
"""Where a network can run; auto is the fastest there is."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the user chose for a scan."""

    model: str = "builtin"  # model name, see engine.embedding.embedder.available
    device: str = "auto"  # one of DEVICES
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
    ignored: dict[str, int] = field(default_factory=dict)  # files that are no pictures, by ending
