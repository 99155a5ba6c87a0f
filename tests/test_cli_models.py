"""Which network the arguments of a command ask for, and which of them contradict each other."""

import argparse
from pathlib import Path

import pytest

from inspector.cli_models import add_model_arguments, chosen_fit, model_choice
from inspector.core.network.settings import Answers, Fit, ModelChoice, ModelKind


def parsed(*words: str, positional: bool = True) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_model_arguments(parser, positional=positional)
    return parser.parse_args(words)


def here(name: str) -> str:
    return str(Path(name).absolute())


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        (["lenet5"], ModelChoice(ModelKind.SHIPPED, "lenet5")),
        (["lenet5", "--untrained"], ModelChoice(ModelKind.UNTRAINED, "lenet5")),
        (["lenet5", "--normalize", "0,1"], ModelChoice(ModelKind.SHIPPED, "lenet5", Answers(mean=(0.0,), std=(1.0,)))),
        (["lenet5", "--input", "1,32,32"], ModelChoice(ModelKind.SHIPPED, "lenet5", Answers(input=(1, 32, 32)))),
        (["net.pt"], ModelChoice(ModelKind.FILE, here("net.pt"))),
        (["./net"], ModelChoice(ModelKind.FILE, here("net"))),
        (["--weights", "net"], ModelChoice(ModelKind.FILE, here("net"))),
        (["lenet5", "--weights", "net.pt"], ModelChoice(ModelKind.FILE, here("net.pt"), Answers("lenet5"))),
        (
            ["--weights", "net.pt", "--activation", "relu", "--pool", "avg", "--normalize", "1,2,3,4,5,6"],
            ModelChoice(ModelKind.FILE, here("net.pt"), Answers("", "relu", "avg", (1, 2, 3), (4, 5, 6))),
        ),
        (["--module", "a.py:net"], ModelChoice(ModelKind.CODE, "a.py:net")),
        (["--module", "a.py:net", "--weights", "net.pt"], ModelChoice(ModelKind.CODE, "a.py:net", weights=here("net.pt"))),
    ],
)
def test_the_network_that_is_asked_for(words, choice):
    assert model_choice(parsed(*words)) == choice


def test_as_an_option():
    assert model_choice(parsed("--model", "lenet5", positional=False)) == ModelChoice(ModelKind.SHIPPED, "lenet5")


def test_the_fit_is_no_part_of_the_network():
    assert chosen_fit(parsed("lenet5")) is None
    assert [chosen_fit(parsed("lenet5", "--fit", fit)) for fit in Fit] == list(Fit)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "MODEL, --weights F or --module"),
        (["--untrained"], "MODEL, --weights F or --module"),
        (["net.pt", "--weights", "b.pt"], "net.pt and --weights b.pt are two files"),
        (["lenet5", "--module", "a.py:net"], "leave out lenet5"),
        (["lenet5", "--untrained", "--weights", "net.pt"], "--untrained has no file of weights"),
        (["--untrained", "--module", "a.py:net"], "--untrained"),
        (["lenet5", "--activation", "relu"], "leave out --activation, for files"),
        (["lenet5", "--activation", "relu", "--pool", "max"], "leave out --activation and --pool, for files"),
        (["--module", "a.py:net", "--weights", "net.pt", "--pool", "max"], "leave out --pool, for files"),
    ],
)
def test_contradictions_are_refused(words, said):
    with pytest.raises(ValueError, match=said):
        model_choice(parsed(*words))


@pytest.mark.parametrize("words", [["--normalize", "1,2,3"], ["--normalize", "0,0"], ["--input", "3,224"], ["--fit", "bend"]])
def test_words_that_mean_nothing_are_refused(words):
    with pytest.raises(argparse.ArgumentError, match=words[0]):
        parsed(*words)
