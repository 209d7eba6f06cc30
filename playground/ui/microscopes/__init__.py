"""Microscopes: for each kind of layer the picture of its arithmetic, with the numbers in it."""
