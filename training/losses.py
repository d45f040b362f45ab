"""The training loss: contrast against other photos, terms that spread the vectors out, and the
distance to a teacher's vectors.

The first three take `similarity`, float (n, m), the cosines of n edited copies to the m photos that
are known, the n they were made of first and in order, and `same`, bool (n, m), where both are of
one photo.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def contrast(similarity: Tensor, same: Tensor, *, temperature: float) -> Tensor:
    """InfoNCE (SimCLR, arXiv:2002.05709) against a queue of vectors of a slower network (MoCo,
    arXiv:1911.05722)."""
    own = torch.arange(len(similarity), device=similarity.device)
    others = same.clone()
    others[own, own] = False
    return cross_entropy((similarity / temperature).masked_fill(others, -torch.inf), own)


def spread(similarity: Tensor, same: Tensor) -> Tensor:
    """The KoLeo differential-entropy estimate (arXiv:1806.03198), as SSCD uses it: minus the mean
    logarithm of each copy's distance to the nearest other photo."""
    nearest = similarity.masked_fill(same, -1).max(1).values
    return -(2 - 2 * nearest).clamp(min=1e-4).sqrt().log().mean()


def crowding(similarity: Tensor, same: Tensor) -> Tensor:
    """The mean squared cosine of copies to other photos, 1/d at best: the negative term of the
    spectral contrastive loss (arXiv:2106.04156).

    InfoNCE at a low temperature looks at the most similar photos only and lets the vectors crowd
    into few dimensions; this keeps all of them in use.
    """
    return (similarity.square() * ~same).sum() / (~same).sum()


def distillation(vectors: Tensor, taught: Tensor) -> Tensor:
    """The mean of 1 - cosine to the teacher's vectors of the photos that the copies were made of.

    Both are float (n, d), of unit length; a photo without a teacher's vector has zeros and does not
    count.
    """
    known = taught.any(1)
    distances = 1 - (vectors * taught).sum(1)
    return (distances * known).sum() / known.sum().clamp(min=1)
