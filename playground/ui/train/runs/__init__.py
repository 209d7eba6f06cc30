"""Runs beside the document's: side runs, kept runs, their comparison, sweeps, and checkpoints to go back to."""
