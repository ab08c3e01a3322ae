"""Actions of the plan: made, read and changed; two people who change one at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.plan import ActionRecord, Status
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.action_fields import FIELDS, check, check_dates, people_of, tidied, written
from data_access.state.action_record import records
from data_access.state.chains import Bottleneck, chain_of
from data_access.state.engine import writing
from data_access.state.schema import action, action_change, user

MOST_ACTIONS = 2000  # of one engagement


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[ActionRecord, ...]:
    """Every action of an engagement, the oldest first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return records(connection, action.c.engagement == engagement)


def get(engine: sa.Engine, who: UserRecord, action_id: int) -> ActionRecord:
    """One action of an engagement that the person sees.

    Raises:
        JourneyError: `unknown_action` (404), `no_right` (403).
    """
    with engine.connect() as connection:
        return _seen(connection, who, action_id, Action.SIMULATE)


def add(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    values: Mapping[str, Any],
    *,
    value_of: Mapping[str, Any] | None = None,
    bottleneck: Bottleneck | None = None,
) -> int:
    """Put an action on the plan.

    Args:
        values: fields of `FIELDS`; what is left out stays empty.
        value_of: `lift`, `value`, `source`, `scenario_id`: what the server has computed; never from a browser.
        bottleneck: whose chain it belongs to; the chain begins with its first action.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_actions`, `action_dates` and those of `tidied`
            and `check`.
    """
    _authorize(who, engagement, Action.PLAN)
    now = utc_now()
    with writing(engine) as connection:
        mine = sa.select(sa.func.count()).where(action.c.engagement == engagement)
        if (connection.scalar(mine) or 0) >= MOST_ACTIONS:
            raise JourneyError("too_many_actions", limit=MOST_ACTIONS)
        row = tidied({"title": "", "status": Status.IDEA, **values})
        check(connection, engagement, row)
        check_dates(row)
        row |= dict(value_of or {}) | {"engagement": engagement, "created_by": who.id}
        row |= {
            "chain_id": chain_of(connection, engagement, bottleneck),
            "created_at": now,
            "changed_at": now,
        }
        made = sa.insert(action).values(row).returning(action.c.id)
        action_id: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "action.add", engagement, number=action_id)
    return action_id


def change(
    engine: sa.Engine,
    who: UserRecord,
    action_id: int,
    seen: Mapping[str, Any],
    wish: Mapping[str, Any],
    today: date,
) -> ActionRecord:
    """Change fields of an action: of two people at once both win, unless they changed the same field.

    Args:
        seen: the fields as the person saw them when they began; `wish` the same fields as they want them.
        today: in the engagement's zone; the day of going live where the person names none.

    Returns:
        The action as it is now.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`; `action_changed` (409; `field`, `who`, `theirs`, `yours`)
            where somebody has changed a field of the wish meanwhile; `action_dates`; those of `tidied` and `check`.
    """
    with writing(engine) as connection:
        record = own(connection, who, action_id)
        new = _merged(connection, record, tidied(seen), tidied(wish))
        check(connection, record.engagement, new)
        if new.get("status") is Status.LIVE and record.live_on is None and new.get("live_on") is None:
            new["live_on"] = today
        if not new:
            return record
        check_dates({"starts_on": record.starts_on, "due_on": record.due_on} | new)
        keep(connection, who, record, new)
        return records(connection, action.c.id == action_id)[0]


def people(engine: sa.Engine, who: UserRecord, engagement: str) -> dict[int, str]:
    """Who may own an action of the engagement: id -> name, by name.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return people_of(connection, engagement)


def own(connection: sa.Connection, who: UserRecord, action_id: int) -> ActionRecord:
    """An action that the person may change, locked until the transaction ends.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`.
    """
    connection.execute(sa.select(action.c.id).where(action.c.id == action_id).with_for_update())
    return _seen(connection, who, action_id, Action.PLAN)


def note_change(
    connection: sa.Connection, who: UserRecord, action_id: int, field: str, before: Any, after: Any
) -> None:
    """One line of the history, in the transaction of the change itself."""
    values = {"action_id": action_id, "at": utc_now(), "user_id": who.id, "field": field}
    line = values | {"before": written(before), "after": written(after)}
    connection.execute(sa.insert(action_change).values(line))


def _merged(
    connection: sa.Connection, record: ActionRecord, seen: Mapping[str, Any], wish: Mapping[str, Any]
) -> dict[str, Any]:
    """What the wish really changes; a field that somebody else has changed to something else is a conflict."""
    new = {}
    for field in (field for field in FIELDS if field in wish and wish[field] != seen.get(field)):
        current = getattr(record, field)
        if current == wish[field]:
            continue
        if current != seen.get(field):
            raise _conflict(connection, record, field, wish[field])
        new[field] = wish[field]
    return new


def _conflict(connection: sa.Connection, record: ActionRecord, field: str, yours: Any) -> JourneyError:
    last = (
        sa.select(user.c.name)
        .join(action_change, action_change.c.user_id == user.c.id)
        .where(action_change.c.action_id == record.id, action_change.c.field == field)
        .order_by(action_change.c.id.desc())
    )
    facts = {"theirs": written(getattr(record, field)), "yours": written(yours)}
    name = connection.scalar(last.limit(1)) or record.author
    return JourneyError("action_changed", status=409, field=field, who=name, **facts)


def keep(connection: sa.Connection, who: UserRecord, record: ActionRecord, new: Mapping[str, Any]) -> None:
    """Write new values of an action (`own`) with their history, in the transaction of their cause."""
    told = {**new, "version": record.version + 1, "changed_at": utc_now()}
    connection.execute(sa.update(action).where(action.c.id == record.id).values(told))
    for field, value in new.items():
        note_change(connection, who, record.id, field, getattr(record, field), value)
    audit.note(
        connection, who.login, "action.change", record.engagement, number=record.id, fields=sorted(new)
    )


def _seen(connection: sa.Connection, who: UserRecord, action_id: int, right: Action) -> ActionRecord:
    """The action, where its engagement is the person's; of others' nobody learns."""
    found = records(connection, action.c.id == action_id)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_action", status=404)
    _authorize(who, found[0].engagement, right)
    return found[0]


def _authorize(who: UserRecord, engagement: str, right: Action) -> None:
    authorize(who, engagement, right)
    refuse_guest(who, right)
