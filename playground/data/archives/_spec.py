"""What an archive is: its files, where they lie, and how to know that they have come whole."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_APPLICATION = "neural-network-playground"


@dataclass(frozen=True)
class RemoteFile:
    """A file of an archive: its name and address, how many bytes it has, and their MD5 sum as it was published."""

    name: str
    url: str
    size: int
    md5: str


@dataclass(frozen=True)
class Archive:
    """A data set's archive. `key` is that of the data set, `form` how its files are to be read."""

    key: str
    title: str
    form: Literal["idx", "cifar-10"]
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """How many bytes all its files have."""
        return sum(file.size for file in self.files)


def downloads_folder() -> Path:
    """Where data sets are kept that were fetched: the user's own data folder of this program."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / _APPLICATION / "data"
