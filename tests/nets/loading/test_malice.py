"""Files made to harm: nothing in them runs, and the sentence names what would have."""

import os
import pickle
import struct

import pytest
import torch

from inspector.nets.loading.limits import Limits
from inspector.nets.loading.reading import read_weights_file
from inspector.nets.tensors_file import WeightsError


def text(words):
    return b"X" + struct.pack("<I", len(words)) + words.encode()


def call(function, argument):
    """A pickle of protocol 2 that calls a function, as "module name", with one text."""
    return b"\x80\x02c" + function.replace(" ", "\n").encode() + b"\n" + text(argument) + b"\x85R."


def tensor(storage, shape, stride, *, legacy=False):
    """The instructions for a float32 tensor of ``storage`` numbers."""
    tail = b"N" if legacy else b""
    place = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(storage) + tail + b"tQ"
    axes = [b"(" + b"".join(number(one) for one in axis) + b"t" for axis in (shape, stride)]
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + place + b"K\x00" + b"".join(axes) + b"\x89ccollections\nOrderedDict\n)RtR"


def number(value):
    data = value.to_bytes(8, "little")
    return b"\x8a\x09" + data + b"\0"


def weights(pickled):
    """A pickle of a dictionary whose one entry "w" these instructions make."""
    return b"\x80\x02}" + text("w") + pickled + b"s."


def refusal(path, **options):
    with pytest.raises(WeightsError) as caught:
        read_weights_file(path, **options)
    said = str(caught.value)
    assert str(path) in said
    assert "weights_only" not in said
    assert "safe_globals" not in said
    assert "\n" not in said
    return said


class Shell:
    """What it is made of when read by Python's own pickle: a command that leaves a canary."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return os.system, (f"touch '{self.canary}'",)


@pytest.fixture
def canary(tmp_path):
    path = tmp_path / "canary"
    yield path
    assert not path.exists()


def test_the_canary_would_sing(tmp_path):
    """The danger is real: Python's own pickle runs the very command that the tests below contain."""
    path = tmp_path / "sung"
    pickle.loads(pickle.dumps(Shell(path), protocol=2))
    assert path.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_system_call_is_named_and_never_made(tmp_path, canary, zipped):
    path = tmp_path / "evil.pt"
    torch.save({"conv1.weight": torch.ones(3), "more": Shell(canary)}, path, _use_new_zipfile_serialization=zipped)
    assert f"would call {os.system.__module__}.system" in refusal(path)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.usefixtures("here")
def test_in_a_plain_pickle_too(tmp_path, canary, protocol):
    path = tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(Shell(canary), protocol=protocol))
    assert f"would call {os.system.__module__}.system" in refusal(path)


@pytest.mark.parametrize("function", ["builtins exec", "__builtin__ eval", "os system", "subprocess run", "torch.hub load"])
@pytest.mark.parametrize("form", ["archived", "legacy"])
@pytest.mark.usefixtures("here")
def test_other_functions_as_well(request, canary, function, form):
    path = request.getfixturevalue(form)(call(function, f"open('{canary}', 'w')"))
    assert f"would call {function.replace(' ', '.')}" in refusal(path)


@pytest.mark.usefixtures("here")
def test_names_cannot_write_to_the_terminal(archived, tmp_path):
    assert "\x1b" not in refusal(archived(call("posix \x1b[2Jsystem", "")))
    torch.save({"\x1b[2J": {"w": torch.ones(1), "\x1b]0;": 3}, "\x07": {"v": torch.ones(0)}}, tmp_path / "w.pt")
    found = read_weights_file(tmp_path / "w.pt")
    assert (found.wrapped_in + "".join(found.notes)).isprintable()


@pytest.mark.usefixtures("here")
def test_a_pickle_within_a_pickle_stays_one(archived, canary):
    inner = call("posix system", f"touch '{canary}'").decode("latin-1")
    assert "would call _pickle.loads" in refusal(archived(call("_pickle loads", inner)))


@pytest.mark.usefixtures("here")
def test_a_whole_model_is_refused_with_its_class(tmp_path):
    path = tmp_path / "whole.pt"
    torch.save(torch.nn.Sequential(torch.nn.Linear(1, 1)), path)
    said = refusal(path)
    assert "whole model of the class torch.nn.modules.container.Sequential" in said
    assert "torch.save(model.state_dict(), FILE)" in said
    assert "--module" in said


DEEP = b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
ITSELF = b"\x80\x02]q\x00h\x00a."
LAUGHS = b"\x80\x02]q\x00" + b"".join(b"](" + b"h%c" % level * 10 + b"eq%c" % (level + 1) for level in range(60)) + b"."
LONG = b"\x80\x02\x8b" + struct.pack("<I", 1 << 20) + b"\x7f" * (1 << 20) + b"."
LYING_LONG = b"\x80\x02\x8b\xff\xff\xff\x7f\x01."
LYING_TEXT = b"\x80\x02X\xff\xff\xff\xff\x01."
EMPTY_STACK = b"\x80\x02R."
NO_MEMO = b"\x80\x02h\x07."


@pytest.mark.parametrize("pickled", [DEEP, ITSELF, LAUGHS, LONG, LYING_LONG, LYING_TEXT, EMPTY_STACK, NO_MEMO, b"", b"\x80"])
@pytest.mark.parametrize("form", ["archived", "legacy"])
@pytest.mark.usefixtures("here")
def test_bombs_of_nesting_repetition_and_length(request, form, pickled):
    refusal(request.getfixturevalue(form)(pickled))


@pytest.mark.parametrize("claimed", [3, 5, 1 << 20, 1 << 60])
@pytest.mark.usefixtures("here")
def test_a_storage_of_another_size_than_its_record_is_refused(archived, claimed):
    refusal(archived(weights(tensor(claimed, [claimed], [1])), bytes(16), bytes(1 << 20)))


@pytest.mark.usefixtures("here")
def test_a_tensor_larger_than_its_storage_is_refused(archived):
    refusal(archived(weights(tensor(4, [1 << 20], [1])), bytes(16)))


@pytest.mark.usefixtures("here")
def test_a_few_numbers_spread_out_to_gigabytes_are_refused_before_memory_is_taken(archived):
    said = refusal(archived(weights(tensor(4, [1 << 40], [0])), bytes(16)))
    assert "4,398,046,511,104 bytes of tensors" in said


@pytest.mark.usefixtures("here")
def test_hand_made_tensors_are_read_where_nothing_lies(archived, legacy):
    """The files of these tests are well made: the same instructions with honest sizes give the numbers."""
    data = struct.pack("<4f", 1, 2, 3, 4)
    for path in (
        archived(weights(tensor(4, [2, 2], [2, 1])), data),
        legacy(weights(tensor(4, [2, 2], [2, 1], legacy=True)), data),
    ):
        found = read_weights_file(path)
        assert found.tensors["w"].tolist() == [[1, 2], [3, 4]]


def test_the_limit_on_memory_stops_an_old_file_that_asks_for_it(legacy):
    path = legacy(weights(tensor(1 << 32, [1 << 32], [1], legacy=True)), bytes(16))
    assert "far more memory" in refusal(path)


@pytest.mark.usefixtures("here")
def test_more_tensors_than_any_network_has(tmp_path):
    path = tmp_path / "many.pt"
    torch.save({str(number): torch.ones(1) for number in range(11)}, path)
    assert "it holds 11 tensors" in refusal(path, limits=Limits(tensors=10))
