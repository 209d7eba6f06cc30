"""What the curves and the layers say about a run, and what could be done about it."""
