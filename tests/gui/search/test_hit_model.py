"""Search results: ranked under headings of what was found by comparing."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from kindred.engine.types import Edit, EditName, Hit, Kind, Photo, Relation
from kindred.gui.search.hit_model import ROW, Heading, HitModel, is_copy, relation_text, rows


def related(kind: Kind, *edits: Edit) -> Relation:
    return Relation(0, 1, kind, 0.97, 0.9, edits)


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        (None, ""),
        (related(Kind.UNRELATED), ""),
        (related(Kind.IDENTICAL), "exact copy"),
        (related(Kind.SIMILAR), "different shot"),
        (related(Kind.COPY), "copy"),
        (related(Kind.COPY, Edit(EditName.RESIZED, 0.5)), "copy: 50% as wide"),
        (
            related(Kind.COPY, Edit(EditName.CROPPED, 0.5), Edit(EditName.REENCODED)),
            "copy, edited: cropped to 50%, saved again",
        ),
    ],
)
def test_what_a_hit_was_found_to_be(relation: Relation | None, said: str) -> None:
    assert relation_text(relation) == said


def test_nothing_is_claimed_by_likeness_alone(photo: Callable[..., Photo]) -> None:
    hits = [Hit(photo(1), 1.0), Hit(photo(2), 0.5)]
    assert rows(hits) == [Heading("By likeness", 2), *hits]
    assert not any(map(is_copy, hits))


def test_headings_count_and_order_stays(photo: Callable[..., Photo]) -> None:
    copy, shot = related(Kind.COPY), related(Kind.SIMILAR)
    hits = [
        Hit(photo(n), 0.9 - n / 10, relation)
        for n, relation in enumerate((shot, copy, None, related(Kind.IDENTICAL)))
    ]
    assert rows(hits) == [
        Heading("Copies", 2), hits[1], hits[3],
        Heading("Other shots", 1), hits[0],
        Heading("By likeness", 1), hits[2],
    ]  # fmt: skip
    assert [is_copy(hit) for hit in hits] == [False, True, False, True]


def test_a_heading_cannot_be_chosen_and_everything_is_told(photo: Callable[..., Photo]) -> None:
    model = HitModel()
    assert model.first_hit() is None
    shown = photo(1)
    model.set_hits([Hit(shown, 0.97, related(Kind.IDENTICAL))])
    heading, hit = model.index(0, 0), model.index(1, 0)
    assert model.first_hit() == model.row_of(shown.path) == 1
    assert model.row_of(shown.path.parent) is None
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(hit) & Qt.ItemFlag.ItemIsSelectable
    assert isinstance(hit.data(ROW), Hit)
    told = hit.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "exact copy, 97% alike" in told
    assert "1.jpg" in told
