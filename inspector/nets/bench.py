"""torch's ways to filter a picture and to compute the convolutions of VGG-16, for measuring the engine beside it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import conv2d

from inspector.core.bench.timing import Way
from inspector.core.bench.works import Weights, Work

VERSION: str = torch.__version__
MOST_STEPS = 1_100_000_000  # torch takes 0.2 ns for each and more; other libraries are ten times as fast


def ways(work: Work) -> dict[str, Way]:
    """The channels of RGB are filtered as pictures of their own; nothing for kernels that would take a second.

    Nor for blurs, for which torch has no way of its own.
    """
    if work.steps > MOST_STEPS or work.weights is not Weights.DENSE:
        return {}
    picture, filters = torch.tensor(work.picture()), torch.tensor(work.kernel())[None, None]
    run = _rgb if work.rgb else _one_channel
    return {"conv2d": Way(lambda: run(picture, filters))}


def _one_channel(picture: Tensor, filters: Tensor) -> Tensor:
    return conv2d(picture[None, None], filters, padding="same")[0, 0]


def _rgb(picture: Tensor, filters: Tensor) -> Tensor:
    values = conv2d(picture.permute(2, 0, 1)[:, None].float(), filters, padding="same")
    return values.round_().clamp_(0, 255).byte()[:, 0].permute(1, 2, 0).contiguous()


def layer_way(x: NDArray[np.float32], w: NDArray[np.float32], bias: NDArray[np.float32], device: str) -> Way:
    """A 3 × 3 layer of maps (N, C, H, W), padded by 1, where ``device`` is "cpu" or "gpu"; TF32 is off."""
    maps, filters, offsets = (_moved(array, device) for array in (x, w, bias))
    return Way(lambda: _exact(lambda: conv2d(maps, filters, offsets, padding=1)), _fetched)


def card_ways(work: Work) -> dict[str, Way]:
    """The convolution and a copy of a picture of one channel that lies on the GPU."""
    picture, filters = _moved(work.picture(), "gpu"), _moved(work.kernel(), "gpu")[None, None]
    return {
        "torch conv2d": Way(lambda: _exact(lambda: _one_channel(picture, filters)), _fetched),
        "torch copy": Way(picture.clone, None),
    }


def card_problem() -> str:
    """Why torch has no GPU, or ''."""
    return "" if torch.cuda.is_available() else "torch has no CUDA here"


def wait_for_card() -> None:
    """Until the GPU has done all that torch has given to it."""
    torch.cuda.synchronize()


def _moved(array: NDArray[Any], device: str) -> Tensor:
    return torch.tensor(array, device="cuda" if device == "gpu" else "cpu")


def _exact(compute: Callable[[], Tensor]) -> Tensor:
    with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=False):
        return compute()


def _fetched(tensor: Tensor) -> NDArray[Any]:
    return tensor.cpu().numpy()
