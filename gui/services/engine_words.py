"""The window's words for what the engine tells in codes: messages, kinds, edits, rules, losses."""

import errno
from collections.abc import Iterable, Mapping

from kindred.engine.errors import KindredError
from kindred.engine.messages import Code, Message, Value
from kindred.engine.progress import Stage
from kindred.engine.types import (
    EditName,
    Judgement,
    Kind,
    Loss,
    LossKind,
    SkipReason,
    State,
    Tier,
    Why,
)
from kindred.gui.services.i18n import later, plural, tr, trn

SHOWN_PATHS = 5  # of a sentence that names photos

KINDS: Mapping[Kind, str] = {
    Kind.IDENTICAL: later("exact copy"),
    Kind.COPY: later("copy"),
    Kind.SIMILAR: later("different shot"),
    Kind.UNRELATED: later("unrelated"),
}

SKIP_REASONS: Mapping[SkipReason, str] = {
    SkipReason.EMPTY: later("empty file"),
    SkipReason.NOT_A_PICTURE: later("not a picture"),
    SkipReason.DAMAGED: later("damaged"),
    SkipReason.TOO_LARGE: later("too large"),
    SkipReason.UNREADABLE: later("cannot be read"),
    SkipReason.NO_PREVIEW: later("RAW file without a preview"),
    SkipReason.VANISHED: later("vanished during the scan"),
    SkipReason.CHANGED: later("changed during the scan"),
    SkipReason.UNSUPPORTED: later("format not supported"),
    SkipReason.TOO_SLOW: later("takes too long to decode"),
    SkipReason.CRASHED: later("decoder failed"),
    SkipReason.NOT_ENTERED: later("folder not entered"),
}

EDITS: Mapping[str, str] = {
    EditName.REENCODED: later("saved again"),
    EditName.RESIZED: later("other size"),
    EditName.CROPPED: later("cropped"),
    EditName.TURNED: later("turned"),
    EditName.MIRRORED: later("mirrored"),
    EditName.COLOUR: later("light or colour changed"),
    EditName.GREYSCALE: later("greyscale"),
    EditName.OVERLAID: later("something laid over it"),
    EditName.BORDERED: later("with a border"),
    EditName.SCREENSHOT: later("inside another picture"),
    "upscaled": later("enlarged"),
}

STAGES: Mapping[str, str] = {
    Stage.LOOKING: later("Looking for photos"),
    Stage.EMBEDDING: later("Reading"),
    Stage.COMPARING: later("Comparing"),
    Stage.VERIFYING: later("Comparing closely"),
    Stage.READING_COPIES: later("Reading copies"),
    Stage.CHECKING_COPIES: later("Checking copies"),
    Stage.REMOVING: later("Removing"),
    Stage.RESTORING: later("Putting back"),
    Stage.DOWNLOADING: later("Downloading"),
    Stage.COPYING: later("Copying"),
    Stage.WRITING: later("Writing"),
}

# A scan as a whole has three words.
SCAN_STAGES: Mapping[str, str] = {
    Stage.LOOKING: later("Looking"),
    Stage.EMBEDDING: later("Reading"),
    **dict.fromkeys(
        (Stage.COMPARING, Stage.VERIFYING, Stage.READING_COPIES, Stage.CHECKING_COPIES),
        later("Comparing"),
    ),
}

STATES: Mapping[State, str] = {
    State.PLANNED: later("about to be removed"),
    State.REMOVED: later("in the trash"),
    State.RESTORED: later("put back"),
    State.KEPT: later("left in place"),
    State.FAILED: later("not found"),
    State.WRITTEN: later("saved beside the photo that stays"),
}

TIERS: Mapping[Tier, str] = {
    Tier.EXACT: later("exact copy"),
    Tier.LESSER: later("smaller or saved again"),
    Tier.EDITED: later("edited"),
    Tier.SIMILAR: later("different shot"),
}

TIER_COUNTS: Mapping[Tier, tuple[str, str]] = {
    Tier.EXACT: plural("{count} exact copy", "{count} exact copies"),
    Tier.LESSER: plural("{count} smaller or saved again", "{count} smaller or saved again"),
    Tier.EDITED: plural("{count} edited", "{count} edited"),
    Tier.SIMILAR: plural("{count} different shot", "{count} different shots"),
}

