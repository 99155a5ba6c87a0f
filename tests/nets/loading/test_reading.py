"""What is written comes back bit for bit, whatever the form; what is no file of weights is refused in a sentence."""

import os
import struct
import warnings
from contextlib import suppress

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.core.names import printable
from inspector.nets.loading import reading
from inspector.nets.loading.reading import read_weights_file
from inspector.nets.tensors_file import WeightsError
from kernels import Cancelled

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.uint8, torch.bool]
FORMS = ["zip", "legacy", "safetensors"]


def save(tensors, path, form):
    if form == "safetensors":
        safetensors.torch.save_file(tensors, path)
    else:
        torch.save(tensors, path, _use_new_zipfile_serialization=form == "zip")


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype
        assert found[name].shape == tensor.shape
        assert found[name].is_contiguous()
        assert found[name].device.type == "cpu"
        assert torch.equal(found[name].nan_to_num(), tensor.nan_to_num())


@st.composite
def state_dicts(draw):
    names = draw(st.lists(st.text(min_size=1, max_size=8).filter(lambda n: n.isprintable()), min_size=1, max_size=5, unique=True))
    shapes = st.lists(st.integers(0, 3), max_size=4)
    return {f"layer.{name}": (torch.randn(draw(shapes)) * 100).to(draw(st.sampled_from(DTYPES))) for name in [*names, "w"]} | {
        "axis": torch.ones(1)
    }


@pytest.mark.usefixtures("here")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tensors=state_dicts(), form=st.sampled_from(FORMS), wrapped=st.booleans())
def test_any_state_dict_comes_back_bit_for_bit(tmp_path, tensors, form, wrapped):
    path = tmp_path / "name says nothing"
    whole = wrapped and form != "safetensors"
    save({"epoch": 3, "model": tensors} if whole else tensors, path, form)
    found = read_weights_file(path)
    same(found.tensors, tensors)
    assert found.wrapped_in == ("model" if whole else "")
    if form != "safetensors":
        assert list(found.tensors) == list(tensors)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_read_without_the_fixture_too(tmp_path, form):
    path, tensors = tmp_path / "w.bin", {"conv.weight": torch.randn(4, 3, 3, 3), "conv.bias": torch.randn(4)}
    save(tensors, path, form)
    same(read_weights_file(path).tensors, tensors)


@pytest.mark.parametrize("name", ["größer 网\n.pt", os.fsdecode(b"odd\xff.pt")])
def test_odd_names_reach_the_other_process(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x02cposix\nsystem\nX\x02\0\0\0ls\x85R.")
    with pytest.raises(WeightsError, match=r"would call posix\.system") as caught:
        read_weights_file(tmp_path / name)
    assert printable(name) in str(caught.value)


@pytest.mark.usefixtures("here")
def test_views_and_shared_tensors_become_their_own(tmp_path):
    base = torch.arange(12.0).view(3, 4)
    tensors = {"turned": base.T, "part": base[1:, :2], "again": base, "row": base[2], "spread": torch.ones(1).expand(3, 4)}
    save(tensors, tmp_path / "w.pt", "zip")
    found = read_weights_file(tmp_path / "w.pt").tensors
    same(found, tensors)
    found["again"].zero_()
    assert torch.equal(found["turned"], base.T)


@pytest.mark.usefixtures("here")
def test_parameters_and_other_devices_become_plain_tensors(tmp_path):
    torch.save(dict(torch.nn.Linear(2, 3).named_parameters()), tmp_path / "w.pt")
    found = read_weights_file(tmp_path / "w.pt").tensors
    assert [(type(tensor), tensor.requires_grad) for tensor in found.values()] == [(torch.Tensor, False)] * 2


def test_safetensors_are_sorted_as_a_network_is_built(tmp_path):
    names = ["features.10.weight", "features.2.weight", "features.2.bias", "features.2.running_var", "features.2.running_mean"]
    save({name: torch.ones(1) for name in names}, tmp_path / "w", "safetensors")
    assert list(read_weights_file(tmp_path / "w").tensors) == [
        "features.2.weight", "features.2.bias", "features.2.running_mean", "features.2.running_var", "features.10.weight",
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("here")
def test_nan_and_infinity_are_flagged(tmp_path, form):
    bad = torch.tensor([1.0, float("nan"), float("inf"), float("nan")], dtype=torch.bfloat16)
    save({"good": torch.ones(2), "bad": bad}, tmp_path / "w", form)
    found = read_weights_file(tmp_path / "w")
    assert found.notes == ("One tensor holds values that are no numbers: bad (2 NaN, 1 infinite).",)
    assert found.tensors["bad"].isnan().tolist() == [False, True, False, True]


# ---- what is refused -------------------------------------------------------------------------------------------


def refusal(path):
    with pytest.raises(WeightsError) as caught:
        read_weights_file(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def quantized():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: torch.ones(2, 2).to_sparse(), "sparse"),
        (quantized, "quantized"),
        (lambda: torch.ones(2, dtype=torch.complex64), "of the type complex64"),
        (lambda: torch.ones(2, device="meta"), "without numbers"),
    ],
)
@pytest.mark.usefixtures("here")
def test_tensors_that_are_no_plain_numbers_are_refused_by_name(tmp_path, make, word):
    torch.save({"fine": torch.ones(1), "odd.weight": make()}, tmp_path / "w.pt")
    assert f"its tensor odd.weight is {word}" in refusal(tmp_path / "w.pt")


