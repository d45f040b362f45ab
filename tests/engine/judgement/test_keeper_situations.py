"""Which file stays, from outside: situations that libraries hold, with drawn photos.

benchmarks/keepers.py runs all of them on a camera's photos; here are the main ones.
"""

from pathlib import Path

import pytest

from tests.support.camera_files import shot
from tests.support.drawing import draw
from tests.support.keeper_situations import SITUATIONS, judged
from tests.support.outside import BULK, network, planned

MAIN = (
    "resave_q80_exif", "resave_q80", "blurred_exif", "oversharpened", "brightened", "mirrored",
    "greyscale", "exif_stripped", "palette_png", "png_from_jpeg", "lossless_webp_original",
    "half_size_area", "upscaled_nearest_2x", "upscaled_like_ai", "screenshot", "letterboxed",
    "watermark", "retouched", "cropped_1_percent", "truncated", "zeroed_block", "bits_flipped",
    "edits_around_a_truncated_hub", "damaged_original_and_whole_small_copy", "backup_folder",
    "name_with_number", "messenger_copy", "two_albums", "two_albums_one_preferred",
    "protected_original", "hard_link", "file_time_of_1980", "camera_clock_reset_to_2000",
    "another_shot_a_second_later", "animated_gif_and_png", "pages_and_the_first_alone",
    "one_number_differs", "gain_map", "motion_photo", "wide_gamut_and_plain",
    "alpha_and_flattened", "png_of_16_bits", "live_photo_jpeg", "sidecar_with_edits",
    "takeout_json", "edits_here_and_rating_there", "raw_and_jpeg", "rating_and_without",
    "people_and_without", "rating_in_a_resave", "makers_default_caption_is_nothing",
    "words_in_both", "crop_of_a_crop", "resave_of_a_resave", "many_copies", "flag_changed_later",
)  # fmt: skip


@pytest.fixture(autouse=True)
def loaded_network(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = network()
    monkeypatch.setattr("kindred.engine.embedding.embedder.load", lambda name, **_: loaded)


@pytest.mark.parametrize("name", MAIN)
def test_the_right_file_stays(name: str, tmp_path: Path) -> None:
    number = 1 + MAIN.index(name) % 4  # names of the files differ with it
    photo = shot(number, draw(number, (640, 480)))
    folder = tmp_path / "photos"
    folder.mkdir()
    expected = SITUATIONS[name](photo, folder)
    words = [word.format(folder=folder) for word in expected.words]
    outcome, fault = judged(expected, [r for r in planned(folder, *words) if r.tier in BULK])
    assert outcome in ("right", "undecided"), fault
