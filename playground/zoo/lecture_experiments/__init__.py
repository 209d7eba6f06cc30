"""The experiments of the lectures: two to four networks on the same data from the same seed, to be trained together.

>>> from playground.zoo.lecture_experiments import lecture_experiment
>>> [title for title, _ in lecture_experiment("degradation").experiments()]
['plain, 20 layers', 'plain, 56 layers', 'residual, 56 layers']

A new one is one `register(LectureExperiment(...))`; add the file's name to `FILES` in `_spec.py`.
"""

from playground.zoo.lecture_experiments._spec import (
    Contender,
    LectureExperiment,
    UnknownLectureExperiment,
    all_lecture_experiments,
    lecture_experiment,
)

__all__ = [
    "Contender",
    "LectureExperiment",
    "UnknownLectureExperiment",
    "all_lecture_experiments",
    "lecture_experiment",
]
