"""Points in the plane: every unit as a small heat map, the wires between them, and the large map of the answer."""
