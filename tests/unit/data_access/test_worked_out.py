"""What is made of frames is kept as they are: once a question and generation, bounded, and never for a reader alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_access.frame_cache import FrameCache
from data_access.recorder import recorded
from tests.unit.data_access.test_abandoned import Asking, until, waiting
from tests.unit.data_access.test_generations import ACME, Viewer

QUESTION = ("people", 90)


@dataclass(frozen=True)
class Told:
    """An answer with parts."""

    texts: tuple[str, ...]
    reasons: dict[str, str]


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    made = Viewer(tmp_path)
    made.write(1, customers=3)
    yield made
    made.facts.close()
    made.state.dispose()


def test_it_is_made_once_until_a_new_generation_comes(viewer: Viewer) -> None:
    made: list[int] = []

    def compute() -> tuple[int, ...]:
        made.append(viewer.touches())
        return (made[-1],)

    assert [viewer.facts.worked_out(ACME, QUESTION, compute) for _ in range(3)] == [(3,)] * 3
    assert viewer.facts.worked_out(ACME, ("people", 30), compute) == (3,)
    assert made == [3, 3]
    viewer.write(2, customers=5)
    until(lambda: viewer.touches() == 5)  # the pointer is looked at once a second
    assert viewer.facts.worked_out(ACME, QUESTION, compute) == (5,)
    assert made == [3, 3, 5]
    assert {key[1] for key in viewer.facts._cache._kept} == {2}  # nothing of the old one stays


def test_nothing_is_kept_of_an_error_and_nothing_is_an_answer_too(viewer: Viewer) -> None:
    made: list[None] = []

    def fails() -> None:
        raise ValueError("a defect")

    for _ in range(2):
        with pytest.raises(ValueError, match="a defect"):
            viewer.facts.worked_out(ACME, QUESTION, fails)
    for _ in range(2):
        assert viewer.facts.worked_out(ACME, QUESTION, lambda: made.append(None)) is None
    assert len(made) == 1


def test_who_wants_to_see_the_statements_sees_all_of_them(viewer: Viewer) -> None:
    def compute() -> tuple[int, ...]:
        return (viewer.touches(),)

    viewer.facts.worked_out(ACME, QUESTION, compute)
    with recorded() as statements:
        viewer.facts.worked_out(ACME, QUESTION, compute)
    assert len(statements) == 1


def test_it_takes_memory_of_the_same_bound() -> None:
    cache = FrameCache(100_000)
    for number in range(20):
        told = Told(tuple(f"{place} of {number}" * 10 for place in range(50)), {"why": "w" * 5_000})
        assert cache.get(("acme", 1, number), lambda told=told: told) is told
    assert 50_000 < cache.size <= 100_000
    large = Told(("x" * 200_000,), {})
    assert cache.get(("acme", 1, "large"), lambda: large) is large
    assert ("acme", 1, "large") not in cache._kept


def test_who_stays_gets_what_one_who_left_began_in_two_steps() -> None:
    """The one whose thread works leaves between the steps: the second step is asked for whoever still waits."""
    cache, go = FrameCache(100_000), threading.Event()

    def steps() -> tuple[int, ...]:
        go.wait(5)
        return cache.get(("acme", 1, "inner"), lambda: (7,))

    first = Asking(lambda: cache.get(("acme", 1, "outer"), steps))
    until(lambda: waiting(cache) == 1)
    second = Asking(lambda: cache.get(("acme", 1, "outer"), steps))
    until(lambda: waiting(cache) == 2)
    first.left.happen()
    go.set()
    assert second.outcome.result(5) == (7,)
    assert first.outcome.result(5) == "question_abandoned"


def test_the_last_one_who_leaves_stops_the_steps_inside() -> None:
    cache, go, begun = FrameCache(100_000), threading.Event(), []

    def steps() -> tuple[int, ...]:
        go.wait(5)
        return cache.get(("acme", 1, "inner"), lambda: begun.append(1) or (7,))

    only = Asking(lambda: cache.get(("acme", 1, "outer"), steps))
    until(lambda: waiting(cache) == 1)
    only.left.happen()
    go.set()
    assert only.outcome.result(5) == "question_abandoned"
    only.thread.join(5)
    assert begun == []
    assert cache._running == {}
