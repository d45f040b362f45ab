from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from kindred.engine.grouping import groups
from kindred.engine.pairs import Pairs
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import (
    Calibration,
    Edit,
    EditName,
    FoundFile,
    Group,
    Kind,
    PhotoInfo,
    Registration,
    Relation,
)
from kindred.engine.verification import verify

SCALE = Calibration(0.3, 0.5, 0.8, 0.9)
TASTE = groups.Taste(rules=("pixels",))


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "store.sqlite")
    yield store
    store.close()


def fill(
    store: Store,
    names: str,
    relations: dict[str, Relation],
    known: Mapping[str, PhotoInfo] = MappingProxyType({}),
) -> dict[str, int]:
    """Photos of one letter each, 100 x 100 if not `known`; relations by their two letters."""
    infos = [known.get(name, PhotoInfo(100, 100, "PNG")) for name in names]
    signature = np.zeros((20, 20, 3), np.uint8)
    numbers = store.add_contents(
        [
            NewContent(f"{ord(n):064x}", info, signature)
            for n, info in zip(names, infos, strict=True)
        ]
    )
    files = [FoundFile(Path(f"/p/{name}.png"), 1, 1) for name in names]
    store.set_paths(zip(files, numbers, strict=True))
    store.add_vectors("m", ((number, np.eye(4)[0]) for number in numbers))
    content = dict(zip(names, numbers, strict=True))
    stored = []
    for pair, relation in relations.items():
        first, second = sorted(content[name] for name in pair)
        stored.append(replace(relation, first=first, second=second))
    firsts = np.array([r.first for r in stored], np.int64)
    seconds = np.array([r.second for r in stored], np.int64)
    likeness = np.array([r.similarity for r in stored], np.float32)
    store.add_pairs("m", Pairs(firsts, seconds, likeness))
    store.set_searched("m", numbers)
    store.add_relations(verify.VERSION, stored)
    return content


def grouped(store: Store, taste: groups.Taste = TASTE) -> list[Group]:
    forest = groups.load_forest(store, model="m", calibration=SCALE, roots=[])
    return groups.make_groups(forest, strictness=0.5, rejected=set(), taste=taste)


def moved_by(x: float, y: float, *, scale: float = 1.0) -> Registration:
    return Registration((scale, 0.0, x, 0.0, scale, y, 0.0, 0.0, 1.0), inliers=50)


COPY = Relation(0, 1, Kind.COPY, 0.9, 0.99)
SIMILAR = Relation(0, 1, Kind.SIMILAR, 0.75, 0.9)
UNRELATED = Relation(0, 1, Kind.UNRELATED, 0.4, 0.9)


def names(group: Group) -> str:
    return "".join(member.photo.path.stem for member in group.members)


def test_a_keeper_stands_for_most_of_its_group(store: Store):
    # b and c are crops of a that share nothing; the rules would rather keep b.
    fill(store, "abc", {"ab": COPY, "ac": COPY})
    taste = groups.Taste(rules=("folder",), preferred=(Path("/p/b.png"),))
    (group,) = grouped(store, taste)
    assert names(group)[0] == "a"
    assert group.reasons == (groups.HUB,)
    assert [member.relation for member in group.members[1:]] == [Kind.COPY, Kind.COPY]


def test_a_relation_is_told_from_the_keeper_whichever_was_first(store: Store):
    edits = (
        Edit(EditName.RESIZED, 0.5),
        Edit(EditName.TURNED, 90.0),
        Edit(EditName.OVERLAID, 0.1, (0.0, 0.0, 0.5, 0.5), on_first=True),
    )
    relation = replace(COPY, edits=edits, registration=moved_by(10, 20, scale=2.0))
    fill(store, "ab", {"ab": relation})
    (group,) = grouped(store)
    assert names(group) == "ab"
    assert group.members[1].edits == edits
    (group,) = grouped(store, groups.Taste(rules=("folder",), preferred=(Path("/p/b.png"),)))
    assert names(group) == "ba"
    resized, turned, overlaid = group.members[1].edits
    assert (resized.amount, turned.amount, overlaid.on_first) == (2.0, 270.0, False)
    assert overlaid.box == pytest.approx((0, 0, 0.2, 0.15))
    back = np.array(group.members[1].registration.matrix).reshape(3, 3)
    assert back @ (10, 20, 1) == pytest.approx((0, 0, 1))
    assert back @ (210, 220, 1) == pytest.approx((100, 100, 1))


def test_a_copy_missed_by_the_keeper_is_placed_through_the_hub(store: Store):
    first = replace(COPY, registration=moved_by(5, 0))
    second = replace(COPY, registration=moved_by(0, 7))
    fill(
        store,
        "abcd",
        {"ab": first, "ac": second, "bc": SIMILAR, "bd": COPY, "cd": COPY, "ad": COPY},
    )
    (group,) = [group for group in grouped(store) if group.kind is Kind.COPY]
    assert names(group)[0] == "a"
    assert {member.relation for member in group.members[1:]} == {Kind.COPY}


