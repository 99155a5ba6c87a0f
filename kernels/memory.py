"""Arrays as compiled code wants them."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray


def writable(array: NDArray[Any]) -> NDArray[Any]:
    """The same memory, so that loops which only read are not compiled a second time for arrays that must not be written."""
    if array.flags.writeable:
        return array
    interface = {**array.__array_interface__, "data": (array.ctypes.data, False), "base": array}
    return np.asarray(SimpleNamespace(__array_interface__=interface))
