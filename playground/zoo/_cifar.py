"""What networks built for CIFAR-10 have in common."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings

CIFAR = DataSettings("clothing")
"""CIFAR-10 (50,000 colour photographs of 32×32 pixels in ten classes) has no licence and does not ship. Photographs of
clothing do, of the same size and in as many classes, so that these networks can be trained on something."""

CIFAR_TRAINING = TrainingSettings(optimizer="sgd", learning_rate=0.1, weight_decay=1e-4, batch_size=128, epochs=164)
"""As in He et al. 2015, section 4.2, but for the two drops of the learning rate."""

SHAPE = (3, 32, 32)
CLASSES = 10
