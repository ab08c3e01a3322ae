"""Letters of reminders: one a person and a day, in their language, once, and only for who may still read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from callbacks.reminders import queue_reminders
from dashboard.journey.message import Message
from data_access.scope import UserRecord
from data_access.state import actions, engagements, passwords, support, users
from data_access.state.engine import writing
from data_access.state.schema_watch import intervention, outbox
from tests.sql.state.conftest import PASSWORD

TODAY = date(2026, 6, 1)
MORNING = datetime(2026, 6, 1, 4, 30)  # 7:30 in Moscow


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """Anna reads English, Ivan Russian, Vera has no address, the wall display no right."""
    monkeypatch.setattr(passwords, "hashed", lambda *_: "nobody signs in here")
    engagements.add(state, "acme", "Acme", zone="Europe/Moscow")
    for login, role, language, email in (
        ("anna", "consultant", "en", "anna@example.com"),
        ("ivan", "marketer", "ru", "ivan@example.com"),
        ("vera", "executive", "ru", ""),
        ("lobby", "display", "ru", "lobby@example.com"),
    ):
        users.add_user(
            state, login, login.title(), role, PASSWORD, language=language, engagements=["acme"], email=email
        )
    return {one.record.login: one.record for one in users.list_users(state)}


def planned(state: sa.Engine, who: UserRecord, day: date, title: str, user_id: int) -> int:
    wording = support.Wording("consultation", title, day, user_id=user_id)
    return support.add(state, who, "acme", wording, MORNING)


def letters(state: sa.Engine) -> dict[str, Message]:
    with state.connect() as connection:
        return {row.key: Message.from_json(row.content) for row in connection.execute(sa.select(outbox))}


def test_one_letter_a_person_and_day_in_their_language(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna, ivan, vera = (people[login] for login in ("anna", "ivan", "vera"))
    planned(state, anna, TODAY, "First calls", anna.id)
    planned(state, anna, TODAY + timedelta(1), "Webinar on scripts", anna.id)
    planned(state, anna, TODAY, "Созвон", ivan.id)
    planned(state, anna, TODAY, "To nobody", vera.id)
    for title, due_on in (("Train", TODAY - timedelta(1)), ("Long ago", TODAY - timedelta(3))):
        actions.add(state, anna, "acme", {"title": title, "owner_id": ivan.id, "due_on": due_on})
    assert queue_reminders(state, "acme", MORNING - timedelta(hours=1)) == 0  # six in the morning there
    assert [queue_reminders(state, "acme", MORNING + timedelta(minutes=15 * n)) for n in range(3)] == [
        2,
        0,
        0,
    ]
    told = letters(state)
    hers, his = (told[f"reminder:acme:{who.id}:2026-06-01"] for who in (anna, ivan))
    assert (hers.subject, hers.text) == (
        "Acme: 2\u00a0reminders",
        "• Today: First calls\n• Tomorrow: Webinar on scripts",
    )
    assert his.text == "• Сегодня: Созвон\n• Просрочено на 1\u00a0день: Train"
    assert hers.link == "/monitor?e=acme&tab=board"
    assert hers.facts is not None
    assert hers.facts["reminders"][0] == {"cause": "today", "title": "First calls", "number": 0}
    assert queue_reminders(state, "acme", MORNING + timedelta(days=1)) == 1  # the webinar is today


def test_who_has_lost_the_right_or_the_account_gets_nothing(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna, ivan = people["anna"], people["ivan"]
    planned(state, anna, TODAY, "First calls", ivan.id)
    planned(state, anna, TODAY, "Hers", anna.id)
    engagements.revoke(state, ivan.id, "acme")
    users.disable(state, anna.id)
    assert queue_reminders(state, "acme", MORNING) == 0
    engagements.grant(state, ivan.id, "acme")
    assert queue_reminders(state, "acme", MORNING) == 1


def test_a_check_is_told_to_the_owner_on_the_day_it_becomes_possible(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    number = actions.add(state, anna, "acme", {"title": "Call back", "owner_id": anna.id, "status": "live"})
    start = TODAY - timedelta(days=28 + 14)  # the windows of the second week are over today
    row = {"engagement": "acme", "action_id": number, "from_stage": "a", "to_stage": "b", "starts_on": start}
    row |= {"expected": 0.02, "comparison": [], "registered_by": anna.id, "registered_at": MORNING}
    with writing(state) as connection:
        connection.execute(sa.insert(intervention).values(row))
    days = [queue_reminders(state, "acme", MORNING + timedelta(days)) for days in range(-2, 9)]
    assert days == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    told = letters(state)[f"reminder:acme:{anna.id}:2026-06-01"]
    assert told.text == "• The check of week 2 can be taken: Call back"
