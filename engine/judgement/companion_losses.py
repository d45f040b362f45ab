"""What is lost with the companions of a photo: movies, sidecars, the JPEG beside a RAW file."""

import filecmp
from collections.abc import Mapping
from pathlib import Path

from kindred.engine.file_types import MOVIE_SUFFIXES, SIDECAR_SUFFIXES
from kindred.engine.metadata.movies import same_movie
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.types import Loss, LossKind, Photo


def companion_losses(
    going: Photo, staying: Photo, *, digests: Mapping[Path, str] | None = None
) -> tuple[Loss, ...]:
    """The companions of `going` that would be lost with it while `staying` stays.

    None is lost that has a twin beside `staying`: the same bytes, or of a movie the same pictures
    and sound. A sidecar of words alone is no loss here, for its words are among the photo's facts
    (engine.metadata.sidecars). Files are read now; what cannot be read is lost, what is gone is
    not. `digests` are those of companions that are known: of pictures, and of the pictures and
    sound of movies (engine.metadata.movies.media_digest). Raises nothing.
    """
    known = {staying.path: staying.digest}
    for path in (*going.companions, *staying.companions):
        if digests is not None and path in digests:
            known[path] = digests[path]
    return tuple(
        Loss(kind, (path.name,))
        for path in going.companions
        if path.exists()
        and (kind := _kind(path)) is not None
        and not any(_is_twin(path, other, known) for other in (staying.path, *staying.companions))
    )


def _kind(path: Path) -> LossKind | None:
    """What the loss of a companion would be; None for words that the photo's facts tell."""
    if path.suffix.lower() not in SIDECAR_SUFFIXES:
        return LossKind.COMPANION
    facts = read_sidecar(path, path.name)
    if facts.only_words:
        return None
    return LossKind.EDITS if facts.has_edits else LossKind.COMPANION


def _is_twin(path: Path, other: Path, digests: Mapping[Path, str]) -> bool:
    try:
        movies = {path.suffix.lower(), other.suffix.lower()} <= MOVIE_SUFFIXES
        if path in digests and other in digests:
            return digests[path] == digests[other]
        if movies:
            return same_movie(path, other)
        return filecmp.cmp(path, other, shallow=False)
    except OSError:
        return False
