"""Data sets of recordings, read from `assets/data/`: heartbeats as curves, spoken digits as spectrograms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playground.data._archive import Arrays, Damage, as_labels, read_archive, shipped
from playground.data._spec import DataSet, Inputs, Samples, register

BEAT = 256
"""Values of one heartbeat: 1.4 seconds at 180 a second."""
MICROVOLTS = 1000.0

BANDS, FRAMES = 32, 64
"""Height and width of a spectrogram: bands of pitch, and moments."""
RATE = 8000
WAVE = 8192
"""Values of a clip as a waveform."""
WINDOW, HOP = 256, 128
"""Samples that one moment looks at (32 ms), and from one moment to the next (16 ms)."""
LOWEST, HIGHEST = 100.0, 4000.0
"""The range of pitch, in hertz."""
DECADES = 8.0
"""What is 10⁸ times weaker (80 decibels) than the loudest place of a clip counts as silence."""


def _load_heartbeats(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: other beats of the same people for the test; in millivolts. The options play no part."""

    def make(arrays: Arrays) -> Samples:
        x_train, y_train = _curves(arrays["x_train"]), as_labels(arrays["y_train"], 5)
        x_test, y_test = _curves(arrays["x_test"]), as_labels(arrays["y_test"], 5)
        _same_length((x_train, y_train), (x_test, y_test))
        return Samples(x_train, y_train, x_test, y_test)

    return read_archive(shipped("heartbeats.npz"), ("x_train", "y_train", "x_test", "y_test"), make)


