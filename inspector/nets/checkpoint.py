"""Where a training run was after an epoch: one safetensors file, so that a kill leaves the old state or the new."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn, optim

from inspector.nets.history import EpochFacts
from inspector.nets.tensors_file import WeightsError, read_tensors, write_tensors

_WEIGHTS, _STATE = "weights.", "optimizer."


def write_checkpoint(
    path: Path, network: nn.Module, optimizer: optim.Optimizer, history: list[EpochFacts], run: dict[str, Any]
) -> None:
    """Write weights, optimizer, history and ``run``, the values of JSON that tell runs apart. Raises SaveError."""
    tensors = {_WEIGHTS + name: tensor for name, tensor in network.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"{_STATE}{number}.{key}": value for key, value in state.items()}
    write_tensors(path, tensors, {"run": json.dumps(run), "history": json.dumps([asdict(epoch) for epoch in history])})


def read_checkpoint(path: Path, network: nn.Module, optimizer: optim.Optimizer, run: dict[str, Any]) -> list[EpochFacts]:
    """Put the network and the optimizer in the state of the file; the epochs behind it, none where there is no file.

    Raises:
        WeightsError: the file is damaged, or belongs to a run that differs from ``run``; what differs is named.
    """
    if not path.exists():
        return []
    tensors, texts = read_tensors(path)
    try:
        _check_run(path, json.loads(texts["run"]), run)
        network.load_state_dict(_under(_WEIGHTS, tensors))
        _restore(optimizer, _under(_STATE, tensors))
        return [EpochFacts(**epoch) for epoch in json.loads(texts["history"])]
    except (KeyError, TypeError, RuntimeError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path} is no checkpoint of this network; remove it to begin again ({error!s:.120}).") from error


def _check_run(path: Path, found: dict[str, Any], run: dict[str, Any]) -> None:
    differing = [
        f"{key} {found.get(key)!r:.60}, now {run.get(key)!r:.60}" for key in {**found, **run} if found.get(key) != run.get(key)
    ]
    if differing:
        raise WeightsError(f"{path} belongs to another run ({'; '.join(differing)}); remove it to begin again.")


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _restore(optimizer: optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Each tensor gets the order in memory of its parameter, so that sums run as they would have without a break."""
    parameters = [tensor for group in optimizer.param_groups for tensor in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        number, key = name.split(".")
        like = parameters[int(number)]
        kept = torch.empty_like(like).detach().copy_(tensor) if tensor.shape == like.shape else tensor
        state.setdefault(int(number), {})[key] = kept
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
