"""Other people's networks, with weights of which no two are alike."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from inspector.core.network.settings import Answers
from inspector.nets.loading.reading import FoundTensors
from inspector.nets.matching import Recognition, recognition
from inspector.nets.matching.candidate import Candidate

NOTHING = Answers()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small only wait for each other's threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def shaken(network: nn.Module) -> nn.Module:
    """Random norms too, so that every tensor shows in the outputs; in evaluation mode."""
    torch.manual_seed(3)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5) if "running_var" in name else tensor.uniform_(-0.2, 0.2)
    return network.eval()


@pytest.fixture(scope="session")
def shake() -> Callable[[nn.Module], nn.Module]:
    return shaken


@pytest.fixture(scope="session")
def recognize() -> Callable[..., Recognition]:
    """What a file with these tensors could be."""

    def recognized(tensors: Mapping[str, Tensor], answers: Answers = NOTHING, *, ordered: bool = True) -> Recognition:
        return recognition(Path("net.pt"), FoundTensors(dict(tensors), ordered=ordered), answers)

    return recognized


@pytest.fixture(scope="session")
def opened(recognize) -> Callable[..., tuple[Candidate, nn.Module]]:
    """The best candidate and its network, with the answers that are usual where none are given."""

    def open_best(tensors: Mapping[str, Tensor], answers: Answers = NOTHING, *, ordered: bool = True):
        known = recognize(tensors, answers, ordered=ordered)
        candidate = known.chosen(answers.architecture)
        return candidate, known.network(candidate, answers)

    return open_best
