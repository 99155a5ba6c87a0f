"""Averages of effective fields are the means of single ones, whatever the batches, and files that are no pictures are told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn

from inspector.core.images import read_picture
from inspector.core.network.settings import Alteration, Change, Fit, ModelChoice, ModelKind
from inspector.core.receptive_field.effective import EffectiveField, Lack, Target, numbers
from inspector.core.receptive_field.sample import Sample
from inspector.core.receptive_field.settings import Part
from inspector.nets import describe, gradients, open_network
from inspector.nets.batches import Batches
from inspector.nets.effective_fields import effective_fields
from inspector.nets.gradient_average import average_fields
from inspector.nets.gradients import Gradients
from inspector.nets.opened import OpenNetwork
from inspector.nets.prepared import Trained
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.threads import fitting_threads
from kernels import Cancelled

LAW = settings(deadline=None, derandomize=True, max_examples=40)
SIZE = (1, 9, 7)
TARGET = Target("2", (2, 1))


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """As open networks compute what is small."""
    with fitting_threads(0):
        yield


@pytest.fixture(scope="module")
def asked() -> Gradients:
    torch.manual_seed(1)
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Conv2d(2, 2, 3))
    return Gradients(Trained(network, Preprocessing(SIZE, (0.0,), (1.0,)), ("0",)), describe(network, SIZE))


def averaged(asked: Gradients, batches: list[Tensor], part: Part = Part.ABSOLUTE, target: Target = TARGET) -> EffectiveField:
    return average_fields(asked, batches, target, part, lambda _: None)


@LAW
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.sampled_from(Part), st.integers(0, 99))
def test_the_average_is_the_mean_of_the_single_fields_whatever_the_batches(asked, counts, part, seed):
    values = torch.randn(sum(counts), *SIZE, generator=torch.Generator().manual_seed(seed))
    told: list[int] = []
    found = average_fields(asked, values.split(counts), TARGET, part, told.append)
    singles = [effective_fields(asked, one[None], (TARGET,), part)[0].heat for one in values]
    np.testing.assert_allclose(found.heat, np.mean(singles, 0), rtol=1e-5, atol=1e-9)
    assert (found.target, found.part, found.pictures, found.lack) == (TARGET, part, len(values), None)
    assert told == list(np.cumsum(counts))
    assert not found.heat.flags.writeable
    if len(values) == 1:
        assert np.array_equal(found.heat, singles[0])
    assert (found.sigma_error is None) == (len(values) < 3)


def test_the_error_of_sigma_is_the_deviation_of_averages_over_other_pictures(asked):
    def spread(seed: int) -> EffectiveField:
        return averaged(asked, [torch.randn(100, *SIZE, generator=torch.Generator().manual_seed(seed))])

    found = [spread(seed) for seed in range(30)]
    deviation = np.std([numbers(one.heat, (0, 0, 9, 7)).sigma for one in found], axis=0)
    assert np.mean([one.sigma_error for one in found], axis=0) == pytest.approx(deviation, rel=0.3)


def off_below(limit: float) -> Gradients:
    """One unit, off for pictures whose only pixel is darker."""
    network = nn.Sequential(nn.Conv2d(1, 1, 1), nn.ReLU())
    nn.init.constant_(network[0].weight, 1)
    nn.init.constant_(network[0].bias, -limit)
    return Gradients(Trained(network, Preprocessing((1, 1, 1), (0.0,), (1.0,)), ("0",)), describe(network, (1, 1, 1)))


def test_dead_pictures_are_counted_and_count_as_zero():
    asked, target = off_below(0.5), Target("1", (0, 0))
    found = averaged(asked, [torch.tensor([0.0, 0.2, 1.0, 0.9]).reshape(4, 1, 1, 1), torch.zeros(1, 1, 1, 1)], target=target)
    assert (found.dead, found.pictures, found.lack) == (3, 5, None)
    assert found.heat[0, 0] == pytest.approx(2 / 5)
    found = averaged(asked, [torch.zeros(3, 1, 1, 1)], target=target)
    assert (found.dead, found.pictures, found.lack) == (3, 3, Lack.DEAD)


def test_one_gradient_that_is_no_number_spoils_the_average(asked):
    values = torch.randn(4, *SIZE)
    poisoned = replace(
        asked, trained=replace(asked.trained, network=nn.Sequential(*asked.trained.network[:2], nn.Conv2d(2, 2, 3)))
    )
    with torch.no_grad():
        poisoned.trained.network[2].weight[0, 0, 0, 0] = torch.nan
    assert averaged(poisoned, [values]).lack is Lack.NAN
    assert averaged(poisoned, [values], target=Target("1", (2, 1))).lack is None


def test_between_batches_it_can_be_cancelled_and_only_one_is_in_memory(asked):
    made: list[int] = []

    def batches() -> Iterator[Tensor]:
        for index in range(5):
            made.append(index)
            yield torch.randn(2, *SIZE)

    asked = replace(asked, cancel=lambda: len(made) == 3)
    with pytest.raises(Cancelled):
        averaged(asked, batches())
    assert made == [0, 1, 2]


def test_without_pictures_there_is_no_average(asked):
    with pytest.raises(ValueError, match="there are no pictures to average over"):
        averaged(asked, [])


# ---- where the pictures come from ------------------------------------------------------------------------------

COLOURS = Preprocessing((3, 6, 5), (0.5,) * 3, (0.25,) * 3)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_noise_is_the_same_in_batches_of_any_size_and_other_for_another_seed(size):
    batches = list(Batches(Sample(noise=7, seed=5), COLOURS, None, size))
    assert [len(batch) for batch in batches] == [size] * (7 // size) + ([7 % size] if 7 % size else [])
    alone = torch.cat(list(Batches(Sample(noise=7, seed=5), COLOURS, None, 1)))
    assert torch.equal(torch.cat(batches), alone)
    assert not torch.equal(torch.cat(list(Batches(Sample(noise=7, seed=6), COLOURS, None, size))), alone)


def test_noise_has_the_mean_and_the_deviation_of_the_network_s_pictures():
    values = torch.cat(list(Batches(Sample(noise=2000), COLOURS, None, 100)))
    assert values.mean().item() == pytest.approx(0, abs=0.02)
    assert values.std().item() == pytest.approx(1, abs=0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = np.random.default_rng(0)
    for name in ("a.png", "c.png"):
        Image.fromarray(draw.integers(0, 256, (28, 28), np.uint8)).save(tmp_path / name)
    (tmp_path / "b.png").write_bytes(b"no picture")
    Image.fromarray(draw.integers(0, 256, (40, 60, 3), np.uint8)).save(tmp_path / "large.png")
    return tmp_path


@pytest.fixture(scope="module")
def lenet() -> OpenNetwork:
    return open_network(ModelChoice(ModelKind.SHIPPED, "lenet5"))


def test_a_folder_is_averaged_over_as_its_pictures_are_and_what_is_no_picture_is_counted(lenet, folder):
    names, target, told = ("a.png", "b.png", "c.png", "large.png"), Target("c3", (4, 5)), []
    sample = Sample(tuple(folder / name for name in names))
    found = lenet.average(sample, target, Part.SQUARED, progress=lambda *done: told.append(done))
    singles = [lenet.effective(read_picture(folder / name), (target,), Part.SQUARED)[0].heat for name in names if name != "b.png"]
    np.testing.assert_allclose(found.heat, np.mean(singles, 0), rtol=1e-4, atol=1e-9)
    assert (found.pictures, found.skipped) == (3, 1)
    assert told[-1] == (3, 3)
    padded = lenet.average(sample, target, Part.SQUARED, fit=Fit.PAD)  # which the large one cannot be
    assert (padded.pictures, padded.skipped) == (2, 2)


def test_pictures_and_noise_are_averaged_over_together(lenet, folder):
    target, paths = Target("c3", (4, 5)), (folder / "a.png", folder / "c.png")
    both, noise, files = (lenet.average(sample, target) for sample in (Sample(paths, 3), Sample(noise=3), Sample(paths)))
    np.testing.assert_allclose(5 * both.heat, 3 * noise.heat + 2 * files.heat, rtol=1e-4, atol=1e-7)
    assert both.pictures == 5


def test_changes_of_the_network_hold_for_averages_too(lenet):
    silent = (Alteration("c1", Change.SILENCE, tuple(range(6))),)
    found = lenet.average(Sample(noise=3), Target("c3", (4, 5)), alterations=silent)
    assert (found.lack, found.dead) == (Lack.DEAD, 3)


def test_batches_are_as_large_as_memory_allows(lenet, monkeypatch):
    monkeypatch.setattr(gradients, "BUDGET", 2 * lenet.facts.description.bytes + 4 * 8 * 28 * 28)
    told = []
    lenet.average(Sample(noise=5), Target("output", (0, 0)), progress=lambda *done: told.append(done))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_where_no_file_is_a_picture_the_first_is_named(lenet, folder):
    paths = (folder / "b.png", folder / "none.png")
    with pytest.raises(ValueError, match=r"none of the 2 pictures can be taken; the first: Cannot open .*b\.png"):
        lenet.average(Sample(paths, noise=2), Target("c3", (0, 0)))
    with pytest.raises(ValueError, match=r"none of the 1 pictures can be taken; the first: large\.png: .* cannot be padded"):
        lenet.average(Sample((folder / "large.png",)), Target("c3", (0, 0)), fit=Fit.PAD)
    with pytest.raises(ValueError, match="there are no pictures to average over"):
        lenet.average(Sample(), Target("c3", (0, 0)))
