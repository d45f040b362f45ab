import io
import shutil
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.errors import DecodeError, PlanError
from kindred.engine.grouping.groups import load_forest
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken
from kindred.engine.removal.trash import folder_trash
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import (
    Calibration,
    EditName,
    Judgement,
    Kind,
    Loss,
    LossKind,
    PhotoInfo,
    ScanOptions,
    Tier,
    Verdict,
    Why,
)
from tests.support.drawing import draw

SCALE = Calibration(0.4, 0.6, 0.7, 0.8)


@pytest.fixture
def photos(library: Library, tmp_path: Path) -> Path:
    """A scanned folder: two scenes, each with a copy; the second copy is a crop."""
    folder = tmp_path / "photos"
    (folder / "copies").mkdir(parents=True)
    for seed in (1, 2):
        draw(seed).save(folder / f"{seed}.jpg", quality=92)
    draw(1).resize((320, 240)).save(folder / "copies" / "1.jpg", quality=80)
    draw(2).crop((16, 12, 640, 480)).save(folder / "copies" / "2.jpg", quality=90)
    library.scan([folder], options=ScanOptions(), token=CancelToken())
    return folder


def test_search_ranks_the_picture_and_its_copies_first(library: Library, photos: Path):
    found = library.search(photos / "1.jpg", top=3)
    hits = found.hits
    assert [hit.photo.path.relative_to(photos).as_posix() for hit in hits[:2]] == [
        "1.jpg",
        "copies/1.jpg",
    ]
    assert hits[0].similarity == pytest.approx(1, abs=1e-3)
    assert [hit.similarity for hit in hits] == sorted((h.similarity for h in hits), reverse=True)
    assert found.query == hits[0].photo and found.query.content > 0
    assert found.picture.shape == (480, 640, 3)  # half of it is less than a small picture has


def test_a_file_that_changed_since_the_scan_is_no_photo_of_the_library(
    library: Library, photos: Path
):
    draw(3).save(photos / "1.jpg")
    query = library.search(photos / "1.jpg").query
    assert query is not None and (query.path, query.content) == (photos / "1.jpg", 0)
    assert query.size == (photos / "1.jpg").stat().st_size
    (photos / "1.jpg").unlink()
    with pytest.raises(DecodeError):
        library.search(photos / "1.jpg")


def test_search_takes_bytes_and_stays_below_the_folders_asked(library: Library, photos: Path):
    data = (photos / "2.jpg").read_bytes()
    found = library.search(data, top=10, roots=[photos / "copies"])
    assert [hit.photo.path.name for hit in found.hits] == ["2.jpg", "1.jpg"]
    assert found.query is None
    with pytest.raises(DecodeError):
        library.search(b"no picture")


def test_the_nearest_hits_carry_their_verified_relation(library: Library, photos: Path):
    picture = photos / "1.jpg"
    shutil.copy(picture, photos / "again.jpg")
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    hits = library.search(picture).hits
    assert all(hit.relation is None for hit in hits)

    def kinds(asked: Path | bytes) -> dict[str, Kind | None]:
        found = library.relate(asked, library.search(asked).hits)
        return {
            hit.photo.path.relative_to(photos).as_posix(): hit.relation and hit.relation.kind
            for hit in found
        }

    known = kinds(picture)
    assert (known["again.jpg"], known["copies/1.jpg"]) == (Kind.IDENTICAL, Kind.COPY)
    assert known["2.jpg"] not in (Kind.IDENTICAL, Kind.COPY)
    resized = [
        [edit.amount for edit in hit.relation.edits if edit.name is EditName.RESIZED]
        for asked in (picture, photos / "copies" / "1.jpg")
        for hit in library.relate(asked, library.search(asked).hits)
        if hit.relation and hit.relation.kind is Kind.COPY
    ]
    assert resized[0] == pytest.approx([0.5], abs=0.01)  # what was done to the hit
    assert resized[1] == pytest.approx([2], abs=0.01)
    strange = io.BytesIO()
    draw(1).save(strange, "JPEG", quality=70)
    assert kinds(strange.getvalue())["1.jpg"] is Kind.COPY
    (photos / "copies" / "1.jpg").unlink()
    assert kinds(strange.getvalue())["copies/1.jpg"] is Kind.COPY  # its small picture is there
    assert kinds(picture)["copies/1.jpg"] is Kind.COPY  # a scan has compared them


