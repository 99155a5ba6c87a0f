"""What is said of units and their fields: laws of shares first, then the sentences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.display import sequential
from inspector.core.receptive_field.effective import EffectiveField, EffectiveNumbers, Lack, Target
from inspector.core.receptive_field.settings import Part, Pin
from inspector.core.receptive_field.shown import (
    BOX,
    EXPLANATIONS,
    NUMBERS,
    FieldShown,
    PinShown,
    UnitSeen,
    area_texts,
    box_line,
    box_texts,
    duration,
    gradient_line,
    label_line,
    lack_line,
    measured_line,
    number_texts,
    padding_line,
    pin_texts,
    pin_words,
    place_line,
    share,
    shares_rgb,
    sigma_line,
    unit_line,
)

modest = settings(derandomize=True, deadline=None, max_examples=200)
SEEN = UnitSeen("conv5_3", "conv5_3 · after ReLU", 17, (7, 10), 2.17123, (-4, 52, 192, 248), None, 0.114, whole=False)
RATIOS = {0.2: 0.0082, 0.3: 0.0161, 0.5: 0.0321, 0.99: 0.45}
GAUSSIAN = EffectiveNumbers((112.34, 150.12), (34.123, 33.2), 0.0312, 0.8724, RATIOS, 0.9991)


def field(numbers: EffectiveNumbers | None = GAUSSIAN, **fields: object) -> FieldShown:
    target = Target("conv5_3", (7, 10), 17)
    effective = EffectiveField(target, Part.ABSOLUTE, np.ones((224, 224)), milliseconds=128.44)
    return FieldShown(replace(effective, **fields), numbers, None)


# shares


@modest
@given(st.floats(0, 1))
def test_nothing_and_all_mean_exactly_that(part: float) -> None:
    assert (share(part) == "0 %") == (part == 0)
    assert (share(part) == "100 %") == (part == 1)


@modest
@given(st.floats(0, 1))
def test_shares_have_three_digits_and_keep_their_value(part: float) -> None:
    text = share(part)
    number = text.removesuffix(" %").removeprefix("< ").removeprefix("> ")
    assert len(number.replace(".", "").lstrip("0")) <= 3
    if text[0] in "<>":
        assert (100 * part < float(number)) == (text[0] == "<")
    else:
        assert float(number) == pytest.approx(100 * part, rel=0.006)


def test_shares_have_the_colours_of_their_scale() -> None:
    shares = np.array([[0.0, 0.5], [1.0, 0.2]])
    assert np.array_equal(shares_rgb(shares), sequential()[[[0, 128], [255, 51]]])


# units


def test_a_unit_is_named_by_map_row_and_column() -> None:
    assert unit_line(SEEN) == "Unit (17, 7, 10) = 2.171"
    assert unit_line(replace(SEEN, map=None)) == "Units (7, 10) of all maps, sum 2.171"
    assert unit_line(replace(SEEN, unit=(0, 0), vector=True)) == "Unit 17 = 2.171"
    assert unit_line(replace(SEEN, unit=(0, 0), vector=True, map=None)) == "All units of the layer, sum 2.171"


def test_the_box_and_how_much_of_it_is_outside() -> None:
    assert box_line(SEEN) == "box 196 × 196, 11.4 % outside the picture"
    assert box_line(replace(SEEN, outside=0.0)) == "box 196 × 196, all inside the picture"
    large = replace(SEEN, box=(-9, 0, 331, 300), whole=True)
    assert box_line(large) == "box 340 × 300 covers the picture, 11.4 % outside it"
    assert box_line(replace(large, outside=0.0)) == "box 340 × 300 covers the picture"


def test_rows_and_columns_are_the_first_and_the_last() -> None:
    assert place_line(SEEN.box) == "rows −4 … 191, columns 52 … 247"
    assert box_texts(SEEN) == ("196 × 196", "−4 … 191", "52 … 247", "11.4 %")
    assert box_texts(None) == ("–",) * len(BOX)


def test_the_line_over_the_picture() -> None:
    assert label_line(SEEN) == "conv5_3 unit (7, 10): box 196 × 196, 11.4 % outside the picture"
    assert label_line(replace(SEEN, vector=True, unit=(0, 0))).startswith("conv5_3 unit 17: box")


def test_padding_in_words() -> None:
    assert padding_line((7, 10), 0.114, energy=False) == "unit (7, 10): 11.4 % of its box is padding"
    assert padding_line((7, 10), 0.0, energy=True) == "unit (7, 10): 0 % of its effective energy is padding"


# effective fields


def test_spread_and_half_of_the_energy() -> None:
    assert sigma_line(field(), (14, 28, 210, 224)) == "σ 34.1 × 33.2 px · 50 % of the energy in 4.19 % of the box"


def test_only_the_part_of_the_box_on_the_picture_counts() -> None:
    inside, beyond = (sigma_line(field(), box) for box in ((0, 0, 100, 100), (-50, -900, 100, 100)))
    assert inside == beyond
    assert sigma_line(field(), (-9, -9, 0, 0)) == "σ 34.1 × 33.2 px"


def test_half_of_the_energy_never_takes_more_than_the_box() -> None:
    assert sigma_line(field(), (0, 0, 2, 2)).endswith("in 100 % of the box")


def test_numbers_and_what_is_not_known() -> None:
    texts = number_texts(field())
    assert len(texts) == len(NUMBERS) == len(EXPLANATIONS)
    assert texts == ("34.1 × 33.2 px", "–", "112.3 × 150.1", "0.031", "0.872", "99.9 %")
    assert number_texts(field(sigma_error=(1.234, 0.0567)))[1] == "1.2 × 0.057 px"
    assert number_texts(None) == number_texts(field(None, lack=Lack.DEAD)) == ("–",) * len(NUMBERS)


def test_noise_of_rounding_is_not_told() -> None:
    assert number_texts(field(replace(GAUSSIAN, correlation=-3e-17)))[3] == "0"
    assert number_texts(field(replace(GAUSSIAN, sigma=(1e-9, 2.0))))[0] == "0 × 2 px"


def test_areas_in_the_order_of_their_shares() -> None:
    assert area_texts(field()) == ("0.82 %", "1.61 %", "3.21 %", "45 %")
    assert area_texts(None) == ("–",) * 4


def test_over_what_it_was_measured() -> None:
    assert measured_line(field().effective) == "one picture · 128 ms"
    assert measured_line(field(pictures=1234, dead=3).effective) == "1,234 pictures, dead for 3 of them · 128 ms"
    several = field(pictures=64, dead=1, skipped=2, milliseconds=2034.0).effective
    assert measured_line(several) == "64 pictures, dead for 1 of them, 2 left out · 2.03 s"


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0.5, "0.5 ms"), (22.44, "22.4 ms"), (999.4, "999 ms"), (999.6, "1 s"), (2034.0, "2.03 s")]
)
def test_long_times_are_told_in_seconds(milliseconds: float, text: str) -> None:
    assert duration(milliseconds) == text


@pytest.mark.parametrize(("map", "of"), [(17, "unit (17, 7, 10)"), (None, "units (7, 10) of all maps")])
def test_of_what_it_is_the_gradient(map: int | None, of: str) -> None:
    assert gradient_line(field(target=Target("conv5_3", (7, 10), map)).effective) == f"absolute gradient of {of}"


def test_why_there_is_none() -> None:
    assert lack_line(field().effective) == ""
    dead = field(None, lack=Lack.DEAD, dead=1)
    assert lack_line(dead.effective).startswith("Dead for this picture: every gradient is 0")
    assert sigma_line(dead, SEEN.box) == lack_line(dead.effective)
    assert lack_line(field(None, lack=Lack.DEAD, pictures=64, dead=64).effective).startswith("Dead for all 64 pictures")
    assert lack_line(field(None, lack=Lack.NAN).effective).startswith("Some gradient is NaN")


# pins


def test_pins() -> None:
    shown = PinShown(Pin("conv3_3", (28, 30), 4), 2, (98, 106, 138, 146), None)
    assert pin_texts(shown) == ("2 · conv3_3 (4, 28, 30)", "40", "–")
    assert pin_words(shown).endswith("2σ not measured yet")
    measured = replace(shown, pin=Pin("conv3_3", (28, 30)), box=(0, 0, 3, 5), numbers=GAUSSIAN)
    assert pin_texts(measured) == ("2 · conv3_3 (28, 30)", "3 × 5", "68.2 × 66.4")
    assert pin_words(measured) == "pin 2 · conv3_3 (28, 30) sees 3 × 5 px of the picture, 2σ 68.2 × 66.4 px"
