"""How far a long run has come, for who watches it and for who breaks it off."""

import sys


class Progress:
    """How many of the pictures have been judged; on a terminal, one line that is redrawn in place."""

    def __init__(self) -> None:
        self._done = self._total = 0

    def __call__(self, done: int, total: int) -> None:
        """So many are done."""
        self._done, self._total = done, total
        self._write("" if done == total else f"{done:,} of {total:,}")

    def broken_off(self, *, kept: bool) -> str:
        """What is said after Ctrl-C; ``kept``: what has been found lies in the folder of the output."""
        self._write("")
        how = "the same command goes on" if kept else "with -o DIR, the same command would go on"
        return f"broken off at {self._done:,} of {self._total:,} pictures; {how}"

    def _write(self, text: str) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
