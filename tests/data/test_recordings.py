"""Heartbeats and spoken digits: curves as recorded, and spectrograms that show what was said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import assets
from playground.assets import asset
from playground.data import DataError, Inputs, data_set, load, split
from playground.data.recordings import BANDS, FRAMES, HOP, RATE, WAVE, WINDOW, spectrogram, waveform


def tone(hertz: float, seconds: float = 1.0) -> Inputs:
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE).astype(np.float32)


def mel(hertz: float) -> float:
    return 1127.01048 * np.log(1 + hertz / 700)


def test_heartbeats_are_those_of_the_file_in_millivolts() -> None:
    samples = load("heartbeats")
    with np.load(asset("data/heartbeats.npz"), allow_pickle=False) as archive:
        np.testing.assert_allclose(samples.x_test[:, 0] * 1000, archive["x_test"], rtol=1e-5)
        np.testing.assert_array_equal(samples.y_test, archive["y_test"])
    assert len(samples.x_train) == 6195


def test_the_high_point_of_a_normal_beat_is_where_it_was_cut() -> None:
    """The R peak, in which the heart's chambers contract, lies at value 160."""
    samples = load("heartbeats")
    normal = samples.x_test[samples.y_test == 0, 0].mean(axis=0)
    assert abs(int(normal.argmax()) - 160) <= 2


def test_a_spectrogram_has_32_bands_and_64_moments_between_silence_and_the_loudest() -> None:
    picture = spectrogram(tone(440))
    assert picture.shape == (BANDS, FRAMES)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() == 1


@pytest.mark.parametrize("hertz", [300.0, 1000.0, 2000.0, 3500.0])
def test_a_tone_is_loudest_in_the_band_of_its_pitch(hertz: float) -> None:
    edges = np.linspace(mel(100), mel(4000), BANDS + 2)
    expected = int(np.abs(edges[1:-1] - mel(hertz)).argmin())
    loudest = spectrogram(tone(hertz))[:, 10:50].argmax(axis=0)
    assert np.all(np.abs(loudest - expected) <= 1)


def test_silence_precedes_a_short_clip_and_a_long_one_is_cut() -> None:
    short = spectrogram(tone(1000, 0.5))
    start = FRAMES - int(0.5 * RATE) // HOP
    assert short[:, start + 3 :].max(axis=0).min() > 0.9
    assert short[:, : start - 2].max() == 0
    long = tone(1000, 3.0)
    np.testing.assert_array_equal(spectrogram(long), spectrogram(long[: (FRAMES - 1) * HOP + WINDOW]))


def test_how_loudly_someone_speaks_does_not_matter() -> None:
    np.testing.assert_allclose(spectrogram(tone(700) * np.float32(0.1)), spectrogram(tone(700)), atol=2e-3)


def test_six_ends_in_a_hiss_and_zero_does_not() -> None:
    """An s is high: the upper bands sound with it."""
    samples = load("spoken_digits")
    high = samples.x_train[:, 0, 24:].max(axis=(1, 2))
    assert high[samples.y_train == 6].mean() > high[samples.y_train == 1].mean() + 0.05


def test_every_digit_is_spoken_equally_often() -> None:
    samples = load("spoken_digits")
    assert np.bincount(samples.y_train).tolist() == [240] * 10
    assert np.bincount(samples.y_test).tolist() == [30] * 10


DAMAGED: list[tuple[str, dict[str, Any], str]] = [
    ("heartbeats", {"x_train": np.zeros((6195, 100), np.int16)}, "instead of curves of 256 values it holds int16"),
    ("heartbeats", {"y_test": np.zeros(3, np.uint8)}, "numbers of recordings and labels differ"),
    ("spoken_digits", {"test_offsets": np.array([0, 9], np.int64)}, "clips do not lie one behind the other"),
    ("spoken_digits", {"train_mulaw": np.zeros(9, np.float32)}, "instead of packed clips it holds float32"),
]


@pytest.mark.parametrize(("key", "changes", "complaint"), DAMAGED)
def test_a_damaged_file_is_described(
    key: str, changes: dict[str, Any], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with np.load(asset(f"data/{key}.npz"), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    (tmp_path / "data").mkdir()
    np.savez(tmp_path / "data" / f"{key}.npz", **(arrays | changes))
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path,))
    with pytest.raises(DataError, match=complaint):
        data_set(key).loader(noise=0, samples=0, seed=0)


@pytest.mark.parametrize("key", ["heartbeats", "spoken_digits", "imagenet"])
def test_a_shipped_file_that_is_gone(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path / "assets",))
    with pytest.raises(DataError, match="missing"):
        data_set(key).loader(noise=0, samples=0, seed=0)


def test_beats_by_person_are_tested_on_people_who_were_not_learnt_from() -> None:
    described, samples = data_set("heartbeats_by_person"), load("heartbeats_by_person")
    with np.load(asset("data/heartbeats.npz"), allow_pickle=False) as archive:
        np.testing.assert_allclose(samples.x_test[:, 0] * 1000, archive["x_test_new_patients"], rtol=1e-5)
        np.testing.assert_array_equal(samples.y_test, archive["y_test_new_patients"])
        np.testing.assert_array_equal(samples.belongs_to, archive["record_train"])
        assert not set(archive["record_train"].tolist()) & set(archive["record_test_new_patients"].tolist())
    assert described.classes == data_set("heartbeats").classes


def test_validation_by_person_holds_back_whole_recordings() -> None:
    samples = load("heartbeats_by_person")
    assert samples.belongs_to is not None
    of = {row.tobytes(): int(record) for row, record in zip(samples.x_train, samples.belongs_to, strict=True)}
    parts = split(samples, validation_fraction=0.2, seed=0)
    learnt, held = ({of[row.tobytes()] for row in part} for part in (parts.x_train, parts.x_validation))
    assert not learnt & held
    assert 0.1 < len(parts.x_validation) / len(samples.x_train) < 0.3


def test_a_waveform_is_the_recording_itself_as_loud_as_can_be() -> None:
    samples = load("spoken_digits_waveform")
    assert samples.x_train.shape == (2400, 1, WAVE)
    np.testing.assert_array_equal(samples.y_test, load("spoken_digits").y_test)
    np.testing.assert_allclose(np.abs(samples.x_test).max(axis=(1, 2)), 1)
    again, shown = spectrogram(samples.x_test[7, 0]), load("spoken_digits").x_test[7, 0]
    np.testing.assert_allclose(again, shown, atol=1e-4, err_msg="the spectrogram shows the same sound")


def test_silence_precedes_a_short_waveform_and_a_long_one_is_cut() -> None:
    short = waveform(np.full(100, -0.25, np.float32))
    assert not short[: WAVE - 100].any()
    assert (short[WAVE - 100 :] == -1).all()
    assert waveform(np.arange(10_000, dtype=np.float32))[-1] == 1
    assert not waveform(np.zeros(50, np.float32)).any()
