"""Walks folders and yields what is in each: the regular files that are photos, by name or start.

A photo's ending is enough to be one; a file with an unknown ending is opened for its first bytes.
"""

import logging
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from kindred.engine.errors import KindredError
from kindred.engine.file_types import OTHER_SUFFIXES, PHOTO_SUFFIXES
from kindred.engine.messages import Code
from kindred.engine.paths import absolute
from kindred.engine.progress import CancelToken
from kindred.engine.scan import foreign_folders
from kindred.engine.scan.foreign_folders import Foreign
from kindred.engine.signatures import HEAD, sniff
from kindred.engine.types import Folder, SkippedFile, SkipReason, Stamp

log = logging.getLogger(__name__)

_HIDDEN, _NAMELESS, _REST = "(hidden)", "(no ending)", "(other endings)"
_MOST_ENDINGS = 500  # that are counted one by one: a hostile tree makes a new one for each file
_NO_FILE = "a pipe, socket or device, not a file"
_WINDOWS = sys.platform == "win32"
_WINDOWS_HIDDEN = stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM

OnSkipped = Callable[[SkippedFile], None]


def walk(
    roots: Sequence[Path],
    *,
    follow_links: bool,
    include_hidden: bool,
    token: CancelToken,
    on_skipped: OnSkipped,
) -> Iterator[Folder]:
    """The folders under `roots` with their photos, each once, in an order given by their names.

    A folder reached by several ways (overlapping roots, links, mounts) is entered once; with
    `follow_links` the linked files and folders come last, so that a photo keeps its real path
    where it has one inside the roots: a linked file comes as its folder once more, without
    names. Files and folders that cannot be used go to `on_skipped`.
    Raises KindredError at once when a root is not a folder, or is in a library of another program
    or in a trash; Cancelled when `token` is stopped.
    """
    starts = sorted({absolute(root) for root in roots})
    for root in starts:
        if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises on a dead mount
            raise KindredError(Code.NO_FOLDER, path=str(root))
        if found := foreign_folders.around(root):
            inside, what = found
            code = Code.IN_LIBRARY if what is Foreign.LIBRARY else Code.IN_TRASH
            raise KindredError(code, path=str(root), inside=inside.name)
    visit = _Walk(follow_links, include_hidden, token, on_skipped)
    return visit.run([str(root) for root in starts])


