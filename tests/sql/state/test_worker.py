"""One worker at a time, and an honest list of what it did."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.state import runs, sessions, users, worker
from data_access.state.engine import writing
from data_access.state.lease import this_process
from data_access.state.schema import session
from data_access.state.schema_watch import worker_lease
from tests.sql.state.conftest import NOW, PASSWORD

ELSEWHERE = "another-machine:77:123"


def other(state: sa.Engine, name: str, at: datetime = NOW) -> None:
    """Another worker has taken the lease."""
    values = {"name": "worker", "holder": name, "started_at": at, "expires_at": at + worker.LEASE}
    with writing(state) as connection:
        connection.execute(sa.insert(worker_lease).values(values))


def test_a_living_worker_is_left_alone(state: sa.Engine) -> None:
    other(state, ELSEWHERE)
    with pytest.raises(JourneyError, match="worker_running") as refused:
        worker.take(state, NOW + worker.LEASE / 2)
    assert refused.value.facts == {"holder": "another-machine:77", "since": "2026-06-01 12:00"}
    found = worker.holder(state, NOW + worker.LEASE / 2)
    assert found is not None
    assert (found.name, found.alive, found.heard_at) == (ELSEWHERE, True, NOW)


def test_a_silent_worker_of_another_machine_is_followed_when_its_lease_ends(state: sa.Engine) -> None:
    other(state, ELSEWHERE)
    started = runs.begin(state, "deliver", ELSEWHERE, NOW)
    mine = worker.take(state, NOW + worker.LEASE)
    assert mine == this_process()
    assert [(run.id, run.status) for run in runs.last(state, "deliver")] == [(started, "lost")]
    assert not worker.renew(state, ELSEWHERE, NOW + worker.LEASE)  # it learns that it is over
    assert worker.renew(state, mine, NOW + worker.LEASE)


def test_a_dead_process_of_this_machine_is_followed_at_once(state: sa.Engine) -> None:
    host = this_process().rsplit(":", 2)[0]
    other(state, f"{host}:4194304:1")
    gone = worker.holder(state, NOW)
    assert gone is not None
    assert not gone.alive
    assert worker.take(state, NOW) == this_process()


def test_who_leaves_leaves_nothing_open(state: sa.Engine) -> None:
    mine = worker.take(state, NOW)
    runs.begin(state, "alerts", mine, NOW)
    worker.release(state, mine, NOW)
    assert worker.holder(state, NOW) is None
    assert [run.status for run in runs.last(state, "alerts")] == ["lost"]
    other(state, ELSEWHERE)
    worker.release(state, mine, NOW)  # too late: the lease is somebody else's
    assert worker.holder(state, NOW) is not None


def test_runs_say_what_was_done(state: sa.Engine) -> None:
    later = NOW + timedelta(minutes=5)
    first = runs.begin(state, "digests", "me", NOW)
    runs.done(state, first, "digests", {"queued": 2}, later)
    second = runs.begin(state, "digests", "me", later)
    runs.failed(state, second, "digests", JourneyError("no_data_yet", engagement="acme"), later, "acme")
    bad, good = runs.last(state, "digests")
    assert (good.status, good.counts, good.error, good.finished_at) == ("done", {"queued": 2}, None, later)
    assert (bad.status, bad.engagement, str(bad.error)) == ("failed", "acme", "no_data_yet (engagement=acme)")
    assert runs.successes(state) == {"digests": later}


def test_runs_alike_are_one_line(state: sa.Engine) -> None:
    def run(counts: dict[str, int] | None, at: int) -> None:
        moment = NOW + timedelta(seconds=at)
        number = runs.begin(state, "deliver", "me", moment)
        if counts is None:
            runs.failed(state, number, "deliver", JourneyError("no_data_yet", engagement="acme"), moment)
        else:
            runs.done(state, number, "deliver", counts, moment)

    told = ({"sent": 0}, {"sent": 0}, {"sent": 1}, {"sent": 1}, {"sent": 0}, {"sent": 0}, None, None)
    for at, counts in enumerate(told):
        run(counts, at)
    found = runs.last(state, "deliver", limit=9)
    assert [(one.status, dict(one.counts)) for one in found] == [
        ("failed", {}),
        ("done", {"sent": 0}),
        ("done", {"sent": 1}),
        ("done", {"sent": 1}),
        ("done", {"sent": 0}),
    ]
    assert found[1].started_at == NOW + timedelta(seconds=5)  # the newest of those alike


def test_a_lost_run_stays_lost(state: sa.Engine) -> None:
    number = runs.begin(state, "deliver", "me", NOW)
    other(state, ELSEWHERE)
    worker.take(state, NOW + worker.LEASE)
    runs.done(state, number, "deliver", {"sent": 1}, NOW)
    assert [run.status for run in runs.last(state, "deliver")] == ["lost"]


def test_old_runs_go(state: sa.Engine) -> None:
    for days in (40, 31, 29):
        at = NOW - timedelta(days=days)
        runs.done(state, runs.begin(state, "alerts", "me", at), "alerts", {"rules": days}, at)
    assert runs.forget_old(state, NOW) == 2
    assert [run.counts for run in runs.last(state, "alerts")] == [{"rules": 29}]


def test_ended_sessions_go_and_living_ones_stay(state: sa.Engine, ann: int) -> None:
    wall = users.add_user(state, "wall", "Lobby", "display", PASSWORD)
    idle, absolute = timedelta(hours=12), timedelta(days=7)
    for user_id, hours in ((ann, 13), (ann, 11), (wall, 13), (wall, 24 * 8)):
        sessions.open_session(state, user_id, NOW - timedelta(hours=hours))
    assert sessions.forget_ended(state, NOW, idle, absolute) == 2
    with state.connect() as connection:
        assert sorted(connection.scalars(sa.select(session.c.user_id))) == sorted([ann, wall])
