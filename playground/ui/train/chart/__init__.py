"""The chart of the curves, its axes, labels, marks and what can be taken away from it."""
