"""Pipes, devices, links, folders, and files that change: one clear sentence each, never a wait."""

import io
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from inspector.core.images import png as png_decoder
from inspector.core.images import read_picture


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (6, 5), 9).save(buffer, format="PNG")
    return buffer.getvalue()


def test_empty_folder_missing_and_text(tmp_path, refused):
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", "it is empty")
    refused(tmp_path, "it is a folder")
    refused(tmp_path / "missing.png", "no such file")
    (tmp_path / "text.png").write_text("hello")
    refused(tmp_path / "text.png", "none of the formats")
    refused(tmp_path / "text.png" / "inside", "not a folder")
    refused(tmp_path / ("x" * 300), "name is too long")
    refused(tmp_path / "nul\0", "no file can have such a name")
    refused(tmp_path / "lone\ud800", "no file can have such a name|no such file")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
def test_pipes_devices_and_sockets_are_refused_at_once(tmp_path, monkeypatch, refused):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "it is a pipe")
    refused("/dev/zero", "it is a device")
    refused("/proc/self/maps", "it is empty")
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        refused("s", "it is a socket")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_that_takes_the_place_of_a_file_after_the_check_does_not_hold_us(tmp_path, monkeypatch, refused):
    (tmp_path / "file").write_bytes(png())
    status = (tmp_path / "file").stat()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("inspector.core.images.opening.os.stat", lambda path: status)
    refused(tmp_path / "pipe", "it is a pipe")


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_symbolic_links(tmp_path, refused):
    (tmp_path / "real").write_bytes(png())
    (tmp_path / "link").symlink_to("real")
    assert read_picture(tmp_path / "link").name == "link"
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    refused(tmp_path / "a", "go round in a circle")


def test_unreadable(tmp_path, monkeypatch, refused):
    (tmp_path / "p").write_bytes(png())

    def deny(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("inspector.core.images.opening.os.open", deny)
    refused(tmp_path / "p", "you may not read it")


def test_changed_and_deleted_while_it_is_read(tmp_path, monkeypatch, refused):
    decode, path = png_decoder.decode, tmp_path / "p"

    def during(action):
        path.write_bytes(png())
        monkeypatch.setattr(png_decoder, "decode", lambda file, frame: (action(), decode(file, frame))[1])

    during(lambda: path.write_bytes(png() + b"more"))
    refused(path, "changed while it was being read; open it again")
    during(lambda: path.write_bytes(png()[:50]))
    refused(path, "cut short|changed")
    during(path.unlink)
    np.testing.assert_array_equal(read_picture(path).values, np.full((5, 6), 9, np.uint8))


def test_starting_with_a_png_imports_no_other_format(tmp_path):
    (tmp_path / "p").write_bytes(png())
    code = (
        "import sys; from inspector.core.images import read_picture; read_picture(sys.argv[1]);"
        "print([m for m in sys.modules if m == 'tifffile' or m.endswith('ImagePlugin')])"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "p"], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "['PIL.PngImagePlugin']"
