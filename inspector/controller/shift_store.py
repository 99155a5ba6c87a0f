"""What the Shift workspace keeps of what it has computed, so that undo and a second look are instant; all bounded."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import OperateRequest, Prepared, SceneRequest, Split, SplitRequest
from inspector.controller.shift_sweeps import Sweep, SweepRequest

OTHER = "open-other"  # the kind of work that opens a network to be compared with
MOST_PREPARED = 6  # pictures before networks: of the present one, the one before surgery, the others, and some for undo
Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most ``most`` values by key; the one that has not been asked for the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, if it is there."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> tuple[Value, ...]:
        """Keep it; what had to go for it."""
        self._values[key] = value
        self._values.move_to_end(key)
        count = max(len(self._values) - self._most, 0)
        return tuple(self._values.popitem(last=False)[1] for _ in range(count))

    def drop(self, unwanted: Callable[[Key], bool]) -> None:
        """Without those whose keys are ``unwanted``."""
        for key in list(filter(unwanted, self._values)):
            del self._values[key]


class ShiftStore:
    """Altered networks, prepared pictures, and what was measured of them."""

    def __init__(self) -> None:
        self.operated: Kept[OperateRequest, Opened] = Kept(4)
        self._prepared: Kept[SceneRequest, Prepared] = Kept(MOST_PREPARED)
        self.splits: Kept[SplitRequest, Split] = Kept(64)
        self.sweeps: Kept[SweepRequest, Sweep] = Kept(24)

    def prepared(self, request: SceneRequest) -> Prepared | None:
        """The picture before the network, if that is prepared."""
        return self._prepared.get(request)

    def put_prepared(self, prepared: Prepared) -> None:
        """Keep it; what is half measured of the one that goes for it would keep that alive."""
        for gone in self._prepared.put(prepared.request, prepared):
            self.sweeps.drop(partial(_of, gone.request))


def _of(scene: SceneRequest, request: SweepRequest) -> bool:
    return request.scene == scene
