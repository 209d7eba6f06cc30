"""Data sets of series, read from `assets/data/series.npz`: the past as a curve, and the values that follow it.

The network sees a window of the series and shall give the next values. The last part of the time is the test: every
target there is later than all that was learnt from. Windows in which a value is missing are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from playground.data._archive import Arrays, Damage, read_archive, shipped
from playground.data._spec import DataSet, Inputs, Samples, Scale, register

FILE = "series.npz"
_TEST_SHARE = 0.2


@dataclass(frozen=True)
class Windows:
    """How a series is cut: `past` values to look at, the `ahead` that follow to predict.

    `from_last`: values count from the last one of the window, for a series that only rises: what it will reach was
    never seen, but how it moves was.
    """

    name: str
    past: int
    ahead: int
    from_last: bool


def windows(series: Inputs, cut: Windows) -> Samples:
    """Training and test windows of a series (moments,) in which NaN stands for a missing value.

    Returns inputs (N, 1, past) and targets (N, ahead). A window is for the test if all of its targets lie in the last
    fifth of the time; one whose targets lie on both sides of the border is left out.
    """
    length = cut.past + cut.ahead
    border = round(len(series) * (1 - _TEST_SHARE))
    every = np.lib.stride_tricks.sliding_window_view(series.astype(np.float64), length)
    first_target = np.arange(len(every)) + cut.past
    is_whole = ~np.isnan(every).any(axis=1)
    train = every[is_whole & (first_target + cut.ahead <= border)]
    test = every[is_whole & (first_target >= border)]
    if cut.from_last:
        train, test = (part - part[:, cut.past - 1 : cut.past] for part in (train, test))
    mean = 0.0 if cut.from_last else float(train[:, : cut.past].mean())
    scale = Scale(mean, float((train[:, : cut.past] - mean).std()))
    parts: list[Inputs] = [((part - scale.mean) / scale.spread).astype(np.float32) for part in (train, test)]
    (x_train, y_train), (x_test, y_test) = ((part[:, : cut.past], part[:, cut.past :]) for part in parts)
    return Samples(
        np.ascontiguousarray(x_train[:, np.newaxis]),
        np.ascontiguousarray(y_train),
        np.ascontiguousarray(x_test[:, np.newaxis]),
        np.ascontiguousarray(y_test),
        scale=scale,
        shared_steps=cut.ahead,
    )


def _load(cut: Windows, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader for one series. The options play no part."""

    def make(arrays: Arrays) -> Samples:
        return windows(_series(arrays[cut.name], 5 * (cut.past + cut.ahead)), cut)

    return read_archive(shipped(FILE), (cut.name,), make)


def _series(values: NDArray[np.generic], shortest: int) -> Inputs:
    if values.dtype != np.float32 or values.ndim != 1 or len(values) < shortest:
        raise Damage(f"instead of a series of numbers it holds {values.dtype} {values.shape}")
    series: Inputs = values.astype(np.float32)
    return series


def _register(key: str, title: str, summary: str, source: str, unit: str, cut: Windows) -> DataSet:
    how = (
        "Each value: minus the last one of its window, divided by the spread of such differences; that is learnt from "
        "all examples but those for testing."
        if cut.from_last
        else "Each value: minus the mean, divided by the spread (the standard deviation); both learnt from "
        "all examples but those for testing."
    )
    return register(
        DataSet(
            key=key,
            title=title,
            summary=summary,
            sample_shape=(1, cut.past),
            classes=(),
            target_shape=(cut.ahead,),
            options=(),
            source=source,
            loader=partial(_load, cut),
            group="Series",
            unit=unit,
            normalisation=how,
        )
    )


CO2 = _register(
    "co2",
    "CO₂ in the air",
    "Weekly CO₂ on Mauna Loa, 1958 to 2001: from one year, how it moves in the next 13 weeks. Gaps are left out.",
    "C. D. Keeling and T. P. Whorf (2004), Scripps Institution of Oceanography; public domain.",
    "ppm",
    Windows("co2_weekly_ppm", past=52, ahead=13, from_last=True),
)

SUNSPOTS = _register(
    "sunspots",
    "Sunspots",
    "How many spots the sun had each year, 1700 to 2008: from 33 years, which are three cycles, the next three.",
    "US National Geophysical Data Center; public domain.",
    "spots",
    Windows("sunspots_yearly", past=33, ahead=3, from_last=False),
)
