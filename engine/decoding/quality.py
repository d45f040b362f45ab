"""How good a decoded picture is to keep: sharpness, exposure, detail, JPEG quality."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Luminance is measured with its longer side at this many pixels, so that values of copies of
# different sizes can be compared. Smaller pictures are measured as they are.
MEASURED_SIDE = 256

# Spread in grey levels (of 255) below which a channel counts as one colour, ignoring the half
# per cent of pixels at each end.
_FLAT_SPREAD = 16

# Luminance table of ITU-T T.81 Annex K.1, which libjpeg scales by its quality setting. The order
# does not matter here.
# fmt: off
_ANNEX_K = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
])
# fmt: on


def luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rec. 601 luma 0..255 of `rgb` (h, w, 3), longer side at most MEASURED_SIDE."""
    grey = Image.fromarray(rgb).convert("L")
    scale = MEASURED_SIDE / max(grey.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in grey.size)
        grey = grey.resize((width, height), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float32)


def sharpness(luma: NDArray[np.float32]) -> float:
    """Variance of the four-neighbour Laplacian, in grey levels squared; larger is sharper.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float((around - 4 * middle).var())


def exposure(luma: NDArray[np.float32]) -> float:
    """0 (black or burnt out) to 1: the unclipped share of pixels times how central their mean is.

    Clipped is below 3 or above 252; centrality is 1 - (2 mean / 255 - 1)^2.
    """
    clipped = float(((luma < 3) | (luma > 252)).mean())
    centre = 1 - (2 * float(luma.mean()) / 255 - 1) ** 2
    return max(0.0, (1 - clipped) * centre)


def is_flat(rgb: NDArray[np.uint8]) -> bool:
    """One colour, black, or empty but for less than a hundredth of the pixels."""
    counts = np.reshape(Image.fromarray(rgb).histogram(), (3, 256)).cumsum(axis=1)
    ignored = 0.005 * counts[0, -1]
    low = (counts <= ignored).sum(axis=1)
    high = (counts < counts[0, -1] - ignored).sum(axis=1)
    return bool((high - low).max() < _FLAT_SPREAD)


def jpeg_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """The IJG quality (1-100) whose luminance table has the sum nearest to the file's table 0.

    libjpeg scales Annex K by 5000/q % below 50 and (200 - 2q) % above (jcparam.c); other encoders'
    tables get the quality of the IJG table of like strength.
    """
    table = tables.get(0)
    if table is None or len(table) != 64:
        return None
    return 1 + int(np.abs(_TABLE_SUMS - sum(table)).argmin())


def _table_sum(quality: int) -> int:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return int(((_ANNEX_K * percent + 50) // 100).clip(1, 255).sum())


_TABLE_SUMS = np.array([_table_sum(quality) for quality in range(1, 101)])
