"""The training loss: contrast against other photos, and a term that spreads the vectors out."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def contrast(
    vectors: Tensor, names: Tensor, past: Tensor, past_names: Tensor, *, temperature: float
) -> Tensor:
    """InfoNCE over two views of each photo and a queue of past vectors.

    `vectors` is float (2n, d), unit length, first views then second; `names` int (n,), equal
    where the photo is the same. Negatives are every vector of another photo in the batch
    (SimCLR, arXiv:2002.05709) and in the queue (MoCo, arXiv:1911.05722; without a second encoder
    as in cross-batch memory, arXiv:1912.06798).
    """
    count = len(names)
    both = torch.cat([names, names])
    similarity = vectors @ torch.cat([vectors, past]).T / temperature
    same = both[:, None] == torch.cat([both, past_names])[None]
    partner = torch.arange(2 * count, device=vectors.device).roll(count)
    same[torch.arange(2 * count), partner] = False
    return cross_entropy(similarity.masked_fill(same, -torch.inf), partner)


def spread(vectors: Tensor, names: Tensor, past: Tensor, past_names: Tensor) -> Tensor:
    """The KoLeo differential-entropy estimate (arXiv:1806.03198), as SSCD uses it: minus the mean
    logarithm of each vector's distance to the nearest vector of another photo, here among the
    batch's first views, float (n, d), and the queue."""
    similarity = vectors @ torch.cat([vectors, past]).T
    same = names[:, None] == torch.cat([names, past_names])[None]
    nearest = similarity.masked_fill(same, -1).max(1).values
    return -(2 - 2 * nearest).clamp(min=1e-4).sqrt().log().mean()


def crowding(vectors: Tensor, names: Tensor, past: Tensor, past_names: Tensor) -> Tensor:
    """The mean squared cosine of photos to other photos, 1/d at best: the negative term of the
    spectral contrastive loss (arXiv:2106.04156).

    InfoNCE at a low temperature looks at the most similar photos only and lets the vectors crowd
    into few dimensions; this keeps all of them in use.
    """
    similarity = vectors @ torch.cat([vectors, past]).T
    other = names[:, None] != torch.cat([names, past_names])[None]
    return (similarity.square() * other).sum() / other.sum()
