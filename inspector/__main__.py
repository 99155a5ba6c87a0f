"""``python -m inspector`` and ``cnn-inspector``."""

import sys

from inspector.cli import main

if __name__ == "__main__":
    sys.exit(main())

__all__ = ["main"]
