"""Watching a network at work, and handing it back as it was found."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from torch import Tensor, nn
from torch.jit import ScriptModule
from torch.utils.hooks import RemovableHandle

# what somebody else's ``forward`` may raise: anything, also what would end the program
FORWARD_FAULTS = (Exception, SystemExit)


class StuckError(ValueError):
    """A network's ``forward`` has raised; ``passed``: how many of the layers that were watched came before."""

    def __init__(self, message: str, passed: int) -> None:
        super().__init__(message)
        self.passed = passed


@contextmanager
def borrowed(modules: Sequence[nn.Module], hooks: Iterable[RemovableHandle]) -> Iterator[None]:
    """Within it, a network is in evaluation mode and has the ``hooks``, which are made as they are drawn.

    ``modules``: all of the network, itself first, as ``network.modules()`` gives them. Afterwards, whatever happened, the
    hooks are gone and every module is in the mode that it had.
    """
    modes = [module.training for module in modules]
    changed = any(modes)  # setting modes is slow
    try:
        with hooked(hooks):
            if changed:
                modules[0].eval()
            yield
    finally:
        if changed:
            for module, training in zip(modules, modes, strict=True):
                module.training = training


@contextmanager
def hooked(hooks: Iterable[RemovableHandle]) -> Iterator[None]:
    """Within it, the ``hooks`` are in place, which are made as they are drawn; afterwards they are gone."""
    placed: list[RemovableHandle] = []
    try:
        placed.extend(hooks)  # keeps those before one that cannot be made
        yield
    finally:
        for hook in placed:
            hook.remove()


def layers(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The modules without children and those that hold parameters of their own, with their paths, such as ``features.28``.

    The path is '' where the network is one layer itself. Compiled modules let nobody watch them, and are none.
    """
    for name, module in network.named_modules():
        if isinstance(module, ScriptModule):
            continue
        if not any(module.children()) or any(True for _ in module.parameters(recurse=False)):
            yield name, module


def as_its_own(values: Tensor, network: nn.Module) -> Tensor:
    """On the device and in the precision of the network's parameters."""
    first = next((one for one in network.parameters() if one.is_floating_point()), values)
    return values.to(device=first.device, dtype=first.dtype)


def stuck(network: nn.Module, given: tuple[int, ...], passed: Sequence[str], error: BaseException) -> StuckError:
    """Says where and why one input ``given`` (C, H, W) did not pass: behind the last of the layers ``passed``, if any."""
    behind = f"stops after layer {passed[-1]!r}" if passed else f"cannot enter layer {next(layers(network), ('',))[0]!r}"
    return StuckError(f"an input of {' × '.join(map(str, given))} {behind}: {reason(error)}", len(passed))


def reason(error: BaseException) -> str:
    """Torch's own errors speak for themselves, others need their name."""
    first, *_ = [*str(error).splitlines(), ""]
    kind = type(error).__name__
    if not first:
        return f"{kind} without a reason"
    return first if type(error) is RuntimeError else f"{kind}: {first}"