WHYS: Mapping[Why, str] = {
    Why.SAME_BYTES: later("the same file"),
    Why.SAME_PICTURE: later("the same picture"),
    Why.CONTAINED: later("all of it is in the other, which has more"),
    Why.SOURCE: later("the other is nearer to the original"),
    Why.METADATA: later("the other knows more of the photo"),
    Why.PREFERRED: later("the other lies in a preferred or protected folder"),
    Why.NAME: later("its name or folder says that it is the copy"),
    Why.OLDER: later("the other lies in the same folder and is older"),
    Why.LOSES: later("something would be lost"),
    Why.UNCHECKED: later("not compared at full size"),
    Why.FOLDERS: later("only their folders tell them apart"),
    Why.ALIKE: later("nothing tells which is nearer to the original"),
    Why.REJECTED: later("said not to be duplicates"),
    Why.PROTECTED: later("in a protected folder"),
    Why.LINKED: later("another name of the same file"),
}

# Keeper rules and presets, by their names in engine.judgement.
RULES: Mapping[str, str] = {
    "whole": later("Whole rather than damaged"),
    "raw": later("RAW rather than rendered"),
    "original": later("Original rather than made from another"),
    "source": later("Nearer to the original, by traces in the file"),
    "detail": later("More real detail"),
    "compression": later("Less compressed"),
    "sharpness": later("Sharper"),
    "exposure": later("Better exposed"),
    "metadata": later("Says more about the photo"),
    "age": later("Taken or saved earlier"),
    "folder": later("In a protected or preferred folder"),
    "name": later("Not named as a copy"),
    "path": later("Shorter path"),
}

PRESETS: Mapping[str, str] = {
    "best picture": later("Best picture"),
    "oldest first": later("Oldest first"),
    "my folders first": later("My folders first"),
}

# What a photo has, as a thing that is named in a list.
FACTS: Mapping[str, str] = {
    LossKind.TAKEN_AT: later("capture time"),
    LossKind.POSITION: later("position"),
    LossKind.CAMERA: later("camera"),
    LossKind.ZONE: later("time zone"),
    LossKind.RATING: later("rating"),
    LossKind.LABEL: later("label"),
    LossKind.KEYWORDS: later("keywords"),
    LossKind.PEOPLE: later("people"),
    LossKind.TITLE: later("title"),
    LossKind.CAPTION: later("caption"),
}

LOSSES: Mapping[LossKind, str] = {
    LossKind.FRAMING: later("the one that stays shows less of the scene"),
    LossKind.DETAIL: later("the one that stays has less detail"),
    LossKind.CONTENT: later("a part of the picture differs"),
    LossKind.UNCHECKED: later("the two were not compared at full size"),
    LossKind.FRAMES: later("the one that stays has fewer frames"),
    LossKind.PAGES: later("the one that stays has fewer pages"),
    LossKind.LAYERS: later("the one that stays has no layers"),
    LossKind.MOVIE: later("the one that stays has no movie"),
    LossKind.SOUND: later("the one that stays has no sound"),
    LossKind.GAIN_MAP: later("the one that stays has no HDR brightness (gain map)"),
    LossKind.DEPTH_MAP: later("the one that stays has no depth map"),
    LossKind.TRAILER: later("the one that stays lacks data that lies behind the picture"),
    LossKind.ALPHA: later("the one that stays has no transparency"),
    LossKind.BIT_DEPTH: later("the one that stays has fewer shades of colour"),
    LossKind.GAMUT: later("the one that stays has a smaller range of colours"),
    LossKind.TAKEN_AT: later("the one that stays has no capture time"),
    LossKind.ZONE: later("the one that stays has no time zone"),
    LossKind.POSITION: later("the one that stays has no position"),
    LossKind.CAMERA: later("the one that stays does not name the camera"),
    LossKind.RATING: later("the one that stays has no rating"),
    LossKind.LABEL: later("the one that stays has no label"),
    LossKind.KEYWORDS: later("the one that stays lacks keywords"),
    LossKind.PEOPLE: later("the one that stays lacks people"),
    LossKind.TITLE: later("the one that stays has no title"),
    LossKind.CAPTION: later("the one that stays has no caption"),
    LossKind.PLACE: later("the one that stays does not name the place"),
    LossKind.AUTHOR: later("the one that stays does not name the author"),
    LossKind.COPYRIGHT: later("the one that stays has no such copyright notice"),
    LossKind.PANORAMA: later("the one that stays is not shown as a panorama"),
    LossKind.EDITS: later("the one that stays has no edits in a sidecar"),
    LossKind.COMPANION: later("the one that stays has no companion file"),
}

