"""NAME-or-FILE: what a command is to work on."""

from __future__ import annotations

import os
from pathlib import Path

from playground.cli.failure import Failure
from playground.graph.files import SUFFIX, FileError, Saved
from playground.zoo import UnknownNetwork, zoo_experiment, zoo_network


def is_file_name(source: str) -> bool:
    """Whether a file is meant rather than a network of the zoo: it looks like one, or there is one of that name."""
    separators = (os.sep, os.altsep or os.sep)
    return source.endswith(SUFFIX) or any(mark in source for mark in separators) or Path(source).is_file()


def open_source(source: str) -> Saved:
    """The content of a `.playground` file, or a network of the zoo as it ships.

    Raises:
        Failure: there is neither, or the file cannot be opened.
    """
    if is_file_name(source):
        from playground.engine.admission import open_saved

        try:
            return open_saved(source)
        except FileError as error:
            raise Failure(str(error)) from error
    try:
        return Saved(zoo_experiment(source))
    except UnknownNetwork as error:
        raise Failure(f"There is no file “{source}”. {error}") from error


def title_of(source: str) -> str:
    """What to call it: the file's name, or the network's title."""
    return Path(source).name if is_file_name(source) else zoo_network(source).title
