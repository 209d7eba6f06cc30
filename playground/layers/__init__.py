"""Every layer type, one file per family. Importing this package registers them all; none imports torch until built."""

from playground.layers import (
    activation,
    conv,
    dense,
    losses,
    merge,
    normalization,
    pooling,
    regularization,
    reshape,
    terminals,
)
from playground.layers._param import Param, ParamError
from playground.layers._spec import (
    Category,
    Complaint,
    DataSpec,
    LayerType,
    Params,
    Repair,
    Shape,
    Site,
    UnknownLayerType,
    all_layer_types,
    layer_type,
)

__all__ = [
    "Category",
    "Complaint",
    "DataSpec",
    "LayerType",
    "Param",
    "ParamError",
    "Params",
    "Repair",
    "Shape",
    "Site",
    "UnknownLayerType",
    "activation",
    "all_layer_types",
    "conv",
    "dense",
    "layer_type",
    "losses",
    "merge",
    "normalization",
    "pooling",
    "regularization",
    "reshape",
    "terminals",
]
