"""What an error is taken apart into, and what its parts are called."""

import numpy as np
import pytest

from inspector.core.shift.splitting import Rest, Unsplit, padding_share, rest, unsplit
from inspector.core.shift.transforms import Flip, Rotation, Scale, Together, Translation

TURNED = (Rotation(90), Scale(1.3), Flip(), Together((Flip(), Translation(1, 0))))


def test_the_share_of_padding_is_what_vanishes_with_it():
    error, circular = np.array([0.4, 0.4, 0.2, 0.0, np.nan]), np.array([0.0, 0.1, 0.3, 0.0, 0.1])
    assert padding_share(error, circular) == pytest.approx([1, 0.75, 0, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(("jump", "shift", "name"), [
    ((2.0, 2.0), Translation(0, 1), Rest.SUBSAMPLING), ((1.0, 2.0), Translation(3, -1), Rest.SUBSAMPLING),
    ((1.0, 1.0), Translation(0, 0.5), Rest.INTERPOLATION), ((4.0, 4.0), Translation(0.25, 1), Rest.BOTH),
    ((1.0, 1.0), Translation(0, 1), Rest.OTHER),
])  # fmt: skip
def test_what_stays_is_sub_sampling_only_where_pixels_are_left_out_and_none_is_interpolated(jump, shift, name):
    assert unsplit(shift, None) is None
    assert rest(shift, jump, None) is name


@pytest.mark.parametrize("transform", TURNED)
def test_what_is_turned_scaled_or_mirrored_is_not_split(transform):
    assert unsplit(transform, None) is Unsplit.TURNED
    assert rest(transform, (2.0, 2.0), Unsplit.TURNED) is Rest.TURNING


def test_what_holds_for_a_layer_holds_for_each_transform_of_it():
    for transform in (Translation(0, 1), *TURNED):
        assert unsplit(transform, Unsplit.UNSHARED) is Unsplit.UNSHARED
    assert rest(Translation(0, 1), (1.0, 1.0), Unsplit.UNSHARED) is Rest.UNSHARED
