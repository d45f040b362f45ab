"""Which photo is better in what: margins, formats, enlarged photos, and what edits added."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindred.engine.judgement.better import Fact, best
from kindred.engine.types import Edit, EditName, Photo, PhotoInfo


def photo(size: int = 1000, **info: Any) -> Photo:
    known = {"width": 400, "height": 300, "format": "JPEG"} | info
    return Photo(Path("a.jpg"), "0" * 64, 1, size, 0, PhotoInfo(**known))


@pytest.mark.parametrize(
    ("fact", "better"),
    [
        (Fact.DIMENSIONS, photo(width=500)),
        (Fact.DETAIL, photo(detail=0.2)),
        (Fact.SIZE, photo(size=1001)),
        (Fact.FORMAT, photo(format="RAW")),
        (Fact.TAKEN, photo(taken_at="2024-08-12T10:00:00")),
        (Fact.CAMERA, photo(camera="Canon")),
        (Fact.POSITION, photo(latitude=0.0, longitude=0.0)),
        (Fact.RATING, photo(rating=1)),
        (Fact.KEYWORDS, photo(keywords=("sea",))),
        (Fact.CAPTION, photo(caption="At the sea")),
        (Fact.SHARPNESS, photo(sharpness=1.0)),
        (Fact.EXPOSURE, photo(exposure=0.2)),
    ],
)
def test_what_is_more_or_known_is_better(fact: Fact, better: Photo) -> None:
    assert best([photo(), better])[fact] == {1}
    assert best([better, photo(), better])[fact] == {0, 2}


def test_whole_is_better_than_damaged() -> None:
    assert best([photo(damaged=True), photo()]) == {Fact.CONDITION: {1}}


def test_qualities_are_compared_where_they_are_known() -> None:
    assert best([photo(jpeg_quality=70), photo(jpeg_quality=95), photo()])[Fact.QUALITY] == {1}
    assert Fact.QUALITY not in best([photo(jpeg_quality=70), photo()])


def test_nearly_the_same_is_as_good() -> None:
    assert best([photo(detail=10.0), photo(detail=10.9)]) == {}
    assert best([photo(sharpness=100), photo(sharpness=120)]) == {}
    assert best([photo(exposure=0.5), photo(exposure=0.58)]) == {}
    shots = [photo(sharpness=100), photo(sharpness=110), photo(sharpness=40)]
    assert best(shots)[Fact.SHARPNESS] == {0, 1}


def test_bytes_are_compared_within_a_format() -> None:
    assert best([photo(), photo(size=9000, format="PNG")]) == {}
    three = [photo(), photo(size=2000), photo(size=9000, format="PNG")]
    assert best(three)[Fact.SIZE] == {1}


def test_enlarging_makes_no_photo_better() -> None:
    original = photo(detail=0.12)
    enlarged = photo(size=4000, width=800, height=600, detail=0.121)
    assert best([original, enlarged]) == {}


@pytest.mark.parametrize("name", [EditName.OVERLAID, EditName.BORDERED, EditName.SCREENSHOT])
@pytest.mark.parametrize("on_first", [True, False, None])
def test_what_an_edit_added_says_nothing(name: EditName, *, on_first: bool | None) -> None:
    pair = [photo(), photo(size=2000, width=800, height=600)]
    found = best(pair, [(), (Edit(name, on_first=on_first),)])
    assert Fact.SIZE not in found
    assert (Fact.DIMENSIONS in found) == (name is EditName.OVERLAID)
    assert best(pair, [(), (Edit(EditName.RESIZED),)]) == best(pair)


@given(
    st.lists(
        st.builds(
            photo,
            size=st.integers(1, 9),
            width=st.integers(1, 2000),
            format=st.sampled_from(["JPEG", "PNG"]),
            detail=st.floats(0, 20),
            jpeg_quality=st.none() | st.integers(1, 100),
            exposure=st.floats(0, 1),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_some_but_never_all_are_best(photos: list[Photo]) -> None:
    for rows in best(photos).values():
        assert 0 < len(rows) < len(photos)
    assert best(photos[:1]) == {}
