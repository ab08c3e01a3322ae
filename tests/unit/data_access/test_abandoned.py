"""Who leaves stops waiting at once; a question ends with the last one who waits for it, and not before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest

from dashboard.errors import JourneyError
from data_access.abandoned import Signal, answered, asked
from data_access.frame_cache import FrameCache
from tests.unit.data_access.test_generations import ACME, Viewer, slow_statement
from tests.waiting import until

KEY = ("acme", 1, "question")


class Asking:
    """Somebody in a thread of their own, with their signal and how it ended."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.left = Signal()
        self.outcome: Future[object] = Future()
        ready = threading.Event()

        def run() -> None:
            self.left = asked()
            ready.set()
            try:
                self.outcome.set_result(ask())
            except JourneyError as error:
                self.outcome.set_result(error.code)
            finally:
                answered()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        ready.wait(5)


def waiting(cache: FrameCache) -> int:
    """How many wait for an answer that is being worked out."""
    return sum(len(run.seats) for run in cache._running.values())


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    made = Viewer(tmp_path, statement_seconds=2.5)
    made.write(1, customers=3)
    made.touches()
    yield made
    made.facts.close()
    made.state.dispose()


def test_the_statement_of_one_who_leaves_is_interrupted(viewer: Viewer) -> None:
    began = time.monotonic()
    alone = Asking(lambda: viewer.facts.frame(ACME, slow_statement()))
    until(lambda: waiting(viewer.facts._cache) == 1)
    alone.left.happen()
    assert alone.outcome.result(5) == "question_abandoned"
    alone.thread.join(5)
    assert time.monotonic() - began < 2  # long before its deadline
    assert viewer.touches() == 3


def test_a_shared_statement_goes_on_for_who_stays(viewer: Viewer) -> None:
    first = Asking(lambda: viewer.facts.frame(ACME, slow_statement(1)))
    until(lambda: waiting(viewer.facts._cache) == 1)
    second = Asking(lambda: viewer.facts.frame(ACME, slow_statement(1)))
    until(lambda: waiting(viewer.facts._cache) == 2)
    first.left.happen()  # the one whose thread works on it
    until(lambda: waiting(viewer.facts._cache) == 1)
    assert not second.outcome.done()
    assert second.outcome.result(5) == "question_too_slow"  # its own end, not an early one
    assert first.outcome.result(5) == "question_abandoned"


def test_who_joined_leaves_at_once_while_the_other_works_on() -> None:
    cache, go, calls = FrameCache(100_000), threading.Event(), []

    def compute() -> pd.DataFrame:
        calls.append(1)
        go.wait(5)
        return pd.DataFrame({"n": [7]})

    first = Asking(lambda: cache.get(KEY, compute))
    until(lambda: waiting(cache) == 1)
    others = [Asking(lambda: cache.get(KEY, compute)) for _ in range(3)]
    until(lambda: waiting(cache) == 4)
    others[0].left.happen()
    assert others[0].outcome.result(5) == "question_abandoned"
    assert not first.outcome.done()
    go.set()
    frames = [one.outcome.result(5) for one in (first, *others[1:])]
    assert [frame["n"].tolist() for frame in frames if isinstance(frame, pd.DataFrame)] == [[7]] * 3
    assert len(calls) == 1
    assert cache._running == {}


def test_who_asks_after_the_last_has_left_begins_anew() -> None:
    cache, go, calls = FrameCache(100_000), threading.Event(), []

    def compute() -> pd.DataFrame:
        calls.append(1)
        go.wait(5)
        return pd.DataFrame({"n": [len(calls)]})

    gone = Asking(lambda: cache.get(KEY, compute))
    until(lambda: waiting(cache) == 1)
    gone.left.happen()
    assert waiting(cache) == 0
    fresh = Asking(lambda: cache.get(KEY, compute))
    until(lambda: waiting(cache) == 1)
    go.set()
    frame = fresh.outcome.result(5)
    assert isinstance(frame, pd.DataFrame)
    assert gone.outcome.result(5) == "question_abandoned"
    assert len(calls) == 2
    assert cache._running == {}


def test_who_has_left_asks_nothing_more() -> None:
    cache, left = FrameCache(100_000), asked()
    cache.get(KEY, lambda: pd.DataFrame({"n": [1]}))
    left.happen()
    with pytest.raises(JourneyError, match="question_abandoned"):
        cache.get(KEY, pd.DataFrame)
    answered()
    assert cache.get(KEY, pd.DataFrame)["n"].tolist() == [1]


def test_a_signal_is_heard_once_before_or_after_and_not_once_taken_back() -> None:
    signal, heard = Signal(), []
    signal.then(lambda: heard.append("before"))
    signal.then(lambda: heard.append("taken back"))()
    signal.happen()
    signal.happen()
    signal.then(lambda: heard.append("after"))
    assert heard == ["before", "after"]
