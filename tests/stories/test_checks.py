"""What is shown, recomputed by the engine on demand: badges at layers, a line about the filtered picture, nothing stale."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from torch import nn

from inspector.controller import network_check
from inspector.core import filtering, recomputed, updates
from inspector.core.network import updates as network
from inspector.core.network.settings import Alteration, Change, ModelChoice, ModelKind
from inspector.core.state import Source, SourceKind, Workspace
from inspector.views.network.layer_model import CHECK_ROLE
from inspector.views.network.page import NetworkPage
from kernels import Cancelled, preset

from .conftest import Bench

LENET = ModelChoice(ModelKind.SHIPPED, "lenet5")
LAYERS = ["c1", "s2", "c3", "s4", "c5", "f6", "output"]


def press(bench: Bench) -> None:
    """F6, as the hand does it."""
    QTest.keyClick(bench.window, Qt.Key.Key_F6)
    bench.rest()


# ---- the filter bench -------------------------------------------------------------------------------------------


def said(bench: Bench) -> str:
    text = bench.window.pixel._check
    return text.text() if text.isVisible() else ""


def others(bench: Bench) -> str:
    """The engines beside the reference that did not compute the result, as the line names them."""
    assert bench.controller.result is not None
    return "CPU" if "numpy" in bench.controller.result.filtered.device else "numpy"


def test_the_whole_picture_agrees_with_the_other_engines(bench: Bench) -> None:
    assert said(bench) == ""
    press(bench)
    assert said(bench) == f"The whole picture again: reference agrees exactly · {others(bench)} agrees exactly"
    assert bench.window.pixel._check.property("role") == "muted"


def test_the_line_goes_with_the_result(bench: Bench, picture_file: Callable[..., Path]) -> None:
    for change in (updates.set_filter("Stride", stride=2), updates.set_kernel(preset("box5"), "Kernel")):
        press(bench)
        assert said(bench)
        bench.controller.dispatch(change)
        bench.rest()
        assert said(bench) == ""
    press(bench)
    assert said(bench)
    bench.open(picture_file())
    assert said(bench) == ""


def test_one_wrong_value_of_the_result_shows(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    right = filtering.run_filter

    def wrong(*args: Any, **more: Any) -> Any:
        result = right(*args, **more)
        values = result.values.copy()
        values[7, 5, 1] += 0.5
        return replace(result, values=values)

    monkeypatch.setattr(filtering, "run_filter", wrong)
    bench.controller.dispatch(updates.set_filter("Dilation", dilation=2))
    bench.rest()
    press(bench)
    expected = f"reference differs, max |Δ| 0.5 · {others(bench)} differs, max |Δ| 0.5"
    assert said(bench) == f"The whole picture again: {expected}"
    assert bench.window.pixel._check.property("role") == "warning"


def test_of_large_pictures_the_reference_computes_rows_at_random(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputed, "REFERENCE_STEPS", 768 * 3 * 6 * 40)
    press(bench)
    assert "reference, 40 of 512 rows at random, agrees exactly ·" in said(bench)


def test_the_hidden_panel_comes_back_to_say_it(bench: Bench) -> None:
    bench.controller.commands.run("panel-pixel")
    press(bench)
    assert "agrees" in said(bench)


def test_a_cancelled_check_says_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputed, "_by_reference", until_cancelled)
    monkeypatch.setattr(recomputed, "_reference_rows", lambda task: task.result[:1, 0, 0])
    QTest.keyClick(bench.window, Qt.Key.Key_F6)
    assert said(bench) == "The whole picture is being recomputed …"
    bench.controller.commands.run("cancel")
    bench.rest()
    assert (said(bench), bench.message) == ("", "")


def until_cancelled(task: Any) -> Any:
    while not task.cancel():
        pass
    raise Cancelled


# ---- the network ------------------------------------------------------------------------------------------------


@pytest.fixture
def page(bench: Bench) -> NetworkPage:
    """LeNet-5 looks at the first sample."""
    bench.controller.dispatch(network.set_workspace(Workspace.NETWORK))
    bench.rest()
    bench.controller.dispatch(network.set_model(LENET))
    bench.rest()
    return bench.window.network


def badges(page: NetworkPage) -> dict[str, bool | None]:
    """Of the rows that have one, whether the layer agrees."""
    model = page.layers.model()
    found = {row.key: model.index(number, 0).data(CHECK_ROLE) for number, row in enumerate(page.layers._model.rows)}
    return {key: one.agrees for key, one in found.items() if one is not None}


def tip(page: NetworkPage, key: str) -> str:
    model = page.layers._model
    row = model.row_of(key)
    assert row is not None
    return str(model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole))


def test_every_layer_gets_a_badge_and_the_network_a_line(bench: Bench, page: NetworkPage) -> None:
    assert badges(page) == {}
    QTest.mouseClick(page.check.button, Qt.MouseButton.LeftButton)
    bench.rest()
    assert badges(page) == dict.fromkeys(LAYERS, True)
    assert page.check.text.full.startswith("7 of 7 layers agree with torch, max |Δ| ")
    assert page.check.text.property("role") == "muted"
    assert tip(page, "c3").rpartition("\n")[2].startswith("max |Δ| ")
    assert tip(page, "c3").endswith(" relative to torch, CPU")
    assert "torch" not in tip(page, "flatten")


def test_badges_go_with_network_picture_and_changes(bench: Bench, page: NetworkPage) -> None:
    scaled = Alteration("c1", Change.SCALE, (0,), 2.0)
    for change in (
        updates.set_source(Source(SourceKind.DRAWING, "drawing"), "Draw"), network.alter(scaled),
        network.set_model(ModelChoice(ModelKind.UNTRAINED, "lenet5-1998")),
    ):  # fmt: skip
        press(bench)
        assert badges(page)
        bench.controller.dispatch(change)
        bench.rest()
        assert (badges(page), page.check.text.full) == ({}, "")


def test_another_layer_or_map_is_no_reason_to_forget(bench: Bench, page: NetworkPage) -> None:
    press(bench)
    bench.controller.dispatch(network.set_layer("c3"))
    bench.rest()
    assert badges(page) == dict.fromkeys(LAYERS, True)


def test_a_wrong_weight_shows_at_its_layer_alone(bench: Bench, page: NetworkPage) -> None:
    """Torch computes with one weight that the layer does not show."""
    opened = bench.controller.network.opened
    assert opened is not None
    layer = opened.network.trained.network.get_submodule("c3")

    def wrong(layer: nn.Conv2d, given: tuple[torch.Tensor], made: torch.Tensor) -> torch.Tensor:
        weight = layer.weight.clone()
        weight[3, 2, 1, 1] += 0.01
        return nn.functional.conv2d(*given, weight, layer.bias)

    hook = layer.register_forward_hook(wrong)
    press(bench)
    hook.remove()
    assert [key for key, agrees in badges(page).items() if not agrees] == ["c3"]
    assert page.check.text.full.startswith("c3 differs from torch: 6 of 7 layers agree with torch, max |Δ| ")
    assert page.check.text.property("role") == "warning"
    assert "\ndiffers: max |Δ| " in tip(page, "c3")


def test_a_check_that_is_cancelled_leaves_nothing_and_the_maps_as_they_are(
    bench: Bench, page: NetworkPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(request: object, cancel: Callable[[], bool]) -> None:
        while not cancel():
            pass
        raise Cancelled

    monkeypatch.setattr(network_check, "_pass", wait)
    QTest.keyClick(bench.window, Qt.Key.Key_F6)
    assert page.check.text.full == "Recomputing the layers …"
    shown = bench.controller.network.inspected
    bench.controller.commands.run("cancel")
    bench.rest()
    assert (badges(page), page.check.text.full, bench.message) == ({}, "", "")
    assert bench.controller.network.inspected is shown


def test_other_workspaces_have_nothing_to_check(bench: Bench, page: NetworkPage) -> None:
    action = bench.window.actions_.by_id["check-engine"]
    assert action.isEnabled()
    bench.controller.dispatch(network.set_workspace(Workspace.FIELD))
    bench.rest()
    assert not action.isEnabled()
