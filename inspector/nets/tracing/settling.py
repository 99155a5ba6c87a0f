"""From what was seen of one pass or several to the graph: what could not be followed is measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor, nn

from inspector.core.receptive_field.graph import INPUT, Edge, Graph, Node
from inspector.core.receptive_field.looks import Looks
from inspector.nets.borrowing import hooked
from inspector.nets.handing_on import maps_in
from inspector.nets.tracing.limits import generous
from inspector.nets.tracing.measuring import AnotherWayError, UnmeasuredError, influences, time_limit
from inspector.nets.tracing.tracer import Pending, Tracer

DEPENDS = "What the network computes with depends on the picture: "
READS = (
    "The network reads numbers of the picture, perhaps to decide by them: the fields are those of the way that zeros and noise"
    " take, and other pictures may take another."
)
LEAVES = "Numbers leave torch and come back: "
MEASURED = "the fields marked as measured were found by trying, and may be too small."
ALONE = "no other picture that was tried passes it"
META = "its weights are not there, so that it cannot be tried"


def graph_of(network: nn.Module, picture: Tensor, tracers: Sequence[Tracer]) -> Graph:
    """The graph of the first pass. What the others saw otherwise, and what they lost, is measured from the picture.

    The network is in evaluation mode and without hooks; no error is raised, problems are told in the nodes.
    """
    with time_limit():
        settled = _Settled(network, picture, tracers).nodes()
    first, *others = tracers
    differs = any(other.nodes != first.nodes for other in others)
    note = DEPENDS + MEASURED if differs else _note(first, settled)
    return Graph((picture.shape[2], picture.shape[3]), settled, note)


def _note(first: Tracer, settled: Sequence[Node]) -> str:
    """What is to be known of a graph that was the same for all pictures that were tried."""
    if first.reads and any(node.measured for node in settled):
        return LEAVES + MEASURED
    return READS if first.decides else ""


@dataclass(frozen=True, eq=False)
class _Settled:
    network: nn.Module
    picture: Tensor
    tracers: Sequence[Tracer]

    def nodes(self) -> tuple[Node, ...]:
        """Those of the first pass that hold for all of them, and measured layers in the places of others."""
        first, *others = self.tracers
        elsewhere = [{node.key: node for node in other.nodes} for other in others]
        kept: dict[str, Node] = {}
        for node in first.nodes:
            same = all(other.get(node.key) == node for other in elsewhere)
            if same and node.key not in first.pending and all(edge.key in kept or edge.key == INPUT for edge in node.edges):
                kept[node.key] = node
            elif node.key in first.passed:
                kept[node.key] = self._measured(node, kept)
            elif node.problem:
                kept[node.key] = node
        return tuple(kept.values())

    def _measured(self, node: Node, kept: Mapping[str, Node]) -> Node:
        tracer, *others = self.tracers
        pending = tracer.pending.get(node.key) or tracer.passed[node.key]
        if self.picture.is_meta:
            return replace(node, edges=(), problem=f"what {node.key} sees could not be followed, and {META}")
        if others and not any(node.key in other.passed for other in others):
            return replace(node, edges=(), problem=f"what {node.key} sees could not be followed, and {ALONE}")
        try:
            found = self._by_itself(node, pending, kept) or self._all_the_way(node, pending)
        except UnmeasuredError as error:
            return replace(node, edges=(), problem=f"what {node.key} sees could not be followed, and {error}")
        return replace(found, measured=True)

    def _by_itself(self, node: Node, pending: Pending, kept: Mapping[str, Node]) -> Node | None:
        """A layer that takes one known tensor, by passing it others; None where that does not work."""
        if not (pending.source in kept or pending.source == INPUT):
            return None
        try:
            layer = self.network.get_submodule(pending.name)
            looks = self._looks(lambda given: maps_in(layer(given)), self.picture.new_empty(pending.given), pending)
        except UnmeasuredError:
            return None
        return None if looks is None else replace(node, edges=(Edge(pending.source, looks),))

    def _all_the_way(self, node: Node, pending: Pending) -> Node:
        """Raises UnmeasuredError."""
        looks = self._looks(_Until(self.network, pending.name, pending.call), self.picture, pending)
        return node if looks is None else replace(node, edges=(Edge(INPUT, looks),))

    def _looks(self, run: Callable[[Tensor], Any], like: Tensor, pending: Pending) -> Looks | None:
        first = self.tracers[0]
        (looks,) = influences(run, [like], pending.made, gradients=not first.reads, calls=generous(first.calls))
        return looks


class _StopError(Exception):
    """The layer has been passed."""


@dataclass(frozen=True, eq=False)
class _Until:
    """The network up to a layer: what that makes when it is passed for the ``call``-th time."""

    network: nn.Module
    name: str
    call: int

    def __call__(self, picture: Tensor) -> Tensor:
        """Raises AnotherWayError where this picture does not pass it."""
        passed: list[Any] = []

        def leaves(layer: nn.Module, given: Any, made: Any) -> None:
            passed.append(made)
            if len(passed) == self.call:
                raise _StopError

        try:
            with hooked(iter([self.network.get_submodule(self.name).register_forward_hook(leaves)])):
                self.network(picture)
        except _StopError:
            made = maps_in(passed[-1])
            if made is not None:
                return made
        raise AnotherWayError("some pictures do not pass it")
