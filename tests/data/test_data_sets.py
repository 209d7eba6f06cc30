"""The registry of data sets, and what holds for every one of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from playground.data import GROUPS, DataError, DataSet, all_data_sets, data_set, fitted, load, register
from playground.data.archives import ARCHIVES

HERE = [described for described in all_data_sets() if described.key not in ARCHIVES]
LEARNABLE = [described for described in HERE if not described.is_gallery]
GALLERIES = pytest.mark.parametrize(
    "described",
    [described for described in all_data_sets() if described.is_gallery],
    ids=lambda described: described.key,
)
EVERY = pytest.mark.parametrize("described", HERE, ids=lambda described: described.key)
ANY = pytest.mark.parametrize("described", all_data_sets(), ids=lambda described: described.key)


def test_the_data_sets_in_the_order_of_a_menu() -> None:
    keys = [described.key for described in all_data_sets()]
    assert keys == [
        *("mnist", "fashion_mnist", "digits8x8", "doodles", "clothing", "spoken_digits", "spoken_digits_waveform"),
        *("heartbeats", "heartbeats_by_person", "co2", "sunspots"),
        *("iris", "wine", "breast_cancer", "auto_mpg", "diabetes"),
        *("circle", "xor", "gauss", "spiral", "moons", "three_clouds", "rings", "three_spirals", "plane", "hills"),
        *("mnist_full", "fashion_mnist_full", "cifar10"),
        *("mazur", "imagenet", "random_numbers"),
    ]
    groups = [described.group for described in all_data_sets()]
    assert ("Your own", *dict.fromkeys(groups)) == GROUPS


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
        ({"group": "Fishes"}, "in a group that does not exist: Fishes"),
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


@pytest.mark.parametrize("described", [each for each in LEARNABLE if each.classes], ids=lambda each: each.key)
def test_every_class_occurs_in_training_and_test_and_no_other(described: DataSet) -> None:
    samples = load(described.key)
    for y in (samples.y_train, samples.y_test):
        assert set(y.tolist()) == set(range(len(described.classes)))


@pytest.mark.parametrize("described", LEARNABLE, ids=lambda each: each.key)
def test_outputs_fit_a_last_layer(described: DataSet) -> None:
    samples = load(described.key)
    if described.classes:
        assert described.outputs == samples.y_train.max() + 1 == len(set(described.classes))
    else:
        assert described.outputs == samples.y_train[0].size


@ANY
def test_texts_for_a_learner(described: DataSet) -> None:
    for text in (described.summary, described.source):
        assert text.endswith(".")
        assert text[0].isupper()
        assert len(text) <= 120
    assert len(described.title) <= 20
    assert all(0 < len(name) <= (12 if not described.is_gallery else 130) for name in described.classes)


@EVERY
def test_options_are_those_that_change_the_samples(described: DataSet) -> None:
    plain = load(described.key)
    noisier = load(described.key, noise=0.5)
    more = load(described.key, samples=800)
    assert (len(more.x_train) != len(plain.x_train)) == ("samples" in described.options)
    same = np.array_equal(noisier.x_train, plain.x_train) and np.array_equal(noisier.y_train, plain.y_train)
    assert same != ("noise" in described.options)


# ---- what a network is told about them


def test_an_input_must_have_the_shape_of_the_examples() -> None:
    assert data_set("mnist").fits((1, 28, 28))
    assert not data_set("mnist").fits((1, 32, 32))
    assert not data_set("mnist").fits((784,))


def test_photographs_fit_inputs_of_any_size_in_colour_and_grey() -> None:
    photographs = data_set("imagenet")
    assert all(photographs.fits(shape) for shape in [(3, 224, 224), (3, 299, 299), (1, 572, 572)])
    assert not any(photographs.fits(shape) for shape in [(4, 224, 224), (3, 224), (150_528,)])


@pytest.mark.parametrize(("shape", "is_grey"), [((3, 227, 227), False), ((1, 64, 96), True), ((3, 224, 224), False)])
def test_a_photograph_is_scaled_to_the_input(shape: tuple[int, int, int], is_grey: bool) -> None:
    picture = load("imagenet").x_test[2]
    fits = fitted(picture, shape)
    assert fits.shape == shape
    assert fits.mean() == pytest.approx(picture.mean(), abs=0.01)
    if is_grey:
        whole = fitted(picture, (1, 224, 224))
        np.testing.assert_allclose(whole[0], picture.mean(axis=0), rtol=1e-6)


@GALLERIES
def test_the_examples_of_a_gallery_have_names(described: DataSet) -> None:
    samples = load(described.key)
    assert len(described.examples) == len(samples.x_test)
    assert len(set(described.examples)) == len(described.examples)
    assert described.label(1, samples.y_test[1]) == described.examples[1]


def test_labels_of_examples_are_classes_or_values() -> None:
    assert data_set("fashion_mnist").label(0, np.array(9)) == "Ankle boot"
    assert data_set("mazur").label(0, np.array([0.01, 0.99], dtype=np.float32)) == "0.01, 0.99"


def test_the_photographs_have_the_nearest_class_of_imagenet() -> None:
    described, samples = data_set("imagenet"), load("imagenet")
    classes = [described.classes[number] for number in samples.y_test]
    named = dict(zip(described.examples, classes, strict=True))
    assert named["Cat"] == "tabby, tabby cat"
    assert named["Coffee"] == "espresso"
    assert named["Brick wall"] == "stone wall"
