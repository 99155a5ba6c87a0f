"""The command that measures the engine beside other libraries. They and torch are imported when it runs, not before."""

import argparse
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

import kernels
from inspector.cli_progress import Progress
from inspector.core.bench import cases
from inspector.core.bench.cases import Peers
from inspector.core.bench.results import Outcome, Row, as_json, as_text
from inspector.core.bench.timing import Case, Clock, Way, medians
from inspector.core.bench.works import Work
from inspector.core.console import show
from kernels import gpu_peers
from kernels.hardware import UnavailableError

SECONDS, SECONDS_QUICK = 0.15, 0.02  # for each way to do each work
PEERS = {"OpenCV": "inspector.core.bench.opencv", "SciPy": "inspector.core.bench.scipy", "torch": "inspector.nets.bench"}


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu", help="what computes (cpu)")
    parser.add_argument("--quick", action="store_true", help="few sizes and few runs: a first impression")
    parser.add_argument("--json", action="store_true", help="print everything that was measured as JSON")


def _bench(asked: argparse.Namespace) -> None:
    outcome = on_card(quick=asked.quick) if asked.device == "gpu" else on_cpu(quick=asked.quick)
    show(as_json(outcome), as_text(outcome), as_json=asked.json)


def on_cpu(*, quick: bool) -> Outcome:
    """Everything on the CPU, memory included. Raises DisagreementError, a ValueError."""
    peers, remarks = _peers()
    layer = peers["torch"].layer_way if "torch" in peers else None
    ways: Peers = {name: peer.ways for name, peer in peers.items()}
    memory = cases.memory_rows(quick=quick)
    rows = [*_measured(cases.cpu_cases(ways, layer, quick=quick), Clock(), quick), *memory]
    remarks += [] if memory else ["Memory is measured on Linux only."]
    return Outcome(rows, cases.WISHES, remarks, _machine({name: peer.VERSION for name, peer in peers.items()}))


def on_card(*, quick: bool) -> Outcome:
    """Everything on the GPU. Raises UnavailableError where there is none."""
    if problem := gpu_peers.problem():
        raise UnavailableError(f"--device gpu: {problem}")
    from inspector.nets import bench as torch_ways  # noqa: PLC0415 - torch takes seconds to import

    lack = torch_ways.card_problem()

    def wait() -> None:
        gpu_peers.wait()
        if not lack:
            torch_ways.wait_for_card()

    def ways(work: Work) -> dict[str, Way]:
        runs = gpu_peers.runs(work.picture(), work.kernel())
        own = {name: Way(run, None if name == cases.COPIED else gpu_peers.fetched) for name, run in runs.items()}
        return own if lack else own | torch_ways.card_ways(work)

    measured = _measured(cases.card_cases(ways, None if lack else torch_ways.layer_way), Clock(wait=wait), quick)
    names = {"GPU": kernels.devices()[1].name, "torch": torch_ways.VERSION}
    return Outcome(measured, cases.WISHES, [f"{lack}: its ways are left out."] if lack else [], _machine(names))


def _measured(asked: Sequence[Case], clock: Clock, quick: bool) -> list[Row]:
    progress, rows = Progress(), []
    for number, case in enumerate(asked):
        progress(number, len(asked))
        values = medians(case, clock, SECONDS_QUICK if quick else SECONDS)
        rows.append(Row(case.topic, case.work, values, case.note))
    progress(len(asked), len(asked))
    return rows


def _peers() -> tuple[dict[str, Any], list[str]]:
    """The modules of the libraries that are installed, and a sentence for each of the others."""
    found, lacking = {}, []
    for name, module in PEERS.items():
        try:
            found[name] = import_module(module)
        except ImportError as error:
            lacking.append(f"{name} is not installed, so that its ways are left out: {error}.")
    return found, lacking


def _machine(names: dict[str, str]) -> dict[str, str]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": str(cores), "numpy": np.__version__, **names}


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "bench": (_add_bench, _bench, "Measure the engine beside OpenCV, SciPy, torch and CuPy, on the same work in the same run."),
}
