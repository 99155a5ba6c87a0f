"""``python -m inspector`` and ``cnn-inspector``."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.core.screenshots import Screenshots


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these words, or with those of the command line; the exit status."""
    try:
        from inspector import cli  # noqa: PLC0415 - Ctrl+C may come while it is imported

        return cli.main(sys.argv[1:] if arguments is None else arguments, _Window())
    except KeyboardInterrupt:
        return 130


class _Window:
    """The window, imported when it is first asked for: the rest of the command line works without Qt."""

    def run(self, files: tuple[str, ...]) -> int:
        from inspector import app  # noqa: PLC0415

        return app.run(files)

    def screenshots(self, asked: "Screenshots") -> Iterable[Path]:
        from inspector import app  # noqa: PLC0415

        return app.screenshots(asked)


if __name__ == "__main__":
    sys.exit(main())
