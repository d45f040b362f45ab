"""Train the built-in network without labels: `python -m training.train --data PHOTOS --out FILE`.

An edited copy of a photo must be nearer to the photo than to others: SSCD (arXiv:2202.10261) made
for a small machine. A short ResNet stands in for the large one, as small networks learn copy
detection well (RDCD, arXiv:2405.17928), and a queue of past vectors for a large batch. The photos'
vectors come from the averaged weights (MoCo, arXiv:1911.05722): were they its own, the network
could lower its loss by drifting away from its past. Low resolution first, the final one last
(arXiv:1906.06423). A teacher (training/teacher.py) may say where the photos' vectors belong, and
a trunk that others trained (training/warm_start.py) may be where it starts.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from kindred.engine.embedding.network import Network, build, load
from training.data import CACHED_SIDE, Pictures, prepare
from training.evaluate import check, edited_photos, has_bf16
from training.export import save
from training.losses import contrast, crowding, distillation, spread
from training.teacher import SIDE as TEACHER_SIDE
from training.teacher import targets
from training.views import Plan
from training.views import load as load_views

CONFIG: dict[str, Any] = {
    "blocks": [1, 2, 1, 1],
    "dim": 256,
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
}
LOOK_ALIKES = 0.125  # share of the photos whose nearest other photo is nearest: seen more often


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--data", type=Path, nargs="+", required=True, help="folders and tar files of photos")
    add("--out", type=Path, required=True, help="the .safetensors file to write")
    add("--work", type=Path, default=Path("runs/train"), help="cache, checkpoints and log")
    add("--init", type=Path, help="start from this .safetensors instead of random weights")
    add("--teacher", type=Path, help="the .onnx or TorchScript whose vectors training.teacher made")
    add("--teacher-side", type=int, default=TEACHER_SIDE, help="side of the teacher's input")
    add("--frozen", type=int, default=0, help="stages that keep their weights, the stem first")
    add("--hold-statistics", action="store_true", help="keep those of batch norm, as in --init")
    add("--minutes", type=float, help="stop after this long instead of after --steps")
    add("--steps", type=int, default=3000)
    add("--round", type=int, default=200, help="steps between checkpoints")
    add("--batch", type=int, default=64, help="photos a step and process")
    add("--queue", type=int, default=8192, help="past vectors kept as negatives, a process")
    add("--sides", type=int, nargs=2, default=(112, 144), help="side of the views, early and late")
    add("--side", type=int, default=160, help="side of the input once trained")
    add("--switch", type=float, default=0.6, help="share of the run with the early side")
    add("--rate", type=float, default=1.5e-3)
    add("--hold-head", action="store_true", help="learn the trunk alone; for a whitened --init")
    add("--temperature", type=float, default=0.05)
    add("--spread", type=float, default=2.0, help="weight of the KoLeo term")
    add("--crowding", type=float, default=40.0, help="weight of the mean squared cosine")
    add("--distillation", type=float, default=10.0, help="weight of the distance to the teacher's")
    add("--held-out", type=int, default=500, help="photos kept for validation")
    add("--checked", type=int, default=500, help="of them, those measured after each round")
    add("--decay", type=float, default=0.996, help="of the averaged weights, a step")
    add("--warm-up", type=int, default=100, help="steps until the whole rate")
    add("--workers", type=int, default=1)
    add("--seed", type=int, default=0)
    add("--device", default=_device())
    return parser


def _device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def make_optimiser(network: nn.Module, rate: float) -> torch.optim.Optimizer:
    learning = [p for p in network.parameters() if p.requires_grad]
    matrices = [p for p in learning if p.dim() > 1]
    others = [p for p in learning if p.dim() <= 1]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate)


def processes() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Which of the processes this is, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def longest_of_all(seconds: float) -> float:
    """The largest `seconds` of all processes, so that they stop at the same step."""
    value = torch.tensor(seconds)
    if distributed.is_initialized():
        distributed.all_reduce(value, distributed.ReduceOp.MAX)
    return float(value)


class Run:
    """The state of one training run: everything a checkpoint holds."""

    def __init__(
        self,
        options: argparse.Namespace,
        network: Network,
        *,
        taught: Tensor | None = None,
    ) -> None:
        """`taught` holds the teacher's vector of every photo, float32 (photos, dim), zeros where
        there is none."""
        self.options = options
        self.taught = None if taught is None else taught.to(options.device)
        for part in (network.stem, *network.stages)[: options.frozen]:
            part.requires_grad_(requires_grad=False)
        network.head.requires_grad_(not options.hold_head)
        self.network: Network = network.to(options.device).to(memory_format=torch.channels_last)
        self.averaged = AveragedModel(
            network, multi_avg_fn=get_ema_multi_avg_fn(options.decay), use_buffers=True
        ).eval()
        self.learner: nn.Module = network
        if processes() > 1:
            self.learner = DistributedDataParallel(network)
        self.optimiser = make_optimiser(network, options.rate)
        self.past = torch.zeros(0, network.head.out_features, device=options.device)
        self.past_names = torch.zeros(0, dtype=torch.int64, device=options.device)
        self.step, self.seconds = 0, 0.0

    @property
    def average(self) -> Network:
        """The network with the averaged weights."""
        return cast("Network", self.averaged.module)

    def progress(self) -> float:
        if self.options.minutes:
            return min(1.0, self.seconds / 60 / float(self.options.minutes))
        return min(1.0, self.step / float(self.options.steps))

    def learn(self, views: Tensor, names: Tensor) -> list[float]:
        """One step; returns the parts of the loss."""
        options = self.options
        warm = min(1.0, (self.step + 1) / options.warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = (
                options.rate * warm * (0.01 + 0.495 * (1 + math.cos(math.pi * self.progress())))
            )
        views, names = views.to(options.device), names.to(options.device)
        photos, copies = views.chunk(2)
        with torch.autocast(options.device, torch.bfloat16, enabled=has_bf16(options.device)):
            with torch.no_grad():
                known = self.averaged(photos)
            vectors = self.learner(copies)
        self.past = torch.cat([known, self.past])[: len(names) + options.queue]
        self.past_names = torch.cat([names, self.past_names])[: len(names) + options.queue]
        similarity = vectors @ self.past.T
        same = names[:, None] == self.past_names
        apart = contrast(similarity, same, temperature=options.temperature)
        wide, crowded = spread(similarity, same), crowding(similarity, same)
        taught = vectors.new_zeros(())
        if self.taught is not None:
            taught = distillation(vectors, self.taught[names])
        self.optimiser.zero_grad()
        loss = apart + options.spread * wide + options.crowding * crowded
        (loss + options.distillation * taught).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.averaged.update_parameters(self.network)
        self.step += 1
        return [float(part.detach()) for part in (apart, wide, crowded, taught)]

    def start_learning(self) -> None:
        """Training mode, but for what keeps its statistics."""
        self.network.train()
        for number, part in enumerate((self.network.stem, *self.network.stages)):
            if self.options.hold_statistics or number < self.options.frozen:
                part.eval()

    def look_alikes(self) -> NDArray[np.int64]:
        """Of the photos in the queue, the names of those that are most like another one."""
        if not len(self.past):
            return np.zeros(0, np.int64)
        nearest = torch.cat(
            [
                (part @ self.past.T).masked_fill(names[:, None] == self.past_names, -1).amax(1)
                for part, names in zip(
                    self.past.split(1024), self.past_names.split(1024), strict=True
                )
            ]
        )
        few = nearest.topk(round(LOOK_ALIKES * len(nearest))).indices
        found: NDArray[np.int64] = self.past_names[few].unique().cpu().numpy()
        return found

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "past": self.past,
            "past_names": self.past_names,
            "step": self.step,
            "seconds": self.seconds,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        state = torch.load(path, map_location=self.options.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.past, self.past_names = state["past"], state["past_names"]
        self.step, self.seconds = state["step"], state["seconds"]


def train_round(
    run: Run, pictures: Pictures, edited: dict[str, NDArray[np.uint8]]
) -> dict[str, float]:
    """Train one round and measure the averaged weights on held-out photos."""
    options = run.options
    began = time.monotonic()
    side = options.sides[run.progress() >= options.switch]
    last = run.step + options.round
    if not options.minutes:
        last = min(last, options.steps)
    plan = Plan(
        pictures.pixels,
        pictures.train,
        run.look_alikes(),
        options.batch,
        side,
        options.seed,
        range(run.step * processes() + rank(), last * processes(), processes()),
    )
    run.start_learning()
    first, seen, sums, mark = run.step, 0, np.zeros(4), time.monotonic()
    for views, names in load_views(plan, workers=options.workers):
        sums += run.learn(views, names)
        seen += len(views) * processes()
        now = time.monotonic()
        run.seconds, began = run.seconds + now - began, now
        run.seconds = longest_of_all(run.seconds)
        if run.progress() >= 1:
            break
    parts = sums / (run.step - first)
    report = {
        "step": run.step,
        "minutes": run.seconds / 60,
        "side": side,
        "contrast": parts[0],
        "spread": parts[1],
        "crowding": parts[2],
        "distillation": parts[3],
        "views_per_second": seen / (time.monotonic() - mark),
    }
    if rank() == 0:
        report |= check(run.average, edited, device=options.device, fast=has_bf16(options.device))
    return report


def main() -> None:
    options = arguments().parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if "RANK" in os.environ:  # started by torchrun
        distributed.init_process_group("gloo")
    pictures = prepare(
        options.data, side=CACHED_SIDE, cache=options.work / "cache", held_out=options.held_out
    )
    edited = {}
    if rank() == 0:
        edited = edited_photos(pictures.pixels[pictures.held_out[: options.checked]], options.side)
    torch.manual_seed(options.seed)
    network, config, origin = build(CONFIG), CONFIG, {}
    if options.init:
        network, description = load(options.init)
        config, origin = description["config"], description.get("origin", {})
    origin |= {"data": [source.name for source in options.data]}
    taught = None
    if options.teacher:
        taught = targets(
            options.teacher,
            pictures,
            side=options.teacher_side,
            cache=options.work / "cache",
        )
        if taught.shape[1] != config["dim"]:
            raise SystemExit(f"the teacher has {taught.shape[1]} numbers, not {config['dim']}")
        origin |= {"teacher": options.teacher.name}
    run, checkpoint = Run(options, network, taught=taught), options.work / "checkpoint.pt"
    if checkpoint.exists():
        run.resume(checkpoint)
    while run.progress() < 1:
        report = train_round(run, pictures, edited)
        if rank() == 0:
            run.save(checkpoint)
            save(run.average, options.out, config=config, side=options.side, origin=origin)
            line = json.dumps({k: round(v, 4) for k, v in report.items()})
            with (options.work / "log.jsonl").open("a") as log:
                log.write(line + "\n")
            print(line, flush=True)


if __name__ == "__main__":
    main()
