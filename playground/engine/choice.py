"""One of several ways to do a thing, such as an optimization method: its name, what it does, what can be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.graph.model import ParamValue
from playground.layers import Param, ParamError


@dataclass(frozen=True)
class Choice:
    """`title` and `explanation` are for the user; `params` bear PyTorch's names."""

    title: str
    explanation: str
    params: tuple[Param, ...] = ()

    def complete(self, given: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
        """The value of every parameter: the one given, checked, or else the default.

        Raises:
            ParamError: a name that is not among the parameters, or a value that one cannot take.
        """
        for name in given:
            if name not in {param.key for param in self.params}:
                raise ParamError(f"{self.title} has no setting “{name}”. Take it away.")
        return {param.key: param.check(given.get(param.key, param.default)) for param in self.params}

    def keep_known(self, given: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
        """What is given for parameters that this choice has: after another one was chosen."""
        known = {param.key for param in self.params}
        return {name: value for name, value in given.items() if name in known}
