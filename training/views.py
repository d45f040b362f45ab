"""Training batches: which photos go together, and their two views, made in worker processes."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from training.augment import edit_heavily, edit_lightly
from training.overlays import Bank, draw_bank

REPEATS = 3


@dataclass(frozen=True)
class Plan:
    """What a round of training sees; every batch follows from it and the step alone."""

    pixels: NDArray[np.uint8]
    photos: NDArray[np.int64]
    often: NDArray[np.int64]  # positions in `photos` of those that are drawn REPEATS times more
    batch: int
    side: int
    seed: int
    steps: range


def choose(plan: Plan, step: int) -> NDArray[np.int64]:
    """The positions in `plan.photos` of one batch, in the order of a new permutation each epoch."""
    deck = np.concatenate([np.arange(len(plan.photos)), np.repeat(plan.often, REPEATS)])
    epoch, start = divmod(step * plan.batch, len(deck))
    order = [np.random.default_rng((plan.seed, epoch + e)).permutation(deck) for e in (0, 1)]
    return np.unique(np.concatenate(order)[start : start + plan.batch])


class Views(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Item i is the batch of step `plan.steps[i]`: uint8 (2n, S, S, 3) views and int64 (n,) names.

    The first n views are light edits, the last n heavy ones of the same photos.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bank: Bank | None = None

    def __len__(self) -> int:
        return len(self.plan.steps)

    def __getitem__(self, item: int) -> tuple[torch.Tensor, torch.Tensor]:
        plan = self.plan
        if self.bank is None:
            cv2.setNumThreads(1)
            self.bank = draw_bank(plan.side, count=256, seed=plan.seed)
        random = np.random.default_rng((plan.seed, plan.steps[item], 1))
        names = choose(plan, plan.steps[item])
        photos = [plan.pixels[i] for i in plan.photos[names]]
        views = [edit_lightly(p, plan.side, random) for p in photos]
        views += [edit_heavily(p, plan.side, self.bank, random) for p in photos]
        return torch.from_numpy(np.stack(views)), torch.from_numpy(names)


def load(plan: Plan, *, workers: int) -> DataLoader[tuple[torch.Tensor, torch.Tensor]]:
    """The round's batches in order, made by `workers` processes ahead of need."""
    ahead = 3 if workers else None
    return DataLoader(Views(plan), batch_size=None, num_workers=workers, prefetch_factor=ahead)


def resize(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """uint8 (n, m, m, 3) to (n, side, side, 3) by area averaging."""
    return np.stack([cv2.resize(p, (side, side), interpolation=cv2.INTER_AREA) for p in pixels])
