import ctypes
import sys

import numpy as np
import psutil
import pytest

from kindred.engine.scan.workers import give_back_memory


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc only"
)
def test_what_is_free_goes_back_to_the_system() -> None:
    blocks = [np.ones(12_000) for _ in range(1000)]  # 94 KiB each: not mapped one by one
    del blocks[:-1]  # what lies at the end keeps the C library from doing it itself
    before = psutil.Process().memory_info().rss
    give_back_memory()
    assert before - psutil.Process().memory_info().rss > 60 << 20
    assert blocks[0].sum() == 12_000
