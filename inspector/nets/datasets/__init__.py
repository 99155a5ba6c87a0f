"""The data sets that networks are trained on, read from the files as they are published."""

from inspector.nets.datasets.dataset import Dataset, DatasetError, Part
from inspector.nets.datasets.reading import CLASS_NAMES, DATASETS, read_dataset

__all__ = ["CLASS_NAMES", "DATASETS", "Dataset", "DatasetError", "Part", "read_dataset"]
