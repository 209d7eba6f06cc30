"""Opening a file from elsewhere: what the file format cannot know, the layers and the machine do."""

from __future__ import annotations

from pathlib import Path

from playground.engine.memory import physical_memory
from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment
from playground.graph.files import FileError, Saved, load
from playground.layers import ParamError, UnknownLayerType, layer_type

ABSURD = 10**12
"""Bytes that no layer for which this program is made needs. Less than that, but more than the machine has, is a mistake
that its author can mend on the canvas; a file with more is refused."""


def open_saved(path: Path | str) -> Saved:
    """The content of a `.playground` file, if it can be shown on this machine.

    Raises:
        FileError: as `graph.files.load`; or a layer is of an unknown type, has settings that it cannot have, or would
            need more memory than any machine of this kind has.
    """
    saved = load(path)
    if complaint := complaint_about(saved.experiment):
        raise FileError(f"“{Path(path).name}” cannot be opened: {complaint}")
    return saved


def complaint_about(experiment: Experiment) -> str | None:
    """Why the experiment must not be opened, and which layer is the cause; None if it may."""
    for node in experiment.graph:
        try:
            layer_type(node.type).complete(node.params)
        except UnknownLayerType as error:
            return f"the layer “{node.title}” is of a type that is not known here. {error}"
        except ParamError as error:
            return f"the layer “{node.title}” has a setting that it cannot have. {error}"
    limit = max(ABSURD, physical_memory())
    return next((problem.message for problem in analyse(experiment.graph).problems if problem.memory > limit), None)
