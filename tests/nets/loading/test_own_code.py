"""The user's own code gives a network, or one sentence with the file and the line."""

import sys

import pytest
import torch
from torch import nn

from inspector.nets.loading.own_code import OwnCodeError, build_own

NETS = """
from torch import nn
from beside_it import WIDTH

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(WIDTH, 1)

    def forward(self, x):
        return self.layer(x)

def make():
    return Net()

ready = nn.ReLU()
number = 7

def tuples():
    return 1, 2

def nothing():
    pass

def asks(width):
    return Net()

def fails():
    made = Net()
    raise RuntimeError("no weights\\nfor this")

def leaves():
    raise SystemExit(3)

def fails_deep():
    nn.Linear("a", "b")
"""


@pytest.fixture
def nets(tmp_path):
    path = tmp_path / "my nets.py"
    path.write_text(NETS)
    (tmp_path / "beside_it.py").write_text("WIDTH = 4\n")
    return path


@pytest.mark.parametrize(("name", "kind"), [("make", "Net"), ("Net", "Net"), ("ready", "ReLU")])
def test_functions_classes_and_networks(nets, name, kind):
    network = build_own(f"{nets}:{name}")
    assert isinstance(network, nn.Module)
    assert type(network).__name__ == kind
    assert network(torch.ones(1, 4)).ndim == 2


def test_nothing_is_left_behind(nets, tmp_path):
    before = list(sys.path)
    build_own(f"{nets}:make")
    assert sys.path == before
    assert "beside_it" not in sys.modules
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["beside_it.py", "my nets.py"]


def test_the_file_is_read_anew_each_time(nets, tmp_path):
    build_own(f"{nets}:make")
    (tmp_path / "beside_it.py").write_text("WIDTH = 13\n")
    nets.write_text(NETS.replace("WIDTH, 1", "WIDTH, 2"))
    assert build_own(f"{nets}:make").layer.weight.shape == (2, 13)


def test_a_class_finds_its_module_later(nets):
    network = build_own(f"{nets}:Net")
    assert sys.modules[type(network).__module__].WIDTH == 4


def test_relative_paths(nets, monkeypatch):
    monkeypatch.chdir(nets.parent)
    assert isinstance(build_own("my nets.py:make"), nn.Module)


def refusal(spec):
    with pytest.raises(OwnCodeError) as caught:
        build_own(spec)
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said, caught.value.detail


@pytest.mark.parametrize(
    ("name", "line", "word"),
    [
        ("fails", "raise RuntimeError", "RuntimeError: no weights for this"),
        ("leaves", "raise SystemExit", "SystemExit: 3"),
        ("fails_deep", 'nn.Linear("a", "b")', "TypeError"),
    ],
)
def test_errors_name_the_users_line(nets, name, line, word):
    said, detail = refusal(f"{nets}:{name}")
    number = next(number for number, text in enumerate(NETS.splitlines(), 1) if line in text)
    assert f"{nets}, line {number}: {word}" in said
    assert "Traceback" in detail


def test_a_callable_that_asks_for_arguments(nets):
    assert "asks() missing 1 required positional argument: 'width'" in refusal(f"{nets}:asks")[0]


@pytest.mark.parametrize(("name", "word"), [("tuples", "a tuple"), ("nothing", "nothing"), ("number", "an int")])
def test_what_is_no_network(nets, name, word):
    assert f"{name} gives {word}, not an nn.Module" in refusal(f"{nets}:{name}")[0]


def test_names_that_are_not_there(nets, tmp_path):
    assert "has no Other" in refusal(f"{nets}:Other")[0]
    assert "there is no such file" in refusal(f"{tmp_path / 'missing.py'}:make")[0]
    assert "there is no such file" in refusal(f"{tmp_path}:make")[0]


@pytest.mark.parametrize("spec", ["", "net.py", ":make", "net.py:", "net.py:a b", "C:\\net.py", "net.py:os.system"])
def test_specs_that_are_none(spec):
    assert "path/to/file.py:callable" in refusal(spec)[0]


def test_drives_of_windows_are_part_of_the_path():
    assert "Cannot open C:\\nets\\mine.py: there is no such file" in refusal("C:\\nets\\mine.py:make")[0]


@pytest.mark.parametrize(
    ("code", "line", "word"),
    [("x = 1\ndef broken(:\n", 2, "SyntaxError"), ("\n\nimport not_there_at_all", 3, "ModuleNotFoundError"), ("\0", 1, "")],
)
def test_files_that_cannot_be_imported(tmp_path, code, line, word):
    path = tmp_path / "net.py"
    path.write_text(code)
    said, _ = refusal(f"{path}:make")
    assert f"{path}, line {line}: {word}" in said


def test_other_errors_of_the_system_are_sentences_too(tmp_path):
    path = tmp_path / "net.py"
    path.write_bytes(b"make = '\xff'\n")
    assert str(path) in refusal(f"{path}:make")[0]
