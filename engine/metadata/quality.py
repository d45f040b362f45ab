"""Coarseness of quantisation on one scale, that of libjpeg's quality, whatever the codec."""

import numpy as np

# Measured: the libjpeg quality (4:2:0) at which the brightness of a JPEG is as near to the picture
# (PSNR) as that of the other codec's at the index; the median of 7 photos of 900 pixels.
_VP8 = (0.0, 127.0), (97.0, 5.0)
_AV1 = (0.0, 255.0), (99.0, 2.0)
_HEVC = (0.0, 51.0), (99.0, 2.0)


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
