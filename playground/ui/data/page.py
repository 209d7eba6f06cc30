"""What every page of the own-data window is: settings on one file, from which a described data set follows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from playground.data import Samples
from playground.ui.background import Background

Progress = Callable[[int, int], bool]


@dataclass(frozen=True)
class Read:
    """The examples as they would be used, with what the user should know of them."""

    samples: Samples
    remarks: tuple[str, ...] = ()


class OwnDataPage(QWidget):
    """`changed` is sent when what would be used is different; `failed` when the file cannot be used at all."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, background: Background, path: Path) -> None:
        super().__init__()
        self.background, self.path = background, path

    @property
    @abstractmethod
    def key(self) -> str:
        """The key of the data set as it is set now; empty while it is not known. Raises DataError if there is none."""

    @property
    def is_slow(self) -> bool:
        """Whether reading all examples takes so long that it is only done when they are wanted."""
        return False

    @abstractmethod
    def reader(self) -> Callable[[Progress], Read]:
        """The function that reads the examples as they are set now, for a worker thread. It raises DataError."""
