"""Runs on disk, their differences, sweeps and twins."""
