"""Which pictures of the window are wanted."""

from dataclasses import dataclass
from pathlib import Path

from inspector.core.network.settings import ModelChoice
from inspector.core.state import Theme, Workspace
from kernels import Kernel


@dataclass(frozen=True)
class Screenshots:
    """Every workspace in every size (width, height) and theme, written into ``folder``.

    Shows ``files`` under ``kernel``, and the maps that ``layer`` of ``model`` makes of them ("": the first one), with the
    ``unit`` (y, x) looked at in them and in the Receptive field workspace (None: the one of the largest value). In the Shift
    workspace, the picture is moved by ``shift`` (dy, dx) pixels of the network's input.
    """

    folder: Path
    sizes: tuple[tuple[int, int], ...]
    themes: tuple[Theme, ...]
    files: tuple[str, ...] = ()
    kernel: Kernel | None = None
    workspaces: tuple[Workspace, ...] = tuple(Workspace)
    model: ModelChoice | None = None
    layer: str = ""
    unit: tuple[int, int] | None = None
    shift: tuple[float, float] = (0.0, 3.0)
