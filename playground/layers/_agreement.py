"""What to do when the inputs of a layer do not fit together: one-click repairs, each leaving inputs that do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import prod

from playground.graph.model import Graph, ParamValue
from playground.layers._broadcast import fits, joint_shape
from playground.layers._checks import WidthSetting, put_in, width_setting
from playground.layers._spec import Complaint, Repair, Shape, Site
from playground.layers._text import size, words

Step = tuple[str, Mapping[str, ParamValue]]
"""A layer to put into a wire: its type and settings."""
Steps = tuple[Step, ...]
"""Several, one behind the other."""

_WIDEST = 512
"""No convolution with a larger kernel is offered."""


def cannot_join_numbers(site: Site, done: str) -> Complaint | None:
    """For layers that work number by number (`done`: "added"): shapes that do not fit, and ways to make them fit.

    The shapes fit when they are equal or can be broadcast (see `joint_shape`). In this order are offered: other widths
    of the layers before, projections, crops, a reshape; and where none of these helps, whatever leads to the shape.
    """
    shapes = site.inputs
    if joint_shape(shapes) is not None:
        return None
    port = next(p for p in range(len(shapes)) if joint_shape(shapes[: p + 1]) is None)
    other = next(p for p in range(port) if not fits(shapes[p], shapes[port]))
    message = (
        f"These shapes cannot be {done} number by number: {site.source(other).title} gives {words(shapes[other])}, "
        f"{site.source(port).title} gives {words(shapes[port])}."
    )
    repairs = (*_settings(site), *_projections(site), *_crops(site), *_reshapes(site)) or tuple(_detours(site))
    return Complaint(message, repairs, port)


def cannot_stand_behind_each_other(site: Site) -> Complaint | None:
    """For layers that put their inputs behind each other along the first dimension: all others must agree."""
    shapes = site.inputs
    port = next((p for p, shape in enumerate(shapes) if _places(shape) != _places(shapes[0])), None)
    if port is None:
        return None
    message = (
        "Inputs can be joined only where all but the number of channels agrees: "
        f"{site.source(0).title} gives {words(shapes[0])}, {site.source(port).title} gives {words(shapes[port])}."
    )
    ranks = {len(shape) for shape in shapes}
    if ranks == {3}:
        return Complaint(message, (*_cropped(site, shapes), *_padded(site)), port)
    repairs = _resized_sequences(site) if ranks == {2} else _flattened(site)
    return Complaint(message, tuple(repairs), port)


def _places(shape: Shape) -> tuple[int, ...]:
    """All extents but the first, and how many there are."""
    return len(shape), *shape[1:]


def _references(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that the others could be brought to: those with most dimensions first, then the most frequent."""
    distinct = list(dict.fromkeys(shapes))
    return sorted(distinct, key=lambda shape: (-len(shape), -shapes.count(shape)))


def _misfits(shapes: Sequence[Shape], reference: Shape) -> list[int]:
    """The ports whose shape does not go with the reference."""
    return [port for port, shape in enumerate(shapes) if not fits(shape, reference)]


def _names(site: Site, ports: Sequence[int]) -> str:
    """The layers before these ports: "conv1", "conv1 and conv2"."""
    titles = list(dict.fromkeys(site.source(port).title for port in ports))
    return " and ".join((", ".join(titles[:-1]), titles[-1])) if len(titles) > 1 else titles[0]


def _wires(site: Site, ports: Sequence[int]) -> str:
    return f"the wire{'s' if len(ports) > 1 else ''} from {_names(site, ports)}"


def _agree(shapes: Sequence[Shape], changed: Mapping[int, Shape]) -> bool:
    """Whether everything fits once the inputs at these ports have these shapes."""
    return joint_shape([changed.get(port, shape) for port, shape in enumerate(shapes)]) is not None


def _putting_in(site: Site, label: str, steps: Mapping[int, Steps]) -> Repair:
    """The repair that puts layers into the wires at these ports."""
    edges = {port: site.edge(port) for port in steps}

    def apply(graph: Graph) -> Graph:
        for port, layers in steps.items():
            edge = edges[port]
            for key, params in layers:
                graph, edge = put_in(graph, edge, key, params)
        return graph

    return Repair(label, apply)


# Setting the width of a layer before.


def _settings(site: Site) -> Iterator[Repair]:
    """Set the filters (or units) of the layers before to the number that goes with the reference."""
    shapes = site.inputs
    for reference in _references(shapes):
        ports, width = _misfits(shapes, reference), reference[0]
        found = {port: setting for port in ports if (setting := width_setting(site, port, width)) is not None}
        changed = {port: (width, *shapes[port][1:]) for port in ports}
        settings = {setting.node.id: setting for setting in found.values()}
        if len(found) == len(ports) and _agree(shapes, changed) and not _reach_others(site, ports, settings):
            yield _setting(tuple(settings.values()))


