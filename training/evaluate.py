"""Score models on copies of photos: `python -m training.evaluate --data FOLDER MODEL...`.

A model is a .safetensors file or a name that `engine.embedding.embedder` knows.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps

from kindred.engine.embedding.network import Network, load
from training.copy_edits import VARIANTS, Edit
from training.data import read_names
from training.metrics import Floats, Scores, is_found, measure

LONGEST = 1024  # pixels; larger photos are scaled down before they are edited
HARD = (
    "crop_30",
    "turn_90",
    "mirror",
    "screenshot",
    "rotate_15",
    "hue",
    "text",
    "jpeg_q10",
    "crop_mirror_jpeg",
    "filter_text_crop",
)


@dataclass(frozen=True)
class Method:
    """A way to tell copies: descriptions of pictures, and float32 (queries, references) of them."""

    name: str
    describe: Callable[[Sequence[Image.Image]], Any]
    compare: Callable[[Any, Any], Floats]


@dataclass(frozen=True)
class Result:
    """What a method reached over all edits and for each; `similarity` is (edits * n, m)."""

    method: str
    scores: Scores
    recall: Mapping[str, tuple[float, float]]  # within 1 and within 20
    similarity: Floats
    truth: NDArray[np.int64]


def photos(folder: Path) -> list[Image.Image]:
    """Every readable photo below a folder, upright, RGB, its long side at most LONGEST."""
    pictures = []
    for path in read_names(folder):
        try:
            with Image.open(path) as opened:
                opened.draft("RGB", (LONGEST, LONGEST))
                picture = ImageOps.exif_transpose(opened).convert("RGB")
        except (OSError, ValueError):
            continue
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.BICUBIC, reducing_gap=3.0)
        pictures.append(picture)
    return pictures


def score(
    methods: Sequence[Method],
    pictures: Sequence[Image.Image],
    *,
    copied: int,
    edits: Mapping[str, Edit] = VARIANTS,
) -> list[Result]:
    """Look every edit of the first `copied` pictures up among all the unedited pictures.

    The other pictures are distractors, as is every picture for the copies of the others.
    """
    references = [method.describe(pictures) for method in methods]
    rows: list[list[Floats]] = [[] for _ in methods]
    for edit in edits.values():
        queries = [edit(picture) for picture in pictures[:copied]]
        for method, known, blocks in zip(methods, references, rows, strict=True):
            blocks.append(method.compare(method.describe(queries), known))
    truth = np.arange(min(copied, len(pictures)))
    everything = np.tile(truth, len(edits))
    results = []
    for method, blocks in zip(methods, rows, strict=True):
        recall = {
            name: (
                float(is_found(block, truth, within=1).mean()),
                float(is_found(block, truth, within=20).mean()),
            )
            for name, block in zip(edits, blocks, strict=True)
        }
        similarity = np.concatenate(blocks)
        scores = measure(similarity, everything)
        results.append(Result(method.name, scores, recall, similarity, everything))
    return results


def has_bf16(device: str) -> bool:
    """Whether bfloat16 is fast on a torch device rather than emulated."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device != "cpu" or not torch.backends.mkldnn.is_available():
        return False
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def squash(pictures: Iterable[Image.Image], side: int) -> NDArray[np.uint8]:
    """The network's input, uint8 (n, side, side, 3), with the engine's own filter."""
    from kindred.engine.decoding import decode

    return np.stack([decode.squash(np.asarray(picture), side=side) for picture in pictures])


def embed(
    network: Network, pixels: NDArray[np.uint8], *, device: str = "cpu", fast: bool = False
) -> NDArray[np.float32]:
    """uint8 (n, S, S, 3) to unit vectors, float32 (n, d); `fast` computes in bfloat16."""
    network.eval()
    vectors = []
    with torch.inference_mode(), torch.autocast(device, torch.bfloat16, enabled=fast):
        for start in range(0, len(pixels), 64):
            part = torch.from_numpy(pixels[start : start + 64]).to(device)
            vectors.append(network(part).float().cpu().numpy())
    return np.concatenate(vectors)


def cosines(queries: Floats, references: Floats) -> Floats:
    """Cosine of unit vectors, (q, d) and (r, d) to (q, r)."""
    product: Floats = queries @ references.T
    return product


def network_method(name: str, network: Network, *, side: int, fast: bool = False) -> Method:
    """A network as a method; `side` is the side of its square input."""
    return Method(name, lambda p: embed(network, squash(p, side), fast=fast), cosines)


def model_method(model: str) -> Method:
    """A .safetensors file or a model the engine knows as a method."""
    if model.endswith(".safetensors"):
        network, description = load(Path(model))
        return network_method(model, network, side=description["input_size"])
    from kindred.engine import paths
    from kindred.engine.embedding import embedder

    chosen = embedder.load(model, device="cpu", home=paths.home())
    return Method(model, lambda p: chosen.embed(squash(p, chosen.side)), cosines)


def check(
    network: Network, edited: Mapping[str, NDArray[np.uint8]], *, device: str, fast: bool
) -> dict[str, float]:
    """A quick look during training: `edited` holds the same photos as they are and edited."""
    references = embed(network, edited["as it is"], device=device, fast=fast)
    truth = np.arange(len(references))
    rows = {
        name: cosines(embed(network, pixels, device=device, fast=fast), references)
        for name, pixels in edited.items()
        if name != "as it is"
    }
    scores = measure(np.concatenate(list(rows.values())), np.tile(truth, len(rows)))
    report = {
        "micro_ap": scores.micro_ap,
        "recall_1": scores.recall_1,
        "recall_20": scores.recall_20,
        "recall_999": scores.recall_999,
    }
    return report | {k: float(is_found(row, truth, within=1).mean()) for k, row in rows.items()}


def edited_photos(pixels: NDArray[np.uint8], side: int) -> dict[str, NDArray[np.uint8]]:
    """What `check` needs of square photos, uint8 (n, S, S, 3): name to (n, side, side, 3)."""
    pictures = [Image.fromarray(photo) for photo in pixels]
    edited = {name: squash((VARIANTS[name](p) for p in pictures), side) for name in HARD}
    return edited | {"as it is": squash(pictures, side)}


def table(results: Sequence[Result]) -> str:
    """The results as two Markdown tables: overall, and recall@1 / recall@20 for each edit."""
    names = [result.method for result in results]
    rows = [["", *names], ["---"] * (len(names) + 1)]
    labels = {
        "micro_ap": "micro AP",
        "recall_1": "recall@1",
        "recall_20": "recall@20",
        "recall_99": "recall at 99% precision",
        "recall_999": "recall at 99.9% precision",
    }
    for field, label in labels.items():
        rows.append([label, *(f"{getattr(result.scores, field):.3f}" for result in results)])
    parts = ["\n".join("| " + " | ".join(row) + " |" for row in rows)]
    rows = [["recall@1 / @20", *names], ["---"] * (len(names) + 1)]
    for edit in results[0].recall:
        cells = (f"{r.recall[edit][0]:.3f} / {r.recall[edit][1]:.3f}" for r in results)
        rows.append([edit, *cells])
    parts.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    return "\n\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help=".safetensors files or names of models")
    parser.add_argument("--data", type=Path, required=True, help="a folder of photos")
    parser.add_argument("--copied", type=int, default=500, help="photos to make copies of")
    options = parser.parse_args()
    pictures = photos(options.data)
    methods = [model_method(model) for model in options.models]
    print(table(score(methods, pictures, copied=options.copied)))


if __name__ == "__main__":
    main()
