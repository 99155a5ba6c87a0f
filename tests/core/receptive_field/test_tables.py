"""Published sizes, jumps and paddings of receptive fields, to the digit, each axis by itself."""

import pytest

from inspector.core.receptive_field.compose import box, layer_fields
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import Look, Repeated, Whole, Windowed

POINT = Windowed()
CONV, POOL = Windowed(3, 1, 1), Windowed(2, 2)


class Builder:
    """Adds nodes that look so along one axis, and at single places along the other."""

    def __init__(self, side: int = 224, axis: int = 0) -> None:
        self.axis, self.size = axis, (side, side)
        self.nodes: list[Node] = []

    def add(self, key: str, look: Look, *, takes: str = "") -> str:
        looks = (look, POINT) if self.axis == 0 else (POINT, look)
        return self.join(key, Edge(takes or self.last, looks))

    def join(self, key: str, *edges: Edge) -> str:
        self.nodes.append(Node(key, "made", edges, self._grid(edges[0])))
        return key

    def _grid(self, edge: Edge) -> tuple[int, int]:
        given = self.graph.grid(edge.key)
        height, width = (_units(look, places) for look, places in zip(edge.looks, given, strict=True))
        return height, width

    @property
    def last(self) -> str:
        return self.nodes[-1].key if self.nodes else "input"

    @property
    def graph(self) -> Graph:
        return Graph(self.size, tuple(self.nodes))

    def told(self, key: str) -> tuple[object, ...]:
        """Size, jump and padding along the axis; along the other, nothing may have happened."""
        found = layer_fields(self.graph)[key].field
        assert found is not None
        other = 1 - self.axis
        assert (found.size[other], found.jump[other], found.padding[other]) == (1, 1, 0)
        return found.size[self.axis], found.jump[self.axis], found.padding[self.axis]


def _units(look: Look, places: int) -> int:
    if isinstance(look, Windowed):
        return (places + 2 * look.padding - look.dilation * (look.kernel - 1) - 1) // look.stride + 1
    return places * look.factor if isinstance(look, Repeated) else 1


def chain(builder: Builder, layers: dict[str, Look]) -> Builder:
    for key, look in layers.items():
        builder.add(key, look)
    return builder


def vgg(*counts: int) -> dict[str, Look]:
    layers: dict[str, Look] = {}
    for block, count in enumerate(counts, 1):
        for conv in range(1, count + 1):
            layers[f"conv{block}_{conv}"], layers[f"relu{block}_{conv}"] = CONV, POINT
        layers[f"pool{block}"] = POOL
    return layers


ALEXNET = {
    "conv1": Windowed(11, 4, 2), "pool1": Windowed(3, 2), "conv2": Windowed(5, 1, 2), "pool2": Windowed(3, 2), "conv3": CONV,
    "conv4": CONV, "conv5": CONV, "pool5": Windowed(3, 2),
}  # fmt: skip
LENET = {"c1": Windowed(5), "s2": POOL, "c3": Windowed(5), "s4": POOL, "c5": Windowed(5)}
DILATED = {f"by{dilation}": Windowed(3, 1, dilation, dilation) for dilation in (1, 2, 4, 8)}

VGG16_SAYS = """
conv1_1 3,1,1 · conv1_2 5,1,2 · pool1 6,2,2 · conv2_1 10,2,4 · conv2_2 14,2,6 · pool2 16,4,6 · conv3_1 24,4,10 · conv3_2 32,4,14 ·
conv3_3 40,4,18 · pool3 44,8,18 · conv4_1 60,8,26 · conv4_2 76,8,34 · conv4_3 92,8,42 · pool4 100,16,42 · conv5_1 132,16,58 ·
conv5_2 164,16,74 · conv5_3 196,16,90 · pool5 212,32,90
"""
ALEXNET_SAYS = """
conv1 11,4,2 · pool1 19,8,2 · conv2 51,8,18 · pool2 67,16,18 · conv3 99,16,34 · conv4 131,16,50 · conv5 163,16,66 ·
pool5 195,32,66
"""
LENET_SAYS = "c1 5,1,0 · s2 6,2,0 · c3 14,2,0 · s4 16,4,0 · c5 32,4,0"


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("layers", "side", "says"),
    [
        (vgg(2, 2, 3, 3, 3), 224, VGG16_SAYS),
        (vgg(1, 1, 2, 2, 2), 224, "pool5 150,32,59"),
        (vgg(2, 2, 2, 2, 2), 224, "pool5 156,32,62"),
        (vgg(2, 2, 4, 4, 4), 224, "pool5 268,32,118"),
        (ALEXNET, 224, ALEXNET_SAYS),
        (LENET, 32, LENET_SAYS),
        (DILATED, 64, "by8 31,1,15"),
    ],
    ids=["VGG-16", "VGG-11", "VGG-13", "VGG-19", "AlexNet", "LeNet-5", "dilation"],
)
def test_chains(axis: int, layers: dict[str, Look], side: int, says: str) -> None:
    builder = chain(Builder(side, axis), layers)
    for row in says.split("·"):
        key, numbers = row.split()
        assert builder.told(key) == tuple(map(int, numbers.split(","))), key


