"""The process of its own: what it sees, and that it ends."""

import json
import os
import resource
import tempfile

import pytest
import torch

from inspector.nets.loading import process
from inspector.nets.loading.limits import Limits
from inspector.nets.loading.process import TooLong, run_apart
from inspector.nets.loading.reading import read_weights_file
from kernels import Cancelled

# what the process is to do, in a module that the program's own path finds
PROBE = """
import json, os, pathlib, resource, signal, subprocess, sys

def main(words):
    globals()[words[0]](*words[1:])

def look(out):
    seen = {"cwd": os.getcwd(), "path": sys.path, "env": sorted(os.environ), "isolated": sys.flags.isolated}
    pathlib.Path(out).write_text(json.dumps(seen))
    print("a word", file=sys.stderr)

def linger(out):
    pipe = os.open(out, os.O_WRONLY)
    subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=[pipe])
    os.write(pipe, b"on")
    signal.pause()

def limits(out, memory):
    from inspector.nets.loading import child
    from inspector.nets.loading.limits import Limits
    child._keep_to(Limits(memory=int(memory), seconds=7), 0)
    kinds = resource.RLIMIT_CORE, resource.RLIMIT_NOFILE
    try:
        bytes(1 << 31)
        got = "memory"
    except MemoryError:
        got = "none"
    pathlib.Path(out).write_text(f"{[resource.getrlimit(kind) for kind in kinds]} {got}")
"""


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """Runs a function of PROBE with the path of a file for its answer."""
    package = tmp_path / "program" / "inspector"
    package.mkdir(parents=True)
    (package.parent / "probe.py").write_text(PROBE)
    home = tmp_path / "home"
    home.mkdir()

    def run(*words, seconds=60.0, cancel=lambda: False):
        return run_apart("probe", words, home, seconds=seconds, cancel=cancel)

    with monkeypatch.context() as patched:
        patched.setattr(
            process,
            "_START",
            process._START.replace("sys.argv.pop(1));", f"sys.argv.pop(1)); sys.path.append({str(package.parent)!r});", 1),
        )
        yield run


def test_it_sees_nothing_of_the_surroundings(probe, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SECRET", "1")
    (tmp_path / "torch.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert probe("look", str(tmp_path / "out")) == "a word\n"
    seen = json.loads((tmp_path / "out").read_text())
    assert seen["isolated"] == 1
    assert seen["cwd"] == str(tmp_path / "home")
    assert not {"", ".", str(tmp_path)} & set(seen["path"])
    assert not {"PYTHONPATH", "SECRET", "XDG_CACHE_HOME"} & set(seen["env"])


@pytest.mark.parametrize(("ends", "seconds"), [(Cancelled, 60.0), (TooLong, 0.0)])
def test_it_is_stopped_with_all_that_it_has_started(probe, tmp_path, monkeypatch, ends, seconds):
    """The process and one that it has started hold a pipe open; it ends when both are gone."""
    os.mkfifo(tmp_path / "pipe")
    watch, opened = process._watch, []

    def watch_once_it_runs(started, end, cancel):
        opened.append((tmp_path / "pipe").open("rb"))
        assert opened[0].read(2) == b"on"
        watch(started, end, cancel)

    monkeypatch.setattr(process, "_watch", watch_once_it_runs)
    with pytest.raises(ends):
        probe("linger", str(tmp_path / "pipe"), seconds=seconds, cancel=lambda: ends is Cancelled)
    with opened[0] as pipe:
        assert pipe.read() == b""


@pytest.mark.parametrize(("memory", "got"), [(64 << 20, "none"), (8 << 30, "memory")])
def test_memory_and_files_are_limited(probe, tmp_path, memory, got):
    probe("limits", str(tmp_path / "out"), str(memory))
    assert (tmp_path / "out").read_text() == f"[(0, 0), (64, 64)] {got}"


def test_this_process_keeps_its_own_limits():
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 64


def test_small_files_may_not_become_large():
    limits = Limits(tensor_bytes=1000 << 20)
    assert limits.tensor_bytes_of(1000) < 17 << 20
    assert limits.tensor_bytes_of(1 << 40) == 1000 << 20
    assert limits.memory_of(100 << 20) > limits.memory + 2 * (400 << 20)


def test_no_folder_is_left(tmp_path, monkeypatch):
    """Whatever happens to the process, the private folder goes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    torch.save({"w": torch.ones(1)}, tmp_path / "w.pt")
    answers = iter([False, True, True])
    with pytest.raises(Cancelled):
        read_weights_file(tmp_path / "w.pt", cancel=lambda: next(answers))
    assert not list(folder.iterdir())
    assert read_weights_file(tmp_path / "w.pt").tensors["w"] == 1
    assert not list(folder.iterdir())
