"""Files that come with the program: sample pictures and icons."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

INSTALLED = Path(__file__).parents[1] / "resources"  # inside the installed package
CHECKOUT = Path(__file__).parents[2] / "resources"  # beside the packages in a checkout


@dataclass(frozen=True)
class Sample:
    """A picture that comes with the program; ``id`` is what a state or a command line names."""

    id: str
    title: str
    path: Path


SAMPLE = "sample:"  # begins the word of a command line that means a sample picture

# In the order of the gallery; the first is shown when the program starts.
TITLES = {
    "scene": "Scene",
    "zone-plate": "Zone plate",
    "edges": "Step edges",
    "bars": "Bars at angles",
    "text": "Text",
    "digits": "Digits",
    "checkerboard": "Checks",
    "noise": "Noise",
}


@cache
def folder() -> Path:
    """The folder of resources, of a checkout or of an installed package.

    Raises FileNotFoundError where neither is there: the installation is incomplete.
    """
    for place in (INSTALLED, CHECKOUT):
        if (place / "samples").is_dir():
            return place
    raise FileNotFoundError(
        f"the resources are missing: neither {INSTALLED} nor {CHECKOUT} holds samples; install the program again"
    )


@cache
def samples() -> tuple[Sample, ...]:
    """The sample pictures in the order of the gallery."""
    return tuple(Sample(id, title, folder() / "samples" / f"{id}.png") for id, title in TITLES.items())


def sample(id: str) -> Sample:
    """The sample picture of that id; ValueError naming the ones there are."""
    for candidate in samples():
        if candidate.id == id:
            return candidate
    raise ValueError(f"there is no sample picture {id!r}; there are {', '.join(TITLES)}")


def picture_path(word: str) -> Path:
    """The file that a word of the command line means: a path, or ``sample:`` and an id. ValueError for no such sample."""
    return sample(word.removeprefix(SAMPLE)).path if word.startswith(SAMPLE) else Path(word)


def icon(name: str) -> Path:
    """The SVG file of an icon, 20 x 20, drawn in ``currentColor``; ValueError naming the ones there are."""
    path = folder() / "icons" / f"{name}.svg"
    if path not in _icons():
        raise ValueError(f"there is no icon {name!r}; there are {', '.join(other.stem for other in _icons())}")
    return path


@cache
def _icons() -> tuple[Path, ...]:
    return tuple(sorted((folder() / "icons").glob("*.svg")))
