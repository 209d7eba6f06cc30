"""How the cells of an RNN, an LSTM and a GRU are drawn: where gates, lanes and numbers lie, in parts of the room."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Chip:
    """A number: its letter (see `Unrolled.factor`), where its middle lies, and what it is called."""

    letter: str
    at: Point
    label: str


@dataclass(frozen=True)
class Box:
    """A gate: its letter, its name, and the curve in it. Its value stands inside."""

    letter: str
    at: Point
    name: str
    curve: str


@dataclass(frozen=True)
class Joint:
    """Where wires meet: ×, +, tanh, 1−."""

    at: Point
    symbol: str


@dataclass(frozen=True)
class CellPlan:
    """One kind of cell. `lanes` are the thick ways along which what is remembered travels."""

    boxes: tuple[Box, ...]
    joints: tuple[Joint, ...]
    chips: tuple[Chip, ...]
    wires: tuple[tuple[Point, ...], ...]
    lanes: tuple[tuple[Point, ...], ...]


def _feeds(columns: tuple[float, ...], floor: float, top: float) -> tuple[tuple[Point, ...], ...]:
    """From the line along the floor up into each gate."""
    return tuple(((x, floor), (x, top)) for x in columns)


LSTM = CellPlan(
    boxes=(
        Box("f", (0.24, 0.57), "forget", "σ"),
        Box("i", (0.43, 0.57), "input", "σ"),
        Box("g", (0.61, 0.57), "candidate", "tanh"),
        Box("o", (0.78, 0.57), "output", "σ"),
    ),
    joints=(
        Joint((0.24, 0.14), "×"),
        Joint((0.52, 0.14), "+"),
        Joint((0.52, 0.34), "×"),
        Joint((0.88, 0.27), "tanh"),
        Joint((0.88, 0.43), "×"),
    ),
    chips=(
        Chip("C", (0.075, 0.14), "c before"),
        Chip("c", (0.71, 0.14), "c"),
        Chip("T", (0.955, 0.35), "tanh c"),
        Chip("H", (0.075, 0.90), "h before"),
        Chip("h", (0.945, 0.90), "h"),
        Chip("sf", (0.24, 0.765), "sum"),
        Chip("si", (0.43, 0.765), "sum"),
        Chip("sg", (0.61, 0.765), "sum"),
        Chip("so", (0.78, 0.765), "sum"),
    ),
    wires=(
        ((0.24, 0.50), (0.24, 0.18)),
        ((0.43, 0.50), (0.43, 0.34), (0.50, 0.34)),
        ((0.61, 0.50), (0.61, 0.34), (0.54, 0.34)),
        ((0.52, 0.30), (0.52, 0.18)),
        ((0.88, 0.14), (0.88, 0.23)),
        ((0.88, 0.31), (0.88, 0.39)),
        ((0.78, 0.50), (0.78, 0.43), (0.86, 0.43)),
        ((0.88, 0.47), (0.88, 0.90)),
        *_feeds((0.24, 0.43, 0.61, 0.78), 0.90, 0.64),
    ),
    lanes=(((0.02, 0.14), (0.98, 0.14)), ((0.02, 0.90), (0.78, 0.90)), ((0.88, 0.90), (0.98, 0.90))),
)

GRU = CellPlan(
    boxes=(
        Box("r", (0.18, 0.57), "reset", "σ"),
        Box("n", (0.45, 0.57), "candidate", "tanh"),
        Box("z", (0.66, 0.57), "update", "σ"),
    ),
    joints=(
        Joint((0.31, 0.57), "×"),
        Joint((0.66, 0.14), "×"),
        Joint((0.745, 0.33), "1−"),
        Joint((0.83, 0.33), "×"),
        Joint((0.83, 0.14), "+"),
    ),
    chips=(
        Chip("H", (0.075, 0.14), "h before"),
        Chip("m", (0.31, 0.765), "U h + c"),
        Chip("sr", (0.18, 0.765), "sum"),
        Chip("sn", (0.45, 0.765), "sum"),
        Chip("sz", (0.66, 0.765), "sum"),
        Chip("1", (0.745, 0.215), "1 − z"),
        Chip("h", (0.945, 0.14), "h"),
    ),
    wires=(
        ((0.23, 0.57), (0.29, 0.57)),
        ((0.33, 0.57), (0.40, 0.57)),
        ((0.31, 0.90), (0.31, 0.61)),
        ((0.66, 0.50), (0.66, 0.18)),
        ((0.66, 0.33), (0.725, 0.33)),
        ((0.765, 0.33), (0.81, 0.33)),
        ((0.45, 0.50), (0.45, 0.44), (0.83, 0.44), (0.83, 0.37)),
        ((0.83, 0.29), (0.83, 0.18)),
        ((0.02, 0.14), (0.02, 0.90), (0.66, 0.90)),
        *_feeds((0.18, 0.45, 0.66), 0.90, 0.64),
    ),
    lanes=(((0.02, 0.14), (0.98, 0.14)),),
)

RNN = CellPlan(
    boxes=(Box("a", (0.62, 0.45), "tanh", "tanh"),),
    joints=(Joint((0.34, 0.45), "+"),),
    chips=(
        Chip("H", (0.10, 0.45), "h before"),
        Chip("sa", (0.46, 0.45), "sum"),
        Chip("h", (0.90, 0.45), "h"),
    ),
    wires=(((0.34, 0.90), (0.34, 0.50)),),
    lanes=(((0.02, 0.45), (0.98, 0.45)),),
)

PLANS = {"lstm": LSTM, "gru": GRU, "rnn": RNN}
FLOOR = {"lstm": (0.15, 0.90), "gru": (0.10, 0.90), "rnn": (0.34, 0.90)}
"""Where what is read comes in, from below."""
