"""What is known of a network without looking at its weights; plain values, made by ``inspector.nets``."""

from dataclasses import asdict, dataclass, field
from typing import Any

from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import INPUT, Graph

Shape = tuple[int, int, int]  # channels, height, width
NO_MAPS: Shape = (0, 0, 0)


def field_json(field: ReceptiveField | None) -> dict[str, list[float]] | None:
    """The values of JSON of a field, each [y, x]; a jump that is no whole number becomes the nearest float."""
    if field is None:
        return None
    jump = [int(step) if step == int(step) else float(step) for step in field.jump]
    return {"size": list(field.size), "jump": jump, "padding": list(field.padding)}


def layer_key(name: str, call: int) -> str:
    """What tells one pass of the module at the path ``name`` from all others; ``call`` counts its passes from 1."""
    return name if call == 1 and name != INPUT else f"{name}:{call}"


@dataclass(frozen=True)
class LayerFacts:
    """One layer as it is passed by one picture.

    ``name`` is the module's path, such as ``features.28``; a module that is passed twice has two entries, its
    ``parameters`` in the first. ``output`` is (C, H, W), with H = W = 1 where the layer has no image plane, of the first tensor
    where there are several; ``NO_MAPS`` where that is no maps of one picture.
    ``macs``: multiply-accumulate operations, biases not counted. ``bytes``: memory of the output, of all tensors.
    ``receptive_field`` is None where it is not one rectangle for each unit or not known. ``call`` counts the passes of the
    same module from 1. ``takes`` is the key of the layer whose output it is given, "input" for the picture, "" for the
    result of an operation that is no layer. ``remark``: what has to be known of what it hands on, or "".
    """

    name: str
    kind: str
    output: Shape
    parameters: int
    macs: int
    bytes: int
    receptive_field: ReceptiveField | None
    call: int = 1
    takes: str = ""
    remark: str = ""

    @property
    def has_maps(self) -> bool:
        """Whether what it hands on can be looked at."""
        return self.output != NO_MAPS

    @property
    def key(self) -> str:
        """What tells the layer from all others: its path, followed by ``:2`` for the second pass of a module."""
        return layer_key(self.name, self.call)

    def as_json(self) -> dict[str, Any]:
        """Its part in ``cnn-inspector describe --json``; "output" is null without maps, and "remark" is there if needed."""
        facts = {**asdict(self), "receptive_field": field_json(self.receptive_field)}
        del facts["call"], facts["takes"]  # they follow from the order
        if not self.has_maps:
            facts["output"] = None
        if not self.remark:
            del facts["remark"]
        return facts


@dataclass(frozen=True)
class Description:
    """A network at one size of ``input`` (C, H, W); ``layers`` in the order of the computation.

    ``parameters`` counts every parameter of the network once, also of layers that the picture does not pass. ``graph``: what
    takes what, for receptive fields; its nodes have the keys of the layers, operations between layers have keys of their own.
    """

    input: Shape
    parameters: int
    macs: int
    layers: tuple[LayerFacts, ...]
    graph: Graph = field(default=Graph((1, 1), ()), compare=False)

    @property
    def bytes(self) -> int:
        """Memory of all outputs together."""
        return sum(layer.bytes for layer in self.layers)

    def as_json(self, model: str) -> dict[str, Any]:
        """What ``cnn-inspector describe --json`` prints of the network called ``model``."""
        return {
            "model": model, "input": self.input, "parameters": self.parameters, "macs": self.macs,
            "layers": [layer.as_json() for layer in self.layers],
        }  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """A network of the catalogue in one line; ``input`` is (C, H, W), ``test_error`` a share in [0, 1].

    ``test_error`` is None for a network without weights. ``weights``: "shipped" or "downloaded" where they are here, or "".
    """

    id: str
    title: str
    parameters: int
    macs: int
    input: Shape
    dataset: str
    test_error: float | None = None
    weights: str = ""
