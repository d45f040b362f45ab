"""What one page asks of another: the values that their signals carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QRectF

    from kindred.engine.types import Group

LEAST = 8  # logical pixels of a side; less is a click, not a rectangle

Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of an upright picture, 0..1."""

Mark = Literal["keep", "remove"]


@dataclass(frozen=True, slots=True)
class RemovalRequest:
    """Remove these photos of these groups, after a summary."""

    groups: Sequence[Group]
    paths: frozenset[Path]


@dataclass(frozen=True, slots=True)
class MarkRequest:
    """Give a photo this mark, or take it back where it has it."""

    path: Path
    mark: Mark


@dataclass(frozen=True, slots=True)
class PartRequest:
    """Search by a part of a picture."""

    picture: Path
    box: Box


def box_within(drawn: QRectF, area: QRectF) -> Box | None:
    """What a drawn rectangle holds of a picture that lies in `area`; None where it is too small."""
    inside = drawn.intersected(area)
    if inside.width() < LEAST or inside.height() < LEAST:
        return None
    return (
        (inside.left() - area.left()) / area.width(),
        (inside.top() - area.top()) / area.height(),
        (inside.right() - area.left()) / area.width(),
        (inside.bottom() - area.top()) / area.height(),
    )
