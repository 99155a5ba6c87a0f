"""The networks. The one package that knows torch, which takes seconds to import: import it late, inside functions."""

from inspector.nets.agreement import agreements
from inspector.nets.catalogue import Entry, entries, entry
from inspector.nets.datasets import Part, read_dataset
from inspector.nets.describe import describe, outline
from inspector.nets.from_files import report_of
from inspector.nets.matching import NeedsAnswers
from inspector.nets.offers import offers, summaries
from inspector.nets.opened import OpenNetwork, open_network
from inspector.nets.overview import Overview, overview
from inspector.nets.preprocessing import NormalizationError
from inspector.nets.recipes import Recipe, recipe
from inspector.nets.tensors_file import WeightsError
from inspector.nets.trained import Trained, open_trained
from inspector.nets.training import Progress, Report, train
from inspector.nets.weights import shipped_card

__all__ = [
    "Entry", "NeedsAnswers", "NormalizationError", "OpenNetwork", "Overview", "Part", "Progress", "Recipe", "Report", "Trained",
    "WeightsError", "agreements", "describe", "entries", "entry", "offers", "open_network", "open_trained", "outline", "overview",
    "read_dataset", "recipe", "report_of", "shipped_card", "summaries", "train",
]  # fmt: skip
