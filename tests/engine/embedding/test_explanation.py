import numpy as np

from kindred.engine.embedding.explanation import explain


def test_the_same_region_elsewhere_is_found() -> None:
    random = np.random.default_rng(0)
    first = random.normal(0, 0.1, (32, 7, 7)).astype(np.float32)
    second = random.normal(0, 0.1, (32, 7, 7)).astype(np.float32)
    thing = random.normal(0, 1, 32).astype(np.float32)
    first[:, 1, 2] = thing
    second[:, 5, 4] = thing
    found = explain(first, second)
    assert found.first_map.shape == (7, 7)
    assert np.unravel_index(found.first_map.argmax(), (7, 7)) == (1, 2)
    assert np.unravel_index(found.second_map.argmax(), (7, 7)) == (5, 4)
    assert found.matches[0].first == (2.5 / 7, 1.5 / 7)
    assert found.matches[0].second == (4.5 / 7, 5.5 / 7)


def test_maps_stay_between_0_and_1_and_shapes_may_differ() -> None:
    random = np.random.default_rng(1)
    found = explain(
        random.normal(size=(8, 4, 6)).astype(np.float32), np.zeros((8, 3, 5), np.float32)
    )
    for heat, shape in ((found.first_map, (4, 6)), (found.second_map, (3, 5))):
        assert heat.shape == shape
        assert heat.dtype == np.float32
        assert heat.min() >= 0
        assert heat.max() <= 1
