"""The real window on screens of other scales and in other locales, as the command line renders it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from inspector.core.state import Workspace


@pytest.mark.parametrize(("scale", "locale"), [("1", "de_DE.UTF-8"), ("1.5", "ar_EG.UTF-8"), ("2", "C")])
def test_the_window_is_rendered_at_every_scale(tmp_path: Path, scale: str, locale: str) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "LC_ALL": locale, "LANG": locale}
    environment.pop("QT_ENABLE_HIGHDPI_SCALING", None)
    words = [sys.executable, "-m", "inspector", "screenshot", str(tmp_path), "--theme", "dark", "--size", "1280x800"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert paths == [tmp_path / f"{workspace}-1280x800-dark.png" for workspace in Workspace]
    for path in paths:
        with Image.open(path) as picture:
            assert picture.size == (round(1280 * float(scale)), round(800 * float(scale)))
            assert len(picture.convert("RGB").resize((64, 40)).getcolors(2560)) > 100


@pytest.mark.parametrize("platform", ["", None])
def test_a_picture_that_cannot_be_rendered_is_one_line(tmp_path: Path, platform: str | None) -> None:
    (tmp_path / "bad.png").write_bytes(b"nonsense")
    environment = {name: value for name, value in os.environ.items() if name not in {"QT_QPA_PLATFORM", "DISPLAY"}}
    environment |= {} if platform is None else {"QT_QPA_PLATFORM": platform}
    words = [sys.executable, "-m", "inspector", "screenshot", str(tmp_path / "out"), str(tmp_path / "bad.png")]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("cnn-inspector: Cannot open")
    assert done.stderr.count("\n") == 1
    assert not list((tmp_path / "out").iterdir())
