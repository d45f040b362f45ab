import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kindred.engine.embedding.similarity import cosine, euclidean, tanimoto

components = st.floats(-100, 100, width=32)
vectors = hnp.arrays(np.float32, 6, elements=components)
clear_vectors = vectors.filter(lambda v: float(np.abs(v).max()) > 1e-3)


def unit(vector):
    return vector / np.linalg.norm(vector.astype(np.float64))


def test_values_worked_out_by_hand():
    a, b = np.array([3.0, 4.0], np.float32), np.array([4.0, 3.0], np.float32)
    assert cosine(a, b) == pytest.approx(24 / 25)
    assert euclidean(a, b) == pytest.approx(2**0.5)
    assert tanimoto(a, b) == pytest.approx(24 / (25 + 25 - 24))


def test_tanimoto_of_sets_is_the_jaccard_index():
    a, b = np.array([1, 1, 1, 0, 0], np.float32), np.array([0, 1, 1, 1, 0], np.float32)
    assert tanimoto(a, b) == pytest.approx(2 / 4)


@settings(deadline=None)
@given(clear_vectors, clear_vectors)
def test_on_unit_vectors_all_follow_from_the_cosine(a, b):
    a, b = unit(a), unit(b)
    c = float(cosine(a, b))
    assert euclidean(a, b) == pytest.approx(np.sqrt(max(0.0, 2 - 2 * c)), abs=1e-7)
    assert tanimoto(a, b) == pytest.approx(c / (2 - c), abs=1e-12)


@settings(deadline=None)
@given(vectors, vectors)
def test_symmetric_and_in_range(a, b):
    for measure, low, high in (
        (cosine, -1, 1),
        (euclidean, 0, np.inf),
        (tanimoto, -1 / 3 - 1e-9, 1 + 1e-9),
    ):
        assert low <= measure(a, b) <= high
        assert measure(a, b) == pytest.approx(measure(b, a))


@settings(deadline=None)
@given(clear_vectors)
def test_a_vector_is_closest_to_itself_and_farthest_from_its_opposite(a):
    assert cosine(a, a) == pytest.approx(1)
    assert euclidean(a, a) == 0
    assert tanimoto(a, a) == pytest.approx(1)
    assert cosine(a, -a) == pytest.approx(-1)
    assert tanimoto(a, -a) == pytest.approx(-1 / 3)


def test_zero_vectors_have_a_defined_answer():
    zero, one = np.zeros(3, np.float32), np.ones(3, np.float32)
    assert (cosine(zero, one), cosine(zero, zero)) == (0, 0)
    assert (tanimoto(zero, one), tanimoto(zero, zero)) == (0, 1)
    assert euclidean(zero, zero) == 0


def test_float16_is_summed_without_overflow():
    many = np.full(70_000, 2.0, np.float16)
    assert cosine(many, many) == pytest.approx(1)
    assert euclidean(many, np.zeros_like(many)) == pytest.approx(np.sqrt(4 * 70_000))


def test_leading_axes_broadcast():
    rows = np.eye(3, dtype=np.float32)
    table = cosine(rows[:, None], rows[None])
    assert table.shape == (3, 3)
    assert np.array_equal(table, np.eye(3))
