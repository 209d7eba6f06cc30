"""Random numbers from a seed, whatever else the process does with chance at the same time."""

from __future__ import annotations

import threading

import torch

from playground.engine.chance import chance_from, named_seed


def test_what_is_drawn_depends_on_the_seed_alone_and_leaves_no_trace() -> None:
    torch.manual_seed(5)
    expected_outside = torch.rand(3)
    with chance_from(7):
        first = torch.rand(3)
    torch.manual_seed(5)
    with chance_from(7):
        second = torch.rand(3)
    torch.testing.assert_close(first, second)
    torch.testing.assert_close(torch.rand(3), expected_outside)


def test_threads_do_not_disturb_each_other() -> None:
    with chance_from(1):
        expected = torch.nn.Linear(20, 20).weight.detach().clone()
    wrong: list[int] = []

    def draw() -> None:
        for attempt in range(200):
            with chance_from(1):
                if not torch.equal(torch.nn.Linear(20, 20).weight, expected):
                    wrong.append(attempt)

    threads = [threading.Thread(target=draw) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_every_purpose_has_a_seed_of_its_own() -> None:
    seeds = {named_seed(seed, name) for seed in range(50) for name in ("conv1", "fc1", "epoch 0", "step 1", "step 11")}
    assert len(seeds) == 250
