"""The summary before a removal: true numbers, and sidecars written before it is agreed."""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kindred.engine.errors import ActionError
from kindred.engine.messages import Code, tell
from kindred.engine.metadata.carry_over import MetadataOffer
from kindred.engine.removal.remove import LeftOut, PlannedRemoval, RemovalPlan
from kindred.engine.types import Group, Judgement, Kind, Loss, LossKind, Photo, Tier, Why
from kindred.gui.removal.removal_dialog import RemovalDialog
from kindred.gui.removal.removal_text import fate_text, row_text, stays_text, summary
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails
from tests.support.controls import lacking


class FakeLibrary:
    """Offers a rating for the keeper when asked about it, and writes or refuses."""

    def __init__(self) -> None:
        self.offering = False
        self.error: Exception | None = None
        self.asked: list[tuple[Photo, set[Path]]] = []
        self.written: list[MetadataOffer] = []

    def missing_metadata(self, group: Group, remove: Collection[Path]) -> list[MetadataOffer]:
        self.asked.append((group.keeper, set(remove)))
        return [MetadataOffer(group.keeper, rating=5)] if self.offering and remove else []

    def sidecar_place(self, photo: Photo) -> Path:
        return photo.path.with_name(f"{photo.path.name}.xmp")

    def write_sidecar(self, offer: MetadataOffer) -> Path:
        if self.error:
            raise self.error
        self.written.append(offer)
        return offer.keeper.path


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def plan(photo: Callable[..., Photo]) -> RemovalPlan:
    kept, copy, shot = photo(1), photo(2), photo(3)
    copy = replace(copy, companions=(Path("2.mov"),))
    exact = Judgement(Tier.EXACT, why=Why.SAME_PICTURE)
    removals = (
        PlannedRemoval(copy, kept, Kind.COPY, exact),
        PlannedRemoval(shot, kept, Kind.SIMILAR),
    )
    return RemovalPlan(removals, 8_200_000)


@pytest.fixture
def dialog(
    qtbot: QtBot,
    library: FakeLibrary,
    plan: RemovalPlan,
    tasks: Tasks,
    thumbnails: Thumbnails,
    settings: Settings,
) -> Callable[[], RemovalDialog]:
    def make() -> RemovalDialog:
        made = RemovalDialog(None, plan, Context(library, tasks, thumbnails, settings))
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: bool(library.asked))
        return made

    return make


def test_the_summary_says_bytes_companions_shots_and_folders(plan: RemovalPlan) -> None:
    folder = plan.removals[0].photo.path.parent
    assert summary(plan) == [
        "Frees 8.2 MB. 1 file of the same shot goes with them.",
        "1 exact copy · 1 different shot",
        f"2 from {folder}",
    ]


def test_what_is_left_out_is_said_once_for_each_sort_of_reason(plan: RemovalPlan) -> None:
    photos = [removal.photo for removal in plan.removals]
    one = LeftOut(photos[0], tell(Code.PROTECTED))
    left_out = (one, LeftOut(photos[1], tell(Code.PROTECTED)), LeftOut(photos[1], tell(Code.LINK)))
    lines = summary(replace(plan, left_out=left_out))
    assert lines[2].startswith(f"2 marked photos stay, such as {photos[0].path.name}: It lies in")
    assert lines[3].startswith(f"1 marked photo stays. {photos[1].path.name}: ")


def test_many_folders_are_cut_short(plan: RemovalPlan) -> None:
    first = plan.removals[0]
    removals = tuple(
        replace(first, photo=replace(first.photo, path=Path(f"/{n}/a.jpg"))) for n in range(9)
    )
    assert summary(RemovalPlan(removals, 0))[-1] == "and 4 more folders"


@pytest.fixture
def losing(plan: RemovalPlan) -> RemovalPlan:
    """A plan of one photo that loses something, listed last, and one whose rating is saved."""
    copy, shot = plan.removals
    rating = Loss(LossKind.RATING, ("4",), carried=True)
    lost = (Loss(LossKind.CONTENT), Loss(LossKind.CAMERA, ("<b>Nikon</b>",)))
    lesser = Judgement(Tier.LESSER, copy.kept.path, (rating,), Why.CONTAINED)
    carries = MetadataOffer(copy.kept, rating=4)
    saved = replace(copy, judgement=lesser, carries=carries)
    edited = Judgement(Tier.EDITED, None, lost, Why.LOSES)
    return replace(plan, removals=(saved, replace(shot, kind=Kind.COPY, judgement=edited)))


