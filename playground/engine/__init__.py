"""From a graph to numbers: shapes and problems, the compiled network, the recorded step, the arithmetic behind it."""
