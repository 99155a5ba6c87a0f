"""How fields grow from layer to layer, and where they have grown enough."""

from dataclasses import dataclass

from inspector.core.network.facts import Description
from inspector.core.network.steps import Step
from inspector.core.receptive_field.field import LayerField


@dataclass(frozen=True)
class DepthRow:
    """One row of the layer list (a step of the network) and its field.

    ``exceeds``: the field is larger than the picture along an axis. ``unproductive``: what goes into the layer has already seen
    the whole picture along every path, and still it looks at neighbours (kernel over 1): it can add no context. Source: Richter,
    Byttner, Krumnack, Schallner and Shenk, Should You Go Deeper? Optimizing Convolutional Neural Network Architectures without
    Training, 2021.
    """

    step: Step
    field: LayerField
    exceeds: bool
    unproductive: bool


def depth_rows(description: Description, steps: tuple[Step, ...]) -> tuple[DepthRow, ...]:
    """The rows in the order of the computation."""
    raise NotImplementedError


def as_csv(rows: tuple[DepthRow, ...]) -> str:
    """The table as CSV with a heading."""
    raise NotImplementedError
