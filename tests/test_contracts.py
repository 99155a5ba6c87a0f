"""Who may import whom: the tree keeps every contract, and each contract notices a violation planted in a copy."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"

PURE = "kernels knows nothing of the program, Qt or torch"
CUPY = "cupy only in kernels.gpu"
NUMBA = "numba only in kernels.cpu"
CORE = "core never reaches Qt or torch"
NETS = "the networks never reach Qt"
TORCH = "torch only in inspector.nets"
CLI = "the command line never reaches Qt"
DOWN = "imports only go down"

# The contract that must notice it, the file, and the line that is added to it.
VIOLATIONS = [
    (PURE, "kernels/border.py", "import inspector.core.state"),
    (PURE, "kernels/border.py", "from PySide6 import QtGui"),
    (PURE, "kernels/gpu.py", "def hidden(): import torch"),
    (PURE, "kernels/kernel.py", "import pyqtgraph"),
    (CUPY, "kernels/launch.py", "import cupy"),
    (CUPY, "inspector/core/picture.py", "def hidden(): import cupyx.scipy.ndimage"),
    (NUMBA, "kernels/engine.py", "import numba"),
    (NUMBA, "kernels/engine.py", "import llvmlite.ir"),
    (NUMBA, "inspector/core/picture.py", "from numba import njit"),
    (CORE, "inspector/core/picture.py", "from PySide6.QtGui import QImage"),
    (CORE, "inspector/core/state.py", "import pyqtgraph"),
    (CORE, "inspector/core/state.py", "from inspector.views import theme"),  # Qt by way of a view
    (CORE, "inspector/core/state.py", "import torch"),
    (NETS, "inspector/nets/describe.py", "from PySide6 import QtCore"),
    (NETS, "inspector/nets/layers.py", "def hidden(): import pyqtgraph"),
    (TORCH, "inspector/cli_networks.py", "def hidden(): import torch"),
    (TORCH, "inspector/controller/controller.py", "import torch.nn"),
    (TORCH, "inspector/views/main_window.py", "def hidden(): import torch"),
    (CLI, "inspector/cli.py", "from PySide6 import QtWidgets"),
    (CLI, "inspector/cli.py", "from inspector.views import theme"),
    (CLI, "inspector/cli_models.py", "def hidden(): import pyqtgraph"),  # reached by way of the commands
    (DOWN, "inspector/app.py", "import inspector.__main__"),
    (DOWN, "inspector/app.py", "import inspector.cli"),
    (DOWN, "inspector/cli_networks.py", "import inspector.cli"),
    (DOWN, "inspector/cli_filter.py", "import inspector.cli_networks"),
    (DOWN, "inspector/cli_models.py", "import inspector.cli_training"),
    (DOWN, "inspector/controller/controller.py", "import inspector.app"),
    (DOWN, "inspector/views/main_window.py", "import inspector.controller"),
    (DOWN, "inspector/views/main_window.py", "import inspector.work.runner"),
    (DOWN, "inspector/work/runner.py", "def hidden(): import inspector.views.theme"),
    (DOWN, "inspector/nets/catalogue.py", "import inspector.work.runner"),
    (DOWN, "inspector/core/state.py", "import inspector.work"),
    (DOWN, "inspector/newcomer/__init__.py", '"""A sub-package that nobody has placed."""'),
]


def broken_contracts(root: Path) -> set[str]:
    """The contracts that import-linter finds broken in a tree; it must have judged every one."""
    environment = os.environ | {"COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", LINT], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert set(verdicts) == {contract["name"] for contract in CONTRACTS}, done.stdout + done.stderr
    broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert (done.returncode == 0) is (not broken)
    return broken


@pytest.fixture
def tree(tmp_path):
    """A copy of the packages and their settings."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("inspector", "kernels"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "resources"))
    return tmp_path


def test_the_tree_keeps_every_contract():
    assert broken_contracts(ROOT) == set()


def test_a_copy_keeps_every_contract(tree):
    assert broken_contracts(tree) == set()


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_planted_violation_is_noticed(tree, contract, file, line):
    path = tree / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as code:
        code.write(f"\n{line}\n")
    assert contract in broken_contracts(tree)


def test_every_contract_has_a_planted_violation():
    assert {contract for contract, _, _ in VIOLATIONS} == {contract["name"] for contract in CONTRACTS}


def test_only_new_packages_are_created_by_planting():
    """A file that has moved must be followed, or its violation would prove less than it says."""
    missing = [file for _, file, _ in VIOLATIONS if not (ROOT / file).exists()]
    assert missing == ["inspector/newcomer/__init__.py"]
