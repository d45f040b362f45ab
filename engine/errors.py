"""The expected failures of the engine; anything else that escapes is a bug.

KindredError                 shown to the user as one plain line
├── StoreError               the store cannot be opened, read or written
├── NewerStoreError          a StoreError: a newer version of Kindred made the store
├── ModelError               weights missing, damaged, or of an unknown shape
├── DecodeError              one picture cannot be used; carries a SkipReason
├── PlanError                a removal would empty a group or touch a protected folder
└── ActionError              removing or undoing could not be done
Cancelled                    the user stopped the job; never shown
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kindred.engine.messages import Code, Message, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from kindred.engine.messages import Value
    from kindred.engine.types import SkipReason


class KindredError(Exception):
    """An expected failure: a code and its values. `str` is for logs, not for the user."""

    def __init__(self, code: Code, **values: Value) -> None:
        self.message: Message = tell(code, **values)
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[Callable[..., KindredError], tuple[object, ...]]:
        """Pickled with its values: workers of other processes raise it too."""
        return _again, (type(self), self.message)


def _again(kind: type[KindredError], message: Message) -> KindredError:
    return kind(message.code, **message.values)


class StoreError(KindredError):
    """The store cannot be opened, read or written."""


class NewerStoreError(StoreError):
    """A newer version of Kindred made the store."""


class ModelError(KindredError):
    """Weights are missing, damaged, or do not fit the network."""


class DecodeError(KindredError):
    """One picture cannot be used.

    `reason` is what the skipped list shows; `str` of it is the detail.
    """

    def __init__(self, reason: SkipReason, detail: str) -> None:
        super().__init__(Code.NOT_USABLE, reason=reason, detail=detail)
        self.reason, self.detail = reason, detail

    def __str__(self) -> str:
        return self.detail

    def __reduce__(self) -> tuple[Callable[..., KindredError], tuple[object, ...]]:
        return type(self), (self.reason, self.detail)


class PlanError(KindredError):
    """A removal would empty a group or touch a protected folder."""


class ActionError(KindredError):
    """Removing or undoing could not be done."""


class Cancelled(Exception):  # noqa: N818 - not an error, the user asked for it
    """The user stopped the job."""
