"""Which algorithm forms the sums of a plan on a GPU: the cheapest by costs of its own.

The costs are instructions for one result, counted in the CUDA code. They are guesses, not measured yet.
"""

from collections.abc import Iterator

from kernels import launch_tiles
from kernels.costs import FFT_LARGEST_SIDE
from kernels.factor import Pairs
from kernels.gpu_ends import End
from kernels.launch import Band, Launch, any_sums
from kernels.launch_tiles import Block
from kernels.plan import Algorithm, Plan, extent

TAP, LARGE_TAP, ANY_TAP = 1.0, 1.7, 12.0  # of a weight: unrolled; four columns at a time; with its place in the picture
PAIRS, PAIR_TAP = 30.0, 1.5  # of the way through shared memory, and of a weight of a pair
FFT = 800.0  # of two transforms, which are waits for memory


def choose(plan: Plan, *, spectra: bool = True) -> Algorithm:
    """The cheapest algorithm; ``spectra``: whether there are Fourier transforms on the GPU."""
    return min(_costs(plan, spectra), key=lambda option: option[0])[1]


def possible(plan: Plan, algorithm: Algorithm) -> Algorithm:
    """The one that is used where ``algorithm`` is asked for: on a GPU, running sums are pairs, and pairs have to fit a block."""
    if plan.limit <= 0 or algorithm is Algorithm.DIRECT:
        return Algorithm.DIRECT
    if algorithm is Algorithm.FFT:
        return Algorithm.FFT if _fits_spectra(plan) else Algorithm.DIRECT
    if plan.pairs is None or launch_tiles.pairs_block(plan) is None:
        return Algorithm.DIRECT
    return Algorithm.SEPARABLE if plan.pairs.rank == 1 else Algorithm.LOW_RANK


def launch(band: Band, algorithm: Algorithm, end: End) -> Launch:
    """The launch for any algorithm but FFT."""
    if algorithm is Algorithm.DIRECT:
        return launch_tiles.square(band, end) or launch_tiles.large(band, end) or any_sums(band, end)
    return launch_tiles.in_pairs(band, end) or launch(band, Algorithm.DIRECT, end)


def _costs(plan: Plan, spectra: bool) -> Iterator[tuple[float, Algorithm]]:
    yield _direct(plan), Algorithm.DIRECT
    if plan.limit <= 0:
        return
    block = launch_tiles.pairs_block(plan)
    if block is not None and plan.pairs is not None:
        yield _in_pairs(plan, plan.pairs, block), possible(plan, Algorithm.SEPARABLE)
    if spectra and _fits_spectra(plan):
        yield FFT * plan.stride**2, Algorithm.FFT


def _direct(plan: Plan) -> float:
    if launch_tiles.square_block(plan) is not None:
        return TAP * plan.weights.size
    return LARGE_TAP * plan.weights.size if launch_tiles.large_block(plan) is not None else ANY_TAP * len(plan.taps[0])


def _in_pairs(plan: Plan, pairs: Pairs, block: Block) -> float:
    """The rows above and below a block's part of the result are summed along too."""
    kh, kw = plan.kernel_shape
    return PAIRS + PAIR_TAP * pairs.rank * (kw * (block.down + kh - 1) / block.down + kh)


def _fits_spectra(plan: Plan) -> bool:
    return max(extent(size, plan.dilation) for size in plan.kernel_shape) <= FFT_LARGEST_SIDE
