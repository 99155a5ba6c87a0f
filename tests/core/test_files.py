"""A save gives the new file or leaves the old one, whatever happens on the way."""

import errno
import os
import re
import signal
import stat
import subprocess
import sys

import pytest

from inspector.core.files import SaveError, atomic_write


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def refused(path, writer=lambda file: file.write(b"new"), match: str = "") -> SaveError:
    with pytest.raises(SaveError, match=match) as caught:
        atomic_write(path, writer)
    assert re.fullmatch(r"Cannot save [^\n]+\.", str(caught.value)), str(caught.value)
    str(caught.value).encode()
    return caught.value


def child(code: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)


def test_new_and_replaced(tmp_path):
    atomic_write(tmp_path / "f", lambda file: file.write(b"one"))
    atomic_write(tmp_path / "f", lambda file: file.write(b"two"))
    assert (tmp_path / "f").read_bytes() == b"two"
    assert left_in(tmp_path) == ["f"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only"), (errno.EIO, "could not write it")],
)
def test_failure_in_the_middle_leaves_the_old_file(tmp_path, number, words):
    def fail(file):
        file.write(b"half")
        file.flush()
        raise OSError(number, os.strerror(number))

    (tmp_path / "f").write_bytes(b"old")
    refused(tmp_path / "f", fail, words)
    assert (tmp_path / "f").read_bytes() == b"old"
    assert left_in(tmp_path) == ["f"]


def test_a_failure_that_is_no_fault_of_the_disk_passes_through(tmp_path):
    def fail(file):
        raise KeyError("ours")

    with pytest.raises(KeyError):
        atomic_write(tmp_path / "f", fail)
    assert left_in(tmp_path) == []


def test_places_that_cannot_be_written_to(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    refused(tmp_path / "folder", match="folder of that name")
    refused(tmp_path / "missing" / "f", match="no such folder")
    refused(tmp_path / "file" / "f", match="no such folder")
    refused(tmp_path / ("x" * 300), match="too long")
    refused(tmp_path / "lone\ud800", match="no file can have such a name")
    assert left_in(tmp_path) == ["file", "folder"]


def test_long_and_odd_names_that_the_system_allows(tmp_path):
    for name in ("x" * 255, "ü" * 127, "a\nb", "bad\udcff"):
        atomic_write(tmp_path / name, lambda file: file.write(b"new"))
        assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="POSIX file kinds")
def test_devices_and_pipes_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", match="not a regular file")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links and permissions")
def test_links_are_followed_and_permissions_kept(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    atomic_write(tmp_path / "link", lambda file: file.write(b"new"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    refused(tmp_path / "a", match="go round in a circle")


def test_a_protected_file_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr("inspector.core.files.os.access", lambda *_: False)  # root may write everywhere
    refused(tmp_path / "f", match="you may not write there")
    assert (tmp_path / "f").read_bytes() == b"old"


KILLED_HALFWAY = """
import sys
from inspector.core.files import atomic_write
def half(file):
    file.write(b"n" * 100_000); file.flush(); print("half", flush=True); sys.stdin.read()
atomic_write(sys.argv[1], half)
"""
KILLED_ANYWHERE = """
import sys
from inspector.core.files import atomic_write
for n in range(10**9):
    atomic_write(sys.argv[1], lambda file: [file.write(bytes([n % 256]) * 1000) for _ in range(300)])
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_in_the_middle_of_a_save(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    with child(KILLED_HALFWAY, tmp_path / "f") as process:
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "f").read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("saves", [1, 2, 5, 9])
def test_killed_at_any_time(tmp_path, saves):
    with child(KILLED_ANYWHERE, tmp_path / "f") as process:
        for _ in range(saves):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    content = (tmp_path / "f").read_bytes()
    assert len(content) == 300_000
    assert len(set(content)) == 1
