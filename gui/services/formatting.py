"""Figures, kinds and edits as the user reads them, in the user's language."""

from collections.abc import Callable, Iterable
from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QTime

from kindred.engine.judgement.capture_times import shown_time
from kindred.engine.types import Edit, EditName, Kind, Member, Photo, Tier
from kindred.gui.services.engine_words import EDITS, KINDS, TIERS
from kindred.gui.services.i18n import later, tr, trn

TURNS = {  # degrees clockwise
    90: later("turned to the right"),
    180: later("upside down"),
    270: later("turned to the left"),
}
STEP = 1000  # file managers count in powers of ten


def bytes_text(count: int) -> str:
    """8_234_000 -> "8.2 MB"."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < STEP:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= STEP
    return f"{value:.1f} TB"


def alike_text(similarity: float) -> str:
    """How alike two photos look: "97% alike"."""
    return tr("{percent}% alike", percent=f"{min(max(similarity, 0.0), 1.0) * 100:.0f}")


def busy() -> str:
    """Why a job cannot start now."""
    return tr("Another job is running. Wait for it or stop it first.")


def photos_text(count: int) -> str:
    return trn("{count} photo", "{count} photos", count)


def companions_text(photo: Photo) -> str:
    """The names of the files that are kept and removed with a photo."""
    return ", ".join(companion.name for companion in photo.companions)


def kind_text(kind: Kind) -> str:
    return tr(KINDS[kind])


def edit_text(edit: Edit) -> str:
    """One edit with its amount: "cropped to 64%", "turned to the right"."""
    amount = edit.amount
    if amount is None:
        return tr(EDITS[edit.name])
    percent = f"{amount * 100:.0f}"
    match edit.name:
        case EditName.RESIZED:
            return tr("{percent}% as wide", percent=percent)
        case EditName.CROPPED:
            return tr("cropped to {percent}%", percent=percent)
        case EditName.TURNED:
            return tr(TURNS.get(round(amount) % 360, EDITS[edit.name]))
    return tr(EDITS[edit.name])


def sort_text(member: Member) -> str:
    """What a photo is to the one that stays, in a word or two: "saved again", "cropped"."""
    names = [edit.name for edit in member.edits]
    tier = member.judgement.tier
    if tier is Tier.EXACT or member.relation is Kind.IDENTICAL:
        return tr(TIERS[Tier.EXACT])
    if member.relation is Kind.SIMILAR:
        return tr(TIERS[Tier.SIMILAR])
    told = [name for name in names if name not in (EditName.REENCODED, EditName.RESIZED)]
    if tier is not Tier.LESSER and told:
        return tr(EDITS[told[0]])
    if EditName.RESIZED in names:
        return tr("smaller copy") if tier is Tier.LESSER else tr(EDITS[EditName.RESIZED])
    if EditName.REENCODED in names:
        return tr(EDITS[EditName.REENCODED])
    return tr(TIERS[tier]) if tier is not Tier.SIMILAR else kind_text(member.relation)


def edits_text(edits: Iterable[Edit]) -> str:
    return ", ".join(edit_text(edit) for edit in edits)


def names_text(edits: Iterable[Edit]) -> str:
    """The names of the edits, each once, without amounts."""
    return ", ".join(tr(EDITS[name]) for name in dict.fromkeys(edit.name for edit in edits))


def when_text(iso: str) -> str:
    """An ISO 8601 time as the user's own short date and time; text that is none as it is."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    day = QDate(moment.year, moment.month, moment.day)
    time = QTime(moment.hour, moment.minute, moment.second)
    return QLocale().toString(QDateTime(day, time), QLocale.FormatType.ShortFormat)


def moment_text(iso: str) -> str:
    """Like `when_text`, with the seconds and what the camera wrote after them."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    date = QDate(moment.year, moment.month, moment.day)
    day = QLocale().toString(date, QLocale.FormatType.ShortFormat)
    parts = f".{moment.microsecond:06}".rstrip("0.")
    return f"{day} {moment:%H:%M:%S}{parts}"


def taken_text(photo: Photo, told: Callable[[str], str]) -> str:
    """When a photo was taken, by `when_text` or `moment_text`; empty where nothing states it."""
    taken = shown_time(photo)
    if not taken.by_name:
        return told(taken.text) if taken.text else ""
    if "T" in taken.text:
        return tr("{when}, by its name", when=told(taken.text))
    day = QDate.fromString(taken.text, Qt.DateFormat.ISODate)
    return tr("{when}, by its name", when=QLocale().toString(day, QLocale.FormatType.ShortFormat))


def left_text(seconds: float) -> str:
    """Time left, coarse on purpose: it is an estimate."""
    if seconds < 60:
        return tr("less than a minute left")
    if seconds < 5400:
        return trn("{count} minute left", "{count} minutes left", round(seconds / 60))
    return trn("{count} hour left", "{count} hours left", round(seconds / 3600))
