"""LeNet-5 trained by hand-written PyTorch, as one would write it: the measure for the application's loop.

Reads lines from stdin ("plain" or "channels_last") and answers each with the seconds that one epoch took, with a
validation at its end as the application makes it.
"""

from __future__ import annotations

import sys
import time

import torch
from torch import nn

from playground.train import split_for
from playground.zoo import zoo_experiment

BATCH = 64


def network() -> nn.Sequential:
    """LeNet-5 as in the zoo."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


class Bare:
    """Network, optimizer and data in one memory layout."""

    def __init__(self, layout: torch.memory_format) -> None:
        parts = split_for(zoo_experiment("lenet-5"))
        self.x = torch.tensor(parts.x_train).contiguous(memory_format=layout)
        self.y = torch.tensor(parts.y_train)
        self.x_validation = torch.tensor(parts.x_validation).contiguous(memory_format=layout)
        self.y_validation = torch.tensor(parts.y_validation)
        self.model = network().to(memory_format=layout)  # pyright: ignore[reportCallIssue]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001)
        self.loss = nn.CrossEntropyLoss()

    def epoch_seconds(self) -> float:
        """One pass over the training examples, and the loss and accuracy on the validation examples."""
        began = time.perf_counter()
        self.model.train()
        total = 0.0
        for index in torch.randperm(len(self.x)).split(BATCH):
            x, y = self.x[index], self.y[index]
            self.optimizer.zero_grad()
            loss = self.loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        self.model.eval()
        with torch.no_grad():
            for x, y in zip(self.x_validation.split(256), self.y_validation.split(256), strict=True):
                prediction = self.model(x)
                total += self.loss(prediction, y).item() + (prediction.argmax(1) == y).sum().item()
        return time.perf_counter() - began


def main() -> None:
    """Answer until stdin ends."""
    torch.set_num_threads(int(sys.argv[1]))
    loops = {"plain": Bare(torch.contiguous_format), "channels_last": Bare(torch.channels_last)}
    for line in sys.stdin:
        print(loops[line.strip()].epoch_seconds(), flush=True)


if __name__ == "__main__":
    main()
