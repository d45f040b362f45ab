"""What the compare view lays over photos, as images: what changed, and where the network looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from kindred.engine.types import Photo
from kindred.gui.compare.alignment import between
from kindred.gui.compare.change_text import changes_text
from kindred.gui.compare.placement import Placement
from kindred.gui.services.i18n import tr

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from kindred.engine.embedding.explanation import Explanation

CHANGED = (255, 43, 214)  # magenta: rare in photos, and seen by every kind of colour vision
HEAT = (255, 96, 0)
VEIL = 0.55  # how much of the unchanged picture the veil hides
COLD = 0.4  # share of a heat map that stays dark
SHOWN = 6  # matches that are numbered
SIDE = 1024  # longer side, pixels, at which pictures are compared

Point = tuple[float, float]  # places 0..1 across and down the photo


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over the photos, by side, and read out."""

    layers: Mapping[int, QImage] = field(default_factory=dict)  # each over a whole photo
    points: Mapping[int, Sequence[Point]] = field(default_factory=dict)  # numbered from 1
    words: str = ""


def changes(first: Photo, second: Photo, placement: Placement) -> Overlay:
    """What visibly changed, as a layer over the first photo, and in words. Raises DecodeError.

    Brightness and colour are matched first. Runs on a reading thread.
    """
    from kindred.engine.decoding.decode import open_upright
    from kindred.engine.verification import alignment, residuals, tone_matching

    one, two = (open_upright(photo.path, max_side=SIDE) for photo in (first, second))
    laid = alignment.lay(one, two, between(placement, one, two), onto_first=True)
    found = residuals.examine(laid, tone_matching.apply_tone(laid, tone_matching.match_tone(laid)))
    drawn = found.overlaid >= found.moved
    words = changes_text(found.changed, inside=laid.inside, drawn=drawn)
    return Overlay({0: veil(found.changed)}, words=words)


def matches(found: Explanation) -> Overlay:
    """The network's heat over each photo, and its strongest matches as numbered points."""
    strongest = found.matches[:SHOWN]
    return Overlay(
        {0: heat(found.first_map), 1: heat(found.second_map)},
        {0: [match.first for match in strongest], 1: [match.second for match in strongest]},
        _said(found),
    )


def _said(found: Explanation) -> str:
    text = tr("Lit areas are what Kindred finds in both photos; equal numbers match.")
    if found.measures is None:
        return text
    figures = tr(
        "Cosine {cosine} · Euclidean distance {euclidean} · Jaccard {jaccard}",
        cosine=f"{found.measures.cosine:.3f}",
        euclidean=f"{found.measures.euclidean:.3f}",
        jaccard=f"{found.measures.tanimoto:.3f}",
    )
    return f"{text}\n{figures}"


def veil(changed: npt.NDArray[np.bool_]) -> QImage:
    """bool (h, w) -> an image that darkens what is the same and colours what changed."""
    import numpy as np

    height, width = changed.shape
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., 3] = round(255 * VEIL)
    rgba[changed] = (*CHANGED, 120)
    return _image(rgba)


def heat(strength: npt.NDArray[np.float32]) -> QImage:
    """float32 (h, w) in 0..1 -> an image that darkens what does not match and warms what does.

    The weaker part of a map is all dark: everything matches a little.
    """
    import numpy as np

    height, width = strength.shape
    rgba = np.empty((height, width, 4), np.uint8)
    least, most = float(np.quantile(strength, COLD)), max(float(strength.max()), 1e-6)
    warm = np.clip((strength - least) / max(most - least, 1e-6), 0, 1)[..., None]
    rgba[..., :3] = np.asarray(HEAT) * warm
    rgba[..., 3] = (255 * (0.6 * (1 - warm) ** 1.5 + 0.16 * warm))[..., 0]
    return _image(rgba)


def _image(rgba: npt.NDArray[np.uint8]) -> QImage:
    height, width = rgba.shape[:2]
    shared = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return shared.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
