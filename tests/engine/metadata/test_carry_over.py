"""Sidecars: only what is missing is offered, written as XMP, and nothing is ever overwritten."""

from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from kindred.engine.errors import ActionError
from kindred.engine.metadata.carry_over import MetadataOffer, offer, write_sidecar
from kindred.engine.types import Photo, PhotoInfo

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


@pytest.mark.parametrize("name", ["a.jpg.xmp", "a.xmp"])
def test_an_existing_sidecar_is_left_alone(tmp_path, name):
    keeper = photo(tmp_path / "a.jpg", EMPTY)
    found = offer(keeper, [photo(tmp_path / "b.jpg", RICH)])
    (tmp_path / name).write_text("theirs")
    assert offer(keeper, [photo(tmp_path / "b.jpg", RICH)]) is None
    with pytest.raises(ActionError, match=name):
        write_sidecar(found)
    assert (tmp_path / name).read_text() == "theirs"


def test_a_folder_that_cannot_be_written_is_one_plain_error(tmp_path):
    keeper = photo(tmp_path / "gone" / "a.jpg", EMPTY)
    with pytest.raises(ActionError, match=r"a\.jpg\.xmp"):
        write_sidecar(MetadataOffer(keeper, rating=3))


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=[]), min_size=1))
def test_any_text_gives_xml_that_can_be_read(tmp_path_factory, text):
    keeper = photo(tmp_path_factory.mktemp("x") / "a.jpg", EMPTY)
    place = write_sidecar(MetadataOffer(keeper, caption="." + text, keywords=("." + text,)))
    written = properties(place)
    assert written["description"] == written["subject"]


@settings(deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_positions_survive_within_a_metre(tmp_path_factory, latitude, longitude):
    keeper = photo(tmp_path_factory.mktemp("x") / "a.jpg", EMPTY)
    written = properties(write_sidecar(MetadataOffer(keeper, position=(latitude, longitude))))
    for value, name in ((latitude, "GPSLatitude"), (longitude, "GPSLongitude")):
        (text,) = written[name]
        degrees, minutes = text[:-1].split(",")
        assert float(minutes) < 60
        sign = -1 if text[-1] in "SW" else 1
        assert sign * (int(degrees) + float(minutes) / 60) == pytest.approx(value, abs=1e-5)
