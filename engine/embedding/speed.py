"""Measures which way of running the built-in network is fastest on this machine."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kindred.engine.embedding import embedder, ways
from kindred.engine.embedding.embedder import Embedder
from kindred.engine.paths import Home

log = logging.getLogger(__name__)

LEAST_COSINE = 0.999
"""To the vectors of ONNX Runtime, below which a way is not the same network any more."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What one way came to."""

    way: str  # of ways.DEVICE_OF
    photos_per_second: float  # 0 where it does not work
    least_cosine: float  # to ONNX Runtime's vectors of the same pictures
    is_fastest: bool


def measure(home: Home, *, seconds: float) -> list[Speed]:
    """Each way for `seconds` with as many threads as a scan has; remembers the fastest.

    A way whose vectors are not those of ONNX Runtime is told but not chosen. Raises ModelError
    where the built-in network is missing, OSError where nothing can be remembered.
    """
    exact = embedder.load_builtin(ways.ONNX_RUNTIME)
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (16, exact.side, exact.side, 3), np.uint8)
    wanted = exact.embed(pixels)
    rates, cosines = {}, {}
    for way in ways.here():
        try:
            loaded = embedder.load_builtin(way)
            cosines[way] = float((loaded.embed(pixels) * wanted).sum(1).min())
            rates[way] = _photos_per_second(loaded, seconds)
        except Exception:  # drivers and runtimes share no base class; the others still work
            log.warning("%s does not work here", way, exc_info=True)
            rates[way] = cosines[way] = 0.0
    sound = [way for way in rates if cosines[way] >= LEAST_COSINE]
    fastest = max(sound, key=rates.__getitem__)
    ways.remember(home, fastest, model=exact.id, photos_per_second=rates)
    return [Speed(way, rates[way], cosines[way], way == fastest) for way in rates]


def _photos_per_second(loaded: Embedder, seconds: float) -> float:
    threads = (os.cpu_count() or 1) if loaded.device == "cpu" else 1
    pixels = np.zeros((loaded.batch, loaded.side, loaded.side, 3), np.uint8)
    loaded.embed(pixels)  # the first call is slower
    began = time.perf_counter()

    def batches(clock: Callable[[], float]) -> Iterator[int]:
        while clock() - began < seconds:
            yield len(loaded.embed(pixels))

    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(sum, [batches(time.perf_counter) for _ in range(threads)]))
    return done / (time.perf_counter() - began)
