"""What networks built for ImageNet have in common: the data they were made for, which is too large to ship."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings

IMAGENET = DataSettings("imagenet")
"""1.28 million photographs in 1,000 classes. It does not ship: such a network is there to be looked at."""

IMAGENET_TRAINING = TrainingSettings(optimizer="sgd", learning_rate=0.01, weight_decay=1e-4, batch_size=32, epochs=90)
"""Close to what the papers used, on one machine."""
