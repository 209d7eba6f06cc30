"""What holds for every test: no screen, one thread, a home and a language of its own, the same examples every time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Set before anything imports torch or Qt.
os.environ["OMP_NUM_THREADS"] = "1"  # on small machines torch's threads fight, and its speed jumps about
os.environ["LC_ALL"] = "C.UTF-8"  # numbers are written with a point
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_HOME = Path(tempfile.mkdtemp(prefix="playground-tests-"))
for _kind in ("CONFIG", "DATA", "STATE", "CACHE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(_HOME / _kind.lower())

settings.register_profile("playground", deadline=None, derandomize=True, database=None)
settings.load_profile("playground")

collect_ignore = ["benchmarks"]  # measured on demand: python -m tests.benchmarks


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by how many there are: a zip among them holds the time, and two workers would name one test twice."""
    return f"{len(val)}_bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests of the real window where there is no X server to start; in CI they must run."""
    missing = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    if not missing or os.environ.get("CI"):
        return
    skip = pytest.mark.skip(reason=f"{' and '.join(missing)} not installed; ./setup.sh --dev does that")
    for item in items:
        if item.get_closest_marker("needs_display"):
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _own_home() -> Iterator[None]:
    """Settings, recent files and autosaves of the tests are gone when they end."""
    yield
    shutil.rmtree(_HOME, ignore_errors=True)
