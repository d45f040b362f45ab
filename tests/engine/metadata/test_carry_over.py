"""Only what is missing is offered, saved as XMP, and what a sidecar says is never overwritten."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kindred.engine.errors import ActionError
from kindred.engine.metadata.carry_over import (
    MetadataOffer,
    offer,
    offer_of,
    plan_sidecar,
    write_change,
    write_sidecar,
)
from kindred.engine.metadata.sidecars import read_sidecar
from kindred.engine.metadata.xmp import MAX_CAPTION, clean
from kindred.engine.types import Loss, LossKind, Photo, PhotoInfo
from tests.engine.metadata.test_sidecars import listed, xmp

EMPTY = PhotoInfo(width=4, height=3, format="JPEG")
RICH = replace(
    EMPTY, taken_at="2024-05-01T10:11:12.345", latitude=-33.8568, longitude=151.2153, rating=4,
    keywords=("sea", "日本"), caption="a <b> & \"c\" ' ]]>",
)  # fmt: skip
ABOUT = ".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"


def photo(path: Path, info: PhotoInfo) -> Photo:
    return Photo(path, "0" * 64, 1, 10, 5, info)


def properties(path: Path) -> dict[str, list[str]]:
    """Local name -> texts, as any XMP reader finds them."""
    (about,) = ElementTree.parse(path).findall(ABOUT)
    return {
        element.tag.split("}")[1]: [text for part in element.itertext() if (text := part.strip())]
        for element in about
    }


def test_all_that_the_keeper_lacks_is_written_beside_it(tmp_path):
    keeper = photo(tmp_path / "a.jpg", EMPTY)
    found = offer(keeper, [photo(tmp_path / "b.jpg", RICH)])
    place = write_sidecar(found)
    assert place == tmp_path / "a.jpg.xmp"
    assert properties(place) == {
        "DateTimeOriginal": [RICH.taken_at],
        "DateCreated": [RICH.taken_at],
        "GPSLatitude": ["33,51.408000S"],
        "GPSLongitude": ["151,12.918000E"],
        "Rating": ["4"],
        "subject": ["sea", "日本"],
        "description": [RICH.caption],
    }


def test_what_the_keeper_has_is_not_offered(tmp_path):
    keeper = photo(tmp_path / "a.jpg", replace(RICH, keywords=("sun",)))
    (removed,) = [photo(tmp_path / "b.jpg", RICH)]
    assert offer(keeper, [removed]) == MetadataOffer(keeper, keywords=("sun", "sea", "日本"))
    assert offer(photo(tmp_path / "a.jpg", RICH), [removed]) is None
    assert offer(removed, [keeper]) == MetadataOffer(removed, keywords=("sea", "日本", "sun"))
    assert offer(keeper, []) is None


def test_the_first_removed_photo_that_knows_wins(tmp_path):
    keeper = photo(tmp_path / "a.jpg", EMPTY)
    first = photo(tmp_path / "b.jpg", replace(EMPTY, rating=2, latitude=0.0))
    found = offer(keeper, [first, photo(tmp_path / "c.jpg", RICH)])
    assert (found.rating, found.position) == (2, (RICH.latitude, RICH.longitude))


def test_what_sidecars_say_counts(tmp_path):
    """A photo with five stars in its sidecar goes, and the keeper's sidecar has a caption."""
    mine, theirs = tmp_path / "a.jpg.xmp", tmp_path / "b.xmp"
    mine.write_bytes(xmp("", listed("dc:description", "Alt", "mine")))
    theirs.write_bytes(
        xmp('xmp:Rating="5"', listed("dc:subject", "Bag", "harbour") + "<dc:title>T</dc:title>")
    )
    keeper = replace(photo(tmp_path / "a.jpg", EMPTY), companions=(mine,))
    going = replace(photo(tmp_path / "b.jpg", RICH), companions=(theirs,))
    assert offer(keeper, [going]) == MetadataOffer(
        keeper,
        taken_at=RICH.taken_at,
        position=(RICH.latitude, RICH.longitude),
        rating=5,
        keywords=(*RICH.keywords, "harbour"),
        title="T",
    )


def test_a_folder_that_cannot_be_written_is_one_plain_error(tmp_path):
    keeper = photo(tmp_path / "gone" / "a.jpg", EMPTY)
    with pytest.raises(ActionError, match=r"a\.jpg\.xmp"):
        write_sidecar(MetadataOffer(keeper, rating=3))


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1))
def test_any_text_gives_xml_that_can_be_read(tmp_path_factory, text):
    keeper = photo(tmp_path_factory.mktemp("x") / "a.jpg", EMPTY)
    place = write_sidecar(MetadataOffer(keeper, caption=".." + text, keywords=(".." + text,)))
    facts = read_sidecar(place, place.name)
    assert facts.caption == clean(".." + text, limit=MAX_CAPTION)
    assert facts.keywords == (clean(".." + text, limit=200),)


