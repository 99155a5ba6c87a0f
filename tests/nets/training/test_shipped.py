"""The weights that come with the program are whole, are those of their cards, and are as good as they must be."""

import hashlib
import json

import pytest

from inspector.core.resources import folder
from inspector.nets import entry
from inspector.nets.weights import read_card, read_weights, shipped

LIMITS = {"lenet5": 0.009, "lenet-deck": 0.0078, "vgg-compact": 0.09}  # test errors to reach
FILES = sorted((folder() / "weights").glob("*.safetensors"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_fits_its_network_and_its_card(path):
    card = read_card(path)
    assert card is not None
    assert (card.architecture, card.test_images) == (path.stem, 10_000)
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.test_error <= LIMITS.get(path.stem, 1)
    assert sum(p.numel() for p in read_weights(path, entry(path.stem)).parameters()) > 0
    assert path == shipped(path.stem)


def test_there_are_weights_and_each_has_a_log_of_its_training():
    assert FILES
    assert sum(path.stat().st_size for path in FILES) <= 30 << 20
    for path in FILES:
        rows = path.with_suffix(".csv").read_text().splitlines()
        assert len(rows) - 1 == json.loads(path.with_suffix(".json").read_text())["recipe"]["epochs"]
