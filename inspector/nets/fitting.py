"""How pictures of any size become pictures of the network's size; in all of this, 0 is black and 1 is white."""

from math import floor

import torch
from torch import Tensor
from torch.nn import functional

from inspector.core.network.facts import Shape
from inspector.core.network.settings import Fit
from inspector.core.picture import LUMA

DIGIT_SHARE = 20 / 28  # of the input is taken up by the longer side of a digit
INK = 0.2  # of the strongest ink: what is fainter does not tell where the digit ends
ROUNDING = 0.501  # to the nearest pixel; errors of computing do not decide where something symmetric lies
FAINTEST = 0.02  # of the way from black to white: less ink than this is a spotless paper


def fit(images: Tensor, size: Shape, how: Fit) -> Tensor:
    """Images ``(N, C, h, w)`` float32 in the ``size`` (C, H, W) of the network, (N, C, H, W).

    Raises ValueError where they are larger than the input and only to be padded.
    """
    return _FITS[how](images, size)


def _padded(images: Tensor, size: Shape) -> Tensor:
    height, width = images.shape[2:]
    if height > size[1] or width > size[2]:
        raise ValueError(
            f"pictures of {width}x{height} pixels cannot be padded to the network's {size[2]}x{size[1]}; "
            "stretch, crop or letterbox them"
        )
    top, left = (size[1] - height) // 2, (size[2] - width) // 2
    return functional.pad(images, (left, size[2] - width - left, top, size[1] - height - top))


def _scaled(images: Tensor, height: int, width: int) -> Tensor:
    return functional.interpolate(images, (height, width), mode="bilinear", antialias=True)


def _stretched(images: Tensor, size: Shape) -> Tensor:
    return _scaled(images, size[1], size[2])


def _cropped(images: Tensor, size: Shape) -> Tensor:
    height, width = images.shape[2:]
    factor = max(size[1] / height, size[2] / width)
    large = _scaled(images, max(round(height * factor), size[1]), max(round(width * factor), size[2]))
    top, left = (large.shape[2] - size[1]) // 2, (large.shape[3] - size[2]) // 2
    return large[:, :, top : top + size[1], left : left + size[2]]


def _letterboxed(images: Tensor, size: Shape) -> Tensor:
    height, width = images.shape[2:]
    factor = min(size[1] / height, size[2] / width)
    sides = [min(max(round(side * factor), 1), most) for side, most in ((height, size[1]), (width, size[2]))]
    return _padded(_scaled(images, *sides), size)


def _as_digits(images: Tensor, size: Shape) -> Tensor:
    """White ink on black, as the pictures of MNIST were made from scanned digits.

    Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits (the text beside the files).
    """
    return torch.stack([_as_digit(_ink(_grey(image)), size).expand(size[0], -1, -1) for image in images])


def _grey(image: Tensor) -> Tensor:
    """Luma (h, w) of colours; the mean of other channels."""
    return torch.einsum("c,chw->hw", torch.tensor(LUMA), image) if len(image) == 3 else image.mean(0)


def _ink(grey: Tensor) -> Tensor:
    """How much ink there is (h, w), the most being 1; all 0 where there is hardly any.

    Paper is what the border mostly is, one pixel wide. If it is lighter than the picture on the whole, the ink is dark.
    """
    border = torch.cat([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = border.median()
    ink = (paper - grey if paper > grey.mean() else grey - paper).clamp(min=0)
    most = ink.max()
    return ink / most if most > FAINTEST else torch.zeros_like(ink)


def _as_digit(ink: Tensor, size: Shape) -> Tensor:
    """The ink scaled into its share of the input, its centre of mass in the middle to half a pixel, (H, W).

    The middle is the pixel H // 2, W // 2, as in MNIST; where the ink would reach beyond the input, it is moved back.
    """
    result = torch.zeros(size[1:])
    rows, columns = ((ink > INK).any(axis).nonzero().flatten().tolist() for axis in (1, 0))
    if not rows:
        return result
    inside = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = DIGIT_SHARE * min(size[1:]) / max(inside.shape)
    small = _scaled(inside[None, None], *(max(round(side * factor), 1) for side in inside.shape))[0, 0]
    (top, left), (height, width) = _corner(small, size), small.shape
    result[top : top + height, left : left + width] = small
    return result


def _corner(small: Tensor, size: Shape) -> tuple[int, int]:
    """Where the picture begins whose centre of mass lies in the middle, first row and column."""
    corner = []
    for axis, side in enumerate(size[1:]):
        profile = small.sum(1 - axis)
        mass = float((profile * torch.arange(len(profile))).sum() / profile.sum())
        corner.append(min(max(floor(side // 2 - mass + ROUNDING), 0), side - len(profile)))
    return corner[0], corner[1]


_FITS = {
    Fit.STRETCH: _stretched, Fit.CROP: _cropped, Fit.LETTERBOX: _letterboxed, Fit.PAD: _padded, Fit.DIGIT: _as_digits,
}  # fmt: skip
