"""One body of tests for every engine: each test that asks for ``correlate`` runs on all of them."""

from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels import hardware, numpy_path, reference
from kernels.plan import Algorithm, plan

Engine = Callable[..., NDArray[Any]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", choices=("cpu", "gpu"), default="cpu", help="gpu: run the kernel tests on the GPU too")


def _reference(task: Any, image: NDArray[Any], algorithm: Algorithm) -> NDArray[Any]:
    return reference.correlate(task, image)


def _compiled(task: Any, image: NDArray[Any], algorithm: Algorithm) -> NDArray[Any]:
    from kernels import cpu

    return cpu.run(task, image, algorithm)


def _gpu(task: Any, image: NDArray[Any], algorithm: Algorithm) -> NDArray[Any]:
    from kernels import gpu

    return gpu.run(task, image, algorithm=algorithm)[0]


ENGINES = {"reference": _reference, "numpy": numpy_path.run, "compiled": _compiled, "gpu": _gpu}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "correlate" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("device", default="cpu")
        names = [name for name in ENGINES if name != "gpu" or wanted == "gpu"]
        metafunc.parametrize("correlate", names, indirect=True, scope="session")
    if "device" in metafunc.fixturenames:
        metafunc.parametrize("device", ["cpu", "gpu"] if metafunc.config.getoption("device", default="cpu") == "gpu" else ["cpu"])


@pytest.fixture(scope="session")
def correlate(request: pytest.FixtureRequest) -> Engine:
    """``correlate(image, weights, *, algorithm=direct, anchor, bias, **options of plan)`` on one engine."""
    if request.param == "compiled" and find_spec("numba") is None:
        pytest.skip("numba is not installed")
    engine = ENGINES[request.param]

    def run(image: Any, weights: Any, *, algorithm: Algorithm = Algorithm.DIRECT, **options: Any) -> NDArray[Any]:
        image, weights = np.asarray(image), np.asarray(weights, np.float64)
        stacked = np.ascontiguousarray(image if image.ndim == 3 else image[:, :, np.newaxis])
        options.setdefault("anchor", (weights.shape[0] // 2, weights.shape[1] // 2))
        result = engine(plan(stacked.shape, stacked.dtype, weights, **options), stacked, algorithm)
        return result if image.ndim == 3 else result[:, :, 0]

    return run


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not loaded numba or looked for a GPU yet, and never will."""
    monkeypatch.setattr(hardware, "compiled", hardware.Lazy(_refuse("numba is away")))
    monkeypatch.setattr(hardware, "gpu", hardware.Lazy(_refuse("there is no GPU")))


def _refuse(reason: str) -> Callable[[], Any]:
    def load() -> Any:
        raise ImportError(reason)

    return load


def _no_compiler() -> ModuleType:
    raise RuntimeError("no compiler")


@pytest.fixture(scope="module", params=["plain", "compiled"])
def loops(request: pytest.FixtureRequest) -> Any:
    """Both ways for every test that uses it."""
    patch = pytest.MonkeyPatch()
    if request.param == "compiled":
        pytest.importorskip("numba")
        assert hardware.compiled.get(wait=True) is not None
    else:
        patch.setattr(hardware, "compiled", hardware.Lazy(_no_compiler))
    yield
    patch.undo()
