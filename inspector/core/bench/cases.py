"""The cases of the table: which works are done in which ways, and what is wished of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from inspector.core.bench import ours
from inspector.core.bench.memory import CAN_MEASURE, extra_bytes
from inspector.core.bench.results import Row, Wish
from inspector.core.bench.timing import Case, Way
from inspector.core.bench.works import Weights, Work, works

Peers = Mapping[str, Callable[[Work], Mapping[str, Way]]]  # by the name of the library
Layer = Callable[[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], str], Way]
Card = Callable[[Work], Mapping[str, Way]]

DENSE, RGB, SMOOTH = "float32, dense", "uint8 RGB, dense", "float32, Gaussian and box"
COPY, STRIDE, MEMORY = "float32, to a copy", "float32, stride 2", "memory beyond input and output"
LAYERS, CARD, CARD_LAYERS = "VGG-16, CPU", "float32, GPU", "VGG-16, GPU"
CUPYX, TORCH, TORCH_COPY, COPIED = "cupyx", "torch conv2d", "torch copy", "copy"
WISHES = (
    Wish(DENSE, 1.0, 1.4),
    Wish(RGB, 1.0, 1.5),
    Wish(SMOOTH, 0.9, 1.2),
    Wish(COPY, 0.5),
    Wish(STRIDE, 2.5),
    Wish(MEMORY, 1.0),
    Wish(LAYERS),
    Wish(CARD, 0.7, against=(COPIED, TORCH_COPY)),
    Wish(CARD, mean=3.0, against=(CUPYX,)),
    Wish(CARD, mean=2.0, against=(TORCH,)),
    Wish(CARD_LAYERS, 0.5),
)

# channels in and out, and the side of the maps, of the convolutions of VGG-16; some come twice
VGG16 = (
    (3, 64, 224), (64, 64, 224), (64, 128, 112), (128, 128, 112), (128, 256, 56), (256, 256, 56), (256, 512, 28), (512, 512, 28),
    (512, 512, 14),
)  # fmt: skip
LEAST_MEMORY, SHARE, SHARE_FFT = 8_000_000, 0.1, 1.0  # bytes that are always allowed, and shares of input and output


def cpu_cases(peers: Peers, layer: Layer | None, *, quick: bool) -> list[Case]:
    """Everything that is timed on the CPU; ``layer`` makes the way of a peer to compute a layer."""
    filters = [
        *(_filter(DENSE, work, peers) for work in works([Weights.DENSE], rgb=False, quick=quick)),
        *(_filter(RGB, work, peers) for work in works([Weights.DENSE], rgb=True, quick=quick)),
        *(_filter(SMOOTH, work, peers) for work in works([Weights.GAUSSIAN, Weights.BOX], rgb=False, quick=quick)),
    ]
    size = "1080p" if quick else "4K"
    strides = [_stride(Work(size, side)) for side in (7, 9, 11, 15)]
    layers = VGG16[-1:] if quick else VGG16
    return [*filters, _copy(Work(size, 3)), *strides, *(layer_case(LAYERS, shape, layer, "cpu") for shape in layers)]


def card_cases(card: Card, layer: Layer | None) -> list[Case]:
    """Everything that is timed on the GPU; ``card`` makes all ways to filter what lies there, the engine's first."""
    pictures = [Work(size, side) for size in ("4K", "8K") for side in (3, 5, 7)]
    filters = [Case(CARD, work.title, partial(card, work)) for work in pictures]
    return [*filters, *(layer_case(CARD_LAYERS, shape, layer, "gpu") for shape in VGG16)]


def _filter(topic: str, work: Work, peers: Peers) -> Case:
    def make() -> dict[str, Way]:
        others = {f"{peer} {name}": way for peer, ways in peers.items() for name, way in ways(work).items()}
        return {ours.NAME: ours.way(work), **others}

    return Case(topic, work.title, make, ours.algorithm(work))


def _copy(work: Work) -> Case:
    picture = work.picture()
    return Case(COPY, work.title, lambda: {ours.NAME: ours.way(work), COPIED: Way(picture.copy, None)}, ours.algorithm(work))


def _stride(work: Work) -> Case:
    def make() -> dict[str, Way]:
        every = ours.way(work)
        return {"stride 2": ours.way(work, stride=2), "stride 1": Way(every.run, lambda made: np.asarray(made)[::2, ::2])}

    return Case(STRIDE, work.title, make, ours.algorithm(work))


def layer_case(topic: str, shape: tuple[int, int, int], peer: Layer | None, device: str) -> Case:
    """A 3 × 3 convolution of one picture's maps, as VGG-16 has them."""
    taken, made, side = shape

    def make() -> dict[str, Way]:
        random = np.random.default_rng(0)
        x = random.random((1, taken, side, side), np.float32)
        w = random.standard_normal((made, taken, 3, 3), np.float32) / np.float32(np.sqrt(9 * taken))
        bias = random.standard_normal(made, np.float32)
        found = {ours.NAME: ours.layer_way(x, w, bias, device)}
        return found if peer is None else {**found, TORCH: peer(x, w, bias, device)}

    return Case(topic, f"{taken} → {made}, {side}²", make)


def memory_rows(*, quick: bool) -> Sequence[Row]:
    """Nothing where memory cannot be measured."""
    size = "1080p" if quick else "4K"
    asked = [
        Work(size, 7), Work(size, 15), Work(size, 63), Work(size, 15, Weights.GAUSSIAN), Work(size, 63, Weights.BOX),
        Work(size, 7, rgb=True),
    ]  # fmt: skip
    return [_memory(work) for work in asked] if CAN_MEASURE else []


def _memory(work: Work) -> Row:
    how, given = ours.algorithm(work), 2 * work.picture().nbytes
    allowed = max(LEAST_MEMORY, (SHARE_FFT if how == "fft" else SHARE) * given)
    taken = extra_bytes(ours.way(work).run) + ours.kept_bytes()
    title = f"{work.title}{', uint8 RGB' if work.rgb else ''}"
    return Row(MEMORY, title, {ours.NAME: taken, "allowed": allowed}, how, "MB")
