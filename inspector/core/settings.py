"""What the program remembers between starts: checked JSON, replaced whole, with a backup.

A settings file may be anything: cut, edited by hand, from a newer version, on a read-only disk. Each
field is checked by itself, so that one bad field costs nothing but that field.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from inspector.core import places
from inspector.core.files import SaveError, atomic_write
from inspector.core.names import printable

VERSION = 1
MAX_RECENT = 10
_LARGEST = 2**20  # bytes; a real file has a few thousand
_LONGEST = 10_000  # characters of one text, entries of one list


@dataclass(frozen=True)
class Settings:
    """``geometry``: the window's, base64 of what Qt gives. ``recent_files``: newest first, at most ``MAX_RECENT``.

    ``theme``: "system", "light" or "dark". ``hidden_panels``: ids. ``splitter_sizes``: pixels.
    """

    geometry: str = ""
    recent_files: tuple[str, ...] = ()
    theme: str = "system"
    hidden_panels: tuple[str, ...] = ()
    last_folder: str = ""
    splitter_sizes: tuple[int, ...] = ()

    def with_recent(self, path: str) -> "Settings":
        """The settings with ``path`` as the newest of the recent files."""
        others = tuple(other for other in self.recent_files if other != path)
        return replace(self, recent_files=(path, *others)[:MAX_RECENT])


class _Unusable(Exception):  # noqa: N818 - a reason, turned into a sentence by load
    """Why a settings file cannot be used at all, in words that follow its name."""


def default_path() -> Path:
    """Where this system keeps settings."""
    return places.config() / "settings.json"


def load(path: Path) -> tuple[Settings, str | None]:
    """The settings, and a sentence for the user if they are not all that was saved. Never raises for a bad file."""
    try:
        found = _read(path)
    except FileNotFoundError:
        return Settings(), None
    except _Newer as newer:
        return Settings(), f"The settings in {printable(path)} {newer}; the defaults are used and that file is kept."
    except (_Unusable, OSError) as problem:
        return _from_backup(path, _words(problem))
    return _checked(found, path)


def save(path: Path, settings: Settings) -> str | None:
    """Write the settings and keep the last good ones beside them as ``.bak``; a sentence if that was impossible.

    Of two programs that save, the last wins; neither leaves half a file.
    """
    content = json.dumps({"version": VERSION, **asdict(settings)}, indent=1).encode("ascii")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _back_up(path)
        atomic_write(path, lambda file: file.write(content))
    except _Newer as newer:
        return f"The settings in {printable(path)} {newer}; they are kept, and what you changed now is not remembered."
    except SaveError as error:
        return f"What you changed is not remembered. {error}"
    except OSError as error:
        return f"What you changed is not remembered: {printable(path)} cannot be written ({error.strerror})."
    return None


class _Newer(_Unusable):
    """The file is from a later version of the program."""


def _back_up(path: Path) -> None:
    """Copy the file to its backup, but only if it is whole: a damaged file must not replace a good backup."""
    try:
        found = _read(path)
    except _Newer:
        raise
    except (_Unusable, OSError):
        return
    atomic_write(_backup(path), lambda file: file.write(json.dumps(found, indent=1).encode("ascii")))


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _from_backup(path: Path, problem: str) -> tuple[Settings, str]:
    what = f"The settings in {printable(path)} {problem}"
    try:
        found = _read(_backup(path))
    except (_Unusable, OSError):
        return Settings(), f"{what}; the defaults are used."
    return _checked(found, path)[0], f"{what}; the backup is used."


def _words(problem: Exception) -> str:
    return f"cannot be read ({problem.strerror})" if isinstance(problem, OSError) else str(problem)


def _read(path: Path) -> dict[str, Any]:
    """The object in the file; raises OSError, _Newer or _Unusable."""
    if not path.is_file() and path.exists():
        raise _Unusable("are no regular file")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    try:
        found = json.loads(content) if len(content) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not _is_count(found.get("version")):
        raise _Unusable("are damaged")
    if found["version"] > VERSION:
        raise _Newer(f"were written by a newer version of the program (format {found['version']}, this one knows {VERSION})")
    return found


def _checked(found: Mapping[str, Any], path: Path) -> tuple[Settings, str | None]:
    """Take every field that is right, and the default for the others."""
    known = {field.name for field in fields(Settings)}
    good = {name: parsed for name in known & found.keys() if (parsed := _CHECKS[name](found[name])) is not None}
    bad = sorted(known & found.keys() - good.keys())
    if not bad:
        return Settings(**good), None
    return Settings(**good), f"In the settings {printable(path)}, {', '.join(bad)} made no sense; the default is used there."


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _LONGEST else None


def _theme(value: object) -> str | None:
    return value if isinstance(value, str) and value in ("system", "light", "dark") else None


def _texts(value: object) -> tuple[str, ...] | None:
    good = isinstance(value, list) and len(value) <= _LONGEST and all(_text(item) is not None for item in value)
    return tuple(value) if good and isinstance(value, list) else None


def _recent(value: object) -> tuple[str, ...] | None:
    texts = _texts(value)
    return None if texts is None else texts[:MAX_RECENT]


def _counts(value: object) -> tuple[int, ...] | None:
    good = isinstance(value, list) and len(value) <= _LONGEST and all(map(_is_count, value))
    return tuple(value) if good and isinstance(value, list) else None


_CHECKS: dict[str, Callable[[object], Any]] = {
    "geometry": _text,
    "recent_files": _recent,
    "theme": _theme,
    "hidden_panels": _texts,
    "last_folder": _text,
    "splitter_sizes": _counts,
}