def test_who_is_no_copy_of_the_keeper_itself_is_not_called_one(store: Store):
    relations = {"ab": COPY, "ac": COPY, "ad": COPY, "bc": COPY, "bd": SIMILAR, "cd": COPY}
    fill(store, "abcd", relations)
    taste = groups.Taste(rules=("folder",), preferred=(Path("/p/b.png"),))
    (group,) = [group for group in grouped(store, taste) if group.kind is Kind.COPY]
    assert names(group)[0] == "b"
    told = {member.photo.path.stem: member.relation for member in group.members[1:]}
    assert told == {"a": Kind.COPY, "c": Kind.COPY, "d": Kind.SIMILAR}


def test_every_shot_is_related_to_the_keeper(store: Store):
    # The rules would rather keep b, which has nothing to do with c.
    fill(store, "abc", {"ab": SIMILAR, "ac": SIMILAR, "bc": UNRELATED})
    taste = groups.Taste(rules=("folder",), preferred=(Path("/p/b.png"),))
    (group,) = grouped(store, taste)
    assert names(group)[0] == "a"
    assert group.reasons == (groups.CENTRE,)
    assert [member.relation for member in group.members[1:]] == [Kind.SIMILAR, Kind.SIMILAR]


def test_a_copy_without_a_time_does_not_hide_a_burst(store: Store):
    shots = {
        name: PhotoInfo(100, 100, "JPEG", camera="Canon", taken_at=f"2026-05-04T10:00:00.{number}")
        for number, name in enumerate("acd")
    }
    relations = {"ab": COPY, "ac": SIMILAR, "ad": SIMILAR, "cd": SIMILAR}
    fill(store, "abcd", relations, shots)
    taste = groups.Taste(rules=("folder",), preferred=(Path("/p/b.png"),))
    copies, similar = grouped(store, taste)
    assert names(similar)[0] == "b"
    assert (copies.burst, similar.burst) == (False, True)


def test_copies_are_folded_inside_a_group_of_similar_shots(store: Store):
    fill(store, "abcd", {"ab": COPY, "cd": COPY, "ac": SIMILAR, "ad": SIMILAR, "bc": SIMILAR})
    copies, others, similar = grouped(store)
    assert (names(copies), names(others), names(similar)) == ("ab", "cd", "abcd")
    assert [member.stack for member in similar.members] == [0, 0, 1, 1]
    assert [member.relation for member in similar.members] == [
        Kind.IDENTICAL,
        Kind.COPY,
        Kind.SIMILAR,
        Kind.SIMILAR,
    ]
    assert all(-1 <= member.similarity <= 1 for member in similar.members)


def test_keys_follow_the_contents(store: Store):
    fill(store, "ab", {"ab": COPY})
    (before,) = grouped(store)
    assert [group.key for group in grouped(store)] == [before.key]
    fill(store, "abc", {"ab": COPY, "ac": COPY, "bc": COPY})
    (after,) = grouped(store)
    assert after.key != before.key


def test_groups_that_stay_as_they_are_are_not_made_again(store: Store):
    fill(store, "abcd", {"ab": COPY, "cd": replace(COPY, confidence=0.6)})
    forest = groups.load_forest(store, model="m", calibration=SCALE, roots=[])
    loose, strict = (
        groups.make_groups(forest, strictness=level, rejected=set(), taste=TASTE)
        for level in (0.5, 1)
    )
    assert strict[0] is loose[0]
    guarded = replace(TASTE, protected=(Path("/p"),))
    other = groups.make_groups(forest, strictness=0.5, rejected=set(), taste=guarded)
    assert other[0].keeper is loose[0].keeper
    assert other[0].members[0].protected and not loose[0].members[0].protected


def test_photos_that_go_while_the_groups_are_read_are_in_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    numbers = fill(store, "abcd", {"ab": COPY, "cd": COPY})
    read = store.edges

    def then_gone(*asked: object) -> object:
        edges = read(*asked)
        with store.write() as db:
            db.execute("UPDATE paths SET missing = 1 WHERE content = ?", (numbers["a"],))
        return edges

    monkeypatch.setattr(store, "edges", then_gone)
    monkeypatch.setattr(store, "repeated", lambda _roots: [numbers["a"]])
    assert [group.keeper.path.name for group in grouped(store)] == ["c.png"]


def test_groups_of_an_earlier_verification_are_shown_until_the_next_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as earlier:
        earlier.setattr(verify, "VERSION", verify.VERSION - 1)
        content = fill(store, "abc", {"ab": COPY})
    (group,) = grouped(store)
    assert names(group) == "ab"
    assert [member.judgement.stays for member in group.members] == [None, None]
    pair = replace(COPY, first=content["a"], second=content["b"])
    store.add_relations(verify.VERSION, [replace(pair, kind=Kind.UNRELATED)])
    assert grouped(store) == []
