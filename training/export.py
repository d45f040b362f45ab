"""Write a trained network as float16 safetensors with the description `engine.network.load` reads."""

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from engine.network import Network


def save(network: Network, path: Path, *, config: dict[str, Any], side: int) -> None:
    """`path` (.safetensors, float16) and the .json beside it."""
    state = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    save_file({k: v.contiguous() for k, v in state.items()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    description = {"id": f"{path.stem}-{digest[:12]}", "input_size": side, "config": config}
    path.with_suffix(".json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")
