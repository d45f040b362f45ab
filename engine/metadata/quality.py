"""Coarseness of quantisation on one scale, that of libjpeg's quality, whatever the codec."""

import numpy as np

# Measured: the libjpeg quality (4:2:0) at which the brightness of a JPEG is as near to the picture
# (PSNR) as that of the other codec's at the index; the median of 5 photos of 512 pixels, written by
# libwebp, libaom and x265. Photos differ from it by up to 5 above 85, by up to 18 below.
_VP8 = (
    (0.0, 7.5, 15.4, 28.3, 35.9, 48.1, 65.1, 88.5, 127.0),
    (96.9, 92.9, 86.0, 71.5, 61.2, 42.3, 23.1, 12.1, 5.8),
)
_AV1 = (
    (0.0, 12.0, 32.0, 60.0, 92.0, 120.0, 148.0, 172.0, 208.0, 236.0, 255.0),
    (100.0, 97.7, 95.5, 91.0, 85.9, 76.1, 56.9, 28.9, 12.4, 7.1, 5.2),
)
_HEVC = (
    (0.0, 4.0, 9.0, 14.0, 19.0, 24.0, 32.0, 39.0, 47.0),
    (100.0, 99.6, 98.2, 96.3, 92.0, 82.6, 35.7, 9.3, 3.8),
)


def of_vp8(index: float) -> float:
    """libjpeg's quality (1-100) for the quantiser index (0-127) of VP8."""
    return _on_scale(index, _VP8)


def of_av1(index: float) -> float:
    """libjpeg's quality (1-100) for base_q_idx (0-255) of AV1."""
    return _on_scale(index, _AV1)


def of_hevc(index: float) -> float:
    """libjpeg's quality (1-100) for the QP (0-51) of HEVC."""
    return _on_scale(index, _HEVC)


def _on_scale(index: float, measured: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    return round(float(np.interp(index, *measured)), 1)
