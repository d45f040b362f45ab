"""Groups as rows: filtered, sorted, counted, and cheap for many."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from kindred.engine.types import Group, Kind, Photo, Tier
from kindred.gui.review.group_model import GroupModel, arrange
from kindred.gui.review.marks import Marks, index
from kindred.gui.widgets.value_list import VALUE

Make = Callable[..., Group]


@pytest.fixture
def groups(photo: Callable[..., Photo], group: Make) -> list[Group]:
    small = [photo(1), photo(2, taken_at="2020-01-01T10:00:00")]
    large = [photo(3, side=640), photo(4, side=640), photo(5, side=640)]
    shots = [photo(n, side=900, taken_at="2024-05-05T10:00:00") for n in (6, 7, 8, 9)]
    return [
        group(small, kind=Kind.IDENTICAL, key="small"),
        group(large, key="large"),
        group(shots, kind=Kind.SIMILAR, key="shots"),
    ]


def keys(groups: list[Group]) -> list[str]:
    return [group.key for group in groups]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("space", ["large", "small", "shots"]),
        ("photos", ["shots", "large", "small"]),
        ("date", ["shots", "small", "large"]),
        ("no such", ["large", "small", "shots"]),
    ],
)
def test_sorting(groups: list[Group], sort: str, order: list[str]) -> None:
    assert keys(arrange(groups, index(groups), tiers=set(Tier), sort=sort)) == order


def test_groups_are_listed_by_the_tiers_of_their_photos(groups: list[Group]) -> None:
    found = index(groups)
    for tier, wanted in ((Tier.SIMILAR, ["shots"]), (Tier.EXACT, ["small"]), (Tier.LESSER, [])):
        assert keys(arrange(groups, found, tiers={tier}, sort="space")) == wanted
    assert arrange(groups, found, tiers=set(), sort="space") == []


def test_model_is_a_proper_model(groups: list[Group]) -> None:
    model = GroupModel(Marks())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_groups(groups)
    assert model.rowCount() == 3
    assert model.index(1).data(VALUE) is groups[1]
    assert "edited: 3 photos" in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.row_of("shots") == 2
    model.set_groups([])
    assert model.row_of("shots") is None
    del tester


def test_rows_say_what_was_marked(groups: list[Group]) -> None:
    marks = Marks()
    marks.show(index(groups))
    model = GroupModel(marks)
    model.set_groups(groups)

    def said(row: int) -> str:
        return str(model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)).partition(" · ")[2]

    assert said(1) == ""
    marks.keep_only(groups[1], [groups[1].keeper.path])
    marks.set([groups[0].keeper.path], "keep")
    assert [said(row) for row in range(3)] == ["reviewed", "2 to remove", ""]
