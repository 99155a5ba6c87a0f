"""Laws of the kernel editor's buttons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inspector.core import kernel_edits as edits
from kernels import Kernel, correlate

weights = hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(-9, 9))
kernels = st.builds(Kernel, weights, bias=st.integers(-5, 5).map(float))


def same(one: Kernel, other: Kernel) -> bool:
    return one.bias == other.bias and one.anchor == other.anchor and np.array_equal(one.weights, other.weights)


@given(kernels)
def test_four_quarter_turns_change_nothing(kernel):
    turned = edits.rotate(edits.rotate(edits.rotate(edits.rotate(kernel))))
    assert same(turned, kernel)


@given(kernels)
@pytest.mark.parametrize("edit", [edits.flip_h, edits.flip_v, edits.transpose, edits.negate])
def test_doing_it_twice_changes_nothing(edit, kernel):
    assert same(edit(edit(kernel)), kernel)


@given(kernels)
def test_a_quarter_turn_is_a_transpose_and_a_flip(kernel):
    assert same(edits.rotate(kernel), edits.flip_h(edits.transpose(kernel)))


def test_a_quarter_turn_goes_clockwise():
    assert edits.rotate(Kernel([[1, 2], [3, 4]])).weights.tolist() == [[3, 1], [4, 2]]


@given(kernels, st.integers(0, 6), st.integers(0, 6))
def test_growing_and_shrinking_back_changes_nothing(kernel, rows, columns):
    grown = edits.resize(kernel, kernel.shape[0] + rows, kernel.shape[1] + columns)
    assert same(edits.resize(grown, *kernel.shape), kernel)


@settings(deadline=None)  # the first call may compile
@given(kernels, st.integers(0, 5), st.integers(0, 5))
def test_a_grown_kernel_filters_as_before(kernel, rows, columns):
    picture = np.arange(35, dtype=np.float32).reshape(5, 7) ** 2 % 23
    grown = edits.resize(kernel, kernel.shape[0] + rows, kernel.shape[1] + columns)
    np.testing.assert_allclose(correlate(picture, grown), correlate(picture, kernel), atol=1e-3)


@given(kernels, st.integers(1, 12), st.integers(1, 12))
def test_a_resized_kernel_has_the_size_asked_for_and_keeps_its_middle(kernel, rows, columns):
    resized = edits.resize(kernel, rows, columns)
    assert resized.shape == (rows, columns)
    assert resized.weights[resized.anchor] == kernel.weights[kernel.anchor]


def test_a_kernel_with_its_own_anchor_keeps_the_weight_under_it():
    kernel = Kernel([[1, 2, 3]], anchor=(0, 0))
    assert edits.resize(kernel, 1, 5).weights.tolist() == [[0, 0, 1, 2, 3]]


@pytest.mark.parametrize("size", [(0, 3), (3, -1)])
def test_a_size_below_one_is_refused(size):
    with pytest.raises(ValueError, match="at least 1 x 1, got"):
        edits.resize(Kernel([[1.0]]), *size)


@pytest.mark.parametrize(
    ("side", "up", "down"), [(1, 3, 1), (2, 3, 1), (3, 5, 1), (4, 5, 3), (29, 31, 27), (30, 31, 29), (31, 31, 29), (63, 31, 31)]
)
def test_sizes_go_by_odd_steps_between_1_and_31(side, up, down):
    assert edits.next_size(side, 1) == up
    assert edits.next_size(side, -1) == down


@given(kernels)
def test_what_was_edited_is_a_custom_kernel_without_negative_zeros(kernel):
    negated = edits.negate(kernel)
    assert negated.id == "custom"
    assert not np.signbit(negated.weights[negated.weights == 0]).any()
