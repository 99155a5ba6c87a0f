"""Pictures of the window show the network, the layer and the unit that were asked for."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector.core.state import Workspace

RENDER = """
import sys
from pathlib import Path
from inspector import app
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.screenshots import Screenshots
from inspector.core.state import Theme, Workspace
folder, workspace, lenet = Path(sys.argv[1]), Workspace(sys.argv[2]), ModelChoice(ModelKind.SHIPPED, "lenet5")
for number, unit in enumerate([(3, 4), (9, 8), (3, 4)]):
    asked = Screenshots(
        folder / str(number), ((1280, 800),), (Theme.LIGHT,), workspaces=(workspace,), model=lenet, layer="c3", unit=unit
    )
    print(*app.screenshots(asked))
"""


RIGHT, MIDDLE = np.s_[60:780, 980:], np.s_[60:540, 376:964]  # what says nothing of times


@pytest.mark.parametrize(("workspace", "part"), [(Workspace.NETWORK, RIGHT), (Workspace.FIELD, MIDDLE)])
def test_another_unit_makes_another_picture(tmp_path: Path, workspace: Workspace, part: tuple[slice, slice]) -> None:
    words = [sys.executable, "-c", RENDER, str(tmp_path), workspace]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pictures = [np.asarray(Image.open(path).convert("RGB")) for path in done.stdout.splitlines()]
    assert [picture.shape for picture in pictures] == [(800, 1280, 3)] * 3
    first, other, again = (picture[part] for picture in pictures)
    assert np.array_equal(first, again)
    assert (first != other).any(axis=2).mean() > 0.001
