"""Pictures that were loaded, and the row of files that previous and next step through."""

from collections import OrderedDict
from dataclasses import dataclass, field

from inspector.controller.jobs import Loaded
from inspector.core.picture import Picture
from inspector.core.state import Source, SourceKind

LIMIT = 96 << 20  # bytes of pictures that are kept besides the present one, so that undo is instant


@dataclass
class Shelf:
    """Recently loaded pictures by source, pasted pictures, and the present folder or list of files."""

    loaded: OrderedDict[Source, Loaded] = field(default_factory=OrderedDict)
    memory: dict[str, Picture] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def put(self, loaded: Loaded) -> None:
        """Keep a picture; the oldest ones go when there are too many bytes."""
        self.loaded[loaded.source] = loaded
        self.loaded.move_to_end(loaded.source)
        while len(self.loaded) > 1 and sum(map(_size, self.loaded.values())) > LIMIT:
            self.loaded.popitem(last=False)

    def get(self, source: Source) -> Loaded | None:
        """The picture of that source, if it is still here."""
        if source in self.loaded:
            self.loaded.move_to_end(source)
        return self.loaded.get(source)

    def keep_pasted(self, picture: Picture) -> Source:
        """Remember a pasted picture; it has no file, so it is kept while the window is open."""
        name = f"pasted {len(self.memory) + 1}"
        self.memory[name] = picture
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
    same = loaded.rgb is loaded.picture.values
    return loaded.picture.values.nbytes + (0 if same else loaded.rgb.nbytes)
