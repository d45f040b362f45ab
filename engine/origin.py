"""Which of several copies were made from which: what is known to have been done to each photo."""

from collections.abc import Iterable, Mapping

import numpy as np

from engine.types import EditName, Group, Kind, PhotoInfo, Relation

UPSCALED = "upscaled"

_MORE_PIXELS = 1.1  # times the pixels on the same part of the scene, from which it is upscaled
_MORE_DETAIL = 1.1  # unless it has as many times the detail
_SMALLER_IS_MADE = frozenset({EditName.CROPPED})
_LARGER_IS_MADE = frozenset({EditName.BORDERED, EditName.SCREENSHOT})
_SECOND_IS_MADE = frozenset({EditName.OVERLAID, EditName.GREYSCALE})


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


def derived(
    relations: Iterable[Relation], infos: Mapping[int, PhotoInfo]
) -> dict[int, frozenset[str]]:
    """For each content that was made from another, what was done to it, in words.

    relations: between contents of `infos`; only copies tell. Who was made from whom is measured
    where the registration shows it: a crop shows less of the scene than its original; a bordered
    picture or a screenshot has the larger frame; a picture with more pixels on the same part of
    the scene but no more detail is upscaled. Otherwise an edit was done to the second of the pair.
    Edits that leave no trace of their direction (turned, mirrored, re-encoded, colour) say nothing.
    """
    made: dict[int, set[str]] = {}
    for relation in relations:
        if relation.kind != Kind.COPY:
            continue
        first, second = infos[relation.first], infos[relation.second]
        scale, frame = _sizes(relation, first, second)
        smaller, larger = relation.second, relation.first
        if frame > 1:
            smaller, larger = larger, smaller
        for edit in relation.edits:
            if edit.name in _SMALLER_IS_MADE:
                made.setdefault(smaller, set()).add(edit.name)
            elif edit.name in _LARGER_IS_MADE:
                # Without a registration the frames are taken to be the same.
                framed = relation.second if frame == 1 else larger
                made.setdefault(framed, set()).add(edit.name)
            elif edit.name in _SECOND_IS_MADE:
                made.setdefault(relation.second, set()).add(edit.name)
        gain = first.detail * min(1, frame), second.detail * min(1, 1 / frame)
        if scale > _MORE_PIXELS and 0 < gain[0] <= _MORE_DETAIL * gain[1]:
            made.setdefault(relation.first, set()).add(UPSCALED)
        if 1 / scale > _MORE_PIXELS and 0 < gain[1] <= _MORE_DETAIL * gain[0]:
            made.setdefault(relation.second, set()).add(UPSCALED)
    return {content: frozenset(words) for content, words in made.items()}


def _sizes(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> tuple[float, float]:
    """Pixels of the first per pixel of the second on the scene, and second's frame per first's."""
    pixels = first.width * first.height, second.width * second.height
    if relation.registration is None:
        return pixels[0] / pixels[1], 1.0
    matrix = np.array(relation.registration.matrix, np.float64).reshape(3, 3)
    scale = float(abs(np.linalg.det(matrix[:2, :2] / matrix[2, 2])))
    return scale, scale * pixels[1] / pixels[0]
