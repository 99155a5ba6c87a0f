"""Following a picture through a network: every layer and every function of torch becomes a node of the graph."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import Tensor, nn

from inspector.core.receptive_field.graph import INPUT, Edge, Node
from inspector.core.receptive_field.looks import SAME, Looks, Whole
from inspector.nets.tracing.known import looks_of
from inspector.nets.tracing.limits import CallLimit
from inspector.nets.tracing.measuring import measured_call
from inspector.nets.tracing.operations import CONSTANT, DECIDING, READING, RULES, name_of
from inspector.nets.tracing.values import (
    Call,
    Origin,
    Seen,
    Source,
    Traced,
    Untraced,
    in_plain_order,
    plain_axes,
    plain_grid,
    tensors_in,
)  # fmt: skip


@dataclass(frozen=True)
class Pass:
    """A layer at work: the module by its path and its kind, and which of its passes it is."""

    name: str
    call: int
    kind: str


@dataclass(frozen=True, eq=False)
class Pending:
    """A layer that has to be measured: the module by its path, which pass it was, and the shapes of what was given and made.

    ``source``: the node that it takes, where that is known and all; else it is measured all the way from the picture.
    """

    name: str
    call: int
    given: tuple[int, ...]
    made: tuple[int, ...]
    source: str = ""


@dataclass(frozen=True, eq=False)
class _Entered:
    """A layer at work: the first tensor that it was given, how it looks at it if that is known, and how many nodes there were.

    ``all``: it was given nothing else.
    """

    origin: Origin
    given: tuple[int, ...]
    all: bool
    looks: Looks | None
    nodes: int


class Tracer(CallLimit):
    """Sees all calls of torch's functions while it is entered, and layers through ``enters`` and ``leaves``.

    Tensors are told apart by identity and version, and are kept until the end so that no identity is used twice. What torch's
    functions did not make here, and what is not among the ``constants``, may come from anywhere: it is lost. ``most``: how
    many calls are followed; then TooManyCalls is raised.
    """

    def __init__(self, names: Iterable[str], constants: Iterable[Tensor], most: float = float("inf")) -> None:
        super().__init__(most)
        self.nodes: list[Node] = []
        self.pending: dict[str, Pending] = {}
        self.passed: dict[str, Pending] = {}  # all layers, as they would be measured
        self.reads = False  # numbers of the picture have left torch, and may have come back
        self.decides = False  # a number of the picture has decided what to do
        self._taken = {INPUT, *names}
        self._counted: dict[str, int] = {}
        self._renamed: dict[str, str] = {}
        self._origins: dict[tuple[int, int], Origin] = {}
        self._kept: list[Tensor] = []
        self._entered: list[_Entered] = []
        self._blind = 0  # what known layers do inside is not looked at
        for tensor in constants:
            self._remember(tensor, Untraced.CONSTANT)

    def starts(self, picture: Tensor) -> None:
        """The picture is about to enter the network."""
        height, width = picture.shape[2:]
        self._remember(picture, Traced(INPUT, (2, 3), (height, width), INPUT))

    # ---- layers --------------------------------------------------------------------------------------------------

    def enters(self, layer: nn.Module, given: tuple[Any, ...], options: dict[str, Any]) -> None:
        """A layer is about to compute from these arguments; it must leave again."""
        tensors = tensors_in([given, options])
        first = tensors[0] if tensors else None
        origin = Untraced.LOST if first is None else self._origin(first)
        alone = len(given) == 1 and given[0] is first and not options
        looks = looks_of(layer, first, origin) if len(tensors) == 1 and isinstance(origin, Traced) else None
        shape = () if first is None else tuple(first.shape)
        self._entered.append(_Entered(origin, shape, alone, looks, len(self.nodes)))
        self._blind += looks is not None

    def leaves(self, key: str, layer: Pass, maps: Tensor | None, remark: str) -> str:
        """The layer ``key`` has made ``maps``; the key of the layer whose output it took, or "".

        Where it has made something else, the ``remark`` says so, and of the tensors in that is known what its functions did.
        """
        entered = self._entered.pop()
        self._blind -= entered.looks is not None
        origin = entered.origin
        if maps is None:
            self.nodes.append(Node(key, layer.kind, (), (1, 1), problem=remark))
        else:
            self.passed[key] = Pending(layer.name, layer.call, entered.given, tuple(maps.shape))
            self._made_maps(key, layer.kind, maps, entered)
        return origin.layer if isinstance(origin, Traced) else ""

    def _made_maps(self, key: str, kind: str, maps: Tensor, entered: _Entered) -> None:
        if entered.looks is None or not isinstance(entered.origin, Traced):
            self._looked_into(key, kind, maps, entered)
            return
        edge = Edge(self._key(entered.origin), entered.looks)
        self._hands_on(Node(key, kind, (edge,), plain_grid(tuple(maps.shape))), maps)

    def _looked_into(self, key: str, kind: str, made: Tensor, entered: _Entered) -> None:
        """A layer of which was seen what it did, or that made a tensor that nothing is known of."""
        origin, shape = self._origin(made), tuple(made.shape)
        if isinstance(origin, Traced):
            self._traced(key, kind, origin, made, alone=len(self.nodes) == entered.nodes + 1)
            return
        if origin is Untraced.LOST:
            source = self._key(entered.origin) if _can_be_tried(entered) and isinstance(entered.origin, Traced) else ""
            self.pending[key] = replace(self.passed[key], source=source)
        self._hands_on(Node(key, kind, (), plain_grid(shape)), made)

    def _traced(self, key: str, kind: str, origin: Traced, made: Tensor, *, alone: bool) -> None:
        """What a layer hands on is what a node made; where that is all that it did, it is the node itself."""
        shape, grid = tuple(made.shape), plain_grid(tuple(made.shape))
        if in_plain_order(origin, shape):
            last = self.nodes[-1] if alone else None
            if last is not None and last.key == self._key(origin) and last.key not in self.passed:
                self.nodes.pop()
                self._renamed[last.key] = key
                self._hands_on(replace(last, key=key, kind=kind), made)
            else:
                self._hands_on(Node(key, kind, (Edge(self._key(origin)),), grid), made)
            return
        whole = Node(key, kind, (Edge(self._key(origin), (Whole(origin.grid[0]), Whole(origin.grid[1]))),), grid)
        if origin.axes == (None, None):
            self._hands_on(whole, made)
            return
        turned = f"{key} hands on rows and columns in another order than maps have"
        merged = origin.axes[0] == origin.axes[1]
        self.nodes.append(whole if merged else Node(key, kind, (), grid, problem=turned))
        self._remember(made, replace(origin, layer=key))

    def _hands_on(self, node: Node, made: Tensor) -> None:
        self.nodes.append(node)
        self._remember(made, Traced(node.key, plain_axes(tuple(made.shape)), node.grid, node.key))

    # ---- functions -----------------------------------------------------------------------------------------------

    def __torch_function__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        """Every function of torch, also what happens in layers that are not known."""
        options = kwargs or {}
        self.count()
        if self._blind:
            return func(*args, **options)
        given = [(tensor, self._origin(tensor), tuple(tensor.shape)) for tensor in tensors_in([args, options])]
        made = func(*args, **options)
        seeing = [origin for _, origin, _ in given if origin is not Untraced.CONSTANT]
        if seeing and func in READING:
            self.decides = True
            self.reads |= func not in DECIDING
        for place, tensor in enumerate(tensors_in(made)):
            if _identity(tensor) not in self._origins:
                sources = tuple(Source(each, shape, origin) for each, origin, shape in given if isinstance(origin, Traced))
                lost = Untraced.LOST in seeing or (self.reads and _brings_numbers([args, options]))
                self._remember(tensor, Untraced.LOST if lost else self._made(Call(func, args, options, sources, tensor, place)))
        return made

    def _made(self, call: Call) -> Origin:
        """Where a result comes from whose sources are all known."""
        if not call.sources or call.function in CONSTANT:
            return Untraced.CONSTANT
        seen, measured = self._seen(call), False
        if seen is None:
            seen, measured = measured_call(call), True
        if seen is None:
            return Untraced.LOST
        origin, made = call.sources[0].origin, _placed(seen, tuple(call.made.shape))
        if len(call.sources) == 1 and seen.looks[0] == SAME and seen.grid == origin.grid:
            return replace(made, key=origin.key)  # only other numbers, or in another order
        edges = tuple(Edge(self._key(source.origin), looks) for source, looks in zip(call.sources, seen.looks, strict=True))
        node = Node("", name_of(call.function), tuple(dict.fromkeys(edges)), seen.grid, measured)
        return replace(made, key=self._node_of(call, node))

    def _node_of(self, call: Call, node: Node) -> str:
        """The key of a node like this; results of one call that look at the same share one."""
        last = self.nodes[-1] if self.nodes else None
        if call.place and last is not None and replace(last, key="") == node:
            return last.key
        key = self._key_for(node.kind)
        self.nodes.append(replace(node, key=key))
        return key

    def _seen(self, call: Call) -> Seen | None:
        """By the rule of the function; among vectors, of which each number has seen all, there are no other looks."""
        rule: Callable[[Call], Seen | None] | None = RULES.get(call.function)
        try:
            seen = None if rule is None else rule(call)
        except (TypeError, ValueError, IndexError, AttributeError, RuntimeError):
            seen = None  # arguments that the rule does not foresee: then it is found out by trying
        if seen is None and all(source.origin.grid == (1, 1) for source in call.sources):
            return Seen((None, None), (1, 1), (SAME,) * len(call.sources))
        return seen

    # ---- tensors and keys ----------------------------------------------------------------------------------------

    def _origin(self, tensor: Tensor) -> Origin:
        return self._origins.get(_identity(tensor), Untraced.LOST)

    def _remember(self, tensor: Tensor, origin: Origin) -> None:
        self._origins[_identity(tensor)] = origin
        self._kept.append(tensor)

    def _key(self, origin: Traced) -> str:
        return self._renamed.get(origin.key, origin.key)

    def _key_for(self, name: str) -> str:
        """A key that no layer and no other operation has."""
        while name in self._taken:
            name += "_"
        self._counted[name] = self._counted.get(name, 0) + 1
        return name if self._counted[name] == 1 else f"{name}:{self._counted[name]}"


def _identity(tensor: Tensor) -> tuple[int, int]:
    return id(tensor), 0 if tensor.is_inference() else tensor._version


def _placed(seen: Seen, shape: tuple[int, ...]) -> Traced:
    """A result whose node is not there yet; a single place along an axis lies where maps have it, if it can."""
    plain = Traced("", plain_axes(shape), seen.grid)
    origin = Traced("", seen.axes, seen.grid)
    return plain if in_plain_order(origin, shape) else origin


def _can_be_tried(entered: _Entered) -> bool:
    return entered.all and isinstance(entered.origin, Traced) and in_plain_order(entered.origin, entered.given)


def _brings_numbers(value: Any) -> bool:
    """Whether there are numbers that may have been those of a tensor."""
    if isinstance(value, dict):
        return _brings_numbers(list(value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_brings_numbers, value))
    return isinstance(value, (float, np.generic, np.ndarray))


def plain_tensors(modules: Sequence[nn.Module]) -> list[Tensor]:
    """Parameters, buffers and other tensors that the modules of a network hold."""
    held = (store for module in modules for store in (module._parameters, module._buffers, _plain(module)))
    return [tensor for store in held for tensor in tensors_in(store)]


def _plain(module: nn.Module) -> list[object]:
    return [value for name, value in vars(module).items() if not name.startswith("_")]
