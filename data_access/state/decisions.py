"""The decision log: what became of an action, why, and the figures that were on the screen; only added to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.address import MAX_LENGTH
from dashboard.journey.intervention import Decision, DecisionKind
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.actions import keep, own
from data_access.state.engine import writing
from data_access.state.schema import action, user
from data_access.state.schema_watch import decision

LONGEST = 1500  # letters of a reason


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Decision, ...]:
    """Every decision of an engagement, the newest first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    query = (
        sa.select(decision, user.c.name, action.c.title)
        .join(user, user.c.id == decision.c.user_id)
        .outerjoin(action, action.c.id == decision.c.action_id)
        .where(decision.c.engagement == engagement)
        .order_by(decision.c.at.desc(), decision.c.id.desc())
    )
    with engine.connect() as connection:
        return tuple(_record(row) for row in connection.execute(query))


def decide(
    engine: sa.Engine,
    who: UserRecord,
    action_id: int,
    kind: str,
    reason: str,
    now: datetime,
    *,
    figures: Mapping[str, Any],
    search: str = "",
) -> int:
    """Write down a decision, and move its action on the plan: keep = measured, adjust = in progress, stop = dropped.

    Args:
        now: this moment (naive UTC).
        figures: what was on the screen; computed by the server, never from a browser.
        search: query string of the screen.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`, `unknown_decision`, `decision_reason_missing`,
            `decision_long`.
    """
    refuse_guest(who, Action.PLAN)
    wanted, text = _kind(kind), _text(reason)
    with writing(engine) as connection:
        record = own(connection, who, action_id)
        values = {
            "engagement": record.engagement,
            "action_id": action_id,
            "kind": wanted,
            "reason": text,
            "figures": dict(figures),
            "search": search[:MAX_LENGTH],
            "user_id": who.id,
            "at": now,
        }
        made = sa.insert(decision).values(values).returning(decision.c.id)
        number: int = connection.execute(made).scalar_one()
        fields = {"decision": text, "status": wanted.status}
        new = {name: value for name, value in fields.items() if getattr(record, name) != value}
        if new:
            keep(connection, who, record, new)
        audit.note(
            connection, who.login, "effect.decide", record.engagement, number=action_id, kind=str(wanted)
        )
    return number


def _kind(value: str) -> DecisionKind:
    try:
        return DecisionKind(value)
    except ValueError as error:
        raise JourneyError("unknown_decision") from error


def _text(reason: str) -> str:
    text = "\n".join(" ".join(line.split()) for line in reason.splitlines()).strip()
    if not text:
        raise JourneyError("decision_reason_missing")
    if len(text) > LONGEST or not text.replace("\n", "").isprintable():
        raise JourneyError("decision_long", limit=LONGEST)
    return text


def _record(row: sa.Row[Any]) -> Decision:
    return Decision(
        row.id,
        row.engagement,
        row.action_id,
        row.title or "",
        DecisionKind(row.kind),
        row.reason,
        row.figures,
        row.search,
        row.name,
        row.at,
    )