def test_what_is_no_duplicate_by_decision_has_no_relation_in_a_search(
    library: Library, photos: Path
):
    pair = photos / "1.jpg", photos / "copies" / "1.jpg"
    library.reject_photos(*pair)
    hits = [hit for hit in library.search(pair[0]).hits if hit.photo.path != pair[0]]
    found = library.relate(pair[0], hits)
    assert {hit.relation for hit in found if hit.photo.path == pair[1]} == {None}


def test_a_search_makes_a_group_in_which_the_picture_stays(library: Library, photos: Path):
    picture = photos / "1.jpg"
    shutil.copy(picture, photos / "again.jpg")
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    result = library.search(picture)
    hits = library.relate(picture, result.hits)
    copies = [hit for hit in hits if hit.photo.path.name in ("again.jpg", "1.jpg")]
    group = library.search_group(result.query, [h for h in copies if h.photo.path != picture])
    assert (group.kind, group.keeper) == (Kind.COPY, result.query)
    judged = {member.photo.path.parent.name: member.judgement for member in group.members[1:]}
    assert judged["photos"] == Judgement(Tier.EXACT, why=Why.SAME_BYTES)
    assert judged["copies"].losses == (Loss(LossKind.UNCHECKED),)
    assert library.search_group(result.query, result.hits).kind is Kind.SIMILAR


def test_compare_tells_the_measures_and_the_relation(library: Library, photos: Path):
    result = library.compare(photos / "1.jpg", photos / "copies" / "1.jpg")
    assert result.relation.kind is Kind.COPY
    assert result.euclidean == pytest.approx((2 - 2 * result.cosine) ** 0.5, abs=1e-3)
    assert result.tanimoto == pytest.approx(result.cosine / (2 - result.cosine), abs=1e-3)
    same = library.compare(photos / "1.jpg", photos / "1.jpg")
    assert (same.relation.kind, same.relation.confidence) == (Kind.IDENTICAL, 1.0)


def test_the_registration_leads_from_each_photo_to_the_keeper(library: Library, photos: Path):
    for group in library.groups(strictness=0.5):
        copy = group.members[1]
        assert copy.registration is not None
        matrix = copy.registration.matrix
        if copy.photo.path.name == "1.jpg":  # half the size: one pixel of it is two of the keeper
            assert matrix[0] == pytest.approx(2, abs=0.02)
        else:  # its corner is the keeper's (16, 12)
            assert (matrix[2], matrix[5]) == pytest.approx((16, 12), abs=2)


def test_not_duplicates_is_remembered_until_a_new_photo_comes(library: Library, photos: Path):
    group = next(g for g in library.groups(strictness=0.5) if g.keeper.path.name == "1.jpg")
    library.reject(group)
    assert group.key not in {g.key for g in library.groups(strictness=0.5)}
    (photos / "1.jpg").rename(photos / "renamed.jpg")
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert group.key not in {g.key for g in library.groups(strictness=0.5)}
    (decision,) = library.decisions()
    assert {decision.first.digest, decision.second.digest} == {
        member.photo.digest for member in group.members
    }
    draw(1).resize((480, 360)).save(photos / "third.jpg", quality=90)
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert [len(g.members) for g in library.groups(strictness=0.5) if len(g.members) > 2] == [3]
    library.forget(decision)
    assert library.decisions() == []


def test_a_scan_with_another_model_changes_the_groups(library: Library, photos: Path):
    before = library.changes
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert library.changes == before
    library.set_setting("model id", "another")
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert library.changes > before


