"""What is lost with the companions of a photo: movies, sidecars, the JPEG beside a RAW file."""

import filecmp
from collections.abc import Iterator
from pathlib import Path

from kindred.engine.metadata.movies import same_movie
from kindred.engine.metadata.sidecars import SidecarFacts, merge_facts, read_sidecar
from kindred.engine.types import FileFacts, Loss, LossKind, Photo

_SIDECARS = frozenset({".xmp", ".aae", ".on1", ".dop", ".pp3", ".json"})
_MOVIES = frozenset({".mov", ".mp4", ".mp"})


def facts_with_sidecars(photo: Photo, facts: FileFacts) -> FileFacts:
    """The facts of a photo's file with what its sidecars say now. Raises nothing."""
    return merge_facts(facts, list(sidecars_of(photo)))


def sidecars_of(photo: Photo) -> Iterator[SidecarFacts]:
    """What each sidecar of a photo says, as it is on the disk now."""
    for path in photo.companions:
        if path.suffix.lower() in _SIDECARS:
            yield read_sidecar(path, path.name)


def companion_losses(going: Photo, staying: Photo) -> tuple[Loss, ...]:
    """The companions of `going` that would be lost with it while `staying` stays.

    None is lost that has a twin beside `staying`: the same bytes, or of a movie the same pictures
    and sound. A sidecar of words alone is no loss here, for its words are among the photo's facts
    (`facts_with_sidecars`). Files are read now; what cannot be read is lost, what is gone is not.
    Raises nothing.
    """
    return tuple(
        Loss(kind, (path.name,))
        for path in going.companions
        if path.exists()
        and (kind := _kind(path)) is not None
        and not any(_is_twin(path, other) for other in (staying.path, *staying.companions))
    )


def _kind(path: Path) -> LossKind | None:
    """What the loss of a companion would be; None for words that the photo's facts tell."""
    if path.suffix.lower() not in _SIDECARS:
        return LossKind.COMPANION
    facts = read_sidecar(path, path.name)
    if facts.only_words:
        return None
    return LossKind.EDITS if facts.has_edits else LossKind.COMPANION


def _is_twin(path: Path, other: Path) -> bool:
    try:
        if {path.suffix.lower(), other.suffix.lower()} <= _MOVIES:
            return same_movie(path, other)
        return filecmp.cmp(path, other, shallow=False)
    except OSError:
        return False
