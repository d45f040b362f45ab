"""Which files of a folder are one shot: RAW and JPEG, photo and Live Photo movie, sidecars."""

import contextlib
import os
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from kindred.engine.file_types import MOVIE_SUFFIXES, RAW_SUFFIXES, SIDECAR_SUFFIXES
from kindred.engine.types import Folder

RAW = frozenset(suffix.removeprefix(".") for suffix in RAW_SUFFIXES)
RENDERED = frozenset({"jpg", "jpeg", "jpe", "heic", "heif", "hif"})  # what cameras write beside
MOVIE = frozenset(suffix.removeprefix(".") for suffix in MOVIE_SUFFIXES)
SIDECAR = frozenset(suffix.removeprefix(".") for suffix in SIDECAR_SUFFIXES)

# Apple: IMG_E1234 is the edited picture of IMG_1234, IMG_O1234.AAE the edits of an earlier version.
_APPLE_VARIANT = re.compile(r"(.*[A-Z]{3}_)[EO](\d{4}.*)")
_VIRTUAL_COPY = re.compile(r"(.+)_\d\d(\.\w+)")  # a_01.jpg.xmp: darktable's second edit of a.jpg
# Google Takeout: a.jpg.supplemental-metadata.json, cut to 46 characters before ".json"; a number
# is put last and not cut: a.jpg.supplemental-me(1).json is about a(1).jpg. Older ones have no tail.
_TAKEOUT_TAIL = "supplemental-metadata"
_TAKEOUT_LENGTH = 46
_NUMBER = re.compile(r"\(\d+\)$")
_EDITED = "-edited"  # Takeout writes no JSON for what was edited in Google Photos

# The settings of a.jpg may be CaptureOne/Settings153/a.jpg.cos or NKSC_PARAM/a.jpg.nksc.
_SETTINGS = {"CaptureOne": "Settings*/*.cos", "NKSC_PARAM": "*.nksc"}


def may_have_units(folder: Folder) -> bool:
    """Whether a folder may have units at all; in most there are only photos.

    A linked photo that comes after its folder (engine.scan.walker) is taken to be part of one.
    """
    stems: set[str] = set()
    suffixes: set[str] = set()
    for name in folder.names:
        stem, _, suffix = name.rpartition(".")
        stems.add(stem)
        suffixes.add(suffix)
    return (
        len(stems) < len(folder.names)
        or not stems
        or not SIDECAR.isdisjoint(map(str.lower, suffixes))
        or not stems.isdisjoint(folder.names)
        or any(name in folder.names for name in _SETTINGS)
    )


def companions(folders: Iterable[Folder]) -> dict[str, list[str]]:
    """The path of the main photo of each unit of more than one file -> its other files, by name.

    Names must agree up to the suffix, whose case does not matter; that of the name matters only
    where it tells several photos apart. What could belong to several photos of the same stem
    belongs to none.
    """
    pictures: dict[str, set[str]] = defaultdict(set)
    names: dict[str, list[str]] = {}
    for folder in folders:
        names.setdefault(folder.path, folder.names)
        pictures[folder.path].update(os.path.basename(path) for path, *_ in folder.photos)  # noqa: PTH119
    units: dict[str, list[str]] = {}
    for path, inside in names.items():
        for main, others in _units(pictures[path], inside).items():
            join = partial(os.path.join, path)
            units[join(main)] = [join(other) for other in sorted(others)]
    mains = {part: main for main, parts in units.items() for part in parts}
    for path, inside in names.items():
        for name, settings in _settings(path, inside):
            if name in pictures[path]:
                photo = os.path.join(path, name)  # noqa: PTH118
                units.setdefault(mains.get(photo, photo), []).append(settings)
    return units


