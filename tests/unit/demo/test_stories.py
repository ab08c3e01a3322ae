"""The stories of docs/demo.md hold in the files, for small and large sets and for any last day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.demo.plan import FULL_SIZE
from dashboard.demo.writer import write_demo
from tests.demo_data import DEMO_UNTIL, demo_folder
from tests.thorough import thorough
from tests.unit.demo import figures, stories
from tests.unit.demo.figures import Demo


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The set that other tests share."""
    return figures.load(demo_folder(tmp_path_factory.mktemp("demo")))


def test_small_set_one_transition_loses_most(small: Demo) -> None:
    stories.check_bottleneck(small)


def test_small_set_the_contact_centre_is_the_weak_touchpoint(small: Demo) -> None:
    stories.check_weak_touchpoint(small)


def test_small_set_the_check_falls_by_the_mix(small: Demo) -> None:
    stories.check_mix(small)


def test_small_set_the_callback_works(small: Demo) -> None:
    stories.check_callback(small, DEMO_UNTIL)


def test_small_set_the_banner_moves_nothing(small: Demo) -> None:
    stories.check_banner(small, DEMO_UNTIL)


def test_small_set_repeat_purchases_grow(small: Demo) -> None:
    stories.check_repeats(small)


@thorough
def test_full_set_tells_every_story_for_another_last_day(tmp_path: Path) -> None:
    """Three days into a quarter; test_document.py looks at a day in the middle of one."""
    until = date(2026, 1, 3)
    stories.check_all(figures.load(write_demo(tmp_path, FULL_SIZE, until).parent), until)
