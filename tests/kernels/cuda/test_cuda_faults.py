"""What the tests on this processor find: the CUDA source with one fault at a time."""

from functools import cache

import numpy as np
import pytest

from kernels import launch_tiles, reference, rounding
from kernels.border import Border
from kernels.gpu_ends import End
from kernels.launch import cut
from kernels.levels import coloured
from kernels.plan import plan
from kernels.scale import Colours

SQUARE, SQUARE_RGB = ("correlate_square", "float32", 1), ("correlate_square", "float32", 3)
ROUNDED, LARGE, PAIRS = ("correlate_square", "uint8", 1), ("correlate_large", "float32", 1), ("correlate_pairs", "float32", 1)

FAULTS = {
    "no barrier before a strip is used": ("            __syncthreads();\n            if (line", "            if (line", PAIRS),
    "no barrier before a strip is filled again": ("task.wide);\n            __syncthreads();", "task.wide);", PAIRS),
    "no barrier before a tile is used": ("__syncthreads_or(!tame)", "!tame", SQUARE),
    "a barrier that some pass by": (
        "    const bool wild = __sync",
        "    if (threadIdx.x == 7) return;\n    const bool wild = __sync",
        SQUARE,
    ),
    "a tile without its last row": ("load<C>(tile, HIGH, PITCH", "load<C>(tile, HIGH - 1, PITCH", SQUARE),
    "a tile one value off": ("left - LEAD, source", "left - LEAD + 1, source", SQUARE_RGB),
    "a tile too large": ("load<C>(tile, HIGH, PITCH", "load<C>(tile, HIGH + 1, PITCH", SQUARE),
    "a row of the result too many": ("y + r < task.out_height", "y + r <= task.out_height", SQUARE),
    "a value of the result too many": ("i < room", "i <= room", SQUARE),
    "rows of a tile that are not where they were": ("width - 4 * fours", "width - 4 * fours + 4", SQUARE),
    "a tile that is not copied to its end": (
        "first < count; first += AT_ONCE",
        "first < count - threads; first += AT_ONCE",
        SQUARE_RGB,
    ),
    "rows that are taken for neighbours": ("== high - 1;", "<= high - 1;", SQUARE),
    "half rounded up": ("most) + 0x1p23f", "most) + 0.5f + 0x1p23f", ROUNDED),
    "no saturation": ("fminf(fmaxf(value, 0.0f), most)", "fmaxf(value, most * 0.0f)", ROUNDED),
    "weights of 0 that take part": ("if (weight == 0) continue;", "", LARGE),
    "wild values that nobody looks for": ("tame &= size", "tame |= size", LARGE),
    "wild values that pairs do not tell of": ("*found_wild = true", "*found_wild = false", PAIRS),
    "columns of weights that are left out": ("first += 4) {\n        Sum parts", "first += 8) {\n        Sum parts", LARGE),
    "a window that does not slide": ("window[i] = window[i + 4 * C];", "window[i] = window[i];", PAIRS),
}


COLOUR_FAULTS = {
    "levels rounded up": (
        "__double2int_rn((value - look.low) * look.factor)",
        "static_cast<int>((value - look.low) * look.factor + 0.5)",
        3,
    ),
    "levels made in float32": (
        "(value - look.low) * look.factor",
        "(static_cast<float>(value) - static_cast<float>(look.low)) * static_cast<float>(look.factor)",
        3,
    ),
    "levels below the range": ("whole < 0 ? 0 :", "", 3),
    "levels above the range": ("whole < 255 ? whole : 255", "whole", 3),
    "signs that stay": ("look.absolute ? size(value) : value", "value", 3),
    "NaN that is not seen in one channel": ("values[0] == values[0] && ", "", 3),
    "NaN that marks only a part": (
        "channel < 3; ++channel) pixel[channel] = look.nan",
        "channel < 2; ++channel) pixel[channel] = look.nan",
        3,
    ),
    "NaN as the level 0": ("value != value ? look.nan :", "", 1),
    "colours of the wrong level": ("look.lut[level", "look.lut[255 - level", 1),
    "colours in the wrong place": ("write(rgb + BYTES * place", "write(rgb + place", 1),
    "colours beyond the end of a row": ("made, BYTES * room, whole", "made, BYTES * room + 3, whole", 1),
    "values that are wanted": ("if (look->exact) write", "if (look->exact && false) write", 3),
}


