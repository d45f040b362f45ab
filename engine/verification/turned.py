"""A relation told from its second photo to its first."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kindred.engine.types import Edit, EditName, PhotoInfo, Relation


def turned(relation: Relation, first: PhotoInfo, second: PhotoInfo) -> Relation:
    """The same relation the other way round; `first` and `second` are of its own contents."""
    if relation.registration is None:
        return replace(relation, first=relation.second, second=relation.first)
    forward = np.array(relation.registration.matrix).reshape(3, 3)
    back = np.linalg.inv(forward)

    def told(edit: Edit) -> Edit:
        if edit.on_first is not None:
            edit = replace(edit, on_first=not edit.on_first)
        if edit.name is EditName.RESIZED and edit.amount:
            return replace(edit, amount=round(1 / edit.amount, 4))
        mirrored = relation.registration is not None and relation.registration.mirrored
        # Mirroring and then turning by an angle undoes itself; turning alone does not.
        if edit.name is EditName.TURNED and edit.amount and not mirrored:
            return replace(edit, amount=round(360 - edit.amount, 1))
        if edit.name is EditName.OVERLAID and edit.box:
            return replace(edit, box=_moved(edit.box, back, first, second))
        return edit

    return replace(
        relation,
        first=relation.second,
        second=relation.first,
        edits=tuple(told(edit) for edit in relation.edits),
        registration=replace(
            relation.registration, matrix=tuple((back / back[2, 2]).ravel().tolist())
        ),
    )


def _moved(
    box: tuple[float, float, float, float],
    matrix: NDArray[np.float64],
    old: PhotoInfo,
    new: PhotoInfo,
) -> tuple[float, float, float, float]:
    """A box in fractions of one picture, as the upright box around it in the other."""
    left, top, right, bottom = box
    corners = np.array(
        [(x * old.width, y * old.height, 1) for x in (left, right) for y in (top, bottom)]
    )
    placed = corners @ matrix.T
    placed = (placed[:, :2] / placed[:, 2:] / (new.width, new.height)).clip(0, 1)
    (left, top), (right, bottom) = placed.min(axis=0).tolist(), placed.max(axis=0).tolist()
    return left, top, right, bottom
