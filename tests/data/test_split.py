"""Dividing samples: nothing lost, nothing twice, classes in proportion, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import DataError, Samples, Split, Targets, divide, load, split
from playground.data.split import stratified_order


def numbered(labels: list[int] | Targets) -> Samples:
    """Samples whose input is their own number, so that a test sees where each one went."""
    y = np.asarray(labels, dtype=np.int64)
    x = np.arange(len(y), dtype=np.float32)[:, np.newaxis]
    return Samples(x, y, x[:3] + 1000, y[:3])


def regression(count: int) -> Samples:
    x = np.arange(count, dtype=np.float32)[:, np.newaxis]
    y = np.stack([np.arange(count), -np.arange(count)], axis=1).astype(np.float32)
    return Samples(x, y, x, y)


def numbers(part: object) -> list[int]:
    return np.asarray(part)[:, 0].astype(int).tolist()


TEN_CLASSES = np.arange(1000) % 10


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.25, 0.5, 0.9])
def test_every_sample_is_in_exactly_one_part(fraction: float) -> None:
    parts = split(numbered(TEN_CLASSES), validation_fraction=fraction, seed=0)
    assert sorted(numbers(parts.x_train) + numbers(parts.x_validation)) == list(range(1000))
    assert len(parts.x_validation) == round(fraction * 1000)


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_inputs_keep_their_targets(kind: str) -> None:
    samples = numbered(TEN_CLASSES) if kind == "classes" else regression(1000)
    parts = split(samples, validation_fraction=0.2, train_size=300, seed=4)
    for x, y in ((parts.x_train, parts.y_train), (parts.x_validation, parts.y_validation)):
        np.testing.assert_array_equal(y, samples.y_train[numbers(x)])


def test_test_samples_stay_as_they_are() -> None:
    samples = load("mnist")
    parts = split(samples, validation_fraction=0.1, seed=0)
    assert parts.x_test is samples.x_test
    assert parts.y_test is samples.y_test


@pytest.mark.parametrize("key", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize("train_size", [0, 500])
def test_classes_keep_their_proportions(key: str, train_size: int) -> None:
    samples = load(key)
    parts = split(samples, validation_fraction=0.1, train_size=train_size, seed=1)
    shares = np.bincount(samples.y_train) / len(samples.y_train)
    for labels in (parts.y_train, parts.y_validation):
        counts = np.bincount(labels, minlength=10)
        assert np.abs(counts - shares * len(labels)).max() <= 2


def test_a_small_training_set_has_every_class() -> None:
    parts = split(load("mnist"), validation_fraction=0.1, train_size=20, seed=0)
    assert len(parts.y_train) == 20
    assert np.bincount(parts.y_train, minlength=10).min() >= 1


def test_a_rare_class_is_shared_out() -> None:
    parts = split(numbered([0] * 900 + [1] * 100), validation_fraction=0.2, seed=3)
    assert np.bincount(parts.y_validation).tolist() == [180, 20]
    assert np.bincount(parts.y_train).tolist() == [720, 80]


def test_samples_are_shuffled() -> None:
    parts = split(numbered(TEN_CLASSES), validation_fraction=0, seed=0)
    assert numbers(parts.x_train) != sorted(numbers(parts.x_train))
    runs = np.count_nonzero(np.diff(parts.y_train))
    assert 850 < runs < 950, "neighbours differ in nine cases out of ten, as when the order is random"


def equal(one: Split, other: Split) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Split.__dataclass_fields__)


def test_the_seed_decides() -> None:
    samples = numbered(TEN_CLASSES)
    first, again, other = (split(samples, validation_fraction=0.1, seed=seed) for seed in (7, 7, 8))
    assert equal(first, again)
    assert not equal(first, other)
    assert set(numbers(first.x_validation)) != set(numbers(other.x_validation))


def test_a_smaller_training_set_is_part_of_a_larger_and_keeps_the_validation() -> None:
    samples = numbered(TEN_CLASSES)
    small, large, whole = (split(samples, validation_fraction=0.1, train_size=size, seed=2) for size in (50, 400, 0))
    assert len(small.x_train) == 50
    assert len(large.x_train) == 400
    assert len(whole.x_train) == 900
    assert set(numbers(small.x_train)) < set(numbers(large.x_train)) < set(numbers(whole.x_train))
    assert numbers(small.x_validation) == numbers(large.x_validation) == numbers(whole.x_validation)


@pytest.mark.parametrize("size", [900, 901, 10**9])
def test_a_training_size_beyond_what_there_is_means_all(size: int) -> None:
    parts = split(numbered(TEN_CLASSES), validation_fraction=0.1, train_size=size, seed=2)
    assert len(parts.x_train) == 900


def test_one_sample_is_for_training_and_validation_is_empty() -> None:
    parts = split(load("mazur"), validation_fraction=0.1, seed=0)
    assert parts.x_train.shape == (1, 2)
    assert parts.y_train.tolist() == load("mazur").y_train.tolist()
    assert parts.x_validation.shape == (0, 2)
    assert parts.y_validation.shape == (0, 2)
    assert parts.x_test.shape == (1, 2)


@pytest.mark.parametrize(("count", "fraction", "held"), [(2, 0.1, 1), (2, 0.99, 1), (3, 0.01, 1), (10, 0.99, 9)])
def test_few_samples_leave_at_least_one_on_each_side(count: int, fraction: float, held: int) -> None:
    for samples in (numbered([0] * count), regression(count)):
        parts = split(samples, validation_fraction=fraction, seed=0)
        assert len(parts.x_validation) == held
        assert len(parts.x_train) == count - held


def test_parts_are_read_only() -> None:
    parts = split(numbered(TEN_CLASSES), validation_fraction=0.1, seed=0)
    for array in (parts.x_train, parts.y_train, parts.x_validation, parts.y_validation):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 1.5, 10, float("nan"), float("inf")])
def test_a_fraction_that_cannot_be(fraction: float) -> None:
    with pytest.raises(DataError, match=r"validation fraction is .* from 0"):
        split(numbered(TEN_CLASSES), validation_fraction=fraction, seed=0)


def test_sizes_and_seeds_that_cannot_be() -> None:
    with pytest.raises(DataError, match="training size is -1"):
        split(numbered(TEN_CLASSES), validation_fraction=0.1, train_size=-1, seed=0)
    with pytest.raises(DataError, match="seed is -5"):
        split(numbered(TEN_CLASSES), validation_fraction=0.1, seed=-5)


def test_every_stretch_of_the_stratified_order_is_in_proportion() -> None:
    labels = np.array([0] * 600 + [1] * 300 + [2] * 100)
    order = stratified_order(labels, np.random.default_rng(0))
    assert sorted(order.tolist()) == list(range(1000))
    for first in range(0, 1000, 50):
        counts = np.bincount(labels[order[first : first + 50]], minlength=3)
        assert np.abs(counts - np.array([30, 15, 5])).max() <= 1


# ---- examples that belong together


def from_recordings(sizes: list[int]) -> Samples:
    belongs_to = np.repeat(np.arange(len(sizes)), sizes)
    x = np.arange(len(belongs_to), dtype=np.float32)[:, np.newaxis]
    return Samples(x, np.arange(len(x)) % 2, x[:3], np.array([0, 1, 0]), belongs_to=belongs_to)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.8])
def test_all_examples_of_one_recording_are_in_the_same_part(seed: int, fraction: float) -> None:
    samples = from_recordings([30, 50, 20, 40, 60])
    assert samples.belongs_to is not None
    parts = split(samples, validation_fraction=fraction, seed=seed)
    learnt, held = numbers(parts.x_train), numbers(parts.x_validation)
    assert sorted(learnt + held) == list(range(200))
    assert not set(samples.belongs_to[learnt]) & set(samples.belongs_to[held])
    assert learnt
    assert held


def test_validation_by_recordings_is_about_as_large_as_wanted() -> None:
    parts = split(from_recordings([10] * 20), validation_fraction=0.25, seed=3)
    assert len(parts.x_validation) == 50


def test_fewer_examples_leave_validation_by_recordings_as_it_is() -> None:
    samples = from_recordings([30, 50, 20, 40, 60])
    everything = split(samples, validation_fraction=0.3, seed=1)
    few = split(samples, validation_fraction=0.3, train_size=25, seed=1)
    assert numbers(few.x_validation) == numbers(everything.x_validation)
    assert set(numbers(few.x_train)) < set(numbers(everything.x_train))
    assert len(few.x_train) == 25


def test_without_validation_every_recording_is_learnt_from() -> None:
    assert len(split(from_recordings([3, 4]), validation_fraction=0, seed=0).x_train) == 7


def test_a_single_recording_cannot_be_divided() -> None:
    parts = split(from_recordings([12]), validation_fraction=0.5, seed=0)
    assert (len(parts.x_train), len(parts.x_validation)) == (12, 0)


# ---- folds and wrong labels


@pytest.mark.parametrize("folds", [2, 3, 10])
def test_each_sample_is_held_back_in_one_fold_only(folds: int) -> None:
    samples = numbered(TEN_CLASSES)
    held: list[int] = []
    for fold in range(1, folds + 1):
        parts = split(samples, validation_fraction=0.5, seed=3, folds=folds, fold=fold)
        assert sorted(numbers(parts.x_train) + numbers(parts.x_validation)) == list(range(1000))
        counts = np.bincount(parts.y_validation)
        assert counts.max() - counts.min() <= 2, "classes keep their proportions"
        held += numbers(parts.x_validation)
    assert sorted(held) == list(range(1000))


def test_folds_keep_what_belongs_together() -> None:
    samples = load("heartbeats_by_person")
    assert samples.belongs_to is not None
    seen: list[int] = []
    for fold in (1, 2, 3):
        parts = split(samples, validation_fraction=0.1, seed=0, folds=3, fold=fold)
        rows = {row.tobytes() for row in parts.x_validation}
        people = {int(p) for x, p in zip(samples.x_train, samples.belongs_to, strict=True) if x.tobytes() in rows}
        seen += sorted(people)
    assert len(seen) == len(set(seen)) == len(np.unique(samples.belongs_to))


def test_folds_of_a_series_are_stretches_with_a_gap_beside_them() -> None:
    x = np.arange(30, dtype=np.float32)[:, np.newaxis]
    samples = Samples(x, x, x[:2], x[:2], shared_steps=3)
    parts = split(samples, validation_fraction=0.1, seed=0, folds=3, fold=2)
    assert numbers(parts.x_validation) == list(range(10, 20))
    assert sorted(numbers(parts.x_train)) == [*range(8), *range(22, 30)]


@pytest.mark.parametrize(("folds", "fold"), [(1, 1), (3, 4), (3, 0), (101, 1), (20, 1)])
def test_folds_that_cannot_be_are_refused(folds: int, fold: int) -> None:
    with pytest.raises(DataError, match="folds"):
        split(numbered([0, 1] * 5), validation_fraction=0.1, seed=0, folds=folds, fold=fold)


def test_wrong_labels_are_as_many_as_asked_for_and_never_the_right_one() -> None:
    samples = numbered(TEN_CLASSES)
    right = split(samples, validation_fraction=0.2, seed=0)
    noisy = split(samples, validation_fraction=0.2, seed=0, label_noise=0.25)
    np.testing.assert_array_equal(noisy.x_train, right.x_train)
    assert int((noisy.y_train != right.y_train).sum()) == 200
    assert set(noisy.y_train.tolist()) <= set(range(10))
    np.testing.assert_array_equal(noisy.y_validation, right.y_validation)
    everything = split(samples, validation_fraction=0.2, seed=0, label_noise=1.0)
    assert not (everything.y_train == right.y_train).any()


def test_values_have_no_labels_to_be_wrong() -> None:
    samples = regression(50)
    plain, noisy = (split(samples, validation_fraction=0.2, seed=0, label_noise=part) for part in (0.0, 0.5))
    np.testing.assert_array_equal(plain.y_train, noisy.y_train)


def test_more_wrong_labels_than_all_are_refused() -> None:
    with pytest.raises(DataError, match="wrong labels"):
        split(numbered([0, 1] * 5), validation_fraction=0.1, seed=0, label_noise=1.5)


@pytest.mark.parametrize("key", ["iris", "heartbeats_by_person", "co2"])
def test_which_example_goes_where_can_be_known_without_copying_any(key: str) -> None:
    samples, settings = load(key), {"validation_fraction": 0.2, "seed": 3, "train_size": 70, "label_noise": 0.3}
    divided, parts = divide(samples, **settings), split(samples, **settings)  # pyright: ignore[reportArgumentType]
    np.testing.assert_array_equal(samples.x_train[divided.train], parts.x_train)
    np.testing.assert_array_equal(samples.y_train[divided.validation], parts.y_validation)
    np.testing.assert_array_equal(divided.y_train, parts.y_train)
    everywhere = np.concatenate([divided.train, divided.validation, divided.left_out])
    np.testing.assert_array_equal(np.sort(everywhere), np.arange(len(samples.y_train)))
    truth = samples.y_train[divided.train]
    if truth.ndim == 1:
        np.testing.assert_array_equal(np.flatnonzero(divided.y_train != truth), divided.wrong)
        assert len(divided.wrong) == round(0.3 * len(truth))
    else:
        assert len(divided.wrong) == 0, "there is no wrong class where there are no classes"
