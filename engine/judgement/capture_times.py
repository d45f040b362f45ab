"""When a photo was taken, as far as it is to be shown, looked for and sorted by."""

from dataclasses import dataclass

from kindred.engine.metadata.file_names import named_at
from kindred.engine.types import Photo


@dataclass(frozen=True, slots=True)
class ShownTime:
    """ISO 8601, a moment or a day; empty where nothing states it."""

    text: str
    by_name: bool = False  # only the file's name states it: it proves nothing


def shown_time(photo: Photo) -> ShownTime:
    """What the file says; else what its name says; else when a program last changed it.

    Two names say nothing of whether two photos are one shot, and a name is no loss: it goes with
    its file. So nothing judges by this.
    """
    info = photo.info
    if info.taken_at and not info.last_change:
        return ShownTime(info.taken_at)
    if named := named_at(photo.path.name):
        return ShownTime(named, by_name=True)
    return ShownTime(info.taken_at or "")
