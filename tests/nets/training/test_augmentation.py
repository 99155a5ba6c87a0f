"""Every change of the training pictures against the same change made with numpy."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Generator

from inspector.nets.augmentation import augmented, flipped, shifted, turned
from inspector.nets.recipes import Recipe

LAW = settings(deadline=None, derandomize=True, max_examples=60)

PLAIN = Recipe(epochs=1, rate=0.1)
offsets = st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=4)


def noise(count: int, height: int = 5, width: int = 5) -> torch.Tensor:
    return torch.rand(count, 2, height, width, generator=Generator().manual_seed(count))


def moved(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """The image (C, H, W) moved, pixel by pixel."""
    result = np.zeros_like(image)
    for y, x in np.ndindex(image.shape[1:]):
        if 0 <= y - down < image.shape[1] and 0 <= x - right < image.shape[2]:
            result[:, y, x] = image[:, y - down, x - right]
    return result


@LAW
@given(offsets, st.integers(1, 7), st.integers(1, 7))
def test_each_image_is_moved_by_its_own_offset(pairs, height, width):
    images = noise(len(pairs), height, width)
    found = shifted(images, torch.tensor(pairs))
    for image, result, (down, right) in zip(images.numpy(), found.numpy(), pairs, strict=True):
        assert np.array_equal(result, moved(image, down, right))


def test_only_the_chosen_are_mirrored():
    images = noise(3)
    found = flipped(images, torch.tensor([True, False, True]))
    assert torch.equal(found[1], images[1])
    assert np.array_equal(found[0].numpy(), images[0].numpy()[..., ::-1])
    assert torch.equal(flipped(flipped(images, torch.ones(3, dtype=bool)), torch.ones(3, dtype=bool)), images)


@pytest.mark.parametrize("turns", range(4))
def test_right_angles_turn_clockwise(turns):
    images = noise(2)
    found = turned(images, torch.full((2,), turns * torch.pi / 2), torch.ones(2))
    np.testing.assert_allclose(found.numpy(), np.rot90(images.numpy(), -turns, axes=(2, 3)), atol=1e-5)


def test_a_turn_keeps_shapes_in_pictures_that_are_not_square():
    image = torch.zeros(1, 1, 5, 9)
    image[0, 0, 2, 3:6] = 1  # a lying bar of three pixels in the middle
    found = turned(image, torch.tensor([torch.pi / 2]), torch.ones(1))
    expected = torch.zeros(1, 1, 5, 9)
    expected[0, 0, 1:4, 4] = 1
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_factors_enlarge():
    image = torch.zeros(1, 1, 9, 9)
    image[0, 0, 3:6, 3:6] = 1
    assert turned(image, torch.zeros(1), torch.tensor([1.5])).sum() > image.sum()


def test_nothing_changes_without_a_wish():
    images = noise(4)
    assert torch.equal(augmented(images, PLAIN, Generator().manual_seed(1)), images)


def test_chance_alone_decides():
    images = noise(16, 12, 12)
    wish = replace(PLAIN, shift=2, flip=True, turn=9, zoom=0.1)
    first, again, other = (augmented(images, wish, Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
