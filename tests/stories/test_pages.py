"""Pages that nobody looks at are not built; one that is built late shows what is known by then and obeys the hand."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core import updates
from inspector.core.network import updates as network
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.state import Source, SourceKind, Workspace

from .conftest import Bench

LENET = ModelChoice(ModelKind.SHIPPED, "lenet5")


def built(bench: Bench) -> list[Workspace]:
    return [workspace for workspace in Workspace if bench.window.has_page(workspace)]


def go(bench: Bench, workspace: Workspace) -> None:
    bench.window.actions_.by_id[f"workspace-{workspace}"].trigger()
    bench.rest()


def offered(bench: Bench, workspace: Workspace) -> list[str]:
    combo = getattr(bench.window, workspace).model.combo
    return [combo.itemText(row) for row in range(combo.count())]


def test_work_on_the_filter_bench_builds_no_other_page(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "broken.safetensors").write_bytes(b"\xff" * 99)
    bench.controller.dispatch(updates.set_source(Source(SourceKind.SAMPLE, "digits"), "Sample"))
    bench.rest()
    for id in ("undo", "redo", "cancel", "theme-dark", "copy-shown", "fit"):
        bench.controller.commands.run(id)
        bench.rest()
    bench.open(tmp_path / "broken.safetensors")
    assert "broken.safetensors" in bench.message
    assert built(bench) == [Workspace.FILTER]


@pytest.mark.parametrize(("first", "second"), [(Workspace.NETWORK, Workspace.FIELD), (Workspace.FIELD, Workspace.NETWORK)])
def test_the_page_that_comes_later_shows_the_same_network(bench: Bench, first: Workspace, second: Workspace) -> None:
    go(bench, first)
    bench.controller.dispatch(network.set_model(LENET))
    bench.rest()
    assert built(bench) == [Workspace.FILTER, first]
    assert bench.controller.state.workspace is first
    go(bench, second)
    assert set(built(bench)) == {Workspace.FILTER, first, second}
    pages = getattr(bench.window, first), getattr(bench.window, second)
    assert offered(bench, second) == offered(bench, first)
    assert len(offered(bench, second)) > 3
    assert pages[1].model.combo.currentText() == pages[0].model.combo.currentText() != ""
    before = bench.controller.state.network.layer
    pages[1].layers.setFocus()
    QTest.keyClick(pages[1].layers, Qt.Key.Key_Down)
    bench.rest()
    assert bench.controller.state.network.layer != before, "the late page is wired"
    assert bench.message == ""
