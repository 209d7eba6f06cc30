"""What augmentation does to a batch: exact where it can be told, within its limits where chance rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from playground.data import load, split
from playground.graph.experiment import Experiment
from playground.layers import ParamError
from playground.train import train
from playground.train.augmentation import Augmenter
from playground.train.augmentation_kinds import PARAMS, fitting, is_on
from playground.train.bench import Bench
from playground.train.events import BatchDone, Event, Finished, Started
from playground.train.preparation import split_for
from playground.train.steering import Steering, needs_new_start
from playground.zoo import zoo_experiment


def _pictures(count: int = 200, channels: int = 3, side: int = 16) -> torch.Tensor:
    return torch.rand(count, channels, side, side, generator=torch.Generator().manual_seed(1))


def _apply(x: torch.Tensor, copy: int = 0, seed: int = 0, **settings: Any) -> torch.Tensor:
    torch.manual_seed(seed)
    return Augmenter(settings, tuple(x.shape[1:])).apply(x, torch.full((len(x),), copy))


def test_nothing_is_done_by_default() -> None:
    x = _pictures()
    augmenter = Augmenter({}, (3, 16, 16))
    assert not augmenter.is_on
    assert torch.equal(augmenter.apply(x, torch.zeros(len(x), dtype=torch.int64)), x)


def test_half_of_the_pictures_are_mirrored_exactly() -> None:
    x = _pictures()
    seen = _apply(x, flip=True)
    same = [torch.allclose(a, b, atol=1e-5) for a, b in zip(seen, x, strict=True)]
    turned = [torch.allclose(a, b.flip(2), atol=1e-5) for a, b in zip(seen, x, strict=True)]
    assert all(a != b for a, b in zip(same, turned, strict=True))
    assert 70 < sum(turned) < 130


def test_upside_down_turns_rows() -> None:
    x = _pictures(20)
    for seen, before in zip(_apply(x, flip_vertical=True), x, strict=True):
        assert torch.allclose(seen, before, atol=1e-5) or torch.allclose(seen, before.flip(1), atol=1e-5)


def test_two_copies_are_the_picture_and_its_mirror_image() -> None:
    x = _pictures(10)
    torch.testing.assert_close(_apply(x, copy=0, times="2"), x, atol=1e-5, rtol=0)
    torch.testing.assert_close(_apply(x, copy=1, times="2"), x.flip(3), atol=1e-5, rtol=0)


def test_ten_copies_are_five_crops_and_their_mirror_images() -> None:
    """On a ramp a crop of 7/8 shows which part of the side was kept."""
    side = 64
    ramp = torch.linspace(-1 + 1 / side, 1 - 1 / side, side)
    x = torch.stack((ramp.expand(side, side), ramp.expand(side, side).T)).unsqueeze(0)
    x = torch.cat((x, torch.zeros(1, 1, side, side)), dim=1)
    middles = []
    for copy in range(10):
        seen = _apply(x, copy=copy, times="10")[0, :2, 8:-8, 8:-8]
        middles.append((round(float(seen[0].mean()), 2), round(float(seen[1].mean()), 2)))
        spread = float(seen[0, :, -1].mean() - seen[0, :, 0].mean())
        assert (spread < 0) == (copy % 2 == 1)
        assert abs(spread) == pytest.approx(7 / 8 * 2 * 47 / 64, abs=0.01)
    places = [(0, 0), (-1, -1), (1, -1), (-1, 1), (1, 1)]
    for (across, down), (x_place, y_place) in zip(middles, [p for p in places for _ in range(2)], strict=True):
        assert across == pytest.approx(x_place / 8, abs=0.011)
        assert down == pytest.approx(y_place / 8, abs=0.011)


def test_shift_moves_up_to_its_part_of_the_side_and_leaves_nothing_behind() -> None:
    x = torch.zeros(300, 1, 20, 20)
    x[:, :, 9:11, 9:11] = 1
    seen = _apply(x, shift=0.2)
    rows = torch.arange(20.0) - 9.5
    total = seen.sum(dim=(1, 2, 3))
    centre = (seen.sum(dim=(1, 3)) * rows).sum(dim=1) / total
    assert float(centre.abs().max()) <= 4.0 + 1e-3
    assert float(centre.abs().max()) > 3.0
    torch.testing.assert_close(total, torch.full((300,), 4.0), atol=1e-3, rtol=0)


def test_a_quarter_turn_is_the_greatest_turn_and_keeps_the_middle() -> None:
    x = torch.zeros(100, 1, 21, 21)
    x[:, :, 10, 10] = 1
    torch.testing.assert_close(_apply(x, rotate=90.0)[:, 0, 10, 10], torch.ones(100), atol=1e-4, rtol=0)
    bar = torch.zeros(200, 1, 21, 21)
    bar[:, :, 10, 3:18] = 1
    mass = _apply(bar, rotate=30.0)[:, 0]
    across = mass[:, :, :5].sum(dim=(1, 2)) + mass[:, :, 16:].sum(dim=(1, 2))
    assert float(across.min()) > 0  # up to 30°: the bar never stands upright


def test_scale_makes_larger_or_smaller_within_its_part() -> None:
    x = torch.ones(200, 1, 40, 40)
    part = _apply(x, scale=0.25).mean(dim=(1, 2, 3))
    assert float(part.min()) >= 0.75**2 - 0.03
    assert float(part.min()) < 0.65
    assert float(part.max()) == pytest.approx(1.0)


def test_a_crop_keeps_within_the_picture() -> None:
    assert float(_apply(torch.ones(100, 1, 20, 20), crop=0.4)[:, :, 1:-1, 1:-1].min()) == pytest.approx(1.0, abs=1e-4)


def test_light_contrast_and_colour_stay_within_their_limits() -> None:
    x = _pictures() * 0.4 + 0.3
    lighter = _apply(x, brightness=0.2) - x
    assert float(lighter.abs().max()) <= 0.2 + 1e-6
    assert float((lighter.amax(dim=(1, 2, 3)) - lighter.amin(dim=(1, 2, 3))).max()) < 1e-5
    steeper = _apply(x, contrast=0.5)
    ratio = steeper.std(dim=(1, 2, 3)) / x.std(dim=(1, 2, 3))
    assert 0.5 - 1e-3 <= float(ratio.min()) < float(ratio.max()) <= 1.5 + 1e-3
    weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    coloured = _apply(x, saturation=0.3)
    torch.testing.assert_close((coloured * weights).sum(1), (x * weights).sum(1), atol=1e-5, rtol=0)


def test_grey_pictures_have_equal_channels_in_the_part_asked_for() -> None:
    seen = _apply(_pictures(), grayscale=0.5)
    is_grey = ((seen[:, 0] - seen[:, 1]).abs().amax(dim=(1, 2)) < 1e-6).sum()
    assert 70 < int(is_grey) < 130


def test_cut_out_blots_a_square_at_another_place_each_time() -> None:
    seen = _apply(torch.ones(100, 1, 20, 20), cutout=0.3)
    assert set(seen.sum(dim=(1, 2, 3)).tolist()) == {400.0 - 36.0}
    assert len({tuple(picture.nonzero()[0].tolist()) for picture in (1 - seen)}) > 30


def test_noise_has_the_spread_asked_for_and_pictures_stay_pictures() -> None:
    seen = _apply(torch.full((50, 1, 20, 20), 0.5), noise=0.1)
    assert float(seen.std()) == pytest.approx(0.1, rel=0.05)
    assert float(_apply(_pictures(), noise=1.0).min()) >= 0
    assert float(_apply(torch.zeros(100, 5), noise=1.0).min()) < 0  # a list is no picture


def test_mix_up_mixes_pairs_by_one_share() -> None:
    x = torch.arange(8.0).reshape(8, 1)
    torch.manual_seed(0)
    mixed, mixture = Augmenter({"mixup": 1.0}, (1,)).mix(x)
    assert mixture is not None
    torch.testing.assert_close(mixed, mixture.share * x + (1 - mixture.share) * x[mixture.partner])
    assert Augmenter({"mixup": 1.0}, (1,)).mix(x[:1])[1] is None


def test_signals_shift_in_time_and_lists_only_get_noise_and_mixtures() -> None:
    pulse = torch.zeros(50, 2, 30)
    pulse[:, :, 15] = 1
    moved = _apply(pulse, shift=0.3)
    assert moved.shape == pulse.shape
    assert len(set(moved[:, 0].argmax(dim=1).tolist())) > 5
    torch.testing.assert_close(moved.sum(dim=2), torch.ones(50, 2), atol=1e-4, rtol=0)  # later or earlier, not weaker
    assert {param.key for param in fitting((4,))} == {"noise", "mixup"}
    assert {param.key for param in fitting((1, 8, 8))} == {p.key for p in PARAMS} - {"saturation", "grayscale"}


def test_the_same_chance_gives_the_same_pictures() -> None:
    settings: dict[str, Any] = {"shift": 0.1, "rotate": 10.0, "noise": 0.1, "cutout": 0.2}
    assert torch.equal(_apply(_pictures(9), **settings), _apply(_pictures(9), **settings))
    assert not torch.equal(_apply(_pictures(9), **settings), _apply(_pictures(9), seed=1, **settings))


@pytest.mark.parametrize("settings", [{"shift": 2.0}, {"times": "3"}, {"blur": 1.0}, {"flip": "yes"}])
def test_what_cannot_be_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ParamError):
        Augmenter(settings, (1, 8, 8))


def test_whether_anything_is_on() -> None:
    assert not is_on({})
    assert not is_on({"times": "1", "flip": False, "shift": 0.0})
    assert is_on({"times": "2"})
    assert is_on({"flip": True})


# ---- in training


def _experiment(**augmentation: Any) -> Experiment:
    base = zoo_experiment("lenet-5")
    data = replace(base.data, name="digits8x8", train_size=120)
    graph = base.graph
    from playground.graph import edits

    for node in graph:
        if node.type == "input":
            graph = edits.set_params(graph, node.id, {"shape": (1, 8, 8)})
        if node.id == "conv2":
            graph = edits.set_params(graph, node.id, {"padding": (2, 2)})
    training = replace(base.training, epochs=2, batch_size=32, augmentation=augmentation, schedule="constant")
    return replace(base, graph=graph, data=data, training=training)


def _run(experiment: Experiment, steering: Steering | None = None) -> list[Event]:
    return list(train(experiment, split_for(experiment), steering=steering))


def test_a_run_with_augmentation_is_the_same_each_time_and_another_than_without() -> None:
    settings = {"shift": 0.1, "rotate": 15.0, "mixup": 0.4}
    first, again, plain = (_run(_experiment(**kind)) for kind in (settings, settings, {}))
    losses = [[e.loss for e in run if isinstance(e, BatchDone)] for run in (first, again, plain)]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]
    assert isinstance(first[-1], Finished)


def test_copies_make_an_epoch_longer() -> None:
    def batches(times: str) -> int:
        started = next(e for e in _run(_experiment(times=times)) if isinstance(e, Started))
        return started.batches

    assert [batches(times) for times in ("1", "2", "10")] == [4, 8, 38]


def test_mix_up_weighs_both_targets() -> None:
    """Against a loss worked out by hand from the network's own two losses."""
    experiment = _experiment(mixup=1.0)
    parts = split(load("digits8x8"), validation_fraction=0.1, train_size=120, seed=experiment.seed)
    bench = Bench(experiment, parts, {})
    bench.network.train()
    index = bench.batches(0, 32)[0]
    x, target, mixture = bench._seen(index, 0)
    assert mixture is not None
    with torch.no_grad():
        own, other = (bench._module(x, t)[1] for t in (target, target[mixture.partner]))
    loss, _ = bench.learn(index, 0)
    assert loss == pytest.approx(float(mixture.share * own + (1 - mixture.share) * other), rel=1e-5)


def test_augmentation_can_be_changed_while_it_runs_but_for_the_copies() -> None:
    experiment = _experiment()
    steering = Steering()
    noisier = replace(experiment.training, augmentation={"noise": 0.5})
    seen: list[float] = []
    for event in train(experiment, split_for(experiment), steering=steering):
        if isinstance(event, BatchDone):
            seen.append(event.loss)
            if event.step == 1:
                steering.change(noisier)
    plain = [e.loss for e in _run(experiment) if isinstance(e, BatchDone)]
    assert seen[0] == plain[0]
    assert seen[1] != plain[1]
    assert not needs_new_start(experiment.training, noisier)
    assert needs_new_start(experiment.training, replace(noisier, augmentation={"times": "2"}))


def test_validation_and_test_examples_stay_as_they_are() -> None:
    experiment = _experiment(noise=1.0, times="2")
    bench = Bench(experiment, split_for(experiment), {})
    np.testing.assert_array_equal(bench.validation.x.numpy(), split_for(experiment).x_validation)
