"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import __main__, __version__
from playground.__main__ import main
from playground.graph.edits import remove, set_params, update
from playground.graph.experiment import Base
from playground.graph.files import Saved, load, save
from playground.zoo import all_zoo_networks, zoo_experiment

REPOSITORY = Path(__file__).resolve().parents[1]

EPOCH_KEYS = {
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "seconds",
    "examples_per_second",
    "is_best",
}


def command(*arguments: str | Path, unimportable: Sequence[str] = ()) -> list[str]:
    """A new interpreter that runs the command, and cannot import some modules."""
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({tuple(unimportable)!r})); "
        f"from playground.__main__ import main; sys.exit(main({[str(argument) for argument in arguments]!r}))"
    )
    return [sys.executable, "-W", "error", "-c", program]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    """The JSON lines that a command prints; one line is given as it is."""
    assert main([str(argument) for argument in arguments]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return lines[0] if len(lines) == 1 else lines


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The one line on standard error of a command that fails."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as left:
        code = left.code
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1, printed.err
    return printed.err


@pytest.fixture
def circle(tmp_path: Path) -> Path:
    """A small experiment in a file."""
    experiment = zoo_experiment("circle")
    experiment = replace(experiment, data=replace(experiment.data, samples=60), seed=3)
    save(tmp_path / "circle.playground", Saved(experiment, sample=5))
    return tmp_path / "circle.playground"


# ---- zoo


def test_zoo_lists_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    names = answer(capsys, "zoo", "--json")
    assert names == [network.key for network in all_zoo_networks()]
    assert "lenet-5" in names


def test_zoo_for_people_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zoo"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(all_zoo_networks())
    assert lines[1].split()[:3] == ["lenet-5", "1998", "mnist"]


def test_zoo_needs_neither_torch_nor_qt() -> None:
    done = subprocess.run(
        command("zoo", "--json", unimportable=("torch", "PySide6", "pyqtgraph", "qtawesome")),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "lenet-5" in json.loads(done.stdout)


# ---- summary


@pytest.mark.parametrize("name", ["lenet-5", "LeNet5", "lenet 5"])
def test_summary_of_lenet(capsys: pytest.CaptureFixture[str], name: str) -> None:
    summary = answer(capsys, "summary", name, "--json")
    assert summary["parameters"] == 61_706
    assert summary["multiply_adds"] == 28 * 28 * 25 * 6 + 10 * 10 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 84 * 10
    assert summary["input_shape"] == [1, 28, 28]
    assert summary["output_shape"] == [10]
    assert summary["layers"][1] == {
        "id": "conv1",
        "type": "conv2d",
        "blocks": [],
        "output_shape": [6, 28, 28],
        "parameters": 156,
        "multiply_adds": 117_600,
        "activation_bytes": 6 * 28 * 28 * 4,
        "receptive_field": [5, 5],
    }
    assert summary["layers"][-1]["output_shape"] == []


@pytest.mark.parametrize("network", all_zoo_networks(), ids=lambda network: network.key)
def test_a_summary_adds_up(capsys: pytest.CaptureFixture[str], network: Any) -> None:
    summary = answer(capsys, "summary", network.key, "--json")
    for total in ("parameters", "multiply_adds", "activation_bytes"):
        assert sum(layer[total] for layer in summary["layers"]) == summary[total]
    assert {layer["id"] for layer in summary["layers"]} == {node.id for node in network.build()}


def test_summary_of_a_file(capsys: pytest.CaptureFixture[str], circle: Path) -> None:
    assert answer(capsys, "summary", circle, "--json")["parameters"] == 28


def test_summary_for_people_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "mazur"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Mazur 2-2-2"
    assert printed[3].split() == ["dense1", "Dense", "2", "6", "4", "8", "B", "all"]
    assert printed[-1].split() == ["together", "12", "8", "44", "B"]


def test_what_does_not_fit_the_data_is_noted_beside_the_summary(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    experiment = zoo_experiment("lenet-5")
    wide = replace(experiment, graph=set_params(experiment.graph, "fc3", {"out_features": 12}))
    save(tmp_path / "wide.playground", Saved(wide))
    assert main(["summary", str(tmp_path / "wide.playground"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["output_shape"] == [12]
    assert "12 outputs, but MNIST digits has 10 classes" in printed.err


def test_summary_of_a_network_that_cannot_compute(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    experiment = zoo_experiment("lenet-5")
    broken = replace(experiment, graph=remove(experiment.graph, ["flatten"]))
    save(tmp_path / "broken.playground", Saved(broken))
    line = complaint(capsys, "summary", tmp_path / "broken.playground", "--json")
    assert "broken.playground cannot compute: fc1 has nothing to work on yet" in line


# ---- train


def test_training_prints_a_line_per_epoch_and_saves(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.playground"
    assert main(["train", str(circle), "--epochs", "3", "--json", "--save", str(out)]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert all(set(line) >= EPOCH_KEYS for line in lines)
    assert ["test_accuracy" in line for line in lines] == [False, False, True]
    assert 0 <= lines[-1]["test_accuracy"] <= 1
    assert "Finished after 3 epochs" in printed.err
    saved = load(out)
    assert saved.experiment.graph == load(circle).experiment.graph
    assert saved.sample == 5
    assert set(saved.weights) == {f"fc{number}.{name}" for number in (1, 2, 3) for name in ("weight", "bias")}
    np.testing.assert_allclose(saved.history["epochs"][:, 1], [line["train_loss"] for line in lines])


def test_training_in_two_goes_is_training_in_one(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    """Bit for bit, through files."""
    one, two = tmp_path / "one.playground", tmp_path / "two.playground"
    whole = answer(capsys, "train", circle, "--epochs", "5", "--json", "--save", one)
    first = answer(capsys, "train", circle, "--epochs", "2", "--json", "--save", two)
    second = answer(capsys, "train", two, "--epochs", "3", "--json", "--save", two)
    assert [line["epoch"] for line in second] == [3, 4, 5]
    losses = [line["train_loss"] for line in (*first, *second)]
    assert losses == [line["train_loss"] for line in whole]
    for key, array in load(one).weights.items():
        np.testing.assert_array_equal(array, load(two).weights[key])


def test_the_same_seed_gives_the_same_run_and_another_seed_another(
    capsys: pytest.CaptureFixture[str], circle: Path
) -> None:
    runs = [answer(capsys, "train", circle, "--epochs", "1", "--json", "--seed", seed) for seed in ("3", "3", "4")]
    losses = [run["train_loss"] for run in runs]
    assert losses[0] == losses[1] == answer(capsys, "train", circle, "--epochs", "1", "--json")["train_loss"]
    assert losses[0] != losses[2]


def test_another_seed_starts_anew(capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path) -> None:
    trained = tmp_path / "trained.playground"
    answer(capsys, "train", circle, "--epochs", "2", "--json", "--save", trained)
    anew = answer(capsys, "train", trained, "--epochs", "1", "--json", "--seed", "4")
    assert anew["epoch"] == 1
    assert anew["train_loss"] == answer(capsys, "train", circle, "--epochs", "1", "--json", "--seed", "4")["train_loss"]


def test_a_base_stays_the_beginning_with_another_seed(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    """The first layer begins with the base's weights and is frozen; another seed draws the others only."""
    experiment = load(circle).experiment
    first = next(node for node in experiment.graph if node.type == "dense")
    units = first.params["out_features"]
    assert isinstance(units, int)
    base = {f"{first.id}.weight": np.full((units, 2), 0.25, dtype=np.float32)}
    graph = update(experiment.graph, replace(first, frozen=("weight",)))
    save(circle, Saved(replace(experiment, graph=graph, base=Base("Other", "abc")), base, base=base))
    ends: list[dict[str, np.ndarray]] = []
    for seed in ("4", "5"):
        out = tmp_path / f"{seed}.playground"
        answer(capsys, "train", circle, "--epochs", "1", "--json", "--seed", seed, "--save", out)
        ends.append(dict(load(out).weights))
        np.testing.assert_array_equal(ends[-1][f"{first.id}.weight"], base[f"{first.id}.weight"])
        assert load(out).base.keys() == base.keys()
    assert (ends[0][f"{first.id}.bias"] != ends[1][f"{first.id}.bias"]).any()


def test_the_file_says_how_many_epochs_unless_told_otherwise(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    saved = load(circle)
    short = replace(saved.experiment, training=replace(saved.experiment.training, epochs=2))
    save(circle, Saved(short))
    out = tmp_path / "out.playground"
    assert len(answer(capsys, "train", circle, "--json", "--save", out)) == 2
    assert "already trained for 2 epochs" in complaint(capsys, "train", out)


def test_training_for_people_is_a_table(capsys: pytest.CaptureFixture[str], circle: Path) -> None:
    assert main(["train", str(circle), "--epochs", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["epoch", "train"]
    assert [line.split()[0] for line in lines[1:]] == ["1", "2"]


def test_targets_that_are_values_have_no_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    line = answer(capsys, "train", "mazur", "--epochs", "1", "--json")
    assert line["train_loss"] == pytest.approx(0.298371109)
    assert line["train_accuracy"] is None
    assert line["validation_loss"] is None
    assert line["test_loss"] == pytest.approx(0.291027774)
    assert main(["train", "mazur", "--epochs", "1"]) == 0


def test_a_run_that_diverges_says_so(capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path) -> None:
    saved = load(circle)
    settings = replace(saved.experiment.training, optimizer="sgd", learning_rate=3e38)
    save(circle, Saved(replace(saved.experiment, training=settings)))
    out = tmp_path / "out.playground"
    assert main(["train", str(circle), "--epochs", "2", "--json", "--save", str(out)]) == 2
    assert "Choose a smaller learning rate" in capsys.readouterr().err
    assert all(np.isfinite(array).all() for array in load(out).weights.values())


def test_progress_that_a_file_tells_wrongly_is_not_believed(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.playground"
    answer(capsys, "train", circle, "--epochs", "1", "--json", "--save", out)
    save(out, replace(load(out), optimizer={"position": np.array([1.5])}))
    assert main(["train", str(out), "--epochs", "1", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["epoch"] == 1
    assert "training starts counting from 0" in printed.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_training_keeps_what_was_learnt(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out.playground"
    process = subprocess.Popen(
        command("train", "spiral", "--epochs", "100000", "--json", "--save", out),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(number)
    rest, errors = process.communicate(timeout=30)
    assert first["epoch"] == 1
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert json.loads(rest.splitlines()[-1])["test_accuracy"] > 0
    saved = load(out)
    assert len(saved.history["epochs"]) >= 1
    assert "position" in saved.optimizer


def test_output_that_nobody_reads_ends_the_training_and_keeps_it(tmp_path: Path) -> None:
    out = tmp_path / "out.playground"
    process = subprocess.Popen(
        command("train", "spiral", "--epochs", "100000", "--json", "--save", out),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 141
    assert "Traceback" not in errors
    assert load(out).weights


# ---- whatever goes wrong


def test_networks_and_files_that_are_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("summary", "train"):
        assert "There is no file “lenet”. The zoo has no network “lenet”. Did you mean “lenet-5”?" in complaint(
            capsys, name, "lenet"
        )
        assert "no such file in" in complaint(capsys, name, tmp_path / "none.playground")
        assert "no such file" in complaint(capsys, name, "none.playground")
    assert "There is no file" in complaint(capsys, "open", tmp_path / "none.playground")


def test_damaged_files(capsys: pytest.CaptureFixture[str], circle: Path) -> None:
    circle.write_bytes(circle.read_bytes()[:200])
    for name in ("summary", "train"):
        assert "“circle.playground” cannot be opened: its end is missing" in complaint(capsys, name, circle)


def test_a_network_that_cannot_be_trained(capsys: pytest.CaptureFixture[str], circle: Path) -> None:
    saved = load(circle)
    save(circle, Saved(replace(saved.experiment, graph=remove(saved.experiment.graph, ["loss"]))))
    assert "it has no loss" in complaint(capsys, "train", circle)


def test_data_that_is_not_known(capsys: pytest.CaptureFixture[str], circle: Path) -> None:
    saved = load(circle)
    save(circle, Saved(replace(saved.experiment, data=replace(saved.experiment.data, name="circel"))))
    assert "Did you mean “circle”?" in complaint(capsys, "train", circle)
    assert main(["summary", str(circle)]) == 0
    assert "There is no data set called “circel”" in capsys.readouterr().err


def test_places_where_the_result_cannot_be_saved_are_refused_before_training(
    capsys: pytest.CaptureFixture[str], circle: Path, tmp_path: Path
) -> None:
    assert "does not exist" in complaint(capsys, "train", circle, "--save", tmp_path / "none" / "out.playground")
    assert "there is a folder of that name" in complaint(capsys, "train", circle, "--save", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "circle", "--epochs", "0"], "argument --epochs: 0 is out of range; the least is 1"),
        (["train", "circle", "--epochs", "many"], "a whole number is needed, not “many”"),
        (["train", "circle", "--seed", "-1"], "argument --seed: -1 is out of range"),
        (["train", "circle", "--device", "abacus"], "invalid choice: 'abacus'"),
        (["train"], "required: NAME-or-FILE"),
        (["summary"], "required: NAME-or-FILE"),
        (["zoo", "extra"], "unrecognized arguments: extra"),
        (["trian"], "invalid choice: 'trian'"),
    ],
)
def test_arguments_that_are_wrong(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert words in complaint(capsys, *arguments)


def test_a_device_that_the_machine_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    assert "This machine has no" in complaint(capsys, "train", "circle", "--device", missing)


def test_an_error_of_our_own_is_one_line_and_a_report(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(chosen: object) -> int:
        raise ZeroDivisionError("seven by nought\nand more")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(__main__, "_run", fail)
    line = complaint(capsys, "zoo")
    assert "ZeroDivisionError" in line
    report = Path(line.rsplit(" ", 1)[1].strip())
    assert "seven by nought" in report.read_text(encoding="utf-8")
    assert report.parent == tmp_path


def test_ctrl_c_before_anything_began(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(chosen: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "_run", interrupt)
    assert main(["zoo"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command("zoo"), cwd=REPOSITORY, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_terminal_without_these_characters_gets_others() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        command("summary", "nothing like this ×"), cwd=REPOSITORY, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"There is no file" in done.stderr
    assert b"Traceback" not in done.stderr


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.strip() == __version__
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "--save OUT.playground" in capsys.readouterr().out


# ---- open


@pytest.mark.parametrize("arguments", [[], ["open"]])
def test_open_is_the_window_and_the_default(
    capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str | None] = []
    pretend_window(monkeypatch, opened)
    assert main(arguments) == 7
    assert opened == [None]


def test_open_hands_the_file_over(circle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []
    pretend_window(monkeypatch, opened)
    assert main(["open", str(circle)]) == 7
    assert opened == [str(circle)]


def pretend_window(monkeypatch: pytest.MonkeyPatch, opened: list[str | None]) -> None:
    """A stand-in for playground.ui.app, so that this test needs no Qt."""
    import types

    def run(file: str | None = None) -> int:
        opened.append(file)
        return 7

    window = types.ModuleType("playground.ui.app")
    window.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "playground.ui", types.ModuleType("playground.ui"))
    monkeypatch.setitem(sys.modules, "playground.ui.app", window)


def test_without_qt_open_says_what_is_missing() -> None:
    done = subprocess.run(
        command("open", unimportable=("PySide6",)), cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("playground: The window cannot be opened, since a part of it is missing:")
    assert done.stderr.count("\n") == 1
