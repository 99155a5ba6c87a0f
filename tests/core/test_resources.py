"""The samples and icons that come with the program."""

import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from inspector.core import resources

ICONS = (
    "app",
    "clear",
    "close",
    "eraser",
    "flip-horizontal",
    "flip-vertical",
    "minus",
    "negate",
    "next",
    "open",
    "pen",
    "plus",
    "previous",
    "rotate",
    "save",
    "transpose",
    "warning",
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forgets what was found before and after the test."""
    caches = (resources.folder, resources.samples, resources._icons)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture(scope="module")
def make_samples() -> Iterator[ModuleType]:
    """The script that made the samples, imported from where it lies."""
    sys.path.insert(0, str(resources.folder()))
    spec = importlib.util.spec_from_file_location("make_samples", resources.folder() / "make_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(resources.folder()))
    sys.modules.pop("make_scene", None)


def test_the_first_sample_is_the_scene():
    assert resources.samples()[0].id == "scene"


@pytest.mark.parametrize("sample", resources.samples(), ids=lambda sample: sample.id)
def test_every_sample_is_a_small_picture_with_contrast(sample):
    assert sample.path.stat().st_size <= 400_000
    with Image.open(sample.path) as image:
        assert image.format == "PNG"
        assert image.mode in ("L", "RGB")
        assert min(image.size) >= 256
        assert np.asarray(image).std() > 15


@pytest.mark.parametrize("sample", resources.samples(), ids=lambda sample: sample.id)
def test_the_script_makes_the_samples_again(sample, make_samples):
    # Not bit for bit: the last bit of a cosine or a glyph may differ from one library to the next.
    with Image.open(sample.path) as image:
        stored = np.asarray(image).astype(int)
    made = make_samples.PICTURES[sample.id]().astype(int)
    assert made.shape == stored.shape
    assert np.abs(made - stored).mean() < 0.5


def test_the_script_makes_every_sample_and_no_other(make_samples):
    assert list(make_samples.PICTURES) == [sample.id for sample in resources.samples()]


def test_a_zone_plate_is_brightest_in_the_middle_and_symmetric(make_samples):
    rings = make_samples.zone_plate(64)
    assert rings[32, 32] == 255
    np.testing.assert_array_equal(rings, rings.T)
    np.testing.assert_array_equal(rings[1:], rings[:0:-1])


def test_sample_by_id():
    assert resources.sample("digits").path.name == "digits.png"
    with pytest.raises(ValueError, match="no sample picture 'cat'; there are scene, zone-plate"):
        resources.sample("cat")


def test_the_icons_are_those_that_the_window_uses():
    assert sorted(path.stem for path in resources.folder().glob("icons/*")) == sorted(ICONS)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_one_stroke_width_on_one_grid(name):
    root = ET.parse(resources.icon(name)).getroot()
    assert root.get("viewBox") == "0 0 20 20"
    assert {element.tag for element in root} <= {f"{SVG}path", f"{SVG}circle", f"{SVG}rect"}
    if name != "app":
        assert (root.get("stroke"), root.get("stroke-width"), root.get("fill")) == ("currentColor", "1.5", "none")
        assert not any({"stroke", "stroke-width", "fill"} & set(element.attrib) for element in root)


@pytest.mark.parametrize("name", ["cat", "../icons/open", "open.svg", ""])
def test_an_unknown_icon_is_an_error_that_lists_the_icons(name):
    with pytest.raises(ValueError, match=r"no icon .* there are app, clear"):
        resources.icon(name)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("place", ["INSTALLED", "CHECKOUT"])
def test_the_folder_is_found_in_a_checkout_and_in_an_installed_package(place, tmp_path, monkeypatch):
    (tmp_path / "here" / "samples").mkdir(parents=True)
    for name in ("INSTALLED", "CHECKOUT"):
        monkeypatch.setattr(resources, name, tmp_path / ("here" if name == place else "elsewhere"))
    assert resources.folder() == tmp_path / "here"


@pytest.mark.usefixtures("fresh")
def test_missing_resources_are_an_error_that_names_both_places(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "INSTALLED", tmp_path / "a")
    monkeypatch.setattr(resources, "CHECKOUT", tmp_path / "b")
    with pytest.raises(FileNotFoundError, match=r"neither .*a nor .*b holds samples; install the program again"):
        resources.folder()


def test_both_places_are_beside_the_package():
    package = Path(resources.__file__).parents[1]
    assert package / "resources" == resources.INSTALLED
    assert package.parent / "resources" == resources.CHECKOUT


def test_the_wheel_takes_every_folder_that_the_program_opens():
    """Pictures of README stay behind; whatever else lies in resources is opened by an installed program, too."""
    root = Path(__file__).parents[2]
    taken = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    folders = {
        f"resources/{path.name}" for path in (root / "resources").iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert set(taken) == folders - {"resources/pictures"}
