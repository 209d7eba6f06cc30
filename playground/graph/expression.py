"""Reading a typed expression, such as 1/(1+exp(-(w0*x0+w1*x1+w2))), as gates wired to each other.

The text is taken apart by Python's own `ast` and never run. Besides one expression it may hold lines as in the
lectures: `x = -2; y = 5; q = x + y; f = q * z`. A name that is set to a number has that value, one that is set to
anything else names a gate, and the last line is what is computed. `w[0]` is read as the name w0.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from playground.graph.edits import check_id
from playground.graph.model import GraphError

LONGEST_TEXT = 1_000
MOST_GATES = 200
LARGEST = 1e6
"""The layers take no larger numbers than this."""
HIGHEST_POWER = 64

_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/"})
_POWERS = {"²": "**2", "³": "**3"}
_CONSTANTS = {"pi": math.pi, "e": math.e}
_OTHER_NAMES = {"ln": "log", "sin": "sine", "maximum": "max", "minimum": "min"}
FUNCTIONS = ("exp", "log", "sqrt", "max", "min", "abs", "sigmoid", "tanh", "relu", "softplus", "sin", "square")

_TOO_DEEP = "This is nested too deeply. Give parts of it names: q = x + y; f = q*z"


class ExpressionError(ValueError):
    """A text that cannot be read; the message is fit for the user, `at` is the place in the text, from 0."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, eq=False)
class Leaf:
    """A name of the text: a number from outside."""

    name: str
    at: int = 0


@dataclass(frozen=True, eq=False)
class Fixed:
    """A number of the text that is wired to a gate: the 0 of max(0, x)."""

    value: float
    at: int = 0


@dataclass(frozen=True, eq=False)
class Gate:
    """One operation: `type` is the key of a layer type, `amount` what a scale multiplies by or a shift adds."""

    type: str
    inputs: tuple[Term, ...]
    amount: float | None = None
    name: str = ""
    at: int = 0


Term = Leaf | Fixed | Gate
"""Terms are equal only if they are the same one, so that what is named once and used twice is one gate."""


