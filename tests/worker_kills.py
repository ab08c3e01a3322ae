"""A worker that is killed and begun again, and what must hold afterwards: everything once, nothing left open."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from commands.main import run
from dashboard.journey.alert_check import RuleDraft
from dashboard.journey.message import Message
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.generations import GenerationFacts
from data_access.points import VARIABLE
from data_access.state import actions, alert_rules, digests, engagements, outbox, users, worker
from data_access.state.digests import Wish
from data_access.state.engine import open_state, writing
from data_access.state.schema_watch import incident, worker_run
from data_access.state.schema_watch import outbox as outbox_table
from tests.forked import CONTEXT
from tests.generation_files import installation, write_generation
from tests.mail_server import Mailbox

KEY = "acme"
PATIENCE = 120.0  # seconds for one round on a machine that is busy with everything else
REPEATING = "send.after"  # the one point after which a letter may come twice, under one Message-ID


@dataclass
class House:
    """An installation whose letters go to a mail server of this process.

    Attributes:
        letters: how many were put into the outbox.
        causes: engagements in which something is late, for an alert and a reminder each.
        digests: those of them with a digest that is due.
    """

    settings: Settings
    box: Mailbox
    state: sa.Engine
    reader: int
    letters: int = 0
    causes: int = 0
    digests: int = 0

    def queue(self, letters: int) -> None:
        """Queue further letters."""
        with writing(self.state) as connection:
            for _ in range(letters):
                message = Message(f"Letter {self.letters}", "What happened")
                key = f"test:{self.letters}"
                assert outbox.queue(connection, key, KEY, "test", self.reader, message, utc_now())
                self.letters += 1

    def cause(self, *, digest: bool = False) -> None:
        """Let an action of one more engagement be late: a rule fires, and its owner is reminded.

        Args:
            digest: there a digest is due, too.
        """
        key = f"late{self.causes}"
        ahead = 12 - utc_now().hour  # it is noon there: reminders come by day
        zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
        engagements.add(self.state, key, zone=zone)
        granted = [KEY, *(f"late{number}" for number in range(self.causes + 1))]
        engagements.set_grants(self.state, self.reader, granted, actor="test")
        scope = write_generation(self.settings, self.state, 1, 3, key=key)
        who = users.record(self.state, self.reader)
        due = (utc_now() + timedelta(hours=ahead)).date() - timedelta(days=8)
        actions.add(self.state, who, key, {"title": "Call", "owner_id": self.reader, "due_on": due})
        facts = GenerationFacts(self.settings, self.state)
        rule = RuleDraft("Late", "overdue", users=(self.reader,))
        alert_rules.add(self.state, who, key, rule, facts.info(scope))
        facts.close()
        if digest:
            month_ago, wish = utc_now() - timedelta(days=31), Wish("week", 0, "en")
            digests.add(self.state, who, key, self.reader, wish, zone, month_ago)
            self.digests += 1
        self.causes += 1

    def start(self, kill_at: str = "", *, once: bool = True) -> BaseProcess:
        """`journey worker` in a process of its own."""
        environment = {
            "JOURNEY_DATA": str(self.settings.data),
            "JOURNEY_SMTP_HOST": "127.0.0.1",
            "JOURNEY_SMTP_PORT": str(self.box.port),
            "JOURNEY_SMTP_SECURITY": "none",
            "JOURNEY_SMTP_FROM": "reports@example.com",
            "JOURNEY_LOG_LEVEL": "ERROR",
            **({VARIABLE: kill_at} if kill_at else {}),
        }
        arguments = ["worker", "--once"] if once else ["worker"]
        process = CONTEXT.Process(target=_journey, args=(arguments, environment))
        process.start()
        return process

    def round(self, kill_at: str = "") -> int | None:
        """One round; its exit code, -9 where it was killed."""
        process = self.start(kill_at)
        process.join(PATIENCE)
        return process.exitcode

    def repeats(self) -> int:
        """Letters that the server has taken a second time, under a Message-ID that it knew."""
        return sum(times - 1 for times in self.box.deliveries.values())

    def check(self) -> None:
        """Every letter is in the mailbox once, one for each cause; no message waits, no run or lease is left open."""
        told = {
            "test": self.letters,
            "alert": self.causes,
            "reminder": self.causes,
            "digest": self.digests,
        }
        with self.state.connect() as connection:
            rows = connection.execute(sa.select(outbox_table.c.kind, outbox_table.c.status)).all()
            assert {row.status for row in rows} <= {"sent"}
            assert Counter(row.kind for row in rows) == {kind: n for kind, n in told.items() if n}
            opened = connection.scalars(sa.select(incident.c.engagement)).all()
            running = sa.select(worker_run.c.job).where(worker_run.c.status == "running")
            assert connection.scalars(running).all() == []
        assert sorted(opened) == sorted(f"late{number}" for number in range(self.causes))
        assert len(self.box.letters) == sum(told.values())
        subjects = Counter(str(letter["Subject"]) for letter in self.box.letters.values())
        assert all(subjects[f"Letter {number}"] == 1 for number in range(self.letters)), subjects
        assert worker.holder(self.state, utc_now()) is None

    def lost(self) -> int:
        """Runs that a killed worker has left and the next one has closed."""
        with self.state.connect() as connection:
            lost = sa.select(sa.func.count()).where(worker_run.c.status == "lost")
            return connection.scalar(lost) or 0


def house(folder: Path, box: Mailbox) -> House:
    """An installation with somebody who reads letters, and none in the outbox; data come with the causes."""
    settings, state = installation(folder)
    engagements.add(state, KEY)
    reader = users.add_user(state, "ann", "Ann", "consultant", "a long enough password", engagements=[KEY])
    users.set_email(state, reader, "ann@example.com")
    made = House(settings, box, open_state(str(state.url)), reader)
    state.dispose()
    return made


def kill(process: BaseProcess) -> None:
    """End it as a power cut would."""
    with suppress(ProcessLookupError):
        process.kill()
    process.join(PATIENCE)


def _journey(arguments: list[str], environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("JOURNEY_")]:
        del os.environ[name]
    os.environ.update(environment)
    os._exit(run(arguments))
