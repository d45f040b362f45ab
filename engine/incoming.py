"""What of a card, phone or drive is new to the library, and copying that by date."""

import contextlib
import errno
import itertools
import os
import shutil
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from kindred.engine.digest import digest_file, digest_parts
from kindred.engine.errors import Cancelled, KindredError
from kindred.engine.judgement.companion_losses import companion_losses
from kindred.engine.judgement.suggestions import may_go
from kindred.engine.library import Library
from kindred.engine.messages import Code, Message, cause, tell
from kindred.engine.paths import absolute
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage, ignore
from kindred.engine.removal.drives import mount_point
from kindred.engine.removal.trash import Trash, move_new
from kindred.engine.types import (
    Group,
    Kind,
    Member,
    Photo,
    ScanOptions,
    SkippedFile,
    SkipReason,
    Tier,
)

UNDATED = "undated"
LEFTOVERS = {".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db"}  # of systems, nobody's data


class Standing(StrEnum):
    """What a file of a card is to the library."""

    NEW = "new"
    EXACT = "exact"  # the same picture is there, and nothing else would be lost
    LESSER = "lesser"  # all of it is there, in a photo that has more
    BETTER = "better"  # it has all of a photo that is there, and more
    EDITED = "edited"  # a version of a photo that is there
    UNREADABLE = "could not be read"
    OTHER = "not a photo"


THERE = (Standing.EXACT, Standing.LESSER)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file of the card; `match` is the photo of the library it was compared with.

    Of a photo that is there, `twin` is that photo as it was, and `beside` are the files of its
    shot, each with its size and time. The companions of a photo are judged with it and have none.
    """

    path: Path
    standing: Standing
    match: Path | None = None
    photo: Photo | None = None
    taken_at: str | None = None  # ISO 8601, also of the files of the same shot
    skipped: SkippedFile | None = None  # why it could not be read
    size: int = 0  # bytes
    mtime_ns: int = 0
    twin: Photo | None = None
    beside: tuple[tuple[Path, tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a look at a card found, by path."""

    card: Path
    files: tuple[Incoming, ...]

    @property
    def counts(self) -> dict[Standing, int]:
        found = Counter(file.standing for file in self.files)
        return {standing: found[standing] for standing in Standing}

    def of(self, standing: Standing) -> list[Incoming]:
        return [file for file in self.files if file.standing is standing]


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that was copied and read back, or why it was not.

    made: whether the copy was written now; else a file with the same bytes was there.
    """

    source: Path
    target: Path | None
    digest: str = ""  # BLAKE3 of what was written and read back
    made: bool = False
    note: Message | None = None


def look(
    library: Library,
    card: Path,
    folders: Sequence[Path],
    *,
    options: ScanOptions,
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> Arrivals:
    """Compare a card with the photos of some folders. The card is only read.

    Raises KindredError when one is no folder, when they hold one another, or when stopped.
    """
    card, folders = absolute(card), [absolute(folder) for folder in folders]
    for folder in folders:
        if card.is_relative_to(folder) or folder.is_relative_to(card):
            raise KindredError(Code.CARD_NESTED, card=str(card), folder=str(folder))
    stays = any(root == card or card.is_relative_to(root) for root in library.roots())
    try:
        report = library.scan([*folders, card], options=options, token=token, progress=progress)
        token.check()
        unreadable = {file.path: file for file in report.skipped}
        photos = {photo.path: photo for photo in library.photos([card])}
        found = _standings(library, card, folders)
        files: list[Incoming] = []
        for path, skipped in _files(card):
            photo, skipped = photos.get(path), skipped or unreadable.get(path)
            size, mtime_ns = _stamp(path)
            if skipped is not None and path not in found:
                standing, match, photo = Standing.UNREADABLE, None, None
            elif photo is not None:
                standing, match = found.get(path, (Standing.NEW, None))
                size, mtime_ns = photo.size, photo.mtime_ns  # as it was compared
            else:
                standing, match = Standing.OTHER, None
            taken_at = photo.info.taken_at if photo is not None else None
            place = match.path if match is not None else None
            twin = match if standing in THERE else None
            beside = tuple((other, _stamp(other)) for other in twin.companions) if twin else ()
            files.append(
                Incoming(
                    path,
                    standing,
                    match=place,
                    photo=photo,
                    taken_at=taken_at,
                    skipped=skipped,
                    size=size,
                    mtime_ns=mtime_ns,
                    twin=twin,
                    beside=beside,
                )
            )
        return Arrivals(card, _with_companions(files))
    finally:
        if not stays:
            library.leave(card)


def _files(card: Path) -> Iterator[tuple[Path, SkippedFile | None]]:
    """Every file of a card, and every folder that cannot be listed, with the reason."""
    errors: list[OSError] = []
    for folder, names, files in os.walk(card, onerror=errors.append):
        names.sort()
        for name in sorted(files):
            if name.lower() not in LEFTOVERS:
                yield Path(folder) / name, None
    for error in errors:
        place = Path(error.filename or card)
        yield place, SkippedFile(place, SkipReason.UNREADABLE, str(cause(error)))


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of a file; 0 where it has gone."""
    try:
        found = path.lstat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _with_companions(files: Sequence[Incoming]) -> tuple[Incoming, ...]:
    """The files of one shot stand as its photo does: what they hold was judged with it."""
    shots = {
        companion: file
        for file in files
        if file.photo is not None
        for companion in file.photo.companions
    }
    return tuple(
        replace(file, standing=shot.standing, match=shot.match, taken_at=shot.taken_at)
        if (shot := shots.get(file.path)) is not None and file.photo is None
        else file
        for file in files
    )


