"""The output lies over the input where its sums were taken."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.arithmetic import explain
from inspector.core.placement import Placement, patch_box, placement
from kernels.border import Border
from kernels.kernel import Kernel
from kernels.plan import Padding, Plan, plan


def planned(kernel: Kernel, shape: tuple[int, int], stride: int, dilation: int, padding: Padding | int) -> Plan:
    options = {"border": Border.ZERO, "cval": 0.0, "stride": stride, "dilation": dilation, "padding": padding}
    return plan((*shape, 1), "float64", kernel.weights.astype(np.float64), anchor=kernel.anchor, bias=0.0, **options)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Kernel, Plan]:
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    anchor = draw(st.integers(0, size[0] - 1)), draw(st.integers(0, size[1] - 1))
    kernel = Kernel(np.ones(size), anchor=anchor)
    padding = draw(st.sampled_from([Padding.SAME, Padding.FULL, Padding.VALID, 2]))
    shape = draw(st.tuples(st.integers(8, 12), st.integers(8, 12)))
    return kernel, planned(kernel, shape, draw(st.integers(1, 3)), draw(st.integers(1, 2)), padding)


@settings(deadline=None, max_examples=100)
@given(plans(), st.data())
def test_the_middle_of_an_output_pixel_is_the_middle_of_the_input_pixel_under_the_anchor(
    made: tuple[Kernel, Plan], data: st.DataObject
) -> None:
    kernel, made_plan = made
    y, x = (data.draw(st.integers(0, size - 1)) for size in made_plan.out_shape[:2])
    place, shape = placement(made_plan, kernel.anchor), made_plan.out_shape[:2]
    y0, x0, y1, x1 = place.box((y, x, y + 1, x + 1), shape)
    total = explain(np.zeros(made_plan.image_shape), kernel, made_plan, y, x)
    row, column = total.rows[kernel.anchor[0]], total.columns[kernel.anchor[1]]
    assert row < 0 or (y0 + y1) / 2 == row + 0.5
    assert column < 0 or (x0 + x1) / 2 == column + 0.5
    assert (y1 - y0, x1 - x0) == (made_plan.stride, made_plan.stride)
    assert place.pixel_at((y0 + y1) / 2, (x0 + x1) / 2, shape) == (y, x)


@settings(deadline=None, max_examples=100)
@given(plans(), st.data())
def test_the_patch_box_goes_from_the_first_to_the_last_tap(made: tuple[Kernel, Plan], data: st.DataObject) -> None:
    kernel, made_plan = made
    y, x = (data.draw(st.integers(0, size - 1)) for size in made_plan.out_shape[:2])
    y0, x0, y1, x1 = patch_box(made_plan, y, x)
    total = explain(np.zeros(made_plan.image_shape), kernel, made_plan, y, x)
    for taps, first, last in ((total.rows, y0, y1), (total.columns, x0, x1)):
        assert taps[0] in (first, -1)
        assert taps[-1] in (last - 1, -1)


def test_same_padding_without_stride_covers_the_input() -> None:
    kernel = Kernel(np.ones((3, 5)))
    assert placement(planned(kernel, (6, 8), 1, 1, Padding.SAME), kernel.anchor) == Placement(0, 0, 8, 6)


def test_valid_lies_inside_and_full_reaches_beyond() -> None:
    kernel = Kernel(np.ones((3, 5)))
    assert placement(planned(kernel, (6, 8), 1, 1, Padding.VALID), kernel.anchor) == Placement(2, 1, 4, 4)
    assert placement(planned(kernel, (6, 8), 1, 1, Padding.FULL), kernel.anchor) == Placement(-2, -1, 12, 8)


@pytest.mark.parametrize("point", [(-0.1, 3), (6.0, 3), (3, -0.1), (3, 8.0)])
def test_beside_the_picture_there_is_no_pixel(point: tuple[float, float]) -> None:
    assert Placement(0, 0, 8, 6).pixel_at(*point, (6, 8)) is None


def test_united_holds_both() -> None:
    assert Placement(0, 0, 8, 6).united(Placement(-2, 1, 4, 9)) == Placement(-2, 0, 10, 10)
