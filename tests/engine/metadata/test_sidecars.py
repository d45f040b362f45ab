"""Sidecars are read for words and edits; a hostile one is unreadable, never an exception."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.metadata.sidecars import (
    MAX_SIDECAR,
    SidecarFacts,
    merge_facts,
    read_sidecar,
)
from kindred.engine.types import FileFacts

NAMESPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "darktable": "http://darktable.sf.net/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
}


def xmp(attributes: str = "", inside: str = "") -> bytes:
    """A sidecar as tools write it, with these attributes and elements of its description."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def listed(name: str, kind: str, *items: str) -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"


WORDS = xmp(
    'xmp:Rating="4" xmp:Label="Red" exif:DateTimeOriginal="2020-05-06T07:08:09+02:00"'
    ' exif:GPSLatitude="41,53.5N" exif:GPSLongitude="12,29.25E" xmp:MetadataDate="2024-01-01"',
    listed("dc:subject", "Bag", "sea", "Rome") + listed("dc:title", "Alt", "Harbour"),
)
TAKEOUT = {
    "title": "IMG_1.jpg",
    "description": "Grandmother's garden",
    "imageViews": "3",
    "creationTime": {"timestamp": "1600000000", "formatted": "later"},
    "photoTakenTime": {"timestamp": "1588741689", "formatted": "May 6, 2020, 5:08:09 AM UTC"},
    "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0},
    "geoDataExif": {"latitude": 41.5, "longitude": 12.25, "altitude": 0.0},
    "people": [{"name": "Ada"}, {"name": "Ben"}],
    "favorited": True,
    "url": "https://photos.google.com/photo/x",
}


def test_the_words_of_an_xmp_sidecar():
    assert read_sidecar(WORDS, "a.jpg.xmp") == SidecarFacts(
        "a.jpg.xmp",
        rating=4,
        label="Red",
        keywords=("sea", "Rome"),
        title="Harbour",
        latitude=pytest.approx(41 + 53.5 / 60),
        longitude=pytest.approx(12 + 29.25 / 60),
        taken_at="2020-05-06T07:08:09",
        zone="+02:00",
    )
    assert read_sidecar(WORDS, "a.xmp").only_words


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ('crs:Exposure2012="+0.50"', ""),
        ("", listed("crs:ToneCurve", "Seq", "0, 0", "255, 255")),
        ("", listed("darktable:history", "Seq", "exposure")),
        ("", '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="cropped"/></rdf:Seq></xmpMM:History>'),
        ("", "<digiKam:ImageHistory>&lt;edit/&gt;</digiKam:ImageHistory>"),
    ],
)
def test_settings_of_a_developer_are_edits(attributes, inside):
    facts = read_sidecar(xmp(attributes + ' xmp:Rating="2"', inside), "a.xmp")
    assert facts.has_edits and not facts.only_words and facts.rating == 2


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ('crs:RawFileName="a.CR2" crs:HasSettings="False" darktable:auto_presets_applied="1"', ""),
        ("", '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved"/></rdf:Seq></xmpMM:History>'),
        ('exif:FNumber="28/10" digiKam:PickLabel="0" photoshop:SidecarForExtension="CR2"', ""),
        ("", listed("darktable:history", "Seq")),
    ],
)
def test_what_a_tool_notes_for_itself_is_no_edit(attributes, inside):
    assert read_sidecar(xmp(attributes, inside), "a.xmp").only_words


def test_what_is_not_understood_is_named():
    facts = read_sidecar(
        xmp('photoshop:City="Rome" exif:UserComment="mine"', listed("dc:rights", "Alt", "me")),
        "a.xmp",
    )
    assert facts.more == ("dc:rights", "exif:UserComment", "photoshop:City")
    assert not facts.only_words


@pytest.mark.parametrize(
    "inside",
    [
        listed("dc:description", "Alt", "Harbour", "Hafen"),
        listed("dc:description", "Alt", "a word " * 400),
    ],
)
def test_a_text_that_is_read_in_part_is_named(inside):
    assert read_sidecar(xmp("", inside), "a.xmp").more == ("dc:description",)


