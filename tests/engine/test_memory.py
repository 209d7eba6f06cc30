from __future__ import annotations

import os
from pathlib import Path

import pytest

from playground.engine import memory
from playground.engine.memory import physical_memory, readable


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1536, "1.54 kB"),
        (61_706 * 4, "247 kB"),
        (1.5e9, "1.5 GB"),
        (4e15, "4 PB"),
        (4.2e21, "4,200 EB"),
    ],
)
def test_sizes_in_words(size: float, text: str) -> None:
    assert readable(size) == text


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="only Linux tells it twice")
def test_the_memory_of_this_machine() -> None:
    total = int(Path("/proc/meminfo").read_text(encoding="ascii").split()[1]) * 1024
    assert physical_memory() == pytest.approx(total, rel=0.05)


def test_where_the_system_does_not_tell_it_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(os, "sysconf", refuse)
    physical_memory.cache_clear()
    try:
        assert physical_memory() == memory._ASSUMED
    finally:
        physical_memory.cache_clear()
