"""Finds groups by what is typed: names, folders, cameras, dates, formats, sizes, tiers, edits."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kindred.engine.judgement.capture_times import shown_time
from kindred.engine.judgement.suggestions import tiers_of
from kindred.engine.types import EditName, Group, Member, Tier


class Field(StrEnum):
    """What a term looks at."""

    TEXT = "text"  # the path or the camera
    NAME = "name"
    FOLDER = "folder"
    CAMERA = "camera"
    DATE = "date"  # the beginning of an ISO 8601 date
    BEFORE = "before"
    AFTER = "after"
    FORMAT = "format"
    LARGER = "larger"  # bytes
    SMALLER = "smaller"
    TIER = "tier"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `said` is how it was typed."""

    field: Field
    value: str
    said: str


Vocabulary = Mapping[str, EditName | Tier]

FORMATS = {
    **{name: name.upper() for name in ("jpeg", "png", "gif", "bmp", "webp", "avif", "tiff", "raw")},
    "jpg": "JPEG",
    "tif": "TIFF",
    "heic": "HEIF",
    "heif": "HEIF",
}
WORDS: Vocabulary = {
    **{str(tier): tier for tier in Tier},
    "cropped": EditName.CROPPED,
    "crop": EditName.CROPPED,
    "turned": EditName.TURNED,
    "rotated": EditName.TURNED,
    "mirrored": EditName.MIRRORED,
    "resized": EditName.RESIZED,
    "greyscale": EditName.GREYSCALE,
    "grayscale": EditName.GREYSCALE,
    "colour": EditName.COLOUR,
    "color": EditName.COLOUR,
    "overlaid": EditName.OVERLAID,
    "border": EditName.BORDERED,
    "screenshot": EditName.SCREENSHOT,
}
_UNITS = {"": 1, "b": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9}
_DATE = r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
_TERM = re.compile(
    rf"""(?P<when>before|after|<|>)\s*(?P<day>{_DATE})(?!\S)
    | (?P<more>[<>])\s*(?P<size>\d+(?:\.\d+)?)\s*(?P<unit>[kmg]?b?)(?!\S)
    | (?P<date>{_DATE})(?!\S)
    | (?P<field>name|folder|camera):(?:"(?P<quoted>[^"]+)"|(?P<plain>\S+))
    | "(?P<phrase>[^"]+)"?
    | (?P<word>\S+)""",
    re.VERBOSE | re.IGNORECASE,
)


def terms(text: str, *, words: Vocabulary = WORDS) -> list[Term]:
    """What was typed, as conditions that all have to hold for one photo.

    words: of tiers and edits, in lower case, of one word or several, in any language.
    """
    found: list[Term] = []
    rest = text
    for name in sorted(words, key=len, reverse=True):
        if " " in name and (place := rest.lower().find(name)) >= 0:
            said = rest[place : place + len(name)]
            found.append(_worded(words[name], said))
            rest = rest[:place] + " " + rest[place + len(name) :]
    found += [_term(match, words) for match in _TERM.finditer(rest)]
    return found


def _worded(meaning: EditName | Tier, said: str) -> Term:
    return Term(Field.TIER if isinstance(meaning, Tier) else Field.EDIT, meaning, said)


def _term(match: re.Match[str], words: Vocabulary) -> Term:
    said, part = match.group().strip(), match.groupdict()
    if part["when"]:
        before = part["when"].lower() in ("before", "<")
        return Term(Field.BEFORE if before else Field.AFTER, part["day"], said)
    if part["more"]:
        size = round(float(part["size"]) * _UNITS[(part["unit"] or "").lower()])
        return Term(Field.LARGER if part["more"] == ">" else Field.SMALLER, str(size), said)
    if part["date"]:
        return Term(Field.DATE, part["date"], said)
    if part["field"]:
        value = part["quoted"] or part["plain"]
        return Term(Field(part["field"].lower()), value.lower(), said)
    word = (part["phrase"] or part["word"]).lower()
    if not part["phrase"] and word in FORMATS:
        return Term(Field.FORMAT, FORMATS[word], said)
    if not part["phrase"] and word in words:
        return _worded(words[word], said)
    return Term(Field.TEXT, word, said)


def matching(groups: Sequence[Group], wanted: Collection[Term]) -> list[Group]:
    """The groups in which one photo meets all conditions."""
    if not wanted:
        return list(groups)
    return [
        group for group in groups if any(_meets(member, group, wanted) for member in group.members)
    ]


def _meets(member: Member, group: Group, wanted: Collection[Term]) -> bool:
    return all(_holds(term, member, group) for term in wanted)


def _holds(term: Term, member: Member, group: Group) -> bool:
    photo, info, value = member.photo, member.photo.info, term.value
    day = shown_time(photo).text[:10]
    match term.field:
        case Field.NAME:
            return value in photo.path.name.lower()
        case Field.FOLDER:
            return value in str(photo.path.parent).lower()
        case Field.CAMERA:
            return value in (info.camera or "").lower()
        case Field.DATE:  # a year may also be part of a name or folder
            return day.startswith(value) or value in str(photo.path)
        case Field.BEFORE:
            return "" < day < value
        case Field.AFTER:
            return day[: len(value)] > value
        case Field.FORMAT:
            return info.format == value
        case Field.LARGER:
            return photo.size > int(value)
        case Field.SMALLER:
            return photo.size < int(value)
        case Field.TIER:
            shown = member is not group.members[0] and member.judgement.tier == value
            return shown or tiers_of(group) == {value}
        case Field.EDIT:
            return any(edit.name == value for edit in member.edits)
        case Field.TEXT:
            return value in str(photo.path).lower() or value in (info.camera or "").lower()
