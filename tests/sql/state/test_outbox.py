"""The outbox: nothing is queued twice, held by two, lost, or tried without end. On SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.message import Attachment, Message
from data_access.state import endpoints, engagements, outbox, outbox_list, users
from data_access.state.engine import writing
from data_access.state.lease import this_process
from data_access.state.outbox import BACK_OFF, HELD_FOR, Held, Status, Way
from tests.sql.state.conftest import NOW, PASSWORD

MESSAGE = Message(
    "Тема", "Текст", "<p>", "/plan", {"a": 1.5}, "/bye", (Attachment("a.pdf", "application/pdf", b"\0\xff"),)
)
MAIL = frozenset({Way.MAIL})
ME, OTHER = "here:1:1", "elsewhere:1:1"  # processes of other machines: nobody can say that they are dead


@pytest.fixture
def consultant(state: sa.Engine) -> int:
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    return users.add_user(state, "anna", "Anna", "consultant", PASSWORD, engagements=["acme"], email="a@b.ru")


def put(
    state: sa.Engine, user_id: int, key: str = "k", now: datetime = NOW, endpoint_id: int | None = None
) -> bool:
    with writing(state) as connection:
        return outbox.queue(connection, key, "acme", "alert", user_id, MESSAGE, now, endpoint_id=endpoint_id)


def take(state: sa.Engine, now: datetime = NOW, holder: str = ME) -> Held:
    held = outbox.claim(state, holder, now, MAIL)
    assert held is not None
    return held


def nothing(state: sa.Engine, now: datetime, holder: str = OTHER) -> bool:
    return outbox.claim(state, holder, now, MAIL) is None


def line(state: sa.Engine, consultant: int) -> outbox_list.Line:
    (one,) = outbox_list.last(state, users.record(state, consultant), "acme")
    return one


def test_a_cause_is_queued_once_and_its_message_comes_back_whole(state: sa.Engine, consultant: int) -> None:
    assert [put(state, consultant), put(state, consultant), put(state, consultant, "k2")] == [
        True,
        False,
        True,
    ]
    held = take(state)
    assert held.message == MESSAGE
    assert (held.way, held.attempts, held.user_id, held.engagement) == (Way.MAIL, 1, consultant, "acme")
    assert take(state).delivery != held.delivery


def test_what_fails_with_its_cause_is_not_queued(state: sa.Engine, consultant: int) -> None:
    def cause() -> None:
        with writing(state) as connection:
            outbox.queue(connection, "k", "acme", "alert", consultant, MESSAGE, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert nothing(state, NOW)
    assert put(state, consultant)


def test_two_causes_at_once_queue_one_message(state: sa.Engine, consultant: int) -> None:
    """The second transaction waits for the first and then queues nothing; neither of them fails."""
    told: list[bool] = []
    ready = threading.Barrier(6)

    def cause() -> None:
        ready.wait()
        told.append(put(state, consultant))

    threads = [threading.Thread(target=cause) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 5 + [True]


def test_many_senders_never_hold_the_same_message(state: sa.Engine, consultant: int) -> None:
    for number in range(24):
        put(state, consultant, f"k{number}")
    seen: Counter[int] = Counter()

    def send(holder: str) -> None:
        while (held := outbox.claim(state, holder, NOW, MAIL)) is not None:
            seen[held.id] += 1
            assert outbox.sent(state, held, NOW)

    threads = [threading.Thread(target=send, args=(f"machine{number}:1:1",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 24
    assert set(seen.values()) == {1}


def test_pauses_grow_and_the_sixth_failure_is_the_last(state: sa.Engine, consultant: int) -> None:
    put(state, consultant)
    now, why = NOW, JourneyError("mail_unreachable", reason="away")
    for number, pause in enumerate(BACK_OFF, 1):
        held = take(state, now)
        assert held.attempts == number
        outbox.failed(state, held, why, now)
        assert nothing(state, now + pause - timedelta(seconds=1))
        now += pause
    assert [pause.total_seconds() / 60 for pause in BACK_OFF] == [1, 5, 30, 120, 720]
    outbox.failed(state, take(state, now), why, now)
    assert nothing(state, now + timedelta(days=2))
    given_up = line(state, consultant)
    assert (given_up.status, given_up.attempts) == (Status.FAILED, 6)
    assert given_up.error is not None
    assert given_up.error.facts == {"reason": "away"}
    outbox_list.again(state, users.record(state, consultant), given_up.id, now)
    assert take(state, now).attempts == 1


def test_never_means_at_once(state: sa.Engine, consultant: int) -> None:
    put(state, consultant)
    outbox.failed(state, take(state), JourneyError("mail_refused", reply="550"), NOW, final=True)
    assert nothing(state, NOW + timedelta(days=2))
    assert line(state, consultant).status is Status.FAILED


def test_a_dead_sender_is_followed_at_once_and_an_unknown_one_after_its_hold(
    state: sa.Engine, consultant: int
) -> None:
    put(state, consultant)
    first = take(state, holder=ME)
    assert nothing(state, NOW + HELD_FOR - timedelta(seconds=1))
    second = take(
        state, NOW + HELD_FOR, holder=f"{this_process().rpartition(':')[0]}:1"
    )  # this pid, another start
    assert (second.delivery, second.attempts) == (first.delivery, 2)
    third = take(state, NOW + HELD_FOR, holder=this_process())
    assert (third.delivery, third.attempts) == (first.delivery, 3)
    assert nothing(state, NOW + HELD_FOR)
    assert not outbox.sent(state, first, NOW)  # whoever lost the hold writes nothing
    outbox.failed(state, second, JourneyError("x"), NOW)
    assert line(state, consultant).error is None
    assert outbox.sent(state, third, NOW)
    assert not outbox.sent(state, third, NOW)
    assert line(state, consultant).status is Status.SENT


def test_what_has_no_way_now_waits_and_the_due_longest_goes_first(state: sa.Engine, consultant: int) -> None:
    anna = users.record(state, consultant)
    hook, secret = endpoints.add(state, anna, "acme", "webhook", "CRM", "https://x.ru/", lambda _, text: text)
    put(state, consultant, "late", NOW + timedelta(minutes=1))
    put(state, consultant, "hook", NOW, hook)
    put(state, consultant, "early", NOW)
    later = NOW + timedelta(hours=1)
    assert [take(state, later).delivery for _ in range(2)] == [
        outbox.delivery_of("early", NOW),
        outbox.delivery_of("late", NOW + timedelta(minutes=1)),
    ]
    assert nothing(state, later)
    assert outbox.claim(state, ME, later, frozenset()) is None
    held = outbox.claim(state, ME, later, frozenset({Way.WEBHOOK}))
    assert held is not None
    assert (held.way, held.endpoint_id, len(secret) > 40) == (Way.WEBHOOK, hook, True)
    endpoints.remove(state, anna, hook)
    later += HELD_FOR
    assert outbox.claim(state, OTHER, later, MAIL) is not None  # the letters; the webhook's is no letter now
    found = outbox.claim(state, OTHER, later, frozenset({Way.WEBHOOK}))
    assert found is not None
    assert (found.way, found.endpoint_id) == (Way.WEBHOOK, None)


def test_clean_up_drops_what_is_stale_and_forgets_what_is_old(state: sa.Engine, consultant: int) -> None:
    put(state, consultant, "sent")
    outbox.sent(state, take(state), NOW)
    put(state, consultant, "waits")
    assert outbox.clean_up(state, NOW + timedelta(days=7)) == {"removed": 0, "outdated": 0}
    assert outbox.clean_up(state, NOW + timedelta(days=8)) == {"removed": 0, "outdated": 1}
    assert nothing(state, NOW + timedelta(days=8))
    assert outbox.clean_up(state, NOW + timedelta(days=31)) == {"removed": 2, "outdated": 0}


def test_states_tell_the_last_success_and_the_error_after_it(state: sa.Engine, consultant: int) -> None:
    assert {one.way: (one.waiting, one.last_sent) for one in outbox_list.states(state)} == dict.fromkeys(
        Way, (0, None)
    )
    put(state, consultant, "a")
    put(state, consultant, "b")
    outbox.failed(state, take(state), JourneyError("mail_login", reply="535"), NOW)
    mail = outbox_list.states(state)[0]
    assert (mail.waiting, mail.last_sent, mail.last_tried, str(mail.error)) == (
        2,
        None,
        NOW,
        "mail_login (reply=535)",
    )
    later = NOW + timedelta(seconds=30)
    outbox.sent(state, take(state, later), later)
    mail = outbox_list.states(state)[0]
    assert (mail.waiting, mail.last_sent, mail.error) == (1, later, None)


def test_endpoints_belong_to_an_engagement_and_its_approvers(
    state: sa.Engine, consultant: int, ann: int
) -> None:
    anna, other = users.record(state, consultant), users.record(state, ann)

    def as_it_is(_: Way, text: str) -> str:
        return text

    number, _ = endpoints.add(state, anna, "acme", "telegram", " Продажи  и\tсервис ", " -1001 ", as_it_is)
    (one,) = endpoints.listed(state, anna, "acme")
    assert (one.name, one.address, one.secret, one.who) == ("Продажи и сервис", "-1001", "", "Anna")
    for act, code in (
        (lambda: endpoints.add(state, anna, "rival", "webhook", "x", "y", as_it_is), "unknown_engagement"),
        (lambda: endpoints.add(state, other, "acme", "webhook", "x", "y", as_it_is), "unknown_engagement"),
        (lambda: endpoints.add(state, anna, "acme", "mail", "x", "y", as_it_is), "endpoint_kind"),
        (lambda: endpoints.add(state, anna, "acme", "webhook", " ", "y", as_it_is), "endpoint_name"),
        (lambda: endpoints.remove(state, other, number), "unknown_endpoint"),
        (lambda: endpoints.switch(state, other, number, 0, enabled=False), "unknown_endpoint"),
        (lambda: endpoints.queue_test(state, other, "acme", MESSAGE, NOW), "unknown_engagement"),
        (lambda: outbox_list.last(state, other, "acme"), "unknown_engagement"),
    ):
        with pytest.raises(JourneyError, match=code):
            act()
    engagements.grant(state, ann, "acme")
    marketer = users.record(state, ann)
    assert len(endpoints.listed(state, marketer, "acme")) == 1
    with pytest.raises(JourneyError, match="no_right"):
        endpoints.remove(state, marketer, number)
    endpoints.switch(state, anna, number, 0, enabled=False)
    with pytest.raises(JourneyError, match="endpoint_changed"):
        endpoints.switch(state, anna, number, 0, enabled=True)
    assert endpoints.queue_test(state, anna, "acme", MESSAGE, NOW, number)
    assert not endpoints.queue_test(state, anna, "acme", MESSAGE, NOW + timedelta(seconds=20), number)
    assert endpoints.queue_test(state, anna, "acme", MESSAGE, NOW)


def test_an_address_of_a_person_is_checked_and_written_down(state: sa.Engine, consultant: int) -> None:
    users.set_email(state, consultant, " Anna@Example.com ", actor="anna")
    assert users.account(state, consultant).email == "Anna@example.com"
    with pytest.raises(JourneyError, match="email_malformed"):
        users.set_email(state, consultant, "a@b.ru\nBcc: c@d.ru")
    users.set_email(state, consultant, " ")
    assert users.account(state, consultant).email == ""
    with pytest.raises(JourneyError, match="email_malformed"):
        users.add_user(state, "bob", "Bob", "executive", PASSWORD, email="bob")