def _load_heartbeats_by_person(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: beats of other people for the test, and validation by whole recordings. In millivolts."""

    def make(arrays: Arrays) -> Samples:
        x_train, y_train = _curves(arrays["x_train"]), as_labels(arrays["y_train"], 5)
        x_test, y_test = _curves(arrays["x_test_new_patients"]), as_labels(arrays["y_test_new_patients"], 5)
        _same_length((x_train, y_train), (x_test, y_test))
        recordings = arrays["record_train"]
        if recordings.dtype != np.int16 or recordings.shape != y_train.shape:
            raise Damage("it does not name the recording of each beat")
        return Samples(x_train, y_train, x_test, y_test, belongs_to=recordings.astype(np.int64))

    names = ("x_train", "y_train", "record_train", "x_test_new_patients", "y_test_new_patients")
    return read_archive(shipped("heartbeats.npz"), names, make)


def _same_length(*pairs: tuple[Inputs, NDArray[np.int64]]) -> None:
    if any(len(x) != len(y) for x, y in pairs):
        raise Damage("the numbers of recordings and labels differ")


def _curves(values: NDArray[np.generic]) -> Inputs:
    if values.dtype != np.int16 or values.shape[1:] != (BEAT,) or len(values) == 0:
        raise Damage(f"instead of curves of {BEAT} values it holds {values.dtype} {values.shape}")
    return (values.astype(np.float32) / np.float32(MICROVOLTS))[:, np.newaxis]


def _load_spoken_digits(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: each clip as a spectrogram. The options play no part."""
    return _spoken(spectrogram)


def _load_spoken_waves(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader: each clip as the pressure of the air, moment by moment. The options play no part."""
    return _spoken(waveform)


def _spoken(picture: Callable[[Inputs], Inputs]) -> Samples:
    """The spoken digits, each clip as what `picture` makes of it, behind an axis of one channel."""

    def make(arrays: Arrays) -> Samples:
        parts: list[tuple[Inputs, NDArray[np.int64]]] = []
        for part in ("train", "test"):
            clips = _clips(arrays[f"{part}_mulaw"], arrays[f"{part}_offsets"])
            inputs = np.stack([picture(clip) for clip in clips])[:, np.newaxis]
            parts.append((inputs, as_labels(arrays[f"y_{part}"], 10)))
        _same_length(*parts)
        return Samples(*parts[0], *parts[1])

    names = ("train_mulaw", "train_offsets", "y_train", "test_mulaw", "test_offsets", "y_test")
    return read_archive(shipped("spoken_digits.npz"), names, make)


def waveform(clip: Inputs) -> Inputs:
    """The first 1.02 seconds (8,192 values), the loudest of them 1 or −1; silence precedes a shorter clip."""
    heard = clip[:WAVE]
    padded = np.zeros(WAVE, np.float32)
    padded[WAVE - len(heard) :] = heard
    loudest = float(np.abs(padded).max())
    return padded / np.float32(loudest) if loudest > 0 else padded


def _clips(codes: NDArray[np.generic], offsets: NDArray[np.generic]) -> list[Inputs]:
    """The clips, each from −1 to 1. They are packed one behind the other in eight-bit µ-law."""
    if codes.dtype != np.uint8 or offsets.dtype != np.int64 or offsets.ndim != 1 or len(offsets) < 2:
        raise Damage(f"instead of packed clips it holds {codes.dtype} and {offsets.dtype} {offsets.shape}")
    ends: NDArray[np.int64] = offsets.astype(np.int64)
    if ends[0] != 0 or ends[-1] != len(codes) or np.any(np.diff(ends) <= 0):
        raise Damage("its clips do not lie one behind the other")
    # µ-law gives quiet sounds finer steps: |v| of the code stands for (256^|v| − 1) ÷ 255.
    level = np.arange(256, dtype=np.float64) / 127.5 - 1
    table = (np.sign(level) * (256.0 ** np.abs(level) - 1) / 255).astype(np.float32)
    sound: Inputs = table[codes.astype(np.intp)]
    return [sound[start:end] for start, end in pairwise(ends.tolist())]


def spectrogram(clip: Inputs) -> Inputs:
    """How loud each pitch is at each moment: (32 bands from low to high, 64 moments), from 0 (silent) to 1 (loudest).

    The first 1.02 seconds count; silence precedes a shorter clip, so that all end together. The bands are equally
    wide on the mel scale, on which steps sound equally large: mel = 2595 · log₁₀(1 + f ÷ 700) (O'Shaughnessy 1987).
    """
    padded = np.zeros((FRAMES - 1) * HOP + WINDOW, np.float32)
    heard = clip[: len(padded)]
    padded[len(padded) - len(heard) :] = heard
    moments = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(moments, axis=1)) ** 2
    loudness = np.log10(power @ _bands().T + 1e-12)
    return np.clip((loudness - loudness.max()) / DECADES + 1, 0, 1).T.astype(np.float32)


@cache
def _bands() -> NDArray[np.float64]:
    """The share that each of the 129 frequencies has in each band: triangles that overlap by half."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)
    low, middle, high = (hertz[start : start + BANDS, np.newaxis] for start in (0, 1, 2))
    rising, falling = (frequencies - low) / (middle - low), (high - frequencies) / (high - middle)
    shares = np.clip(np.minimum(rising, falling), 0, None)
    # A band narrower than the step between two frequencies takes the nearest one.
    nearest = np.abs(frequencies - middle).argmin(axis=1)
    empty = shares.sum(axis=1) == 0
    shares[empty, nearest[empty]] = 1
    return shares


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


HEARTBEATS = register(
    DataSet(
        key="heartbeats",
        title="Heartbeats",
        summary="One beat of an electrocardiogram, 256 values: 6,195 to learn from, 1,000 to test. For learning only.",
        sample_shape=(1, BEAT),
        classes=("Normal", "Left block", "Right block", "Atrial", "Ventricular"),
        target_shape=(),
        options=(),
        source="G. Moody and R. Mark (2001), MIT-BIH Arrhythmia Database, PhysioNet; ODC-By 1.0.",
        loader=_load_heartbeats,
        group="Series",
    )
)

HEARTBEATS_BY_PERSON = register(
    DataSet(
        key="heartbeats_by_person",
        title="Heartbeats by person",
        summary="Learnt from the beats of some people, tested on others: 6,195 and 1,700. The honest test.",
        sample_shape=HEARTBEATS.sample_shape,
        classes=HEARTBEATS.classes,
        target_shape=(),
        options=(),
        source=HEARTBEATS.source,
        loader=_load_heartbeats_by_person,
        group="Series",
    )
)

SPOKEN_DIGITS = register(
    DataSet(
        key="spoken_digits",
        title="Spoken digits",
        summary="Words from zero to nine, as 32 bands of pitch over 64 moments: 2,400 to learn from, 300 to test.",
        sample_shape=(1, BANDS, FRAMES),
        classes=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        target_shape=(),
        options=(),
        source="Z. Jackson and others, Free Spoken Digit Dataset; CC BY-SA 4.0.",
        loader=_load_spoken_digits,
        group="Sound",
    )
)

SPOKEN_WAVES = register(
    DataSet(
        key="spoken_digits_waveform",
        title="Spoken digits, sound",
        summary="Words from zero to nine, as 8,192 values of sound each: 2,400 to learn from, 300 to test.",
        sample_shape=(1, WAVE),
        classes=SPOKEN_DIGITS.classes,
        target_shape=(),
        options=(),
        source=SPOKEN_DIGITS.source,
        loader=_load_spoken_waves,
        group="Sound",
        normalisation="Each recording: divided by its largest value, so that its loudest moment is 1 or −1.",
    )
)
