"""Situations of what lies beside a photo, and of the place it lies in."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.support import camera_files as files
from tests.support.camera_files import Shot, jpeg, with_exif
from tests.support.keeper_situations import (
    LIVE,
    SITUATIONS,
    SUMMER_2019,
    Expected,
    heic,
    kept_exif,
    live_exif,
    put,
    scaled,
    situation,
)
from tests.support.negatives import dng

_WAVE = b"RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0" + bytes(range(200))


def _beside(
    shot: Shot, folder: Path, *, name: str, more: Mapping[str, bytes], alone: str | None = None
) -> Expected:
    """A photo with others beside it in a backup, and the same bytes alone in an album."""
    keep = put(folder, f"Backup (1)/{name}", shot.data)
    for other, data in more.items():
        put(folder, f"Backup (1)/{other}", data)
    single = put(folder, f"Tuscany/{alone or name}", shot.data)
    return Expected({keep}, {single: {keep}})


_EDITS = files.xmp(exposure=0.6)
_AAE = (
    b'<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>'
    b"<key>adjustmentFormatIdentifier</key><string>com.apple.photo</string>"
    b"<key>adjustmentData</key><data>AAAA</data></dict></plist>"
)
for _name, _how in {
    "sidecar_in_capitals": {"name": "IMG_1.JPG", "more": {"IMG_1.JPG.XMP": _EDITS}},
    "sidecar_stem_in_capitals": {"name": "IMG_1.jpg", "more": {"IMG_1.XMP": _EDITS}},
    "sidecar_of_other_case": {"name": "IMG_1.JPG", "more": {"img_1.xmp": _EDITS}},
    "sidecar_of_other_case_long": {"name": "IMG_1.JPG", "more": {"IMG_1.jpg.xmp": _EDITS}},
    "sidecar_broken": {"name": "IMG_1.jpg", "more": {"IMG_1.xmp": _EDITS[:300]}},
    "sidecar_empty_words": {"name": "IMG_1.jpg", "more": {"IMG_1.xmp": b"not xml at all"}},
    "sidecar_of_on1": {"name": "IMG_1.jpg", "more": {"IMG_1.on1": b'{"photos": {"a": 1}}'}},
    "sidecar_of_dxo": {"name": "IMG_1.jpg", "more": {"IMG_1.jpg.dop": b"Sidecar = {}"}},
    "sidecar_of_apple_old_name": {"name": "IMG_0001.JPG", "more": {"IMG_O0001.AAE": _AAE}},
    "sidecar_of_canon": {"name": "IMG_1.jpg", "more": {"IMG_1.vrd": b"CANON OPTIONAL DATA"}},
    "sound_beside": {"name": "DSC_1.JPG", "more": {"DSC_1.WAV": _WAVE}},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_beside, **_how)


def _takeout(shot: Shot, folder: Path, *, name: str, about: str) -> Expected:
    note = files.takeout(name, taken=shot.taken)
    return _beside(shot, folder, name=name, more={about: note})


_LONG = "IMG_a_very_long_name_that_somebody_gave_to_this_photo.jpg"
for _name, _how in {
    "takeout_cut": {"name": _LONG, "about": f"{_LONG[:46]}.json"},
    "takeout_supplemental_cut": {
        "name": "IMG_20190704_143107_BURST1.jpg",
        "about": f"{'IMG_20190704_143107_BURST1.jpg.supplemental-metadata'[:46]}.json"},
    "takeout_number": {"name": "IMG_1(1).jpg", "about": "IMG_1.jpg(1).json"},
    "takeout_supplemental_number": {
        "name": "IMG_1(1).jpg", "about": "IMG_1.jpg.supplemental-metadata(1).json"},
    "takeout_without_suffix": {"name": "IMG_1.jpg", "about": "IMG_1.json"},
    "takeout_of_the_edited": {"name": "IMG_1-edited.jpg", "about": "IMG_1.jpg.json"},
}.items():  # fmt: skip
    SITUATIONS[_name] = partial(_takeout, **_how)


@situation
def takeout_says_another_time(shot: Shot, folder: Path) -> Expected:
    """Its JSON has a corrected time, days from that of the file."""
    name = "IMG_1.jpg"
    note = files.takeout(name, taken="2011-02-03T10:00:00")
    return _beside(shot, folder, name=name, more={f"{name}.json": note})


@situation
def takeout_of_two_exports(shot: Shot, folder: Path) -> Expected:
    """One photo exported twice, with the same JSON: one may go."""
    for place in ("Takeout 1/Photos from 2019", "Takeout 2/Photos from 2019"):
        put(folder, f"{place}/IMG_1.jpg", shot.data)
        put(folder, f"{place}/IMG_1.jpg.json", files.takeout("IMG_1.jpg", taken=shot.taken))
    return Expected()


@situation
def takeout_in_utc_beside_local_time(shot: Shot, folder: Path) -> Expected:
    """The export of a photo whose EXIF was stripped: its JSON knows the moment in UTC."""
    keep = put(folder, "Camera/IMG_1.jpg", shot.data)
    bare = jpeg(shot.picture(), quality=85)
    other = put(folder, "Takeout/IMG_1.jpg", bare)
    hours = f"{shot.taken[:11]}{(int(shot.taken[11:13]) - 2) % 24:02}{shot.taken[13:]}"
    put(folder, "Takeout/IMG_1.jpg.json", files.takeout("IMG_1.jpg", taken=hours))
    return Expected({keep}, {other: {keep}})


@situation
def json_that_is_no_takeout(shot: Shot, folder: Path) -> Expected:
    note = json.dumps({"edits": [{"crop": [0, 0, 1, 1]}], "prompt": "a bridge"}).encode()
    return _beside(shot, folder, name="IMG_1.jpg", more={"IMG_1.json": note})


# Movies


@situation
def movie_beside(shot: Shot, folder: Path) -> Expected:
    name = "20190704_143107.jpg"
    more = {name.replace(".jpg", ".mp4"): files.movie(taken=shot.taken)}
    return _beside(shot, folder, name=name, more=more)


def _live(shot: Shot, folder: Path, *, clips: tuple[bytes | None, bytes | None], resave: bool):
    data = with_exif(shot.data, live_exif(shot))
    other = jpeg(shot.picture(), quality=85, exif=live_exif(shot)) if resave else data
    names = []
    for place, still, clip in (("a", data, clips[0]), ("zz", other, clips[1])):
        names.append(put(folder, f"{place}/IMG_1.JPG", still))
        if clip is not None:
            put(folder, f"{place}/IMG_1.MOV", clip)
    return Expected(set(names))


def _clip(shot: Shot, *, fill: int, seconds: float = 2.5) -> bytes:
    made = files.movie(taken=shot.taken, content_id=LIVE, seconds=seconds)
    return made[:-4096] + bytes([fill]) * 4096


@situation
def two_movies_of_one_identifier_and_size(shot: Shot, folder: Path) -> Expected:
    """The movie was edited in place: its media differ though its length does not."""
    clips = _clip(shot, fill=1), _clip(shot, fill=2)
    return _live(shot, folder, clips=clips, resave=False)


@situation
def movie_cut_off(shot: Shot, folder: Path) -> Expected:
    whole = _clip(shot, fill=1)
    return _live_one_sided(shot, folder, whole, whole[:-2000])


def _live_one_sided(shot: Shot, folder: Path, whole: bytes, other: bytes) -> Expected:
    data = with_exif(shot.data, live_exif(shot))
    keep = put(folder, "zz/IMG_1.JPG", data)
    put(folder, "zz/IMG_1.MOV", whole)
    bad = put(folder, "a/IMG_1.JPG", data)
    put(folder, "a/IMG_1.MOV", other)
    return Expected({keep}, {bad: {keep}})


@situation
def movie_beside_the_resave_only(shot: Shot, folder: Path) -> Expected:
    return _live(shot, folder, clips=(None, _clip(shot, fill=3)), resave=True)


@situation
def live_photo_twice(shot: Shot, folder: Path) -> Expected:
    """Still and movie in two folders, one a backup: that may go."""
    data = with_exif(shot.data, live_exif(shot))
    clip = _clip(shot, fill=4)
    keep, other = (
        put(folder, f"{place}/IMG_1.JPG", data) for place in ("2019/Tuscany", "Backup (1)")
    )
    for place in (keep, other):
        put(folder, place.replace(".JPG", ".MOV"), clip)
    return Expected({keep}, {other: {keep}}, undecided=False)


@situation
def heic_with_movie_and_its_jpeg(shot: Shot, folder: Path) -> Expected:
    """Exported as the most compatible format: the HEIC has the movie."""
    small = scaled(shot.picture(), 0.6)
    keep = put(folder, "zz/IMG_1.HEIC", heic(shot, small, exif=live_exif(shot)))
    put(folder, "zz/IMG_1.MOV", _clip(shot, fill=5))
    other = put(folder, "a/IMG_1.jpg", kept_exif(shot, small, quality=90))
    return Expected({keep}, {other: {keep}})


# RAW


@situation
def raw_pairs_of_which_one_is_broken(shot: Shot, folder: Path) -> Expected:
    """RAW and JPEG in the card's folder; in the other one the RAW was deleted."""
    small = scaled(shot.picture(), 0.5)
    raw = put(folder, "a card/DSC_1.DNG", dng(small, size=small.size))
    unit = put(folder, "a card/DSC_1.JPG", shot.data)
    alone = put(folder, "Best/DSC_1.JPG", shot.data)
    return Expected({raw, unit}, {alone: {raw, unit}})


