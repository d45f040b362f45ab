"""The preview that a camera put into its RAW file, read through LibRaw; nothing is developed."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

from PIL import Image

from kindred.engine.decoding.formats import Opened, Wanted, open_picture

# LibRaw's flip codes (dcraw's: 3 half turn, 5 to the left, 6 to the right) as EXIF orientations.
_FLIPS = {3: 3, 5: 8, 6: 6}
# A preview whose sides are in another proportion than the sensor's shows another frame.
_ASPECT_TOLERANCE = 0.03
# First bytes of the RAW formats that are TIFF files with the usual signature or one of their own.
_TIFF_LIKE = (b"II*\0", b"MM\0*", b"IIRO", b"IIRS", b"MMOR", b"IIU\0")


def open_preview(data: bytes, *, wanted: Wanted) -> Opened | None:
    """The larger preview of a RAW file, or None when LibRaw does not know `data` as one.

    The size is the RAW picture's where the preview has its proportions, else the preview's own.
    Raises DecodeError or LibRaw's errors, see engine.decoding.decoder_errors.
    """
    import rawpy

    try:
        raw = rawpy.imread(BytesIO(data))
    except rawpy.LibRawFileUnsupportedError:
        return None
    with raw:
        frame = (raw.sizes.width, raw.sizes.height)
        orientation = _FLIPS.get(raw.sizes.flip, 1)
        taken_at = _local_time(raw.other.timestamp)
        thumbnail = raw.extract_thumb().data
        if isinstance(thumbnail, bytes):
            preview = open_picture(thumbnail, name="preview.jpg", wanted=wanted)
        else:
            preview = _from_bitmap(Image.fromarray(thumbnail))
    turn, size = _upright(frame, orientation, preview.source_size)
    return replace(
        preview,
        size=size,
        turn=turn,
        orientation=orientation,
        format="RAW",
        exif=data if data.startswith(_TIFF_LIKE) else None,
        taken_at=taken_at,
    )


def _from_bitmap(picture: Image.Image) -> Opened:
    return Opened(picture, picture, picture.size, picture.size, 1, 1, "RAW", damaged=False)


def _upright(
    frame: tuple[int, int], orientation: int, preview: tuple[int, int]
) -> tuple[int, tuple[int, int]]:
    """The turn the preview still needs, and the upright size of the whole picture.

    Cameras store previews the way the sensor lies; a preview that already stands, while the
    sensor's frame lies, was turned by the camera.
    """
    upright = frame[::-1] if orientation >= 5 else frame
    turned = orientation >= 5 and _same_shape(preview, upright) and not _same_shape(preview, frame)
    turn = 1 if turned else orientation
    shown = preview[::-1] if turn >= 5 else preview
    return turn, upright if _same_shape(shown, upright) else shown


def _same_shape(first: tuple[int, int], second: tuple[int, int]) -> bool:
    ratio = (first[0] * second[1]) / max(first[1] * second[0], 1)
    return abs(ratio - 1) <= _ASPECT_TOLERANCE


def _local_time(timestamp: datetime | None) -> str | None:
    """LibRaw reads the camera's clock as if it stood in this machine's time zone."""
    if timestamp is None or timestamp.year < 1980:
        return None
    return timestamp.astimezone().replace(tzinfo=None, microsecond=0).isoformat()