def test_taking_a_rejection_back_leaves_older_ones(library: Library, photos: Path):
    group = next(g for g in library.groups(strictness=0.5) if g.keeper.path.name == "1.jpg")
    assert len(library.reject(group)) == 1
    draw(1).resize((480, 360)).save(photos / "third.jpg", quality=90)
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    (larger,) = (g for g in library.groups(strictness=0.5) if len(g.members) == 3)
    added = library.reject(larger)
    assert len(added) == 2 and len(library.decisions()) == 3
    library.unreject(added)
    (decision,) = library.decisions()
    assert {decision.first.digest, decision.second.digest} == {
        member.photo.digest for member in group.members
    }


def test_remove_and_undo_in_a_later_run(library: Library, photos: Path, tmp_path: Path, embedder):
    groups = library.groups(strictness=0.5)
    copies = [group.members[1].photo.path for group in groups]
    before = {path: path.read_bytes() for path in copies}
    plan = library.plan(groups, copies)
    assert plan.frees == sum(map(len, before.values()))
    batch = library.remove(plan, trash=folder_trash(tmp_path / "bin"), token=CancelToken())
    assert not any(path.exists() for path in copies)
    assert library.groups(strictness=0.5) == []
    library.close()
    with Library.open(embedder=embedder) as later:
        assert [b.id for b in later.batches()] == [batch.id]
        later.undo(batch.id)
        assert {path: path.read_bytes() for path in copies} == before
        assert len(later.groups(strictness=0.5)) == len(groups)


def test_nothing_protected_and_no_whole_group_is_planned(library: Library, photos: Path):
    groups = library.groups(strictness=0.5)
    with pytest.raises(PlanError):
        library.plan(groups, [member.photo.path for member in groups[0].members])
    library.protect(photos / "copies")
    with pytest.raises(PlanError):
        library.plan(groups, [photos / "copies" / "1.jpg"])
    protected = [
        m.photo.path for g in library.groups(strictness=0.5) for m in g.members if m.protected
    ]
    assert sorted(protected) == [photos / "copies" / "1.jpg", photos / "copies" / "2.jpg"]


def test_the_order_of_the_keeper_rules_is_the_users(library: Library, photos: Path):
    library.set_setting("preferred folders", [str(photos / "copies")])
    library.set_rules(["folder"])
    for group in library.groups(strictness=0.5):
        assert group.keeper.path.parent.name == "copies"
        assert [reason.rule for reason in group.reasons] == ["folder"]
    counts = library.rule_preview(library.groups(strictness=0.5), ["folder"])
    assert counts["folder"] == 2


def test_calibration_needs_twenty_decisions_of_each_sort(library: Library, photos: Path):
    before = library.calibration()
    result = library.calibrate()
    assert result.calibration is None
    assert result.message.code is Code.TOO_FEW_DECISIONS
    assert library.calibration() == before


def test_every_settled_pair_with_vectors_of_the_model_counts(
    kindred_home: Home, embedder: Embedder
) -> None:
    with closing(Store(kindred_home.store)) as store:
        store.claim()
        numbers = store.add_contents(
            NewContent(f"{n:064x}", PhotoInfo(1, 1, "PNG"), np.zeros(4, np.uint8))
            for n in range(90)
        )
        first, alike, unlike, bare = numbers[0], numbers[1:42], numbers[42:83], numbers[83:]
        store.add_vectors("net", [(first, [1.0, 0.0])])
        for others, cosine in ((alike, 0.9), (unlike, 0.3)):
            vector = [cosine, (1 - cosine**2) ** 0.5]
            store.add_vectors("net", [(number, vector) for number in others])
        store.add_vectors("another", [(number, [0.0, 1.0]) for number in numbers])
        store.settle([(first, number) for number in [*alike, *bare]], Verdict.DUPLICATE)
        store.settle([(first, number) for number in unlike], Verdict.DIFFERENT)
        store.set_setting("scale of net", asdict(SCALE))
        store.set_setting("model id", "net")
    with Library.open(embedder=embedder) as library:
        result = library.calibrate()
        assert (result.duplicates, result.different) == (41, 41)
        assert library.calibration().similar == pytest.approx(0.6, abs=0.02)
        library.reset_calibration()
        assert library.calibration() == SCALE
        library.set_setting("model id", "unknown")
        assert library.calibrate().duplicates == 0


