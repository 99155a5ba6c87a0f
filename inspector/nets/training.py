"""Training a network of the catalogue: the same recipe gives the same weights, broken off and continued or not."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Generator, Tensor, nn, optim
from torch.nn import functional

from inspector.core.files import atomic_write
from inspector.nets.augmentation import augmented
from inspector.nets.catalogue import Entry
from inspector.nets.checkpoint import read_checkpoint, write_checkpoint
from inspector.nets.datasets import Dataset
from inspector.nets.evaluation import Evaluation, evaluate
from inspector.nets.history import EpochFacts, as_csv, drawn
from inspector.nets.preprocessing import STATISTICS, Preprocessing, shares
from inspector.nets.recipes import Recipe
from inspector.nets.weights import Card, write_weights
from kernels import Cancel


class TrainingStopped(RuntimeError):  # noqa: N818 - a wish that was fulfilled, or a loss that cannot be followed
    """The run ended before its last epoch: ``str`` says why and how to go on."""


@dataclass(frozen=True)
class Progress:
    """How far the run is: batch ``step`` of ``steps`` in epoch ``epoch`` of ``epochs``, counted from 1; ``loss`` so far."""

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    seconds_left: float


@dataclass(frozen=True)
class Report:
    """A finished run: the card of its weights, what every epoch showed, and the judgement on the test set."""

    card: Card
    history: tuple[EpochFacts, ...]
    evaluation: Evaluation


@dataclass(frozen=True)
class _Pupil:
    """A network that is learning, and what it learns with."""

    network: nn.Module
    optimizer: optim.Optimizer
    recipe: Recipe
    preprocessing: Preprocessing


Show = Callable[[Progress], None]


def checkpoint_path(output: Path) -> Path:
    """Where the run that writes ``output`` keeps its state between epochs."""
    return output.with_suffix(".checkpoint")


def train(
    entry: Entry, training: Dataset, test: Dataset, recipe: Recipe, *, output: Path,
    progress: Show = lambda _: None, cancel: Cancel = lambda: False,
) -> Report:  # fmt: skip
    """Train the network and write its weights to ``output``, their card, the history as CSV and PNG beside it.

    After each epoch the state is kept in ``checkpoint_path(output)``. If that file is there, the run goes on from it, and ends
    with the weights that it would have had without the break, on one machine with as many threads. At the end it is removed.
    ``progress`` is called after each batch, ``cancel`` asked before each. torch's random numbers are left as they were.

    Raises:
        TrainingStopped: it was cancelled, or the loss is no longer finite.
        WeightsError: the checkpoint is damaged or of another run.
        SaveError: a file cannot be written.
        ValueError: the data set is not the one of the network.
    """
    if training.name != entry.dataset or test.name != entry.dataset:
        raise ValueError(f"{entry.id} is trained on {entry.dataset}, not on {training.name}")
    checkpoint = checkpoint_path(output)
    with torch.random.fork_rng(devices=[]):
        pupil = _pupil(entry, recipe)
        run = {"model": entry.id, **asdict(recipe), "data": _digest(training)}
        history = read_checkpoint(checkpoint, pupil.network, pupil.optimizer, run)
        if not history:  # a place that cannot be written to is found before hours are spent
            write_checkpoint(checkpoint, pupil.network, pupil.optimizer, history, run)
        pace = _Pace(recipe.epochs - len(history), progress, cancel)
        while len(history) < recipe.epochs:
            facts = _epoch(pupil, training, len(history), pace)
            error = evaluate(pupil.network, test, pupil.preprocessing).test_error
            history.append(replace(facts, test_error=error))
            write_checkpoint(checkpoint, pupil.network, pupil.optimizer, history, run)
            _write_history(output, history)
    evaluation = evaluate(pupil.network, test, pupil.preprocessing)
    card = write_weights(
        output, entry, pupil.network, recipe=recipe, class_names=training.class_names,
        preprocessing=pupil.preprocessing, evaluation=evaluation,
    )  # fmt: skip
    checkpoint.unlink()
    return Report(card, tuple(history), evaluation)


def _pupil(entry: Entry, recipe: Recipe) -> _Pupil:
    torch.manual_seed(recipe.seed)
    network = entry.build()
    if recipe.channels_last:
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a keyword that its stub lacks
    return _Pupil(network, recipe.optimizer(network), recipe, Preprocessing(entry.input, *STATISTICS[entry.dataset]))


def _digest(dataset: Dataset) -> str:
    return hashlib.sha256(dataset.images.tobytes() + dataset.labels.tobytes()).hexdigest()


class _Pace:
    """Tells how far the run is, and asks whether it shall go on."""

    def __init__(self, epochs: int, show: Show, cancel: Cancel) -> None:
        self._epochs, self._show, self._cancel = epochs, show, cancel
        self._start = time.monotonic()
        self._done = 0

    def before_batch(self, epoch: int) -> None:
        if self._cancel():
            raise TrainingStopped(
                f"the training was cancelled in epoch {epoch}; the same command goes on after epoch {epoch - 1}"
            )

    def after_batch(self, progress: Progress) -> None:
        self._done += 1
        each = (time.monotonic() - self._start) / self._done
        self._show(replace(progress, seconds_left=each * (self._epochs * progress.steps - self._done)))


def _epoch(pupil: _Pupil, training: Dataset, index: int, pace: _Pace) -> EpochFacts:
    """One pass over the pictures in random order. All chance comes from the seed and ``index``, so that no state is kept."""
    start = time.monotonic()
    chance = Generator().manual_seed(pupil.recipe.seed * 1_000_003 + index)
    torch.manual_seed(pupil.recipe.seed * 1_000_003 + index)  # for dropout, which takes no generator
    batches = torch.split(torch.randperm(len(training), generator=chance), pupil.recipe.batch)
    pupil.network.train()
    loss, wrong, seen = 0.0, 0, 0
    for step, batch in enumerate(batches, 1):
        pace.before_batch(index + 1)
        _set_rate(pupil, (index + (step - 0.5) / len(batches)) / pupil.recipe.epochs)
        batch_loss, batch_wrong = _step(pupil, training, batch, chance)
        loss, wrong, seen = loss + batch_loss * len(batch), wrong + batch_wrong, seen + len(batch)
        pace.after_batch(Progress(index + 1, pupil.recipe.epochs, step, len(batches), loss / seen, 0.0))
    rate = pupil.recipe.rate_at((index + 1) / pupil.recipe.epochs)
    return EpochFacts(index + 1, rate, loss / seen, wrong / seen, test_error=1.0, seconds=round(time.monotonic() - start, 2))


def _set_rate(pupil: _Pupil, progress: float) -> None:
    for group in pupil.optimizer.param_groups:
        group["lr"] = pupil.recipe.rate_at(progress)


def _step(pupil: _Pupil, training: Dataset, batch: Tensor, chance: Generator) -> tuple[float, int]:
    """Learn from the pictures of these indices; the mean loss and the number judged wrong."""
    recipe = pupil.recipe
    labels = torch.tensor(training.labels[batch.numpy()])
    pictures = augmented(shares(torch.tensor(training.images[batch.numpy()])), recipe, chance)
    values = pupil.preprocessing.standardized(pictures)
    if recipe.channels_last:
        values = values.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
        scores = pupil.network(values).float()
    loss = functional.cross_entropy(scores, labels, label_smoothing=recipe.label_smoothing)
    if not bool(torch.isfinite(loss)):
        raise TrainingStopped(f"the loss is {loss.item()}: the learning rate {recipe.rate:g} is too high; try a lower one")
    pupil.optimizer.zero_grad()
    torch.autograd.backward(loss)
    pupil.optimizer.step()
    return loss.item(), int((scores.argmax(1) != labels).sum())


def _write_history(output: Path, history: list[EpochFacts]) -> None:
    atomic_write(output.with_suffix(".csv"), lambda file: file.write(as_csv(history).encode()))
    atomic_write(output.with_suffix(".png"), lambda file: drawn(history).save(file, "PNG"))
