"""Any layer opens into its gates: from a recorded number to the small graph of scalars that makes it.

Nothing here needs torch. The value at the end of the graph is the recorded one, and the gradients of its leaves are the
recorded ones, where the leaf is used nowhere else.
"""

from playground.engine.opened.gate_graph import Gate, Of, Opened
from playground.engine.opened.gate_kinds import Kind
from playground.engine.opened.opening import MOST_TERMS, open_into_gates, why_not
from playground.engine.opened.symbols import plain_symbol
from playground.engine.opened.wire_origin import explain_gradient, explain_share, explain_value

__all__ = [
    "MOST_TERMS",
    "Gate",
    "Kind",
    "Of",
    "Opened",
    "explain_gradient",
    "explain_share",
    "explain_value",
    "open_into_gates",
    "plain_symbol",
    "why_not",
]
