"""What is looked at before anything has been chosen."""

from collections.abc import Sequence

from inspector.core.network.steps import Step


def toothed(steps: Sequence[Step]) -> Step | None:
    """The first row with a jump of more than one pixel, whose errors have teeth; None where there is none."""
    return next((step for step in steps if _jumps(step) and step.facts.output[1:] != (1, 1)), None)


def _jumps(step: Step) -> bool:
    field = step.facts.receptive_field
    return field is not None and max(field.jump) > 1