def _standings(
    library: Library, card: Path, folders: Sequence[Path]
) -> dict[Path, tuple[Standing, Photo | None]]:
    """The standing of the photos of the card that are copies of some photo of the folders."""
    # What stays is chosen among the library's own photos; then, what the card has better.
    strict = library.taste(protected=folders)
    found: dict[Path, tuple[Standing, Photo | None]] = {}
    roots = [*folders, card]
    for group in library.groups(strictness=0.5, roots=roots, taste=strict):
        for member, there in _compared(group, card):
            path = member.photo.path
            standing, match = _present(group, member, there)
            before = found.get(path)
            if before is None or list(Standing).index(standing) < list(Standing).index(before[0]):
                found[path] = standing, match
    for group in library.groups(strictness=0.5, roots=roots):
        for member, there in _compared(group, card):
            path = member.photo.path
            if found.get(path, (Standing.EDITED,))[0] is not Standing.EDITED:
                continue
            going = {m.photo.path for m in may_go(group, [path])}
            lesser = [other.photo for other in there if other.photo.path in going]
            if lesser:
                found[path] = Standing.BETTER, lesser[0]
    return found


def _compared(group: Group, card: Path) -> Iterable[tuple[Member, list[Member]]]:
    """The photos of the card in a group of copies, each with those of the library in it."""
    if group.kind is Kind.SIMILAR:
        return
    there = [m for m in group.members if not m.photo.path.is_relative_to(card)]
    if there:
        for member in group.members:
            if member.photo.path.is_relative_to(card):
                yield member, there


def _present(group: Group, member: Member, there: Collection[Member]) -> tuple[Standing, Photo]:
    """Whether all of a photo is in one of the library."""
    photo, judgement = member.photo, member.judgement
    found = Standing.EDITED, _nearest(group, there)
    for other in there:
        if not any(one is member for one in may_go(group, [other.photo.path])):
            continue
        if photo.digest == other.photo.digest and not photo.companions:
            return Standing.EXACT, other.photo
        # What a photo loses is told towards the one that it goes for, or the keeper. Nothing is
        # carried over here: words that only the card has would be lost with it.
        if member is group.members[0] or judgement.losses:
            if found[0] is Standing.EDITED:
                found = Standing.EDITED, other.photo
        elif judgement.tier is Tier.EXACT:
            return Standing.EXACT, other.photo
        else:
            found = Standing.LESSER, other.photo
    return found


