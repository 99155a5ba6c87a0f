"""What moving a picture makes of the layers of a network, and of its judgement."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inspector.core.network.settings import Alteration
from inspector.core.shift.grid import Grid, Mask, grids
from inspector.core.shift.measures import Lack, Numbers, margins, output_change, top_classes
from inspector.core.shift.results import UNKNOWN, Case, DecisionMap, LayerErrors, ShiftErrors
from inspector.core.shift.sampling import Indices
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.splitting import Unsplit
from inspector.core.shift.taps import Starts, Tapping, Taps
from inspector.core.shift.transforms import Transform
from inspector.nets.cases import Maps, case_of, kept
from inspector.nets.causes import unsplit_layers
from inspector.nets.opened import OpenNetwork
from inspector.nets.pairs import Pairs
from inspector.nets.passes import Passes
from inspector.nets.phases import Phases
from inspector.nets.reuse import Reuse
from inspector.nets.surgery import circularized
from inspector.nets.tallies import LayerTally
from kernels import Cancel

Item = TypeVar("Item")
Places = NDArray[np.intp]
COARSEST = 8  # pixels between the shifts that a decision map starts with


def never() -> bool:
    """Let nothing be cancelled."""
    return False


@dataclass(frozen=True, eq=False)
class Shifting:
    """A scene before a network, altered as asked, for as many questions as come; one thread at a time.

    Answers do not hang on what was asked before. Everything raises:

    * Cancelled where ``cancel``, which is asked before each pass, says yes;
    * SceneError where a transform looks beyond a larger picture;
    * ValueError as ``Passes.judged``, and where a layer made no tensor.
    """

    network: OpenNetwork
    scene: Scene
    alterations: Sequence[Alteration] = ()

    @cached_property
    def grids(self) -> dict[str, Grid]:
        """Where the units of the layers lie, by key, for those that have a grid of more than one unit."""
        return {key: grid for key, grid in self._places.items() if not grid.single}

    @cached_property
    def _places(self) -> dict[str, Grid]:
        return dict(grids(self.network.facts.description))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The layers that are measured if nothing else is said: what comes out of each row of the layer list."""
        return tuple(step.after for step in self.network.facts.steps)

    @cached_property
    def round(self) -> "Shifting":
        """The window as a picture that is moved round, before the network with circular padding. Raises SurgeryError."""
        return replace(self, network=circularized(self.network), scene=Scene(self.scene.still, Incoming.CIRCULAR))

    def errors(self, transforms: Sequence[Transform], keys: Collection[str] | None = None, cancel: Cancel = never) -> ShiftErrors:
        """The measures of the layers ``keys`` for each of the ``transforms``, at least one, and what becomes of the judgement.

        Maps are measured while they pass and are not kept, but for those of the picture itself where pictures pass one by one.
        ``errors(…).padding_shares(round.errors(…))`` are the shares of padding.
        """
        tallies = {key: self.tally(key) for key in (self.keys if keys is None else keys)}
        judged = [self._measured(tallies, part, cancel) for part in _chunks(transforms, self.pairs.most)]
        output = output_change(judged[0][0], np.concatenate([found for _, found in judged]))
        layers: dict[str, LayerErrors] = {key: tally.errors() for key, tally in tallies.items()}
        return ShiftErrors(tuple(transforms), self.scene.incoming, layers, output, self._unsplit)

    def tally(self, key: str) -> LayerTally:
        """An empty one of one layer."""
        return LayerTally(key, self.grids.get(key), Lack.ONE_UNIT if key in self._places else Lack.NO_GRID)

    def case(self, transform: Transform, key: str, cancel: Cancel = never) -> Case:
        """One layer under one transform, map by map and place by place."""
        found, shown = list[Maps](), self.scene.seen(transform)

        def keep(_: str, still: Tensor, moved: Tensor, starts: Starts | None) -> None:
            found.append(kept(still, moved, starts))

        self.pairs.judged([transform], shown[np.newaxis], cancel, (key,), keep)
        if not found:
            raise ValueError(f"no layer {key!r} has made a tensor of this input")
        return case_of(self.scene, self.grids.get(key), transform, key, found[0], shown=shown)

    def decisions(self, reach: int, cancel: Cancel = never) -> Iterator[DecisionMap]:
        """The judgement at every whole shift of up to ``reach`` pixels: coarse maps first, a fuller one after each pass.

        The last one is complete. Raises ValueError for a network that gives no classes.
        """
        self.network.trained.check_judges()
        passes, side = Passes(self.network, self.alterations), 2 * reach + 1
        pictures, found = self.scene.shifts(reach), _Decided.nothing(side)
        for level in _levels(reach):
            for start in range(0, len(level), passes.at_once):
                y, x = level[start : start + passes.at_once].T
                found.add(y, x, passes.judged(pictures[y, x], cancel))
                yield found.map(reach)

    @cached_property
    def tapping(self) -> dict[str, Tapping]:
        """How the maps of the layers ought to move, by key, for those that have a grid."""
        return {key: Tapping(self.scene, grid) for key, grid in self.grids.items()}

    @cached_property
    def pairs(self) -> Pairs:
        """The picture as it is beside any others."""
        trained, description = self.network.trained, self.network.facts.description
        phases = Phases(trained.network, description, self.grids)
        fixed = {key: tapping for key, tapping in self.tapping.items() if not phases.behind(key)}
        known = {} if trained.foreign else fixed  # of own code it is not known what it does between its layers
        reuse = Reuse(trained.network, description, known)
        return Pairs(Passes(self.network, self.alterations), self.scene.still, reuse, phases)

    def taps(self, key: str, transforms: Sequence[Transform], starts: Starts | None) -> Taps | None:
        """How the maps of a layer, which begin at ``starts``, ought to move; None where it has no grid."""
        return self.tapping[key].taps(transforms, starts) if key in self.tapping else None

    @cached_property
    def _unsplit(self) -> dict[str, Unsplit]:
        """The layers whose errors are not those that stay without padding, and why."""
        if self.scene.incoming is not Incoming.CIRCULAR:
            return {}
        return unsplit_layers(self.network.trained.network, self.network.facts.description, self.scene.window)

    def _measured(self, tallies: dict[str, LayerTally], part: Sequence[Transform], cancel: Cancel) -> tuple[Numbers, Numbers]:
        """Adds what ``part`` makes of the layers; the probabilities of the picture and of its transforms."""

        def watch(key: str, still: Tensor, moved: Tensor, starts: Starts | None) -> None:
            tallies[key].add(still, moved, self.taps(key, part, starts))

        return self.pairs.judged(part, np.stack([self.scene.seen(one) for one in part]), cancel, tuple(tallies), watch)