@situation
def raw_with_edits_twice(shot: Shot, folder: Path) -> Expected:
    """One RAW file in two folders, developed in one of them."""
    small = scaled(shot.picture(), 0.5)
    data = dng(small, size=small.size)
    keep = put(folder, "zz/DSC_1.DNG", data)
    put(folder, "zz/DSC_1.xmp", _EDITS)
    other = put(folder, "a/DSC_1.DNG", data)
    return Expected({keep}, {other: {keep}})


@situation
def two_developments_of_one_raw(shot: Shot, folder: Path) -> Expected:
    small = scaled(shot.picture(), 0.5)
    data = dng(small, size=small.size)
    names = []
    for place, exposure in (("a", 0.5), ("b", -0.5)):
        names.append(put(folder, f"{place}/DSC_1.DNG", data))
        put(folder, f"{place}/DSC_1.xmp", files.xmp(exposure=exposure))
    return Expected(set(names))


@situation
def conflicting_sidecars(shot: Shot, folder: Path) -> Expected:
    names = []
    for place, stars in (("a", 2), ("b", 5)):
        names.append(put(folder, f"{place}/IMG_1.jpg", shot.data))
        put(folder, f"{place}/IMG_1.xmp", files.xmp(rating=stars))
    return Expected(set(names))


# Places and names