# What the system says in its own language or in English, by its number; others are shown as it says
SYSTEM: Mapping[int, str] = {
    errno.ENOENT: later("there is no such file or folder"),
    errno.ENOTDIR: later("there is no such file or folder"),
    errno.EACCES: later("access is not allowed"),
    errno.EPERM: later("the system does not allow it"),
    errno.EROFS: later("the disk can only be read"),
    errno.ENOSPC: later("the disk is full"),
    errno.EDQUOT: later("the disk is full"),
    errno.EIO: later("the disk cannot be read or written"),
    errno.EBUSY: later("it is in use by another program"),
    errno.EEXIST: later("there is one already"),
    errno.EXDEV: later("it is on another disk"),
    errno.ENAMETOOLONG: later("the name is too long"),
    errno.EMFILE: later("too many files are open"),
    errno.ELOOP: later("its links lead in a circle"),
    errno.ESTALE: later("the network drive is gone"),
    errno.ETIMEDOUT: later("there was no answer in time"),
}

# A pair of words is for one and for several photos, by the value `others`.
WORDS: Mapping[Code, str | tuple[str, str]] = {
    Code.TEXT: "{text}",
    Code.WHOLE: plural("whole, the other is damaged", "whole, the others are damaged"),
    Code.RAW: plural(
        "RAW, the other is rendered from a RAW file or by the camera",
        "RAW, the others are rendered from a RAW file or by the camera",
    ),
    Code.ORIGINAL: plural(
        "the original, what was done to the other: {edits}",
        "the original, what was done to the others: {edits}",
    ),
    Code.LESS_EDITED: plural(
        "less was done to it, to the other: {edits}",
        "less was done to it, to the others: {edits}",
    ),
    Code.LARGER: plural(
        "{width} × {height}, the other is smaller", "{width} × {height}, the others are smaller"
    ),
    Code.MORE_DETAIL: plural(
        "real detail of {megapixels:.1f} megapixels, the other has {most:.1f}",
        "real detail of {megapixels:.1f} megapixels, the others have at most {most:.1f}",
    ),
    Code.LESS_COMPRESSED: plural(
        "{as_kept}, the other is more compressed ({as_best})",
        "{as_kept}, the others are more compressed (at best {as_best})",
    ),
    Code.COMPRESSION: later("{format} quality {quality}"),
    Code.SHARPER: plural("sharper, the other is softer", "sharper, the others are softer"),
    Code.BETTER_EXPOSED: plural(
        "better exposed, the other is darker, paler or burnt out",
        "better exposed, the others are darker, paler or burnt out",
    ),
    Code.MORE_METADATA: plural(
        "says more than the other: {kinds}", "says more than the others: {kinds}"
    ),
    Code.OLDEST: plural(
        "oldest ({date}), the other is newer", "oldest ({date}), the others are newer"
    ),
    Code.PROTECTED_FOLDER: plural(
        "in a protected folder, the other is elsewhere",
        "in a protected folder, the others are elsewhere",
    ),
    Code.PREFERRED_FOLDER: plural(
        "in a preferred folder, the other is elsewhere",
        "in a preferred folder, the others are elsewhere",
    ),
    Code.NEARER_SOURCE: plural(
        "nearer to the original, the other was saved again",
        "nearer to the original, the others were saved again",
    ),
    Code.NO_COPY_NAME: plural(
        "the other has the name or folder of a copy", "the others have names or folders of copies"
    ),
    Code.SHORTEST_PATH: later("shortest path"),
    Code.FIRST_PATH: later("alike in all that the rules look at, first by path"),
    Code.MOST_COPIES: later("most of the others are copies of it"),
    Code.RELATED_TO_ALL: later("it is related to all of the others"),
    Code.FILE_NOT_FOUND: later("it cannot be found ({why})"),
    Code.FILE_NOT_READ: later("it cannot be read ({why})"),
    Code.NOT_A_FILE: later("it is no longer a file"),
    Code.FILE_CHANGED: later("it was changed after the scan"),
    Code.SYSTEM: "{text}",
    Code.STOPPED: later("Stopped before this photo."),
    Code.PROTECTED: later("It lies in a protected folder."),
    Code.KEPT_NOT_SAME: later("The photo to keep, {name}: {problem}."),
    Code.NOT_SAME: later("{name}: {problem}."),
    Code.NAME_OF_KEPT: later("It is another name of {name}, which stays."),
    Code.TRASH_SAID: later("The trash said: {why}."),
    Code.NOT_REMOVED: later("It could not be removed: {why}."),
    Code.PART_NOT_REMOVED: later("{name} could not be removed."),
    Code.KEPT_WENT: later("Put back: once it had gone, {name}, which is to stay, {problem}."),
    Code.KEPT_WENT_BEFORE: later(
        "{name}, which is to stay, went with another photo, which came back."
    ),
    Code.PUT_BACK: later("Put back, as {name} could not be removed."),
    Code.WAS_BACK: later("It was back already."),
    Code.NOT_IN_TRASH: later("It is no longer in the trash."),
    Code.TRASH_AWAY: later("Its trash, {folder}, is not there: connect the drive and try again."),
    Code.DRIVE_AWAY: later("The drive of {folder} is not there: connect it and try again."),
    Code.NOT_CONFIRMED: later(
        "Left alone: {folder} was never scanned on this computer by you. Scan it and try again."
    ),
    Code.NOT_BROUGHT_BACK: later("It could not be brought back: {why}."),
    Code.BESIDE: later("Its old place is taken; it is beside it as {name}."),
    Code.ENDED_REMOVING: later("Kindred ended while it was removed."),
    Code.ENDED_REMOVING_LOST: later(
        "Kindred ended while it was removed; look for it in the system's trash."
    ),
    Code.ENDED_PUT_BACK: later("Put back, as Kindred ended before {name} was removed."),
    Code.ENDED_BEFORE: later("Kindred ended before it was removed."),
    Code.ENDED_UNDOING: later("Kindred ended while its photo was brought back."),
    Code.ENDED_RESTORING: later("Kindred ended while it was brought back."),
    Code.NOTHING_MARKED: later("No photo is marked."),
    Code.NOT_IN_GROUPS: later("Not in these groups: {paths}."),
    Code.NOTHING_REMOVABLE: later("Nothing can be removed.\n{left_out}"),
    Code.LEFT_OUT: later("{paths}: {note}"),
    Code.LINK: later("It is a link to a photo elsewhere, not a photo of its own."),
    Code.NAMES_OF_ONE: later("Another name of one file: {paths}."),
    Code.NONE_LEFT: later("None would be left of {paths}."),
    Code.NO_BATCH: later("There is no removal number {number}."),
    Code.NOTHING_TO_PUT_BACK: later("There is nothing to put back."),
    Code.WORDS_NOT_SAVED: later("What it says could not be saved: {why}."),
    Code.WRITTEN_GONE: later("It is gone, and so is left."),
    Code.WRITTEN_CHANGED: later("It was changed since, and is left as it is."),
    Code.NO_PLAN: later("The file is no plan that `kindred plan --json` wrote."),
    Code.PLAN_OUTDATED: later("Nothing of this plan can be removed."),
    Code.NO_PRESET: later("There is no preset {preset}, only {presets}."),
    Code.NOT_IN_LIBRARY: later("{path} is no photo of the library; scan its folder first."),
    Code.SAME_BYTES: later("The two files are exact copies."),
    Code.WINDOW_TRASH: later("Only the window can move photos to this system's trash."),
    Code.SIDECAR_CANNOT_HOLD: later("No sidecar can hold this: {kinds}."),
    Code.SIDECAR_NOT_HELD: later("The sidecar {name} cannot hold what is to be saved."),
    Code.SIDECAR_DIFFERS: later(
        "The sidecar {name} says something else ({kinds}); it was left as it is."
    ),
    Code.SIDECAR_UNKNOWN: later("The sidecar {name} cannot be understood; it was left as it is."),
    Code.SIDECAR_LINK: later("The sidecar {name} is a link; it was left as it is."),
    Code.SIDECAR_CHANGED: later("The sidecar {name} was changed meanwhile; it was left as it is."),
    Code.SIDECAR_NOT_READ: later("The sidecar {name} cannot be read: {why}."),
    Code.SIDECAR_NOT_COPIED: later("The sidecar {name} cannot be copied: {why}."),
    Code.SIDECAR_COPIES: later("There are too many copies of {name}."),
    Code.ZONE_WITHOUT_TIME: later("{name} has no capture time for its time zone."),
    Code.SIDECAR_NOT_WRITTEN: later("The sidecar {name} cannot be written: {why}."),
    Code.MENU_ON_LINUX: later("The menu entry is for Linux."),
    Code.CAME_BACK_WHOLE: later(
        "decisions: {decisions}, removals: {removals}, protected folders: {folders},"
        " settings: {settings}; nothing is missing"
    ),
    Code.CAME_BACK_IN_PART: later(
        "decisions: {decisions}, removals: {removals}, protected folders: {folders},"
        " settings: {settings}; changes that are missing: {missing}"
    ),
    Code.CAME_BACK_UNSURE: later(
        "decisions: {decisions}, removals: {removals}, protected folders: {folders},"
        " settings: {settings}; what you settled last may be missing"
    ),
    Code.RECOVERED_LATEST: later(
        "The library file had lost what you settled last; it was recovered (entries: {count})."
    ),
    Code.RECOVERED_GONE: later(
        "The library file was gone. Your decisions and the history of removals were recovered"
        " ({back}). Scan your folders again to fill the library."
    ),
    Code.ASIDE_DAMAGED: later(
        "The library file was damaged and was set aside as {aside}."
        " Scan your folders again to fill the library."
    ),
    Code.ASIDE_DAMAGED_RECOVERED: later(
        "The library file was damaged and was set aside as {aside}. Your decisions and the history"
        " of removals were recovered ({back}). Scan your folders again to fill the library."
    ),
    Code.ASIDE_NEWER: later(
        "The library file was made by a newer version of Kindred and was set aside as {aside}."
        " Scan your folders again to fill the library."
    ),
    Code.ASIDE_NEWER_RECOVERED: later(
        "The library file was made by a newer version of Kindred and was set aside as {aside}."
        " Your decisions and the history of removals were recovered ({back})."
        " Scan your folders again to fill the library."
    ),
    Code.LIBRARY_NEWER: later(
        "This library was made by a newer version of Kindred; it was left as it is."
    ),
    Code.LIBRARY_DAMAGED: later("The library file is damaged; restart Kindred to recover it."),
    Code.LIBRARY_DAMAGED_IN_USE: later("The library is damaged; close the other Kindred first."),
    Code.LIBRARY_IN_USE: later("Kindred is already open on this library."),
    Code.LIBRARY_CLOSED: later("The library is closed."),
    Code.LIBRARY_NOT_OPENED: later("The library cannot be opened: {why}."),
    Code.LIBRARY_UNUSABLE: later("The library cannot be used: {why} ({path})."),
    Code.LIBRARY_DISK_FULL: later(
        "The disk that holds the library is full ({path}); make room and go on."
    ),
    Code.NO_SIGNATURES: later("The library lacks signatures; scan the folders again."),
    Code.NOT_USABLE: later("This picture cannot be used: {reason} ({detail})."),
    Code.NO_FOLDER: later("There is no folder {path}."),
    Code.IN_LIBRARY: later(
        "{path} belongs to “{inside}”, the library of another application, which removing photos"
        " would damage. Export the photos there, or choose another folder."
    ),
    Code.IN_TRASH: later(
        "{path} lies in “{inside}”: what is there was thrown away, or is kept as an earlier"
        " version. Choose another folder."
    ),
    Code.NO_SUCH_DEVICE: later("There is no device {device}; choose one of {devices}."),
    Code.DEVICE_UNUSABLE: later("This computer has no usable {device} device."),
    Code.NO_MODEL: later("There is no model {model}."),
    Code.MODEL_MISSING: later("The built-in model is missing. Please install Kindred again."),
    Code.MODEL_DAMAGED: later("{name} is damaged. Please install Kindred again."),
    Code.MODEL_UNUSABLE: later("The model {model} cannot be used: {why}"),
    Code.MODEL_NOT_HERE: later("{model} has not been downloaded yet."),
    Code.MODEL_RUNS_CODE: later(
        "{model} is a TorchScript file: a program that can do anything on this computer."
        " It is opened only when you say in the settings that you trust where it comes from."
    ),
    Code.DOWNLOAD_DAMAGED: later("The download of {model} is damaged. Try again."),
    Code.DOWNLOAD_FAILED: later("{model} could not be downloaded: {why}"),
    Code.NOT_HTTPS: later("Models are only fetched over HTTPS, not from {url}."),
    Code.CARD_NESTED: later("{card} and {folder} hold one another. Choose another folder."),
    Code.CARD_LACKS: later("{count} files are not in your photos, such as {name}."),
    Code.CARD_CHANGED: later("{name} was added, changed or removed since. Look again."),
    Code.CARD_NO_TWIN: later("{path} cannot be read."),
    Code.CARD_SAME_DRIVE: later("{path} is on the same drive as the card."),
    Code.CARD_NO_LONGER: later("The card no longer has {name}, so its copy stays."),
    Code.TOO_FEW_DECISIONS: later("Nothing was changed: {needed} of each are needed."),
    Code.DECISIONS_UNRELATED: later(
        "Nothing was changed: what you removed is no more alike than what you kept."
    ),
    Code.FITTED: later(
        "Learnt: shots of one scene are {similar:.1%} alike or more (was {before:.1%})."
    ),
}


