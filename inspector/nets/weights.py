"""Trained weights: a safetensors file, and beside it a card that says where they come from."""

import hashlib
import json
import operator
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from inspector import version
from inspector.core.files import atomic_write
from inspector.core.names import printable
from inspector.core.resources import folder
from inspector.nets.catalogue import Entry
from inspector.nets.evaluation import Evaluation
from inspector.nets.matching.pairing import differences
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.recipes import Recipe
from inspector.nets.tensors_file import WeightsError, read_tensors, write_tensors

SUFFIX = ".safetensors"
_ITS_OWN = {"architecture", "sha256"}  # keys that tell a card from other JSON


@dataclass(frozen=True)
class Card:
    """What is known about a file of weights; errors are shares in [0, 1], ``sha256`` that of the whole file."""

    architecture: str
    dataset: str
    recipe: dict[str, Any]
    seed: int
    test_error: float
    test_images: int
    date: str
    versions: dict[str, str]
    sha256: str
    class_names: tuple[str, ...]
    preprocessing: Preprocessing

    def facts(self) -> dict[str, Any]:
        """As values of JSON."""
        return asdict(self)


def shipped(id: str) -> Path:
    """Where the weights of a network lie that come with the program, if any do."""
    return folder() / "weights" / f"{id}{SUFFIX}"


def shipped_card(entry: Entry) -> Card | None:
    """The card of the weights that come with the program; None where there are none. Raises WeightsError."""
    return read_card(shipped(entry.id))


def card_path(weights: Path) -> Path:
    """The card of a weight file."""
    return weights.with_suffix(".json")


def write_weights(
    path: Path, entry: Entry, network: nn.Module, *, recipe: Recipe, class_names: tuple[str, ...],
    preprocessing: Preprocessing, evaluation: Evaluation,
) -> Card:  # fmt: skip
    """Write the weights and then their card. Raises SaveError."""
    data = write_tensors(path, network.state_dict(), {"architecture": entry.id})
    card = Card(
        architecture=entry.id, dataset=entry.dataset, recipe=asdict(recipe), seed=recipe.seed,
        test_error=evaluation.test_error, test_images=evaluation.images,
        date=datetime.now(UTC).date().isoformat(), versions=_versions(), sha256=hashlib.sha256(data).hexdigest(),
        class_names=class_names, preprocessing=preprocessing,
    )  # fmt: skip
    text = json.dumps(card.facts(), indent=1, allow_nan=False) + "\n"
    atomic_write(card_path(path), lambda file: file.write(text.encode()))
    return card


def _versions() -> dict[str, str]:
    return {
        "cnn-inspector": version(), "torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version(),
    }  # fmt: skip


def read_card(weights: Path) -> Card | None:
    """The card beside a weight file; None where there is none, or JSON of the same name that other programs have written.

    Raises:
        WeightsError: the card is damaged, or the weights are not those that it describes.
    """
    path = card_path(weights)
    if not (weights.is_file() and path.is_file()):
        return None
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(facts, dict) or not facts.keys() >= _ITS_OWN:
            return None
        names, preprocessing = tuple(map(str, facts["class_names"])), Preprocessing.of(facts["preprocessing"])
        card = Card(**facts | {"class_names": names, "preprocessing": preprocessing})
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsError(f"Cannot read {printable(path)}: it is no card of weights ({error}).") from error
    if hashlib.sha256(weights.read_bytes()).hexdigest() != card.sha256:
        raise WeightsError(f"{printable(weights)} is not the file that {path.name} describes: its SHA-256 differs.")
    return card


def read_weights(path: Path, entry: Entry) -> nn.Module:
    """The network of ``entry`` with the weights of a safetensors file.

    Raises:
        WeightsError: the file cannot be read, or its tensors are not exactly those of the network; the first ones that
            differ are named with the shapes expected and found, and nothing is loaded.
    """
    tensors, _ = read_tensors(path)
    network = entry.build()
    expected, found = ({name: tuple(t.shape) for name, t in side.items()} for side in (network.state_dict(), tensors))
    if expected != found:
        wrong, table = differences(expected, found, operator.eq)
        raise WeightsError(f"{printable(path)} does not hold the weights of {entry.id}: {wrong}.", table)
    network.load_state_dict(tensors)
    return network.eval()