WAYS = {"correlate_square": launch_tiles.square, "correlate_large": launch_tiles.large, "correlate_pairs": launch_tiles.in_pairs}


SHAPES = (37, 57), (100, 400)  # nothing but edges, and tiles that lie in the picture as it is, four values at once


def check(make, function, dtype, channels, side=7):
    """Several blocks each way, the last ones in part; ties and both ends of uint8; a NaN beside weights of 0."""
    for shape in SHAPES:
        random = np.random.default_rng(0)
        image = (random.random((*shape, channels)) * 255).astype(dtype)
        kernel, out = random.normal(size=(side, side)), "float32"
        if dtype == "uint8":
            kernel, out = np.zeros((side, side)), dtype
            kernel[1, 1], image[10, :4, 0] = 1.5, (1, 3, 5, 200)
        if function == "correlate_large":
            kernel[2:4, 3] = 0.0
            image[20, 20] = np.nan
        if function == "correlate_pairs":
            kernel, image = np.outer(kernel[0], kernel[1]), np.tile(image, (2, 2, 1))
        task = plan(image.shape, dtype, kernel, anchor=(side // 2, side // 2), border=Border.MIRROR)
        launch = WAYS[function](cut(task, image, 0, len(image)), End(out))
        host = make(launch.function)
        found, wild = host.run(launch, image)
        assert not wild
        expected = rounding.convert(reference.correlate(task, image), out)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-2 if out == "float32" else 0)
        if function == "correlate_pairs":
            image[50, 50] = np.inf
            assert host.run(launch, image)[1]


def check_colours(make, channels):
    """Levels of all kinds, ties among them, signs, NaN in the first channel; with and without the values."""
    for shape in SHAPES:
        random = np.random.default_rng(0)
        image = (random.integers(-400, 600, (*shape, channels)) / 2).astype(np.float32)
        image[10, 10, 0] = image[20, 21, 0] = np.nan
        kernel = np.zeros((3, 3))
        kernel[1, 1] = 1
        task = plan(image.shape, "float32", kernel, anchor=(1, 1))
        for low, high, absolute in ((0, 255, True), (0, 255, False), (-30, 480, False), (0.1, 200.7, False)):
            lut = random.integers(0, 256, (256, 3), dtype=np.uint8) if channels == 1 else None
            for exact in (False, True):
                end = End("float32", Colours(low, high, absolute, lut, (1, 2, 3)), exact)
                launch = launch_tiles.square(cut(task, image, 0, len(image)), end)
                values, rgb, _ = make(launch.function).made(launch, image)
                np.testing.assert_array_equal(rgb, coloured(image if channels == 3 else image[:, :, 0], end.colours))
                np.testing.assert_array_equal(values, image if exact else image[:0])


@pytest.mark.parametrize("function", [SQUARE, SQUARE_RGB, ROUNDED, LARGE, PAIRS])
def test_nothing_is_found_in_the_source_as_it_is(host, function):
    check(lambda name: host, *function)


@pytest.mark.parametrize("channels", [1, 3])
def test_nothing_is_found_in_colours_as_they_are(host, channels):
    check_colours(lambda name: host, channels)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(altered, fault):
    right, wrong, function = FAULTS[fault]
    assert_found(altered, right, wrong, lambda make: check(make, *function))


@pytest.mark.parametrize("fault", COLOUR_FAULTS)
def test_a_fault_planted_in_colours_is_found(altered, fault):
    right, wrong, channels = COLOUR_FAULTS[fault]
    assert_found(altered, right, wrong, lambda make: check_colours(make, channels))


def assert_found(altered, right, wrong, check):
    replaced = []

    def alter(text):
        replaced.append(right in text)
        return text.replace(right, wrong)

    with pytest.raises(AssertionError):
        check(cache(lambda name: altered(alter, name)))
    assert any(replaced), "the fault was not planted"