def test_before_anything_tells_what_cosines_mean_the_same_bytes_are_a_group(
    library: Library, photos: Path
) -> None:
    (photos / "again.jpg").write_bytes((photos / "1.jpg").read_bytes())
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    library.set_setting("model id", "never measured")
    assert library.calibration() is None
    (group,) = library.groups(strictness=0.5)
    assert group.kind is Kind.IDENTICAL
    assert library.compare(photos / "1.jpg", photos / "again.jpg").relation.kind is Kind.IDENTICAL


def test_a_scan_that_finds_nothing_new_changes_nothing(library: Library, photos: Path):
    before, scanned = library.changes, library.scanned_at()
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert library.changes == before
    assert library.scanned_at() >= scanned > ""
    (photos / "1.jpg").unlink()
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    assert library.changes > before


@pytest.mark.parametrize("act", ["remove", "undo", "split"])
def test_what_ends_while_groups_are_made_is_in_the_groups_after(
    library: Library, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
):
    (photos / "1.xmp").write_text("<x/>")
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    groups = library.groups(strictness=0.5)
    photo = next(group.keeper for group in groups if group.keeper.companions)
    plan = library.plan(groups, [group.members[1].photo.path for group in groups])
    trash = folder_trash(tmp_path / "bin")
    acts = {
        "remove": lambda: library.remove(plan, trash=trash, token=CancelToken()),
        "undo": lambda: library.undo(library.batches()[0].id),
        "split": lambda: library.split_unit(photo),
    }
    if act == "undo":
        acts["remove"]()

    def late(*arguments, **options):
        forest = load_forest(*arguments, **options)
        acts[act]()
        return forest

    with monkeypatch.context() as patch:
        patch.setattr("kindred.engine.grouping.groups.load_forest", late)
        before = library.groups(strictness=0.5, roots=[photos])
    after = library.groups(strictness=0.5, roots=[photos])
    assert before != after == library.groups(strictness=0.5)


def test_the_json_of_takeout_goes_with_its_photo_and_comes_back(
    library: Library, photos: Path, tmp_path: Path
):
    for folder in (photos, photos / "copies"):
        (folder / "1.jpg.supplemental-metadata.json").write_text('{"title": "1.jpg"}')
    library.scan([photos], options=ScanOptions(), token=CancelToken())
    copy = photos / "copies" / "1.jpg"
    before = {path: path.read_bytes() for path in (photos / "copies").glob("1.*")}
    plan = library.plan(library.groups(strictness=0.5), [copy])
    batch = library.remove(plan, trash=folder_trash(tmp_path / "bin"), token=CancelToken())
    assert len(before) == len(batch.items) == 2 and not any(path.exists() for path in before)
    library.undo(batch.id)
    assert {path: path.read_bytes() for path in (photos / "copies").glob("1.*")} == before


def test_a_part_of_a_picture_is_a_picture_to_search_by(library: Library, tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 100), "red")
    picture.paste("blue", (150, 50, 200, 100))
    picture.save(tmp_path / "a.png")
    for given in (tmp_path / "a.png", (tmp_path / "a.png").read_bytes()):
        part = Image.open(io.BytesIO(library.part_of(given, (0.75, 0.5, 1.0, 2.0))))
        assert part.size == (50, 50) and part.getcolors() == [(2500, (0, 0, 255))]
    least = Image.open(io.BytesIO(library.part_of(tmp_path / "a.png", (1.0, 1.0, 1.0, 1.0))))
    assert least.size == (1, 1)
