"""How much memory the machine has, and sizes in words."""

from __future__ import annotations

import os
from functools import lru_cache

_ASSUMED = 16 * 2**30
"""Where the system does not tell (Windows has no sysconf)."""


@lru_cache(maxsize=1)
def physical_memory() -> int:
    """Bytes of main memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _ASSUMED


def readable(size: float) -> str:
    """1.5 GB, 12 TB: two or three digits and a unit of 1,000."""
    units = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")
    step = 0
    while size >= 1000 and step < len(units) - 1:
        size, step = size / 1000, step + 1
    return f"{size:.3g} {units[step]}" if size < 1000 else f"{size:,.0f} {units[step]}"
