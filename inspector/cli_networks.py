"""The commands that list and describe networks. torch is imported when one of them runs, not before."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from inspector.cli_models import add_model_arguments, model_choice
from inspector.core.console import show
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.network.text import description_table, summary_table
from inspector.core.network.weights_text import report_text
from inspector.core.receptive_field.text import remarks

if TYPE_CHECKING:
    from inspector.nets import Overview

# ---- models ----------------------------------------------------------------------------------------------------


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _models(asked: argparse.Namespace) -> None:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    summaries = nets.summaries()
    show([asdict(summary) for summary in summaries], summary_table(summaries), as_json=asked.json)


# ---- describe --------------------------------------------------------------------------------------------------


def _add_describe(parser: argparse.ArgumentParser) -> None:
    add_model_arguments(parser, positional=True, pictures=False)
    parser.add_argument("--matches", action="store_true", help="only what a file of weights could be, and what goes where")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _describe(asked: argparse.Namespace) -> None:
    choice = model_choice(asked)
    if asked.matches:
        _matches(asked, choice)
        return
    seen = _overview(choice)
    facts = seen.facts.as_json(seen.model)
    table = "\n".join([description_table(seen.model, seen.facts), *remarks(seen.facts.graph)])
    if seen.report is not None and seen.match is not None:
        facts["weights"] = asdict(seen.report)
        table = f"{report_text(seen.report, [seen.match])}\n\n{table}"
    show(facts, table, as_json=asked.json)


def _overview(choice: ModelChoice) -> "Overview":
    """Where tensors differ from those of the network, all of them are printed before the one line that says so."""
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    try:
        return nets.overview(choice)
    except nets.WeightsError as error:
        if error.detail:
            show(None, error.detail, as_json=False)
        raise


def _matches(asked: argparse.Namespace, choice: ModelChoice) -> None:
    if choice.kind is not ModelKind.FILE:
        raise ValueError("--matches belongs to a file of weights; name one with --weights F")
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    report = nets.report_of(choice.name, choice.answers)
    show(asdict(report), report_text(report), as_json=asked.json)


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "models": (_add_models, _models, "List the networks on offer."),
    "describe": (_add_describe, _describe, "Describe the layers of a network: shapes, parameters, operations, receptive fields."),
}
