"""The networks. The one package that knows torch, which takes seconds to import: import it late, inside functions."""

from inspector.nets.catalogue import Entry, entries, entry
from inspector.nets.datasets import Part, read_dataset
from inspector.nets.describe import describe, outline
from inspector.nets.preprocessing import NormalizationError
from inspector.nets.recipes import Recipe, recipe
from inspector.nets.trained import Trained, open_trained
from inspector.nets.training import Progress, Report, train
from inspector.nets.weights import shipped_card

__all__ = [
    "Entry", "NormalizationError", "Part", "Progress", "Recipe", "Report", "Trained", "describe", "entries", "entry",
    "open_trained", "outline", "read_dataset", "recipe", "shipped_card", "train",
]  # fmt: skip
