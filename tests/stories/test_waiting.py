"""What happens between the choice of a picture and its arrival: the last choice wins, and nothing is lost."""

import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from inspector.controller import jobs, shelf
from inspector.core import updates
from inspector.core.filtering import Filtered
from inspector.core.state import Source, SourceKind
from inspector.work.runner import Operation
from kernels import preset

from .conftest import Bench

Make = Callable[..., Path]


class Gate:
    """Holds back the reading of files by name, until they are let through."""

    def __init__(self) -> None:
        self._held: dict[str, threading.Event] = {}
        self.read: list[str] = []

    def hold(self, *paths: Path) -> None:
        self._held |= {str(path): threading.Event() for path in paths}

    def let_through(self, path: Path) -> None:
        self._held.pop(str(path)).set()

    def pass_by(self, source: Source) -> None:
        if source.name in self._held:
            assert self._held[source.name].wait(10)
        self.read.append(source.name)

    def open(self) -> None:
        for event in self._held.values():
            event.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate, read = Gate(), jobs._read

    def slow(source: Source) -> object:
        gate.pass_by(source)
        return read(source)

    monkeypatch.setattr(jobs, "_read", slow)
    yield gate
    gate.open()


def file(path: Path) -> Source:
    return Source(SourceKind.FILE, str(path))


def choose(bench: Bench, path: Path) -> None:
    bench.controller.dispatch(updates.set_source(file(path)))


def running(bench: Bench) -> bool:
    return any(r.operation.kind == "load" for r in bench.controller.runner.running())


def test_a_picture_at_hand_that_is_chosen_later_stays(bench: Bench, picture_file: Make, gate: Gate) -> None:
    at_hand, slow = picture_file("at hand.png"), picture_file("slow.png", seed=1)
    sample = bench.controller.state.source
    bench.open(at_hand)
    gate.hold(slow)
    choose(bench, slow)
    bench.controller.dispatch(updates.set_source(sample))
    gate.let_through(slow)
    bench.rest()
    assert bench.controller.state.source == sample


def test_the_failure_of_an_older_choice_does_not_stop_the_newer_one(bench: Bench, picture_file: Make, gate: Gate) -> None:
    bad, good = picture_file("bad.png"), picture_file("good.png")
    bad.write_bytes(b"no picture")
    gate.hold(bad)
    choose(bench, bad)
    bench.qtbot.waitUntil(lambda: running(bench), timeout=5000)
    choose(bench, good)
    gate.let_through(bad)
    bench.rest()
    assert bench.controller.state.source == file(good)


def test_steps_are_counted_from_the_picture_that_is_being_read(
    bench: Bench, picture_file: Make, tmp_path: Path, gate: Gate
) -> None:
    pictures = [picture_file(f"p{n}.png", seed=n) for n in range(4)]
    bench.open(tmp_path)
    gate.hold(pictures[1])
    for _ in range(3):
        bench.controller.commands.run("next")
    gate.let_through(pictures[1])
    bench.rest()
    assert bench.controller.state.source == file(pictures[3])
    assert str(pictures[2]) not in gate.read


def test_a_change_of_the_kernel_meanwhile_is_kept(bench: Bench, picture_file: Make, gate: Gate) -> None:
    slow = picture_file()
    gate.hold(slow)
    choose(bench, slow)
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    gate.let_through(slow)
    bench.rest()
    assert bench.controller.state.source == file(slow)
    assert bench.controller.state.filter.kernel.id == "box3"
    assert [step.title for step in bench.controller.history.past] == ["Choose kernel", "Open picture"]


def test_an_undo_that_waits_gives_way_to_what_is_done_meanwhile(bench: Bench, picture_file: Make, gate: Gate) -> None:
    first, second = picture_file("1.png"), picture_file("2.png", seed=2)
    bench.open(first)
    bench.open(second)
    del bench.controller.shelf.loaded[file(first)]
    gate.hold(first)
    bench.controller.undo()
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    gate.let_through(first)
    bench.rest()
    assert bench.controller.state.source == file(second)
    assert bench.controller.state.filter.kernel.id == "box3"


def test_cancel_gives_up_the_picture_that_is_being_read(bench: Bench, picture_file: Make, gate: Gate) -> None:
    slow, before = picture_file(), bench.controller.state
    gate.hold(slow)
    choose(bench, slow)
    bench.qtbot.waitUntil(lambda: running(bench), timeout=5000)
    bench.controller.commands.run("cancel")
    gate.let_through(slow)
    bench.rest()
    assert bench.controller.state == before
    choose(bench, slow)
    bench.rest()
    assert bench.controller.state.source == file(slow)


