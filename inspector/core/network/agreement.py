"""Whether the program's own engine computes what torch computes, layer by layer: plain values, made by ``inspector.nets``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.numbers_text import significant

Values = NDArray[np.floating[Any]]
NEAR = 1e-5  # of float32 sums of thousands of terms, in whatever order they are added
DEVICES = {"cpu": "CPU", "gpu": "CUDA"}  # as they are spoken of


@dataclass(frozen=True)
class Agreement:
    """One layer recomputed by ``kernels`` from what torch gave to it.

    ``differences``: by the device that recomputed it ("cpu", "gpu"), the largest difference to torch as a share of torch's
    largest value, see ``difference``. ``reason``: why it was not recomputed, or not on every device; else "".
    """

    layer: str
    kind: str
    differences: Mapping[str, float]
    reason: str = ""

    @property
    def agrees(self) -> bool | None:
        """Whether every device comes within ``NEAR`` of torch; None where nothing was recomputed."""
        return max(self.differences.values()) <= NEAR if self.differences else None

    def as_json(self) -> dict[str, Any]:
        """Its part in ``cnn-inspector activations --check --json``; a difference that is not finite is null."""
        shares = {device: share if isfinite(share) else None for device, share in self.differences.items()}
        return {"agrees": self.agrees, "differences": shares, "reason": self.reason}


def difference(found: Values, expected: Values) -> float:
    """``max |found - expected| / max |expected|`` of arrays of one shape.

    NaN and infinity must be the same in the same places, and count no further; where they are not, and for another shape, the
    difference is infinite.
    """
    if found.shape != expected.shape:
        return inf
    largest = largest_difference(found, expected)
    size = float(np.abs(expected[np.isfinite(expected)].astype(np.float64)).max(initial=0))
    return largest / size if size else (inf if largest else 0.0)


def largest_difference(found: Values, expected: Values) -> float:
    """``max |found - expected|``; of another shape, NaN and infinity as ``difference`` says."""
    if found.shape != expected.shape:
        return inf
    one, other = found.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(other)
    if not np.array_equal(one[~finite], other[~finite], equal_nan=True) or not np.isfinite(one[finite]).all():
        return inf
    return float(np.abs(one[finite] - other[finite]).max(initial=0))


def summary(agreements: Sequence[Agreement]) -> str:
    """How many layers agree, and a line for each that does not or that was not recomputed."""
    done = [one for one in agreements if one.agrees is not None]
    near = sum(one.agrees is True for one in done)
    lines = [f"{near} of {len(done)} layers, recomputed from their inputs, agree with torch within {NEAR:g} of the largest value"]
    lines += [f"{one.layer} ({one.kind}) differs from torch" for one in done if not one.agrees]
    lines += [f"{one.layer} ({one.kind}) {one.reason}" for one in agreements if one.reason]
    return "\n".join(lines)


def words(one: Agreement) -> str:
    """'max |Δ| 3.1e−7 relative to torch, CPU', that it differs, or why it was not recomputed."""
    shares = "; ".join(f"{shown_difference(share)} relative to torch, {DEVICES[id]}" for id, share in one.differences.items())
    verdict = f"differs: {shares}" if one.agrees is False else shares
    return "; ".join(filter(None, (verdict, one.reason)))


def one_line(agreements: Sequence[Agreement]) -> str:
    """All of them in one line, with the largest difference and where it is."""
    done = [one for one in agreements if one.agrees is not None]
    if not done:
        return "No layer of this network can be recomputed"
    wrong = [one.layer for one in done if not one.agrees]
    share, layer, id = max((share, one.layer, id) for one in done for id, share in one.differences.items())
    where = f"{shown_difference(share)} in {layer}, {DEVICES[id]}"
    left_out = len(agreements) - len(done)
    lack = f", {left_out} cannot be recomputed" if left_out else ""
    differing = f"{', '.join(wrong)} {'differs' if len(wrong) == 1 else 'differ'} from torch: " if wrong else ""
    return f"{differing}{len(done) - len(wrong)} of {len(done)} layers agree with torch{lack}, {where}"


def shown_difference(largest: float) -> str:
    """'max |Δ| 3.1e−7'."""
    return f"max |Δ| {significant(largest, 2)}"