def _placed(shot: Shot, folder: Path, *, keep: str, other: str, when: int = 0) -> Expected:
    put(folder, keep, shot.data)
    put(folder, other, shot.data, when=SUMMER_2019 + when)
    return Expected({keep}, {other: {keep}})


for _name, _how in {
    "german_copy": {"keep": "Toskana/IMG_1.JPG", "other": "Toskana/IMG_1 - Kopie.JPG"},
    "german_copy_of": {"keep": "Toskana/IMG_1.JPG", "other": "Toskana/Kopie von IMG_1.JPG"},
    "french_copy": {"keep": "Toscane/IMG_1.JPG", "other": "Toscane/IMG_1 - Copie.JPG"},
    "chinese_copy": {"keep": "相册/IMG_1.JPG", "other": "相册/IMG_1 - 副本.JPG"},
    "polish_copy": {"keep": "Toskania/IMG_1.JPG", "other": "Toskania/IMG_1 - kopia.JPG"},
    "nested_backup": {"keep": "2019/IMG_1.JPG", "other": "Backup/2019/IMG_1.JPG"},
}.items():
    SITUATIONS[_name] = partial(_placed, **_how)


@situation
def the_number_is_in_the_original(shot: Shot, folder: Path) -> Expected:
    """The download was saved twice: the one with a number is the camera's file."""
    keep = put(folder, "Downloads/IMG_1 (1).JPG", shot.data)
    other = put(folder, "Downloads/IMG_1.JPG", jpeg(shot.picture(), quality=80))
    return Expected({keep}, {other: {keep}})


@situation
def both_in_backups(shot: Shot, folder: Path) -> Expected:
    """One in each of two backups: nothing tells which, so at most one goes."""
    for place in ("Backup 2019", "Backup 2020"):
        put(folder, f"{place}/IMG_1.JPG", shot.data)
    return Expected()


@situation
def file_time_in_the_future(shot: Shot, folder: Path) -> Expected:
    keep = put(folder, "Tuscany/IMG_1.JPG", shot.data)
    other = put(folder, "Tuscany/IMG_1 (2).JPG", shot.data, when=4_000_000_000)
    return Expected({keep}, {other: {keep}})


@situation
def names_that_differ_in_case(shot: Shot, folder: Path) -> Expected:
    put(folder, "Tuscany/IMG_1.JPG", shot.data)
    put(folder, "Tuscany/img_1.jpg", shot.data)
    return Expected()


@situation
def edit_beside_two_copies(shot: Shot, folder: Path) -> Expected:
    """Two copies of the original and an edit of it: the edit is nobody's copy."""
    picture = shot.picture()
    keep = put(folder, "2019/IMG_1.JPG", shot.data)
    backup = put(folder, "Backup/IMG_1.JPG", shot.data)
    edit = put(
        folder, "2019/IMG_1 edited.jpg", jpeg(picture.point(lambda v: min(255, v + 25)), quality=92)
    )
    return Expected({keep, edit}, {backup: {keep}}, undecided=False)
