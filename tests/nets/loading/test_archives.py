"""Archives that torch.save did not write are told apart before anything in them is unpacked."""

import io
import zipfile

import pytest
import torch

from inspector.nets.loading.archive import pickle_in
from inspector.nets.loading.formats import Refused

EMPTY = b"\x80\x02}."


def refusal(path):
    with path.open("rb") as file, pytest.raises(Refused) as caught:
        pickle_in(file, path.stat().st_size)
    return caught.value.reason


def zipped(path, *names, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in names:
            archive.writestr(name, b"x")
    return path


def test_what_torch_writes_passes(tmp_path, archived):
    torch.save({"w": torch.ones(2), "v": torch.ones(3)}, tmp_path / "w.pt")
    for path in (tmp_path / "w.pt", archived(EMPTY)):
        with path.open("rb") as file:
            assert pickle_in(file, path.stat().st_size).startswith(b"\x80\x02")


@pytest.mark.parametrize("name", ["../evil", "made/../../evil", "/etc/passwd", "C:\\evil", "made\\evil", "made/data/.."])
def test_names_that_point_outside_are_refused(archived, name):
    assert "points outside" in refusal(archived(EMPTY, extra=((name, b""),)))


@pytest.mark.parametrize("name", ["made/data.pkl", "MADE/DATA.PKL"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(archived, name):
    assert "twice" in refusal(archived(EMPTY, extra=((name, EMPTY),)))


def test_packed_entries_are_refused_whatever_they_would_become(archived):
    assert "is packed" in refusal(archived(EMPTY, bytes(10_000_000), packed=True))


@pytest.mark.parametrize("name", ["made/evil.zip", "made/data/0/1", "made/notes.txt"])
def test_archives_and_anything_else_beside_the_tensors_are_refused(archived, name):
    inner = io.BytesIO()
    zipped(inner, "a")
    assert "beside the tensors" in refusal(archived(EMPTY, extra=((name, inner.getvalue()),)))


def test_entries_that_overlap_are_refused(archived):
    """A directory whose entries all claim the same bytes (David Fifield, A better zip bomb, 2019)."""
    path = archived(EMPTY, bytes(2000), bytes(2000))
    data = bytearray(path.read_bytes())
    first, second = data.index(b"made/data/0"), data.index(b"made/data/1")
    central = data.rindex(b"made/data/1") - 46
    assert first < second < central
    # the second entry of the directory points to the first one's bytes and claims all that follow
    data[central + 42 : central + 46] = (first - 30).to_bytes(4, "little")
    for field in (20, 24):
        data[central + field : central + field + 4] = (len(data) - 1000).to_bytes(4, "little")
    path.write_bytes(data)
    assert "claim" in refusal(path)


def test_a_cut_directory_is_damage(archived):
    path = archived(EMPTY, bytes(100))
    path.write_bytes(path.read_bytes()[:-30])
    assert "damaged or cut short" in refusal(path)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        (("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"), "TorchScript"),
        (("m/archive_format", "m/models/model.json", "m/data/weights/w"), "exported program"),
        (("archive_version", "serialized_exported_program.json"), "exported program"),
        (("a.npy", "b.npy"), "NumPy arrays"),
        (("word/document.xml",), "none of torch.save"),
        (("a/data.pkl", "b/data.pkl"), "none of torch.save"),
        ((), "none of torch.save"),
    ],
)
def test_other_archives_are_named(tmp_path, names, word):
    assert word in refusal(zipped(tmp_path / "other.zip", *names))


def test_a_real_exported_program_is_refused(tmp_path):
    class Net(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + 1

    exported = torch.export.export(Net(), (torch.ones(1),))
    torch.export.save(exported, tmp_path / "net.pt2")
    assert "exported program" in refusal(tmp_path / "net.pt2")
