"""Changes of a network from the command line: predict, evaluate and activations see the altered network, and say bad ones."""

import json
from pathlib import Path

import numpy as np
import pytest

from inspector import __main__ as program
from inspector import nets
from inspector.core.images import read_picture
from inspector.core.network.settings import Alteration, Change, ModelChoice, ModelKind
from inspector.core.resources import sample

ASKED = ["sample:digits", "--model", "lenet5"]
CHANGES = ["--change", "silence tanh1 0,3", "--change", "scale tanh3 2 0.5"]
ALTERATIONS = (Alteration("tanh1", Change.SILENCE, (0, 3)), Alteration("tanh3", Change.SCALE, (2,), 0.5))


def expected() -> np.ndarray:
    network = nets.open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))
    return network.inspect(read_picture(sample("digits").path), None, ALTERATIONS).probabilities


def test_predict_judges_by_the_altered_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["predict", *ASKED, *CHANGES, "--top", "10", "--json"]) == 0
    top = json.loads(capsys.readouterr().out)[0]["top"]
    assert {int(row["class"]): row["probability"] for row in top} == pytest.approx(dict(enumerate(expected())), rel=1e-6)


def test_activations_are_those_of_the_altered_network(tmp_path: Path) -> None:
    assert program.main(["activations", *ASKED, *CHANGES, "-o", str(tmp_path)]) == 0
    with np.load(tmp_path / "maps.npz") as archive:
        assert not archive["tanh1"][[0, 3]].any()
        assert archive["tanh1"][1].any()
        assert np.array_equal(archive["probabilities"], expected())


@pytest.mark.parametrize(
    ("change", "said"), [("melt c1 1", "silence LAYER MAPS"), ("silence nowhere 1", "nowhere"), ("silence tanh1 6", "6")]
)
def test_an_impossible_change_is_one_line(change: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["predict", *ASKED, "--change", change]) == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1
