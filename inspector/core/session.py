"""The state as JSON, so that work survives a crash: written while the program runs, removed when it ends well."""

import ctypes
import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from inspector.core.display import Display
from inspector.core.drawing import Stroke
from inspector.core.files import SaveError, atomic_write
from inspector.core.filtering import Channels, FilterSettings
from inspector.core.network.saved import network_facts, network_settings
from inspector.core.network.settings import ModelKind
from inspector.core.receptive_field.saved import field_facts, field_settings
from inspector.core.receptive_field.settings import FieldSettings
from inspector.core.shift.saved import shift_facts, shift_settings
from inspector.core.shift.settings import ShiftSettings
from inspector.core.state import AppState, Layout, Source, SourceKind, Theme, Workspace
from kernels import Border, Kernel, Padding
from kernels.checks import DEVICES

VERSION = 4


def to_json(state: AppState) -> str:
    """The state as JSON text; pasted pictures are named but not contained."""
    settings, kernel = state.filter, state.filter.kernel
    return json.dumps({
        "version": VERSION,
        "source": asdict(state.source),
        "kernel": {
            "id": kernel.id, "title": kernel.title, "weights": kernel.weights.tolist(), "anchor": kernel.anchor,
            "bias": kernel.bias, "shows": kernel.shows, "source": kernel.source,
        },
        "filter": {
            "convolve": settings.convolve, "normalize": settings.normalize, "scale": settings.scale,
            "border": settings.border, "cval": settings.cval, "stride": settings.stride, "dilation": settings.dilation,
            "padding": settings.padding, "channels": settings.channels, "display": settings.display, "device": settings.device,
        },
        "view": {"layout": state.layout, "split": state.split, "theme": state.theme, "workspace": state.workspace},
        "network": network_facts(state.network),
        "field": field_facts(state.field),
        "shift": shift_facts(state.shift),
    }, indent=1)  # fmt: skip


def from_json(text: str) -> AppState:
    """The state that ``to_json`` wrote. Raises ValueError for anything else."""
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']} is not {VERSION}")
        return AppState(
            source=_source(data["source"]),
            filter=_filter(data["filter"], _kernel(data["kernel"])),
            layout=Layout(data["view"]["layout"]),
            split=min(max(float(data["view"]["split"]), 0.0), 1.0),
            theme=Theme(data["view"]["theme"]),
            workspace=Workspace(data["view"]["workspace"]),
            network=network_settings(data["network"]),
            field=_field(data),
            shift=_shift(data),
        )
    except (KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a saved session: {error!r}") from error


def _source(data: dict[str, Any]) -> Source:
    strokes = tuple(map(_stroke, data["strokes"]))
    return Source(SourceKind(data["kind"]), str(data["name"]), max(int(data["frame"]), 0), strokes)


def _stroke(data: dict[str, Any]) -> Stroke:
    points = tuple((float(y), float(x)) for y, x in data["points"])
    return Stroke(points, float(data["width"]), bool(data["erases"]))


def _kernel(data: dict[str, Any]) -> Kernel:
    y, x = data["anchor"]
    texts = {name: str(data[name]) for name in ("id", "title", "shows", "source")}
    return Kernel(data["weights"], anchor=(int(y), int(x)), bias=float(data["bias"]), **texts)


def _filter(data: dict[str, Any], kernel: Kernel) -> FilterSettings:
    padding = data["padding"]
    if data["device"] not in DEVICES:
        raise ValueError(f"{data['device']!r} is no device")
    return FilterSettings(
        kernel=kernel, convolve=bool(data["convolve"]), normalize=bool(data["normalize"]), scale=float(data["scale"]),
        border=Border(data["border"]), cval=float(data["cval"]), stride=int(data["stride"]), dilation=int(data["dilation"]),
        padding=int(padding) if isinstance(padding, int) else Padding(padding), channels=Channels(data["channels"]),
        display=Display(data["display"]), device=data["device"],
    )  # fmt: skip


def _field(data: dict[str, Any]) -> FieldSettings:
    """Pins name layers of their network; where another takes its place, as for code of the user, they go."""
    field = field_settings(data["field"])
    return replace(field, pins=()) if data["network"]["model"]["kind"] == ModelKind.CODE else field


def _shift(data: dict[str, Any]) -> ShiftSettings:
    """Surgeries name layers as pins do."""
    shift = shift_settings(data["shift"])
    return replace(shift, surgeries=()) if data["network"]["model"]["kind"] == ModelKind.CODE else shift


class SessionFile:
    """This process's session file in ``folder``; others there belong to programs that run or that crashed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"session-{os.getpid()}.json"

    def write(self, state: AppState) -> None:
        """Write the state; where that is impossible (a full disk, a read-only home) the session is simply not kept."""
        text = to_json(replace(state, pixel=None))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(self.path, lambda file: file.write(text.encode()))
        except (OSError, SaveError):
            return

    def remove(self) -> None:
        """The program ends well: nothing is left to recover."""
        self.path.unlink(missing_ok=True)

    def recover(self) -> AppState | None:
        """The newest state that a crashed program left behind; crashed programs' files are removed.

        To be asked before the first ``write``: a file of this process's own number is then from an
        earlier process that had the same one, as in a container.
        """
        found = [path for path in self.path.parent.glob("session-*.json") if path == self.path or not _alive(path)]
        states = [state for path in sorted(found, key=_age) if (state := _read(path)) is not None]
        for path in found:
            path.unlink(missing_ok=True)
        return states[0] if states else None


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> AppState | None:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _alive(path: Path) -> bool:
    digits = path.stem.removeprefix("session-")
    if not digits.isdecimal():
        return False
    if sys.platform == "win32":  # there, os.kill would end the process that it asks about
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, int(digits))
        return bool(handle and ctypes.windll.kernel32.CloseHandle(handle))
    try:
        os.kill(int(digits), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