@settings(deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_positions_survive_within_a_metre(tmp_path_factory, latitude, longitude):
    assume(max(abs(latitude), abs(longitude)) > 1e-5)  # which means no position
    keeper = photo(tmp_path_factory.mktemp("x") / "a.jpg", EMPTY)
    written = properties(write_sidecar(MetadataOffer(keeper, position=(latitude, longitude))))
    for value, name in ((latitude, "GPSLatitude"), (longitude, "GPSLongitude")):
        (text,) = written[name]
        degrees, minutes = text[:-1].split(",")
        assert float(minutes) < 60
        sign = -1 if text[-1] in "SW" else 1
        assert sign * (int(degrees) + float(minutes) / 60) == pytest.approx(value, abs=1e-5)


ALL = MetadataOffer(
    photo(Path("a.jpg"), EMPTY),
    taken_at="2024-05-01T10:11:12.345",
    zone="-05:00",
    position=(-33.8568, 151.2153),
    rating=4,
    label="Red",
    keywords=("sea", "日本", "Places|Europe|Rome"),
    people=("Ada", "Ben"),
    title="Harbour",
    caption='a <b> & "c" \' ]]>',
)


def test_every_word_is_read_back(tmp_path):
    place = write_sidecar(replace(ALL, keeper=photo(tmp_path / "a.jpg", EMPTY)))
    facts = read_sidecar(place, place.name)
    assert (facts.taken_at, facts.zone) == (ALL.taken_at, ALL.zone)
    assert (facts.rating, facts.label, facts.title) == (4, "Red", "Harbour")
    assert (facts.keywords, facts.people, facts.caption) == (ALL.keywords, ALL.people, ALL.caption)
    assert facts.only_words
    assert plan_sidecar(replace(ALL, keeper=photo(tmp_path / "a.jpg", EMPTY))) is None


THEIRS = xmp(
    'crs:Exposure2012="+0.50" xmp:Rating="0" photoshop:City="Rome" darktable:xmp_version="5"',
    listed("dc:subject", "Bag", "sea", "own")
    + '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="cropped"/></rdf:Seq></xmpMM:History>'
    + '<n:own xmlns:n="http://example.org/n/">kept</n:own>',
)


@pytest.mark.parametrize("name", ["a.jpg.xmp", "a.xmp"])
def test_what_a_sidecar_lacks_is_added_and_all_else_stays(tmp_path, name):
    sidecar = tmp_path / name
    sidecar.write_bytes(THEIRS)
    keeper = replace(photo(tmp_path / "a.jpg", EMPTY), companions=(sidecar,))
    assert write_sidecar(replace(ALL, keeper=keeper)) == sidecar
    assert sidecar.with_name(f"{name}.before-kindred").read_bytes() == THEIRS
    facts = read_sidecar(sidecar, name)
    assert facts.has_edits and facts.more == ("http://example.org/n/:own", "photoshop:City")
    assert facts.rating == 4 and facts.caption == ALL.caption
    assert facts.keywords == ("sea", "own", "日本", "Places|Europe|Rome")
    text = sidecar.read_text()
    assert 'crs:Exposure2012="+0.50"' in text and ">kept<" in text
    assert 'darktable:xmp_version="5"' in text and 'stEvt:action="cropped"' in text
    write_sidecar(replace(ALL, keeper=keeper))  # all of it is there already
    assert sidecar.read_text() == text


def test_the_sidecar_of_another_photo_of_the_stem_is_left_alone(tmp_path):
    (tmp_path / "a.xmp").write_bytes(THEIRS)  # of a.cr2
    assert write_sidecar(MetadataOffer(photo(tmp_path / "a.jpg", EMPTY), rating=3)).name == (
        "a.jpg.xmp"
    )
    assert (tmp_path / "a.xmp").read_bytes() == THEIRS


@pytest.mark.parametrize(
    "theirs",
    [
        xmp('xmp:Rating="2"'),
        xmp('xmp:Label="Blue"'),
        xmp("", listed("dc:description", "Alt", "another")),
        xmp('dc:title="another"'),
        xmp('exif:DateTimeOriginal="2020-01-01T00:00:00"'),
        xmp('exif:DateTimeOriginal="2024-05-01T10:11:12.345+09:00"'),
        xmp('exif:GPSLatitude="1,0.0N" exif:GPSLongitude="1,0.0E"'),
        b"theirs",
        b"",
    ],
)
def test_what_a_sidecar_says_differently_is_never_overwritten(tmp_path, theirs):
    sidecar = tmp_path / "a.jpg.xmp"
    sidecar.write_bytes(theirs)
    with pytest.raises(ActionError, match="left as it is"):
        write_sidecar(replace(ALL, keeper=photo(tmp_path / "a.jpg", EMPTY)))
    assert [path.name for path in tmp_path.glob("*.*")] == ["a.jpg.xmp"]
    assert sidecar.read_bytes() == theirs


def test_a_zone_is_added_to_the_time_that_is_known(tmp_path):
    keeper = photo(tmp_path / "a.jpg", replace(EMPTY, taken_at="2024-05-01T10:11:12"))
    place = write_sidecar(MetadataOffer(keeper, zone="+02:00"))
    facts = read_sidecar(place, place.name)
    assert (facts.taken_at, facts.zone) == ("2024-05-01T10:11:12", "+02:00")
    with pytest.raises(ActionError, match="no time"):
        write_sidecar(MetadataOffer(photo(tmp_path / "b.jpg", EMPTY), zone="+02:00"))


def test_a_sidecar_changed_meanwhile_or_a_link_is_left_as_it_is(tmp_path):
    keeper = photo(tmp_path / "a.jpg", EMPTY)
    change = plan_sidecar(MetadataOffer(keeper, rating=3))
    change.place.write_bytes(THEIRS)
    with pytest.raises(ActionError, match="changed meanwhile"):
        write_change(change)
    assert [path.name for path in tmp_path.glob("*.*")] == ["a.jpg.xmp"]
    (tmp_path / "b.jpg.xmp").symlink_to(change.place)
    with pytest.raises(ActionError, match="link"):
        plan_sidecar(MetadataOffer(photo(tmp_path / "b.jpg", EMPTY), rating=3))


def test_losses_that_are_carried_become_an_offer(tmp_path):
    keeper = photo(tmp_path / "a.jpg", replace(EMPTY, keywords=("own",)))
    values = {
        LossKind.TAKEN_AT: ("2024-05-01T10:11:12.345",),
        LossKind.ZONE: ("-05:00",),
        LossKind.POSITION: ("-33.85680, 151.21530",),
        LossKind.RATING: ("4",),
        LossKind.LABEL: ("Red",),
        LossKind.KEYWORDS: ("sea",),
        LossKind.PEOPLE: ("Ada",),
        LossKind.TITLE: ("Harbour",),
        LossKind.CAPTION: ("said",),
    }
    losses = [Loss(kind, said, carried=True) for kind, said in values.items()]
    assert offer_of(keeper, [*losses, Loss(LossKind.CAMERA, ("x",))]) == replace(
        ALL, keeper=keeper, keywords=("own", "sea"), people=("Ada",), caption="said"
    )
    assert offer_of(keeper, [Loss(LossKind.RATING, ("4",))]) is None
    with pytest.raises(ActionError, match="camera"):
        offer_of(keeper, [Loss(LossKind.CAMERA, ("x",), carried=True)])


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("before", [None, THEIRS])
def test_exiftool_reads_it_the_same(tmp_path, before):
    sidecar = tmp_path / "a.jpg.xmp"
    if before is not None:
        sidecar.write_bytes(before)
    write_sidecar(replace(ALL, keeper=photo(tmp_path / "a.jpg", EMPTY)))
    done = subprocess.run(
        ["exiftool", "-json", "-n", "-struct", str(sidecar)], capture_output=True, check=True
    )
    (said,) = json.loads(done.stdout)
    assert "Warning" not in said and "Error" not in said
    assert said["DateTimeOriginal"] == "2024:05:01 10:11:12.345-05:00"
    assert (said["GPSLatitude"], said["GPSLongitude"]) == pytest.approx(ALL.position, abs=1e-6)
    assert (said["Rating"], said["Label"], said["Title"]) == (4, "Red", "Harbour")
    assert (said["Description"], said["PersonInImage"]) == (ALL.caption, ["Ada", "Ben"])
    assert said["HierarchicalSubject"] == ["Places|Europe|Rome"]
    assert said["Subject"] == (["sea", "日本"] if before is None else ["sea", "own", "日本"])
    if before is not None:
        assert (said["Exposure2012"], said["City"]) == ("+0.50", "Rome")
        assert said["History"] == [{"Action": "cropped"}]
