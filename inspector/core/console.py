"""What the commands of the command line print."""

import json
import sys
from typing import Any


def show(facts: Any, text: str, *, as_json: bool) -> None:
    """Print the facts as JSON for a script, or the text for people."""
    print(json.dumps(facts, indent=1, allow_nan=False) if as_json else text)


def say(sentence: str) -> None:
    """One line on standard error, where there is one."""
    if sys.stderr is not None:  # closed, or a program of Windows without a console
        sys.stderr.write(f"cnn-inspector: {' '.join(sentence.split())}\n")
