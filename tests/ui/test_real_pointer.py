"""A real X server, a real pointer, the real window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.needs_display
ROOT = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of this test's own, on a number that is free."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(timeout=10)


@pytest.mark.timeout(120)
def test_layers_are_dragged_from_the_palette_and_wired_with_a_real_pointer(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    environment["XDG_CONFIG_HOME"] = str(tmp_path)
    result = subprocess.run(
        [sys.executable, "-m", "tests.ui.real_pointer"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == [
        [["input"], []],
        [["input", "flatten"], ["input>flatten"]],
        [["input", "flatten", "dense"], ["input>flatten"]],
        [["input", "flatten", "dense"], ["input>flatten", "flatten>fc1"]],
        [["input", "flatten", "dense", "relu"], ["flatten>fc1", "input>relu1", "relu1>flatten"]],
        [["input", "flatten", "dense"], ["input>flatten", "flatten>fc1"]],
    ]
