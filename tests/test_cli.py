"""The command line as a script uses it: results, JSON, and one line with status 2 for bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector import __main__ as program
from inspector.core.images import read_picture
from kernels import preset, presets


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
        "image", "kernel", "output", "shape", "dtype", "min", "max", "border", "device", "algorithm", "milliseconds",
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
        (["filter", "sample:nothing", "-k", "box3"], "nothing"),
        (["filter", "FOLDER", "-k", "box3"], "FOLDER"),
        (["filter"], "IMAGE"),
        (["screenshot", "FOLDER", "--size", "3x3"], "3x3"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    words: list[str], named: str, photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"PHOTO": str(photo), "FOLDER": str(tmp_path)}
    line = refused(capsys, *(places.get(word, word) for word in words))
    assert Path(places.get(named, named)).name in line


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
