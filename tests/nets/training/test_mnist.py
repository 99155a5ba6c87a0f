"""MNIST is read as published, and whatever is wrong with a file is said of that file."""

import gzip
import struct
import zlib

import numpy as np
import pytest

from inspector.nets.datasets import DatasetError, Part, read_dataset

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def refused(folder, match: str = "Cannot read") -> str:
    with pytest.raises(DatasetError, match=match) as caught:
        read_dataset("MNIST", folder, Part.TEST)
    return str(caught.value)


@pytest.fixture
def folder(write_mnist, tmp_path):
    return write_mnist(tmp_path / "data", 40)


def test_the_bytes_of_the_files_are_the_pictures(folder):
    dataset = read_dataset("MNIST", folder, Part.TRAIN)
    raw = gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes())
    assert dataset.images.tobytes() == raw[16:]
    assert dataset.images.shape == (40, 1, 28, 28)
    assert dataset.labels.tolist() == list(gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes())[8:])
    assert dataset.class_names == tuple("0123456789")
    assert not dataset.images.flags.writeable
    assert not dataset.labels.flags.writeable


def test_unpacked_files_are_the_same(folder):
    packed = read_dataset("MNIST", folder, Part.TEST)
    for name in (IMAGES, LABELS):
        path = folder / f"{name}.gz"
        (folder / name).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert np.array_equal(read_dataset("MNIST", folder, Part.TEST).images, packed.images)


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_cut_at_any_place(folder, name):
    path = folder / f"{name}.gz"
    whole = path.read_bytes()
    for length in {*range(0, 60), *range(60, len(whole), 211), len(whole) - 1}:
        if length < len(whole):
            path.write_bytes(whole[:length])
            assert f"{name}.gz" in refused(folder)


def test_a_missing_file_is_named(tmp_path):
    assert IMAGES in refused(tmp_path, "no such file")


def counted(*numbers: int, tail: bytes = b"") -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers) + tail


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        (IMAGES, counted(0x0D03, 1, 28, 28, tail=bytes(784 * 4)), "begins with 0x00000d03"),
        (IMAGES, counted(0x0803, 2, 28, 28, tail=bytes(784)), "promises 2x28x28 bytes, and 784 follow"),
        (IMAGES, counted(0x0803, 2**31, 2**31, 28, tail=bytes(784)), "promises"),
        (IMAGES, counted(0x0803, 0, 28, 28), "promises 0x28x28"),
        (IMAGES, counted(0x0803, 20, 14, 14, tail=bytes(20 * 196)), "14x14 pixels, not 28x28"),
        (IMAGES, b"", "cut short"),
        (LABELS, counted(0x0801, 3, tail=bytes(3)), "3 labels for the 20 pictures"),
        (LABELS, counted(0x0801, 20, tail=bytes(19) + b"\x0a"), "label 19 is 10, and there are only the classes 0 to 9"),
    ],
)
def test_files_that_lie(folder, name, content, match):
    (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    assert f"{name}.gz" in refused(folder, match)


def test_what_is_no_gzip_file(folder):
    (folder / f"{IMAGES}.gz").write_bytes(b"<html>not found</html>" * 9)
    refused(folder, "damaged")


def test_a_file_that_unpacks_without_end_is_stopped(folder):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(80)) + packer.flush()
    (folder / f"{IMAGES}.gz").write_bytes(bomb)
    refused(folder, "more than 64 MiB")


def test_an_unknown_data_set_is_named(tmp_path):
    with pytest.raises(DatasetError, match="'Caltech-101'; there are MNIST, CIFAR-10"):
        read_dataset("Caltech-101", tmp_path, Part.TEST)
