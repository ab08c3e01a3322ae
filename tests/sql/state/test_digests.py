"""Digests on both databases: whose they are, when they are due, told once, ended by a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.letter import Rhythm, closed_period
from dashboard.journey.message import Message
from dashboard.journey.period import Period
from data_access.state import digests, engagements, users
from data_access.state.digests import Wish
from data_access.state.schema_watch import outbox
from tests.sql.state.conftest import PASSWORD

ZONE = "Europe/Moscow"
NOW = datetime(2026, 6, 4, 12)  # a Thursday
WISH = Wish("week", 8, "ru")
MESSAGE = Message("Subject", "Text")


@pytest.fixture
def people(state: sa.Engine) -> dict[str, users.UserRecord]:
    engagements.add(state, "acme", zone=ZONE)
    engagements.add(state, "rival", zone=ZONE)
    made = {}
    for login, role, keys in (
        ("ann", "consultant", ["acme"]),
        ("ivan", "marketer", ["acme"]),
        ("wall", "display", ["acme"]),
        ("paul", "marketer", ["rival"]),
    ):
        number = users.add_user(state, login, login.title(), role, PASSWORD, engagements=keys)
        users.set_email(state, number, f"{login}@example.com")
        made[login] = users.record(state, number)
    return made


def code(act: Callable[..., object], *values: object) -> str:
    with pytest.raises(JourneyError) as raised:
        act(*values)
    return raised.value.code


def test_ones_own_for_everybody_and_others_for_who_approves(state: sa.Engine, people: dict) -> None:
    def add(who: str, whom: str, wish: Wish = WISH) -> int:
        return digests.add(state, people[who], "acme", people[whom].id, wish, ZONE, NOW)

    mine, yours = add("ivan", "ivan"), add("ann", "ivan", replace(WISH, every="month"))
    assert code(add, "ivan", "ann") == "no_right"
    assert code(add, "wall", "wall") == "no_right"
    assert code(add, "paul", "paul") == "unknown_engagement"
    assert code(add, "ann", "paul") == "digest_receiver" == code(add, "ann", "wall")
    assert code(add, "ivan", "ivan") == "digest_twice"
    assert code(add, "ivan", "ivan", replace(WISH, every="day")) == "digest_every"
    assert code(add, "ivan", "ivan", replace(WISH, hour=24)) == "digest_hour"
    assert code(add, "ivan", "ivan", replace(WISH, language="de")) == "digest_language"
    own = add("ann", "ann")
    assert [one.id for one in digests.listed(state, people["ivan"], "acme")] == [mine, yours]
    assert len(digests.listed(state, people["ann"], "acme")) == 3
    assert code(digests.get, state, people["ivan"], own) == "unknown_digest"
    assert code(digests.get, state, people["paul"], own) == "unknown_digest"
    assert code(digests.remove, state, people["ivan"], own, 0) == "unknown_digest"
    digests.change(state, people["ivan"], mine, 0, replace(WISH, hour=9), ZONE, NOW)
    assert code(digests.change, state, people["ivan"], mine, 0, WISH, ZONE, NOW) == "digest_changed"
    assert code(digests.remove, state, people["ivan"], mine, 0) == "digest_changed"
    digests.remove(state, people["ivan"], mine, 1)


def test_only_segments_and_channels_are_kept(state: sa.Engine, people: dict) -> None:
    wish = replace(WISH, search="?e=rival&p=2026&s=new,old&ch=site&theme=dark&q=someone")
    number = digests.add(state, people["ivan"], "acme", people["ivan"].id, wish, ZONE, NOW)
    assert digests.get(state, people["ivan"], number).search == "?s=new,old&ch=site"


@pytest.mark.parametrize(
    ("every", "day", "period"),
    [
        ("week", "2026-06-01", "2026-05-25..2026-06-01"),
        ("week", "2026-06-07", "2026-05-25..2026-06-01"),
        ("month", "2026-06-01", "2026-05"),
        ("month", "2026-01-31", "2025-12"),
    ],
)
def test_the_closed_period(every: str, day: str, period: str) -> None:
    assert closed_period(Rhythm(every), date.fromisoformat(day)) == Period.parse(period)


def test_due_at_its_hour_and_the_last_missed_one_alone(state: sa.Engine, people: dict) -> None:
    who = people["ivan"]
    digests.add(state, who, "acme", who.id, WISH, ZONE, NOW)

    def due(moment: datetime) -> list[str]:
        return [period.token() for _, period in digests.due(state, "acme", ZONE, moment)]

    assert due(NOW) == [], "the first letter is of the period that ends next"
    assert due(datetime(2026, 6, 8, 4, 59)) == [], "eight in Moscow is five in UTC"
    assert due(datetime(2026, 6, 8, 5)) == ["2026-06-01..2026-06-08"]
    assert due(datetime(2026, 6, 29, 4, 59)) == ["2026-06-15..2026-06-22"], "of missed ones the last"
    one, period = digests.due(state, "acme", ZONE, datetime(2026, 6, 29, 5))[0]
    assert digests.tell(state, one, period, MESSAGE, NOW)
    assert due(datetime(2026, 7, 5, 20)) == []
    users.set_email(state, who.id, "")
    assert due(datetime(2026, 7, 6, 5)) == [], "nowhere to send it"
    users.set_email(state, who.id, "ivan@example.com")
    assert due(datetime(2026, 7, 6, 6)) == ["2026-06-29..2026-07-06"]
    users.set_role(state, who.id, "display")
    assert due(datetime(2026, 7, 6, 6)) == [], "no right any more"


def test_what_ended_while_it_was_off_is_not_told(state: sa.Engine, people: dict) -> None:
    who, later = people["ivan"], NOW + timedelta(weeks=5)
    number = digests.add(state, who, "acme", who.id, WISH, ZONE, NOW)
    digests.change(state, who, number, 0, replace(WISH, enabled=False), ZONE, NOW)
    assert digests.due(state, "acme", ZONE, later) == ()
    digests.change(state, who, number, 1, WISH, ZONE, later)
    assert digests.due(state, "acme", ZONE, later) == ()
    assert len(digests.due(state, "acme", ZONE, later + timedelta(weeks=1))) == 1


def test_two_workers_tell_it_once(state: sa.Engine, people: dict) -> None:
    who = people["ivan"]
    digests.add(state, who, "acme", who.id, WISH, ZONE, NOW)
    one, period = digests.due(state, "acme", ZONE, NOW + timedelta(weeks=1))[0]
    start, told = Barrier(2), []

    def work() -> None:
        start.wait()
        told.append(digests.tell(state, one, period, MESSAGE, NOW))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False, True]
    with state.connect() as connection:
        assert connection.scalars(sa.select(outbox.c.key)).all() == [f"digest:{one.id}:2026-06-08"]
    assert digests.last_sent(state, (one.id,))[one.id].status == "waiting"
    assert digests.send_now(state, who, one, MESSAGE, NOW)
    assert not digests.send_now(state, who, one, MESSAGE, NOW)


def test_the_link_of_the_letter_ends_it_and_says_nothing_of_others(state: sa.Engine, people: dict) -> None:
    who = people["ivan"]
    number = digests.add(state, who, "acme", who.id, WISH, ZONE, NOW)
    token = digests.get(state, who, number).leave_token
    assert len(token) >= 40
    assert not digests.leave(state, token[:-1])
    assert digests.get(state, who, number).enabled
    assert digests.leave(state, token)
    assert digests.leave(state, token), "asked twice it is still ended"
    assert not digests.get(state, who, number).enabled
