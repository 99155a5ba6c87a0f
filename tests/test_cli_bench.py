"""The command that measures, with next to nothing to measure."""

import json
import subprocess
import sys

import pytest

from inspector import cli, cli_bench
from inspector.core.bench import cases
from inspector.core.bench.cases import cpu_cases


@pytest.fixture
def little(monkeypatch):
    """The first case of each topic but the large ones, and no memory."""
    monkeypatch.setattr(cli_bench, "SECONDS_QUICK", 0.0)
    monkeypatch.setattr(cases, "memory_rows", lambda *, quick: [])
    monkeypatch.setattr(cases, "cpu_cases", lambda peers, layer, *, quick: cpu_cases(peers, layer, quick=quick)[:2])


def test_a_table_and_the_same_as_json(little, capsys):
    assert cli.main(["bench", "--quick"]) == 0
    text = capsys.readouterr().out
    assert "512², k = 3" in text
    assert "OpenCV filter2D, ms" in text
    assert "geometric mean" in text
    assert cli.main(["bench", "--quick", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [row["work"] for row in facts["rows"]] == ["512², k = 3", "512², k = 11"]
    assert all(value > 0 for row in facts["rows"] for value in row["seconds"].values())
    assert facts["machine"]["OpenCV"]


def test_libraries_that_are_not_installed_are_left_out_and_named(little, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "inspector.core.bench.opencv", None)
    monkeypatch.setitem(sys.modules, "inspector.core.bench.scipy", None)
    assert cli.main(["bench", "--quick"]) == 0
    text = capsys.readouterr().out
    assert "OpenCV is not installed" in text
    assert "SciPy is not installed" in text
    assert "OpenCV filter2D" not in text
    assert "torch conv2d, ms" in text


def test_without_a_gpu_it_is_one_line_that_says_why(capsys, monkeypatch):
    monkeypatch.setattr(cli_bench.gpu_peers, "problem", lambda: "there is no NVIDIA card with a working driver")
    assert cli.main(["bench", "--device", "gpu"]) == 2
    assert capsys.readouterr().err == "cnn-inspector: --device gpu: there is no NVIDIA card with a working driver\n"


def test_the_command_line_imports_none_of_the_libraries():
    code = "import sys, inspector.cli; print({'cv2', 'scipy', 'torch', 'cupy', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
