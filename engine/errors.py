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

if TYPE_CHECKING:
    from kindred.engine.types import SkipReason


class KindredError(Exception):
    """An expected failure; its text is one sentence for the user."""


class StoreError(KindredError):
    """The store cannot be opened, read or written."""


class NewerStoreError(StoreError):
    """A newer version of Kindred made the store."""


class ModelError(KindredError):
    """Weights are missing, damaged, or do not fit the network."""


class DecodeError(KindredError):
    """One picture cannot be used.

    `reason` is what the skipped list shows; the message is its detail.
    """

    def __init__(self, reason: SkipReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class PlanError(KindredError):
    """A removal would empty a group or touch a protected folder."""


class ActionError(KindredError):
    """Removing or undoing could not be done."""


class Cancelled(Exception):  # noqa: N818 - not an error, the user asked for it
    """The user stopped the job."""
