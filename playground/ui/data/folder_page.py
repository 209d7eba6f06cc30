"""The page for a folder of pictures: its classes, the size that pictures are brought to, and how some then look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from playground.data import DataError
from playground.data.own import FolderChoice, Found, folder_key, survey
from playground.data.own.pictures import SIDES, preview, read_folder
from playground.ui.background import Background
from playground.ui.data.page import OwnDataPage, Progress, Read
from playground.ui.microscopes.alive import while_alive
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count
from playground.ui.widgets.tensor_grid import TensorGrid

_COLOURS = ("in colour", "grey")
_FIRST_SIDE = "32"
_SHOWN, _TILE = 32, 64
_NAMED = 12
_FIELD = 130


class FolderPage(OwnDataPage):
    """A few pictures of each class are shown as the network will see them."""

    def __init__(self, background: Background, path: Path) -> None:
        super().__init__(background, path)
        self._found: Found | None = None
        self.classes = TextLabel("Looking through the folder …", wrap=True)
        self.side = ChoiceField(tuple(str(side) for side in SIDES))
        self.side.setCurrentText(_FIRST_SIDE)
        self.colour = ChoiceField(_COLOURS)
        self.pictures = TensorGrid(_TILE, 6)
        for field in (self.side, self.colour):
            field.activated.connect(lambda _index: self._on_form())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.classes)
        column.addWidget(
            FieldRow("Pixels across and down", self.side, "The middle square of each picture is brought to this size.")
        )
        column.addWidget(FieldRow("Pictures", self.colour, "Three numbers for each pixel, or one."))
        column.addWidget(SectionHeading("As the network will see them"))
        column.addWidget(self.pictures, 1)
        for field in (self.side, self.colour):
            field.setFixedWidth(_FIELD)
        self.background.run(
            "folder", lambda: survey(path), while_alive(self, self._on_found), while_alive(self, self._on_failed)
        )

    @property
    def key(self) -> str:
        return "" if self._found is None else folder_key(self._choice(self._found))

    @property
    def is_slow(self) -> bool:
        return True

    def _choice(self, found: Found) -> FolderChoice:
        is_grey = self.colour.currentText() == _COLOURS[1]
        return FolderChoice(str(self.path), found.classes, int(self.side.currentText()), is_grey)

    def reader(self) -> Callable[[Progress], Read]:
        assert self._found is not None
        choice = self._choice(self._found)

        def read(progress: Progress) -> Read:
            reading = read_folder(choice, progress)
            if not reading.unreadable:
                return Read(reading.samples)
            names = ", ".join(file.name for file, _ in reading.unreadable[:3])
            more = " …" if len(reading.unreadable) > 3 else ""
            number = len(reading.unreadable)
            return Read(
                reading.samples, (f"{count(number)} file{'s' if number != 1 else ''} could not be read: {names}{more}",)
            )

        return read

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DataError):
            raise error
        self.classes.setText("")
        self.failed.emit(str(error))

    def _on_found(self, found: Found) -> None:
        self._found = found
        each = [
            f"{name} ({count(len(train))}{f' + {count(len(test))} to test' if test else ''})"
            for name, train, test in zip(found.classes, found.train, found.test or [()] * len(found.train), strict=True)
        ]
        more = f" and {len(each) - _NAMED} more" if len(each) > _NAMED else ""
        self.classes.setText(
            f"<b>{count(found.count)} pictures of {len(each)} classes</b>: {', '.join(each[:_NAMED])}{more}."
        )
        self._on_form()

    def _on_form(self) -> None:
        """Another size or colour: show a few pictures so."""
        if self._found is None:
            return
        found, choice = self._found, self._choice(self._found)
        self.background.run("preview", lambda: preview(found, choice, _SHOWN), while_alive(self, self._show_pictures))
        self.changed.emit()

    def _show_pictures(self, pictures: np.ndarray) -> None:
        if not len(pictures):
            self.pictures.set_maps(None)
        elif pictures.shape[1] == 3:
            self.pictures.set_maps(pictures, "colour", 1.0)
        else:
            self.pictures.set_maps(pictures[:, 0], "grey", 1.0)