class _Walk:
    """One walk: what was entered so far and the links that wait for the end."""

    def __init__(
        self,
        follow_links: bool,  # noqa: FBT001 - private, called once
        include_hidden: bool,  # noqa: FBT001
        token: CancelToken,
        on_skipped: OnSkipped,
    ) -> None:
        self._follow_links = follow_links
        self._include_hidden = include_hidden
        self._token = token
        self._on_skipped = on_skipped
        self._entered: set[tuple[int, int] | str] = set()
        self._files: set[tuple[int, int] | str] = set()  # filled only when links are followed
        self._links: list[str] = []
        self._named: set[str] = set()  # folders that lie everywhere are named once

    def run(self, roots: list[str]) -> Iterator[Folder]:
        for root in roots:
            yield from self._tree(root)
        while self._links:
            links, self._links = sorted(self._links), []
            for link in links:
                yield from self._link(link)

    def _tree(self, top: str) -> Iterator[Folder]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            self._token.check()
            try:
                status = os.stat(folder)  # noqa: PTH116 - strings are twice as fast here
                key = _key(folder, status)
                if key in self._entered:
                    continue
                self._entered.add(key)
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=attrgetter("name"))
            except OSError as error:
                self._skip_error(folder, error)
                continue
            names = [entry.name for entry in entries]
            if folder != top and self._is_foreign_inside(folder, names):
                continue
            inside: list[str] = []
            photos: list[Stamp] = []
            ignored: Counter[str] = Counter()
            for entry in entries:
                self._token.check()
                name = entry.name
                dot = name.rfind(".")
                is_photo = dot > 0 and name[dot:].lower() in PHOTO_SUFFIXES
                try:
                    if is_photo and entry.is_file(follow_symlinks=False):
                        if name[0] == "." and not self._include_hidden:
                            ignored[_HIDDEN] += 1
                        else:
                            # Windows leaves the inode out of what scandir knows.
                            found = (
                                os.lstat(entry) if _WINDOWS else entry.stat(follow_symlinks=False)
                            )
                            self._add(entry.path, found, photos)
                    else:
                        self._look(entry, inside, photos, ignored, is_photo=is_photo)
                except OSError as error:
                    self._skip_error(entry.path, error)
            yield Folder(folder, names, photos, ignored)
            waiting.extend(reversed(inside))

    def _look(
        self,
        entry: os.DirEntry[str],
        inside: list[str],
        photos: list[Stamp],
        ignored: Counter[str],
        *,
        is_photo: bool,
    ) -> None:
        """Add a folder to enter to `inside`, let a link wait for the end, sort out the rest."""
        if entry.is_symlink():
            if self._follow_links and not self._is_hidden(entry.name):
                self._links.append(entry.path)
        elif entry.is_dir(follow_symlinks=False):
            if is_photo:
                self._skip(entry.path, SkipReason.NOT_A_PICTURE, "a folder")
            if self._enters(entry):
                inside.append(entry.path)
        elif self._is_hidden(entry.name):
            ignored[_HIDDEN] += 1
        elif not entry.is_file(follow_symlinks=False):
            if is_photo:
                self._skip(entry.path, SkipReason.NOT_A_PICTURE, _NO_FILE)
        elif _begins_like_a_picture(entry):
            self._add(entry.path, os.lstat(entry), photos)
        else:
            ending = _ending(entry.name)
            ignored[ending if ending in ignored or len(ignored) < _MOST_ENDINGS else _REST] += 1

    def _link(self, link: str) -> Iterator[Folder]:
        is_photo = os.path.splitext(link)[1].lower() in PHOTO_SUFFIXES  # noqa: PTH122
        try:
            status = os.stat(link)  # noqa: PTH116
        except OSError as error:
            if is_photo:
                self._skip_error(link, error)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._tree(link)
        elif is_photo and not stat.S_ISREG(status.st_mode):
            self._skip(link, SkipReason.NOT_A_PICTURE, _NO_FILE)
        elif is_photo and _key(link, status) not in self._files:
            photos: list[Stamp] = []
            self._add(link, status, photos)
            yield Folder(os.path.dirname(link), [], photos)  # noqa: PTH120

    def _add(self, path: str, status: os.stat_result, photos: list[Stamp]) -> None:
        if self._follow_links:
            self._files.add(_key(path, status))
        photos.append((path, status.st_size, status.st_mtime_ns))

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if found := foreign_folders.by_name(entry.name):
            self._name(entry.path, found)
            return False
        if self._is_hidden(entry.name):
            return False
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
        return self._include_hidden or not attributes & _WINDOWS_HIDDEN

    def _is_foreign_inside(self, folder: str, names: Sequence[str]) -> bool:
        found = foreign_folders.by_what_is_inside(os.path.basename(folder), names)  # noqa: PTH119
        if found:
            self._name(folder, found)
        return found is not None

    def _name(self, folder: str, found: Foreign) -> None:
        """Report a folder that is not entered; thumbnails lie everywhere and are named once."""
        if found.value is None:
            return
        name = os.path.basename(folder).lower()  # noqa: PTH119
        if found is not Foreign.THUMBNAILS:
            self._skip(folder, SkipReason.NOT_ENTERED, found.value)
        elif name not in self._named:
            self._named.add(name)
            self._skip(folder, SkipReason.NOT_ENTERED, f"{found.value}; others of this name too")

    def _is_hidden(self, name: str) -> bool:
        return name.startswith(".") and not self._include_hidden

    def _skip_error(self, path: str, error: OSError) -> None:
        gone = isinstance(error, FileNotFoundError)
        reason = SkipReason.VANISHED if gone else SkipReason.UNREADABLE
        self._skip(path, reason, error.strerror or str(error))

    def _skip(self, path: str, reason: SkipReason, detail: str) -> None:
        log.info("skipped %r: %s (%s)", path, reason, detail)
        self._on_skipped(SkippedFile(Path(path), reason, detail))


def _begins_like_a_picture(entry: os.DirEntry[str]) -> bool:
    """Whether a file whose ending says nothing begins like a picture."""
    ending = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122
    if ending in OTHER_SUFFIXES:
        return False
    try:
        with Path(entry.path).open("rb", buffering=0) as file:
            head = file.read(HEAD)
    except OSError:
        return False
    # Two bytes are no proof.
    return sniff(head) is not None and not head.startswith(b"\xff\x0a")


def _ending(name: str) -> str:
    ending = os.path.splitext(name)[1].lower()[1:]  # noqa: PTH122
    return ending[:16] if ending.isalnum() else _NAMELESS if not ending else _REST


def _key(path: str, status: os.stat_result) -> tuple[int, int] | str:
    """The same for all ways to one file or folder; see engine.removal.file_checks.identity."""
    if status.st_ino:
        return status.st_dev, status.st_ino
    return os.path.normcase(os.path.realpath(path))  # some network drives number no files
