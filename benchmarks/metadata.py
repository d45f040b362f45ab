"""What the engine reads of photos' metadata, beside what ExifTool reads.

python -m benchmarks.metadata FOLDER... [--show 20]

Every file with a photo's ending is read by both, 13 fields are compared, and each disagreement is
printed. A field that only the engine fills in is a disagreement too. The rules of the comparison:
ExifTool's tags in the order of precedence of docs/formats.md; texts without surrounding spaces;
positions to a ten-thousandth of a degree; times to a second.
"""

import argparse
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kindred.engine.file_types import PHOTO_SUFFIXES
from kindred.engine.metadata.facts import read_facts
from kindred.engine.metadata.packet import personal
from kindred.engine.metadata.xmp import clean
from kindred.engine.types import FileFacts

AT_ONCE = 100  # files given to one ExifTool
UNSET = ("0000", "1904:01:01 00:00:00", "1970:01:01 00:00:00", "1980:01:01 00:00:00",
         "2000:01:01 00:00:00", "    ")  # fmt: skip
Tags = dict[str, Any]

TIMES = (
    ("ExifIFD:DateTimeOriginal", "ExifIFD:SubSecTimeOriginal", "ExifIFD:OffsetTimeOriginal"),
    ("XMP-exif:DateTimeOriginal", "", ""),
    ("XMP-photoshop:DateCreated", "", ""),
    ("IPTC:DateCreated", "", ""),
    ("ExifIFD:CreateDate", "ExifIFD:SubSecTimeDigitized", "ExifIFD:OffsetTimeDigitized"),
    ("XMP-xmp:CreateDate", "", ""),
    ("PNG:CreationTime", "", ""),
    ("GPS:GPSDateTime", "", ""),
    ("XMP-exif:GPSDateTime", "", ""),
    ("CanonRaw:DateTimeOriginal", "", ""),
    ("IFD0:ModifyDate", "ExifIFD:SubSecTime", "ExifIFD:OffsetTime"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=20, help="disagreements shown of each field")
    options = parser.parse_args()
    paths = [
        path
        for folder in options.folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()
    ]
    agree: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        for path, tags in exiftool(some).items():
            facts = read_facts(path.read_bytes(), name=path.name)
            for field, (ours, theirs) in compared(facts, tags).items():
                stated[field] += theirs not in (None, ())
                if ours == theirs:
                    agree[field] += 1
                elif shown[field] < options.show:
                    shown[field] += 1
                    print(f"{field}\t{path}\n\tengine   {ours!r}\n\tExifTool {theirs!r}")
    print(f"\n{len(paths)} files\nfield            agree        stated by ExifTool")
    for field in FIELDS:
        share = agree[field] / max(1, len(paths))
        print(f"{field:12} {agree[field]:6} {share:7.1%} {stated[field]:10}")


def exiftool(paths: list[Path]) -> dict[Path, Tags]:
    """The tags of each file by their group of the first family and name."""
    command = ["exiftool", "-j", "-G1", "-n", "-struct", "-q", "-q", "-charset", "filename=utf8"]
    done = subprocess.run([*command, "--", *map(str, paths)], capture_output=True, check=False)
    rows = json.loads(done.stdout.decode("utf-8", "replace") or "[]")
    found = {Path(row["SourceFile"]): row for row in rows}
    return {path: found.get(path, {}) for path in paths}


def compared(facts: FileFacts, tags: Tags) -> dict[str, tuple[Any, Any]]:
    """Of each field what the engine and what ExifTool says, in one form."""
    return {field: (of(facts), theirs(tags)) for field, (of, theirs) in FIELDS.items()}


def first(tags: Tags, *names: str) -> Any:
    return next((tags[name] for name in names if tags.get(name) not in (None, "", [])), None)


def text(*names: str, limit: int = 100, own: bool = False) -> Callable[[Tags], str | None]:
    """The first of some tags as clean text; `own`: unless a camera or program wrote it."""

    def find(tags: Tags) -> str | None:
        for name in names:
            value = tags.get(name)
            value = (
                value.get("x-default", next(iter(value.values()), None))
                if isinstance(value, dict)
                else value
            )
            found = clean(str(value), limit=limit) if value not in (None, "", []) else None
            if own:
                found = personal(found)
            if found:
                return found
        return None

    return find


def moment(tags: Tags) -> str | None:
    for name, _, _ in TIMES:
        value = str(tags.get(name) or "")
        if name == "IPTC:DateCreated" and value:
            value = f"{value} {str(tags.get('IPTC:TimeCreated') or '00:00:00')[:8]}"
        found = re.match(r"(\d{4}):(\d\d):(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?", value)
        if found and not value.startswith(UNSET) and 1 <= int(found[2]) <= 12 and int(found[3]):
            return "{}-{}-{}T{}:{}:{}".format(*(part or "00" for part in found.groups()))
    return None


def fraction(tags: Tags) -> str | None:
    digits = re.match(r"\d+", str(tags.get("ExifIFD:SubSecTimeOriginal") or ""))
    return (
        digits[0][:6].rstrip("0") or None
        if digits and tags.get("ExifIFD:DateTimeOriginal")
        else None
    )


def camera(tags: Tags) -> str | None:
    for group in ("IFD0", "XMP-tiff", "CanonRaw"):
        make, model = (clean(str(tags.get(f"{group}:{name}") or "")) for name in ("Make", "Model"))
        if make or model:
            same = make and model and model.lower().startswith(make.lower().split()[0])
            return model if same or not make else f"{make} {model}" if model else make
    return None


def place(axis: str) -> Callable[[Tags], float | None]:
    def find(tags: Tags) -> float | None:
        for group in ("Composite", "GPS", "XMP-exif"):
            pair = [tags.get(f"{group}:GPS{one}") for one in ("Latitude", "Longitude")]
            numbers = all(isinstance(part, int | float) for part in pair) and any(pair)
            if numbers and abs(pair[0]) <= 90 and abs(pair[1]) <= 180:
                return round(float(pair[axis == "Longitude"]), 4)
        return None

    return find


def rating(tags: Tags) -> int | None:
    value = first(tags, "XMP-xmp:Rating", "IFD0:Rating")
    try:
        stars = round(float(value))
    except (TypeError, ValueError):
        return None
    return stars if stars in (-1, 1, 2, 3, 4, 5) else None


def listed(*names: str, separator: str = "") -> Callable[[Tags], tuple[str, ...]]:
    def find(tags: Tags) -> tuple[str, ...]:
        found: list[str] = []
        for name in names:
            value = tags.get(name)
            if isinstance(value, str) and name.endswith("XPKeywords"):
                value = value.split(";")
            values: Iterable[Any] = (
                value if isinstance(value, list) else [] if value is None else [value]
            )
            found += [word for one in values if (word := clean(str(one), limit=200))]
        return tuple(sorted({word.replace("/", "|") for word in found}))

    return find


def regions(tags: Tags) -> tuple[str, ...]:
    info = tags.get("XMP-mwg-rs:RegionInfo")
    named = info.get("RegionList", []) if isinstance(info, dict) else []
    faces = [one.get("Name") for one in named if one.get("Type", "Face") == "Face"]
    people = tags.get("XMP-iptcExt:PersonInImage") or []
    every = [*faces, *(people if isinstance(people, list) else [people])]
    microsoft = tags.get("XMP-MP:RegionInfoMP")
    if isinstance(microsoft, dict):
        every += [one.get("PersonDisplayName") for one in microsoft.get("Regions", [])]
    return tuple(sorted({name for one in every if (name := clean(str(one or "")))}))


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def second(value: str | None) -> str | None:
    return value[:19] if value else None


def own_fraction(facts: FileFacts) -> str | None:
    return (facts.taken_at or "")[20:].rstrip("0") or None


KEYWORDS = ("XMP-dc:Subject", "IPTC:Keywords", "XMP-lr:HierarchicalSubject", "XMP-digiKam:TagsList",
            "XMP-microsoft:LastKeywordXMP", "IFD0:XPKeywords")  # fmt: skip
FIELDS: dict[str, tuple[Callable[[FileFacts], Any], Callable[[Tags], Any]]] = {
    "taken at": (lambda f: second(f.taken_at), moment),
    "sub-second": (own_fraction, fraction),
    "camera": (lambda f: f.camera, camera),
    "lens": (lambda f: f.lens, text("ExifIFD:LensModel", "XMP-exifEX:LensModel", "XMP-aux:Lens")),
    "latitude": (lambda f: rounded(f.latitude), place("Latitude")),
    "longitude": (lambda f: rounded(f.longitude), place("Longitude")),
    "rating": (lambda f: f.rating, rating),
    "label": (lambda f: f.label, text("XMP-xmp:Label")),
    "keywords": (
        lambda f: tuple(sorted(word.replace("/", "|") for word in f.keywords)),
        listed(*KEYWORDS),
    ),
    "people": (lambda f: tuple(sorted(f.people)), regions),
    "title": (
        lambda f: f.title,
        text("XMP-dc:Title", "XMP-photoshop:Headline", "IPTC:ObjectName", "IPTC:Headline",
             "IFD0:XPTitle", "PNG:Title", limit=300, own=True),
    ),
    "caption": (
        lambda f: f.caption,
        text("XMP-dc:Description", "XMP-acdsee:Caption", "IPTC:Caption-Abstract",
             "IFD0:ImageDescription", "IFD0:XPComment", "ExifIFD:UserComment", "PNG:Description",
             "PNG:Comment", limit=2000, own=True),
    ),
    "software": (
        lambda f: f.software,
        text("IFD0:Software", "XMP-xmp:CreatorTool", "XMP-tiff:Software", "IPTC:OriginatingProgram",
             "PNG:Software"),
    ),
}  # fmt: skip


if __name__ == "__main__":
    main()
