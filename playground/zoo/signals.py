"""Networks for recordings: heartbeats as curves, and spoken digits."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register


def heartbeats() -> Graph:
    """Three one-dimensional convolutions with pools, the mean of each map over time, and five classes."""
    net = Sketch((1, 256))
    for number, (filters, kernel) in enumerate(((16, 7), (32, 5), (64, 5)), start=1):
        net.add("conv1d", f"conv{number}", out_channels=filters, kernel_size=kernel, padding=kernel // 2)
        net.add("batch_norm1d", f"norm{number}")
        net.add("relu", f"relu{number}")
        net.add("max_pool1d", f"pool{number}", kernel_size=4, stride=4)
    net.add("flatten", "flatten")
    net.add("dropout", "dropout", p=0.3)
    net.add("dense", "fc", out_features=5)
    net.add("cross_entropy", "loss")
    return net.graph()


def spoken_digits() -> Graph:
    """Two convolutions on the spectrogram; then an LSTM reads its 32 moments, each as a list of 256 numbers."""
    net = Sketch((1, 32, 64))
    net.add("conv2d", "conv1", out_channels=16, kernel_size=3, padding=1)
    net.add("batch_norm2d", "norm1")
    net.add("relu", "relu1")
    net.add("max_pool2d", "pool1", kernel_size=2, stride=2)
    net.add("conv2d", "conv2", out_channels=32, kernel_size=3, padding=1)
    net.add("batch_norm2d", "norm2")
    net.add("relu", "relu2")
    net.add("max_pool2d", "pool2", kernel_size=(2, 1), stride=(2, 1))
    net.add("reshape", "moments", shape=(32 * 8, 32))
    net.add("lstm", "lstm", hidden_size=64)
    net.add("dropout", "dropout", p=0.3)
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


def spoken_waves() -> Graph:
    """A long convolution with a stride on the sound itself, two shorter ones, and ten classes."""
    net = Sketch((1, 8192))
    for number, (filters, kernel, stride) in enumerate(((16, 64, 8), (32, 7, 1), (64, 5, 1)), start=1):
        padding = (kernel - stride) // 2
        net.add("conv1d", f"conv{number}", out_channels=filters, kernel_size=kernel, stride=stride, padding=padding)
        net.add("batch_norm1d", f"norm{number}")
        net.add("relu", f"relu{number}")
        net.add("max_pool1d", f"pool{number}", kernel_size=4, stride=4)
    net.add("flatten", "flatten")
    net.add("dropout", "dropout", p=0.5)
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


HEARTBEAT_CNN = register(
    ZooNetwork(
        key="heartbeat-cnn",
        title="Heartbeat CNN",
        year=2017,
        idea="The same convolution along one direction: filters slide over an electrocardiogram and find the shapes by "
        "which cardiologists tell five kinds of beats. For learning only, not for medical use.",
        source="Data: Moody and Mark 2001, MIT-BIH Arrhythmia Database; such networks: Rajpurkar et al. 2017, "
        "Cardiologist-level arrhythmia detection with convolutional neural networks",
        published="Rajpurkar's has 34 layers and 14 classes. Mind what the test shows here: other beats of the same "
        "people. On people it never met, such a network is right about half the time.",
        build=heartbeats,
        data_settings=DataSettings("heartbeats"),
        training=TrainingSettings(epochs=10),
        family="Signals",
        counted_parameters=14_533,
        counted_multiply_adds=357_632,
        is_small=True,
    )
)

SPOKEN_DIGIT_CRNN = register(
    ZooNetwork(
        key="spoken-digit-crnn",
        title="CNN + LSTM for digits",
        year=2015,
        idea="Convolutions read the spectrogram of a spoken digit, and an LSTM listens to what they found, moment by "
        "moment, and remembers. Its last memory decides which digit it was.",
        source="Sainath, Vinyals, Senior and Sak 2015, Convolutional, long short-term memory, fully connected deep "
        "neural networks",
        published="The paper's recogniser of English speech has two convolutions, two or three LSTM layers of 832 "
        "cells and a dense layer. This one is small enough to train in minutes.",
        build=spoken_digits,
        data_settings=DataSettings("spoken_digits"),
        training=TrainingSettings(learning_rate=0.003, batch_size=32, epochs=12),
        family="Signals",
        counted_parameters=87_978,
        counted_multiply_adds=5_276_288,
        is_small=True,
    )
)

SPOKEN_WAVE_CNN = register(
    ZooNetwork(
        key="spoken-wave-cnn",
        title="CNN on sound",
        year=2017,
        idea="No spectrogram: the first convolution sees the sound itself, 64 values at a time, and has to find the "
        "pitches that matter. Look at its kernels after training, and compare with the spectrogram’s network.",
        source="Dai, Dai, Qu, Li and Das 2017, Very deep convolutional neural networks for raw waveforms",
        published="The paper's networks have 3 to 34 layers and a first kernel of 80 values; theirs tell ten kinds of "
        "noises of a city apart.",
        build=spoken_waves,
        data_settings=DataSettings("spoken_digits_waveform"),
        training=TrainingSettings(learning_rate=0.002, batch_size=32, epochs=10),
        family="Signals",
        counted_parameters=25_434,
        counted_multiply_adds=2_631_680,
        is_small=True,
    )
)
