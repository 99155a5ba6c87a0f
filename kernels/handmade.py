"""The kernels that people made by hand before networks learned them.

All are written for correlation (no flip): ``sobel-x`` is positive where brightness rises to the right.
"""

from difflib import get_close_matches
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from kernels import makers
from kernels.kernel import Kernel

BROWN = "Lecture deck, CSCI 1470 Deep Learning, day 10 (E. Ewing, Brown University, 2025)"
DEMIREL = "Lecture deck, CSS634 Deep Learning, CNN part I (A. Nussipbekov, Suleyman Demirel University)"
MATRIX = "Gonzalez and Woods, Digital Image Processing"

BINOMIAL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])
COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
RING = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))  # the eight neighbours, clockwise from north
DIRECTIONS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@cache
def presets() -> tuple[Kernel, ...]:
    """Every preset, in an order for teaching: nothing, blurs, sharpening, edges by direction, edges, lines, relief."""
    return (*_smoothing(), *_sharpening(), *_gradients(), *_second_derivatives(), *_lines(), *_embossing(), _gabor())


def preset(id: str) -> Kernel:
    """The kernel of an id such as ``sobel-x``, or of a maker with numbers, such as ``gaussian:15:2.5``.

    Raises ValueError that names similar ids.
    """
    if ":" in id:
        return makers.make(id)
    known = {kernel.id: kernel for kernel in presets()}
    if id in known:
        return known[id]
    near = get_close_matches(id, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise ValueError(f"there is no preset kernel {id[:40]!r}; {hint}")


def _preset(id: str, title: str, weights: ArrayLike, shows: str, source: str, *, divisor: float = 1) -> Kernel:
    return Kernel(np.asarray(weights) / divisor, id=id, title=title, shows=shows, source=source)


def _smoothing() -> list[Kernel]:
    gaussian3 = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    return [
        _preset("identity", "Identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
                "Copies each pixel: the picture comes out unchanged.", BROWN),
        _preset("box3", "Box 3", np.ones((3, 3)),
                "Averages the 3 x 3 neighbourhood equally: a light, blocky blur.", BROWN, divisor=9),
        _preset("box5", "Box 5", np.ones((5, 5)),
                "Averages the 5 x 5 neighbourhood equally: a stronger, blocky blur.", MATRIX, divisor=25),
        _preset("gaussian3", "Gaussian 3", gaussian3,
                "Averages with most weight in the middle: a light, smooth blur.", BROWN, divisor=16),
        _preset("gaussian5", "Gaussian 5", BINOMIAL,
                "Averages with binomial weights: a smooth blur, the same in all directions.", BROWN, divisor=256),
        _preset("motion-blur", "Motion blur", np.eye(9),
                "Averages along a diagonal, as a camera moving during the exposure does.",
                "Point spread function of uniform linear motion", divisor=9),
    ]  # fmt: skip


def _sharpening() -> list[Kernel]:
    unsharp = -BINOMIAL / 256
    unsharp[2, 2] += 2
    return [
        _preset("sharpen", "Sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
                "Adds the difference from the four neighbours: edges gain contrast, and so does noise.", BROWN),
        _preset("unsharp", "Unsharp mask", unsharp,
                "Adds the difference from a 5 x 5 Gaussian blur: sharpens broader detail more gently.",
                "Unsharp masking of photographic darkrooms; Gonzalez and Woods, Digital Image Processing"),
    ]  # fmt: skip


def _gradients() -> list[Kernel]:
    rows = [
        ("prewitt", "Prewitt", [1, 1, 1], 1, "J. M. S. Prewitt, Object enhancement and extraction, 1970"),
        ("sobel", "Sobel", [1, 2, 1], 1, "I. Sobel and G. Feldman, An isotropic 3x3 image gradient operator, 1968"),
        ("scharr", "Scharr", [3, 10, 3], 1, "H. Scharr, Optimale Operatoren in der digitalen Bildverarbeitung, 2000"),
    ]
    smoother = {
        "prewitt": "averaging three lines equally",
        "sobel": "with more weight on the middle line",
        "scharr": "with weights that treat all directions most alike",
    }
    kernels = [
        _preset("vertical-edge", "Vertical edge", [[1, 0, -1]] * 3,
                "Positive where bright turns to dark from left to right: upright edges.", DEMIREL),
        _preset("horizontal-edge", "Horizontal edge", np.transpose([[1, 0, -1]] * 3),
                "Positive where bright turns to dark from top to bottom: level edges.", DEMIREL + ", turned"),
    ]  # fmt: skip
    for name, title, across, _, source in rows:
        x = np.outer(across, [-1, 0, 1])
        how = smoother[name]
        kernels += [
            _preset(f"{name}-x", f"{title} x", x, f"Slope from left to right, {how}: answers to upright edges.", source),
            _preset(f"{name}-y", f"{title} y", x.T, f"Slope from top to bottom, {how}: answers to level edges.", source),
        ]
    return kernels + _roberts()


def _roberts() -> list[Kernel]:
    source = "L. G. Roberts, Machine perception of three-dimensional solids, 1963"
    return [
        _preset("roberts-x", "Roberts x", [[1, 0], [0, -1]],
                "Difference along one diagonal of 2 x 2 pixels: the smallest edge detector, and a noisy one.", source),
        _preset("roberts-y", "Roberts y", [[0, 1], [-1, 0]],
                "Difference along the other diagonal of 2 x 2 pixels.", source),
    ]  # fmt: skip


def _second_derivatives() -> list[Kernel]:
    log = [[0, 0, -1, 0, 0], [0, -1, -2, -1, 0], [-1, -2, 16, -2, -1], [0, -1, -2, -1, 0], [0, 0, -1, 0, 0]]
    return [
        _preset("edge4", "Edges, 4", [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
                "Difference from the four nearest neighbours: edges and ridges in all directions, 0 in flat areas.", BROWN),
        _preset("edge8", "Edges, 8", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
                "Difference from all eight neighbours: edges in all directions, diagonals included.", BROWN),
        _preset("laplacian-of-gaussian", "LoG 5", log,
                "Blurs, then finds edges: less noise than the plain differences, and answers to small spots.",
                "D. Marr and E. Hildreth, Theory of edge detection, 1980; usual 5 x 5 integers"),
    ]  # fmt: skip


def _lines() -> list[Kernel]:
    upright = np.array([[-1, 2, -1]] * 3)
    return [
        _preset("vertical-line", "Vertical line", upright,
                "Positive on thin upright lines brighter than both sides.", MATRIX),
        _preset("horizontal-line", "Horizontal line", upright.T,
                "Positive on thin level lines brighter than both sides.", MATRIX),
    ]  # fmt: skip


def _embossing() -> list[Kernel]:
    ring = [0, 1, 2, 1, 0, -1, -2, -1]  # clockwise from north, for a relief that rises to the east
    return [_emboss(index, np.roll(ring, index - COMPASS.index("e"))) for index in range(len(COMPASS))]


def _emboss(index: int, ring: ArrayLike) -> Kernel:
    weights = np.ones((3, 3))
    weights[tuple(np.transpose(RING))] = ring
    return _preset(
        f"emboss-{COMPASS[index]}",
        f"Emboss {COMPASS[index].upper()}",
        weights,
        f"A relief: brighter where the picture brightens towards the {DIRECTIONS[index]}.",
        "Relief filter of image editors",
    )


def _gabor() -> Kernel:
    return makers.gabor(15, 6, 45).with_(
        id="gabor", title="Gabor 45°", shows="Answers to stripes 6 pixels wide along one diagonal, as simple cells do."
    )