def _nearest(group: Group, there: Collection[Member]) -> Photo:
    """The keeper where it is one of these, else the first of them."""
    photos = [member.photo for member in there]
    return group.keeper if group.keeper in photos else photos[0]


def not_safe(
    arrivals: Arrivals,
    copied: Sequence[Copied] = (),
    *,
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> Message | None:
    """What is in the way of erasing a card; None: every file is there and was read back just now.

    Each copy must hold what was written, each photo of the library what it held when the card was
    looked at, and none of them may lie on the card's own drive. Raises Cancelled.
    """
    copies = {copy.source: copy for copy in copied if copy.target is not None}
    missing = [f for f in arrivals.files if not _is_there(f) and f.path not in copies]
    if missing:
        return tell(Code.CARD_LACKS, count=len(missing), name=missing[0].path.name)
    known = {file.path: (file.size, file.mtime_ns) for file in arrivals.files}
    now = {path: _stamp(path) for path, _ in _files(arrivals.card)}
    for path in (*now, *known):
        if now.get(path) != known.get(path):
            return tell(Code.CARD_CHANGED, name=path.name)
    places = [copy.target for copy in copies.values() if copy.target is not None]
    places += [file.twin.path for file in arrivals.files if file.twin and file.path not in copies]
    if (place := _on_drive_of(arrivals.card, places)) is not None:
        return tell(Code.CARD_SAME_DRIVE, path=str(place))
    meter = Meter(progress)
    meter.start(Stage.CHECKING_COPIES, len(arrivals.files))
    for file in arrivals.files:
        token.check()
        meter.advance(1)
        if (obstacle := _unlike(file, copies)) is not None:
            return obstacle
    return None


def _is_there(file: Incoming) -> bool:
    """Whether a file needs no copy. Companions have no twin of their own: see `_unlike`."""
    return file.standing in THERE and (file.photo is None or file.twin is not None)


def _on_drive_of(card: Path, places: Iterable[Path]) -> Path | None:
    """The first of some files that would go with the card's drive; None on the computer's own."""
    own = mount_point(card.resolve() / "a photo")
    if own in (Path("/"), mount_point(Path.home().resolve() / "a photo")):
        return None
    mounts: dict[Path, Path] = {}
    for place in places:
        if place.parent not in mounts:
            mounts[place.parent] = mount_point(place.resolve())
        if mounts[place.parent] == own:
            return place
    return None


def _unlike(file: Incoming, copies: Mapping[Path, Copied]) -> Message | None:
    """What is wrong with the copy of a file, or the photo of the library that holds all of it."""
    copy, twin = copies.get(file.path), file.twin
    if copy is not None and copy.target is not None:
        if (obstacle := _differs(copy.target, copy.digest)) is not None:
            return obstacle
    elif twin is not None:
        if (obstacle := _differs(twin.path, twin.digest)) is not None:
            return obstacle
        for path, stamp in file.beside:  # a sidecar may hold the words
            if _stamp(path) != stamp:
                return tell(Code.CARD_CHANGED, name=path.name)
    if file.photo is not None and twin is not None:
        left = tuple(path for path in file.photo.companions if path not in copies)
        if lost := companion_losses(replace(file.photo, companions=left), twin):
            return tell(Code.CARD_LACKS, count=len(lost), name=lost[0].values[0])
    return None


def _differs(path: Path, digest: str) -> Message | None:
    """What is wrong with a file that should hold certain bytes."""
    try:
        same = digest_file(path) == digest
    except OSError:
        return tell(Code.CARD_NO_TWIN, path=str(path))
    return None if same else tell(Code.CARD_CHANGED, name=path.name)


def copy_to(
    target: Path,
    files: Sequence[Incoming],
    *,
    card: Path,
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> list[Copied]:
    """Copy files into folders of a target by the day they were taken, and read each back.

    A file that is there already with the same bytes is not copied again; one of the same name with
    others is put beside it. Nothing at the target is ever overwritten. When stopped, the rest is
    told as not copied. Raises KindredError when the target is on the card, which is only read.
    """
    target = absolute(target)
    if target.is_relative_to(absolute(card)):
        raise KindredError(Code.CARD_NESTED, card=str(card), folder=str(target))
    meter = Meter(progress)
    meter.start(Stage.COPYING, len(files))
    copied: list[Copied] = []
    for file in files:
        try:
            token.check()
            copied.append(_copy(file, target, token))
        except Cancelled:
            copied.append(Copied(file.path, None, note=tell(Code.STOPPED)))
        except OSError as error:
            copied.append(Copied(file.path, None, note=cause(error)))
        meter.advance(1)
    return copied


def take_back(
    copied: Sequence[Copied],
    *,
    trash: Trash,
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> list[Copied]:
    """Move copies to the trash; what is left of them, with the reason.

    Only what was written by `copy_to`, is unchanged, and is still on the card goes.
    """
    made = [copy for copy in copied if copy.made]
    meter = Meter(progress)
    meter.start(Stage.RESTORING, len(made))
    left: list[Copied] = []
    for copy in made:
        try:
            token.check()
            note = _take_back(copy, trash)
        except Cancelled:
            note = tell(Code.STOPPED)
        except (OSError, KindredError) as error:
            note = cause(error)
        if note is not None:
            left.append(replace(copy, note=note))
        meter.advance(1)
    return left


def _take_back(copy: Copied, trash: Trash) -> Message | None:
    if copy.target is None or not os.path.lexists(copy.target):
        return None
    if digest_file(copy.target) != copy.digest:
        return tell(Code.FILE_CHANGED)
    try:
        on_card = digest_file(copy.source) == copy.digest
    except OSError:
        on_card = False
    if not on_card:
        return tell(Code.CARD_NO_LONGER, name=copy.source.name)
    trash(copy.target)
    with contextlib.suppress(OSError):  # not empty: others lie there
        copy.target.parent.rmdir()
    return None


def _copy(file: Incoming, target: Path, token: CancelToken) -> Copied:
    source = file.path
    found = source.lstat()
    if not stat.S_ISREG(found.st_mode):  # a link may lead anywhere, a pipe never ends
        raise OSError(errno.EINVAL, "it is not a plain file", source)
    folder = target / _day(file)
    folder.mkdir(parents=True, exist_ok=True)
    taken = itertools.takewhile(os.path.lexists, _places(folder, source))
    alike = [place for place in taken if _stamp(place)[0] == found.st_size and place.is_file()]
    digest = digest_file(source) if alike else ""
    for place in alike:
        if digest_file(place) == digest:
            return Copied(source, place, digest)
    unfinished = folder / f".kindred-{uuid4().hex}.part"  # short, and nobody's
    try:
        digest = _write(source, unfinished, token)
        if digest_file(unfinished) != digest:
            raise OSError(errno.EIO, "what was written is not what was read", unfinished)
        for place in _places(folder, source):
            with contextlib.suppress(FileExistsError):
                move_new(unfinished, place)
                return Copied(source, place, digest, made=True)
    finally:
        unfinished.unlink(missing_ok=True)
    raise AssertionError("names do not end")


def _places(folder: Path, source: Path) -> Iterator[Path]:
    yield folder / source.name
    for number in itertools.count(2):
        yield folder / f"{source.stem} ({number}){source.suffix}"


def _write(source: Path, target: Path, token: CancelToken) -> str:
    """Copy bytes and times; the BLAKE3 of what was read. What is read next comes from the disk."""

    def parts() -> Iterator[bytes]:
        for part in iter(lambda: reading.read(1 << 20), b""):
            token.check()
            writing.write(part)
            yield part

    with source.open("rb") as reading, target.open("xb") as writing:
        digest = digest_parts(parts())
        writing.flush()
        os.fsync(writing.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(writing.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    shutil.copystat(source, target)
    return digest


def _day(file: Incoming) -> Path:
    try:
        day = datetime.fromisoformat(file.taken_at or "")
    except ValueError:
        return Path(UNDATED)
    return Path(f"{day:%Y}") / f"{day:%Y-%m-%d}"