def test_cancel_gives_up_files_that_are_looked_at(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, go_on, before = threading.Event(), threading.Event(), bench.controller.state

    def look(_: object) -> jobs.Found:
        looking.set()
        assert go_on.wait(10)
        return jobs.Found(kernel=preset("box3"))

    bench.controller.submit(Operation("find", "Looking", look, resource="files"))
    assert looking.wait(10)
    bench.controller.cancel()
    go_on.set()
    bench.rest()
    assert bench.controller.state == before


def test_a_file_that_has_changed_is_read_again_when_it_is_opened_again(bench: Bench, picture_file: Make) -> None:
    path = picture_file(shape=(6, 5, 3))
    bench.open(path)
    picture_file(shape=(8, 9, 3))
    bench.open(path)
    assert bench.values.shape == (8, 9, 3)
    assert len(bench.controller.history.past) == 1


def test_a_file_that_cannot_be_opened_leaves_the_row_of_files(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    for number in range(2):
        picture_file(f"p{number}.png", seed=number)
    bench.open(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "bad.png").write_bytes(b"no picture")
    bench.open(tmp_path / "other" / "bad.png")
    assert bench.controller.shelf.position(bench.controller.state.source) == (1, 2)


def test_what_is_no_picture_among_many_files_is_named(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    bench.open(picture_file("a.png"), tmp_path / "notes.txt", picture_file("b.png"))
    assert bench.controller.shelf.position(bench.controller.state.source) == (1, 2)
    assert "notes.txt" in bench.message
    bench.open(tmp_path / "notes.txt", tmp_path / "missing.png")
    assert "notes.txt, missing.png" in bench.message


def test_a_message_about_one_picture_goes_when_the_next_is_shown(bench: Bench, picture_file: Make, tmp_path: Path) -> None:
    bench.open(tmp_path / "missing.png")
    assert bench.message
    bench.open(picture_file())
    assert bench.message == ""


def test_the_picture_on_the_screen_stays_in_memory(bench: Bench, picture_file: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LIMIT", 0)
    first, second = picture_file("1.png"), picture_file("2.png", seed=2)
    bench.open(first)
    bench.open(second)
    assert list(bench.controller.shelf.loaded) == [file(second)]
    second.unlink()
    bench.controller.dispatch(updates.set_kernel(preset("box3")))
    bench.controller.undo()
    bench.rest()
    assert bench.message == ""
    bench.controller.undo()
    bench.rest()
    assert bench.controller.state.source == file(first)


def test_pasted_pictures_do_not_pile_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QImage

    monkeypatch.setattr(shelf, "PASTED_LIMIT", 2 * 5 * 7 * 3)
    for number in range(4):
        image = QImage(7, 5, QImage.Format.Format_RGB888)
        image.fill(number)
        QGuiApplication.clipboard().setImage(image)
        bench.controller.commands.run("paste")
        bench.rest()
    assert list(bench.controller.shelf.pasted) == ["pasted 3", "pasted 4"]
    assert bench.controller.shelf.loaded[bench.controller.state.source].picture.name == "pasted 4"


def test_the_luminance_is_computed_once(bench: Bench) -> None:
    """And not at every move of the mouse."""
    bench.controller.dispatch(updates.set_filter("Channels", channels="luminance"))
    bench.rest()
    picture = bench.controller.result.request.picture  # type: ignore[union-attr]
    assert picture.luminance is picture.luminance
    assert not picture.luminance.flags.writeable
    assert np.allclose(picture.luminance, picture.values @ np.float32([0.299, 0.587, 0.114]), atol=1e-3)


def test_while_a_result_is_made_none_is_left_but_the_shown_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Filtered]] = []
    left: list[int] = []  # how many results there are as each job begins
    go, make = threading.Semaphore(0), jobs.apply_filter

    def watched(*given: object, **options: object) -> Filtered:
        left.append(sum(result() is not None for result in made))
        assert go.acquire(timeout=10)
        filtered = make(*given, **options)
        made.append(weakref.ref(filtered))
        return filtered

    monkeypatch.setattr(jobs, "apply_filter", watched)
    bench.controller.dispatch(updates.set_weight(0, 0, 1.0))
    for number in range(1, 10):  # the next one always waits already when one is done
        bench.qtbot.waitUntil(lambda number=number: len(left) == number)
        bench.controller.dispatch(updates.set_weight(0, 0, number + 1.0))
        go.release()
    go.release()
    bench.rest()
    assert left == [0] + 9 * [1]
    assert sum(result() is not None for result in made) == 1
