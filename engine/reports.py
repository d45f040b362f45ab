"""Groups as a report: a page to read or print, a table for spreadsheets, JSON for programs."""

import base64
import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.errors import DecodeError
from kindred.engine.judgement.capture_times import shown_time
from kindred.engine.paths import Home, plain_text, visible_text
from kindred.engine.progress import CancelToken, Meter, ProgressSink, Stage, ignore
from kindred.engine.types import Group, Member, Photo

COLUMNS = (
    "group", "kind", "keeper", "path", "relation", "similarity", "width", "height", "size",
    "taken_at",
)  # fmt: skip
SIDE = 240  # pixels of a picture on the page
QUALITY = 75

Pictures = Callable[[Photo], bytes | None]
"""A small JPEG of a photo; None where it cannot be read."""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The words of the page, in the language of whoever asked for it."""

    language: str  # an IETF tag: "en"
    title: str
    summary: str  # how many groups and photos, and when
    stays: str
    marked: str  # marked for removal
    missing: str  # instead of a picture that cannot be read
    name: Callable[[Group], str]
    about: Callable[[Member], str]


def write_report(
    path: Path,
    groups: Sequence[Group],
    *,
    words: ReportWords,
    home: Home,
    marked: Collection[Path] = (),
    token: CancelToken,
    progress: ProgressSink = ignore,
) -> None:
    """Write the groups by the ending of `path`: .csv, .json, else a page with small pictures.

    Raises OSError; Cancelled, and then nothing is written.
    """
    meter = Meter(progress)
    meter.start(Stage.WRITING, len(groups))

    def counted() -> Iterator[Group]:
        for group in groups:
            token.check()
            yield group
            meter.advance(1)

    suffix = path.suffix.lower()
    if suffix == ".csv":
        parts: Iterable[str] = (groups_csv(list(counted())),)
    elif suffix == ".json":
        parts = (groups_json(list(counted())),)
    else:
        pictures = _small_pictures(SmallPictures(home.small_pictures))
        parts = groups_page(counted(), words=words, pictures=pictures, marked=marked)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def groups_csv(groups: Sequence[Group]) -> str:
    """One line a photo, groups numbered from 1, with a header; text cells cannot be formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, group in enumerate(groups, start=1):
        for member in group.members:
            photo = member.photo
            writer.writerow(
                (
                    number,
                    group.kind,
                    "yes" if photo is group.keeper else "no",
                    _cell(plain_text(photo.path)),
                    member.relation,
                    round(member.similarity, 6),
                    photo.info.width,
                    photo.info.height,
                    photo.size,
                    _cell(photo.info.taken_at or ""),
                )
            )
    return text.getvalue()


def groups_json(groups: Sequence[Group]) -> str:
    """The groups as `kindred scan --json` has them; ASCII, so that any encoding carries it."""
    return json.dumps({"groups": [group_value(group) for group in groups]}, indent=2)


def _named_at(photo: Photo) -> str | None:
    """The time that only the file's name states."""
    taken = shown_time(photo)
    return taken.text if taken.by_name else None


def group_value(group: Group) -> dict[str, object]:
    """A group as JSON has it."""
    return {
        "kind": group.kind,
        "keeper": str(group.keeper.path),
        "similarity": min((m.similarity for m in group.members[1:]), default=1.0),
        "photos": [
            {
                "path": str(member.photo.path),
                "relation": member.relation,
                "tier": member.judgement.tier,
                "similarity": member.similarity,
                "width": member.photo.info.width,
                "height": member.photo.info.height,
                "size": member.photo.size,
                "taken_at": member.photo.info.taken_at,
                "named_at": _named_at(member.photo),
            }
            for member in group.members
        ],
    }


def groups_page(
    groups: Iterable[Group],
    *,
    words: ReportWords,
    pictures: Pictures,
    marked: Collection[Path] = (),
) -> Iterator[str]:
    """A page in itself, in parts: it loads nothing, runs nothing, and no name can be markup."""
    yield _HEAD.format_map(_escaped(language=words.language, title=words.title))
    yield f"<h1>{_text(words.title)}</h1><p>{_text(words.summary)}</p>\n"
    for number, group in enumerate(groups, start=1):
        yield f"<section><h2>{number}. {_text(words.name(group))}</h2><ul>\n"
        for member in group.members:
            yield _photo(member, group, words=words, pictures=pictures, marked=marked)
        yield "</ul></section>\n"
    yield "</body></html>\n"


def _photo(
    member: Member,
    group: Group,
    *,
    words: ReportWords,
    pictures: Pictures,
    marked: Collection[Path],
) -> str:
    photo = member.photo
    data = pictures(photo)
    if data is None:
        picture = f"<div class=none>{_text(words.missing)}</div>"
    else:
        code = base64.b64encode(data).decode("ascii")
        picture = f'<img alt="" src="data:image/jpeg;base64,{code}">'
    badge = ""
    if photo.path in marked:
        badge = f"<b class=goes>{_text(words.marked)}</b>"
    elif photo is group.keeper:
        badge = f"<b class=stays>{_text(words.stays)}</b>"
    return (
        f"<li>{picture}<div>{badge}<strong>{_text(photo.path.name)}</strong>"
        f"<span>{_text(words.about(member))}</span><span>{_text(photo.path.parent)}</span>"
        "</div></li>\n"
    )


def _small_pictures(kept: SmallPictures) -> Pictures:
    def small(photo: Photo) -> bytes | None:
        import simplejpeg

        try:
            pixels = kept.open(photo, max_side=SIDE)
            return bytes(simplejpeg.encode_jpeg(pixels.copy(order="C"), QUALITY))
        except (DecodeError, OSError, ValueError):
            return None

    return small


def _escaped(**values: str) -> Mapping[str, str]:
    return {name: _text(value) for name, value in values.items()}


def _text(said: Path | str) -> str:
    return escape(plain_text(visible_text(said)))


def _cell(text: str) -> str:
    # A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection); the apostrophe
    # makes it text.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


_HEAD = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 2em auto }}
h2 {{ font-size: 1.05em; border-top: 1px solid #8886; padding-top: 1em }}
section {{ break-inside: avoid }}
ul {{ display: flex; flex-wrap: wrap; gap: 14px; list-style: none; padding: 0 }}
li {{ width: 240px; break-inside: avoid }}
img, .none {{ width: 240px; height: 180px; object-fit: contain; background: #8882 }}
.none {{ display: grid; place-items: center }}
strong, span {{ display: block; overflow-wrap: anywhere }}
span {{ font-size: .86em; opacity: .75 }}
b {{ display: inline-block; font-size: .8em; border-radius: 9px; padding: 0 8px; color: #fff }}
.stays {{ background: #17693f }} .goes {{ background: #b3261e }}
</style></head><body>
"""