def _setting(settings: Sequence[WidthSetting]) -> Repair:
    def apply(graph: Graph) -> Graph:
        for setting in settings:
            graph = setting.made(graph)
        return graph

    nouns, titles, values = (
        " and ".join(dict.fromkeys(texts))
        for texts in zip(*((setting.noun, setting.node.title, setting.text) for setting in settings), strict=True)
    )
    return Repair(f"Set {nouns} of {titles} to {values}", apply)


def _reach_others(site: Site, ports: Sequence[int], settings: Collection[str]) -> bool:
    """Whether one of these layers may also decide how much arrives at a port that is right as it is."""
    for port in range(len(site.inputs)):
        if port not in ports:
            decides = width_setting(site, port, site.inputs[port][0])
            before = {decides.node.id} if decides is not None else _up_to(site, port)
            if before & set(settings):
                return True
    return False


def _up_to(site: Site, port: int) -> set[str]:
    source = site.source(port).id
    return {source, *site.graph.ancestors(source)}


# Projections: a layer of its own in the wire.


def _projections(site: Site) -> list[Repair]:
    """A 1×1 convolution (of lists: a dense layer), with the stride that makes the sizes equal; in skips first."""
    shapes, found = site.inputs, list[tuple[bool, Repair]]()
    for reference in _references(shapes):
        ports = _misfits(shapes, reference)
        steps = {port: step for port in ports if (step := _projection(shapes[port], reference)) is not None}
        if len(steps) < len(ports) or not _agree(shapes, {port: step[1] for port, step in steps.items()}):
            continue
        kinds = " and ".join(dict.fromkeys(step[2] for step in steps.values()))
        others = [port for port in range(len(shapes)) if port not in ports]
        skips = all(site.source(port).id in _up_to(site, other) for port in ports for other in others)
        label = f"Put a {kinds} (projection) into {_wires(site, ports)}"
        found.append((skips, _putting_in(site, label, {port: (step[0],) for port, step in steps.items()})))
    return [repair for _, repair in sorted(found, key=lambda item: not item[0])]


