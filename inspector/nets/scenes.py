"""A picture as a network sees it, with what comes in when it moves."""

from dataclasses import replace

from inspector.core.network.settings import Fit
from inspector.core.picture import Picture
from inspector.core.shift.scene import Incoming, Scene
from inspector.nets.opened import OpenNetwork
from inspector.nets.preprocessing import fitted_shares, natural_fit

FILLING = (Fit.CROP, Fit.STRETCH)  # fits that leave no place of the input empty


def scene_of(
    network: OpenNetwork, picture: Picture, incoming: Incoming, *, reach: int = 0, fit: Fit | None = None, value: float = 0.0
) -> Scene:
    """The picture fitted to the input of the network, as shares of white: zero is black.

    ``reach``: for CROP, how far the input is to slide as a window over a larger picture: it is fitted to that many pixels more on
    each side, so that it shows more of the scene than other borders do. ``fit`` None: what is usual.

    Raises ValueError where the picture cannot be fitted, or CROP would have to invent pixels.
    """  # fmt: skip
    usual = network.trained.preprocessing
    channels, height, width = usual.input
    if incoming is not Incoming.CROP:
        wanted = replace(usual, fit=fit or network.trained.fit or natural_fit(picture, usual.input))
        return Scene(fitted_shares(picture, wanted)[0].numpy(), incoming, value)
    if fit is not None and fit not in FILLING:
        raise ValueError(f"a window slides over a picture that fills it: fit it by crop or stretch, not by {fit}")
    larger = replace(usual, input=(channels, height + 2 * reach, width + 2 * reach), fit=fit or Fit.CROP)
    return Scene(fitted_shares(picture, larger)[0].numpy(), incoming, value, (height, width))
