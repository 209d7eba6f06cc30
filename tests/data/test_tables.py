"""Tables: the rows of the file, standardised without a look at the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import assets
from playground.assets import asset
from playground.data import DataError, data_set, load
from playground.data.tables import standardise

TABLES = ("iris", "wine", "breast_cancer", "auto_mpg", "diabetes")
EVERY = pytest.mark.parametrize("key", TABLES)


def raw(key: str) -> tuple[np.ndarray, np.ndarray]:
    with np.load(asset("data/tabular.npz"), allow_pickle=False) as archive:
        return archive[f"{key}_x"].astype(np.float64), archive[f"{key}_y"]


def rows_of(key: str, x: np.ndarray) -> list[int]:
    """Which rows of the file these examples are: found by the order of the numbers in the first three columns."""
    file, _ = raw(key)
    samples = load(key)
    both = np.concatenate([samples.x_train, samples.x_test])[:, : file.shape[1]]
    scaled = (file - file.mean(axis=0)) / file.std(axis=0)
    usable = min(6, file.shape[1])
    # Standardising keeps each column's order and distances, so a straight line leads from one to the other.
    found: list[int] = []
    fits = [np.polyfit(np.sort(both[:, column]), np.sort(scaled[:, column]), 1) for column in range(usable)]
    for row in x:
        wanted = [np.polyval(fit, row[column]) for column, fit in enumerate(fits)]
        found.append(int(np.abs(scaled[:, :usable] - wanted).max(axis=1).argmin()))
    return found


@EVERY
def test_every_row_of_the_file_is_in_one_part_with_its_own_target(key: str) -> None:
    samples, (_, targets) = load(key), raw(key)
    train, test = rows_of(key, samples.x_train), rows_of(key, samples.x_test)
    assert len(train) + len(test) == len(targets)
    assert len(test) == round(len(targets) / 5)
    values = [samples.y_train, samples.y_test]
    if not data_set(key).classes:
        values = [samples.scale.in_unit(np.ravel(y)) for y in values]
    np.testing.assert_allclose(targets[train], values[0], rtol=1e-4)
    np.testing.assert_allclose(targets[test], values[1], rtol=1e-4)


@EVERY
def test_training_features_have_mean_0_and_spread_1(key: str) -> None:
    x = load(key).x_train.astype(np.float64)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-5)


def test_the_test_examples_play_no_part_in_the_normalisation() -> None:
    train = np.array([[1, 7], [3, 7]], np.float32)
    test = np.array([[5, 8], [1000, 7]], np.float32)
    small, other = standardise(train, test)
    np.testing.assert_allclose(small, [[-1, 0], [1, 0]])
    np.testing.assert_allclose(other, [[3, 1], [998, 0]])


@pytest.mark.parametrize("key", ["iris", "wine", "breast_cancer"])
def test_classes_are_in_proportion_in_both_parts(key: str) -> None:
    samples = load(key)
    shares = [np.bincount(y) / len(y) for y in (samples.y_train, samples.y_test)]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.03)


@EVERY
def test_every_feature_has_a_name_of_its_own(key: str) -> None:
    described = data_set(key)
    assert described.sample_shape == (len(described.features),)
    assert len(set(described.features)) == len(described.features)
    assert "learnt from all examples but those for testing" in described.normalisation


def test_the_petal_length_tells_setosa_apart() -> None:
    samples = load("iris")
    petal = samples.x_train[:, data_set("iris").features.index("petal length")]
    assert petal[samples.y_train == 0].max() < petal[samples.y_train != 0].min()


def test_the_origin_of_a_car_is_three_columns_of_which_one_is_set() -> None:
    samples = load("auto_mpg")
    origins = samples.x_train[:, -3:]
    is_set = origins > origins.mean(axis=0)
    assert np.all(is_set.sum(axis=1) == 1)
    japanese = samples.y_train[is_set[:, 2]].mean()
    american = samples.y_train[is_set[:, 0]].mean()
    assert japanese > american


def test_values_are_labelled_in_their_unit() -> None:
    samples = load("auto_mpg")
    label = data_set("auto_mpg").label(0, samples.scale.in_unit(samples.y_test[0]))
    assert label.endswith(" mpg")
    assert 9 <= float(label.removesuffix(" mpg")) <= 47


DAMAGED: list[tuple[dict[str, Any], str]] = [
    ({"iris_x": np.zeros((150, 5), np.float32)}, "instead of rows of 4 numbers it holds float32"),
    ({"iris_x": np.full((150, 4), np.nan, np.float32)}, "a number of its table is missing"),
    ({"iris_y": np.zeros(3, np.uint8)}, "numbers of rows and targets differ"),
    ({"iris_y": np.full(150, 9, np.uint8)}, "has a label 9"),
]


@pytest.mark.parametrize(("changes", "complaint"), DAMAGED)
def test_a_damaged_file_is_described(
    changes: dict[str, Any], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with np.load(asset("data/tabular.npz"), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    (tmp_path / "data").mkdir()
    np.savez(tmp_path / "data" / "tabular.npz", **(arrays | changes))
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path,))
    with pytest.raises(DataError, match=complaint):
        data_set("iris").loader(noise=0, samples=0, seed=0)