# ---- branches --------------------------------------------------------------------------------------------------


def residual(builder: Builder, blocks: tuple[int, ...], path: tuple[int, ...], widens: bool) -> list[str]:
    """A network of torchvision's ResNet: ``path`` are the kernels of a block, the last of which is followed by the addition."""
    chain(builder, {"conv1": Windowed(7, 2, 3), "maxpool": Windowed(3, 2, 1)})
    ends = []
    for stage, count in enumerate(blocks, 1):
        for block in range(count):
            start, name = builder.last, f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            strides = [stride if at == path.index(3) else 1 for at in range(len(path))]
            for at, (kernel, step) in enumerate(zip(path, strides, strict=True)):
                builder.add(f"{name}.conv{at + 1}", Windowed(kernel, step, kernel // 2))
            end = builder.last
            if block == 0 and (stage > 1 or widens):
                start = builder.add(f"{name}.downsample", Windowed(1, stride), takes=start)
            builder.join(f"{name}.add", Edge(end), Edge(start))
        ends.append(builder.last)
    return ends


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("blocks", "path", "widens", "sizes"),
    [((2, 2, 2, 2), (3, 3), False, [43, 99, 211, 435]), ((3, 4, 6, 3), (1, 3, 1), True, [35, 91, 267, 427])],
    ids=["ResNet-18", "ResNet-50"],
)
def test_residual_networks(axis: int, blocks: tuple[int, ...], path: tuple[int, ...], widens: bool, sizes: list[int]) -> None:
    builder = Builder(axis=axis)
    ends = residual(builder, blocks, path, widens)
    told = [builder.told(end) for end in ends]
    assert [size for size, _, _ in told] == sizes
    assert [jump for _, jump, _ in told] == [4, 8, 16, 32]
    fields = layer_fields(builder.graph)
    assert fields[ends[0]].least is not None
    assert fields[ends[0]].least[axis] == 11  # the shortcuts alone: conv1 and the pooling
    assert [fields[end].covers[axis] for end in ends] == [size >= 224 for size in sizes]


def two_paths(axis: int, stride: int) -> Builder:
    """On the left a convolution of one place and stride 4; on the right one of 3 places between padding and strides."""
    builder = Builder(16, axis)
    builder.add("left", Windowed(1, 4))
    builder.add("pad", Windowed(1, 1, 1), takes="input")
    builder.nodes[-1] = Node("pad", "pad", builder.nodes[-1].edges, (17, 16) if axis == 0 else (16, 17))
    builder.add("right1", Windowed(3, 2))
    builder.add("right2", Windowed(1, stride))
    builder.join("add", Edge("left"), Edge("right2"))
    builder.add("behind", CONV)
    return builder


@pytest.mark.parametrize("axis", [0, 1])
def test_paths_of_one_jump_and_different_paddings_are_joined(axis: int) -> None:
    builder = two_paths(axis, stride=2)
    assert builder.told("add") == (3, 4, 1)
    assert layer_fields(builder.graph)["add"].least == (1, 1)
    assert box(builder.graph, "add", (2, 2))[axis] == 4 * 2 - 1


@pytest.mark.parametrize(("axis", "name"), [(0, "y"), (1, "x")])
def test_paths_of_different_jumps_are_named_by_all_that_lies_behind(axis: int, name: str) -> None:
    fields = layer_fields((builder := two_paths(axis, stride=1)).graph)
    problem = f"the paths left (jump 4) and pad → right1 → right2 (jump 2) meet in add with different jumps along {name}"
    assert [fields[key].problem for key in ("left", "right2", "add", "behind")] == ["", "", problem, problem]
    assert fields["add"].field is fields["behind"].field is None
    first = box(builder.graph, "add", (1, 1))
    assert (first[axis], first[axis + 2]) == (1, 5)  # 4 on the left, 1 … 3 on the right


def test_a_shortcut_is_named_by_where_it_starts() -> None:
    builder = chain(Builder(16), {"a": CONV, "b": Windowed(3, 2, 1)})
    builder.join("add", Edge("b"), Edge("a"))
    assert layer_fields(builder.graph)["add"].problem.startswith("the paths b (jump 2) and straight from a (jump 1) meet in add")


def test_long_paths_are_named_by_their_ends() -> None:
    builder = chain(Builder(16), {"stem": POINT, **{f"a{i}": CONV for i in range(12)}, "a12": POOL})
    builder.add("b", CONV, takes="stem")
    builder.join("add", Edge("a12"), Edge("b"))
    names = "a0 → a1 → a2 → a3 → … → a9 → a10 → a11 → a12"
    assert layer_fields(builder.graph)["add"].problem.startswith(f"the paths {names} (jump 2) and b (jump 1) meet")


def test_what_sees_all_or_nothing_alike_does_not_misalign() -> None:
    builder = chain(Builder(16), {"conv": CONV, "pool": POOL})
    everywhere = Edge("pool", (Whole(8), Whole(16)))
    builder.nodes += [Node("gate", "mean", (everywhere,), (1, 1)), Node("bias", "constant", (), (1, 1))]
    broadcast = (Whole(1), Whole(1))
    builder.nodes.append(Node("scaled", "mul", (Edge("pool"), Edge("gate", broadcast)), (8, 16)))
    builder.nodes.append(Node("shifted", "add", (Edge("bias", broadcast), Edge("pool")), (8, 16)))
    fields = layer_fields(builder.graph)
    assert [fields[key].problem for key in ("gate", "bias", "scaled", "shifted")] == [""] * 4
    assert [fields[key].covers for key in ("gate", "bias", "scaled")] == [(True, True), (False, False), (True, True)]
    assert [fields[key].field for key in ("gate", "bias", "scaled")] == [None] * 3
    assert fields["shifted"] == fields["pool"]


def test_single_units_have_no_jump_that_could_differ() -> None:
    builder = Builder(8)
    builder.add("a", Windowed(8, 8))
    builder.add("b", Windowed(8, 4), takes="input")
    builder.nodes = [Node(node.key, node.kind, node.edges, (1, 8)) for node in builder.nodes]
    builder.join("add", Edge("a"), Edge("b"))
    assert layer_fields(builder.graph)["add"].problem == ""


def test_upsampling_brings_units_nearer() -> None:
    builder = chain(Builder(32), {"pool": Windowed(4, 4), "up": Repeated(2), "again": Repeated(4), "conv": CONV})
    assert builder.told("up") == (4, 2, 0)
    assert builder.told("again")[1] * 2 == 1
    assert builder.told("conv") == (8, builder.told("again")[1], 4)


def test_a_shortcut_around_an_hourglass_repeats_with_the_longer_path() -> None:
    builder = chain(Builder(16), {"stem": POINT, "down": POOL, "up": Repeated(2)})
    builder.join("add", Edge("stem"), Edge("up"))
    builder.add("conv", Windowed(2))
    assert builder.told("add") == (2, 1, 0)
    assert builder.told("conv") == (4, 1, 0)
    assert [box(builder.graph, "conv", (y, 0))[::2] for y in (0, 1)] == [(0, 2), (0, 4)]


def test_what_was_measured_stays_marked_and_what_is_unknown_stays_so() -> None:
    nodes = (
        Node("a", "a", (Edge("input"),), (4, 4), measured=True), Node("b", "b", (Edge("a"),), (4, 4)),
        Node("lost", "c", (), (4, 4), problem="nobody knows"), Node("d", "d", (Edge("b"), Edge("lost")), (4, 4)),
    )  # fmt: skip
    fields = layer_fields(Graph((4, 4), nodes))
    assert [fields[key].measured for key in ("a", "b", "lost", "d")] == [True, True, False, True]
    assert fields["b"].field == ReceptiveField()
    assert fields["lost"].problem == fields["d"].problem == "nobody knows"
    assert fields["d"].field is None
