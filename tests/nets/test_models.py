"""What opening a choice gives: the right weights, an honest line, and one sentence for what cannot be opened."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from inspector.core.network.settings import Answers, Fit, ModelChoice, ModelKind
from inspector.core.picture import Picture
from inspector.nets import NeedsAnswers, NormalizationError, WeightsError, entry, open_trained, overview, report_of, shipped_card
from inspector.nets.datasets import Dataset, Part
from inspector.nets.loading.own_code import OwnCodeError
from inspector.nets.opened import opened

NOTHING = Answers()
RELU = Answers(activation="relu", pool="max")
OWN = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 32 * 32, 5))
    def forward(self, x):
        return self.body(x)

class Fixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(4 * 32 * 32, 5)
    def forward(self, x):
        return self.last(self.first(x).view(-1, 4 * 32 * 32))

class Maps(nn.Module):
    def __init__(self, made=lambda maps: maps):
        super().__init__()
        self.first, self.made = nn.Conv2d(3, 4, 3, padding=1), made
    def forward(self, x):
        return self.made(self.first(x))

def rows(): return Maps(lambda maps: maps.reshape(4, -1))
def pair(): return Maps(lambda maps: (maps, maps.mean((2, 3))))
def facts(): return Maps(lambda maps: {"out": maps, "loss": None})
def bare(): return Maps(lambda maps: maps.mean((0, 2, 3)))

class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 2, 3)
    def forward(self, x):
        raise KeyError("this", self.first(x))

class Leaves(nn.Module):
    def forward(self, x):
        raise SystemExit(3)

class Double(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 10))
        self.double()

class Later(nn.Module):
    # passes pictures of zeros
    def __init__(self, error=KeyError("late")):
        super().__init__()
        self.body, self.error = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), error
    def forward(self, x):
        if x.any():
            raise self.error
        return self.body(x)

class Never(Later):
    def forward(self, x):
        while x.any():
            pass
        return self.body(x)

def leaves_later():
    return Later(SystemExit(3))

def lazy():
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(3))
"""


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def own(tmp_path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


def network(id: str = "simple-cnn") -> nn.Module:
    torch.manual_seed(5)
    return entry(id).build().eval()


def scores(network: nn.Module, shape: tuple[int, ...]) -> torch.Tensor:
    torch.manual_seed(6)
    with torch.inference_mode():
        return network(torch.rand(2, *shape))


def file(path: Path, answers: Answers = NOTHING) -> ModelChoice:
    return ModelChoice(ModelKind.FILE, str(path), answers)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
@pytest.mark.parametrize("renamed", [False, True])
def test_files_of_every_form_give_the_same_outputs_bit_for_bit(form, wrapped, renamed, tmp_path):
    made = network()
    tensors = {f"module.{name}": tensor for name, tensor in made.state_dict().items()}
    if renamed:
        tensors = {name.replace("conv_", "layers.").replace("linear_1", "head"): tensor for name, tensor in tensors.items()}
    path = tmp_path / "net.bin"
    if form == "safetensors":
        safetensors.torch.save_file(tensors, path)
    else:
        held = {"state_dict": tensors, "epoch": 3} if wrapped else tensors
        torch.save(held, path, _use_new_zipfile_serialization=form == "zip")
    trained = open_trained(file(path, RELU if renamed else Answers()))
    assert torch.equal(scores(trained.network, (1, 28, 28)), scores(made, (1, 28, 28)))
    assert (trained.id, trained.title, trained.dataset) == ("simple-cnn", entry("simple-cnn").title, "MNIST")
    assert trained.line == f"weights of net.bin, {'matched by order' if renamed else 'by their names'}"
    assert trained.preprocessing.mean == (0.1307,)
    assert trained.class_names == tuple("0123456789")
    assert any("normalized as is usual for MNIST" in note for note in trained.notes) is renamed
    assert any("epoch" in note for note in trained.notes) is (wrapped and form != "safetensors")


def test_questions_carry_the_report(tmp_path):
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file({f"x.{place}": t for place, t in enumerate(network().state_dict().values())}, path)
    with pytest.raises(NeedsAnswers, match=r"give --activation relu\|tanh --pool max\|avg") as caught:
        open_trained(file(path))
    assert caught.value.report == report_of(path)
    assert caught.value.report.path == str(path)


def test_nan_is_loaded_and_noted(tmp_path):
    tensors = network("mlp1").state_dict()
    tensors["linear1.bias"] = torch.full((10,), torch.nan)
    safetensors.torch.save_file(tensors, tmp_path / "net.safetensors")
    trained = open_trained(file(tmp_path / "net.safetensors"))
    assert any("linear1.bias (10 NaN)" in note for note in trained.notes)


def test_shipped_weights_say_whose_they_are():
    card = shipped_card(entry("mlp1"))
    assert card is not None
    trained = open_trained(ModelChoice(ModelKind.SHIPPED, "mlp1"), fit=Fit.CROP)
    assert trained.line == f"MNIST · {100 * card.test_error:.2f} % error"
    assert (trained.fit, trained.class_names, trained.preprocessing) == (Fit.CROP, card.class_names, card.preprocessing)


def test_untrained_weights_are_the_same_each_time_and_disturb_no_other_chance():
    choice = ModelChoice(ModelKind.UNTRAINED, "simple-cnn")
    torch.manual_seed(1)
    first = open_trained(choice)
    drawn = torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(3), drawn)
    assert torch.equal(scores(first.network, (1, 28, 28)), scores(open_trained(choice).network, (1, 28, 28)))
    assert first.line == "random weights"
    assert "random" in first.notes[0]
    assert open_trained(ModelChoice(ModelKind.UNTRAINED, "convnet83")).preprocessing.std == (1.0,)


