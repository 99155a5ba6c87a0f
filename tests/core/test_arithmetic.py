"""The explained sum is the engine's value, for every way to filter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.arithmetic import explain
from inspector.core.numbers_text import four_digits, significant
from kernels.border import OUTSIDE, Border
from kernels.kernel import Kernel
from kernels.plan import Padding, Plan, plan
from kernels.reference import correlate


def plan_for(shape: tuple[int, ...], kernel: Kernel, **options: object) -> Plan:
    height, width, *channels = shape
    choices = {"border": Border.REFLECT, "cval": 0.0, "stride": 1, "dilation": 1, "padding": Padding.SAME} | options
    return plan(
        (height, width, *(channels or [1])),
        "float64",
        kernel.weights.astype(np.float64),
        anchor=kernel.anchor,
        bias=kernel.bias,
        **choices,
    )


@st.composite
def filterings(draw: st.DrawFn) -> tuple[np.ndarray, Kernel, Plan]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7), st.sampled_from([1, 3])))
    size = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    kernel = Kernel(rng.integers(-3, 4, size).astype(np.float32), bias=draw(st.sampled_from([0.0, -2.5])))
    padding = draw(st.sampled_from([Padding.SAME, Padding.FULL, 9]))
    options = {"stride": draw(st.integers(1, 3)), "dilation": draw(st.integers(1, 2)), "padding": padding}
    border, cval = draw(st.sampled_from(Border)), draw(st.sampled_from([0.0, 7.0]))
    return rng.normal(size=shape), kernel, plan_for(shape, kernel, border=border, cval=cval, **options)


@settings(deadline=None, max_examples=150)
@given(filterings(), st.data())
def test_the_sum_is_what_the_reference_computes(filtering: tuple[np.ndarray, Kernel, Plan], data: st.DataObject) -> None:
    values, kernel, planned = filtering
    y, x, c = (data.draw(st.integers(0, size - 1)) for size in planned.out_shape)
    given_values = values[..., 0] if values.shape[2] == 1 and data.draw(st.booleans()) else values
    total = explain(given_values, kernel, planned, y, x, c)
    expected = float(correlate(planned, values)[y, x, c])
    assert total.total == pytest.approx(expected, abs=1e-9)
    assert total.agrees(expected)
    assert total.products.sum() + total.bias == total.total


@settings(deadline=None, max_examples=100)
@given(filterings(), st.data())
def test_positions_name_the_pixels_of_the_patch(filtering: tuple[np.ndarray, Kernel, Plan], data: st.DataObject) -> None:
    values, kernel, planned = filtering
    y, x, c = (data.draw(st.integers(0, size - 1)) for size in planned.out_shape)
    total = explain(values, kernel, planned, y, x, c)
    for (u, v), value in np.ndenumerate(total.patch):
        row, column = total.rows[u], total.columns[v]
        assert value == (planned.cval if OUTSIDE in (row, column) else values[row, column, c])
        here = (
            y * planned.stride - planned.pad[0] + u * planned.dilation,
            x * planned.stride - planned.pad[2] + v * planned.dilation,
        )
        inside = 0 <= here[0] < values.shape[0] and 0 <= here[1] < values.shape[1]
        assert total.outside[u, v] == (not inside)
        assert not inside or (row, column) == here


def test_the_lecture_example_by_hand() -> None:
    values = np.array([[2, 0, 1, 3], [7, 1, 1, 0], [0, 2, 5, 0], [0, 5, 1, 4]], np.uint8)
    kernel = Kernel([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    total = explain(values, kernel, plan_for(values.shape, kernel, padding=Padding.VALID), 1, 1)
    assert total.products.tolist() == [[1, 1, 0], [0, 0, 0], [-5, -1, -4]]
    assert total.total == -8
    assert not total.outside.any()


def test_nan_under_a_zero_weight_takes_no_part() -> None:
    values = np.full((3, 3), np.nan)
    values[1, 1] = 4.0
    kernel = Kernel([[0, 0, 0], [0, 2, 0], [0, 0, 0]])
    total = explain(values, kernel, plan_for(values.shape, kernel), 1, 1)
    assert total.total == 8
    assert total.products[0, 0] == 0


def test_nan_and_infinity_agree_with_themselves() -> None:
    kernel = Kernel([[1, -1]])
    infinite = explain(np.array([[np.inf, np.inf]]), kernel, plan_for((1, 2), kernel, padding=Padding.VALID), 0, 0)
    assert np.isnan(infinite.total)
    assert infinite.agrees(float("nan"))
    assert not infinite.agrees(0.0)


def test_a_wrong_engine_is_found_out() -> None:
    kernel = Kernel([[1.0]])
    total = explain(np.array([[200]], np.uint8), kernel, plan_for((1, 1), kernel), 0, 0)
    assert total.agrees(200.00001)
    assert not total.agrees(200.1)
    assert total.difference(200.5) == 0.5


def test_the_arrays_cannot_be_changed() -> None:
    kernel = Kernel([[1.0]])
    total = explain(np.array([[200]], np.uint8), kernel, plan_for((1, 1), kernel), 0, 0)
    for array in (total.patch, total.weights, total.products, total.outside, total.rows, total.columns):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("shape", "weights", "pixel", "said"),
    [
        ((4, 5), [[1.0]], (0, 0, 0), r"picture of shape \(4, 4, 1\), got \(4, 5\)"),
        ((4, 4, 3), [[1.0]], (0, 0, 0), r"got \(4, 4, 3\)"),
        ((4, 4), [[1.0, 2.0]], (0, 0, 0), r"kernel of shape \(1, 1\), got \(1, 2\)"),
        ((4, 4), [[1.0]], (4, 0, 0), r"\(4, 0, 0\) lies outside the output of shape \(4, 4, 1\)"),
        ((4, 4), [[1.0]], (0, -1, 0), "outside the output"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    shape: tuple[int, ...], weights: list[list[float]], pixel: tuple[int, int, int], said: str
) -> None:
    planned = plan_for((4, 4), Kernel([[1.0]]))
    with pytest.raises(ValueError, match=said):
        explain(np.zeros(shape), Kernel(weights), planned, *pixel)


def test_a_channel_of_grey_is_ignored() -> None:
    kernel = Kernel([[1.0]])
    assert explain(np.ones((2, 2)), kernel, plan_for((2, 2), kernel), 0, 0, 2).channel == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (-41.0, "−41"), (112.0, "112"), (0.1, "0.1"), (1 / 9, "0.1111"), (1234.56, "1235"),
        (65535.0, "6.554e4"), (0.0012345, "0.001234"), (-0.00001234, "−1.234e−5"), (10000.0, "1e4"), (1200.0, "1200"),
        (float("nan"), "NaN"), (float("inf"), "∞"), (float("-inf"), "−∞"), (9999.9, "1e4"), (1e-320, "1e−320"),
    ],
)  # fmt: skip
def test_four_digits(value: float, text: str) -> None:
    assert four_digits(value) == text


@given(st.floats(-1e300, 1e300), st.integers(1, 7))
def test_digits_are_never_too_many_and_never_wrong(value: float, digits: int) -> None:
    text = significant(value, digits).replace("−", "-")
    mantissa = text.split("e")[0].lstrip("-").replace(".", "").strip("0")
    assert len(mantissa) <= digits
    assert float(text) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits), abs=5e-324)