def test_what_would_be_lost_is_counted_and_comes_first(
    losing: RemovalPlan,
    library: FakeLibrary,
    tasks: Tasks,
    thumbnails: Thumbnails,
    settings: Settings,
    qtbot: QtBot,
) -> None:
    shown = RemovalDialog(None, losing, Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(shown)
    shown.show()
    assert shown.lost.startswith("1 photo has something that would be lost")
    assert "1 smaller or saved again · 1 edited" in summary(losing)

    def told(row: int) -> str:
        return str(shown.list.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    assert told(0).startswith(str(losing.removals[1].photo.path))
    assert "would be lost: a part of the picture differs\n" in told(0)
    assert "does not name the camera (<b>Nikon</b>)" in told(0)
    qtbot.waitUntil(lambda: "saved in 1.jpg.xmp: rating 4" in told(1))
    assert library.asked == [(losing.removals[1].kept, {losing.removals[1].photo.path})]
    shown.list.grab()  # paints the rows


def test_what_is_not_to_be_saved_is_lost_and_said_to_be(
    losing: RemovalPlan,
    library: FakeLibrary,
    tasks: Tasks,
    thumbnails: Thumbnails,
    settings: Settings,
    qtbot: QtBot,
) -> None:
    shown = RemovalDialog(None, losing, Context(library, tasks, thumbnails, settings))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(shown.sidecars.isVisible)
    assert "1 kept photo" in shown.sidecars.text()
    assert shown.sidecars.toolTip().endswith("1.jpg: ★★★★")
    assert shown.plan == losing
    shown.sidecars.setChecked(False)
    assert shown.lost.startswith("2 photos have something that would be lost")
    assert [removal.carries for removal in shown.plan.removals] == [None, None]
    declined = shown.plan.removals[0].judgement
    assert declined.tier is Tier.EDITED
    assert declined.losses == (Loss(LossKind.RATING, ("4",)),)
    shown.sidecars.setChecked(True)
    assert shown.plan == losing


def test_nothing_is_said_of_losses_where_there_are_none(
    dialog: Callable[[], RemovalDialog],
) -> None:
    assert dialog().lost == ""


def test_a_row_says_the_tier_what_stays_and_what_becomes_of_the_words(
    losing: RemovalPlan, plan: RemovalPlan
) -> None:
    saved, lossy = losing.removals
    places = {saved.kept.path: Path("/a/1.jpg.xmp")}
    assert fate_text(plan.removals[0], {}) == "exact copy: the same picture"
    assert fate_text(saved, places) == (
        "smaller or saved again: all of it is in the other, which has more"
        " · saved in 1.jpg.xmp: rating 4"
    )
    assert fate_text(lossy, {}).startswith("edited · would be lost: a part of the picture differs;")
    assert "2.mov" in row_text(saved, places)
    assert stays_text(saved) == "1.jpg stays"
    namesake = replace(saved.kept, path=Path("/other") / saved.photo.path.name)
    assert stays_text(replace(saved, kept=namesake)) == f"2.jpg in {Path('/other')} stays"


def test_agreeing_without_offers_just_accepts(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, qtbot: QtBot
) -> None:
    shown = dialog()
    with qtbot.waitSignal(shown.accepted):
        qtbot.mouseClick(shown.agree, Qt.MouseButton.LeftButton)
    assert library.written == []


def test_only_copies_are_asked_for_metadata(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, plan: RemovalPlan
) -> None:
    dialog()
    assert library.asked == [(plan.removals[0].kept, {plan.removals[0].photo.path})]


def test_offered_metadata_is_written_before_it_is_agreed(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, qtbot: QtBot
) -> None:
    library.offering = True
    shown = dialog()
    qtbot.waitUntil(shown.sidecars.isVisible)
    assert shown.sidecars.toolTip().endswith("1.jpg: ★★★★★")
    with qtbot.waitSignal(shown.accepted):
        qtbot.mouseClick(shown.agree, Qt.MouseButton.LeftButton)
    assert len(library.written) == 1


def test_a_sidecar_that_cannot_be_written_stops_the_removal(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, qtbot: QtBot
) -> None:
    library.offering, library.error = True, ActionError(Code.SIDECAR_LINK, name="a.xmp")
    shown = dialog()
    qtbot.waitUntil(shown.sidecars.isVisible)
    with qtbot.assertNotEmitted(shown.accepted):
        qtbot.mouseClick(shown.agree, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not shown.sidecars.isChecked())
    assert "The sidecar a.xmp is a link" in shown.problem
    with qtbot.waitSignal(shown.accepted):
        qtbot.mouseClick(shown.agree, Qt.MouseButton.LeftButton)


def test_metadata_can_be_declined(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, qtbot: QtBot
) -> None:
    library.offering = True
    shown = dialog()
    qtbot.waitUntil(shown.sidecars.isVisible)
    shown.sidecars.setChecked(False)
    with qtbot.waitSignal(shown.accepted):
        qtbot.mouseClick(shown.agree, Qt.MouseButton.LeftButton)
    assert library.written == []


def test_each_row_names_what_goes_and_what_stays(
    dialog: Callable[[], RemovalDialog], plan: RemovalPlan
) -> None:
    shown = dialog()
    model = shown.list.model()
    told = model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.rowCount() == 2
    assert str(plan.removals[1].photo.path) in told
    assert f"{plan.removals[1].kept.path} stays" in told


def test_every_control_is_told(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, qtbot: QtBot
) -> None:
    library.offering = True
    shown = dialog()
    qtbot.waitUntil(shown.sidecars.isVisible)
    assert not lacking(shown)


def test_nothing_is_written_while_another_job_runs(
    dialog: Callable[[], RemovalDialog], library: FakeLibrary, tasks: Tasks, qtbot: QtBot
) -> None:
    library.offering = True
    made = dialog()
    qtbot.waitUntil(lambda: made.sidecars.isVisible())
    gate = threading.Event()
    with qtbot.waitSignal(tasks.job_ended):
        assert tasks.run(tasks, "scan", lambda _token, _progress: gate.wait(), lambda _none: None)
        made.agree.click()
        assert "Another job" in made.problem and made.isVisible()
        gate.set()
    assert not library.written
    with qtbot.waitSignal(made.accepted):
        made.agree.click()
    assert library.written
