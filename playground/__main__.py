"""The command line: `python -m playground` opens the window; zoo, summary and train need none."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from playground import __version__
from playground.cli.failure import Failure, one_line

MISTAKE = 2
"""Exit code of a command that could not be carried out."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line, and leave."""
        self.exit(MISTAKE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command.

    Returns:
        0 when done, 2 after an error (one line on standard error says which), 130 when interrupted by Ctrl+C.
    """
    _be_tolerant()
    try:
        chosen = _parser().parse_args(arguments)
        code = _run(chosen)
        sys.stdout.flush()
    except Failure as failure:
        return _complain(failure)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone. Python would try to flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # noqa: BLE001 - the user sees one line; the whole story goes to a file
        return _complain(f"This should not have happened: {error!r}. Details are in {_report(error)}")
    return code


def _run(chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "zoo":
            from playground.cli.listing import print_zoo

            return print_zoo(chosen.json)
        case "summary":
            from playground.cli.listing import print_summary

            return print_summary(chosen.source, chosen.json)
        case "train":
            from playground.cli.training import Order, run_training

            order = Order(chosen.source, chosen.epochs, chosen.device, chosen.seed, chosen.save, chosen.json)
            return run_training(order)
        case _:
            return _open(getattr(chosen, "file", None))


def _open(file: str | None) -> int:
    if file is not None and not Path(file).exists():
        raise Failure(f"There is no file “{file}”.")
    try:
        from playground.ui.app import run
    except ImportError as error:
        raise Failure(f"The window cannot be opened, since a part of it is missing: {error}. Run ./setup.sh") from error
    return run(file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m playground",
        description="Build a neural network, watch every number of its passes, train it on real data.",
        epilog="Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    window = commands.add_parser("open", help="open the window, with a file if one is named")
    window.add_argument("file", nargs="?", metavar="FILE", help="a .playground file")

    zoo = commands.add_parser("zoo", help="list the networks that ship")
    summary = commands.add_parser("summary", help="shapes, parameters and multiply-adds of every layer")
    train = commands.add_parser(
        "train",
        help="train without a window",
        description="Train a network. A file that was trained before goes on where it stopped. "
        "Ctrl+C ends the training, and what was learnt is saved.",
    )
    for command in (summary, train):
        command.add_argument("source", metavar="NAME-or-FILE", help="a network of the zoo, or a .playground file")
    for command in (zoo, summary, train):
        command.add_argument("--json", action="store_true", help="answer in JSON, for other programs")
    train.add_argument("--epochs", type=_at_least(1), metavar="N", help="how many epochs to train now")
    train.add_argument("--save", type=Path, metavar="OUT.playground", help="where to keep network, weights and curves")
    train.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    train.add_argument("--seed", type=_at_least(0), metavar="N", help="start anew from this seed")
    return parser


class _at_least:  # noqa: N801 - used as a function
    """Reads a whole number that must not be smaller."""

    def __init__(self, least: int) -> None:
        self._least = least

    def __call__(self, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"a whole number is needed, not “{text}”") from None
        if not self._least <= number <= 2**62:
            raise argparse.ArgumentTypeError(f"{number:,} is out of range; the least is {self._least}")
        return number


def _complain(message: object) -> int:
    print(f"playground: {one_line(message)}", file=sys.stderr)
    return MISTAKE


def _report(error: Exception) -> Path:
    """Write the whole story of an error to a file of its own."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="playground-error-", suffix=".txt", delete=False
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)


def _be_tolerant() -> None:
    """A terminal that cannot show × shows ? instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    sys.exit(main())