def test_another_input_is_checked_against_the_network():
    for kind in (ModelKind.SHIPPED, ModelKind.UNTRAINED):
        with pytest.raises(ValueError, match="32 × 32"):
            open_trained(ModelChoice(kind, "mlp1", Answers(input=(1, 32, 32))))
    wide = open_trained(ModelChoice(ModelKind.UNTRAINED, "vgg-compact", Answers(input=(3, 40, 64))))
    assert wide.preprocessing.input == (3, 40, 64)


def test_another_input_of_a_file_is_checked_too(tmp_path):
    safetensors.torch.save_file(network().state_dict(), tmp_path / "net.safetensors")
    with pytest.raises(ValueError, match="flatten"):
        open_trained(file(tmp_path / "net.safetensors", Answers(input=(1, 40, 40))))


def test_means_of_other_channels_are_refused():
    with pytest.raises(NormalizationError, match="3 means and 3 deviations were given for 1 channels"):
        open_trained(ModelChoice(ModelKind.SHIPPED, "mlp1", Answers(mean=(0.0,) * 3, std=(1.0,) * 3)))


def test_published_weights_that_were_downloaded(tmp_path, monkeypatch):
    """As they are on the server: torchvision's names, a pickle of torch.save."""
    torch.manual_seed(2)
    made = entry("resnet18").build().eval()
    torch.save(made.state_dict(), tmp_path / "resnet18-f37072fd.pth")
    (tmp_path / "imagenet_classes.txt").write_text("\n".join(["tench", *(f"class {n}" for n in range(998)), "toilet tissue"]))
    monkeypatch.setattr("inspector.core.places.downloads", lambda: tmp_path)
    trained = open_trained(ModelChoice(ModelKind.SHIPPED, "resnet18"))
    assert torch.equal(scores(trained.network, (3, 64, 64)), scores(made, (3, 64, 64)))
    assert (trained.line, trained.class_names[0]) == ("ImageNet · published weights", "tench")
    with pytest.raises(
        WeightsError, match="No weights for resnet50 come with the program; fetch them with cnn-inspector download resnet50"
    ):
        open_trained(ModelChoice(ModelKind.SHIPPED, "resnet50"))


def test_own_code_with_a_guessed_input(own):
    trained = open_trained(ModelChoice(ModelKind.CODE, f"{own}:Net"))
    assert (trained.preprocessing.input, trained.preprocessing.std) == ((3, 32, 32), (1.0, 1.0, 1.0))
    assert (trained.title, trained.line, trained.class_names) == ("Net", "made by own.py", tuple("01234"))
    assert "shares of white" in trained.notes[0]
    answered = Answers(mean=(0.5,) * 3, std=(0.5,) * 3, input=(3, 32, 32))
    assert open_trained(ModelChoice(ModelKind.CODE, f"{own}:Net", answered)).notes == ()


@pytest.mark.parametrize("name", ["Maps", "pair", "facts", "bare"])
def test_own_code_that_makes_maps_or_several_tensors_gives_no_classes(own, name):
    trained = open_trained(ModelChoice(ModelKind.CODE, f"{own}:{name}"))
    assert (trained.preprocessing.input, trained.class_names) == ((3, 32, 32), ())
    white = Picture(np.full((32, 32), 255, np.uint8), 0, 255, "white")
    dataset = Dataset("MNIST", Part.TEST, np.zeros((1, 3, 32, 32), np.uint8), np.zeros(1, np.int64), tuple("01"))
    for judge in (lambda: trained.predict(white, 1), lambda: trained.evaluate(dataset)):
        with pytest.raises(ValueError, match="the network gives no classes, so that it does not judge"):
            judge()
    one = opened(trained)
    made = one.inspect(white)
    assert (one.facts.judges, made.probabilities.shape, made.maps["first"].shape) == (False, (0,), (4, 32, 32))


