"""What a crash leaves behind comes back; what another program uses is left alone."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.core.session import SessionFile, from_json, to_json
from inspector.core.state import AppState, Layout, Source, SourceKind
from kernels import Border, Kernel, Padding


def test_a_state_survives_the_way_through_json(state: AppState) -> None:
    kernel = Kernel([[1 / 3, -2e-7], [0, 5]], title="Mine", anchor=(0, 1), bias=0.1)
    settings = replace(state.filter, kernel=kernel, border=Border.CONSTANT, cval=-3.5, padding=2, stride=3, normalize=True)
    full = replace(state, filter=settings, layout=Layout.SIDE, split=0.3, source=Source(SourceKind.FILE, "/tmp/ä b.png", 4))
    assert from_json(to_json(full)) == full
    assert from_json(to_json(replace(full, filter=replace(settings, padding=Padding.FULL)))).filter.padding is Padding.FULL


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": 1}', '{"version": 99}', '{"version": 1, "source": 3}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def crashed(folder: Path, text: str, pid: int = 2**22 + 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"session-{pid}.json"
    path.write_text(text)
    return path


def test_the_newest_crashed_session_is_recovered_once(tmp_path: Path, state: AppState) -> None:
    older, newer = crashed(tmp_path, to_json(replace(state, split=0.1))), crashed(tmp_path, to_json(state), 2**22 + 2)
    os.utime(older, (1, 1))
    session = SessionFile(tmp_path)
    assert session.recover() == state
    assert not older.exists()
    assert not newer.exists()
    assert session.recover() is None


def test_a_damaged_session_is_passed_over(tmp_path: Path) -> None:
    path = crashed(tmp_path, "{damaged")
    assert SessionFile(tmp_path).recover() is None
    assert not path.exists()


@pytest.mark.parametrize(
    ("part", "name", "bad"),
    [
        ("source", "frame", float("inf")), ("filter", "stride", float("inf")), ("filter", "stride", "two"),
        ("filter", "device", "abacus"), ("filter", "border", "torus"), ("kernel", "anchor", [9, 9]),
        ("kernel", "weights", [[1, 2], [3]]), ("kernel", "weights", {}), ("view", "split", None),
    ],
)  # fmt: skip
def test_a_session_with_one_bad_value_is_refused(state: AppState, part: str, name: str, bad: object) -> None:
    data = json.loads(to_json(state))
    data[part][name] = bad
    with pytest.raises(ValueError, match=r".+"):
        from_json(json.dumps(data))


def test_a_session_of_an_earlier_process_with_the_same_number_is_recovered(tmp_path: Path, state: AppState) -> None:
    crashed(tmp_path, to_json(state), os.getpid())
    assert SessionFile(tmp_path).recover() == state


def test_the_session_of_a_running_program_is_left_alone(tmp_path: Path, state: AppState) -> None:
    path = crashed(tmp_path, to_json(state), os.getppid())
    assert SessionFile(tmp_path).recover() is None
    assert path.exists()


def test_a_good_end_leaves_nothing(tmp_path: Path, state: AppState) -> None:
    session = SessionFile(tmp_path / "new folder")
    session.write(state)
    assert from_json(session.path.read_text()) == state
    session.remove()
    assert list(session.path.parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_only_the_session(tmp_path: Path, state: AppState) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    session = SessionFile(blocked / "below")
    session.write(state)
    assert not session.path.exists()
