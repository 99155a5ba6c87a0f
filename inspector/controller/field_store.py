"""The effective fields that have been measured, so that pins, undo and ways back are instant; bounded by their memory."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from inspector.controller.field_jobs import AverageRequest, GradientRequest, coloured
from inspector.controller.network_jobs import InspectRequest
from inspector.core.receptive_field.shown import FieldShown

Rgb = NDArray[np.uint8]
Request = GradientRequest | AverageRequest
MOST = 64 << 20  # bytes of heat maps and their pictures


class FieldStore:
    """Fields by what was asked; those that were needed longest ago go first, and with a network or a picture go its fields."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._fields: OrderedDict[Request, FieldShown] = OrderedDict()
        self._pass: InspectRequest | None = None
        self._ground: Rgb | None = None

    def __len__(self) -> int:
        return len(self._fields)

    def get(self, request: Request | None) -> FieldShown | None:
        """What came of it, if that is still known."""
        if request is None or request not in self._fields:
            return None
        self._fields.move_to_end(request)
        return self._fields[request]

    def put(self, request: Request, shown: FieldShown) -> None:
        """Keep it; the newest one stays, however large. What is not of the present network and picture is let go."""
        if self._pass is None or self._ground is None or not request.belongs(self._pass):
            return
        self._fields[request] = coloured(shown, self._ground) if isinstance(request, AverageRequest) else shown
        self._fields.move_to_end(request)
        while len(self._fields) > 1 and self.bytes > self._most:
            self._fields.popitem(last=False)

    @property
    def bytes(self) -> int:
        """What they take."""
        return sum(map(_bytes, self._fields.values()))

    def follow(self, pass_: InspectRequest, ground: Rgb) -> None:
        """Keep only what belongs to this network and picture; averages are drawn over its ``ground``, the input (H, W, 3)."""
        if ground is self._ground:
            return
        self._pass, self._ground = pass_, ground
        for request in [request for request in self._fields if not request.belongs(pass_)]:
            del self._fields[request]
        for request, shown in self._fields.items():
            if isinstance(request, AverageRequest):
                self._fields[request] = coloured(shown, ground)


def _bytes(shown: FieldShown) -> int:
    return shown.effective.heat.nbytes + (shown.heat.nbytes if shown.heat is not None else 0)
