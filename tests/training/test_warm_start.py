"""training.warm_start: weights of others in the trunk, and a head fitted to a teacher."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from kindred.engine.embedding.network import Network, build
from tests.training.test_data import write_photos
from training.data import prepare
from training.warm_start import TRUNK, VARIANCE, copy_trunk, fit_head


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return build(TRUNK | {"dim": 4})


def given(network: Network) -> dict[str, torch.Tensor]:
    """A state of the whole network as others name its tensors, with more layers behind."""
    state = torch.nn.Sequential(network.stem, network.stages).state_dict()
    named = {
        f"other.{number}.{k}": torch.rand_like(v.float())
        for number, (k, v) in enumerate(
            (k, v) for k, v in state.items() if not k.endswith("num_batches_tracked")
        )
    }
    return named | {"classifier": torch.zeros(1000, 8)}


def test_tensors_are_copied_in_order(network: Network) -> None:
    state = given(network)
    copy_trunk(network, state)
    first, *_, last, _ = state
    assert torch.equal(network.stem[0].weight, state[first])
    expected = state[last] + VARIANCE - 1e-5
    torch.testing.assert_close(network.stages[-2].running_var, expected)


def test_another_architecture_is_refused(network: Network) -> None:
    state = given(network)
    state[list(state)[5]] = torch.zeros(3, 3)
    with pytest.raises(ValueError, match=r"not \(3, 3\)"):
        copy_trunk(network, state)


def test_fitted_head_gives_the_taught_vectors(network: Network, tmp_path: Path) -> None:
    write_photos(tmp_path / "photos", 40)
    pictures = prepare([tmp_path / "photos"], side=64, cache=tmp_path, held_out=8)
    colours = torch.from_numpy(pictures.pixels[pictures.train].mean((1, 2)).astype(np.float32))
    taught = normalize(colours - colours.mean(0), dim=1)
    taught = torch.nn.functional.pad(taught, (0, 1))
    taught[0] = 0  # not computed yet
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1
    network.train()(torch.from_numpy(pictures.pixels[pictures.train]))
    fit_head(network, pictures, taught, photos=100, side=64, ridge=1e-3)
    with torch.inference_mode():
        vectors = network.eval()(torch.from_numpy(pictures.pixels[pictures.train[1:]]))
    assert (vectors * taught[1:]).sum(1).mean() > 0.5
