"""Viewers: they follow the pointer, close what is old, stop slow questions, and say when a file is broken."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access import schema
from data_access.engine import generation_path
from data_access.generations import MAX_OPEN, GenerationFacts
from data_access.scope import Action, Scope
from data_access.state import engagements
from tests.generation_files import installation, point_at, write_generation
from tests.waiting import until

ACME = Scope("acme", Action.READ, 0)
TOUCHES = sa.select(sa.func.count().label("n")).select_from(schema.journey)


class Viewer:
    """An installation with one engagement and a reader of its facts."""

    def __init__(self, folder: Path, **fields: Any) -> None:
        self.settings, self.state = installation(folder, **fields)
        self.facts = GenerationFacts(self.settings, self.state)

    def write(self, number: int, customers: int, key: str = "acme") -> Scope:
        return write_generation(self.settings, self.state, number, customers, key)

    def touches(self, scope: Scope = ACME) -> int:
        return int(self.facts.frame(scope, TOUCHES)["n"].iloc[0])

    def open_files(self) -> set[str]:
        """Generation files that this process holds open, as the system sees them."""
        root = str(self.settings.data.absolute())
        links = (str(fd.readlink()) for fd in list(Path("/proc/self/fd").iterdir()) if fd.is_symlink())
        return {link[len(root) + 1 :] for link in links if link.startswith(root) and ".duckdb" in link}


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    made = Viewer(tmp_path, statement_seconds=5)
    yield made
    made.facts.close()
    made.state.dispose()


def slow_statement(salt: int = 0) -> sa.Select:
    """A question that no machine answers in a minute."""
    left, right = (sa.func.range(10_000_000).table_valued("range", name=name) for name in ("left", "right"))
    return (
        sa.select(sa.func.count().label("n"))
        .select_from(left)
        .join(right, left.c.range * 7 % 1_000_003 > right.c.range * 3 % 1_000_033 + salt)
    )


def test_before_the_first_import_there_are_no_data(viewer: Viewer) -> None:
    engagements.add(viewer.state, "acme")
    assert viewer.facts.status(ACME) is None
    for ask in (viewer.touches, lambda: viewer.facts.info(ACME)):
        with pytest.raises(JourneyError) as refused:
            ask()
        assert (refused.value.code, refused.value.status) == ("no_data_yet", 409)


def test_a_new_generation_is_seen_within_a_second_and_the_old_file_closes(viewer: Viewer) -> None:
    viewer.write(1, customers=2)
    assert viewer.touches() == 2
    viewer.write(2, customers=5)
    switched = time.monotonic()
    while viewer.touches() == 2:
        assert time.monotonic() - switched < 1.5
        time.sleep(0.02)
    assert viewer.touches() == 5
    current = viewer.facts.status(ACME)
    assert current is not None
    assert current.number == 2
    assert viewer.open_files() == {"engagements/acme/gen-2.duckdb"}


def test_a_question_under_way_keeps_its_generation_until_it_ends(viewer: Viewer) -> None:
    viewer.write(1, customers=2)
    with viewer.facts.pinned():
        assert viewer.touches() == 2
        viewer.write(2, customers=5)
        time.sleep(1.1)
        assert viewer.touches() == 2
        seen: list[int] = []
        other = threading.Thread(target=lambda: seen.append(viewer.touches()))
        other.start()
        other.join()
        assert seen == [5]
        assert viewer.touches() == 2
        assert len(viewer.open_files()) == 2
    assert viewer.touches() == 5
    assert viewer.open_files() == {"engagements/acme/gen-2.duckdb"}


def test_the_pointer_may_go_back(viewer: Viewer) -> None:
    viewer.write(1, customers=2)
    viewer.write(2, customers=5)
    assert viewer.touches() == 5
    point_at(viewer.state, 1)
    time.sleep(1.1)
    assert viewer.touches() == 2


def test_at_most_four_engagements_stay_open_and_the_longest_unused_close(viewer: Viewer) -> None:
    scopes = [viewer.write(1, customers=number, key=f"client{number}") for number in range(1, 7)]
    assert [viewer.touches(scope) for scope in scopes] == [1, 2, 3, 4, 5, 6]
    assert len(viewer.open_files()) == MAX_OPEN
    assert viewer.touches(scopes[0]) == 1
    assert "engagements/client1/gen-1.duckdb" in viewer.open_files()
    assert len(viewer.open_files()) == MAX_OPEN


def test_one_client_never_sees_the_file_of_another(viewer: Viewer) -> None:
    mine, theirs = viewer.write(1, customers=3, key="mine"), viewer.write(1, customers=4, key="theirs")
    assert (viewer.touches(mine), viewer.touches(theirs), viewer.touches(mine)) == (3, 4, 3)


def test_a_slow_question_is_stopped_at_the_deadline_and_the_connection_stays_good(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path, statement_seconds=0.5, threads=1)
    viewer.write(1, customers=3)
    start = time.monotonic()
    with pytest.raises(JourneyError) as refused:
        viewer.facts.frame(ACME, slow_statement())
    assert time.monotonic() - start < 3
    assert (refused.value.code, refused.value.status) == ("question_too_slow", 503)
    assert viewer.touches() == 3


def test_too_much_memory_is_an_error_and_the_next_question_is_answered(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path, duckdb_memory_mb=64, statement_seconds=30)
    viewer.write(1, customers=3)
    numbers = sa.func.range(20_000_000).table_valued("range", name="numbers")
    words = sa.func.list(sa.func.repeat("x", 100) + sa.cast(numbers.c.range, sa.Text))
    with pytest.raises(JourneyError) as refused:
        viewer.facts.frame(ACME, sa.select(sa.func.len(words)).select_from(numbers))
    assert refused.value.code == "question_too_big"
    assert viewer.touches() == 3


def test_equal_questions_at_once_are_computed_once(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path, statement_seconds=0.7)
    viewer.write(1, customers=3)
    viewer.touches()
    codes: list[str] = []

    def ask() -> None:
        try:
            viewer.facts.frame(ACME, slow_statement())
        except JourneyError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["question_too_slow"] * 6
    assert time.monotonic() - start < 3  # six in turn on two threads of DuckDB would take longer


def test_answers_are_kept_and_nobody_spoils_them_for_others(viewer: Viewer) -> None:
    viewer.write(1, customers=3)
    statement = sa.select(schema.journey.c.stage, schema.journey.c.customer_id).order_by("customer_id")
    first = viewer.facts.frame(ACME, statement)
    first.loc[:, "stage"] = "spoilt"
    del first["customer_id"]
    second = viewer.facts.frame(ACME, statement)
    assert list(second.columns) == ["stage", "customer_id"]
    assert set(second["stage"]) == {"initial_consideration"}
    assert viewer.facts._cache.size > 0


def test_values_of_a_question_belong_to_its_key(viewer: Viewer) -> None:
    viewer.write(1, customers=3)
    customers = schema.journey.c.customer_id

    def count(*ids: int) -> int:
        statement = TOUCHES.where(customers.in_(ids))
        return int(viewer.facts.frame(ACME, statement)["n"].iloc[0])

    assert (count(1), count(1, 2), count(2, 3), count(99)) == (1, 2, 2, 0)


@pytest.mark.parametrize("place", [0, 8, 4096, 4200, -60_000, -20_000])
def test_a_flipped_byte_is_a_clear_error_or_harmless_but_never_a_wrong_number(
    viewer: Viewer, place: int
) -> None:
    viewer.write(1, customers=300)
    path = generation_path(viewer.settings, "acme", 1)
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    told = None
    try:
        everything = [viewer.facts.frame(ACME, sa.select(table)) for table in schema.DERIVED]
    except JourneyError as error:
        told = (error.code, error.status, error.facts)
    facts = {"engagement": "acme", "number": 1, "path": str(path)}
    if told is None:
        assert place < 0  # a byte of a block that nothing uses
        assert len(everything[schema.DERIVED.index(schema.journey)]) == 300
    else:
        assert told == ("generation_unreadable", 503, facts)


def test_a_header_that_is_broken_is_always_told(viewer: Viewer) -> None:
    viewer.write(1, customers=3)
    path = generation_path(viewer.settings, "acme", 1)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(JourneyError, match="generation_unreadable"):
        viewer.touches()


def test_a_missing_file_is_told_and_heals_when_it_is_back(viewer: Viewer) -> None:
    viewer.write(1, customers=3)
    path = generation_path(viewer.settings, "acme", 1)
    path.rename(path.with_suffix(".away"))
    with pytest.raises(JourneyError, match="generation_unreadable"):
        viewer.touches()
    path.with_suffix(".away").rename(path)
    assert viewer.touches() == 3


def test_a_file_opened_before_a_fork_is_refused_after_it(viewer: Viewer) -> None:
    viewer.write(1, customers=3)
    viewer.touches()
    answers = multiprocessing.get_context("fork").SimpleQueue()

    def child() -> None:
        try:
            viewer.facts.frame(ACME, TOUCHES)
        except RuntimeError as error:
            answers.put(str(error))
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(20)
    assert "fork" in answers.get()


def test_readers_and_switches_at_once_never_mix_generations(viewer: Viewer) -> None:
    viewer.write(1, customers=1)
    stop, seen, failures = threading.Event(), [], []
    people = sa.select(sa.func.count().label("n")).select_from(schema.customer)

    def read() -> None:
        while not stop.wait(0.01):  # who writes shall have a turn, too
            try:
                with viewer.facts.pinned():
                    touches, persons = viewer.touches(), int(viewer.facts.frame(ACME, people)["n"].iloc[0])
                seen.append((touches, persons))
            except Exception as error:  # noqa: BLE001 - shown below
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 5):
        if number > 1:
            viewer.write(number, customers=number)
        until(lambda number=number: (number, number) in seen or failures)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(seen) == {(number, number) for number in range(1, 5)}


def test_the_cache_is_bounded_in_bytes() -> None:
    from data_access.frame_cache import FrameCache

    cache = FrameCache(200_000)
    frame = pd.DataFrame({"text": ["some words of an answer"] * 500})
    for number in range(50):
        cache.get(("acme", 1, str(number)), frame.copy)
    assert 100_000 < cache.size <= 200_000
    large = pd.DataFrame({"text": ["some words of an answer"] * 50_000})
    assert len(cache.get(("acme", 1, "large"), lambda: large)) == 50_000
    assert cache.size <= 200_000
    cache.forget("acme", 1)
    assert cache.size == 0


def test_settings_without_a_cache_still_answer(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path, cache_mb=0)
    viewer.write(1, customers=2)
    assert viewer.touches() == 2
    assert isinstance(viewer.settings, Settings)


def test_the_settings_bound_what_a_process_keeps(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path, cache_mb=1, duckdb_memory_mb=100)
    viewer.write(1, customers=2)
    numbers = sa.func.range(30_000).table_valued("range", name="numbers")
    for salt in range(10):  # of 0.23 MB each
        assert len(viewer.facts.frame(ACME, sa.select((numbers.c.range + salt).label("n")))) == 30_000
    assert 700_000 < viewer.facts._cache.size <= 1024 * 1024
    limit = sa.select(sa.func.current_setting("memory_limit").label("limit"))
    assert viewer.facts.frame(ACME, limit)["limit"].tolist() == ["95.3 MiB"]
    viewer.facts.close()
    viewer.state.dispose()
