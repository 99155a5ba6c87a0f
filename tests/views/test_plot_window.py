"""The plot shows exactly the counts that it was given."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.views.plot_window import HistogramPlot


@pytest.mark.parametrize("channels", [1, 3])
def test_every_channel_is_a_curve_with_its_counts_and_edges(qtbot: QtBot, channels: int) -> None:
    before, after = (np.random.default_rng(seed).integers(0, 99, (channels, 16)) for seed in (1, 2))
    plot = HistogramPlot(before, after, (-4.0, 12.0))
    qtbot.addWidget(plot)
    curves = plot.plot.getPlotItem().listDataItems()
    assert [curve.name().split()[0] for curve in curves] == ["input"] * channels + ["result"] * channels
    for curve, row in zip(curves, [*before, *after], strict=True):
        assert np.allclose(curve.getOriginalDataset()[1], 100 * row / row.sum())
        assert np.allclose(curve.getOriginalDataset()[0], np.arange(-4, 13))
