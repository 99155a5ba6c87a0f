"""What is copied computes what is shown: the texts are run and their results compared."""

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector import __main__ as program
from inspector.core.filtering import Channels, FilterSettings, apply_filter
from inspector.core.images import read_picture
from inspector.core.resources import sample
from inspector.core.scripting import as_command, as_python
from inspector.core.state import Source, SourceKind
from kernels import Border, Kernel, Padding, preset

SOURCE = Source(SourceKind.SAMPLE, "digits")
CUSTOM = Kernel([[1 / 9, -0.25], [3e-5, 2]], bias=-1.5)
CASES = [
    FilterSettings(preset("sobel-x")),
    FilterSettings(CUSTOM, convolve=True, border=Border.CONSTANT, cval=-2.5, stride=2, dilation=3, padding=4),
    FilterSettings(preset("gaussian5").with_(bias=7.0), normalize=True, channels=Channels.LUMINANCE, padding=Padding.FULL),
    FilterSettings(Kernel([[1, 2], [3, 4]], anchor=(0, 0))),
    FilterSettings(preset("box3"), scale=0.1, border=Border.WRAP, padding=Padding.VALID, device="cpu"),
]


@pytest.mark.parametrize("settings", CASES)
def test_the_command_computes_what_is_shown(settings: FilterSettings, tmp_path: Path) -> None:
    output = tmp_path / "values.npy"
    words = shlex.split(as_command(SOURCE, settings, str(output)))
    assert words[0] == "cnn-inspector"
    assert program.main(words[1:]) == 0
    expected = apply_filter(read_picture(sample("digits").path), settings).values
    assert np.array_equal(np.load(output), expected)


@pytest.mark.parametrize("settings", CASES)
def test_the_script_computes_what_is_shown(settings: FilterSettings) -> None:
    names: dict[str, object] = {}
    exec(compile(as_python(SOURCE, settings), "copied", "exec"), names)
    expected = apply_filter(read_picture(sample("digits").path), settings).values
    assert np.array_equal(names["result"], expected)  # type: ignore[arg-type]


def test_a_file_with_an_awkward_name_is_quoted() -> None:
    source = Source(SourceKind.FILE, "/tmp/it's; a $picture.png", 3)
    words = shlex.split(as_command(source, CASES[0]))
    assert words[2:5] == ["/tmp/it's; a $picture.png", "--frame", "4"]
    assert "frame=3" in as_python(source, CASES[0])


def test_a_preset_is_named_and_an_edited_one_is_written_out() -> None:
    assert "sobel-x" in as_command(SOURCE, CASES[0])
    edited = replace(CASES[0], kernel=Kernel(preset("sobel-x").weights * 2))
    assert "sobel-x" not in as_command(SOURCE, edited)


def test_a_pasted_picture_has_no_command() -> None:
    with pytest.raises(ValueError, match="save it first"):
        as_command(Source(SourceKind.MEMORY, "pasted 1"), CASES[0])
