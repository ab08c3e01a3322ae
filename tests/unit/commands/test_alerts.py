"""`journey alerts`: rules and what goes on, as a table and for scripts."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from dashboard.journey.alerts import AlertKind
from dashboard.journey.incidents import IncidentFigures
from data_access.state.engine import open_state, writing
from data_access.state.incident_looks import Finding, settle
from data_access.state.schema_watch import alert_rule
from data_access.state.users import add_user
from tests.unit.commands.conftest import Journey

NOW = datetime(2026, 6, 1, 12)
LATE = IncidentFigures(
    1, AlertKind.OVERDUE, None, NOW.date(), date(2026, 6, 2), NOW.date(), 3.0, link="/plan?e=acme"
)


def test_rules_and_what_goes_on(ready: Journey, data: Path) -> None:
    assert ready("engagement", "add", "acme").code == 0
    state = open_state(f"sqlite:///{data / 'state.sqlite3'}")
    person = add_user(state, "anna", "Anna", "marketer", "a long enough password")
    row = {"engagement": "acme", "name": "Late", "kind": "overdue", "limits": {"days": 1}}
    with writing(state) as connection:
        connection.execute(sa.insert(alert_rule).values(row | {"created_by": person, "created_at": NOW}))
    settle(state, "acme", [Finding("overdue|||", 1, person, LATE)], [1], NOW, lambda *_: None)
    told = json.loads(ready("alerts", "acme", "--json").out)
    assert told["rules"][0] | {"looked_at": None} == {
        "id": 1,
        "name": "Late",
        "kind": "overdue",
        "kpi": None,
        "stage": None,
        "segment": None,
        "channel": None,
        "limits": {"days": 1},
        "enabled": True,
        "looked_at": None,
    }
    (found,) = told["incidents"]
    assert (found["rule"], found["owner"], found["value"], found["link"]) == (
        "Late",
        "Anna",
        3.0,
        "/plan?e=acme",
    )
    assert "Late" in ready("alerts", "acme").out
    assert ready("alerts", "nobody").code == 1
