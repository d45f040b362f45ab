"""Cards of a group: what differs, what is best, copies folded inside similar shots."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from kindred.engine.types import (
    Edit,
    EditName,
    Group,
    Judgement,
    Kind,
    Loss,
    LossKind,
    Photo,
    Tier,
    Why,
)
from kindred.gui.review.marks import Marks, index
from kindred.gui.review.photo_model import CARD, PhotoModel


@pytest.fixture
def model() -> PhotoModel:
    return PhotoModel(Marks())


def test_differences_and_best(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    large = photo(1, side=640, camera="Canon", taken_at="2024-08-12T10:00:00")
    small = photo(2, side=320, camera="Canon", taken_at="2024-08-12T09:00:00")
    bare = photo(3, side=320, camera="Canon")
    model.set_group(group([large, small, bare]))
    cards = [model.card(row) for row in range(3)]
    assert cards[0].differs == {"dimensions", "size", "taken"}
    assert cards[0].best == {"dimensions", "size", "taken"}
    assert cards[1].best == {"taken"}  # a time that is known
    assert cards[2].best == set()
    assert "taken" not in cards[2].texts
    assert [card.keeper for card in cards] == [True, False, False]


def test_equal_values_are_all_plain(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    first = photo(1)
    model.set_group(group([first, first], kind=Kind.IDENTICAL))
    assert not model.card(0).differs
    assert not model.card(0).best


def test_pixels_and_bytes_that_were_added_are_not_better(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    original = photo(1, detail=0.0768)
    enlarged = photo(2, side=640, detail=0.0769)
    shown = photo(3, side=960, detail=0.7)
    small = photo(4, side=160, detail=0.0192)
    made = group([original, enlarged, shown, small])
    screenshot = replace(made.members[2], edits=(Edit(EditName.SCREENSHOT),))
    members = [*made.members[:2], screenshot, made.members[3]]
    model.set_group(replace(made, members=tuple(members)))
    cards = [model.card(row) for row in range(4)]
    assert ["dimensions" in card.best for card in cards] == [True, True, False, False]
    assert ["size" in card.best for card in cards] == [True, False, False, False]


def test_only_clearly_better_shots_are_pointed_out(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    shots = [photo(1, sharpness=100, exposure=0.9), photo(2, sharpness=110, exposure=0.5)]
    blurred = photo(3, sharpness=40, exposure=0.51)
    copy = photo(4, sharpness=900, exposure=1.0)  # folded: its praise would not be seen
    model.set_group(group([*shots, blurred, copy], kind=Kind.SIMILAR, stacks=[0, 1, 2, 0]))
    assert [model.card(row).praise for row in range(3)] == [
        ("sharper", "best exposed"),
        ("sharper",),
        (),
    ]
    model.set_group(group(shots, kind=Kind.SIMILAR))
    assert [model.card(row).praise for row in range(2)] == [("best exposed",), ()]


def test_shots_of_one_minute_are_told_apart(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    times = ["2024-08-12T10:00:00.03", "2024-08-12T10:00:00.36"]
    shots = [photo(number, taken_at=time) for number, time in enumerate(times)]
    model.set_group(group(shots, kind=Kind.SIMILAR))
    assert model.card(1).texts["taken"].endswith("10:00:00.36")
    assert "taken" in model.card(0).differs


def test_copies_fold_inside_similar_groups_only(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(n) for n in range(5)]
    shots = group(photos, kind=Kind.SIMILAR, stacks=[0, 1, 1, 2, 1])
    model.set_group(shots)
    assert model.rowCount() == 3
    assert model.paths(1) == [photos[1].path, photos[2].path, photos[4].path]
    assert model.row_of(photos[4].path) == 1
    model.toggle_fold(1)
    assert model.rowCount() == 5
    assert model.card(2).unfolded and not model.card(0).unfolded
    model.toggle_fold(2)
    assert model.rowCount() == 3
    model.set_group(group(photos, kind=Kind.COPY, stacks=[0, 1, 1, 2, 1]))
    assert model.rowCount() == 5


def test_descriptions_say_everything(
    photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    first, second = photo(1), photo(2, damaged=True, jpeg_quality=70)
    made = group([first, second], locked={second.path})
    marks = Marks()
    marks.show(index([made]))
    marks.set([first.path], "keep")
    model = PhotoModel(marks)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_group(made)
    texts = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert str(first.path) in texts[0]
    assert "suggested to keep" in texts[0] and "marked: keep" in texts[0]
    assert "protected folder" in texts[1] and "damaged" in texts[1] and "quality 70" in texts[1]
    assert model.index(0).data(CARD).mark == "keep"
    del tester


def test_descriptions_say_what_is_folded(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    shots = [photo(n) for n in range(4)]
    model.set_group(group(shots, kind=Kind.SIMILAR, stacks=[0, 1, 1, 1]))

    def said(row: int) -> str:
        return str(model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))

    assert "copies" not in said(0)
    assert "2 copies are folded under it and marked with it" in said(1)
    model.toggle_fold(1)
    assert "F folds them" in said(3)


def judged(group: Group, *judgements: Judgement) -> Group:
    """The group with these judgements of its photos."""
    members = zip(group.members, judgements, strict=True)
    return replace(group, members=tuple(replace(m, judgement=j) for m, j in members))


def test_cards_say_the_tier_why_and_what_would_be_lost(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(n, name=f"<b>{n}.jpg") for n in range(4)]
    keeper, second = photos[0].path, photos[1].path
    rating = Loss(LossKind.RATING, ("4",), carried=True)
    caption = Loss(LossKind.CAPTION, ("<i>a\nb</i>",))
    made = judged(
        group(photos),
        Judgement(Tier.EXACT, why=Why.FOLDERS),
        Judgement(Tier.LESSER, keeper, (rating,), Why.CONTAINED),
        Judgement(Tier.EXACT, second, (), Why.SAME_BYTES),
        Judgement(Tier.EDITED, None, (caption, rating), Why.LOSES),
    )
    model.set_group(made)
    cards = [model.card(row) for row in range(4)]
    assert [card.verdict for card in cards] == [
        "only their folders tell them apart",
        "smaller or saved again: all of it is in the other, which has more",
        "exact copy: the same file; <b>1.jpg stays",
        "edited",
    ]
    assert cards[1].losses == ("will be saved: rating 4",)
    lost = "would be lost: the one that stays has no caption (<i>a b</i>)"
    assert cards[3].losses == (lost, "can be saved: rating 4")
    told = model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "no caption (<i>a b</i>)" in told and "rating (4), but will get it" in told
    assert "&lt;i&gt;" in model.index(3).data(Qt.ItemDataRole.ToolTipRole)  # no markup of strangers


def test_shots_have_no_verdict(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(1), photo(2)]
    model.set_group(group(photos, kind=Kind.SIMILAR))
    assert [model.card(row).verdict for row in range(2)] == ["", ""]
    assert [model.card(row).short for row in range(2)] == ["", "different shot"]


def test_photos_are_dragged_out_as_files(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    photos = [photo(1), photo(2), photo(3)]
    model.set_group(group(photos))
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    urls = model.mimeData([model.index(0), model.index(2)]).urls()
    assert [Path(url.toLocalFile()) for url in urls] == [photos[0].path, photos[2].path]


def test_the_shape_is_between_upright_and_lying_photos(
    model: PhotoModel, photo: Callable[..., Photo], group: Callable[..., Group]
) -> None:
    made = [photo(1, width=300, height=200), photo(2, width=200, height=300)]
    model.set_group(group(made))
    assert model.shape == pytest.approx(1.0)
    model.set_group(group(made[:1] * 2))
    assert model.shape == pytest.approx(1.5)