def test_a_size_of_which_a_fixed_view_makes_several_pictures_is_not_taken(own):
    wide = Answers(input=(3, 64, 64))
    with pytest.raises(
        OwnCodeError, match=r"of one picture of 3x64x64 it makes \(4, 5\), as if there were 4; correct its forward"
    ):
        open_trained(ModelChoice(ModelKind.CODE, f"{own}:Fixed", wide))
    assert open_trained(ModelChoice(ModelKind.CODE, f"{own}:Fixed")).class_names == tuple("01234")


def test_own_code_with_weights_of_a_file(own, tmp_path):
    choice = ModelChoice(ModelKind.CODE, f"{own}:Net")
    tensors = {name: torch.rand_like(tensor) for name, tensor in open_trained(choice).network.state_dict().items()}
    prefixed, renamed = ({f"{start}{n}": t for n, t in tensors.items()} for start in ("module.", "x"))
    for names in (tensors, prefixed, renamed):
        torch.save(names, tmp_path / "own.pt")
        trained = open_trained(ModelChoice(ModelKind.CODE, f"{own}:Net", weights=str(tmp_path / "own.pt")))
        found = trained.network.state_dict()
        assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items())
        assert any("by order" in note for note in trained.notes) is (names is renamed)
        assert trained.line == "made by own.py, weights of own.pt"
    torch.save(network().state_dict(), tmp_path / "own.pt")
    with pytest.raises(WeightsError, match=r"own\.pt does not hold the weights of this network: \d+ of \d+ tensors differ"):
        open_trained(ModelChoice(ModelKind.CODE, f"{own}:Net", weights=str(tmp_path / "own.pt")))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rows", r"no picture passes: of one picture of 3x32x32 it makes \(4, 1024\), as if there were 4; give the --input"),
        ("Broken", "an input of 1 × 28 × 28 stops after layer 'first': KeyError: .*; give the --input C,H,W that it takes"),
        ("Leaves", "an input of 1 × 28 × 28 cannot enter layer '': SystemExit: 3"),
        ("None_", "has no None_"),
    ],
)
def test_own_code_that_fails(own, name, said):
    with pytest.raises(OwnCodeError, match=said):
        open_trained(ModelChoice(ModelKind.CODE, f"{own}:{name}"))


@pytest.mark.parametrize("judge", ["predict", "evaluate", "inspect"])
@pytest.mark.parametrize(
    ("name", "said"),
    [("Later", "KeyError: 'late'"), ("leaves_later", "SystemExit: 3"), ("Never", r"did not end within 0\.2 seconds")],
)
def test_own_code_that_fails_later(own, name, said, judge, monkeypatch):
    trained = open_trained(ModelChoice(ModelKind.CODE, f"{own}:{name}"))
    monkeypatch.setattr("inspector.nets.prepared.LONGEST", 0.2)
    white = np.full((28, 28), 255, np.uint8)
    dataset = Dataset("MNIST", Part.TEST, white[None, None], np.zeros(1, np.int64), tuple("0123456789"))
    run = {
        "predict": lambda: trained.predict(Picture(white, 0, 255, "white"), 1),
        "evaluate": lambda: trained.evaluate(dataset),
        "inspect": lambda: opened(trained).inspect(Picture(white, 0, 255, "white")),
    }
    with pytest.raises(ValueError, match=said):
        run[judge]()


def test_own_code_of_other_precision(own):
    trained = open_trained(ModelChoice(ModelKind.CODE, f"{own}:Double"))
    assert len(trained.predict(Picture(np.zeros((28, 28), np.uint8), 0, 255, "black"), 3)) == 3


def test_own_code_that_does_not_know_its_shapes_yet(own, tmp_path):
    assert open_trained(ModelChoice(ModelKind.CODE, f"{own}:lazy")).class_names == ("0", "1", "2")
    choice = ModelChoice(ModelKind.CODE, f"{own}:lazy", weights=str(tmp_path / "own.pt"))
    torch.save(nn.Linear(784, 3).state_dict(), tmp_path / "own.pt")
    assert open_trained(choice).notes[0].startswith("The weights of own.pt are matched by order")


def test_an_overview_needs_no_answers(tmp_path, own):
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file({f"x.{place}": t for place, t in enumerate(network().state_dict().values())}, path)
    seen = overview(file(path))
    assert seen.report is not None
    assert (seen.model, seen.match, seen.facts.parameters) == ("simple-cnn", seen.report.matches[0], 4266)
    assert overview(ModelChoice(ModelKind.CODE, f"{own}:Net")).facts.input == (3, 32, 32)
    assert overview(ModelChoice(ModelKind.SHIPPED, "vgg16")).report is None
