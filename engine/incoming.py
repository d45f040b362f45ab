"""What of a card, phone or drive is new to the library, and copying that by date."""

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from kindred.engine.digest import digest_file
from kindred.engine.errors import KindredError
from kindred.engine.judgement.suggestions import may_go, tier_towards
from kindred.engine.library import Library
from kindred.engine.messages import Code, cause
from kindred.engine.paths import absolute
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage, ignore
from kindred.engine.types import Group, Kind, Member, Photo, ScanOptions, Tier

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
    """A file of the card; `match` is the photo of the library it was compared with."""

    path: Path
    standing: Standing
    match: Path | None = None
    photo: Photo | None = None
    note: str = ""


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
    """A file that was copied and read back, or why it was not."""

    source: Path
    target: Path | None
    note: str = ""


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
            raise KindredError(Code.TEXT, text=f"{card} and {folder} hold one another.")
    stays = any(root == card or card.is_relative_to(root) for root in library.roots())
    report = library.scan([*folders, card], options=options, token=token, progress=progress)
    try:
        token.check()
        unreadable = {
            file.path: f"{file.reason} ({file.detail})"
            for file in report.skipped
            if file.path.is_relative_to(card)
        }
        photos = {photo.path: photo for photo in library.photos([card])}
        found = _standings(library, card, folders)
        files: list[Incoming] = []
        for path in _files(card):
            photo = photos.get(path)
            if path in unreadable and path not in found:
                files.append(Incoming(path, Standing.UNREADABLE, note=unreadable[path]))
            elif photo is not None:
                standing, match = found.get(path, (Standing.NEW, None))
                files.append(Incoming(path, standing, match, photo))
            else:
                files.append(Incoming(path, Standing.OTHER))
        return Arrivals(card, _with_companions(files))
    finally:
        if not stays:
            library.leave(card)


def _files(card: Path) -> Iterable[Path]:
    for folder, names, files in os.walk(card):
        names.sort()
        for name in sorted(files):
            if name.lower() not in LEFTOVERS:
                yield Path(folder) / name


def _with_companions(files: Sequence[Incoming]) -> tuple[Incoming, ...]:
    """The files of one shot stand as its photo does: what they hold was judged with it."""
    standing = {
        companion: file
        for file in files
        if file.photo is not None
        for companion in file.photo.companions
    }
    return tuple(
        Incoming(file.path, standing[file.path].standing, standing[file.path].match)
        if file.path in standing
        else file
        for file in files
    )


def _standings(
    library: Library, card: Path, folders: Sequence[Path]
) -> dict[Path, tuple[Standing, Path | None]]:
    """The standing of the photos of the card that are copies of some photo of the folders."""
    # What stays is chosen among the library's own photos; then, what the card has better.
    strict = library.taste(protected=folders)
    found: dict[Path, tuple[Standing, Path | None]] = {}
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
            lesser = [other.photo.path for other in there if other.photo.path in going]
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


def _present(
    group: Group, member: Member, there: Collection[Member]
) -> tuple[Standing, Path | None]:
    """Whether all of a photo is in one of the library."""
    photo = member.photo
    best: tuple[Standing, Path | None] = (Standing.EDITED, _nearest(group, there))
    for other in there:
        going = may_go(group, [other.photo.path])
        if not any(one.photo.path == photo.path for one in going):
            continue
        if tier_towards(group, member, other) is Tier.EXACT:
            return Standing.EXACT, other.photo.path
        best = Standing.LESSER, other.photo.path
    return best


def _nearest(group: Group, there: Collection[Member]) -> Path:
    """The keeper where it is one of these, else the first of them."""
    paths = [member.photo.path for member in there]
    return group.keeper.path if group.keeper.path in paths else paths[0]


def safe_to_erase(arrivals: Arrivals, copied: Sequence[Copied] = ()) -> tuple[bool, str]:
    """Whether every file of a card is there, read back just now; if not, what is in the way."""
    there = {copy.source for copy in copied if copy.target is not None}
    missing = [f for f in arrivals.files if f.standing not in THERE and f.path not in there]
    if missing:
        return False, f"{len(missing)} files are not there, such as {missing[0].path.name}"
    for file in arrivals.files:
        if file.path in there or file.photo is None or file.match is None:
            continue
        try:
            there_now = digest_file(file.match) == file.photo.digest or _decodes(file.match)
        except OSError:
            there_now = False
        if not there_now:
            return False, f"{file.match} cannot be read"
    return True, ""


def _decodes(path: Path) -> bool:
    """Whether all of a picture can be read."""
    from kindred.engine.decoding.decode import open_upright

    try:
        open_upright(path, max_side=None)
    except (OSError, ValueError, KindredError):
        return False
    return True


def copy_to(
    target: Path,
    files: Sequence[Incoming],
    *,
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> list[Copied]:
    """Copy files into folders of a target by the day they were taken, and read each back.

    A file that is there already with the same bytes is not copied again; one of the same name with
    others is put beside it. Nothing at the target is ever overwritten.
    """
    meter = Meter(progress)
    meter.start(Stage.COPYING, len(files))
    copied: list[Copied] = []
    for file in files:
        token.check()
        try:
            copied.append(Copied(file.path, _copy(file, absolute(target))))
        except OSError as error:
            copied.append(Copied(file.path, None, str(cause(error))))
        meter.advance(1)
    return copied


def _copy(file: Incoming, target: Path) -> Path:
    folder = target / _day(file)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = digest_file(file.path)
    for number in range(1, 10_000):
        name = file.path.name
        if number > 1:
            name = f"{file.path.stem} ({number}){file.path.suffix}"
        place = folder / name
        if place.exists():
            if digest_file(place) == wanted:
                return place
            continue
        unfinished = folder / f".{name}.kindred-copy"
        shutil.copyfile(file.path, unfinished)
        shutil.copystat(file.path, unfinished)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        if digest_file(unfinished) != wanted:
            unfinished.unlink()
            raise OSError("what was written is not what was read")
        if place.exists():  # since it was looked for
            unfinished.unlink()
            continue
        unfinished.rename(place)
        return place
    raise OSError("too many files of this name")


def _day(file: Incoming) -> Path:
    taken = file.photo.info.taken_at if file.photo is not None else None
    try:
        day = datetime.fromisoformat(taken or "")
    except ValueError:
        return Path(UNDATED)
    return Path(f"{day:%Y}") / f"{day:%Y-%m-%d}"
