"""What is shown of a network while it learns: pictures, activations, kernels, and moments of the past."""
