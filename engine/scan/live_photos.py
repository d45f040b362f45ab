"""Movies that share no more than a photo's name leave its unit, once its facts are known."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kindred.engine.file_types import MOVIE_SUFFIXES
from kindred.engine.metadata.movies import belongs, read_movie
from kindred.engine.store import Store
from kindred.engine.types import FileFacts, Photo

_APART = "movies apart"  # setting: their paths, so that a later scan does not ask again


def without_apart(store: Store, units: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The units without the movies that were found to be of no photo."""
    apart = set(store.setting(_APART, []))
    kept = {main: [part for part in parts if part not in apart] for main, parts in units.items()}
    return {main: parts for main, parts in kept.items() if parts}


def settle_movies(store: Store, photos: Iterable[Photo], facts: Mapping[int, FileFacts]) -> None:
    """Take movies out of the units of photos that they are not of; see metadata.movies.belongs."""
    apart = [
        movie
        for photo in photos
        for movie in photo.companions
        if movie.suffix.lower() in MOVIE_SUFFIXES and not _belongs(movie, photo, facts)
    ]
    if apart:
        known = store.setting(_APART, [])
        store.set_setting(_APART, sorted({*known, *map(str, apart)}))
        store.leave_units(apart)


def _belongs(movie: Path, photo: Photo, facts: Mapping[int, FileFacts]) -> bool:
    known = facts.get(photo.content, FileFacts())
    taken_at = known.taken_at or photo.info.taken_at
    return belongs(read_movie(movie), content_id=known.content_id, taken_at=taken_at)
