"""A companion without a twin beside the keeper is a loss; words that are told elsewhere are not."""

from pathlib import Path

import pytest

from kindred.engine.judgement.companion_losses import companion_losses
from kindred.engine.metadata.sidecars import facts_with_sidecars
from kindred.engine.types import FileFacts, Loss, LossKind, Photo, PhotoInfo
from tests.support.movies import movie

INFO = PhotoInfo(width=4, height=3, format="HEIF")
EDITS = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
    b' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5"'
    b' xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure2012="+1.00"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
WORDS = EDITS.replace(b' crs:Exposure2012="+1.00"', b"")


@pytest.fixture
def two(tmp_path: Path):
    """A function that makes the going and the staying photo with these companions."""

    def make(going: dict[str, bytes], staying: dict[str, bytes]) -> tuple[Photo, Photo]:
        photos = []
        for folder, files in (("going", going), ("staying", staying)):
            (tmp_path / folder).mkdir()
            paths = [tmp_path / folder / name for name in files]
            for path in paths:
                path.write_bytes(files[path.name])
            main = tmp_path / folder / "IMG_1.HEIC"
            main.write_bytes(b"the picture")
            photos.append(Photo(main, "0" * 64, 1, 11, 5, INFO, tuple(paths)))
        return photos[0], photos[1]

    return make


def lost(name: str, kind: LossKind = LossKind.COMPANION) -> tuple[Loss, ...]:
    return (Loss(kind, (name,)),)


def test_the_only_movie_of_a_live_photo_is_lost(two):
    going, staying = two({"IMG_1.MOV": movie()}, {})
    assert companion_losses(going, staying) == lost("IMG_1.MOV")
    assert companion_losses(staying, going) == ()


def test_a_movie_whose_twin_has_another_name_and_other_words_is_not_lost(two):
    going, staying = two({"IMG_1.MOV": movie(content_id="A")}, {"IMG_1(1).MP4": movie()})
    assert companion_losses(going, staying) == ()


def test_another_movie_is_no_twin(two):
    going, staying = two({"IMG_1.MOV": movie()}, {"IMG_1.MOV": movie(media=b"another one here..")})
    assert companion_losses(going, staying) == lost("IMG_1.MOV")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("IMG_1.xmp", EDITS),
        ("IMG_1.AAE", b"<plist/>"),
        ("IMG_1.on1", b"{}"),
        ("IMG_1.HEIC.dop", b"x"),
        ("IMG_1.HEIC.pp3", b"[General]"),
    ],
)
def test_edits_in_a_sidecar_are_lost_unless_the_same_lie_beside_the_keeper(two, name, data):
    going, staying = two({name: data}, {"other" + name: data})
    assert companion_losses(going, staying) == ()
    staying.companions[0].write_bytes(data + b" ")
    assert companion_losses(going, staying) == lost(name, LossKind.EDITS)


def test_words_alone_are_the_facts_of_the_photo_and_no_loss_of_a_companion(two):
    going, staying = two({"IMG_1.xmp": WORDS}, {})
    assert companion_losses(going, staying) == ()
    assert facts_with_sidecars(going, FileFacts(keywords=("sea",))).rating == 5
    assert facts_with_sidecars(staying, FileFacts()) == FileFacts()


def test_a_sidecar_that_cannot_be_understood_is_lost(two):
    going, staying = two({"a.json": b'{"shapes": []}', "b.xmp": b"<damaged", "c.xmp": b""}, {})
    assert companion_losses(going, staying) == (
        *lost("a.json"), *lost("b.xmp"), *lost("c.xmp"),
    )  # fmt: skip


def test_the_jpeg_of_a_raw_file_has_its_twin_in_the_keeper_itself(two):
    going, staying = two({"IMG_1.JPG": b"the picture"}, {})
    assert companion_losses(going, staying) == ()
    going.companions[0].write_bytes(b"another one")
    assert companion_losses(going, staying) == lost("IMG_1.JPG")


def test_what_is_gone_already_is_not_lost(two):
    going, staying = two({"IMG_1.MOV": movie(), "IMG_1.AAE": b"x"}, {"IMG_1.AAE": b"x"})
    going.companions[0].unlink()
    staying.companions[0].unlink()
    assert companion_losses(going, staying) == lost("IMG_1.AAE", LossKind.EDITS)


def test_digests_that_are_known_are_believed(two):
    going, staying = two({"IMG_1.JPG": b"one"}, {"IMG_1.JPG": b"other"})
    paths = going.companions[0], staying.companions[0]
    assert companion_losses(going, staying, digests=dict.fromkeys(paths, "1" * 64)) == ()
    assert companion_losses(going, staying, digests={paths[0]: "0" * 64}) == ()  # the photo's own
    assert companion_losses(going, staying, digests=dict(zip(paths, "12", strict=True))) == (
        lost("IMG_1.JPG")
    )
