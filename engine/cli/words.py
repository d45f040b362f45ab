"""The command line's English words for what the engine tells."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kindred.engine.errors import KindredError
from kindred.engine.messages import Code, Message, Value
from kindred.engine.paths import visible_text
from kindred.engine.types import Group, Judgement, Loss, LossKind, Tier, Why

if TYPE_CHECKING:  # brings numpy and more
    from kindred.engine.reports import ReportWords

SHOWN_PATHS = 5  # of a sentence that names photos

_SCAN = "Scan your folders again to fill the library."
_RECOVERED = f"Your decisions and the history of removals were recovered ({{back}}). {_SCAN}"
_COUNTS = (
    "decisions: {decisions}, removals: {removals}, protected folders: {folders},"
    " settings: {settings}"
)
_INSTALL = "Please install Kindred again."

WORDS: Mapping[Code, str] = {
    Code.TEXT: "{text}",
    Code.WHOLE: "whole, {others} damaged",
    Code.RAW: "RAW, {others} rendered from a RAW file or by the camera",
    Code.ORIGINAL: "the original, {others} {edits}",
    Code.LESS_EDITED: "less was done to it, {others} {edits}",
    Code.LARGER: "{width}x{height}, {others} smaller",
    Code.MORE_DETAIL: "real detail of {megapixels:.1f} megapixels, {others} at {most:.1f}",
    Code.LESS_COMPRESSED: "{as_kept}, {others} more compressed ({as_best})",
    Code.COMPRESSION: "{format} quality {quality}",
    Code.SHARPER: "sharper, {others} softer",
    Code.BETTER_EXPOSED: "better exposed, {others} darker, paler or burnt out",
    Code.MORE_METADATA: "has {kinds}, {others} without",
    Code.OLDEST: "oldest ({date}), {others} newer",
    Code.PROTECTED_FOLDER: "in a protected folder, {others} elsewhere",
    Code.PREFERRED_FOLDER: "in a preferred folder, {others} elsewhere",
    Code.NEARER_SOURCE: "nearer to the original, {others} saved again",
    Code.NO_COPY_NAME: "not named as a copy, {others} named as one",
    Code.SHORTEST_PATH: "shortest path",
    Code.FIRST_PATH: "alike in all that the rules look at, first by path",
    Code.MOST_COPIES: "most of the others are copies of it",
    Code.RELATED_TO_ALL: "it is related to all of the others",
    Code.FILE_NOT_FOUND: "cannot be found: {why}",
    Code.FILE_NOT_READ: "cannot be read: {why}",
    Code.NOT_A_FILE: "is no longer a file",
    Code.FILE_CHANGED: "was changed after the scan",
    Code.SYSTEM: "{text}",
    Code.STOPPED: "Stopped before this photo.",
    Code.PROTECTED: "It lies in a protected folder.",
    Code.KEPT_NOT_SAME: "The photo to keep, {name}, {problem}.",
    Code.NOT_SAME: "{name} {problem}.",
    Code.NAME_OF_KEPT: "It is another name of {name}, which stays.",
    Code.TRASH_SAID: "The trash said: {why}.",
    Code.NOT_REMOVED: "It could not be removed: {why}.",
    Code.PART_NOT_REMOVED: "{name} could not be removed.",
    Code.KEPT_WENT: "Put back: once it had gone, {name}, which is to stay, {problem}.",
    Code.KEPT_WENT_BEFORE: "{name}, which is to stay, went with another photo, which came back.",
    Code.PUT_BACK: "Put back, as {name} could not be removed.",
    Code.WAS_BACK: "It was back already.",
    Code.NOT_IN_TRASH: "It is no longer in the trash.",
    Code.TRASH_AWAY: "Its trash, {folder}, is not there: connect the drive and try again.",
    Code.DRIVE_AWAY: "The drive of {folder} is not there: connect it and try again.",
    Code.NOT_CONFIRMED: (
        "Left alone: {folder} was never scanned on this computer by you. Scan it and try again."
    ),
    Code.NOT_BROUGHT_BACK: "It could not be brought back: {why}.",
    Code.BESIDE: "Its old place is taken; it is beside it as {name}.",
    Code.ENDED_REMOVING: "Kindred ended while it was removed.",
    Code.ENDED_REMOVING_LOST: (
        "Kindred ended while it was removed; look for it in the system's trash."
    ),
    Code.ENDED_PUT_BACK: "Put back, as Kindred ended before {name} was removed.",
    Code.ENDED_BEFORE: "Kindred ended before it was removed.",
    Code.ENDED_UNDOING: "Kindred ended while its photo was brought back.",
    Code.ENDED_RESTORING: "Kindred ended while it was brought back.",
    Code.NOTHING_MARKED: "No photo is marked.",
    Code.NOT_IN_GROUPS: "Not in these groups: {paths}.",
    Code.NOTHING_REMOVABLE: "Nothing can be removed. {left_out}",
    Code.LEFT_OUT: "{paths}: {note}",
    Code.LINK: "It is a link to a photo elsewhere, not a photo of its own.",
    Code.NAMES_OF_ONE: "Another name of one file: {paths}.",
    Code.NONE_LEFT: "None would be left of {paths}.",
    Code.NO_BATCH: "There is no removal number {number}.",
    Code.NOTHING_TO_PUT_BACK: "There is nothing to put back.",
    Code.WORDS_NOT_SAVED: "What it says could not be saved: {why}.",
    Code.WRITTEN_GONE: "It is gone, and so is left.",
    Code.WRITTEN_CHANGED: "It was changed since, and is left as it is.",
    Code.NO_PLAN: "The file is no plan that `kindred plan --json` wrote.",
    Code.PLAN_OUTDATED: "Nothing of this plan can be removed.",
    Code.NO_PRESET: "There is no preset {preset}, only {presets}.",
    Code.NOT_IN_LIBRARY: "{path} is no photo of the library; scan its folder first.",
    Code.SAME_BYTES: "The two files hold the same bytes.",
    Code.WINDOW_TRASH: "Only the window can move photos to this system's trash.",
    Code.SIDECAR_CANNOT_HOLD: "No sidecar can hold this: {kinds}.",
    Code.SIDECAR_NOT_HELD: "The sidecar {name} cannot hold what is to be saved.",
    Code.SIDECAR_DIFFERS: "The sidecar {name} says something else ({kinds}); it was left as it is.",
    Code.SIDECAR_UNKNOWN: "The sidecar {name} cannot be understood; it was left as it is.",
    Code.SIDECAR_LINK: "The sidecar {name} is a link; it was left as it is.",
    Code.SIDECAR_CHANGED: "The sidecar {name} was changed meanwhile; it was left as it is.",
    Code.SIDECAR_NOT_READ: "The sidecar {name} cannot be read: {why}.",
    Code.SIDECAR_NOT_COPIED: "The sidecar {name} cannot be copied: {why}.",
    Code.SIDECAR_COPIES: "There are too many copies of {name}.",
    Code.ZONE_WITHOUT_TIME: "{name} has no capture time for its time zone.",
    Code.SIDECAR_NOT_WRITTEN: "The sidecar {name} cannot be written: {why}.",
    Code.MENU_ON_LINUX: "The menu entry is for Linux; on this system use the file in packaging/.",
    Code.CAME_BACK_WHOLE: f"{_COUNTS}; nothing is missing",
    Code.CAME_BACK_IN_PART: f"{_COUNTS}; changes that are missing: {{missing}}",
    Code.CAME_BACK_UNSURE: f"{_COUNTS}; what you settled last may be missing",
    Code.RECOVERED_LATEST: (
        "The library file had lost what you settled last; it was recovered (entries: {count})."
    ),
    Code.RECOVERED_GONE: f"The library file was gone. {_RECOVERED}",
    Code.ASIDE_DAMAGED: f"The library file was damaged and was set aside as {{aside}}. {_SCAN}",
    Code.ASIDE_DAMAGED_RECOVERED: (
        f"The library file was damaged and was set aside as {{aside}}. {_RECOVERED}"
    ),
    Code.ASIDE_NEWER: (
        "The library file was made by a newer version of Kindred and was set aside as {aside}."
        f" {_SCAN}"
    ),
    Code.ASIDE_NEWER_RECOVERED: (
        "The library file was made by a newer version of Kindred and was set aside as {aside}."
        f" {_RECOVERED}"
    ),
    Code.LIBRARY_NEWER: (
        "This library was made by a newer version of Kindred; it was left as it is."
    ),
    Code.LIBRARY_DAMAGED: "The library file is damaged; restart Kindred to recover it.",
    Code.LIBRARY_DAMAGED_IN_USE: "The library is damaged; close the other Kindred first.",
    Code.LIBRARY_IN_USE: "Kindred is already open on this library.",
    Code.LIBRARY_CLOSED: "The library is closed.",
    Code.LIBRARY_NOT_OPENED: "The library cannot be opened: {why}.",
    Code.LIBRARY_UNUSABLE: "The library cannot be used: {why} ({path}).",
    Code.LIBRARY_DISK_FULL: (
        "The disk that holds the library is full ({path}); make room and go on."
    ),
    Code.NO_SIGNATURES: "The library lacks signatures; scan the folders again.",
    Code.NOT_USABLE: "{detail}",
    Code.NO_FOLDER: "There is no folder {path}.",
    Code.IN_LIBRARY: (
        "{path} belongs to “{inside}”, the library of another application, which removing photos"
        " would damage. Export the photos there, or choose another folder."
    ),
    Code.IN_TRASH: (
        "{path} lies in “{inside}”: what is there was thrown away, or is kept as an earlier"
        " version. Choose another folder."
    ),
    Code.NO_SUCH_DEVICE: "There is no device {device!r}; choose {devices}.",
    Code.DEVICE_UNUSABLE: "This computer has no usable {device} device.",
    Code.NO_MODEL: "There is no model {model!r}.",
    Code.MODEL_MISSING: f"The built-in model is missing. {_INSTALL}",
    Code.MODEL_DAMAGED: f"{{name}} is damaged. {_INSTALL}",
    Code.MODEL_UNUSABLE: "The model {model} cannot be used: {why}",
    Code.MODEL_NOT_HERE: "{model} has not been downloaded yet.",
    Code.MODEL_RUNS_CODE: (
        "{model} is a TorchScript program. It can run any code on this computer with your rights,"
        " so it is opened only when you say that you trust where it comes from: choose it in the"
        " settings of the window."
    ),
    Code.DOWNLOAD_DAMAGED: "The downloaded weights of {model} are damaged. Try again.",
    Code.DOWNLOAD_FAILED: "{model} could not be downloaded: {why}",
    Code.NOT_HTTPS: "Weights are only fetched over HTTPS, not from {url}.",
    Code.CARD_NESTED: "{card} and {folder} hold one another.",
    Code.CARD_LACKS: "{count} files are not there, such as {name}",
    Code.CARD_CHANGED: "{name} was added, changed or removed since it was looked at",
    Code.CARD_NO_TWIN: "{path} cannot be read",
    Code.CARD_SAME_DRIVE: "{path} is on the same drive as the card",
    Code.CARD_NO_LONGER: "The card no longer has {name}, so its copy stays.",
    Code.TOO_FEW_DECISIONS: (
        "{duplicates} pairs removed as duplicates and {different} settled as not duplicates:"
        " {needed} of each are needed. Nothing was changed."
    ),
    Code.DECISIONS_UNRELATED: (
        "The photos you removed are no more alike than those you kept as not duplicates,"
        " so their similarity says nothing about your choice. Nothing was changed."
    ),
    Code.FITTED: (
        "Fitted to {duplicates} pairs removed as duplicates and {different} settled as not"
        " duplicates: similar from a cosine of {similar:.2f} (was {before:.2f})."
    ),
}

TIERS: Mapping[Tier, str] = {
    Tier.EXACT: "exact copy",
    Tier.LESSER: "smaller or saved again",
    Tier.EDITED: "edited",
    Tier.SIMILAR: "similar",
}

WHYS: Mapping[Why, str] = {
    Why.SAME_BYTES: "the same bytes",
    Why.SAME_PICTURE: "the same picture data",
    Why.CONTAINED: "all of it is in the other, which has more",
    Why.SOURCE: "the other is nearer to the original",
    Why.METADATA: "the other knows more of the photo",
    Why.PREFERRED: "the other lies in a preferred or protected folder",
    Why.NAME: "its name or folder says that it is the copy",
    Why.OLDER: "the other lies in the same folder and is older",
    Why.LOSES: "something would be lost",
    Why.UNCHECKED: "not compared at full size",
    Why.FOLDERS: "exact copies that only their folders tell apart",
    Why.ALIKE: "nothing tells which is nearer to the original",
    Why.REJECTED: "said not to be duplicates",
    Why.PROTECTED: "in a protected folder",
    Why.LINKED: "another name of the same file",
}

LOSSES: Mapping[LossKind, str] = {
    LossKind.FRAMING: "the keeper shows less of the scene",
    LossKind.DETAIL: "the keeper has less detail",
    LossKind.CONTENT: "a part of the picture differs",
    LossKind.UNCHECKED: "the two were not compared at full size",
    LossKind.FRAMES: "the keeper has fewer frames",
    LossKind.PAGES: "the keeper has fewer pages",
    LossKind.LAYERS: "the keeper has no layers",
    LossKind.MOVIE: "the keeper has no movie",
    LossKind.SOUND: "the keeper has no sound",
    LossKind.GAIN_MAP: "the keeper has no HDR brightness (gain map)",
    LossKind.DEPTH_MAP: "the keeper has no depth map",
    LossKind.TRAILER: "the keeper lacks data that lies behind the picture",
    LossKind.ALPHA: "the keeper has no transparency",
    LossKind.BIT_DEPTH: "the keeper has fewer shades of colour",
    LossKind.GAMUT: "the keeper has a smaller range of colours",
    LossKind.TAKEN_AT: "the keeper has no capture time",
    LossKind.ZONE: "the keeper has no time zone",
    LossKind.POSITION: "the keeper has no position",
    LossKind.CAMERA: "the keeper does not name the camera",
    LossKind.RATING: "the keeper has no rating",
    LossKind.LABEL: "the keeper has no label",
    LossKind.KEYWORDS: "the keeper lacks keywords",
    LossKind.PEOPLE: "the keeper lacks people",
    LossKind.TITLE: "the keeper has no title",
    LossKind.CAPTION: "the keeper has no caption",
    LossKind.PLACE: "the keeper does not name the place",
    LossKind.AUTHOR: "the keeper does not name the author",
    LossKind.COPYRIGHT: "the keeper has no such copyright notice",
    LossKind.PANORAMA: "the keeper is not shown as a panorama",
    LossKind.EDITS: "the keeper has no edits in a sidecar",
    LossKind.COMPANION: "the keeper has no companion file",
}


def message_text(message: Message) -> str:
    """A message as one English sentence or phrase."""
    try:
        values = {name: _value(name, value) for name, value in message.values.items()}
        return WORDS[message.code].format(**values)
    except (LookupError, ValueError, TypeError):  # a journal's values may be of another version
        return str(message)


def error_text(error: Exception) -> str:
    """An expected failure in one sentence."""
    return message_text(error.message) if isinstance(error, KindredError) else str(error)


def judgement_text(judgement: Judgement) -> str:
    """Whether a photo may go, and why: "exact copy: the same bytes"."""
    tier = TIERS[judgement.tier]
    return tier if judgement.why is None else f"{tier}: {WHYS[judgement.why]}"


def loss_text(loss: Loss) -> str:
    """What would be lost: "the keeper has no capture time (2017-07-04 10:11:12)"."""
    facts = f" ({', '.join(loss.values)})" if loss.values else ""
    carried = ", but will get it" if loss.carried else ""
    return f"{LOSSES[loss.kind]}{facts}{carried}"


def report_words(groups: Sequence[Group], *, photos: int) -> "ReportWords":
    """The English words of a report."""
    from kindred.engine.reports import ReportWords

    return ReportWords(
        language="en",
        title="Photos that belong together",
        summary=f"{len(groups)} groups among {photos} photos",
        stays="stays",
        marked="marked for removal",
        missing="no picture",
        name=lambda group: f"{group.kind}, {len(group.members)} photos",
        about=lambda member: (
            f"{member.relation}, {member.photo.info.width} x"
            f" {member.photo.info.height}, {member.photo.size} bytes"
        ),
    )


def _value(name: str, value: Value) -> object:
    if isinstance(value, Message):
        return message_text(value)
    if name == "others":
        return "the other is" if value == 1 else "the others are"
    if not isinstance(value, tuple):
        return visible_text(value) if isinstance(value, str) else value
    texts = [message_text(p) if isinstance(p, Message) else visible_text(p) for p in value]
    if name == "left_out":
        return " ".join(texts)
    if name == "kinds":
        return " and ".join(texts)
    more = f" and {len(texts) - SHOWN_PATHS} more" if len(texts) > SHOWN_PATHS else ""
    return ", ".join(texts[:SHOWN_PATHS]) + more
