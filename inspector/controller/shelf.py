"""Pictures that were loaded, and the row of files that previous and next step through."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from itertools import count

from inspector.controller.jobs import Loaded
from inspector.core.picture import Picture
from inspector.core.state import Source, SourceKind

LIMIT = 96 << 20  # bytes of loaded pictures that are kept, so that undo is instant
PASTED_LIMIT = 512 << 20  # bytes of pasted pictures, which no file would bring back


@dataclass
class Shelf:
    """Recently loaded pictures by source, pasted pictures by name, and the present folder or list of files."""

    loaded: OrderedDict[Source, Loaded] = field(default_factory=OrderedDict)
    pasted: OrderedDict[str, Picture] = field(default_factory=OrderedDict)
    files: tuple[str, ...] = ()
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def put(self, loaded: Loaded) -> None:
        """Keep a picture; of drawings, which are made at once of their strokes, only the last."""
        if loaded.source.kind is SourceKind.DRAWING:
            for old in [source for source in self.loaded if source.kind is SourceKind.DRAWING]:
                del self.loaded[old]
        self.loaded[loaded.source] = loaded
        self.loaded.move_to_end(loaded.source)

    def get(self, source: Source) -> Loaded | None:
        """The picture of that source, if it is still here."""
        if source in self.loaded:
            self.loaded.move_to_end(source)
        return self.loaded.get(source)

    def trim(self, present: Source) -> None:
        """Let the oldest pictures go while there are more than ``LIMIT`` bytes, but never the ``present`` one."""
        spare = [source for source in self.loaded if source != present]
        while spare and sum(map(_size, self.loaded.values())) > LIMIT:
            del self.loaded[spare.pop(0)]

    def keep_pasted(self, picture: Picture) -> Source:
        """Name and remember a pasted picture; the oldest ones go when there are more than ``PASTED_LIMIT`` bytes."""
        name = f"pasted {next(self._numbers)}"
        self.pasted[name] = replace(picture, name=name)
        while len(self.pasted) > 1 and sum(p.values.nbytes for p in self.pasted.values()) > PASTED_LIMIT:
            self.pasted.popitem(last=False)
        return Source(SourceKind.MEMORY, name)

    def position(self, source: Source) -> tuple[int, int]:
        """Place in the row of files counted from 1, and their number; (0, 0) for others."""
        if source.kind is SourceKind.FILE and source.name in self.files:
            return self.files.index(source.name) + 1, len(self.files)
        return 0, 0

    def neighbour(self, source: Source, step: int) -> Source | None:
        """The file ``step`` places on, or None at the ends."""
        place, count = self.position(source)
        if place == 0 or not 1 <= place + step <= count:
            return None
        return Source(SourceKind.FILE, self.files[place + step - 1])


def _size(loaded: Loaded) -> int:
    arrays = (loaded.picture.values, loaded.picture.alpha, loaded.rgb, *loaded.smaller)
    return sum({id(array): array.nbytes for array in arrays if array is not None}.values())  # rgb may be the values
