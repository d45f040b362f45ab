from pathlib import Path

import pytest

from tests.support.odd_pairs import whole_way


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_pairs_of_any_size_and_mode_are_taken_the_whole_way(first: int, tmp_path: Path) -> None:
    """The long form is benchmarks.fuzz_pairs."""
    for number in range(first, first + 10):
        whole_way(number, tmp_path)
