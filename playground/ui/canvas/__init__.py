"""The canvas: cards, wires, problems, and the gestures that edit the network."""
