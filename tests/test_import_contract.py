"""Imports go one way, and only the window needs Qt: what pyproject.toml promises, and that it works so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "playground"

PARTS = sorted(path.stem for path in PACKAGE.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py")
QT = ("PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy")

COMPUTING = {"engine", "train", "interpret", "exchange"}
"""The parts that may import torch when they are imported. All others are there before the window opens."""

IMPORTED_TO_BUILD = "modules"
"""Files of layers/ whose names end so subclass torch's modules, and are imported only when a layer is built."""


def modules_of(part: str) -> list[str]:
    """The dotted names of all modules of one part of the package."""
    files = sorted((PACKAGE / part).rglob("*.py")) or [PACKAGE / f"{part}.py"]
    dotted = (file.relative_to(REPOSITORY).with_suffix("").parts for file in files)
    return [".".join(names).removesuffix(".__init__") for names in dotted]


def import_without(unimportable: tuple[str, ...], modules: list[str]) -> subprocess.CompletedProcess[str]:
    """Import the modules, one after the other, in a new interpreter that cannot import some others."""
    program = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({unimportable!r}))\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "ui"])
def test_imports_without_qt(part: str) -> None:
    done = import_without(QT, modules_of(part))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("part", [part for part in PARTS if part not in COMPUTING])
def test_imports_without_torch(part: str) -> None:
    modules = [module for module in modules_of(part) if not module.endswith(IMPORTED_TO_BUILD)]
    done = import_without(("torch",), modules)
    assert done.returncode == 0, done.stderr


def test_imports_go_one_way() -> None:
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_logo=True, no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
