import pytest

from kindred.engine.metadata.facts import read_facts
from tests.support.hostile import bases, unusual

ARCHIVE = b"PK\3\4\x14\0\0\0\10\0" + b"an archive " * 100
FILES = {**bases(), **{bad.name: bad.data for bad in unusual()}}
FILES = {name: data for name, data in FILES.items() if not data.startswith(b"\xff\xd8")}
del FILES["a.dng"]  # a RAW file is compared as a whole


@pytest.mark.parametrize("name", FILES)
def test_what_lies_behind_a_picture_is_found(name: str) -> None:
    data = FILES[name]
    known = [read_facts(data + more, name=name).trailer for more in (b"", bytes(5000), ARCHIVE)]
    assert known == [False, False, True]


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.webp", "a.tif"])
def test_two_archives_behind_one_picture_are_two_things(name: str) -> None:
    plain, one, two = (
        read_facts(FILES[name] + more, name=name) for more in (b"", ARCHIVE, ARCHIVE[::-1])
    )
    assert plain.picture == one.picture == two.picture
    assert one.trailer and not plain.trailer
    assert len({plain.extras, one.extras, two.extras}) == 3
    assert one.damage == plain.damage
