"""Small networks compute on one thread, large ones on all; the number is given back."""

from collections.abc import Iterator

import pytest
import torch

from inspector.nets.threads import SMALL, fitting_threads


@pytest.fixture(autouse=True)
def _three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("macs", "threads"), [(0, 1), (SMALL - 1, 1), (SMALL, 3)])
def test_the_size_of_the_network_decides(macs: int, threads: int) -> None:
    with fitting_threads(macs):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 3


def test_the_number_is_given_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="odd"), fitting_threads(0):
        raise ValueError("odd")
    assert torch.get_num_threads() == 3