def message_text(message: Message) -> str:
    """A message in the user's language, as one sentence or phrase."""
    given = message.values
    number = given.get("number")
    if message.code is Code.SYSTEM and isinstance(number, int) and number in SYSTEM:
        return tr(SYSTEM[number])
    words = WORDS[message.code]
    try:
        values = {name: _value(name, value) for name, value in given.items()}
        if isinstance(words, str):
            return tr(words, **values)
        others = given.get("others")
        return trn(*words, others if isinstance(others, int) else 1, **values)
    except (LookupError, ValueError, TypeError):  # a journal's values may be of another version
        return str(message)


def scan_stage_text(stage: str) -> str:
    """What a scan does in one word."""
    return tr(SCAN_STAGES.get(stage, stage)) if stage else tr("Starting")


def error_text(error: Exception) -> str:
    """An expected failure in one sentence."""
    if isinstance(error, KindredError):
        return message_text(error.message)
    if isinstance(error, OSError) and error.errno and error.errno in SYSTEM and error.filename:
        return f"{error.filename}: {tr(SYSTEM[error.errno])}"
    return str(error)


def loss_text(loss: Loss) -> str:
    """What would be lost: "the one that stays has no capture time (2017-07-04 10:11:12)"."""
    text = tr(LOSSES[loss.kind])
    if values := ", ".join(tr(EDITS.get(v, " ".join(v.split()))) for v in loss.values if v):
        text = tr("{loss} ({values})", loss=text, values=values)
    return tr("{loss}, but will get it", loss=text) if loss.carried else text


