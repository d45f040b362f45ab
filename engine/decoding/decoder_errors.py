"""The one place where an exception of a decoder becomes the reason a photo is skipped."""

import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from kindred.engine.errors import DecodeError
from kindred.engine.types import SkipReason

log = logging.getLogger(__name__)

_DETAIL_LENGTH = 200

# By class name, so that LibRaw need not be imported to name its errors.
_RAW_REASONS = {
    "LibRawNoThumbnailError": SkipReason.NO_PREVIEW,
    "LibRawRequestForNonexistentThumbnailError": SkipReason.NO_PREVIEW,
    "LibRawUnsupportedThumbnailError": SkipReason.NO_PREVIEW,
    "LibRawFileUnsupportedError": SkipReason.UNSUPPORTED,
    "LibRawNotImplementedError": SkipReason.UNSUPPORTED,
    "NotSupportedError": SkipReason.UNSUPPORTED,
    "LibRawTooBigError": SkipReason.TOO_LARGE,
    "LibRawUnsufficientMemoryError": SkipReason.TOO_LARGE,
    "LibRawMemPoolOverflowError": SkipReason.TOO_LARGE,
}
# What libheif and libavif say in an exception of no kind of its own.
_OUT_OF_MEMORY = ("memory", "security limit")
# What Pillow and libheif say of kinds that they do not read.
_UNKNOWN = (
    "unsupported", "not supported", "not implemented", "not configured", "unknown pixel mode",
    "unrecognized image mode", "unknown compression",
)  # fmt: skip
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
# What decoders raise on data that makes no sense to them.
_SENSELESS = (LookupError, TypeError, AttributeError, AssertionError, struct.error)
_DAMAGED = (
    OSError,
    ValueError,  # UnicodeError too
    LookupError,  # IndexError, KeyError
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    ArithmeticError,  # OverflowError, ZeroDivisionError
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
    Warning,
)


class NotHere(Exception):  # noqa: N818 - no error: it is to be done by a helper process
    """What a picture needs must not be done in this process, see engine.decoding.helper_pool."""


@contextmanager
def as_decode_errors(kind: str) -> Iterator[None]:
    """Turns whatever a decoder raises inside the block into DecodeError.

    `kind` is the format the data claims to be; it starts the detail line. KeyboardInterrupt and
    its like pass through.
    """
    try:
        yield
    except (DecodeError, NotHere):
        raise
    except Exception as error:
        reason = _reason(error)
        if reason is SkipReason.CRASHED:
            log.warning("unexpected exception of a decoder", exc_info=error)
        raise DecodeError(reason, _detail(kind, error)) from error


def to_decode_error(kind: str, error: Exception) -> DecodeError:
    """The reason that a decoder's exception stands for; `kind` as in `as_decode_errors`."""
    return (
        error
        if isinstance(error, DecodeError)
        else DecodeError(_reason(error), _detail(kind, error))
    )


def _reason(error: Exception) -> SkipReason:
    for cls in type(error).__mro__:
        if cls.__name__ in _RAW_REASONS:
            return _RAW_REASONS[cls.__name__]
    if isinstance(error, _TOO_LARGE) or any(word in str(error).lower() for word in _OUT_OF_MEMORY):
        return SkipReason.TOO_LARGE
    if isinstance(error, NotImplementedError) or _has_no_decoder(error) or _is_unsupported(error):
        return SkipReason.UNSUPPORTED
    if isinstance(error, RecursionError):
        return SkipReason.CRASHED
    if isinstance(error, _DAMAGED) or type(error).__name__.startswith("LibRaw"):
        return SkipReason.DAMAGED
    return SkipReason.CRASHED


def _is_unsupported(error: Exception) -> bool:
    """Whether the decoder says that the file is of a kind that it does not know."""
    text = str(error).lower()
    return any(words in text for words in _UNKNOWN)


def _has_no_decoder(error: Exception) -> bool:
    """Whether Pillow says that it was built without what this file needs."""
    text = str(error)
    return isinstance(error, OSError) and "decoder" in text and "not available" in text


def _detail(kind: str, error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"{kind}: the header cannot be read"
    if isinstance(error, _SENSELESS) or str(error) == "index out of range":
        return f"{kind}: its data makes no sense"
    said = error.args[0] if error.args else ""
    # LibRaw's words are bytes.
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    text = " ".join(text.split()) or type(error).__name__
    return f"{kind}: {text}"[:_DETAIL_LENGTH]