def _projection(shape: Shape, reference: Shape) -> tuple[Step, Shape, str] | None:
    """The layer that makes the shape go with the reference, what it gives, and what it is called."""
    width, rank = reference[0], len(shape)
    if rank == 1:
        return ("dense", {"out_features": width}), (width,), f"dense layer of {width} units"
    if rank != len(reference):
        return None
    ones, strides = (1,) * (rank - 1), _strides(shape[1:], reference[1:])
    if strides is None and fits((width, *shape[1:]), reference):
        strides = ones
    if strides is None:
        return None
    stepping = f" with stride {_of_all(strides)}" if strides != ones else ""
    output = (width, *(-(-extent // s) for extent, s in zip(shape[1:], strides, strict=True)))
    layer = _convolution(width, {"kernel_size": ones, "stride": strides})
    kind = f"{size(ones)} convolution" if rank > 2 else "convolution of width 1"
    return layer, output, f"{kind}{stepping}"


def _strides(places: Sequence[int], wanted: Sequence[int]) -> Shape | None:
    """The strides that leave the wanted number of places, ⌈n / s⌉ along each dimension; None where there are none."""
    found: list[int] = []
    for extent, few in zip(places, wanted, strict=True):
        stride = -(-extent // few)
        if -(-extent // stride) != few:
            return None
        found.append(stride)
    return tuple(found)


def _convolution(width: int, windows: Mapping[str, Shape]) -> Step:
    """A convolution in as many dimensions as its windows have; those of one dimension take whole numbers."""
    rank = len(windows["kernel_size"])
    settings = {key: value if rank > 1 else value[0] for key, value in windows.items()}
    return f"conv{rank}d", {"out_channels": width, **settings}


def _of_all(extents: Shape) -> str:
    return str(extents[0]) if len(set(extents)) == 1 else size(extents)


# Crops, padding, rearranging.


def _crops(site: Site) -> Iterator[Repair]:
    """Cut the larger pictures down to the smallest, around their middles."""
    shapes = site.inputs
    pictures = [shape for shape in shapes if len(shape) == 3 and shape[1:] != (1, 1)]
    if len(pictures) > 1:
        target = min(shape[1] for shape in pictures), min(shape[2] for shape in pictures)
        cut = {p: (shape[0], *target) for p, shape in enumerate(shapes) if shape in pictures and shape[1:] != target}
        if _agree(shapes, cut):
            yield from _cropped(site, [shape if shape in pictures else () for shape in shapes])


def _cropped(site: Site, shapes: Sequence[Shape]) -> Iterator[Repair]:
    """Crop these pictures to the smallest height and width; an empty shape is left alone."""
    places = [shape[1:] for shape in shapes if shape]
    target = min(place[0] for place in places), min(place[1] for place in places)
    ports = [port for port, shape in enumerate(shapes) if shape and shape[1:] != target]
    crop: Steps = (("center_crop2d", {"size": target}),)
    yield _putting_in(site, f"Crop {_names(site, ports)} to {size(target)}", dict.fromkeys(ports, crop))


def _padded(site: Site) -> Iterator[Repair]:
    """Pad the smaller pictures with zeros to the largest height and width."""
    target = max(shape[1] for shape in site.inputs), max(shape[2] for shape in site.inputs)
    ports = [port for port, shape in enumerate(site.inputs) if shape[1:] != target]
    steps: dict[int, Steps] = {}
    for port in ports:
        rows, columns = target[0] - site.inputs[port][1], target[1] - site.inputs[port][2]
        border = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        steps[port] = (("pad", {"padding": tuple(float(extent) for extent in border)}),)
    yield _putting_in(site, f"Pad {_names(site, ports)} with zeros to {size(target)}", steps)


def _resized_sequences(site: Site) -> Iterator[Repair]:
    """Average the longer sequences down to the shortest."""
    shortest = min(shape[1] for shape in site.inputs)
    ports = [port for port, shape in enumerate(site.inputs) if shape[1] != shortest]
    pool: Steps = (("adaptive_avg_pool1d", {"output_size": shortest}),)
    label = f"Average {_names(site, ports)} down to length {shortest}"
    yield _putting_in(site, label, dict.fromkeys(ports, pool))


def _flattened(site: Site) -> Iterator[Repair]:
    """Make lists of all that is none."""
    ports = [port for port, shape in enumerate(site.inputs) if len(shape) > 1]
    yield _putting_in(site, f"Put a Flatten into {_wires(site, ports)}", dict.fromkeys(ports, (("flatten", {}),)))


def _reshapes(site: Site) -> Iterator[Repair]:
    """Give the same numbers another shape, where there are as many."""
    shapes = site.inputs
    for reference in _references(shapes):
        ports = _misfits(shapes, reference)
        if all(prod(shapes[port]) == prod(reference) for port in ports):
            steps: Steps = (("reshape", {"shape": reference}),)
            if _agree(shapes, dict.fromkeys(ports, reference)):
                yield _putting_in(
                    site, f"Put a Reshape to {size(reference)} into {_wires(site, ports)}", dict.fromkeys(ports, steps)
                )
                return


# Where nothing simple helps.


def _detours(site: Site) -> Iterator[Repair]:
    """Bring every misfit to the reference's shape, whatever it takes."""
    shapes, reference = site.inputs, _references(site.inputs)[0]
    if all(len(shape) == 3 for shape in shapes):
        yield _meeting(site, reference[0])
        return
    ports = _misfits(shapes, reference)
    steps = {port: step for port in ports if (step := _detour(shapes[port], reference)) is not None}
    changed = {port: reference if len(shapes[port]) == len(reference) else reference[:1] for port in ports}
    if len(steps) == len(ports) and _agree(shapes, changed):
        label = f"Put {' and '.join(dict.fromkeys(text for _, text in steps.values()))} into {_wires(site, ports)}"
        yield _putting_in(site, label, {port: layers for port, (layers, _) in steps.items()})


def _meeting(site: Site, width: int) -> Repair:
    """Pictures: a 1×1 convolution where the channels differ, and a crop to the smallest where the sizes do."""
    shapes = site.inputs
    target = min(shape[1] for shape in shapes), min(shape[2] for shape in shapes)
    steps: dict[int, Steps] = {}
    for port, shape in enumerate(shapes):
        mixed: Steps = (_convolution(width, {"kernel_size": (1, 1)}),) if shape[0] != width else ()
        cropped: Steps = (("center_crop2d", {"size": target}),) if shape[1:] != target else ()
        if mixed or cropped:
            steps[port] = (*mixed, *cropped)
    label = f"Bring {_names(site, list(steps))} to {size((width, *target))} by a 1×1 convolution and a crop"
    return _putting_in(site, label, steps)


def _detour(shape: Shape, reference: Shape) -> tuple[Steps, str] | None:
    """Layers that make the reference's shape, or a list that goes with it, of any shape; and what they are called."""
    width = reference[0]
    if len(shape) != len(reference):
        dense = ("dense", {"out_features": width})
        return (("flatten", {}), dense), f"a Flatten and a dense layer of {width} units"
    windows = [_window(extent, wanted) for extent, wanted in zip(shape[1:], reference[1:], strict=True)]
    kernel, padding = tuple(window[0] for window in windows), tuple(window[1] for window in windows)
    if max(*kernel, *padding) > _WIDEST:
        return None
    layer = _convolution(width, {"kernel_size": kernel, "padding": padding})
    return (layer,), f"a convolution that gives {size(reference)}"


def _window(extent: int, wanted: int) -> tuple[int, int]:
    """Kernel and padding of a convolution with stride 1 that makes `wanted` places of `extent`."""
    padding = max(0, -(-(wanted - extent) // 2))
    return extent + 2 * padding - wanted + 1, padding
