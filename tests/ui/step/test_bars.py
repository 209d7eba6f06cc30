"""The strip, the timeline, the transport and the player on their own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.base import Microscope
from playground.ui.step.pace import SPEEDS, Pace
from playground.ui.step.player import Player
from playground.ui.step.strip import LayerStrip, StripCard
from playground.ui.step.timeline import Station, Timeline
from playground.ui.step.transport import Transport


def test_the_strip_fits_or_scrolls(qtbot: QtBot) -> None:
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 74)
    strip.show()
    cards = [StripCard(f"n{i}", f"layer {i}", "dense", "10", (i - 1,) if i else ()) for i in range(8)]
    strip.set_cards(cards)
    assert strip.horizontalScrollBar().maximum() == 0
    strip.set_cards([StripCard(f"n{i}", f"layer {i}", "dense", "10") for i in range(40)])
    strip.set_progress("n39", frozenset({"n39"}))
    assert 0 < strip.card_center("n39").x() < 900
    assert strip.card_center("n0").x() < 0
    with qtbot.waitSignal(strip.clicked) as clicked:
        row = strip.row
        at = row.mapFrom(strip.viewport(), strip.card_center("n38").toPoint())
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=at)
    assert clicked.args == ["n38"]


@pytest.mark.parametrize("count", [1, 24, 900])
def test_a_click_anywhere_on_the_timeline_finds_its_station(count: int, qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 30)
    timeline.set_stations([Station(f"layer{i}", "forward" if i < count / 2 else "backward") for i in range(count)])
    timeline.set_current(count - 1)
    timeline.grab()
    for index in {0, count // 2, count - 1}:
        with qtbot.waitSignal(timeline.clicked) as clicked:
            qtbot.mouseClick(
                timeline, Qt.MouseButton.LeftButton, pos=QPoint(int(timeline.segment_rect(index).center().x()), 7)
            )
        assert clicked.args is not None
        assert abs(clicked.args[0] - index) <= (0 if count < 100 else 1)


def test_the_transport_offers_only_steps_that_exist(qtbot: QtBot) -> None:
    transport = Transport(Pace())
    qtbot.addWidget(transport)
    transport.set_nouns({"layer": "layer", "unit": "filter", "step": "window", "term": "term"})
    assert all(word in transport.steps_text for word in ("by layer", "by filter", "by window", "by term"))
    transport.set_nouns({"layer": "layer", "unit": "", "step": "", "term": ""})
    assert "by filter" not in transport.steps_text
    assert "by layer" in transport.steps_text
    with qtbot.waitSignal(transport.granularity_changed):
        transport.set_granularity("unit")


def test_the_speed_is_one_for_all_who_show_it(qtbot: QtBot) -> None:
    pace = Pace()
    with qtbot.waitSignal(pace.changed) as changed:
        pace.choose(0)
    assert changed.args == [0]
    assert pace.speed.rate == 1
    assert [speed.label("window") for speed in SPEEDS] == [
        "1 window/s",
        "3 windows/s",
        "12 windows/s",
        "30 windows/s",
        "60 windows/s",
        "6 rows/s",
        "at once",
    ]


class Counter(Microscope):
    """A microscope that only counts its steps."""

    def __init__(self) -> None:
        self.at = 99
        super().__init__(None)  # type: ignore[arg-type]

    @property
    def step_count(self) -> int:
        return 100

    @property
    def step(self) -> int:
        return self.at

    def go_to_step(self, step: int) -> None:
        self.at = step


def test_playing_goes_through_all_steps_and_then_asks_for_the_next_station(qtbot: QtBot) -> None:
    pace = Pace()
    pace.choose(SPEEDS.index(next(speed for speed in SPEEDS if speed.rows)))
    pace.dwell = 0.0
    player, counter = Player(pace), Counter()
    qtbot.addWidget(counter)
    seen: list[int] = []
    player.stepped.connect(lambda: seen.append(counter.at))
    with qtbot.waitSignal(player.next_station, timeout=20_000):
        player.start(counter)
    player.stop()
    assert seen == sorted(seen)
    assert seen[0] < 30, "a finished microscope begins anew"
    assert seen[-1] == 99
    assert not player.is_playing


def test_at_once_is_at_once(qtbot: QtBot) -> None:
    pace = Pace()
    pace.choose(len(SPEEDS) - 1)
    pace.dwell = 0.0
    player, counter = Player(pace), Counter()
    qtbot.addWidget(counter)
    counter.at = 5
    with qtbot.waitSignal(player.next_station, timeout=5_000):
        player.start(counter)
    player.stop()
    assert counter.at == 99
