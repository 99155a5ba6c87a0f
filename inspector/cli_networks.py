"""The commands of the command line that need networks. torch is imported when one of them runs, not before."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from inspector.core.network.facts import Shape, Summary
from inspector.core.network.text import description_table, summary_table

LONGEST = 100_000  # pixels along a side, and channels


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _models(asked: argparse.Namespace) -> None:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    summaries = []
    for entry in nets.entries():
        facts = nets.outline(entry)
        card = nets.shipped_card(entry)
        error = None if card is None else card.test_error
        summaries.append(Summary(entry.id, entry.title, facts.parameters, facts.macs, entry.input, entry.dataset, error))
    _print(asked, [asdict(summary) for summary in summaries], summary_table(summaries))


def _add_describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="the id of a network; cnn-inspector models lists them")
    parser.add_argument("--input", type=_shape, metavar="C,H,W", help="channels, height and width (those it was published for)")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _describe(asked: argparse.Namespace) -> None:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    entry = nets.entry(asked.model)
    try:
        facts = nets.outline(entry, asked.input)
    except ValueError as error:
        raise ValueError(f"{asked.model}: {error}") from error
    _print(asked, facts.as_json(entry.id), description_table(entry.id, facts))


def _shape(text: str) -> Shape:
    words = text.split(",")
    if len(words) == 3 and all(w.isascii() and w.isdigit() and 1 <= int(w) <= LONGEST for w in map(str.strip, words)):
        channels, height, width = map(int, words)
        return channels, height, width
    raise argparse.ArgumentTypeError(f"{text[:40]!r} is not channels, height and width such as 3,224,224")


def _print(asked: argparse.Namespace, facts: Any, table: str) -> None:
    sys.stdout.write((json.dumps(facts, indent=1, allow_nan=False) if asked.json else table) + "\n")


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "models": (_add_models, _models, "List the networks on offer."),
    "describe": (_add_describe, _describe, "Describe the layers of a network: shapes, parameters, operations, receptive fields."),
}
