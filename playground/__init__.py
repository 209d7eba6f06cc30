"""Neural Network Playground: build a network, step through its arithmetic, and watch it learn."""

__version__ = "0.1.0"
