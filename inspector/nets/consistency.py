"""Whether a network judges shifted pictures of a data set alike, and how far its layers move along, over all of it.

Consistency: two random shifts of the same picture are judged alike. Source: Zhang, Making Convolutional Networks Shift-Invariant
Again, 2019, section 4, who takes two random crops of 224 pixels out of 256; here the input slides by up to ``reach`` pixels.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from inspector.core.network.settings import Alteration, Fit
from inspector.core.shift.grid import Grid
from inspector.core.shift.measures import top_classes
from inspector.core.shift.report import Along, Study
from inspector.core.shift.results import LayerErrors
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.transforms import Translation
from inspector.nets.consistency_counts import Found, Keeper
from inspector.nets.opened import OpenNetwork
from inspector.nets.passes import Passes
from inspector.nets.shift_sources import Source, scene_with_room
from inspector.nets.shifting import Shifting
from kernels import Cancel, Cancelled

VERSIONS = 3  # of each picture: as it is, and two random shifts

Progress = Callable[[int, int], None]  # pictures done, of how many


@dataclass(frozen=True)
class Trial:
    """What is done to each picture: ``seed`` begins the random shifts, whole pixels of up to ``along.reach`` both ways.

    ``keys``: the layers whose errors are measured along the axis, over the first ``curves`` pictures that can be taken.
    ``value``: what comes in for CONSTANT, white being 1. ``fit`` None: what is natural for each picture.
    """

    along: Along = field(default_factory=Along)
    incoming: Incoming = Incoming.ZERO
    value: float = 0.0
    seed: int = 0
    curves: int = 100
    keys: tuple[str, ...] = ()
    fit: Fit | None = None

    def shifts(self, number: int) -> tuple[Translation, ...]:
        """The versions of a picture: itself, and two shifts that depend on the seed and its number alone."""
        draw = np.random.default_rng([self.seed, number])
        drawn = draw.integers(-self.along.reach, self.along.reach + 1, (VERSIONS - 1, 2)).tolist()
        return Translation(), *(Translation(dy, dx) for dy, dx in drawn)


def consistency(
    network: OpenNetwork, source: Source, trial: Trial, alterations: Sequence[Alteration] = (), *, state: Path | None = None,
    progress: Progress = lambda done, count: None, cancel: Cancel = lambda: False,
) -> Study:  # fmt: skip
    """Measure all pictures of ``source``, of which those of one pass are in memory.

    Pictures that cannot be read or fitted are left out and counted. ``state``: a file that keeps what has been found while it
    runs; where it is there, the run goes on from it and ends with the very numbers that it would have had without a break. At
    the end it is removed.

    Raises:
        Cancelled: ``cancel``, which is asked before each pass, said yes; ``state`` has all that was found.
        StateError: ``state`` is damaged or belongs to another run.
        SaveError: ``state`` cannot be written.
        ValueError: the network gives no classes; as ``Shifting``, for no pictures, or where none can be taken: then as its first.
    """
    network.trained.check_judges()
    start = perf_counter()
    run = _Run(network, source, trial, alterations, cancel)
    keeper = Keeper(state, run.facts if state else {})
    found = keeper.read()
    try:
        while found.done < len(source):
            run.add(found)
            progress(found.done, len(source))
            keeper.write(found)
    except Cancelled:
        keeper.write(found, at_once=True)
        raise
    study = _study(found, run, perf_counter() - start)
    keeper.remove()
    return study


def _study(found: Found, run: "_Run", seconds: float) -> Study:
    """Raises ValueError where there was no picture."""
    if not found.pictures:
        raise ValueError(
            f"none of the pictures can be taken; the first: {found.problem}" if found.problem else "there are no pictures"
        )
    shifts, grids = 2 * found.pictures, run.grids
    return Study(
        found.pictures, found.skipped, found.alike / found.pictures, found.kept / shifts,
        found.right / found.labelled if found.labelled else None,
        found.right_shifted / (2 * found.labelled) if found.labelled else None,
        found.curves, {key: layer.errors(key, grids.get(key)) for key, layer in found.layers.items()}, seconds,
    )  # fmt: skip


# ---- from picture to picture -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Run:
    """A source before a network."""

    network: OpenNetwork
    source: Source
    trial: Trial
    alterations: Sequence[Alteration]
    cancel: Cancel

    @property
    def facts(self) -> dict[str, Any]:
        """The values of JSON that tell runs apart whose numbers would differ."""
        altered = [asdict(one) for one in self.alterations]
        facts = {"network": self._digest, "data": self.source.digest, "pictures": len(self.source),
                 "trial": asdict(self.trial), "changes": altered}  # fmt: skip
        told: dict[str, Any] = json.loads(json.dumps(facts))
        return told

    @property
    def grids(self) -> dict[str, Grid]:
        """Where the units of the layers lie."""
        return Shifting(self.network, Scene(np.zeros(self.network.trained.preprocessing.input, np.float32))).grids

    @property
    def _digest(self) -> str:
        trained = self.network.trained
        found = hashlib.sha256(repr((_structure(trained.network), trained.preprocessing)).encode())
        for name, tensor in trained.network.state_dict().items():
            found.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
        return found.hexdigest()

    def add(self, found: Found) -> None:
        """The pictures of the next pass; ``found`` changes when all of it has been measured."""
        passes = Passes(self.network, self.alterations)
        numbers = range(found.done, min(found.done + max(passes.at_once // VERSIONS, 1), len(self.source)))
        scenes, problems = self._scenes(numbers)
        judged = self._judged(passes, scenes)
        chosen = list(scenes.values())[: self.trial.curves - found.curves]
        measured = [self._errors(scene) for scene in chosen]
        found.judge(judged, np.array([self.source.label(number) for number in scenes], np.int64))
        for problem in problems:
            found.skip(problem)
        for errors in measured:
            found.measure(errors)
        found.done = numbers.stop

    def _scenes(self, numbers: range) -> tuple[dict[int, Scene], list[str]]:
        """The pictures that can be taken, by number, and why others cannot."""
        scenes: dict[int, Scene] = {}
        problems: list[str] = []
        for number in numbers:
            try:
                scenes[number] = self._scene(number)
            except ValueError as error:
                problems.append(str(error))
        return scenes, problems

    def _scene(self, number: int) -> Scene:
        trial, picture = self.trial, self.source.picture(number)
        try:
            return scene_with_room(self.network, picture, trial.incoming, trial.along.reach, fit=trial.fit, value=trial.value)
        except ValueError as error:
            raise ValueError(f"{picture.name}: {error}") from error

    def _judged(self, passes: Passes, scenes: dict[int, Scene]) -> NDArray[np.int64]:
        """The likeliest classes (n, VERSIONS) of the pictures and of their shifts."""
        if not scenes:
            return np.zeros((0, VERSIONS), np.int64)
        seen = np.stack([scene.seen(shift) for number, scene in scenes.items() for shift in self.trial.shifts(number)])
        parts = [
            passes.judged(seen[start : start + passes.at_once], self.cancel) for start in range(0, len(seen), passes.at_once)
        ]
        tops: NDArray[np.int64] = top_classes(np.concatenate(parts)).reshape(len(scenes), VERSIONS)
        return tops

    def _errors(self, scene: Scene) -> dict[str, LayerErrors]:
        shifting = Shifting(self.network, scene, self.alterations)
        return dict(shifting.errors(self.trial.along.transforms, self.trial.keys or None, self.cancel).layers)


def _structure(network: nn.Module) -> list[str]:
    """Each layer with its settings, which are what its ``repr`` tells, so that an altered network is another one."""
    return [f"{name} {module!r}" for name, module in network.named_modules() if not any(module.children())]
