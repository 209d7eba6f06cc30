"""A data set from a table: what is predicted from what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from playground.data import DataError, data_set, load
from playground.data.own import likely_choice, read_table, table_key
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.schema import from_text, to_text


def _file(folder: Path, rows: int = 40) -> Path:
    rng = np.random.default_rng(1)
    lines = ["size,colour,weight,kind"]
    for number in range(rows):
        kind = "heavy" if number % 2 else "light"
        lines.append(f"{rng.normal():.4f},{('red', 'blue')[number % 4 // 2]},{number},{kind}")
    file = folder / "things.csv"
    file.write_text("\n".join(lines))
    return file


def test_the_likeliest_choice_predicts_the_last_column_of_words(tmp_path: Path) -> None:
    choice = likely_choice(read_table(_file(tmp_path)))
    assert choice.target == "kind"
    assert choice.classes == ("heavy", "light")
    described = data_set(table_key(choice))
    assert described.features == ("size", "colour = blue", "colour = red", "weight")
    assert described.sample_shape == (4,)
    assert described.group == "Your own"


def test_examples_are_standardised_by_those_to_learn_from_and_divided(tmp_path: Path) -> None:
    samples = load(table_key(likely_choice(read_table(_file(tmp_path)))))
    assert samples.x_train.shape == (32, 4)
    assert samples.x_test.shape == (8, 4)
    np.testing.assert_allclose(samples.x_train.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(samples.x_train.std(axis=0), 1, atol=1e-5)
    assert set(samples.y_train.tolist()) == {0, 1}
    assert np.bincount(samples.y_test).tolist() == [4, 4]  # both kinds in proportion


def test_a_value_is_predicted_in_its_unit(tmp_path: Path) -> None:
    choice = likely_choice(read_table(_file(tmp_path)), "weight", as_classes=False)
    samples = load(table_key(choice))
    assert data_set(table_key(choice)).target_shape == (1,)
    both = np.concatenate([samples.y_train, samples.y_test]).astype(np.float32)
    assert sorted(np.round(samples.scale.in_unit(both)).ravel().tolist()) == list(range(40))


def test_few_whole_numbers_are_likelier_classes(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,stars\n" + "\n".join(f"{n}.5,{n % 3}" for n in range(12)))
    assert likely_choice(read_table(file)).classes == ("0", "1", "2")


def test_rows_with_gaps_are_left_out_or_filled_with_the_mean(tmp_path: Path) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text("a,b,kind\n" + "\n".join(f"{'' if n == 3 else n},{n * 2},{'xy'[n % 2]}" for n in range(20)))
    choice = likely_choice(read_table(file))
    samples = load(table_key(choice))
    assert len(samples.x_train) + len(samples.x_test) == 19
    filled = load(table_key(msgspec.structs.replace(choice, missing="mean")))
    assert len(filled.x_train) + len(filled.x_test) == 20
    assert np.isfinite(filled.x_train).all()
    assert np.isfinite(filled.x_test).all()


def test_nan_and_infinity_count_as_gaps_in_what_goes_in_and_in_what_is_predicted(tmp_path: Path) -> None:
    file = tmp_path / "nan.csv"
    rows = [f"{'inf' if n == 2 else n},{'NaN' if n % 5 == 0 else n * 1.5}" for n in range(20)]
    file.write_text("\n".join(["a,b", *rows]))
    samples = load(table_key(likely_choice(read_table(file), "b", as_classes=False)))
    assert len(samples.y_train) + len(samples.y_test) == 15
    for array in (samples.x_train, samples.y_train, samples.x_test, samples.y_test):
        assert np.isfinite(array).all()


def test_one_class_only_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("a,kind\n" + "\n".join(f"{n},same" for n in range(9)))
    with pytest.raises(DataError, match="one class"):
        load(table_key(msgspec.structs.replace(likely_choice(read_table(file), "kind"), classes=("same",))))


def test_a_table_of_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "text.csv"
    file.write_text("note\n" + "\n".join(f"word{n}" for n in range(300)))
    with pytest.raises(DataError, match="Two are needed"):
        likely_choice(read_table(file))


def test_a_column_that_now_holds_words_is_named_with_the_first(tmp_path: Path) -> None:
    file = _file(tmp_path)
    key = table_key(likely_choice(read_table(file)))
    file.write_text(file.read_text().replace(",3,heavy", ",three,heavy", 1))
    with pytest.raises(DataError, match=r"“weight” of things\.csv holds words.*“three” in row 4"):
        data_set(key).loader(noise=0, samples=0, seed=0)


def test_a_column_that_is_gone_is_named(tmp_path: Path) -> None:
    file = _file(tmp_path)
    key = table_key(likely_choice(read_table(file)))
    file.write_text(file.read_text().replace("weight", "mass", 1))
    with pytest.raises(DataError, match="no column “weight”"):
        data_set(key).loader(noise=0, samples=0, seed=0)


def test_the_key_is_enough_to_know_the_data_set_without_its_file(tmp_path: Path) -> None:
    file = _file(tmp_path)
    key = table_key(likely_choice(read_table(file)))
    file.unlink()
    assert data_set(key).classes == ("heavy", "light")
    with pytest.raises(DataError, match=r"things\.csv cannot be read"):
        data_set(key).loader(noise=0, samples=0, seed=0)


def test_a_wide_table_fits_into_a_document_and_one_too_wide_is_refused(tmp_path: Path) -> None:
    def table(columns: int) -> Path:
        file = tmp_path / f"{columns}.csv"
        heading = [f"a long name for column number {number}" for number in range(columns)]
        rows = [",".join([str(row)] * columns + [f"kind {row % 2}"]) for row in range(8)]
        file.write_text("\n".join([",".join([*heading, "kind"]), *rows]))
        return file

    key = table_key(likely_choice(read_table(table(1000))))
    experiment = Experiment(data=DataSettings(name=key))
    assert from_text(to_text(experiment, 0))[0] == experiment
    with pytest.raises(DataError, match="too many columns"):
        table_key(likely_choice(read_table(table(5000))))


@pytest.mark.parametrize("written", ["table:", "table:{}", 'table:{"path":3}', "table:[1]"])
def test_a_description_that_cannot_be_is_refused(written: str) -> None:
    with pytest.raises(DataError, match="Choose the table again"):
        data_set(written)
