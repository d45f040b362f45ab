"""What the engine tells the user: a code with its values; the words are the window's and the CLI's.

The window's words are in gui.services.engine_words, those of the command line in engine.cli.words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """What is told. The journal keeps these strings: a released one is never changed."""

    TEXT = "text"  # text: a sentence that an earlier version wrote

    # Why a photo is kept. others: how many photos it is better than
    WHOLE = "whole, others damaged"
    RAW = "RAW, others rendered"
    ORIGINAL = "the original, others edited"  # edits: what was done to the others
    LESS_EDITED = "less edited than others"  # edits
    LARGER = "larger than others"  # width, height
    MORE_DETAIL = "more detail than others"  # megapixels, most: the most of the others
    LESS_COMPRESSED = "less compressed than others"  # as_kept, as_best: COMPRESSION or a format
    COMPRESSION = "compression"  # format, quality
    SHARPER = "sharper than others"
    BETTER_EXPOSED = "better exposed than others"
    MORE_METADATA = "more metadata than others"  # kinds: the LossKinds it has
    OLDEST = "older than others"  # date
    PROTECTED_FOLDER = "in a protected folder, others elsewhere"
    PREFERRED_FOLDER = "in a preferred folder, others elsewhere"
    NEARER_SOURCE = "nearer to the original than others"
    NO_COPY_NAME = "not named a copy, others are"
    SHORTEST_PATH = "shortest path"
    FIRST_PATH = "alike, first by path"
    MOST_COPIES = "most others are copies of it"
    RELATED_TO_ALL = "related to all others"

    # What keeps a file from being the one that was seen
    FILE_NOT_FOUND = "cannot be found"  # why
    FILE_NOT_READ = "cannot be read"  # why
    NOT_A_FILE = "no longer a file"
    FILE_CHANGED = "changed after the scan"
    SYSTEM = "system"  # number: errno, or None; text: what the system says

    # What became of a file of a removal
    STOPPED = "stopped before this photo"
    PROTECTED = "in a protected folder"
    KEPT_NOT_SAME = "the photo to keep is another"  # name, problem
    NOT_SAME = "the file is another"  # name, problem
    NAME_OF_KEPT = "another name of the photo to keep"  # name
    TRASH_SAID = "removed, though the trash said"  # why
    NOT_REMOVED = "could not be removed"  # why
    PART_NOT_REMOVED = "a file of the same photo could not be removed"  # name
    KEPT_WENT = "put back, as the photo to keep went with it"  # name, problem
    KEPT_WENT_BEFORE = "the photo to keep went with another"  # name
    PUT_BACK = "put back, as a file of the same photo could not be removed"  # name
    WAS_BACK = "back already"
    NOT_IN_TRASH = "no longer in the trash"
    TRASH_AWAY = "the trash it lies in is not there"  # folder
    DRIVE_AWAY = "the drive it was on is not there"  # folder: where the drive is mounted
    NOT_CONFIRMED = "in no folder that was confirmed on this computer"  # folder
    NOT_BROUGHT_BACK = "could not be brought back"  # why
    BESIDE = "old place taken, put beside it"  # name
    ENDED_REMOVING = "ended while it was removed"
    ENDED_REMOVING_LOST = "ended while it was removed, look in the trash"
    ENDED_PUT_BACK = "put back, as Kindred ended before a file was removed"  # name
    ENDED_BEFORE = "ended before it was removed"
    WORDS_NOT_SAVED = "what it says could not be saved"  # why
    WRITTEN_GONE = "the saved sidecar is gone"
    WRITTEN_CHANGED = "the saved sidecar was changed since, left as it is"
    ENDED_UNDOING = "ended while another file of the photo was brought back"
    ENDED_RESTORING = "ended while it was brought back"

    # What cannot be removed, put back or written; paths are of photos
    NOTHING_MARKED = "no photo is marked"
    NOT_IN_GROUPS = "not in these groups"  # paths
    NOTHING_REMOVABLE = "nothing can be removed"  # left_out: LEFT_OUT
    LEFT_OUT = "left out"  # paths, note
    LINK = "a link to a photo elsewhere"
    NAMES_OF_ONE = "another name of one file"  # paths: the other names
    NONE_LEFT = "none would be left"  # paths
    NO_BATCH = "no removal of that number"  # number
    NOTHING_TO_PUT_BACK = "nothing to put back"
    NO_PLAN = "the file is no plan"
    PLAN_OUTDATED = "nothing of this plan can be removed"
    NO_PRESET = "no preset of that name"  # preset, presets
    NOT_IN_LIBRARY = "no photo of the library"  # path
    SAME_BYTES = "the two files hold the same bytes"
    WINDOW_TRASH = "only the window can use this system's trash"
    SIDECAR_CANNOT_HOLD = "no sidecar can hold it"  # kinds: LossKinds
    SIDECAR_NOT_HELD = "the sidecar cannot hold what is to be saved"  # name
    SIDECAR_DIFFERS = "the sidecar says something else, left as it is"  # name, kinds
    SIDECAR_UNKNOWN = "the sidecar cannot be understood, left as it is"  # name
    SIDECAR_LINK = "the sidecar is a link, left as it is"  # name
    SIDECAR_CHANGED = "the sidecar was changed meanwhile, left as it is"  # name
    SIDECAR_NOT_READ = "the sidecar cannot be read"  # name, why
    SIDECAR_NOT_COPIED = "the sidecar cannot be copied"  # name, why
    SIDECAR_COPIES = "too many copies of the sidecar"  # name
    ZONE_WITHOUT_TIME = "no time for the time zone"  # name
    SIDECAR_NOT_WRITTEN = "the sidecar cannot be written"  # name, why
    MENU_ON_LINUX = "the menu entry is for Linux"

    # The library's file. back: one of CAME_BACK_*
    CAME_BACK_WHOLE = "all came back"  # decisions, removals, folders, settings: how many
    CAME_BACK_IN_PART = "came back in part"  # the same, missing: how many changes
    CAME_BACK_UNSURE = "came back, perhaps in part"  # the same
    RECOVERED_LATEST = "the latest settled things were recovered"  # count
    RECOVERED_GONE = "library file gone, settled things recovered"  # back
    ASIDE_DAMAGED = "damaged library file set aside"  # aside: its new name
    ASIDE_DAMAGED_RECOVERED = (
        "damaged library file set aside, settled things recovered"  # aside, back
    )
    ASIDE_NEWER = "library file of a newer version set aside"  # aside
    ASIDE_NEWER_RECOVERED = (
        "library file of a newer version set aside, settled things recovered"  # aside, back
    )
    LIBRARY_NEWER = "library made by a newer version"
    LIBRARY_DAMAGED = "library damaged, restart to recover it"
    LIBRARY_DAMAGED_IN_USE = "library damaged, close the other Kindred"
    LIBRARY_IN_USE = "Kindred is already open on this library"
    LIBRARY_CLOSED = "library closed"
    LIBRARY_NOT_OPENED = "library cannot be opened"  # why
    LIBRARY_UNUSABLE = "library cannot be used"  # why, path
    LIBRARY_DISK_FULL = "disk of the library full"  # path
    NO_SIGNATURES = "library lacks signatures"

    # Photos, folders, devices and models
    NOT_USABLE = "not usable"  # reason: a SkipReason; detail
    NO_FOLDER = "no folder"  # path
    IN_LIBRARY = "folder in the library of another application"  # path, inside
    IN_TRASH = "folder in a trash"  # path, inside
    NO_SUCH_DEVICE = "no device of that name"  # device, devices
    DEVICE_UNUSABLE = "no usable device"  # device
    NO_MODEL = "no model"  # model
    MODEL_MISSING = "built-in model missing"
    MODEL_DAMAGED = "model file damaged"  # name
    MODEL_UNUSABLE = "model cannot be used"  # model, why
    MODEL_NOT_HERE = "model not been downloaded"  # model
    MODEL_RUNS_CODE = "model can run any code, and is not trusted"  # model
    DOWNLOAD_DAMAGED = "downloaded weights damaged"  # model
    DOWNLOAD_FAILED = "could not be downloaded"  # model, why
    NOT_HTTPS = "weights are fetched over HTTPS only"  # url

    # A card, phone or drive beside the library
    CARD_NESTED = "card and folder hold one another"  # card, folder
    CARD_LACKS = "not safe to erase, files are not there"  # count, name: of one of them
    CARD_CHANGED = "not safe to erase, changed since it was looked at"  # name
    CARD_NO_TWIN = "not safe to erase, what is there cannot be read"  # path
    CARD_SAME_DRIVE = "not safe to erase, it is on the drive of the card"  # path
    CARD_NO_LONGER = "left, as the card no longer has it"  # name

    # Fitting the scale to decisions; duplicates, different: pairs of each sort
    TOO_FEW_DECISIONS = "too few decisions"  # duplicates, different, needed
    DECISIONS_UNRELATED = "decisions unrelated to similarity"  # duplicates, different
    FITTED = "fitted"  # duplicates, different, similar, before: cosines


@dataclass(frozen=True, slots=True)
class Message:
    """A code with the values that its words name; `str` of it is for logs."""

    code: Code
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        values = [_shown(value) for value in self.values.values() if value is not None]
        return f"{self.code}: {', '.join(values)}" if values else str(self.code)


Value = str | int | float | None | Message | tuple[str, ...] | tuple[Message, ...]
"""Text that is not translated (names, paths, what the system says), a number, inner messages."""


def tell(code: Code, **values: Value) -> Message:
    """A Message of a code and its values."""
    return Message(code, values)


def cause(error: Exception) -> Message:
    """Why something failed: an error's own message, or what the system says of it."""
    message = getattr(error, "message", None)
    if isinstance(message, Message):
        return message
    text = getattr(error, "strerror", None) or str(error)
    return tell(Code.SYSTEM, number=getattr(error, "errno", None), text=text.rstrip("."))


def _shown(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
