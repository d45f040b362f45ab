import struct
import zlib

import pytest
import rawpy
from PIL import Image, UnidentifiedImageError

from kindred.engine.decoding.decoder_errors import as_decode_errors
from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason


def translated(error: BaseException) -> DecodeError:
    with pytest.raises(DecodeError) as caught, as_decode_errors("PNG"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error",
    [
        OSError("image file is truncated"),
        UnidentifiedImageError("x"),
        ValueError("x"),
        IndexError("x"),
        TypeError("x"),
        SyntaxError("x"),
        KeyError("x"),
        EOFError(),
        AttributeError("x"),
        RuntimeError("x"),
        OverflowError("x"),
        ZeroDivisionError(),
        AssertionError(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
        struct.error("x"),
        zlib.error("x"),
        UserWarning("x"),
        rawpy.LibRawDataError("x"),
        rawpy.LibRawIOError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_nonsense_in_the_data_is_damage(error: Exception) -> None:
    found = translated(error)
    assert found.reason is SkipReason.DAMAGED
    assert str(found).startswith("PNG: ")
    assert found.__cause__ is error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Image.DecompressionBombError("x"), SkipReason.TOO_LARGE),
        (Image.DecompressionBombWarning("x"), SkipReason.TOO_LARGE),
        (MemoryError(), SkipReason.TOO_LARGE),
        (rawpy.LibRawTooBigError("x"), SkipReason.TOO_LARGE),
        (NotImplementedError("x"), SkipReason.UNSUPPORTED),
        (OSError("decoder jpeg2k not available"), SkipReason.UNSUPPORTED),
        (rawpy.LibRawFileUnsupportedError("x"), SkipReason.UNSUPPORTED),
        (rawpy.LibRawNoThumbnailError("x"), SkipReason.NO_PREVIEW),
        (rawpy.LibRawUnsupportedThumbnailError("x"), SkipReason.NO_PREVIEW),
        (RecursionError("x"), SkipReason.CRASHED),
        (type("Unheard", (Exception,), {})("x"), SkipReason.CRASHED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_reasons(error: Exception, reason: SkipReason) -> None:
    assert translated(error).reason is reason


def test_detail_is_one_short_line_and_never_empty() -> None:
    assert str(translated(ValueError("a\n  b\t" + "c" * 1000))).startswith("PNG: a b ccc")
    assert len(str(translated(ValueError("c" * 1000)))) == 200
    assert str(translated(EOFError())) == "PNG: EOFError"
    assert "header" in str(translated(UnidentifiedImageError("<_io.BytesIO object at 0x7f>")))


def test_a_reason_given_by_the_decoder_stays() -> None:
    error = DecodeError(SkipReason.NO_PREVIEW, "none")
    assert translated(error) is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_failure_passes(error: type[BaseException]) -> None:
    with pytest.raises(error), as_decode_errors("PNG"):
        raise error
