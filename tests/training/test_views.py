"""training.views: batches that follow from seed and step alone."""

import dataclasses

import numpy as np

from training.views import REPEATS, Plan, Views, choose

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 48, 48, 3), np.uint8)
NONE = np.zeros(0, np.int64)
PLAN = Plan(PIXELS, np.arange(5, 40), NONE, batch=8, side=32, seed=1, steps=range(10, 13))


def test_an_epoch_shows_every_photo_once() -> None:
    plan = dataclasses.replace(PLAN, photos=np.arange(32))
    batches = [choose(plan, step) for step in range(4)]
    assert sorted(np.concatenate(batches)) == list(range(32))


def test_look_alikes_are_shown_more_often_but_once_a_batch() -> None:
    plan = dataclasses.replace(PLAN, photos=np.arange(32), often=np.array([3]), batch=7)
    batches = [choose(plan, step).tolist() for step in range((32 + REPEATS) // 7)]
    assert {photo for batch in batches for photo in batch} == set(range(32))
    assert sum(3 in batch for batch in batches) > 1
    assert all(len(batch) == len(set(batch)) for batch in batches)


def test_a_batch_is_the_same_whenever_it_is_made() -> None:
    views, names = Views(PLAN)[1]
    again, names_again = Views(PLAN)[1]
    other, _ = Views(PLAN)[2]
    assert views.shape == (2 * len(names), 32, 32, 3)
    np.testing.assert_array_equal(views, again)
    np.testing.assert_array_equal(names, names_again)
    assert views.shape != other.shape or not np.array_equal(views, other)
