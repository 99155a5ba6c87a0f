"""What the user has chosen of a network, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class ModelKind(StrEnum):
    """Where a network and its weights come from."""

    SHIPPED = "shipped"  # name: an id of the catalogue; the weights come with the program
    UNTRAINED = "untrained"  # name: an id of the catalogue; random weights of a fixed seed
    FILE = "file"  # name: the absolute path of a file of weights
    CODE = "code"  # name: "path/to/file.py:callable", which makes the network


class Fit(StrEnum):
    """How a picture of another size becomes one of the network's size."""

    STRETCH = "stretch"  # both sides are scaled, each as it needs
    CROP = "crop"  # scaled until it covers the input, the middle is taken
    LETTERBOX = "letterbox"  # scaled until it lies inside the input, black around it
    PAD = "pad"  # not scaled, black around it
    DIGIT = "digit"  # as MNIST does it: the ink scaled into 20/28 of the input, its centre of mass in the middle


class Feed(StrEnum):
    """What goes into the network."""

    SOURCE = "source"  # the picture of the Source panel
    RESULT = "result"  # what the filter bench makes of it, exact values


class Stage(StrEnum):
    """Which of a layer's two pictures is shown."""

    BEFORE = "before"  # its activation function
    AFTER = "after"


class Order(StrEnum):
    """How the maps of a layer are sorted: by index, else the largest first."""

    INDEX = "index"
    MEAN = "mean"
    MAX = "max"
    SPARSITY = "sparsity"
    VARIANCE = "variance"


class Colouring(StrEnum):
    """Which values the colours of a map span."""

    MAP = "map"  # those of the map itself
    LAYER = "layer"  # those of all maps of the layer, so that maps can be compared
    FIXED = "fixed"  # a range that the user has given, so that pictures can be compared


class Change(StrEnum):
    """What is done to maps of a layer before the next layer sees them."""

    SILENCE = "silence"  # the maps become 0
    SCALE = "scale"  # the maps are multiplied by ``amount``
    SWAP = "swap"  # two maps change places
    DROP = "drop"  # the share ``amount`` of all maps, drawn with ``seed``, becomes 0, the rest is scaled up (Dropout2d)


@dataclass(frozen=True)
class Alteration:
    """One change of a network; ``layer`` is the key of the layer whose output is changed."""

    layer: str
    change: Change
    maps: tuple[int, ...] = ()
    amount: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Answers:
    """What a file of weights does not say. Empty: not said; then what is usual or unambiguous is taken.

    ``architecture``: an id of the catalogue, or "rebuilt" for a plain sequence made from the shapes. ``activation``: "relu"
    or "tanh". ``pool``: "max" or "avg". ``mean`` and ``std``: of each channel, white being 1. ``input``: (C, H, W).
    """

    architecture: str = ""
    activation: str = ""
    pool: str = ""
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    input: tuple[int, ...] = ()


@dataclass(frozen=True)
class ModelChoice:
    """Which network with whose weights. ``weights``: for CODE, a file of weights to load into it, or ""."""

    kind: ModelKind
    name: str
    answers: Answers = Answers()
    weights: str = ""


@dataclass(frozen=True)
class NetworkSettings:
    """Everything chosen in the Network workspace.

    ``layer`` is the key of a step, "" for the first that has maps. ``map`` is an index within the layer, ``unit`` the
    (y, x) looked at in it, None for its largest value. ``fixed`` is the (low, high) of FIXED colours. ``opacity`` in [0, 1]
    is that of the map over the input; ``large``: the one map fills the pane instead of all maps.
    """

    model: ModelChoice = ModelChoice(ModelKind.SHIPPED, "vgg-compact")
    feed: Feed = Feed.SOURCE
    fit: Fit | None = None  # what is natural for the picture
    layer: str = ""
    stage: Stage = Stage.AFTER
    order: Order = Order.INDEX
    colouring: Colouring = Colouring.MAP
    fixed: tuple[float, float] = (0.0, 1.0)
    map: int = 0
    unit: tuple[int, int] | None = None
    opacity: float = 0.6
    large: bool = False
    alterations: tuple[Alteration, ...] = ()
