"""Which files of a folder are one shot: RAW and JPEG, photo and Live Photo video, sidecars."""

import os
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from kindred.engine.types import Folder

RAW = frozenset({"dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2"})
RENDERED = frozenset({"jpg", "jpeg", "jpe", "heic", "heif", "hif"})  # what cameras write beside
VIDEO = frozenset({"mov", "mp4"})
SIDECAR = frozenset({"xmp", "aae"})


def mixed(folder: Folder) -> bool:
    """Whether a folder may have units at all; in most no two files share a stem.

    A linked photo that comes after its folder (engine.scan.walker) is taken to be part of one.
    """
    stems = {name.rpartition(".")[0] for name in folder.names}
    return len(stems) < len(folder.names) or not stems.isdisjoint(folder.names) or not stems


def companions(folders: Iterable[Folder]) -> dict[str, list[str]]:
    """The path of the main photo of each unit of more than one file -> its other files, by name.

    Names must agree exactly up to the suffix, whose case does not matter. What could belong to
    several photos of the same stem belongs to none.
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
    return units


def _units(pictures: set[str], names: list[str]) -> dict[str, list[str]]:
    shots: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in names:
        stem, _, suffix = name.rpartition(".")
        shots[stem].append((name, suffix.lower()))
    units: dict[str, list[str]] = defaultdict(list)
    for files in shots.values():
        if len(files) == 1:
            continue
        mains = [(name, suffix) for name, suffix in files if name in pictures]
        raws = [name for name, suffix in mains if suffix in RAW]
        if len(raws) == 1:
            units[raws[0]] += [name for name, suffix in mains if suffix in RENDERED]
            mains = [(n, s) for n, s in mains if s not in RENDERED]
        if len(mains) == 1:
            main, kind = mains[0]
            parts = SIDECAR | VIDEO if kind in RAW | RENDERED else SIDECAR
            units[main] += [name for name, suffix in files if suffix in parts]
    main_of = {part: main for main, parts in units.items() for part in parts}
    for stem, files in shots.items():  # a.jpg.xmp has the stem a.jpg
        if stem in pictures:
            sidecars = [name for name, suffix in files if suffix in SIDECAR]
            units[main_of.get(stem, stem)] += sidecars
    return {main: parts for main, parts in units.items() if parts}
