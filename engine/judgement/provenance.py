"""Which of several copies were made from which: what is known to have been done to each photo."""

from collections.abc import Iterable, Mapping

import numpy as np

from kindred.engine.types import Edit, EditName, FileFacts, Group, Kind, PhotoInfo, Relation

UPSCALED = "upscaled"

# Programs that save what they were given again; a camera's firmware has a version for a name.
EDITORS = (
    "photoshop", "lightroom", "gimp", "snapseed", "picasa", "photos", "paint", "irfanview",
    "acdsee", "affinity", "capture one", "darktable", "rawtherapee", "digikam", "imagemagick",
    "graphicsmagick", "xnview", "faststone", "luminar", "pixelmator", "vsco", "instagram",
    "whatsapp", "polarr", "canva", "preview", "windows photo", "topaz", "gigapixel", "ezgif",
)  # fmt: skip

_MORE_PIXELS = 1.2  # times the pixels on the same part of the scene: not the same size
_MORE_DETAIL = 1.1  # a picture with so many times the detail was not scaled up from the other
_SAME_FRAME = 0.02  # frames whose areas differ by less are the same


def relations_of(group: Group) -> list[Relation]:
    """The relations of a group's members to its keeper, the keeper first in each."""
    return [
        Relation(
            group.keeper.content,
            member.photo.content,
            member.relation,
            member.similarity,
            member.confidence,
            member.edits,
            member.registration,
        )
        for member in group.members[1:]
    ]


def find_derived(
    relations: Iterable[Relation], infos: Mapping[int, PhotoInfo]
) -> dict[int, frozenset[str]]:
    """For each content that was made from another, what was done to it, in words.

    relations: between contents of `infos`, either first; only copies that were seen (not derived)
    tell. Where the verification
    says whose edit it is (`Edit.on_first`), it is believed. Else the registration tells:

    * the photo that shows less of the scene is a crop of the other, which is also assumed of a
      pair called *bordered*: the larger frame then has all that the smaller has, so keeping it
      loses nothing. Only if it has fewer pixels on the same part of the scene, it is the one that
      was bordered (a crop has at most the pixels of its original);
    * the photo with the larger frame is the screenshot;
    * a photo with more pixels on the same part of the scene but no more detail is upscaled.

    Edits that leave no trace of their direction say nothing.
    """
    made: dict[int, set[str]] = {}
    for relation in relations:
        if relation.kind != Kind.COPY or relation.derived:
            continue
        first, second = infos[relation.first], infos[relation.second]
        denser, frame = _sizes(relation, first, second)
        for edit in relation.edits:
            on_first = edit.on_first
            name = edit.name
            if on_first is None:
                name, on_first = _direction(edit, denser=denser, frame=frame)
            if on_first is not None:
                made.setdefault(relation.first if on_first else relation.second, set()).add(name)
        detail = first.detail * min(1, frame), second.detail * min(1, 1 / frame)
        # What knows the camera was not made from what does not.
        if (
            denser > _MORE_PIXELS
            and 0 < detail[0] <= _MORE_DETAIL * detail[1]
            and not (first.camera and not second.camera)
        ):
            made.setdefault(relation.first, set()).add(UPSCALED)
        if (
            1 / denser > _MORE_PIXELS
            and 0 < detail[1] <= _MORE_DETAIL * detail[0]
            and not (second.camera and not first.camera)
        ):
            made.setdefault(relation.second, set()).add(UPSCALED)
    return {content: frozenset(words) for content, words in made.items()}


def source_signs(one: FileFacts, two: FileFacts) -> set[int]:
    """1 where something says that the first file is nearer to the original, -1 the second.

    The signs: what a camera leaves in its own files, the traces of editors and of an earlier
    compression, a palette. A finer coding is none: a file may be saved finer than it was. Whether
    it holds more, the content check says.
    """
    marks = [_marks(facts) for facts in (one, two)]
    return {(a > b) - (a < b) for a, b in zip(*marks, strict=True)} - {0}


def is_camera_file(facts: FileFacts) -> bool:
    """Whether a file has what cameras write and programs that save it again seldom keep whole."""
    if not (facts.camera and facts.taken_at):
        return False
    return facts.maker_note or facts.encoding.camera_tables or facts.thumbnail_agrees is True


def source_marks(facts: FileFacts) -> int:
    """How many marks of an original a file has; more are better."""
    return sum(_marks(facts))


def _marks(facts: FileFacts) -> tuple[bool, ...]:
    encoding = facts.encoding
    return (
        is_camera_file(facts),
        bool(facts.camera),
        not _was_edited(facts),
        not encoding.compressed_before,
        encoding.colours is None,
        facts.thumbnail_agrees is not False,
    )


def _was_edited(facts: FileFacts) -> bool:
    software = (facts.software or "").lower()
    return bool(facts.history) or any(name in software for name in EDITORS)


def _direction(edit: Edit, *, denser: float, frame: float) -> tuple[EditName, bool | None]:
    """What was done, and whether to the first photo, by the sizes as from `_sizes`."""
    larger_is_first = frame < 1
    if abs(frame - 1) < _SAME_FRAME:
        return edit.name, None
    if edit.name is EditName.SCREENSHOT:
        return edit.name, larger_is_first
    if edit.name in (EditName.CROPPED, EditName.BORDERED):
        smaller_is_denser = (denser if not larger_is_first else 1 / denser) > _MORE_PIXELS
        if edit.name is EditName.BORDERED and smaller_is_denser:
            return EditName.BORDERED, larger_is_first
        return EditName.CROPPED, not larger_is_first
    return edit.name, None


def _sizes(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> tuple[float, float]:
    """Pixels of the first for one of the second on the same part of the scene, and how many times
    the area of the first's frame the second's is. Without a registration the frames are the same.
    """
    pixels = first.width * first.height, second.width * second.height
    if relation.registration is None:
        return pixels[0] / pixels[1], 1.0
    matrix = np.array(relation.registration.matrix, np.float64).reshape(3, 3)
    denser = float(abs(np.linalg.det(matrix[:2, :2] / matrix[2, 2])))
    return denser, denser * pixels[1] / pixels[0]
