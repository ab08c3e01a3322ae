"""Notes over HTTP: on every axis, in the log, in its file; appointments; what outsiders and foreigners get."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callbacks.answers import Answers
from callbacks.funnel.time import show_time
from callbacks.monitor.board import board_sheet, show_board
from callbacks.monitor.common import monitor_view
from callbacks.monitor.log import log_view
from callbacks.notes import notes_of, on_axis
from callbacks.overview.lcpq import show_trend
from callbacks.plan.gantt import show_gantt
from callbacks.services import Ask, Services
from dashboard.journey.intervention import Promise
from dashboard.journey.notes import NoteKind
from data_access.scope import Action, Guest, Role
from data_access.state import actions, annotations, audit, decisions, interventions, support, users
from data_access.state.engine import writing
from data_access.state.schema import action, action_change
from data_access.state.schema import audit as trail
from data_access.state.schema_watch import annotation, decision, intervention
from data_access.state.schema_watch import support as beside
from layouts.monitor_board import present_week
from tests.http.conftest import Clients, clients_of, token_header
from tests.web import FOREIGN, OWN, SEGMENTS, Site, make_site, small_facts

NOW = datetime(2026, 9, 11, 9)
PERIOD = f"?e={OWN}&p=2026-01-01..2026-09-01"
NOTE = {"engagement": OWN, "day": "2026-03-12", "text": "Site was down", "segment": ""}
WISH = {"kind": "webinar", "title": "First calls", "day": "2026-09-12", "action": "", "url": ""}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A product of this module's own: its tests write."""
    return make_site(tmp_path_factory.mktemp("notes"), small_facts())


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Clients:
    """A client for a role, signed in once."""
    return clients_of(site)


@pytest.fixture(autouse=True)
def empty(site: Site) -> None:
    """Nothing is left of the test before."""
    with writing(site.state) as connection:
        for table in (annotation, beside, decision, intervention, action_change, action):
            connection.execute(sa.delete(table))
        connection.execute(sa.delete(trail).where(trail.c.action.in_(("target.put", "engagement.change"))))


def ask_of(site: Site, search: str, login: str = "marketer", path: str = "/monitor") -> tuple[Services, Ask]:
    facts = small_facts()
    who = users.find(site.state, login).record
    services = Services(site.settings, lambda: site.state, facts, Answers(facts), lambda: NOW, lambda: who)
    return services, services.ask(services.visit(path, search), Action.READ)


def send(client: FlaskClient, path: str, wish: Any) -> Any:
    return client.post(path, json=wish, headers=token_header(client))


def drawn(part: Any) -> str:
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def live(site: Site, title: str, day: date, **more: Any) -> int:
    who = users.find(site.state, "marketer").record
    return actions.add(site.state, who, OWN, {"title": title, "status": "live", "live_on": day, **more})


def registered(site: Site, number: int, start: date, expected: float = 0.05) -> None:
    services, ask = ask_of(site, f"?e={OWN}")
    promise = Promise("initial_consideration", "active_evaluation", "", "", start, expected, (), 8, 14)
    interventions.register(services.state(), ask.user, ask.info, number, promise, NOW - timedelta(60))


def test_a_note_goes_round_and_nobody_else_writes(site: Site, signed_in: Clients) -> None:
    marketer = signed_in(Role.MARKETER)
    assert send(marketer, "/monitor/notes", NOTE).get_json() == {"go": {"note": ""}}
    (kept,) = annotations.listed(site.state, users.find(site.state, "executive").record, OWN)
    assert (kept.day, kept.text, kept.author) == (date(2026, 3, 12), "Site was down", "Ivan Belov")
    changed = {"version": 0, "day": "2026-03-13", "text": "Site was slow", "segment": SEGMENTS[0]}
    path = f"/monitor/notes/{kept.id}"
    for role, code in ((Role.EXECUTIVE, 403), (Role.DISPLAY, 403), (Role.CONSULTANT, 200)):
        assert send(signed_in(role), path, changed).status_code == code
    again = send(marketer, path, changed)
    assert (again.status_code, "changed this note" in again.get_json()["problem"]) == (409, True)
    assert send(marketer, f"{path}/remove", {"version": 1}).status_code == 200
    assert send(marketer, f"{path}/remove", {"version": 1}).status_code == 404
    for engagement, code in ((FOREIGN, 404), ("nowhere", 404)):
        assert send(marketer, "/monitor/notes", NOTE | {"engagement": engagement}).status_code == code
    assert send(signed_in(Role.EXECUTIVE), "/monitor/notes", NOTE).status_code == 403
    assert "is no day" in send(marketer, "/monitor/notes", NOTE | {"day": "soon"}).get_json()["problem"]
    assert send(marketer, "/monitor/notes", NOTE | {"segment": "other"}).status_code == 400


