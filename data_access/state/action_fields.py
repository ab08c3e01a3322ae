"""The fields of an action that people fill in: what may stand in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.plan import Status
from data_access.scope import Role
from data_access.state.schema import engagement_grant, user

LONGEST = {
    "title": 200,
    "problem": 2000,
    "stage": 120,
    "segment": 200,
    "channel": 200,
    "touchpoint": 200,
    "measure": 2000,
    "comparison": 2000,
    "decision": 2000,
}
DATES = ("starts_on", "due_on", "live_on")
FIELDS = (*LONGEST, "status", "owner_id", *DATES, "cost")  # lift and value are the server's
MOST_COST = Decimal(10) ** 13


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in the shape in which they are kept: without idle blanks.

    Raises:
        JourneyError: `action_text_long`, `unknown_status`, `unknown_action_field`.
    """
    if strange := set(values) - set(FIELDS):
        raise JourneyError("unknown_action_field", field=min(strange))
    kept: dict[str, Any] = {
        field: _text(field, value) if field in LONGEST else value for field, value in values.items()
    }
    if "status" in kept:
        kept["status"] = _status(kept["status"])
    return kept


def check(connection: sa.Connection, engagement: str, values: Mapping[str, Any]) -> None:
    """Refuse what may not stand in an action.

    Args:
        values: tidied; those that are new.

    Raises:
        JourneyError: `action_title_missing`, `unknown_owner`, `action_cost`.
    """
    if values.get("title") == "":
        raise JourneyError("action_title_missing")
    if values.get("owner_id") is not None and values["owner_id"] not in people_of(connection, engagement):
        raise JourneyError("unknown_owner")
    if (cost := values.get("cost")) is not None and not 0 <= cost <= MOST_COST:
        raise JourneyError("action_cost")


def check_dates(values: Mapping[str, Any]) -> None:
    """Refuse an end before its start.

    Raises:
        JourneyError: `action_dates`.
    """
    start: date | None = values.get("starts_on")
    due: date | None = values.get("due_on")
    if start is not None and due is not None and due < start:
        raise JourneyError("action_dates", start=start, due=due)


def written(value: Any) -> str | None:
    """A value of a field as the history keeps it: dates as 2026-03-01, people by their id."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def people_of(connection: sa.Connection, engagement: str) -> dict[int, str]:
    """Who may own an action: people who see the engagement and can sign in; a wall display is nobody."""
    granted = sa.select(engagement_grant.c.user_id).where(engagement_grant.c.engagement == engagement)
    seeing = sa.or_(user.c.role == Role.ADMIN, user.c.id.in_(granted))
    query = sa.select(user.c.id, user.c.name).where(seeing, ~user.c.disabled, user.c.role != Role.DISPLAY)
    return {row.id: row.name for row in connection.execute(query.order_by(user.c.name, user.c.id))}


def _text(field: str, value: Any) -> str:
    lines = [" ".join(line.split()) for line in str(value).splitlines()]
    text = ("\n" if field in ("problem", "measure", "comparison", "decision") else " ").join(lines).strip()
    if len(text) > LONGEST[field] or not text.replace("\n", "").isprintable():
        raise JourneyError("action_text_long", limit=LONGEST[field])
    return text


def _status(value: Any) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise JourneyError("unknown_status") from error
