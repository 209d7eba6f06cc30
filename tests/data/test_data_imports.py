"""`playground.data` stands on numpy alone: it works where neither torch nor Qt can be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import playground

ROOT = Path(playground.__file__).parents[1]

SCRIPT = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "PySide6", "shiboken6", "pyqtgraph"}:
            raise ImportError(f"{name} must not be imported here")

sys.meta_path.insert(0, Refuse())
try:
    import torch
except ImportError:
    pass
else:
    sys.exit("the import was not refused, so this test would prove nothing")

from playground.data import all_data_sets, load, split
from playground.data.archives import ARCHIVES
for described in all_data_sets():
    if described.key in ARCHIVES:
        continue  # downloaded on demand
    split(load(described.key), validation_fraction=0.1, seed=0)
ours = {name for name in sys.modules if name.split(".")[0] == "playground"}
allowed = {"playground", "playground.assets"}
print(sorted(name for name in ours - allowed if not name.startswith("playground.data")))
"""


def test_data_needs_neither_torch_nor_qt_nor_the_rest_of_the_program() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "[]"
