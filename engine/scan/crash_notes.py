"""Finds out after a crash which pair of photos the program died of: no scan dies of it twice.

What is compared lies in shared memory that the system writes to its file, and Python's fault
handler writes into another which thread died. Neither is there after a kill or a power cut.
"""

import contextlib
import faulthandler
import mmap
import re
import struct
import threading
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

_SLOT = struct.Struct("<QqqB")  # thread, first and second content, work
_SLOTS = 512
_DEAD = re.compile(rb"Current thread 0x([0-9a-f]+)")


class Work(IntEnum):
    """What was done with a pair."""

    NOTHING = 0
    VERIFYING = 1
    CHECKING = 2


Suspect = tuple[Work, int, int]


class CrashNotes:
    """Notes of what each thread works on, in two files beside the store."""

    def __init__(self, beside: Path) -> None:
        self._notes = beside.with_name(f"{beside.name}-under-way")
        self._dump = beside.with_name(f"{beside.name}-crash")
        self._lock = threading.Lock()
        self._slots: dict[int, int] = {}
        self._memory: mmap.mmap | None = None

    def suspect(self) -> Suspect | None:
        """The pair that an earlier run died of, once."""
        try:
            dead, notes = _DEAD.search(self._dump.read_bytes()), self._notes.read_bytes()
        except OSError:
            return None
        self._dump.unlink(missing_ok=True)
        whole = len(notes) - len(notes) % _SLOT.size
        for thread, first, second, work in _SLOT.iter_unpack(notes[:whole]):
            if dead and work in (Work.VERIFYING, Work.CHECKING) and thread == int(dead[1], 16):
                return Work(work), first, second
        return None

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps notes inside the block; where the disk does not let us, does without."""
        before = faulthandler.is_enabled()
        with contextlib.ExitStack() as stack:
            try:
                self._notes.write_bytes(bytes(_SLOT.size * _SLOTS))
                notes = stack.enter_context(self._notes.open("r+b"))
                dump = stack.enter_context(self._dump.open("wb"))
                self._memory = stack.enter_context(mmap.mmap(notes.fileno(), 0))
                faulthandler.enable(dump)
            except OSError:
                self._memory = None
            try:
                yield
            finally:
                self._memory = None
                faulthandler.disable()
                if before:
                    # Where there is no terminal it cannot go back to what it wrote into.
                    with contextlib.suppress(OSError, RuntimeError):
                        faulthandler.enable()
        for file in (self._notes, self._dump):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def about(self, work: Work, first: int, second: int) -> Iterator[None]:
        """Notes that this thread works on a pair inside the block: microseconds."""
        thread = threading.get_ident()
        with self._lock:
            at = self._slots.setdefault(thread, len(self._slots) % _SLOTS) * _SLOT.size
        self._note(at, thread, first, second, work)
        try:
            yield
        finally:
            self._note(at, thread, 0, 0, Work.NOTHING)

    def _note(self, at: int, *values: int) -> None:
        memory = self._memory
        if memory is not None:
            _SLOT.pack_into(memory, at, *values)
