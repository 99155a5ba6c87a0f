"""The command line as a script uses it: results, JSON, and one line with status 2 for bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from inspector import __main__ as program
from inspector import cli
from inspector.core.images import read_picture
from inspector.core.resources import sample
from inspector.core.screenshots import Screenshots
from inspector.core.state import Workspace
from kernels import correlate, format_weights, preset, presets


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)).save(path)
    return path


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line that a refused command prints."""
    assert program.main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cnn-inspector: ")
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


def test_filter_tells_what_it_did_as_json(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["filter", str(photo), "sample:text", "-k", "edge4", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["image"] for row in rows] == [str(photo), "sample:text"]
    assert set(rows[0]) == {
        "image", "kernel", "output", "shape", "dtype", "min", "max", "border", "device", "algorithm", "why", "milliseconds",
    }  # fmt: skip
    assert (rows[0]["shape"], rows[0]["dtype"], rows[0]["border"], rows[0]["output"]) == ([20, 30, 3], "float32", "reflect", None)


@pytest.mark.parametrize("suffix", [".tif", ".npy"])
def test_exact_values_are_saved(photo: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"values{suffix}"
    assert program.main(["filter", str(photo), "-k", "0 0 0; 0 -1 0; 0 0 0", "-o", str(output)]) == 0
    saved = read_picture(output)
    assert saved.values.dtype == np.float32
    assert np.array_equal(saved.values, -np.asarray(Image.open(photo), np.float32))


def test_the_displayed_picture_is_saved(photo: Path, tmp_path: Path) -> None:
    output = tmp_path / "shown.png"
    assert program.main(["filter", str(photo), "-k", "identity", "-o", str(output), "--display", "clip"]) == 0
    assert np.array_equal(Image.open(output), Image.open(photo))


def test_several_pictures_go_into_a_folder(photo: Path, tmp_path: Path) -> None:
    assert program.main(["filter", str(photo), "sample:text", "-k", "box3", "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["photo.png", "text.png"]


def test_the_kernel_may_be_a_file(photo: Path, tmp_path: Path) -> None:
    text = tmp_path / "my kernel.txt"
    text.write_text("1/9 1/9 1/9\n" * 3)
    first, second = tmp_path / "1.npy", tmp_path / "2.npy"
    assert program.main(["filter", str(photo), "-k", str(text), "-o", str(first)]) == 0
    assert program.main(["filter", str(photo), "-k", "box3", "-o", str(second)]) == 0
    assert np.array_equal(np.load(first), np.load(second))


def test_kernels_lists_every_preset_with_its_exact_weights(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["kernels", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == [kernel.id for kernel in presets()]
    for row in rows:
        assert set(row) == {"id", "title", "shows", "source", "weights"}
        assert np.array_equal(np.float32(row["weights"]), preset(row["id"]).weights)
    assert program.main(["kernels"]) == 0
    assert "sobel-x" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["filter", "missing.png", "-k", "box3"], "missing.png"),
        (["filter", "PHOTO", "-k", "soble-x"], "sobel-x"),
        (["filter", "PHOTO", "-k", "1 2; 3 x"], "row 2, column 2"),
        (["filter", "PHOTO", "-k", "1 2; 3"], "row 2"),
        (["filter", "PHOTO", "-k", "box3", "-o", "out.xyz"], "out.xyz"),
        (["filter", "PHOTO", "-k", "box3", "--stride", "0"], "stride"),
        (["filter", "PHOTO", "-k", "box3", "--padding", "-1"], "--padding"),
        (["filter", "PHOTO", "-k", "box3", "--border", "torus"], "torus"),
        (["filter", "PHOTO", "-k", "box3", "--border", "wrap", "--cval", "3"], "--cval"),
        (["filter", "PHOTO", "-k", "box:31", "--padding", "valid"], "PHOTO"),
        (["filter", "PHOTO", "PHOTO", "-k", "box3", "-o", "FOLDER"], "photo.png"),
        (["filter", "PHOTO", "-k", "box3", "--bias", "nan"], "bias"),
        (["filter", "PHOTO", "-k", "box3", "--cval", "1e400"], "--cval"),
        (["filter", "PHOTO", "-k", "box3", "--scale", "inf"], "--scale"),
        (["filter", "PHOTO", "-k", "box3", "--normalize", "--scale", "2"], "--scale"),
        (["filter", "PHOTO", "-k", "box3", "--stride", "9" * 30], "--stride"),
        (["filter", "PHOTO", "-k", "box3", "--stride", "9" * 5000], "--stride"),
        (["filter", "PHOTO", "-k", "box3", "--dilation", "9" * 9], "PHOTO"),
        (["filter", "PHOTO", "-k", "box3", "--padding", "9" * 9], "PHOTO"),
        (["filter", "PHOTO", "-k", "box3", "--padding", "²"], "--padding"),
        (["filter", "PHOTO", "-k", "box3", "--frame", "0"], "--frame"),
        (["filter", "PHOTO", "-k", "box3", "--frame", "2"], "choose frame 1"),
        (["filter", "PHOTO", "-k", ""], "no weights"),
        (["filter", "PHOTO", "-k", "x" * 5000], "no preset"),
        (["filter", "PHOTO", "-k", "1e400"], "row 1, column 1"),
        (["filter", "PHOTO", "-k", "FOLDER"], "it is a folder"),
        (["filter", "PHOTO", "-k", "PHOTO"], "no text"),
        (["filter", "PHOTO", "-k", "/dev/zero"], "it is a device"),
        (["filter", "PHOTO", "-k", "missing.txt"], "neither a file nor a kernel"),
        (["filter", "PHOTO", "-k", "box3", "-o", "PHOTO"], "would replace the picture itself"),
        (["filter", "PHOTO", "sample:text", "-k", "box3", "-o", "PHOTO"], "it is to be a folder"),
        (["filter", "PHOTO", "sample:text", "-k", "box3", "-o", "FOLDER"], "would replace the picture itself"),
        (["filter", "PHOTO", "-k", "box3", "-o", "no such folder/out.png"], "no such folder"),
        (["filter", "sample:nothing", "-k", "box3"], "nothing"),
        (["filter", "FOLDER", "-k", "box3"], "FOLDER"),
        (["filter"], "IMAGE"),
        (["screenshot", "FOLDER", "--size", "3x3"], "3x3"),
        (["screenshot", "FOLDER", "--size", "²x²"], "--size"),
        (["screenshot", "FOLDER", "--unit", "3"], "--unit"),
        (["screenshot", "FOLDER", "--unit=-3,4"], "--unit"),
        (["screenshot", "PHOTO"], "it is to be a folder"),
        (["kernels", "--jsno"], "--jsno"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    words: list[str], named: str, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"PHOTO": str(photo), "FOLDER": str(tmp_path)}
    line = refused(capsys, *(places.get(word, word) for word in words))
    assert Path(places.get(named, named)).name in line


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_kernel_is_not_read_from_a_pipe(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "it is a pipe" in refused(capsys, "filter", str(photo), "-k", str(tmp_path / "pipe"))


def test_a_kernel_of_31_by_31_may_be_written_out(photo: Path, tmp_path: Path) -> None:
    weights = np.random.default_rng(2).normal(size=(31, 31)).astype(np.float32)
    assert program.main(["filter", str(photo), "-k", format_weights(weights), "-o", str(tmp_path / "o.npy")]) == 0
    expected = correlate(np.asarray(Image.open(photo)), weights)
    assert np.array_equal(np.load(tmp_path / "o.npy"), expected)


def test_a_preset_is_meant_whatever_files_there_are(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "identity").mkdir()
    (tmp_path / "box3").write_text("7")
    for id in ("identity", "box3"):
        assert program.main(["filter", str(photo), "-k", id, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["kernel"] == id


def test_results_that_overflow_are_counted(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["filter", str(photo), "-k", "identity", "--bias", "1e39"]
    assert program.main(words) == 0
    assert "no finite value (0 NaN, 1800 infinite)" in capsys.readouterr().out
    assert program.main([*words, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["min"], row["max"]) == (None, None)


def test_weights_that_sum_to_0_cannot_be_normalized_and_say_so(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["filter", str(photo), "-k", "sobel-x", "--normalize"]) == 0
    assert "sum to 0" in capsys.readouterr().err


def test_what_is_done_is_told_before_what_fails(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["filter", str(photo), "missing.png", "-k", "box3"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{photo}: box3")
    assert captured.err.count("\n") == 1


def test_too_little_memory_is_one_line(photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("inspector.cli_filter.apply_filter", no_memory)
    assert "not enough memory" in refused(capsys, "filter", str(photo), "-k", "box3")


@pytest.mark.skipif(os.name != "posix", reason="streams of POSIX")
@pytest.mark.parametrize(
    ("streams", "status", "said"),
    [
        ("| true", 141, ""),
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        pytest.param(
            ">/dev/full", 2, "cnn-inspector: the output: No space left on device\n",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux"),
        ),
    ],
)  # fmt: skip
def test_an_output_that_is_closed_or_full(streams: str, status: int, said: str) -> None:
    command = f'set -o pipefail; "$0" -m inspector kernels --json {streams}'
    done = subprocess.run(["bash", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, said)


def test_ctrl_c_ends_it_without_a_word(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("inspector.cli.main", interrupted)
    assert program.main(["kernels"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_gpu_that_is_not_there_says_why(
    photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kernels import hardware

    def none() -> object:
        raise RuntimeError("no NVIDIA driver was found")

    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(none))  # type: ignore[arg-type]
    assert "no NVIDIA driver was found" in refused(capsys, "filter", str(photo), "-k", "box3", "--device", "gpu")


def test_without_a_display_the_window_says_what_to_do_instead(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "cnn-inspector screenshot" in refused(capsys)


@pytest.mark.parametrize(("words", "unit"), [([], None), (["--unit", "3,4"], (3, 4))])
def test_pictures_of_the_window_are_asked_for_as_they_are_described(
    words: list[str], unit: tuple[int, int] | None, tmp_path: Path
) -> None:
    asked: list[Screenshots] = []
    window = SimpleNamespace(screenshots=lambda wanted: asked.append(wanted) or [])
    assert cli.main(["screenshot", str(tmp_path), "sample:scene"], window) == 0
    assert asked.pop().files == (str(sample("scene").path),)
    assert cli.main(["screenshot", str(tmp_path), "--workspace", "field", "--layer", "c3", *words], window) == 0
    assert [(one.workspaces, one.layer, one.unit) for one in asked] == [((Workspace.FIELD,), "c3", unit)]
