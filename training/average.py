"""Average the weights of checkpoints of one run: `python -m training.average FILES... --out FILE`.

Checkpoints of one trajectory lie in one basin, and their mean finds more copies than the last of
them (model soups, arXiv:2203.05482).
"""

import argparse
from pathlib import Path

import torch

from kindred.engine.embedding.network import load
from training.export import save


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, nargs="+", help=".safetensors files of one run")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    options = parser.parse_args()
    network, description = load(options.weights[-1])
    states = [load(path)[0].state_dict() for path in options.weights]
    network.load_state_dict(
        {
            name: torch.stack([state[name].float() for state in states]).mean(0).to(last.dtype)
            for name, last in states[-1].items()
        }
    )
    save(
        network,
        options.out,
        config=description["config"],
        side=description["input_size"],
        origin=description.get("origin", {}),
    )


if __name__ == "__main__":
    main()