def test_a_foreign_note_and_appointment_stay_as_they_are(site: Site, signed_in: Clients) -> None:
    olga = users.find(site.state, "admin").record
    number = annotations.add(
        site.state, olga, FOREIGN, annotations.Wording(date(2026, 3, 1), "Theirs"), SEGMENTS, NOW
    )
    wording = support.Wording("check", "Theirs", date(2026, 3, 1))
    other = support.add(site.state, olga, FOREIGN, wording, NOW)
    client = signed_in(Role.CONSULTANT)
    me = str(users.find(site.state, "consultant").record.id)
    for path, wish in (
        (f"/monitor/notes/{number}", {"version": 0, "day": "2026-03-01", "text": "x", "segment": ""}),
        (f"/monitor/notes/{number}/remove", {"version": 0}),
        (f"/monitor/support/{other}", WISH | {"version": 0, "person": me}),
        (f"/monitor/support/{other}/tick", {"version": 0, "done": True}),
        (f"/monitor/support/{other}/remove", {"version": 0}),
    ):
        assert send(client, path, wish).status_code == 404
    assert annotations.listed(site.state, olga, FOREIGN)[0].text == "Theirs"
    assert not support.listed(site.state, olga, FOREIGN)[0].done


def test_appointments_go_round(site: Site, signed_in: Clients) -> None:
    client, who = signed_in(Role.MARKETER), users.find(site.state, "marketer").record
    wish = WISH | {"person": str(who.id)}
    assert send(client, "/monitor/support", wish | {"engagement": OWN}).status_code == 200
    (kept,) = support.listed(site.state, who, OWN)
    path = f"/monitor/support/{kept.id}"
    assert send(client, f"{path}/tick", {"version": 0, "done": True}).status_code == 200
    assert send(client, f"{path}/tick", {"version": 0, "done": False}).status_code == 409
    moved = wish | {"version": 1, "title": "Second calls", "url": "ftp://disk"}
    assert "https://" in send(client, path, moved).get_json()["problem"]
    assert send(client, path, moved | {"url": ""}).status_code == 200
    assert send(signed_in(Role.EXECUTIVE), f"{path}/remove", {"version": 2}).status_code == 403
    assert send(client, "/monitor/support", wish | {"engagement": OWN, "action": "12x"}).status_code == 404
    assert send(client, f"{path}/remove", {"version": 2}).status_code == 200


def test_what_the_product_notes_by_itself(site: Site) -> None:
    first = live(site, "Call back", date(2026, 4, 6), segment=SEGMENTS[0])
    live(site, "Banner", date(2026, 5, 4))
    who = users.find(site.state, "marketer").record
    points = {"actual": -0.006, "low": -0.015, "high": 0.002}
    figures = {"verdict": "no_effect", "look": 3, "weeks": 8, "points": points}
    decisions.decide(
        site.state, who, first, "stop", "No use", NOW, figures=figures, search=f"?e={OWN}&a={first}"
    )
    with writing(site.state) as connection:
        audit.note(connection, "consultant", "engagement.change", OWN, fields=["name", "margin"])
        audit.note(connection, "consultant", "target.put", OWN, changes=[{}, {}])
        audit.note(connection, "consultant", "target.put", FOREIGN, changes=[{}])
    told = notes_of(*ask_of(site, f"?e={OWN}"))
    said = {(one.kind, one.text, one.who) for one in told}
    assert (NoteKind.ACTION, "Live: Banner", "") in said
    assert (NoteKind.DECISION, "Decided to stop: Call back", "Ivan Belov") in said
    assert (NoteKind.DEFINITION, "Margin changed", "Anna Kovaleva") in said
    assert (NoteKind.DEFINITION, "2\u00a0targets changed", "Anna Kovaleva") in said
    assert len(said) == 5
    (decided,) = [one for one in told if one.kind is NoteKind.DECISION]
    then = "No effect; week 3 of 8; \u22120.6\u00a0pp (\u22121.5\u00a0pp–+0.2\u00a0pp)"
    assert decided.detail == ("No use", f"On the screen then: {then}")
    assert decided.link == f"/monitor?e={OWN}&a={first}"
    gift = {one.text for one in notes_of(*ask_of(site, f"?e={OWN}&s={SEGMENTS[1]}"))}
    assert "Live: Banner" in gift
    assert "Live: Call back" not in gift


