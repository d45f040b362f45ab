"""How well the built-in model finds copies, beside hashes and raw pixels.

    python -m benchmarks.accuracy FOLDER [--copied 500] [--worst pairs.png] [--out table.md]

Every photo of FOLDER is a reference. Every edit of training/copy_edits.py is made of the first
`--copied` photos and looked up among all references; for each method the table gives recall@1 and
recall@20, micro average precision over all pairs, and recall at 99% and 99.9% pair precision. The
hashes are imagededup's (`pip install .[benchmarks]`). Another method is one more function that
returns a `training.evaluate.Method` in METHODS.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kindred.engine.embedding import runtimes
from kindred.engine.embedding.network import build, load
from training.copy_edits import VARIANTS
from training.evaluate import (
    Method,
    Result,
    cosines,
    has_bf16,
    network_method,
    photos,
    score,
    squash,
    table,
)
from training.metrics import Scores, measure

BUILT_IN = Path(__file__).parents[1] / "resources" / "models" / "kindred-1.safetensors"
BATCH = 16
TILE = 160  # pixels


def built_in() -> Method:
    """The model the app ships, computed as the app does on a processor."""
    session = runtimes.onnxruntime().InferenceSession(
        BUILT_IN.with_suffix(".onnx"), providers=["CPUExecutionProvider"]
    )
    side = session.get_inputs()[0].shape[1]

    def describe(pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
        starts = range(0, len(pictures), BATCH)
        batches = (squash(pictures[start : start + BATCH], side) for start in starts)
        return np.concatenate([session.run(["embedding"], {"pixels": b})[0] for b in batches])

    return Method("built-in", describe, cosines)


def random_weights() -> Method:
    """The same network before any training."""
    _, description = load(BUILT_IN)
    torch.manual_seed(0)
    network = build(description["config"])
    side, fast = description["input_size"], has_bf16("cpu")
    return network_method("random weights", network, side=side, fast=fast)


def image_hash(name: str) -> Method:
    """imagededup's PHash or DHash: 64 bits, similarity is the share of equal bits."""
    from imagededup import methods

    hasher = getattr(methods, name)(verbose=False)

    def describe(pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
        codes = [hasher.encode_image(image_array=np.asarray(picture)) for picture in pictures]
        bits = np.unpackbits(np.array([list(bytes.fromhex(c)) for c in codes], np.uint8), axis=1)
        return (bits * np.float32(2) - 1) / 8

    return Method(name, describe, cosines)


def raw_pixels() -> Method:
    """The picture as 16x16 colours, centred and scaled to unit length."""

    def describe(pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
        small = [p.resize((16, 16), Image.Resampling.BOX) for p in pictures]
        rows = np.stack([np.asarray(p, np.float32).ravel() for p in small])
        rows -= rows.mean(1, keepdims=True)
        return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6)

    return Method("raw pixels", describe, cosines)


METHODS: dict[str, Callable[[], Method]] = {
    "built-in": built_in,
    "random": random_weights,
    "phash": partial(image_hash, "PHash"),
    "dhash": partial(image_hash, "DHash"),
    "pixels": raw_pixels,
}


def worst_pairs(
    result: Result, pictures: Sequence[Image.Image], copied: int, count: int
) -> Image.Image:
    """The least similar copies, then the most similar strangers, with the edit and the cosine."""
    own = result.similarity[np.arange(len(result.truth)), result.truth]
    strangers = result.similarity.copy()
    strangers[np.arange(len(result.truth)), result.truth] = -2
    edits = list(VARIANTS)
    sheet = Image.new("RGB", (2 * TILE * 8, 2 * (count // 8) * (TILE + 14)), "white")
    draw = ImageDraw.Draw(sheet)
    lost = np.argsort(own)[:count]
    wrong = np.argsort(-strangers.max(1))[:count]
    pairs = [(q, result.truth[q], own[q]) for q in lost]
    pairs += [(q, strangers[q].argmax(), strangers[q].max()) for q in wrong]
    for index, (query, reference, cosine) in enumerate(pairs):
        edit = edits[query // copied]
        x, y = index % 8 * 2 * TILE, index // 8 * (TILE + 14)
        for shift, picture in enumerate(
            (VARIANTS[edit](pictures[query % copied]), pictures[reference])
        ):
            picture.thumbnail((TILE - 4, TILE - 4))
            sheet.paste(picture, (x + shift * TILE, y))
        draw.text((x, y + TILE - 4), f"{edit} {cosine:.2f}", fill="black")
    return sheet


def without(result: Result, scenes: Sequence[Sequence[int]]) -> Scores:
    """The scores when pairs of references that show one scene are not compared with each other."""
    similarity = result.similarity.copy()
    for first, second in [*scenes, *(scene[::-1] for scene in scenes)]:
        similarity[result.truth == first, second] = -2
    return measure(similarity, result.truth)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copied", type=int, default=500, help="photos to make copies of")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--worst", type=Path, help="write a picture of the first method's failures")
    parser.add_argument(
        "--scene",
        type=int,
        nargs=2,
        action="append",
        help="positions of two photos of one scene: score without; may be given again",
    )
    parser.add_argument("--out", type=Path, help="write the tables to this file as well")
    options = parser.parse_args()
    pictures = photos(options.folder)
    copied = min(options.copied, len(pictures))
    began = time.perf_counter()
    results = score([METHODS[name]() for name in options.methods], pictures, copied=copied)
    print(f"{time.perf_counter() - began:.0f} s")
    if options.worst:
        worst_pairs(results[0], pictures, copied, 32).save(options.worst)
    text = f"{len(pictures)} references, {copied * len(VARIANTS)} edited copies\n\n{table(results)}"
    if options.scene:
        scores = (f"{r.method}: {without(r, options.scene)}" for r in results)
        text += "\n\n" + "\n".join(["Without pairs of one scene", *scores])
    print(text)
    if options.out:
        options.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
