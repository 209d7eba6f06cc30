"""The registry of data sets, and what holds for every one of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from playground.data import DataError, DataSet, all_data_sets, data_set, load, register

EVERY = pytest.mark.parametrize("described", all_data_sets(), ids=lambda described: described.key)


def test_the_data_sets_in_the_order_of_a_menu() -> None:
    keys = [described.key for described in all_data_sets()]
    assert keys == ["mnist", "fashion_mnist", "circle", "xor", "gauss", "spiral", "mazur"]


def test_a_data_set_is_found_by_its_key() -> None:
    assert data_set("mnist").title == "MNIST digits"


def test_an_unknown_key_lists_what_exists_and_guesses() -> None:
    with pytest.raises(DataError, match="no data set called “fashion-mnist”") as caught:
        data_set("fashion-mnist")
    assert "Did you mean “fashion_mnist”?" in str(caught.value)
    for described in all_data_sets():
        assert described.key in str(caught.value)


def test_an_unknown_key_that_resembles_nothing_gets_no_guess() -> None:
    with pytest.raises(DataError) as caught:
        data_set("penguins")
    assert "Did you mean" not in str(caught.value)


def test_a_key_used_twice_is_refused_and_changes_nothing() -> None:
    first = data_set("mnist")
    with pytest.raises(ValueError, match="key “mnist”"):
        register(dataclasses.replace(first, title="Other digits"))
    assert data_set("mnist") is first


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"classes": ()}, "either classes or a target shape"),
        ({"target_shape": (2,)}, "either classes or a target shape"),
        ({"options": ("noise", "colour")}, "options that do not exist: colour"),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(changes: dict[str, Any], complaint: str) -> None:
    fields: dict[str, Any] = {
        field.name: getattr(data_set("circle"), field.name) for field in dataclasses.fields(DataSet)
    }
    with pytest.raises(ValueError, match=complaint):
        DataSet(**(fields | changes))


@EVERY
def test_arrays_have_the_described_shapes_and_types(described: DataSet) -> None:
    samples = load(described.key)
    for x, y in ((samples.x_train, samples.y_train), (samples.x_test, samples.y_test)):
        assert len(x) == len(y) > 0
        assert x.dtype == np.float32
        assert x.shape[1:] == described.sample_shape
        assert y.dtype == (np.int64 if described.classes else np.float32)
        assert y.shape[1:] == described.target_shape
        assert np.all(np.isfinite(x))


@pytest.mark.parametrize("described", [each for each in all_data_sets() if each.classes], ids=lambda each: each.key)
def test_every_class_occurs_in_training_and_test_and_no_other(described: DataSet) -> None:
    samples = load(described.key)
    for y in (samples.y_train, samples.y_test):
        assert set(y.tolist()) == set(range(len(described.classes)))


@EVERY
def test_outputs_fit_a_last_layer(described: DataSet) -> None:
    samples = load(described.key)
    if described.classes:
        assert described.outputs == samples.y_train.max() + 1 == len(set(described.classes))
    else:
        assert described.outputs == samples.y_train[0].size


@EVERY
def test_texts_for_a_learner(described: DataSet) -> None:
    for text in (described.summary, described.source):
        assert text.endswith(".")
        assert text[0].isupper()
        assert len(text) <= 120
    assert len(described.title) <= 20
    assert all(0 < len(name) <= 12 for name in described.classes)


@EVERY
def test_options_are_those_that_change_the_samples(described: DataSet) -> None:
    plain = load(described.key)
    noisier = load(described.key, noise=0.5)
    more = load(described.key, samples=800)
    assert (len(more.x_train) != len(plain.x_train)) == ("samples" in described.options)
    same = np.array_equal(noisier.x_train, plain.x_train) and np.array_equal(noisier.y_train, plain.y_train)
    assert same != ("noise" in described.options)