@dataclass(frozen=True)
class Expression:
    """What was read: the last gate, and the values that the text itself gives to names."""

    result: Term
    given: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def terms(self) -> tuple[Term, ...]:
        """Everything the result depends on, each once and before what it feeds, from left to right."""
        seen: dict[int, Term] = {}
        waiting: list[tuple[Term, bool]] = [(self.result, False)]
        while waiting:
            term, is_ready = waiting.pop()
            if id(term) in seen:
                continue
            if is_ready or not isinstance(term, Gate):
                seen[id(term)] = term
            else:
                waiting.append((term, True))
                waiting += [(source, False) for source in reversed(term.inputs)]
        return tuple(seen.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the numbers from outside, in the order in which they are used."""
        return tuple(term.name for term in self.terms if isinstance(term, Leaf))


def read(text: str) -> Expression:
    """What a text says.

    Raises:
        ExpressionError: it cannot be read; the message says what is wrong, and where.
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(f"This is longer than {LONGEST_TEXT:,} characters.", LONGEST_TEXT)
    text = text.translate(_SIGNS).rstrip()
    if not text.strip():
        raise ExpressionError("Type an expression, such as (x + y)*z.")
    for at, character in enumerate(text):
        if character in _POWERS:
            raise ExpressionError(f"Write {_POWERS[character]} in place of “{character}”.", at)
        if not character.isascii():
            raise ExpressionError(f"“{character}” cannot be read: write names in the letters a to z.", at)
    try:
        return _Reader(text).program()
    except RecursionError:
        raise ExpressionError(_TOO_DEEP) from None


class _Reader:
    """Turns Python's syntax tree into gates. Arithmetic among plain numbers is done at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._code = text.lstrip()
        self._starts = [len(text) - len(self._code)]
        for line in self._code.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._leaves: dict[str, Leaf] = {}
        self._named: dict[str, Term] = {}
        self._given: dict[str, float] = {}
        self._gates = 0

    def program(self) -> Expression:
        try:
            lines = ast.parse(self._code).body
        except (SyntaxError, ValueError, MemoryError) as error:
            raise self._unreadable(error) from None
        result: Term | None = None
        for line in lines:
            result = self._line(line) or result
        if result is None:
            raise ExpressionError("Nothing is computed yet: add a last line, such as f = x*y.", len(self._text))
        expression = Expression(result, dict(self._given))
        if not expression.names:
            raise ExpressionError("There is no name in this, so there is nothing to learn about: write x for a number.")
        return expression

    def _unreadable(self, error: Exception) -> ExpressionError:
        """Python's own complaint, in our words where it is a common one."""
        if not isinstance(error, SyntaxError) or error.offset is None:
            return ExpressionError("This cannot be read as an expression.")
        before = self._starts[min((error.lineno or 1) - 1, len(self._starts) - 1)]
        at = min(max(0, before + error.offset - 1), len(self._text))
        said = error.msg
        if "was never closed" in said:
            return ExpressionError("This bracket is never closed.", at)
        if "nested" in said:
            return ExpressionError(_TOO_DEEP, at)
        if "unmatched" in said:
            return ExpressionError("This bracket was never opened.", at)
        if "invalid decimal literal" in said or "forgot a comma" in said:
            return ExpressionError("A sign is missing here: write 2*x in place of 2x or 2 x.", at)
        if at >= len(self._text):
            return ExpressionError("Something is missing at the end.", len(self._text))
        return ExpressionError(f"“{self._text[at : at + 1]}” does not fit here.", at)

    def _at(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    # ---- lines

    def _line(self, line: ast.stmt) -> Term | None:
        if isinstance(line, ast.Expr):
            return self._value(line.value)
        if not isinstance(line, ast.Assign) or len(line.targets) != 1 or not isinstance(line.targets[0], ast.Name):
            raise ExpressionError(
                "A line is an expression, or a name and what it stands for: q = x + y", self._at(line)
            )
        name = line.targets[0].id
        self._check_name(name, self._at(line))
        if isinstance(line.value, ast.List | ast.Tuple):
            for place, item in enumerate(line.value.elts):
                self._given[f"{name}{place}"] = self._number(item)
            return None
        value = self._value(line.value)
        if isinstance(value, Fixed):
            self._named.pop(name, None)
            self._given[name] = value.value
            return None
        if isinstance(value, Gate) and not value.name:
            value = replace(value, name=name)
        self._named[name] = value
        return value

    def _number(self, node: ast.expr) -> float:
        value = self._value(node)
        if not isinstance(value, Fixed):
            raise ExpressionError("A list holds plain numbers: w = [2, -3, -3]", self._at(node))
        return value.value

    def _check_name(self, name: str, at: int) -> None:
        if name in FUNCTIONS or name in _OTHER_NAMES or name in _CONSTANTS:
            raise ExpressionError(f"“{name}” has a meaning already: choose another name.", at)
        try:
            check_id(name)
        except GraphError as error:
            raise ExpressionError(str(error), at) from None

    # ---- values

    def _value(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=bool() | complex()):
                raise ExpressionError("Only plain numbers can stand here.", self._at(node))
            case ast.Constant(value=int() | float() as number):
                return self._plain(lambda: float(number), node)
            case ast.Name(id=name):
                return self._name(name, node)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() as place)):
                return self._name(f"{name}{place}", node)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._value(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._value(operand)
                if isinstance(value, Fixed):
                    return Fixed(-value.value, self._at(node))
                return self._gate("negate", (value,), node)
            case ast.BinOp(left=left, op=op, right=right):
                return self._operation(self._value(left), op, self._value(right), node)
            case ast.Call():
                return self._call(node)
            case ast.Constant():
                raise ExpressionError("Only numbers, names and functions can stand here.", self._at(node))
            case _:
                raise ExpressionError(f"“{_cut(ast.unparse(node))}” is not arithmetic.", self._at(node))

    def _name(self, name: str, node: ast.expr) -> Term:
        if name in self._named:
            return self._named[name]
        if name in _CONSTANTS:
            return Fixed(_CONSTANTS[name], self._at(node))
        if name in FUNCTIONS or name in _OTHER_NAMES:
            raise ExpressionError(f"“{name}” is a function: write {name}(x).", self._at(node))
        self._check_name(name, self._at(node))
        return self._leaves.setdefault(name, Leaf(name, self._at(node)))

    def _operation(self, a: Term, op: ast.operator, b: Term, node: ast.BinOp) -> Term:
        match op:
            case ast.Add():
                return self._sum(a, b, node)
            case ast.Sub() if isinstance(b, Fixed):
                return self._sum(a, Fixed(-b.value, b.at), node)
            case ast.Sub():
                return self._sum(a, self._gate("negate", (b,), node.right), node)
            case ast.Mult():
                return self._product(a, b, node)
            case ast.Div():
                return self._quotient(a, b, node)
            case ast.Pow():
                return self._power(a, b, node)
            case ast.BitXor():
                raise ExpressionError("Write ** for powers: x**2.", self._behind(node.left))
            case _:
                raise ExpressionError("Only + − * / and ** join numbers here.", self._behind(node.left))

    def _behind(self, node: ast.expr) -> int:
        """Where the sign after an operand stands."""
        end = self._starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        while end < len(self._text) and self._text[end] in " )":
            end += 1
        return end

    def _sum(self, a: Term, b: Term, node: ast.expr) -> Term:
        if isinstance(a, Fixed) and isinstance(b, Fixed):
            return self._plain(lambda: a.value + b.value, node)
        if isinstance(a, Fixed):
            return self._gate("shift", (b,), node, a.value)
        return self._gate("shift", (a,), node, b.value) if isinstance(b, Fixed) else self._gate("add", (a, b), node)

    def _product(self, a: Term, b: Term, node: ast.expr) -> Term:
        if isinstance(a, Fixed) and isinstance(b, Fixed):
            return self._plain(lambda: a.value * b.value, node)
        if isinstance(a, Fixed):
            return self._gate("scale", (b,), node, a.value)
        return (
            self._gate("scale", (a,), node, b.value) if isinstance(b, Fixed) else self._gate("multiply", (a, b), node)
        )

    def _quotient(self, a: Term, b: Term, node: ast.BinOp) -> Term:
        if isinstance(b, Fixed):
            if b.value == 0:
                raise ExpressionError("Nothing can be divided by 0.", self._at(node.right))
            return self._product(a, self._plain(lambda: 1 / b.value, node), node)
        inverse = self._gate("reciprocal", (b,), node)
        return inverse if isinstance(a, Fixed) and a.value == 1 else self._product(a, inverse, node)

    def _power(self, a: Term, b: Term, node: ast.BinOp) -> Term:
        if isinstance(a, Fixed) and isinstance(b, Fixed):
            return self._plain(lambda: a.value**b.value, node)
        if isinstance(b, Fixed):
            return self._fixed_power(a, b.value, node)
        if not isinstance(a, Fixed):
            return self._gate("exp", (self._gate("multiply", (b, self._gate("log", (a,), node)), node),), node)
        if a.value <= 0:
            raise ExpressionError("Only a number above 0 has powers such as this.", self._at(node.left))
        if a.value == math.e:
            return self._gate("exp", (b,), node)
        return self._gate("exp", (self._gate("scale", (b,), node, math.log(a.value)),), node)

    def _fixed_power(self, x: Term, power: float, node: ast.BinOp) -> Term:
        """Whole powers by squaring and multiplying, others through the logarithm."""
        if abs(power) > HIGHEST_POWER:
            raise ExpressionError(f"Powers go up to {HIGHEST_POWER} here.", self._at(node.right))
        if power == 0:
            return Fixed(1.0, self._at(node))
        if not power.is_integer():
            return self._root(x, power, node)
        whole = self._whole_power(x, abs(int(power)), node)
        return whole if power > 0 else self._gate("reciprocal", (whole,), node)

    def _root(self, x: Term, power: float, node: ast.expr) -> Term:
        """Through the logarithm, and so for positive numbers only."""
        return self._gate("exp", (self._gate("scale", (self._gate("log", (x,), node),), node, power),), node)

    def _whole_power(self, x: Term, power: int, node: ast.BinOp) -> Term:
        if power == 1:
            return x
        if power % 2:
            return self._gate("multiply", (self._whole_power(x, power - 1, node), x), node)
        return self._gate("square", (self._whole_power(x, power // 2, node),), node)

    # ---- functions

    def _call(self, node: ast.Call) -> Term:
        name = ""
        match node.func:
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="math" | "np" | "numpy" | "torch"), attr=name):
                pass
            case _:
                raise ExpressionError(f"“{_cut(ast.unparse(node.func))}” cannot be called here.", self._at(node))
        key = _OTHER_NAMES.get(name, name)
        if name not in FUNCTIONS and name not in _OTHER_NAMES:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(f"“{name}” is not a function known here. There are: {known}.", self._at(node))
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise ExpressionError(f"{name} takes plain numbers and expressions.", self._at(node))
        several = key in ("max", "min")
        if len(node.args) < 2 if several else len(node.args) != 1:
            wanted = "at least two numbers" if several else "one number"
            raise ExpressionError(f"{name} takes {wanted}, but {len(node.args)} given.", self._at(node))
        return self._function(key, tuple(self._value(argument) for argument in node.args), node)

    def _function(self, key: str, inputs: tuple[Term, ...], node: ast.Call) -> Term:
        first = inputs[0]
        match key:
            case "max":
                return self._gate("maximum", inputs, node)
            case "min":
                turned = tuple(self._gate("negate", (term,), node) for term in inputs)
                return self._gate("negate", (self._gate("maximum", turned, node),), node)
            case "abs":
                return self._gate("maximum", (first, self._gate("negate", (first,), node)), node)
            case "sqrt":
                return self._root(first, 0.5, node)
            case _:
                return self._gate(key, (first,), node)

    # ---- making terms

    def _gate(self, key: str, inputs: tuple[Term, ...], node: ast.expr, amount: float | None = None) -> Gate:
        self._gates += 1
        if self._gates > MOST_GATES:
            raise ExpressionError(f"This has more than {MOST_GATES} gates.", self._at(node))
        for number in (amount, *(term.value for term in inputs if isinstance(term, Fixed))):
            if number is not None and abs(number) > LARGEST:
                raise ExpressionError(f"Numbers go from −{LARGEST:,.0f} to {LARGEST:,.0f} here.", self._at(node))
        return Gate(key, inputs, amount, at=self._at(node))

    def _plain(self, work: Callable[[], float | complex], node: ast.expr) -> Fixed:
        """Arithmetic among numbers."""
        try:
            value = work()
        except (OverflowError, ZeroDivisionError):
            raise ExpressionError("This number is too large, or none at all.", self._at(node)) from None
        if isinstance(value, complex) or not math.isfinite(value):
            raise ExpressionError("This is not an ordinary number.", self._at(node))
        return Fixed(value, self._at(node))


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
