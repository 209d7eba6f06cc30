"""Below the chart: weights, gradients, activations, kernels and feature maps at the moment looked at."""
