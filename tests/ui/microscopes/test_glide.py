from __future__ import annotations

from pytestqt.qtbot import QtBot

from playground.ui.microscopes.glide import Glide


def test_a_frame_glides_to_its_place_and_comes_nearer_all_the_time(qtbot: QtBot) -> None:
    glide = Glide()
    seen: list[float] = []
    glide.changed.connect(lambda: seen.append(glide.offset[1]))

    glide.begin(0, -2)
    assert glide.offset == (0, -2)
    qtbot.waitUntil(lambda: glide.offset == (0, 0))

    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert all(-2 <= offset <= 0 for offset in seen)


def test_steps_that_come_with_every_frame_are_shown_where_they_are(qtbot: QtBot) -> None:
    glide = Glide()
    glide.begin(0, -1)
    glide.begin(0, -1)
    assert glide.offset == (0, 0)


def test_steps_at_an_even_pace_make_one_movement(qtbot: QtBot) -> None:
    glide = Glide()
    glide.begin(0, -1)
    for _ in range(3):
        qtbot.wait(40)
        glide.begin(0, -1)
        assert glide.offset == (0, -1)  # it sets out again as soon as the next step comes
    qtbot.waitUntil(lambda: glide.offset == (0, 0))


def test_a_glide_that_is_stopped_is_where_it_belongs(qtbot: QtBot) -> None:
    glide = Glide()
    glide.begin(1, 0)
    glide.stop()
    assert glide.offset == (0, 0)
