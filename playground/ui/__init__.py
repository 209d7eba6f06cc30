"""The window. Everything that imports Qt lives in this package, and nothing outside it does."""
