"""The worker is killed at every named point and at random moments: nothing is lost, nothing is told twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.jobs.all import JOBS
from data_access.points import WORKER_POINTS
from tests.mail_server import mail_server
from tests.thorough import thorough
from tests.worker_kills import REPEATING, House, house, kill

MOMENTS = 5
SEED = 20261122
CAUSES = ("alerts.", "reminder.", "digest.")  # points at which messages are written
NO_RUN_OPEN = ("lease.before_commit", "lease.taken", *(f"run.{job}.after_commit" for job in JOBS))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[House]:
    """An installation and its mail server."""
    with mail_server() as box:
        made = house(tmp_path, box)
        yield made
        made.state.dispose()


def test_killed_at_every_point_of_sending(place: House) -> None:
    """Each worker tidies up after the one that was killed before it, and is killed a point later."""
    points = [point for point in WORKER_POINTS if not point.startswith(CAUSES)]
    for point in points:
        place.queue(1)
        assert place.round(kill_at=point) == -9, point
    assert place.round() == 0
    place.check()
    assert place.repeats() == points.count(REPEATING) == 1
    assert place.lost() == sum(point not in NO_RUN_OPEN for point in points)


@thorough
def test_killed_at_every_point_of_writing_messages(place: House) -> None:
    for point in (one for one in WORKER_POINTS if one.startswith(CAUSES)):
        place.cause(digest=point.startswith("digest."))
        assert place.round(kill_at=point) == -9, point
    assert place.round() == 0
    place.check()
    assert place.repeats() == 0


@thorough
def test_killed_at_random_moments(place: House) -> None:
    choose = random.Random(SEED)
    for number in range(MOMENTS):
        place.queue(2)
        place.cause(digest=number == 0)
        process = place.start(once=False)
        time.sleep(choose.uniform(0.05, 1.0))
        kill(process)
        assert process.exitcode == -9
    assert place.round() == 0
    place.check()
    assert place.repeats() <= MOMENTS
