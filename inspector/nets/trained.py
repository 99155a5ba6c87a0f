"""From what the user has chosen to a network that is ready to judge."""

from collections.abc import Callable
from dataclasses import replace

from inspector.core.network.settings import Fit, ModelChoice, ModelKind
from inspector.nets.from_code import from_code
from inspector.nets.from_files import from_catalogue, from_file, untrained
from inspector.nets.prepared import Trained
from kernels import Cancel

_OPENERS: dict[ModelKind, Callable[[ModelChoice, Cancel], Trained]] = {
    ModelKind.SHIPPED: from_catalogue, ModelKind.UNTRAINED: untrained, ModelKind.FILE: from_file, ModelKind.CODE: from_code,
}  # fmt: skip


def open_trained(choice: ModelChoice, *, fit: Fit | None = None, cancel: Cancel = lambda: False) -> Trained:
    """The network of ``choice`` with its weights; ``fit`` None means what is natural for each picture.

    Raises:
        WeightsError: there are no weights, or file, card and network do not belong together.
        NeedsAnswers: the weights do not say enough; it has the questions.
        OwnCodeError: the user's own code fails.
        NormalizationError: the means and deviations are not for the network's channels.
        ValueError: there is no such network, or it does not take an input of that size.
        Cancelled: ``cancel`` said yes.
    """
    return replace(_OPENERS[choice.kind](choice, cancel), fit=fit)


__all__ = ["Trained", "open_trained"]
