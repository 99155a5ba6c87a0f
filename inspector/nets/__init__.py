"""The networks. The one package that knows torch, which takes seconds to import: import it late, inside functions."""

from inspector.nets.catalogue import Entry, entries, entry
from inspector.nets.describe import describe, outline

__all__ = ["Entry", "describe", "entries", "entry", "outline"]
