"""The loss landscape around the weights, and optimizers that race down it."""
