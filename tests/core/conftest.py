"""Values that the tests of the core start from."""

import pytest

from inspector.core.filtering import FilterSettings
from inspector.core.state import AppState, Source, SourceKind
from kernels import preset


@pytest.fixture
def state() -> AppState:
    """A sample picture under a Sobel kernel."""
    return AppState(Source(SourceKind.SAMPLE, "scene"), FilterSettings(preset("sobel-x")))
