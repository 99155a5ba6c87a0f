"""Training pictures changed at random, so that the network learns what does not matter."""

import torch
from torch import Generator, Tensor
from torch.nn import functional

from inspector.nets.recipes import Recipe


def augmented(images: Tensor, recipe: Recipe, chance: Generator) -> Tensor:
    """Images ``(N, C, H, W)`` float32, each moved, mirrored, turned and scaled as ``recipe`` allows; black comes in.

    The numbers drawn depend on ``chance``, the recipe and the shape alone.
    """
    if recipe.flip:
        images = flipped(images, torch.rand(len(images), generator=chance) < 0.5)
    if recipe.shift:
        images = shifted(images, torch.randint(-recipe.shift, recipe.shift + 1, (len(images), 2), generator=chance))
    if recipe.turn or recipe.zoom:
        angles, factors = torch.rand(2, len(images), generator=chance) * 2 - 1
        images = turned(images, torch.deg2rad(angles * recipe.turn), 1 + factors * recipe.zoom)
    return images


def flipped(images: Tensor, chosen: Tensor) -> Tensor:
    """The images with those mirrored left to right that ``chosen`` (N,) bool marks."""
    return torch.where(chosen[:, None, None, None], images.flip(3), images)


def shifted(images: Tensor, offsets: Tensor) -> Tensor:
    """Each image moved by its row of ``offsets`` (N, 2) int64: pixels down and to the right; black comes in."""
    count, channels, height, width = images.shape
    most = int(offsets.abs().max())
    padded = functional.pad(images, (most,) * 4)
    rows = torch.arange(height) + most - offsets[:, :1]
    columns = torch.arange(width) + most - offsets[:, 1:]
    picture, channel = torch.arange(count)[:, None, None, None], torch.arange(channels)[:, None, None]
    return padded[picture, channel, rows[:, None, :, None], columns[:, None, None, :]]


def turned(images: Tensor, angles: Tensor, factors: Tensor) -> Tensor:
    """Each image turned by its angle (radians, clockwise) and enlarged by its factor about the middle, bilinearly."""
    cosines, sines = torch.cos(angles) / factors, torch.sin(angles) / factors
    ratio = images.shape[2] / images.shape[3]  # the grid's axes both run from -1 to 1
    still = torch.zeros_like(angles)
    rows = (torch.stack([cosines, sines * ratio, still], 1), torch.stack([-sines / ratio, cosines, still], 1))
    grid = functional.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)