def judgement_text(judgement: Judgement) -> str:
    """Whether a photo may go, and why: "exact copy: the same bytes"."""
    tier = tr(TIERS[judgement.tier])
    if judgement.why is None:
        return tier
    return tr("{tier}: {why}", tier=tier, why=tr(WHYS[judgement.why]))


def verdict_text(judgement: Judgement) -> str:
    """Like `judgement_text`, but for what would be lost, which has words of its own."""
    if judgement.why is Why.LOSES:
        return tr(TIERS[judgement.tier])
    return judgement_text(judgement)


def losses_texts(judgement: Judgement) -> list[str]:
    """What would be lost and what will be saved with the photo that stays, a text each."""
    lost, saved = lost_text(judgement.losses), carried_text(judgement.losses)
    texts = [tr("would be lost: {losses}", losses=lost)] if lost else []
    if not saved:
        return texts
    sure = judgement.stays is not None
    said = (
        tr("will be saved: {facts}", facts=saved)
        if sure
        else tr("can be saved: {facts}", facts=saved)
    )
    return [*texts, said]


def lost_text(losses: Iterable[Loss]) -> str:
    """All that would be lost, on one line; empty: nothing."""
    return "; ".join(loss_text(loss) for loss in losses if not loss.carried)


def carried_text(losses: Iterable[Loss]) -> str:
    """All that will be written to the keeper's sidecar, on one line: "rating 4, keywords Rome"."""
    parts = [[tr(FACTS[loss.kind]), *loss.values] for loss in losses if loss.carried]
    return ", ".join(" ".join(f"{part[0]} {', '.join(part[1:])}".split()) for part in parts)


def _value(name: str, value: Value) -> object:
    """A message's value as its words show it."""
    if isinstance(value, Message):
        return message_text(value)
    if name == "reason" and isinstance(value, str):
        return tr(SKIP_REASONS[SkipReason(value)])
    if not isinstance(value, tuple):
        return value
    texts = [message_text(part) if isinstance(part, Message) else part for part in value]
    words = {"edits": EDITS, "kinds": FACTS}.get(name)
    if words is not None:
        return ", ".join(tr(words.get(text, text)) for text in texts)
    if name == "left_out":
        return "\n".join(texts)
    shown, more = ", ".join(texts[:SHOWN_PATHS]), len(texts) - SHOWN_PATHS
    if more <= 0:
        return shown
    return trn("{names} and {count} more", "{names} and {count} more", more, names=shown)
