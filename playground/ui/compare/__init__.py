"""Architectures of the zoo side by side: a chart, a table and drawings."""
