"""From the outbox to a mailbox: rights at each sending, addresses of now, and what a dying process leaves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from callbacks import delivery
from callbacks.delivery import Delivered, deliver
from dashboard.journey.message import Message
from dashboard.server.outgoing import Place
from dashboard.settings import Settings
from data_access.state import endpoints, engagements, outbox, outbox_list, users
from data_access.state.engine import state_engine, writing
from data_access.state.migrate import migrate
from data_access.state.outbox import Status
from data_access.state.schema_watch import outbox as table
from tests.mail_server import Mailbox, mail_server
from tests.web_receiver import Receiver, receiver

NOW = datetime(2026, 11, 16, 5)
PASSWORD = "a long enough password"


@dataclass
class House:
    """One installation with people; `now` is its clock."""

    settings: Settings
    state: sa.Engine
    box: Mailbox
    now: datetime = NOW
    ids: dict[str, int] = field(default_factory=dict)

    def queue(
        self, key: str, login: str = "ivan", endpoint_id: int | None = None, text: str = "Текст"
    ) -> bool:
        with writing(self.state) as connection:
            message = Message(f"Тема {key}", text, link="/plan?e=acme")
            person = self.ids[login]
            return outbox.queue(
                connection, key, "acme", "alert", person, message, self.now, endpoint_id=endpoint_id
            )

    def deliver(self, **more: Any) -> Delivered:
        return deliver(self.settings, self.state, lambda: self.now, **more)

    def with_settings(self, **more: Any) -> House:
        return House(self.settings.model_copy(update=more), self.state, self.box, self.now, self.ids)

    def ends(self) -> list[tuple[Status, str]]:
        """Status and reason of each message, the newest first."""
        lines = outbox_list.last(self.state, users.find(self.state, "anna").record, "acme")
        return [(one.status, one.error.code if one.error else "") for one in lines]

    def subjects(self) -> list[tuple[str, str]]:
        return [(str(one["To"]), str(one["Subject"])) for one in self.box.letters.values()]


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, box: Mailbox) -> House:
    """Three people of one engagement; tests work on copies of it."""
    settings = Settings(
        data=tmp_path_factory.mktemp("house"),
        address="https://bi.example.com",
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_security="none",
        smtp_from="reports@example.com",
    )
    state = state_engine(settings)
    migrate(state)
    engagements.add(state, "acme")
    made = House(settings, state, box)
    for login, role in (("ivan", "executive"), ("anna", "consultant"), ("root", "admin")):
        mail = f"{login}@example.com"
        made.ids[login] = users.add_user(
            state, login, login, role, PASSWORD, engagements=["acme"], email=mail
        )
    state.dispose()
    return made


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    for kept in (built.box.letters, built.box.deliveries, built.box.refuses):
        kept.clear()
    shutil.copytree(built.settings.data, tmp_path / "data")
    settings = built.settings.model_copy(update={"data": tmp_path / "data"})
    return House(settings, state_engine(settings), built.box, ids=built.ids)


def test_letters_arrive_once_and_under_their_number(house: House) -> None:
    assert [house.queue("a"), house.queue("a"), house.queue("b", "anna")] == [True, False, True]
    assert house.deliver() == Delivered(sent=2)
    assert house.deliver() == Delivered()
    assert house.subjects() == [("ivan@example.com", "Тема a"), ("anna@example.com", "Тема b")]
    assert list(house.box.letters) == [f"<{outbox.delivery_of(key, NOW)}@example.com>" for key in "ab"]
    assert house.ends() == [(Status.SENT, "")] * 2


def disabled(house: House) -> None:
    users.disable(house.state, house.ids["ivan"])


def revoked(house: House) -> None:
    engagements.revoke(house.state, house.ids["ivan"], "acme")


def put_on_the_wall(house: House) -> None:
    users.set_role(house.state, house.ids["ivan"], "display")


def moved_out(house: House) -> None:
    users.set_email(house.state, house.ids["ivan"], "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (disabled, "receiver_disabled"),
        (revoked, "receiver_no_right"),
        (put_on_the_wall, "receiver_no_right"),
        (moved_out, "receiver_no_address"),
    ],
)
def test_who_lost_the_right_between_cause_and_sending_gets_nothing(
    house: House, change: Callable[[House], None], reason: str
) -> None:
    house.queue("a")
    change(house)
    assert house.deliver() == Delivered(dropped=1)
    assert (house.ends(), house.subjects()) == ([(Status.DROPPED, reason)], [])


def test_the_right_is_asked_again_at_the_second_attempt(house: House) -> None:
    house.box.refuses["ivan@example.com"] = "450 later"
    house.queue("a")
    assert house.deliver() == Delivered(failed=1)
    revoked(house)
    house.now += timedelta(minutes=1)
    assert house.deliver() == Delivered(dropped=1)


def test_a_new_address_gets_what_the_old_one_refused(house: House) -> None:
    house.box.refuses["ivan@example.com"] = "450 greylisted"
    house.queue("a")
    assert house.deliver() == Delivered(failed=1)
    users.set_email(house.state, house.ids["ivan"], "ivan@new.example.com")
    assert house.deliver() == Delivered()
    house.now += timedelta(minutes=1)
    assert house.deliver() == Delivered(sent=1)
    assert house.subjects() == [("ivan@new.example.com", "Тема a")]


def test_one_refused_letter_does_not_stop_the_others(house: House) -> None:
    house.box.refuses["ivan@example.com"] = "550 no such mailbox"
    house.queue("a")
    house.queue("b", "anna")
    assert house.deliver() == Delivered(sent=1, failed=1)
    assert set(house.ends()) == {(Status.SENT, ""), (Status.FAILED, "mail_refused")}


def test_without_a_mail_server_letters_wait_and_then_go(house: House) -> None:
    house.queue("a")
    assert house.with_settings(smtp_host=None).deliver() == Delivered()
    assert house.ends() == [(Status.WAITING, "")]
    assert house.deliver() == Delivered(sent=1)


def test_a_defect_of_one_message_is_told_and_no_end_of_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.queue("a")
    house.queue("b", "anna")
    honest = delivery.mail.send

    def broken(settings: Settings, to: str, *rest: Any) -> None:
        if to.startswith("ivan"):
            raise ZeroDivisionError
        honest(settings, to, *rest)

    monkeypatch.setattr(delivery.mail, "send", broken)
    assert house.deliver() == Delivered(sent=1, failed=1)
    assert (Status.WAITING, "message_defect") in house.ends()


def test_a_message_that_cannot_be_read_holds_up_itself_alone(house: House) -> None:
    house.queue("a")
    house.queue("b", "anna")
    with writing(house.state) as connection:
        connection.execute(
            sa.update(table).where(table.c.key == "a").values(content={"subject": "a", "old": 1})
        )
    assert house.deliver() == Delivered(sent=1, failed=1)


def test_a_state_database_that_is_away_for_a_moment_makes_no_second_letter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.queue("a")
    honest, tries = outbox.sent, iter([True, True, False])

    def sent(*arguments: Any) -> bool:
        if next(tries):
            raise OperationalError("UPDATE", {}, Exception("away"))
        return honest(*arguments)

    monkeypatch.setattr(outbox, "sent", sent)
    monkeypatch.setattr(delivery.time, "sleep", lambda _: None)
    assert house.deliver() == Delivered(sent=1)
    house.now += timedelta(hours=1)
    assert house.deliver() == Delivered()
    assert sum(house.box.deliveries.values()) == 1


def hook_of(house: House, there: Receiver, login: str = "anna") -> int:
    who = users.find(house.state, login).record
    url = f"http://127.0.0.1:{there.port}/hook"
    number, _ = endpoints.add(house.state, who, "acme", "webhook", "CRM", url, lambda _, text: text)
    return number


def test_webhooks_and_chats_get_theirs(house: House) -> None:
    anna = users.find(house.state, "anna").record
    with receiver(answer=b'{"ok":true}') as there:
        house = house.with_settings(webhook_hosts=there.hosts, telegram_token=_secret("42:token"))
        chat, _ = endpoints.add(house.state, anna, "acme", "telegram", "Чат", "-7", lambda _, text: text)
        house.queue("a", endpoint_id=hook_of(house, there))
        house.queue("b", endpoint_id=chat)
        api = Place("http", "127.0.0.1", there.port, "/", internal=True)
        assert house.deliver(api=api) == Delivered(sent=2)
    (hook, _, body), (bot, _, told) = there.got
    assert (hook, bot) == ("/hook", "/bot42:token/sendMessage")
    said = json.loads(body)
    assert (said["subject"], said["link"]) == ("Тема a", "https://bi.example.com/plan?e=acme")
    assert (said["delivery"], said["kind"], said["engagement"]) == (
        outbox.delivery_of("a", NOW),
        "alert",
        "acme",
    )
    assert json.loads(told)["text"] == "Тема b\n\nТекст\n\nhttps://bi.example.com/plan?e=acme"
    assert house.subjects() == []


def _secret(text: str) -> SecretStr:
    return SecretStr(text)


@pytest.mark.parametrize("change", ["off", "removed", "demoted", "disabled", "not allowed any more"])
def test_an_endpoint_that_may_not_gets_nothing(house: House, change: str) -> None:
    anna = users.find(house.state, "anna").record
    with receiver() as there:
        house = house.with_settings(webhook_hosts=there.hosts)
        hook = hook_of(house, there)
        house.queue("a", endpoint_id=hook)
        match change:
            case "off":
                endpoints.switch(house.state, anna, hook, 0, enabled=False)
            case "removed":
                endpoints.remove(house.state, anna, hook)
            case "demoted":
                users.set_role(house.state, anna.id, "marketer")
            case "disabled":
                users.disable(house.state, anna.id)
            case _:
                house = house.with_settings(webhook_hosts="other.example.com")
        house.deliver()
        assert (there.got, house.subjects()) == ([], [])
    root = users.find(house.state, "root").record
    (line,) = outbox_list.last(house.state, root, "acme")
    assert line.error is not None
    told = {
        "off": (Status.DROPPED, "endpoint_off"),
        "removed": (Status.DROPPED, "endpoint_gone"),
        "demoted": (Status.DROPPED, "receiver_no_right"),
        "disabled": (Status.DROPPED, "receiver_disabled"),
    }
    assert (line.status, line.error.code) == told.get(change, (Status.FAILED, "webhook_host"))


_SENDER = """
import sys
from data_access.clock import utc_now
from callbacks.delivery import deliver
from dashboard.settings import Settings
from data_access.state.engine import state_engine
settings = Settings.load()
deliver(settings, state_engine(settings), utc_now)
"""


def test_a_sender_killed_after_accepted_sends_again_under_the_same_number(house: House) -> None:
    """Only between "accepted" and our own line is a letter sent twice; a mail store shows it once."""
    house.queue("a")
    settings = house.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")} | {
        "JOURNEY_DATA": str(settings.data),
        "JOURNEY_SMTP_HOST": "127.0.0.1",
        "JOURNEY_SMTP_PORT": str(settings.smtp_port),
        "JOURNEY_SMTP_SECURITY": "none",
        "JOURNEY_SMTP_FROM": "reports@example.com",
        "JOURNEY_KILL_AT": "send.after",
    }
    ended = subprocess.run([sys.executable, "-c", _SENDER], env=environment, capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr.decode()
    assert sum(house.box.deliveries.values()) == 1
    house.deliver()  # at once: the holder was a process of this machine, and it is dead
    assert sum(house.box.deliveries.values()) == 2
    assert len(house.box.letters) == 1
    assert house.ends() == [(Status.SENT, "")]
