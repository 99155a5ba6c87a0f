"""The rows of the layer list: each layer that computes, with the norms and the activation function right behind it."""

from dataclasses import dataclass, replace

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.settings import Stage
from inspector.core.receptive_field.graph import INPUT

NORMS = frozenset({"BatchNorm2d", "BatchNorm1d", "LocalResponseNorm", "Dropout", "Dropout2d", "Identity"})
ACTIVATIONS = frozenset({
    "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU", "Hardswish", "Tanh", "Hardtanh", "Sigmoid", "Softplus",
    "ScaledTanh",
})  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One row. ``facts`` are those of the layer, with the costs of what is folded into it.

    ``before`` and ``after`` are the keys of what goes into the activation function and what comes out of the row; they are
    equal where the row has none. ``activation`` is its kind, or "".
    """

    facts: LayerFacts
    before: str
    after: str
    activation: str = ""

    @property
    def key(self) -> str:
        """The key of the layer itself, which names the row."""
        return self.facts.key

    def shown(self, stage: Stage) -> str:
        """The key of the tensor that is shown at ``stage``."""
        return self.before if stage is Stage.BEFORE else self.after


def steps(description: Description) -> tuple[Step, ...]:
    """The rows of a network, in the order of the computation; a norm or activation is folded into the row that feeds it.

    Layers without maps have no row, since there is nothing to look at.
    """
    rows: list[Step] = []
    for layer in filter(lambda one: one.has_maps, description.layers):
        last = rows[-1] if rows else None
        if last is not None and layer.takes == last.after and not last.activation and layer.kind in NORMS | ACTIVATIONS:
            rows[-1] = _folded(last, layer)
        else:
            rows.append(Step(layer, layer.key, layer.key, layer.kind if layer.kind in ACTIVATIONS else ""))
    return tuple(rows)


def _folded(step: Step, layer: LayerFacts) -> Step:
    facts = replace(step.facts, parameters=step.facts.parameters + layer.parameters, macs=step.facts.macs + layer.macs)
    if layer.kind in ACTIVATIONS:
        return Step(facts, step.after, layer.key, layer.kind)
    return Step(facts, layer.key, layer.key)


__all__ = ["ACTIVATIONS", "INPUT", "NORMS", "Step", "steps"]
