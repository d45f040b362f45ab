from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kindred.engine.decoding.decode import decode, open_luminance, open_upright
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason
from tests.support.drawing import draw
from tests.support.negatives import HEIGHT, WIDTH, dng

ORIENTATIONS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270,
                8: Image.Transpose.ROTATE_90}  # fmt: skip


def distance(first: np.ndarray, second: Image.Image) -> float:
    small = [
        np.asarray(picture.resize((16, 16), Image.Resampling.BILINEAR), float)
        for picture in (Image.fromarray(first), second)
    ]
    return float(abs(small[0] - small[1]).mean())


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_preview_is_shown_upright_in_the_raw_frame(orientation: int, tmp_path: Path) -> None:
    preview = draw(1, (160, 120))
    turn = ORIENTATIONS[orientation]
    upright = preview if turn is None else preview.transpose(turn)
    data = dng(preview, orientation=orientation)
    decoded = decode(data, name="A.DNG", side=100)
    size = (HEIGHT, WIDTH) if orientation >= 5 else (WIDTH, HEIGHT)
    assert (decoded.info.width, decoded.info.height) == size
    assert (decoded.info.format, decoded.info.orientation) == ("RAW", orientation)
    assert decoded.info.jpeg_quality is None
    assert distance(decoded.rgb, upright) < 3
    path = tmp_path / "a.dng"
    path.write_bytes(data)
    assert open_upright(path, max_side=None).shape == (upright.height, upright.width, 3)
    assert distance(open_upright(path, max_side=64), upright) < 3
    assert open_luminance(path).size == preview.width * preview.height


def test_preview_that_already_stands_is_not_turned_again() -> None:
    upright = draw(1, (120, 160))
    decoded = decode(dng(upright, orientation=6), name="a.dng", side=100)
    assert (decoded.info.width, decoded.info.height) == (HEIGHT, WIDTH)
    assert distance(decoded.rgb, upright) < 3


def test_preview_of_another_shape_has_its_own_frame() -> None:
    wide = draw(1, (192, 108))
    decoded = decode(dng(wide), name="a.dng", side=100)
    assert (decoded.info.width, decoded.info.height) == (192, 108)


def test_metadata_comes_from_the_raw_file() -> None:
    info = decode(dng(draw(1, (160, 120))), name="a.dng", side=100).info
    assert (info.camera, info.taken_at) == ("Maker Model R", "2021-05-01T12:34:56")


def test_without_a_preview() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(dng(None), name="a.dng", side=100)
    assert caught.value.reason is SkipReason.NO_PREVIEW


def test_truncated_raw_ends_with_a_reason() -> None:
    data = dng(draw(1, (160, 120)))
    for kept in range(0, len(data), len(data) // 23):
        try:
            decode(data[:kept], name="a.dng", side=100)
        except DecodeError as error:
            assert error.reason is not SkipReason.CRASHED
