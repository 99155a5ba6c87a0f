"""CIFAR-10 batches are read as published, and nothing in such a file is ever run."""

import lzma
import os
import pickle
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.nets.datasets import DatasetError, Part, read_dataset
from inspector.nets.datasets.batch import read_batch

LAW = settings(deadline=None, derandomize=True, max_examples=200)


def text(value: str) -> bytes:
    return b"U" + bytes([len(value)]) + value.encode()


def number(value: int) -> bytes:
    return b"K" + bytes([value]) if value < 256 else b"M" + struct.pack("<H", value)


def array(rows: np.ndarray) -> bytes:
    """An array of bytes as Python 2 and numpy 1 pickled it."""
    made = b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09"
    dtype = b"cnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    shape = b"".join(map(number, rows.shape)) + b"\x86"
    return made + b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", rows.size) + rows.tobytes() + b"tb"


def batch(rows: np.ndarray, labels: list[int]) -> bytes:
    """A file with the instructions of the published batches, in their order."""
    named = b"".join(map(number, labels))
    names = b"".join(text(f"picture_{n}.png") for n in range(len(labels)))
    pairs = text("batch_label") + text("batch 1 of 1") + text("labels") + b"]q\x05(" + named + b"e"
    return b"\x80\x02}q\x01(" + pairs + text("data") + array(rows) + text("filenames") + b"](" + names + b"eu."


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 3072), np.uint8)


@pytest.fixture
def folder(tmp_path) -> Path:
    place = tmp_path / "cifar-10-batches-py"
    place.mkdir()
    for n in range(1, 6):
        (place / f"data_batch_{n}").write_bytes(batch(rows(4, n), [n, 0, 9, 1]))
    (place / "test_batch").write_bytes(batch(rows(3), [3, 8, 8]))
    return tmp_path


def refused(data: bytes, match: str = "Cannot read") -> str:
    with pytest.raises(DatasetError, match=match) as caught:
        read_batch(Path("data_batch_1"), data)
    assert "data_batch_1" in str(caught.value)
    return str(caught.value)


def test_batches_follow_each_other_plane_by_plane(folder):
    dataset = read_dataset("CIFAR-10", folder, Part.TRAIN)
    assert np.array_equal(dataset.images.reshape(20, 3072), np.concatenate([rows(4, n) for n in range(1, 6)]))
    assert dataset.images.shape == (20, 3, 32, 32)
    assert dataset.labels.tolist() == [label for n in range(1, 6) for label in (n, 0, 9, 1)]
    assert (dataset.class_names[0], dataset.class_names[9]) == ("airplane", "truck")


def test_the_folder_itself_and_files_packed_with_xz(folder):
    place = folder / "cifar-10-batches-py"
    (place / "test_batch.xz").write_bytes(lzma.compress((place / "test_batch").read_bytes()))
    (place / "test_batch").unlink()
    dataset = read_dataset("CIFAR-10", place, Part.TEST)
    assert np.array_equal(dataset.images.reshape(3, 3072), rows(3))


def test_python_s_own_reader_finds_the_same():
    """So that the files of these tests are what they say they are."""
    data = batch(rows(300), [n % 10 for n in range(300)])
    expected = pickle.loads(data, encoding="latin1")
    found = read_batch(Path("b"), data)
    assert found.keys() == expected.keys()
    assert np.array_equal(found["data"], expected["data"])
    assert found["labels"] == expected["labels"]
    assert found["filenames"] == expected["filenames"]


class Canary:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_malicious_file_is_named_and_not_run(tmp_path, protocol):
    path = tmp_path / "canary"
    data = pickle.dumps({"data": Canary(path), "labels": [1]}, protocol)
    assert f"{os.mkdir.__module__}.mkdir" in refused(data, "would import .* nothing in it was run")
    assert not path.exists()
    pickle.loads(data)  # the proof that it sings where it is not caged
    assert path.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncbuiltins\neval\nK\x00\x87R.",
        b"(ibuiltins\nexec\n.",
        b"(S'ls'\nios\nsystem\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    ],
)
def test_every_way_to_import(data):
    refused(data, r"would import '(builtins\.(eval|exec)|os\.system)'")


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02cnumpy\nndarray\nK\x00\x85R.",  # the array's type, called
        b"\x80\x02U\x01aK\x00\x85R.",  # a text, called
        b"\x80\x02}K\x01b.",  # a state for a dictionary
        b"\x80\x02cnumpy\nndarray\n)\x81.",  # another instruction that calls
        b"\x80\x02K\x01.",
    ],
)
def test_allowed_names_cannot_be_turned_to_other_uses(data):
    refused(data, "no published batch")


def test_cut_at_any_place():
    data = batch(rows(2), [1, 2])
    for length in {*range(0, 300), *range(300, len(data), 97), *range(len(data) - 60, len(data))}:
        refused(data[:length])


@LAW
@given(st.data())
def test_flipped_bytes_give_a_dictionary_or_a_sentence(data):
    content = bytearray(batch(rows(1)[:, :30], [4]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DatasetError):
        assert isinstance(read_batch(Path("b"), bytes(content)), dict)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (batch(rows(3)[:, :3000], [1, 2, 3]), "rows of 3072 bytes"),
        (batch(rows(3), [1, 2]), "one label for each of its 3 pictures"),
        (batch(rows(3), [1, 2, 10]), "label 2 is 10"),
        (batch(rows(3), [1, 2, 3]).replace(b"K\x01K\x02K\x03e", b"U\x011K\x02K\x03e"), "one label for each"),
        (b"\x80\x02}.", "rows of 3072 bytes"),
        (lzma.compress(b"packed"), "damaged"),
    ],
)
def test_files_that_lie(folder, content, match):
    (folder / "cifar-10-batches-py" / "test_batch").write_bytes(content)
    with pytest.raises(DatasetError, match=match) as caught:
        read_dataset("CIFAR-10", folder, Part.TEST)
    assert "test_batch" in str(caught.value)


def test_a_cut_xz_file_and_one_that_unpacks_without_end(folder):
    place = folder / "cifar-10-batches-py"
    for content, match in ((lzma.compress(bytes(999))[:-9], "cut short"), (lzma.compress(bytes(80 << 20)), "more than 64 MiB")):
        (place / "test_batch.xz").write_bytes(content)
        with pytest.raises(DatasetError, match=match):
            read_dataset("CIFAR-10", folder, Part.TEST)


def test_a_missing_batch_is_named(folder):
    (folder / "cifar-10-batches-py" / "data_batch_4").unlink()
    with pytest.raises(DatasetError, match="data_batch_4"):
        read_dataset("CIFAR-10", folder, Part.TRAIN)
