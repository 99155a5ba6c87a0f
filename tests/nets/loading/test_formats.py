"""Files are told apart by what they begin with."""

import io
import pickle
import tarfile

import numpy as np
import pytest
import safetensors.torch
import torch

from inspector.nets.loading.formats import HEAD, Kind, Refused, kind_of


def saved(**options):
    data = io.BytesIO()
    torch.save({"w": torch.ones(2)}, data, **options)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (saved(), Kind.ZIP),
        (saved(_use_new_zipfile_serialization=False), Kind.LEGACY),
        (saved(_use_new_zipfile_serialization=False, pickle_protocol=4), Kind.LEGACY),
        (safetensors.torch.save({"w": torch.ones(2)}), Kind.SAFETENSORS),
        *((pickle.dumps(len, protocol=protocol), Kind.PICKLE) for protocol in range(6)),
    ],
)
def test_what_can_hold_weights(data, kind):
    assert kind_of(data[:HEAD]) is kind


def tar():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("storages"))
    return data.getvalue()


def array():
    data = io.BytesIO()
    np.save(data, np.ones(3))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 553433881\n", "Git LFS pointer"),
        (b"\n<!DOCTYPE html><html><title>Download</title>", "web page"),
        (b"<html>", "web page"),
        (b"Not found", "it is text"),
        ("größer als\n".encode(), "it is text"),
        (bytes(1024), "neither safetensors"),
        (bytes(range(200, 256)), "neither safetensors"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"GGUF\x03", "GGUF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n\x1a\n", "picture (PNG)"),
        (tar(), "tar archive"),
        (array(), "NumPy array"),
        (b"P", "text"),
    ],
)
def test_what_cannot_is_named_with_what_to_do(data, word):
    with pytest.raises(Refused) as caught:
        kind_of(data[:HEAD])
    assert word in caught.value.reason
    assert not caught.value.reason.endswith(".")