def _settings(path: str, inside: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Files of settings below a folder, in folders that a scan need not enter; each with the name
    of its photo."""
    for name in _SETTINGS.keys() & set(inside):
        with contextlib.suppress(OSError):
            for file in sorted(Path(path, name).glob(_SETTINGS[name])):
                yield file.stem, str(file)


def _units(pictures: set[str], names: Sequence[str]) -> dict[str, list[str]]:
    shots: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in pictures:
        stem, _, suffix = name.rpartition(".")
        shots[stem].append((name, suffix.lower()))
    units: dict[str, list[str]] = defaultdict(list)
    main_of = {name: name for name in pictures}
    main_of_stem: dict[str, str] = {}
    for stem, mains in shots.items():
        raws = [name for name, suffix in mains if suffix in RAW]
        if len(raws) == 1:
            parts = [name for name, suffix in mains if suffix in RENDERED]
            units[raws[0]] += parts
            main_of |= dict.fromkeys(parts, raws[0])
            mains = [(n, s) for n, s in mains if s not in RENDERED]
        if len(mains) == 1:
            main_of_stem[stem] = mains[0][0]
    others = [name for name in names if name not in pictures]
    for name in others:
        main = _main_of_movie(name, main_of, main_of_stem)
        if main is not None:
            units[main].append(name)
            main_of[name] = main
    sorted_names = sorted(main_of)
    folded = _without_case({**main_of_stem, **main_of})
    for name in others:
        base, _, suffix = name.rpartition(".")
        if suffix.lower() not in SIDECAR:
            continue
        main = main_of.get(base) or main_of_stem.get(base) or folded.get(base.casefold())
        if main is None and suffix.lower() == "aae" and (apple := _APPLE_VARIANT.fullmatch(base)):
            main = main_of_stem.get(apple[1] + apple[2])
        if main is None and (copy := _VIRTUAL_COPY.fullmatch(base)):
            main = main_of.get(copy[1] + copy[2])
        if main is None and suffix.lower() == "json":
            about = _about(base, main_of, sorted_names)
            main = main_of[about] if about else None
        if main is not None:
            units[main].append(name)
    return {main: parts for main, parts in units.items() if parts}


def _without_case(mains: Mapping[str, str]) -> dict[str, str]:
    """The main photo by name or stem in one case; without those that then have several."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, main in mains.items():
        found[name.casefold()].add(main)
    return {name: some.pop() for name, some in found.items() if len(some) == 1}


def _main_of_movie(name: str, main_of: dict[str, str], main_of_stem: dict[str, str]) -> str | None:
    stem, _, suffix = name.rpartition(".")
    if suffix.lower() not in MOVIE:
        return None
    main = main_of.get(stem) or main_of_stem.get(name if suffix.lower() == "mp" else stem)
    # No camera writes a movie beside a PNG.
    return main if main and main.rpartition(".")[2].lower() in RAW | RENDERED else None


def _about(base: str, names: Collection[str], sorted_names: Sequence[str]) -> str | None:
    """The photo or movie that Takeout's JSON is about, of which `base` is the name without .json.

    Where the base was cut, a photo of which it is the beginning is meant, if there is only one.
    """
    match = _NUMBER.search(base)
    number, rest = (match[0], base[: match.start()]) if match else ("", base)
    head, _, tail = rest.rpartition(".")
    title = head if head and _TAKEOUT_TAIL.startswith(tail) else rest
    stem, dot, suffix = title.rpartition(".")
    for name in (f"{stem}{number}{dot}{suffix}", f"{stem}{_EDITED}{number}{dot}{suffix}"):
        if name in names:
            return name
    if len(os.fsencode(rest)) < _TAKEOUT_LENGTH:
        return None
    start = stem if dot and len(suffix) < 4 else title  # 4: of what is left of ".jpeg"
    found: list[str] = []
    for place in range(bisect_left(sorted_names, start), len(sorted_names)):
        name = sorted_names[place]
        if not name.startswith(start) or len(found) > 1:
            break
        whole, _, end = name.rpartition(".")
        if whole.endswith(number) and f"{whole.removesuffix(number)}.{end}".startswith(title):
            found.append(name)
    return found[0] if len(found) == 1 else None
