"""Step mode: one training step walked through layer by layer, forwards and back in time."""
