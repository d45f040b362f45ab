"""Pairs that once lost the better file: it is never suggested for removal in bulk."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from kindred.engine.library import Library
from tests.support import camera_files as files
from tests.support.camera_files import encoded, jpeg, with_exif, with_xmp
from tests.support.drawing import draw
from tests.support.keeper_situations import page, put
from tests.support.outside import see

SHOT = files.shot(1, draw(1, (900, 675)))
PICTURE = SHOT.picture()


def heic(picture: Image.Image) -> bytes:
    import pillow_heif

    stream = io.BytesIO()
    pillow_heif.from_pillow(picture).save(stream, quality=80, exif=SHOT.exif)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["gif", "webp"])
def test_an_animation_and_its_first_frame(folder: Path, form: str) -> None:
    first, *rest = files.shifted(draw(2, (384, 256)), 3)
    data = encoded(first, form.upper(), save_all=True, append_images=rest, duration=200)
    put(folder, f"animation.{form}", data)
    put(folder, "frame1.jpg", jpeg(first, quality=92))
    assert f"animation.{form}" not in see(folder).suggested


def test_an_avif_of_high_quality_and_a_jpeg_of_low(folder: Path) -> None:
    put(folder, "original_picture.avif", encoded(PICTURE, "AVIF", quality=95))
    put(folder, "low.jpg", jpeg(PICTURE, quality=80))
    assert "original_picture.avif" not in see(folder).suggested


def test_a_heic_and_the_jpeg_converted_from_it(folder: Path) -> None:
    picture = draw(7, (480, 360))
    put(folder, "IMG_1234.HEIC", heic(picture))
    put(folder, "IMG_1234_converted.jpg", jpeg(picture, quality=95, exif=SHOT.exif))
    assert "IMG_1234.HEIC" not in see(folder).suggested


def test_a_lossless_webp_and_a_jpeg_made_from_it(folder: Path) -> None:
    put(folder, "original_picture.webp", encoded(PICTURE, "WEBP", lossless=True))
    put(folder, "low.jpg", jpeg(PICTURE, quality=80))
    assert "original_picture.webp" not in see(folder).suggested


def test_a_png_of_64_colours(folder: Path) -> None:
    put(folder, "photo_orig.jpg", jpeg(PICTURE, quality=90, exif=SHOT.exif))
    put(folder, "pal.png", encoded(PICTURE.quantize(64), "PNG"))
    assert "photo_orig.jpg" not in see(folder).suggested


def test_saved_again_at_a_high_quality(folder: Path) -> None:
    put(folder, "original_from_camera.jpg", jpeg(PICTURE, quality=85, exif=SHOT.exif))
    put(folder, "resaved.jpg", jpeg(PICTURE, quality=98))
    assert "original_from_camera.jpg" not in see(folder).suggested


def test_enlarged_without_smoothing(folder: Path) -> None:
    small = PICTURE.resize((500, 375), Image.Resampling.LANCZOS)
    data = jpeg(small, quality=90)
    put(folder, "orig.jpg", data)
    large = files.opened(data).resize((1000, 750), Image.Resampling.NEAREST)
    put(folder, "up_nn.png", encoded(large, "PNG"))
    assert "orig.jpg" not in see(folder).suggested


def test_coded_data_with_errors(folder: Path) -> None:
    put(folder, "good.jpg", SHOT.data)
    put(folder, "recovered_0001.jpg", files.flipped(SHOT.data, seed=3))
    assert "good.jpg" not in see(folder).suggested


def test_a_jpeg_that_ends_early_is_a_copy(folder: Path) -> None:
    put(folder, "zz_good.jpg", SHOT.data)
    put(folder, "a_trunc.jpg", files.cut(SHOT.data, 0.6))
    seen = see(folder)
    assert "zz_good.jpg" not in seen.suggested
    assert seen.together("a_trunc.jpg", "zz_good.jpg")


def test_the_second_half_zeroed(folder: Path) -> None:
    put(folder, "zz_good.jpg", SHOT.data)
    put(folder, "a_recovered.jpg", files.zeroed(SHOT.data, 0.5, 1))
    assert "zz_good.jpg" not in see(folder).suggested


def test_two_damaged_pngs_and_the_sound_one(folder: Path) -> None:
    data = encoded(draw(3, (500, 333)), "PNG")
    put(folder, "zz_good.png", data)
    put(folder, "a_cut.png", files.cut(data, 0.6))
    put(folder, "a_hole.png", files.zeroed(data, 0.5, 0.55))
    assert "zz_good.png" not in see(folder).suggested


def test_a_clock_that_was_never_set(folder: Path) -> None:
    put(folder, "orig.jpg", SHOT.data)
    reset = files.patched_exif(SHOT.exif, dict.fromkeys((0x9003, 0x9004), "1980:01:01 00:00:00"))
    put(folder, "clock_reset_copy.jpg", with_exif(SHOT.data, reset))
    assert "orig.jpg" not in see(folder).suggested


def test_a_file_time_that_an_archive_made_up(folder: Path) -> None:
    put(folder, "orig.jpg", SHOT.data, when=1_500_336_000)
    put(folder, "unzipped.jpg", files.without(SHOT.data, b"Exif\0\0"), when=315_532_800)
    assert "orig.jpg" not in see(folder).suggested


def test_a_gain_map(folder: Path) -> None:
    put(folder, "IMG_0001.jpg", SHOT.data)
    hdr = files.gain_map_jpeg(SHOT.data, PICTURE.resize((225, 168)))
    put(folder, "IMG_0001_HDR.jpg", hdr)
    assert "IMG_0001_HDR.jpg" not in see(folder).suggested


def test_all_pages_and_the_first_alone(folder: Path) -> None:
    first, *rest = (page(number, (620, 877)) for number in range(3))
    data = encoded(first, "TIFF", save_all=True, append_images=rest, compression="tiff_deflate")
    put(folder, "scan_all_pages.tif", data)
    put(folder, "p1.png", encoded(first, "PNG"))
    assert "scan_all_pages.tif" not in see(folder).suggested


def test_the_live_photo_that_has_its_movie(folder: Path) -> None:
    data = heic(draw(7, (480, 360)))
    put(folder, "phone library/IMG_0001.HEIC", data)
    put(folder, "phone library/IMG_0001.MOV", b"not looked into: the names agree" * 90)
    put(folder, "b/IMG_0001.HEIC", data)
    assert "phone library/IMG_0001.HEIC" not in see(folder).suggested


def test_a_rating_of_nothing_is_none(folder: Path) -> None:
    placed = files.exif(position=files.ROME)
    put(folder, "a_long_name_with_gps.jpg", with_exif(SHOT.data, placed))
    put(folder, "b.jpg", with_exif(SHOT.data, files.exif(rating=0)))
    assert "a_long_name_with_gps.jpg" not in see(folder).suggested


def test_a_position_in_xmp_alone(folder: Path) -> None:
    bare = with_exif(SHOT.data, files.exif())
    put(folder, "a_with_position.jpg", with_xmp(bare, files.xmp(position=files.ROME)))
    put(folder, "b.jpg", bare)
    assert "a_with_position.jpg" not in see(folder).suggested


def test_the_twin_with_a_rated_sidecar(folder: Path) -> None:
    put(folder, "archive 2023/IMG_1.jpg", SHOT.data)
    put(folder, "archive 2023/IMG_1.jpg.xmp", files.xmp(rating=5, keywords=["Ada"]))
    put(folder, "b/IMG_1.jpg", SHOT.data)
    assert "archive 2023/IMG_1.jpg" not in see(folder).suggested


def test_hard_links_are_one_file(folder: Path) -> None:
    put(folder, "a.jpg", SHOT.data)
    (folder / "a_snapshot.jpg").hardlink_to(folder / "a.jpg")
    other = jpeg(draw(4, (700, 467)), quality=85)
    put(folder, "b.jpg", other)
    put(folder, "b copy.jpg", other)
    assert see(folder).suggested == {"b copy.jpg"}


def test_takeout_files_go_and_come_back_with_their_photo(folder: Path, tmp_path: Path) -> None:
    from kindred.engine.progress import CancelToken
    from kindred.engine.removal.trash import folder_trash

    for album in ("Album Trip", "Photos from 2017"):
        put(folder, f"{album}/IMG_3397.JPG", SHOT.data)
        beside = f"{album}/IMG_3397.JPG.supplemental-metadata.json"
        put(folder, beside, files.takeout("IMG_3397.JPG"))
    see(folder)
    gone = folder / "Photos from 2017"
    with Library.open() as library:
        (group,) = library.groups(strictness=0.5)
        plan = library.plan([group], [gone / "IMG_3397.JPG"])
        done = library.remove(plan, trash=folder_trash(tmp_path / "trash"), token=CancelToken())
        assert list(gone.iterdir()) == []
        library.undo(done.id)
    assert {path.name for path in gone.iterdir()} == {
        "IMG_3397.JPG",
        "IMG_3397.JPG.supplemental-metadata.json",
    }


def test_what_other_photo_programs_keep_is_theirs(folder: Path) -> None:
    names = (
        "iPhoto Library.photolibrary/Masters/2012/IMG_1.JPG",
        "iPhoto Library.photolibrary/Previews/2012/IMG_1.JPG",
        "Photos Library.migratedphotolibrary/Masters/2012/IMG_1.JPG",
        "Aperture Library.aplibrary/Masters/IMG_1.JPG",
    )
    for name in ("IMG_1.JPG", *names):
        put(folder, name, SHOT.data)
    seen = see(folder)
    assert (seen.photos, seen.suggested, seen.copies) == (1, set(), ())


def test_white_line_art_on_nothing(folder: Path) -> None:
    """It is not flat: the copy is found, other drawings are not taken for it."""

    for number in (1, 2, 3):
        art = Image.new("RGBA", (400, 400))
        random = np.random.default_rng(number)
        pen = ImageDraw.Draw(art)
        for _ in range(14):
            points = [tuple(p) for p in random.uniform(20, 380, (4, 2)).tolist()]
            pen.line(points, "white", 4)
        put(folder, f"art{number}.png", encoded(art, "PNG"))
        if number == 1:
            put(folder, "art1_copy.webp", encoded(art, "WEBP", lossless=True, exact=True))
    seen = see(folder)
    assert seen.together("art1.png", "art1_copy.webp")
    assert seen.apart("art1.png", "art2.png", "art3.png")
