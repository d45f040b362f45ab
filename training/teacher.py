"""The vectors of a larger network, the teacher, for the photos of a training set, computed once.

    python -m training.teacher FILE --data PHOTOS... --work runs/one

FILE is ONNX or TorchScript. The vectors are kept below `--work`; a run that was stopped goes on
where it was, and training takes the photos whose vectors are there.
"""

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from kindred.engine.embedding import runtimes
from training.data import CACHED_SIDE, Pictures, prepare

Teacher = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

SIDE = 288  # pixels, what SSCD is used with
BATCH = 16
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255


def open_teacher(path: Path) -> Teacher:
    """A function from uint8 (n, S, S, 3), RGB, to vectors, float32 (n, d).

    An ONNX file whose input is uint8 gets the pixels as they are. Other networks get float32
    (n, 3, S, S) without ImageNet's mean and deviation, as torchvision's do.
    """
    if path.suffix != ".onnx":
        module = torch.jit.load(path, map_location="cpu").eval()

        def in_torch(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            with torch.inference_mode():
                vectors: NDArray[np.float32] = module(torch.from_numpy(_floats(pixels))).numpy()
            return vectors

        return in_torch
    onnxruntime = runtimes.onnxruntime()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    given = session.get_outputs()[0].name

    def in_onnxruntime(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        values = pixels if taken.type == "tensor(uint8)" else _floats(pixels)
        return np.asarray(session.run([given], {taken.name: values})[0], np.float32)

    return in_onnxruntime


def _floats(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(0, 3, 1, 2))


def vectors_path(teacher: Path, pictures: Pictures, *, side: int, cache: Path) -> Path:
    """Where the vectors of `pictures` by `teacher` at this side are kept."""
    key = hashlib.sha256(teacher.read_bytes())
    key.update(f"{side} {pictures.pixels.shape} ".encode())
    key.update(pictures.train.tobytes())
    key.update(pictures.pixels[pictures.train[:16]].tobytes())
    return cache / f"teacher-{key.hexdigest()[:16]}.npy"


def compute(teacher: Path, pictures: Pictures, *, side: int, cache: Path) -> Path:
    """Write the teacher's unit vectors of the training photos: float32 (photos, d), zeros for one
    that is not there yet. Returns the file.

    The photos come in a random order, so that a part of them is a fair sample.
    """
    path = vectors_path(teacher, pictures, side=side, cache=cache)
    run = open_teacher(teacher)
    photos = pictures.train
    if not path.exists():
        dim = run(np.zeros((1, side, side, 3), np.uint8)).shape[1]
        part = path.with_suffix(".part")
        rows = np.lib.format.open_memmap(part, "w+", np.float32, (len(photos), dim))
        rows.flush()
        part.replace(path)
    rows = np.lib.format.open_memmap(path, "r+")
    order = np.random.default_rng(0).permutation(len(photos))
    missing = order[~rows[order].any(1)]
    for start in range(0, len(missing), BATCH):
        chosen = missing[start : start + BATCH]
        views = [
            cv2.resize(pictures.pixels[i], (side, side), interpolation=cv2.INTER_LINEAR)
            for i in photos[chosen]
        ]
        vectors = run(np.stack(views).astype(np.uint8))
        rows[chosen] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows.flush()
    return path


def targets(teacher: Path, pictures: Pictures, *, side: int, cache: Path) -> torch.Tensor:
    """The teacher's vectors of the training photos, float32 (photos, d), of unit length; zeros for
    a photo whose vector is not computed yet. Raises OSError where none is."""
    path = vectors_path(teacher, pictures, side=side, cache=cache)
    return torch.from_numpy(np.load(path))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("teacher", type=Path, help="an .onnx file or TorchScript")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="as in training")
    parser.add_argument("--work", type=Path, default=Path("runs/train"), help="as in training")
    parser.add_argument("--held-out", type=int, default=500, help="as in training")
    parser.add_argument("--side", type=int, default=SIDE, help="of the teacher's input")
    options = parser.parse_args()
    cache = options.work / "cache"
    pictures = prepare(options.data, side=CACHED_SIDE, cache=cache, held_out=options.held_out)
    print(compute(options.teacher, pictures, side=options.side, cache=cache))


if __name__ == "__main__":
    main()
