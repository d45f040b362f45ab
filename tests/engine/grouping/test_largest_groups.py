from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.grouping import groups
from kindred.engine.grouping.largest_groups import load_largest
from kindred.engine.pairs import Pairs
from kindred.engine.store import Store
from kindred.engine.store.contents import NewContent
from kindred.engine.types import Calibration, FoundFile, Kind, PhotoInfo, Relation
from kindred.engine.verification import verify

SCALE = Calibration(0.3, 0.5, 0.8, 0.9)
COPY = Relation(0, 1, Kind.COPY, 0.9, 0.99)


@pytest.fixture
def store(tmp_path: Path):
    """Chains of copies a-b-c and d-e, e-f a similar pair, g twice, h alone; the last are largest.

    k is missing: its relation to a leads nowhere.
    """
    store = Store(tmp_path / "store.sqlite")
    names = "abcdefghk"
    grey = np.zeros((20, 20, 3), np.uint8)
    info = PhotoInfo(100, 100, "PNG")
    numbers = dict(
        zip(
            names,
            store.add_contents([NewContent(f"{ord(n):064x}", info, grey) for n in names]),
            strict=True,
        )
    )
    files = [(FoundFile(Path(f"/p/{n}.png"), 10 * ord(n), 1), numbers[n]) for n in names]
    store.set_paths([*files, (FoundFile(Path("/p/g again.png"), 10 * ord("g"), 1), numbers["g"])])
    store.add_vectors("m", ((number, np.eye(4)[0]) for number in numbers.values()))
    pairs = {"ab": COPY, "bc": COPY, "de": COPY, "ak": COPY}
    pairs["ef"] = replace(COPY, kind=Kind.SIMILAR)
    stored = [
        replace(relation, first=numbers[pair[0]], second=numbers[pair[1]])
        for pair, relation in pairs.items()
    ]
    ends = ([r.first for r in stored], [r.second for r in stored])
    likeness = np.array([r.similarity for r in stored], np.float32)
    store.add_pairs("m", Pairs(*map(np.array, ends), likeness))
    store.set_searched("m", numbers.values())
    store.add_relations(verify.VERSION, stored)
    with store.write() as db:
        db.execute("UPDATE paths SET missing = 1 WHERE content = ?", (numbers["k"],))
    yield store
    store.close()


@pytest.mark.parametrize(("clusters", "names"), [(1, "def"), (2, "abcdef"), (9, "abcdefg")])
def test_whole_clusters_the_largest_first(store: Store, clusters: int, names: str):
    taste = groups.Taste(rules=("pixels",))
    every = groups.load_forest(store, model="m", calibration=SCALE, roots=[])
    some = load_largest(store, model="m", calibration=SCALE, clusters=clusters)
    expected, found = (
        groups.make_groups(forest, strictness=0.5, rejected=set(), taste=taste)
        for forest in (every, some)
    )
    assert found == [group for group in expected if group.keeper.path.name[0] in names]
    shown = {member.photo.path.name[0] for group in found for member in group.members}
    assert shown == set(names)


def test_an_empty_library_has_none(tmp_path: Path):
    store = Store(tmp_path / "empty.sqlite")
    forest = load_largest(store, model="m", calibration=SCALE, clusters=5)
    assert groups.make_groups(forest, strictness=0.5, rejected=set(), taste=groups.Taste(())) == []
    store.close()