def test_complex_safetensors_too(tmp_path):
    save({"odd": torch.ones(2, dtype=torch.complex64)}, tmp_path / "w", "safetensors")
    assert "its tensor odd is of the type complex64" in refusal(tmp_path / "w")


def safetensors_file(path, header, data=b"", length=None):
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + data)
    return path


@pytest.mark.parametrize(
    ("header", "data", "length"),
    [
        (b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', b"1234", None),
        (b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', b"1234", None),
        (b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', b"12345678", None),
        (b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}', b"12345678", None),
        (b'{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}', b"1234", None),
        (b'{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', b"1234", None),
        (b'{"w":{"dtype":"X99","shape":[1],"data_offsets":[0,4]}}', b"1234", None),
        (
            b'{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
            b"1234",
            None,
        ),
        (b'{"w":[[[[', b"", None),
        (b"{" + b'"a":{' * 5000, b"", None),
        (b"{}", b"", 1 << 35),
        (b"{}", b"", None),
    ],
)
def test_safetensors_that_lie_are_refused(tmp_path, header, data, length):
    refusal(safetensors_file(tmp_path / "w.safetensors", header, data, length))


def test_folders_pipes_devices_and_nothing_are_refused_at_once(tmp_path):
    pipe, empty = tmp_path / "pipe", tmp_path / "empty"
    os.mkfifo(pipe)
    empty.touch()
    assert "it is a folder" in refusal(tmp_path)
    assert "it is a pipe" in refusal(pipe)
    assert "it is empty" in refusal(empty)
    assert "it is a device" in refusal("/dev/zero")
    assert "there is no such file" in refusal(tmp_path / "missing")


def test_cancelled_before_anything_is_started(tmp_path):
    save({"w": torch.ones(1)}, tmp_path / "w.pt", "zip")
    with pytest.raises(Cancelled):
        read_weights_file(tmp_path / "w.pt", cancel=lambda: True)


def test_a_process_that_dies_is_a_damaged_file_and_its_words_are_logged(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(reading, "run_apart", lambda *_, **__: "Fatal Python error")
    save({"w": torch.ones(1)}, tmp_path / "w.pt", "zip")
    assert "it is damaged or cut short" in refusal(tmp_path / "w.pt")
    assert "Fatal Python error" in caplog.text


# ---- cut short -------------------------------------------------------------------------------------------------

CUTS = 1000  # bytes from one cut to the next


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("here")
def test_cut_at_every_thousandth_byte_it_is_refused(tmp_path, form):
    tensors = {f"layer{number}.weight": torch.randn(20, 50) for number in range(8)}
    save(tensors, tmp_path / "whole", form)
    data = (tmp_path / "whole").read_bytes()
    same(read_weights_file(tmp_path / "whole").tensors, tensors)
    for end in [*range(1, 200, 7), *range(CUTS, len(data), CUTS), *range(len(data) - 150, len(data), 7)]:
        path = tmp_path / "cut"
        path.write_bytes(data[:end])
        refusal(path)


@pytest.mark.parametrize("form", ["zip", "legacy"])
def test_also_in_the_process_of_its_own(tmp_path, form):
    save({"w": torch.randn(20, 50)}, tmp_path / "whole", form)
    data = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    assert "it is damaged or cut short" in refusal(tmp_path / "cut")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(form=st.sampled_from(FORMS), place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@pytest.mark.usefixtures("here")
def test_a_changed_byte_gives_tensors_or_a_sentence(tmp_path, form, place, byte):
    save({"a.weight": torch.ones(3, 5), "a.bias": torch.ones(3)}, tmp_path / "w", form)
    data = bytearray((tmp_path / "w").read_bytes())
    data[int(place * len(data))] = byte
    (tmp_path / "w").write_bytes(data)
    with suppress(WeightsError):
        assert read_weights_file(tmp_path / "w").tensors
