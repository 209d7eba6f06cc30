"""Trains the experiments of the lectures and prints what they came to: where their texts have their numbers from.

`python -m tests.benchmarks.lecture_experiments [key …] [--seed N]`; all of them take about four minutes of one core.
Numbers agree with the texts to the last digits only on the same processor and version of PyTorch.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment
from playground.train import Finished, History, split_for, train
from playground.zoo.lecture_experiments import all_lecture_experiments, lecture_experiment


def measure(title: str, experiment: Experiment) -> str:
    """Train to the end; one line of numbers."""
    history, began, end = History(), time.process_time(), ""
    for event in train(experiment, split_for(experiment)):
        history.add(event)
        if isinstance(event, Finished):
            end = event.reason
    train_loss, validation_loss = (history.epoch_column(f"{part}_loss")[-1] for part in ("train", "validation"))
    right = history.epoch_column("validation_accuracy")[-1]
    analysis = analyse(experiment.graph)
    test = f"{100 * history.result.accuracy:.1f} %" if history.result is not None else "–"
    return (
        f"  {title:24} {analysis.parameters:9,} parameters {analysis.multiply_adds:11,} multiply-adds | training "
        f"{train_loss:.3f} validation {validation_loss:.3f} ({100 * right:.1f} %), best {history.best_loss:.3f} in "
        f"epoch {history.best_epoch} | test {test} | {time.process_time() - began:.0f} s, {end}"
    )


def main(arguments: list[str]) -> int:
    """Print a line for each network of the experiments that are named, or of all."""
    parser = argparse.ArgumentParser(prog="lecture_experiments")
    parser.add_argument("keys", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    for key in given.keys or [experiment.key for experiment in all_lecture_experiments()]:
        print(f"{key}: {lecture_experiment(key).question}")
        for title, experiment in lecture_experiment(key).experiments():
            print(measure(title, replace(experiment, seed=given.seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
