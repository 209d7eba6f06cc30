"""The blocks of the palette, one file per family: functions that add layers to a `Sketch`, used by the zoo too.

`FILES` in `playground/zoo/_template.py` has the order of the palette.
"""
