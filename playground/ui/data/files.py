"""Which files and folders could be data of one's own."""

from __future__ import annotations

from pathlib import Path

TABLES = frozenset({".csv", ".tsv", ".txt"})
ARRAYS = frozenset({".npz"})


def is_own_data(path: Path) -> bool:
    """Whether a file or folder could be data, so that dropping it on the window offers to take it."""
    return path.is_dir() or path.suffix.lower() in TABLES | ARRAYS
