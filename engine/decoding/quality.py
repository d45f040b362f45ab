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

# Pixels of a tile's side for `spectrum`, and tiles along each side of the picture.
_TILE, _TILES = 128, 8
LARGEST_SCALE = 0.85
_LEFT = (0.5, 0.7, 0.8), (0.02, 0.04, 0.06)  # scale, power left above its limit
_LEFT_WITHOUT_NOISE = (0.5, 0.7, 0.8), (0.013, 0.02, 0.02)
_QUIETEST, _ENOUGH = 0.1, 32  # share of the tiles that tells the noise of all, if so many

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


def spectrum(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean power by frequency, float32 (tiles, _TILE // 2), of tiles spread over `luma` (h, w).

    `luma` is at full size. Column i holds the frequencies whose larger component is about i waves
    a tile: scaling is done along rows and columns. No tiles when the picture is smaller than one.
    """
    height, width = luma.shape
    if min(height, width) < _TILE:
        return np.empty((0, _TILE // 2), np.float32)
    tops, lefts = (
        np.linspace(0, length - _TILE, min(_TILES, length // _TILE)).astype(int)
        for length in (height, width)
    )
    tiles = np.stack([luma[y : y + _TILE, x : x + _TILE] for y in tops for x in lefts])
    tiles = tiles - tiles.mean((1, 2), keepdims=True, dtype=np.float32)
    window = np.hanning(_TILE).astype(np.float32)
    power = np.abs(np.fft.rfft2(tiles * window * window[:, None])) ** 2
    waves = np.abs(np.fft.fftfreq(_TILE)) * _TILE
    ring = np.maximum(waves[:, None], np.arange(_TILE // 2 + 1)).astype(int).ravel()
    sums = np.stack([np.bincount(ring, tile.ravel()) for tile in power])
    return np.asarray(sums / np.bincount(ring), np.float32)[:, : _TILE // 2]


def is_upscaled(spectrum: NDArray[np.float32], *, scale: float) -> bool:
    """Whether a picture of that `spectrum` was enlarged from one of `scale` times its side.

    Interpolation puts next to nothing above what the smaller picture could hold, and a camera
    does. Measured on 32 photos (11 of them camera originals), enlarged by three filters from JPEG
    copies and saved as JPEG again: at scales 0.3 and 0.5, 90% of the enlarged ones have less than
    0.02 of the power just below the limit left above it and every real one more; at 0.7 and 0.8
    the limits 0.04 and 0.06 still clear every real one. Above 0.85 there is no room to tell.

    Noise that came later is as strong in tiles that show nothing, and is taken off: of 11 camera
    photos enlarged from a scale of 0.5, grained (3 levels) and saved as JPEG, 8 are found instead
    of 3, from 0.7 3 instead of none; no real one is. In few tiles there may be no quiet one.
    """
    if scale > LARGEST_SCALE or not len(spectrum):
        return False
    limit = scale * spectrum.shape[1]
    below = spectrum[:, round(0.5 * limit) : round(0.8 * limit) + 1].mean(axis=1)
    start = min(round(1.2 * limit), round(0.84 * spectrum.shape[1]))
    above = spectrum[:, start : max(round(1.9 * limit), start) + 1].mean(axis=1)
    busy = below >= np.median(below)
    noise = float(np.quantile(above, _QUIETEST))

    def left(power: NDArray[np.float32]) -> float:
        return float(np.median(power[busy] / np.maximum(below[busy], 1e-6)))

    if left(above) < float(np.interp(scale, *_LEFT)):
        return True
    if len(spectrum) < _ENOUGH:
        return False
    return left(np.maximum(above - noise, 0)) < float(np.interp(scale, *_LEFT_WITHOUT_NOISE))


def jpeg_quality(tables: Mapping[int, Sequence[int]]) -> int | None:
    """The IJG quality (1-100) whose luminance table has the sum nearest to the file's table 0.

    libjpeg scales Annex K by 5000/q % below 50 and (200 - 2q) % above (jcparam.c); other encoders'
    tables get the quality of the IJG table of like strength.
    """
    table = tables.get(0)
    if table is None or len(table) != 64:
        return None
    return 1 + int(np.abs(_TABLE_SUMS - sum(table)).argmin())


def _scaled_sum(quality: int) -> int:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return int(((_ANNEX_K * percent + 50) // 100).clip(1, 255).sum())


_TABLE_SUMS = np.array([_scaled_sum(quality) for quality in range(1, 101)])
