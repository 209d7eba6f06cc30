"""Where one number comes from: its terms, formula and value, forward and backward, from recorded frames.

Every explanation agrees with what torch computed. Nothing here needs torch; all of it works on numpy arrays.
"""

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._functions import FUNCTIONS
from playground.engine.arithmetic._loss_parts import is_wired, names_classes
from playground.engine.arithmetic._spec import (
    Combine,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Kind,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import (
    choose_digits_of_words,
    factor_number,
    number,
    plain,
    put_in,
    term_number,
    term_symbol,
)
from playground.engine.arithmetic._together import region, statistics
from playground.engine.arithmetic._update_memory import Memory, Remembered, memory_at, remembered
from playground.engine.arithmetic.chain import explain_grad_output, explain_weight_chain
from playground.engine.arithmetic.curve import CurveSamples, curve_samples, slope_at
from playground.engine.arithmetic.dispatch import (
    CAPABILITIES,
    explain_grad_input,
    explain_grad_weight,
    explain_output,
)
from playground.engine.arithmetic.distribution import explain_class_share
from playground.engine.arithmetic.losses import probability
from playground.engine.arithmetic.mask import dropout_mask
from playground.engine.arithmetic.merge import source_index, source_of, used_at
from playground.engine.arithmetic.neurons import explain_product
from playground.engine.arithmetic.pooling import switches, winner
from playground.engine.arithmetic.reshape import list_index, picture_index
from playground.engine.arithmetic.sliding import Sliding, sliding
from playground.engine.arithmetic.update import explain_recorded_update, explain_update
from playground.engine.arithmetic.window import WindowPatch, fed_outputs, window_patch

__all__ = [
    "CAPABILITIES",
    "FUNCTIONS",
    "Combine",
    "CurveSamples",
    "Explanation",
    "ExplanationError",
    "Factor",
    "Index",
    "Kind",
    "Memory",
    "Namer",
    "Place",
    "Remembered",
    "Sliding",
    "Term",
    "WindowPatch",
    "choose_digits_of_words",
    "curve_samples",
    "dropout_mask",
    "explain_class_share",
    "explain_grad_input",
    "explain_grad_output",
    "explain_grad_weight",
    "explain_output",
    "explain_product",
    "explain_recorded_update",
    "explain_update",
    "explain_weight_chain",
    "factor_number",
    "fed_outputs",
    "is_wired",
    "list_index",
    "memory_at",
    "names_classes",
    "number",
    "picture_index",
    "plain",
    "probability",
    "put_in",
    "region",
    "remembered",
    "sliding",
    "slope_at",
    "source_index",
    "source_of",
    "statistics",
    "switches",
    "term_number",
    "term_symbol",
    "unnamed",
    "used_at",
    "value_at",
    "window_patch",
    "winner",
    "worked_out",
]
