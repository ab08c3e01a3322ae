"""`journey alerts`: what an engagement's rules watch, and what goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from commands.context import console_state, print_table
from dashboard.journey.alert_check import limits_json
from dashboard.settings import Settings
from data_access.scope import operator
from data_access.state import alert_rules, engagements, incidents

if TYPE_CHECKING:
    import sqlalchemy as sa

    from dashboard.journey.alerts import AlertRule
    from dashboard.journey.incidents import Incident


def alerts(
    engagement: Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False,
) -> None:
    """Tell what the alert rules watch, and the incidents that go on.

    Example: journey alerts demo; journey alerts demo --json
    """
    state = console_state(Settings.load())
    rules, going = _listed(state, engagement)
    told: dict[str, Any] = {
        "engagement": engagement,
        "rules": [_rule(one) for one in rules],
        "incidents": [_incident(one) for one in going],
    }
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    columns = ("id", "name", "kind", "kpi", "stage", "segment", "enabled", "looked_at")
    print_table(columns, (_cells(row, columns) for row in told["rules"]))
    columns = ("id", "rule", "status", "owner", "began", "value", "base", "money", "link")
    print_table(columns, (_cells(row, columns) for row in told["incidents"]))


def _listed(state: sa.Engine, engagement: str) -> tuple[tuple[AlertRule, ...], list[Incident]]:
    who = operator(frozenset(one.key for one in engagements.list(state)))
    listed = incidents.listed(state, who, engagement)
    return alert_rules.listed(state, who, engagement), [one for one in listed if one.resolved_at is None]


def _cells(row: dict[str, Any], columns: Sequence[str]) -> list[str]:
    return ["—" if row[name] is None else str(row[name]) for name in columns]


def _rule(one: AlertRule) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": str(one.kind),
        "kpi": one.kpi,
        "stage": one.stage or None,
        "segment": one.segment or None,
        "channel": one.channel or None,
        "limits": limits_json(one.kind, one.limits),
        "enabled": one.enabled,
        "looked_at": one.looked_at or None,
    }


def _incident(one: Incident) -> dict[str, Any]:
    figures = one.figures
    return {
        "id": one.id,
        "rule": one.rule.name,
        "status": str(one.status),
        "owner": one.owner or None,
        "opened_at": one.opened_at,
        "began": figures.began,
        "value": figures.value,
        "base": figures.base,
        "money": figures.money,
        "link": figures.link,
        "figures": figures.to_json(),
    }
