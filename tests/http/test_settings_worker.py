"""The worker's page: whether somebody watches and sends, what waits, what was done; for administrators alone."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from data_access.clock import utc_now
from data_access.state import outbox, runs, users, worker
from data_access.state.engine import writing
from data_access.state.schema_watch import outbox as outbox_table
from data_access.state.schema_watch import worker_lease
from tests.http.conftest import call, place
from tests.web import OWN, Site

ABOVE, BELOW = "settings-list.children", "settings-add.children"


def shown(site: Site, name: str, role: str = "admin", language: str = "en") -> str:
    """What a card of the tab says."""
    client, search = site.client(role), f"?e={OWN}&tab=worker&lang={language}"
    client.get(f"/settings{search}")  # brings the CSRF cookie
    answer = call(client, site, name, place(site, name, search))
    assert answer.status_code == 200, answer.status_code
    return unescape(json.dumps(answer.get_json(), ensure_ascii=False)).replace("\u00a0", " ")


def test_only_administrators_see_it(fresh: Site) -> None:
    for role in ("consultant", "executive"):
        client = fresh.client(role)
        client.get(f"/overview?e={OWN}")
        for name in (ABOVE, BELOW):
            assert call(client, fresh, name, place(fresh, name, "?tab=worker")).status_code == 403
        there = {"path": "/settings", "search": "?tab=worker"}
        told = call(client, fresh, "shell-page.children", there).get_data(as_text=True)
        assert "Your role does not include this page" in told  # and no card of it, which would wait for ever
        assert BELOW.partition(".")[0] not in told


def test_without_a_worker_it_says_how_to_start_one(fresh: Site) -> None:
    said = shown(fresh, ABOVE)
    assert "not started" in said
    assert "journey worker" in said
    assert "No message waits" in said
    assert shown(fresh, BELOW).count("has not run yet") == 6
    assert "не запущена" in shown(fresh, ABOVE, language="ru")


def test_a_silent_worker_is_told_with_what_waits(fresh: Site) -> None:
    now, reader = utc_now(), users.find(fresh.state, "marketer").record.id
    silent = {"name": "worker", "holder": "vm7:4194304:1", "started_at": now - timedelta(hours=5)}
    with writing(fresh.state) as connection:
        expires = now - timedelta(hours=3) + worker.LEASE
        connection.execute(sa.insert(worker_lease).values(**silent, expires_at=expires))
        for key in ("a", "b", "c"):
            outbox.queue(connection, key, OWN, "test", reader, Message(key, key), now - timedelta(hours=2))
        connection.execute(sa.update(outbox_table).where(outbox_table.c.key == "c").values(status="failed"))
    said = shown(fresh, ABOVE)
    for part in (
        "silent",
        "Last sign of life 3 h ago",
        "vm7:4194304",
        "2 messages wait, the first of them should have gone 2 h ago",
        "1 message was given up",
    ):
        assert part in said, part
    assert "at work" not in said


def test_a_living_worker_and_its_runs(fresh: Site) -> None:
    now = utc_now()
    name = worker.take(fresh.state, now)
    first = runs.begin(fresh.state, "digests", name, now - timedelta(minutes=7))
    runs.done(fresh.state, first, "digests", {"queued": 2}, now - timedelta(minutes=7))
    second = runs.begin(fresh.state, "digests", name, now - timedelta(minutes=2))
    error = JourneyError("generation_unreadable", engagement=OWN, number=4, path="gen-4.duckdb")
    runs.failed(fresh.state, second, "digests", error, now - timedelta(minutes=2), OWN)
    assert "at work" in (above := shown(fresh, ABOVE))
    assert "journey worker" not in above  # nobody has to start what runs
    below = shown(fresh, BELOW)
    for part in (
        "failed",
        "Demo: «Electron» chain: ",
        "2 min ago",
        "2 letters written",
        "every 5 min",
        "next in 2 min",
    ):
        assert part in below, part
    assert "составлено 2 письма" in shown(fresh, BELOW, language="ru")