def _levels(reach: int) -> Iterator[Places]:
    """The row and column (n, 2) of the shifts that are new on each level, from the coarsest on."""
    done, step = np.zeros((2 * reach + 1,) * 2, np.bool_), COARSEST
    while step:
        level = np.zeros_like(done)
        level[reach % step :: step, reach % step :: step] = True  # the picture itself, in the middle, is among them
        yield np.argwhere(level & ~done)
        done |= level
        step //= 2


class _Decided(NamedTuple):
    """What is known so far; each (side, side), as ``DecisionMap`` has it."""

    classes: NDArray[np.int64]
    probability: Numbers
    margin: Numbers
    known: Mask

    @classmethod
    def nothing(cls, side: int) -> "_Decided":
        size = side, side
        return cls(np.full(size, UNKNOWN), np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, np.bool_))

    def add(self, y: Indices, x: Indices, judged: Numbers) -> None:
        """The probabilities (n, classes) at some places."""
        classes = top_classes(judged)
        likeliest = np.take_along_axis(judged, np.maximum(classes, 0)[:, np.newaxis], 1)[:, 0]
        self.classes[y, x], self.margin[y, x], self.known[y, x] = classes, margins(judged), True
        self.probability[y, x] = np.where(classes < 0, np.nan, likeliest)

    def map(self, reach: int) -> DecisionMap:
        """All of it, as it is now."""
        return DecisionMap(reach, *(_sealed(part.copy()) for part in self))


def _chunks(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _sealed(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values