def test_the_json_of_google_takeout():
    facts = read_sidecar(json.dumps(TAKEOUT).encode(), "IMG_1.jpg.supplemental-metadata.json")
    assert (facts.caption, facts.people, facts.rating) == (
        "Grandmother's garden",
        ("Ada", "Ben"),
        5,
    )
    assert (facts.latitude, facts.longitude) == (41.5, 12.25)
    assert (facts.taken_at, facts.zone) == ("2020-05-06T05:08:09", "+00:00")
    assert facts.only_words and not facts.overrules
    shared = json.dumps(TAKEOUT | {"sharedAlbumComments": []}).encode()
    assert read_sidecar(shared, "a.json").more == ("sharedAlbumComments",)
    assert read_sidecar(b'{"shapes": []}', "a.json").more == ("json",)
    long = json.dumps(TAKEOUT | {"description": "a word " * 400}).encode()
    assert read_sidecar(long, "a.json").more == ("description",)


def test_the_files_of_raw_developers_hold_edits_and_a_few_words():
    on1 = {"photos": {"g": {"metadata": {"Rating": 3, "Keywords": ["sea"]}}}}
    facts = read_sidecar(json.dumps(on1).encode(), "a.on1")
    assert (facts.has_edits, facts.rating, facts.keywords) == (True, 3, ("sea",))
    dop = b"Sidecar = {\nSource = {\nItems = {\n{\nRating = 4,\n}\n}\n}\n}\n"
    assert read_sidecar(dop, "a.jpg.dop").rating == 4
    facts = read_sidecar(b"[General]\nRank=2\nColorLabel=3\nInTrash=false\n", "a.jpg.pp3")
    assert (facts.has_edits, facts.rating, facts.label) == (True, 2, "Green")
    assert read_sidecar(b"<plist/>", "IMG_1.AAE").has_edits


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize("name", ["a.xmp", "a.json", "a.on1", "a.dop", "a.pp3", "a.AAE", "a.txt"])
@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 50, b"x" * (MAX_SIDECAR + 1), BOMB, b"[" * 100_000, b'{"title": 1e999}', b"{}"],
)
def test_a_hostile_sidecar_raises_nothing_and_has_no_words(name, data):
    facts = read_sidecar(data, name)
    assert facts.rating is None and facts.keywords == () and facts.caption is None
    assert not (facts.only_words and name != "a.txt" and data != b"{}")


@settings(deadline=None)
@given(data=st.binary(max_size=200), name=st.sampled_from(["a.xmp", "a.json", "a.on1", "a.pp3"]))
def test_any_bytes_are_read_or_unreadable(data, name):
    read_sidecar(data, name)


@settings(deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(TAKEOUT)), inner),
        max_leaves=8,
    ),
    key=st.sampled_from(list(TAKEOUT)),
)
def test_any_value_in_takeouts_json_raises_nothing(value, key):
    read_sidecar(json.dumps(TAKEOUT | {key: value}).encode(), "a.json")


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path):
    assert read_sidecar(tmp_path / "a.xmp", "a.xmp").unreadable
    (tmp_path / "b.xmp").write_bytes(WORDS)
    assert read_sidecar(tmp_path / "b.xmp", "b.xmp").rating == 4


def test_an_xmp_sidecar_counts_before_the_file_and_takeout_after_it():
    file = FileFacts(
        rating=1, caption="in the file", keywords=("sea", "sky"), taken_at="2020-05-06T07:08:00"
    )
    google = read_sidecar(json.dumps(TAKEOUT).encode(), "a.json")
    merged = merge_facts(file, [google, read_sidecar(WORDS, "a.xmp")])
    assert (merged.rating, merged.caption) == (4, "in the file")
    assert (merged.taken_at, merged.zone) == ("2020-05-06T07:08:09", "+02:00")
    assert merged.latitude == pytest.approx(41 + 53.5 / 60)
    assert merged.keywords == ("sea", "sky", "Rome") and merged.people == ("Ada", "Ben")
    alone = merge_facts(file, [google])
    assert (alone.rating, alone.taken_at) == (1, file.taken_at)
    assert (alone.latitude, alone.caption) == (41.5, "in the file")
    assert merge_facts(file, []) == file