def test_notes_stand_on_charts_for_the_house_alone(site: Site) -> None:
    live(site, "Call back", date(2026, 4, 6), starts_on=date(2026, 3, 1))
    anna = users.find(site.state, "consultant").record
    wording = annotations.Wording(date(2026, 3, 12), "Site was down")
    annotations.add(site.state, anna, OWN, wording, SEGMENTS, NOW)
    for path, show in (("/funnel", show_time), ("/overview", show_trend), ("/plan", show_gantt)):
        services, ask = ask_of(site, PERIOD, path=path)
        text = drawn(show(services, ask))
        assert "Site was down" in text, path
        assert "Hide notes" in text
        assert "Note a day" in text
        services, ask = ask_of(site, f"{PERIOD}&notes=0", path=path)
        text = drawn(show(services, ask))
        assert "Site was down" not in text
        assert "Show " in text
    services, ask = ask_of(site, PERIOD, path="/funnel")
    months = [date(2026, month, 1) for month in range(1, 9)]
    found = on_axis(services, ask, months)
    assert [(mark.sign, mark.at, mark.notes[0].text) for mark in found.marks] == [
        ("A", pytest.approx(1.5 + 11 / 31), "Site was down"),
        ("B", pytest.approx(2.5 + 5 / 30), "Live: Call back"),
    ]
    guest = replace(ask, user=replace(ask.user, guest=Guest("/funnel", PERIOD, NOW)))
    assert notes_of(services, guest) == ()
    assert "Site was down" not in drawn(show_time(services, guest))
    for login, count in (("executive", 2), ("display", 0)):
        services, ask = ask_of(site, PERIOD, login, "/funnel")
        assert len(notes_of(services, ask)) == count
        assert "Note a day" not in drawn(show_time(services, ask))


def test_the_log_is_filtered_and_leaves_as_a_file(site: Site, signed_in: Clients) -> None:
    number = live(site, "Call back", date(2026, 4, 6))
    for day, text in (("2026-03-12", "Site was down"), ("2026-05-01", '=HYPERLINK("x")')):
        send(signed_in(Role.CONSULTANT), "/monitor/notes", NOTE | {"day": day, "text": text})

    def shown(more: str) -> list[str]:
        return [one.text for one in log_view(*ask_of(site, f"?e={OWN}&tab=log{more}")).notes]

    assert shown("") == ['=HYPERLINK("x")', "Live: Call back", "Site was down"]
    assert shown("&kind=note") == ['=HYPERLINK("x")', "Site was down"]
    assert shown(f"&action={number}") == ["Live: Call back"]
    assert shown("&who=Anna%20Kovaleva&kind=action") == []
    assert shown("&kind=strange") == shown("")
    answer = signed_in(Role.EXECUTIVE).get(f"/export/monitor-log.csv?e={OWN}&tab=log&kind=note")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    rows = lines[next(place for place, line in enumerate(lines) if not line) + 2 :]
    assert [row[2] for row in rows] == ['\'=HYPERLINK("x")', "Site was down"]
    assert signed_in(Role.DISPLAY).get(f"/export/monitor-log.csv?e={OWN}").status_code == 403


def test_the_board_says_what_the_effects_say(site: Site) -> None:
    start = date(2026, 7, 20)
    number = live(site, "Banner", start)
    registered(site, number, start)
    services, ask = ask_of(site, f"?e={OWN}&tab=board")
    (effect,) = monitor_view(services, ask).effects
    rows = board_sheet(services, ask).rows
    assert [row[3] for row in rows] == list(range(1, 9))
    for row, look in zip(rows, effect.looks, strict=True):
        assert row[4] == start + timedelta(7 * look.week + 14)
        assert row[6] == 0.05
        assert (row[7] is None) == (not look.done or look.points is None)
        if look.points is not None:
            assert row[7:11] == (look.points.actual, look.points.low, look.points.high, abs(look.z or 0))
    done = [look.week for look in effect.looks if look.done]
    assert done == [week for week in range(1, 9) if start + timedelta(7 * week + 14) <= date(2026, 9, 12)]
    text = drawn(show_board(services, ask))
    assert text.count("not counted yet") == 8 - len(done)
    assert text.count("weeks__cell--now") == 1  # the eighth week
    ahead = [present_week(effect, start + timedelta(days)) for days in (-1, 0, 6, 7, 55, 56)]
    assert ahead == [None, 1, 1, 2, 8, None]
