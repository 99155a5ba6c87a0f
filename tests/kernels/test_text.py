"""Kernels as text: what is read, what is refused and how it is said, and that writing loses nothing."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kernels import Kernel, format_kernel, format_weight, format_weights, parse_kernel, parse_number, presets

LAW = settings(deadline=None, derandomize=True, max_examples=300)
weights = st.floats(allow_nan=False, allow_infinity=False, width=32)


@LAW
@given(weights)
@example(float(np.float32(1 / 9)))
@example(float(np.finfo(np.float32).max))
@example(float(np.finfo(np.float32).smallest_subnormal))
def test_a_weight_survives_its_text(weight) -> None:
    assert np.float32(parse_number(format_weight(weight))) == np.float32(weight)


@LAW
@given(st.integers(-999, 999), st.integers(1, 999))
def test_fractions_survive_and_are_short(above, below) -> None:
    text = format_weight(above / below)
    assert np.float32(parse_number(text)) == np.float32(above / below)
    assert len(text) <= len(f"{above}/{below}") + 2


@LAW
@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=weights),
    st.text(max_size=20),
    st.floats(-1e30, 1e30),
    st.data(),
)
def test_a_kernel_survives_its_text(matrix, title, bias, data) -> None:
    anchor = data.draw(st.tuples(st.integers(0, matrix.shape[0] - 1), st.integers(0, matrix.shape[1] - 1)))
    kernel = Kernel(matrix, title=title, bias=bias, anchor=anchor)
    again = parse_kernel(format_kernel(kernel))
    np.testing.assert_array_equal(again.weights, kernel.weights)
    assert (again.anchor, again.bias) == (kernel.anchor, kernel.bias)
    assert again.title == " ".join(title.split())


def test_presets_survive_one_line_of_text() -> None:
    for kernel in presets():
        np.testing.assert_array_equal(parse_kernel(format_weights(kernel.weights)).weights, kernel.weights)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.0, "0"), (-1, "-1"), (0.5, "0.5"), (0.25, "0.25"), (1 / 9, "1/9"), (-1 / 16, "-1/16"), (1 / 256, "1/256"),
     (0.1, "0.1"), (2.75, "2.75"), (0.7182818, "0.7182818"), (1e-20, "1e-20"), (119 / 64, "119/64"), (1234567, "1234567")],
)  # fmt: skip
def test_weights_read_well(value, text) -> None:
    assert format_weight(value) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 -1 0; -1 5 -1; 0 -1 0", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ("1 2\n3 4", [[1, 2], [3, 4]]),
        ("1\t2\r\n3\t4\r\n\r\n", [[1, 2], [3, 4]]),
        ("1, 2; 3, 4;", [[1, 2], [3, 4]]),
        ("1,2,3;4,5,6", [[1, 2, 3], [4, 5, 6]]),
        ("0.5,1.5;2,3", [[0.5, 1.5], [2, 3]]),
        ("0,5 1,2; 3 4,25", [[0.5, 1.2], [3, 4.25]]),
        ("0,5\t1,5", [[0.5, 1.5]]),
        (" 1 ,  2 ", [[1, 2]]),
        ("7", [[7]]),
        ("1/9 2/9 .5 5. 1e-3 +2", [[1 / 9, 2 / 9, 0.5, 5, 1e-3, 2]]),
        ("1/9,1/9", [[1 / 9, 1 / 9]]),
        ("−1 ٣ ３ 1⁄2", [[-1, 3, 3, 0.5]]),
        ("٠٫٥ ١", [[0.5, 1]]),
        ("1，2，3；4，5，6", [[1, 2, 3], [4, 5, 6]]),
        ("# a comment; with 1,2\n1 2\n# another\n3 4", [[1, 2], [3, 4]]),
    ],
)
def test_what_is_read(text, expected) -> None:
    np.testing.assert_array_equal(parse_kernel(text).weights, np.float32(expected))


def test_notes() -> None:
    kernel = parse_kernel("# Title: My  kernel\n# bias: 1/2\n# anchor: 0 1\n1 2\n3 4")
    assert (kernel.title, kernel.bias, kernel.anchor) == ("My  kernel", 0.5, (0, 1))
    assert parse_kernel("1 2").title == "Custom"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no weights"),
        (" ;\n# only a comment", "empty"),
        ("1 2; 3 abc", r"row 2, column 2: 'abc' is not a number; write 1, -0.5 or 1/9"),
        ("1 2; 3", "row 2 has 1 weights but row 1 has 2"),
        ("1 2;; 3 4", "row 2 is empty"),
        ("1,,2", "row 1, column 2 is empty"),
        ("1, 2,\n3, 4,", "row 1, column 3 is empty"),
        ("1 1/0", "row 1, column 2: '1/0' divides by zero"),
        ("1e400", "row 1, column 1: '1e400' is too large"),
        ("1 4e38", "row 1, column 2: '4e38' is too large"),
        ("nan", "'nan' is not a number"),
        ("1 inf", "row 1, column 2"),
        ("0x10", "not a number"),
        ("1_000", "not a number"),
        ("1/2/3", "not a number"),
        ("1/-9", "not a number"),
        ("__import__('os')", "not a number"),
        ("2²", "not a number"),
        ("0,5", "decimal comma"),
        ("1,2; 3,4", "decimal comma"),
        ("0,5, 1,5", "decimal comma"),
        ("# bias: x\n1", "bias: 'x' is not a number"),
        ("# anchor: one\n1", "anchor: 'one'"),
        ("# anchor: 3 3\n1", "lies outside"),
        ("1 " * 1_000_001, "1,000,000 weights, this one has 1,000,001"),
        ("1" * 50_000_000, "too long"),
    ],
)
def test_what_is_refused(text, says) -> None:
    with pytest.raises(ValueError, match=says):
        parse_kernel(text)


@LAW
@given(st.text(alphabet="0123456789.,;/-+eE \n\tax−٣#", max_size=30))
def test_any_text_is_read_or_refused(text) -> None:
    with suppress(ValueError):  # whatever else is raised is a failure
        assert np.isfinite(parse_kernel(text).weights).all()


@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("٠٫٥", 0.5), ("−1/4", -0.25), (" 3 ", 3.0), ("1e2", 100.0), ("5,", 5.0)]
)
def test_numbers(text, value) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "1 2", "1,000,000", "--1", "1/", "/2", "e5", "1e999", "1/0", "½"])
def test_no_numbers(text) -> None:
    with pytest.raises(ValueError, match=r"is not a number|too large|divides by zero"):
        parse_number(text)
