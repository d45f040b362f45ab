"""What one page asks of another: the values that their signals carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kindred.engine.types import Group

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
