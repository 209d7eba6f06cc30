"""What the scatter microscope says in words and in the margin, from recorded numbers. No Qt."""

from __future__ import annotations

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.scatter_lines import where
from playground.ui.microscopes.scatter_model import ScatterModel
from playground.ui.microscopes.scatter_numbers import ScatterState
from playground.ui.widgets.numbers import count, short

FORMULAS = {"conv": (r"z = \sum x \cdot w",), "unpool": (r"y_{switch} = x",)}
BACKWARD_FORMULAS = {
    "conv": (
        r"\frac{\partial E}{\partial x} = \sum w \cdot \frac{\partial E}{\partial z}",
        r"\frac{\partial E}{\partial w} = \sum x \cdot \frac{\partial E}{\partial z}",
    ),
    "unpool": (r"\frac{\partial E}{\partial x} = \frac{\partial E}{\partial y_{switch}}",),
}


def formulas(model: ScatterModel, *, backward: bool) -> tuple[str, ...]:
    """In LaTeX, one for each line with a sum."""
    found = (BACKWARD_FORMULAS if backward else FORMULAS)[model.geometry.kind]
    return (found[0] + " + b",) if model.bias is not None and not backward else found


def words(model: ScatterModel, state: ScatterState, *, backward: bool) -> str:
    """What this stamp does (backward: what comes back through it)."""
    geometry = model.geometry
    cells = count(geometry.kernel[0] * geometry.kernel[1])
    if geometry.kind == "unpool":
        if backward:
            return (
                "The value was put at one place only, where its window’s largest number had stood: the switch. So only "
                "the blame of that place comes back; that of the zeros around it belongs to nobody."
            )
        return (
            "Max pooling kept the largest number of each window and forgot the others. The switch remembers where it "
            "stood: the value goes back there, and all other places of the window become zero."
        )
    if backward:
        return (
            f"Backwards this is an ordinary convolution: the {cells} cells that the number was stamped onto send "
            "their blame back, each through the weight it came by. And a weight is to blame, at each stamp, as far "
            "as the number was large and the cell it fell on was to blame."
        )
    number = float(model.plane[geometry.cell(state.place)])
    there = where(geometry, geometry.cell(state.place))
    if number == 0:
        return f"The number at {there} is 0, so its stamp is all zeros and changes nothing."
    step = _size(geometry.stride, geometry.is_sequence)
    meets = "where stamps overlap they add up" if _overlaps(model) else "so stamps never overlap"
    return (
        f"The number at {there}, {short(number, 4)}, times the whole kernel: {cells} products, added to the output. "
        f"The next number’s stamp lies {step} further; {meets}."
    )


def _overlaps(model: ScatterModel) -> bool:
    return any(reach > step for reach, step in zip(model.geometry.reach, model.geometry.stride, strict=True))


def lines(model: ScatterModel, *, backward: bool, batch: int) -> tuple[str, list[str]]:
    """A heading and a few lines of numbers: how large the output becomes; backward how much blame there is."""
    frame = model.frame
    if backward:
        gradient = model.gradient
        assert gradient is not None
        found = [f"largest blame that arrives  {short(float(abs(gradient).max()), 3)}"]
        if model.geometry.kind == "conv":
            found.append(f"this kernel’s gradient: {count(model.geometry.places)} stamps added up")
            if model.bias is not None:
                found.append(f"the bias’ gradient: all this blame added up  {short(float(gradient.sum()), 4)}")
            if batch > 1:
                found.append(f"shown: this example; the other {batch - 1} of the batch add theirs")
        else:
            whole, back = abs(gradient).sum(), abs(frame.grad_inputs[0][SHOWN][model.unit]).sum()
            share = f"{short(100 * float(back / whole), 3)} %" if whole else "none"
            found.append(f"of all blame, {share} comes back")
        return "The numbers", found
    geometry = model.geometry
    if geometry.kind == "unpool":
        kept, cells = geometry.places, geometry.output[0] * geometry.output[1]
        return "The numbers", [f"{count(kept)} of {count(cells)} cells get a value, the others 0"]
    maps = len(model.channels)
    found = [f"stamps that make this map  {count(geometry.places)}·{maps} = {count(model.steps)}"]
    most = int(geometry.counts_along(0).max() * geometry.counts_along(1).max())
    found.append(f"of each map up to {most} {'meet' if most > 1 else 'lands'} at a cell")
    return "The numbers", found


def place_line(model: ScatterModel, place: int) -> str:
    """For the header: which number is stamped, and the layer's settings."""
    geometry = model.geometry
    flat = geometry.is_sequence
    parts = [
        f"the number at {where(geometry, geometry.cell(place))}",
        f"stride {_size(geometry.stride, flat)}",
    ]
    for name, values, usual in (
        ("padding", geometry.padding, 0),
        ("output padding", geometry.extra, 0),
        ("dilation", geometry.dilation, 1),
    ):
        if any(value != usual for value in values):
            parts.append(f"{name} {_size(values, flat)}")
    return "  ·  ".join(parts)


def _size(values: tuple[int, int], is_sequence: bool) -> str:
    if is_sequence:
        return str(values[1])
    return f"{values[0]} × {values[1]}" if values[0] != values[1] else str(values[0])
