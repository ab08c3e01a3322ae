"""Alert rules of an engagement: who makes and changes them, and who hears of what they find."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.alert_check import RuleDraft, checked, limits_of
from dashboard.journey.alerts import AlertKind, AlertRule
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.targets import Kpi
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.action_fields import people_of
from data_access.state.engine import writing
from data_access.state.schema import user
from data_access.state.schema_watch import alert_receiver, alert_rule, endpoint

MOST_RULES = 200  # of one engagement
MOST_RECEIVERS = 50  # of one rule


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[AlertRule, ...]:
    """Every rule of an engagement, the oldest first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return rules(connection, alert_rule.c.engagement == engagement)


def get(engine: sa.Engine, who: UserRecord, rule_id: int) -> AlertRule:
    """One rule of an engagement that the person sees.

    Raises:
        JourneyError: `unknown_alert_rule` (404), `no_right` (403).
    """
    with engine.connect() as connection:
        return _seen(connection, who, rule_id, Action.SIMULATE)


def add(engine: sa.Engine, who: UserRecord, engagement: str, draft: RuleDraft, info: GenerationInfo) -> int:
    """Make a rule; it is looked at from the next look on.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `too_many_alert_rules`, `alert_receiver_unknown`,
            `unknown_owner` and those of `checked`.
    """
    _may_write(who, engagement)
    wanted = checked(draft, info)
    with writing(engine) as connection:
        mine = sa.select(sa.func.count()).where(alert_rule.c.engagement == engagement)
        if (connection.scalar(mine) or 0) >= MOST_RULES:
            raise JourneyError("too_many_alert_rules", limit=MOST_RULES)
        _check_people(connection, engagement, wanted)
        row = _columns(wanted) | {"engagement": engagement, "created_by": who.id, "created_at": utc_now()}
        made = sa.insert(alert_rule).values(row).returning(alert_rule.c.id)
        rule_id: int = connection.execute(made).scalar_one()
        _put_receivers(connection, rule_id, wanted)
        audit.note(connection, who.login, "alert_rule.add", engagement, number=rule_id, **_told(wanted))
    return rule_id


def change(
    engine: sa.Engine, who: UserRecord, rule_id: int, version: int, draft: RuleDraft, info: GenerationInfo
) -> None:
    """Change a rule; its open incident is judged anew at the next look.

    Args:
        version: that the person has seen.

    Raises:
        JourneyError: `unknown_alert_rule` (404), `alert_rule_changed` (409) where somebody else was faster, and those
            of `add`.
    """
    wanted = checked(draft, info)
    with writing(engine) as connection:
        rule = _own(connection, who, rule_id, version)
        _check_people(connection, rule.engagement, wanted)
        _update(connection, rule, _columns(wanted))
        connection.execute(sa.delete(alert_receiver).where(alert_receiver.c.rule_id == rule_id))
        _put_receivers(connection, rule_id, wanted)
        told = _told(wanted)
        audit.note(connection, who.login, "alert_rule.change", rule.engagement, number=rule_id, **told)


def enable(engine: sa.Engine, who: UserRecord, rule_id: int, version: int, *, enabled: bool) -> None:
    """Let a rule rest, or wake it; what only a resting rule watches is no incident any more.

    Raises:
        JourneyError: `unknown_alert_rule` (404), `alert_rule_changed` (409), `no_right`.
    """
    with writing(engine) as connection:
        rule = _own(connection, who, rule_id, version)
        _update(connection, rule, {"enabled": enabled})
        deed = "alert_rule.enable" if enabled else "alert_rule.disable"
        audit.note(connection, who.login, deed, rule.engagement, number=rule_id)


def delete(engine: sa.Engine, who: UserRecord, rule_id: int, version: int) -> None:
    """Take a rule away, and its incidents with it.

    Raises:
        JourneyError: `unknown_alert_rule` (404), `alert_rule_changed` (409), `no_right`.
    """
    with writing(engine) as connection:
        rule = _own(connection, who, rule_id, version)
        connection.execute(sa.delete(alert_rule).where(alert_rule.c.id == rule_id))
        audit.note(
            connection, who.login, "alert_rule.delete", rule.engagement, number=rule_id, name=rule.name
        )


def note_look(connection: sa.Connection, rule_ids: Collection[int], now: datetime) -> None:
    """Remember in the transaction of a look which rules it has judged."""
    connection.execute(sa.update(alert_rule).where(alert_rule.c.id.in_(rule_ids)).values(looked_at=now))


def rules(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[AlertRule, ...]:
    """The rules that match, the oldest first; two statements, however many there are."""
    query = (
        sa.select(alert_rule, user.c.name.label("owner"))
        .outerjoin(user, user.c.id == alert_rule.c.owner_id)
        .where(*where)
        .order_by(alert_rule.c.id)
    )
    rows = connection.execute(query).all()
    heard = alert_receiver.c.rule_id.in_([row.id for row in rows])
    told = connection.execute(sa.select(alert_receiver).where(heard).order_by(alert_receiver.c.id)).all()
    return tuple(_rule(row, [one for one in told if one.rule_id == row.id]) for row in rows)


def _rule(row: Any, told: list[Any]) -> AlertRule:
    kind, kpi = AlertKind(row.kind), Kpi(row.kpi) if row.kpi else None
    return AlertRule(
        id=row.id,
        engagement=row.engagement,
        name=row.name,
        kind=kind,
        kpi=kpi,
        stage=row.stage,
        segment=row.segment,
        channel=row.channel,
        limits=limits_of(kind, row.limits, kpi),
        owner_id=row.owner_id,
        owner=row.owner,
        enabled=row.enabled,
        users=tuple(one.user_id for one in told if one.user_id is not None),
        endpoints=tuple(one.endpoint_id for one in told if one.endpoint_id is not None),
        looked_at=row.looked_at,
        version=row.version,
    )


def _seen(connection: sa.Connection, who: UserRecord, rule_id: int, right: Action) -> AlertRule:
    """The rule, where its engagement is the person's; of others' nobody learns."""
    found = rules(connection, alert_rule.c.id == rule_id)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_alert_rule", status=404)
    authorize(who, found[0].engagement, right)
    return found[0]


def _own(connection: sa.Connection, who: UserRecord, rule_id: int, version: int) -> AlertRule:
    """A rule that the person may change, locked until the transaction ends."""
    connection.execute(sa.select(alert_rule.c.id).where(alert_rule.c.id == rule_id).with_for_update())
    rule = _seen(connection, who, rule_id, Action.PLAN)
    _may_write(who, rule.engagement)
    if rule.version != version:
        raise JourneyError("alert_rule_changed", status=409)
    return rule


def _may_write(who: UserRecord, engagement: str) -> None:
    authorize(who, engagement, Action.PLAN)
    refuse_guest(who, Action.PLAN)


def _check_people(connection: sa.Connection, engagement: str, draft: RuleDraft) -> None:
    """Refuse an owner or receivers who do not see the engagement."""
    people = people_of(connection, engagement)
    if draft.owner_id is not None and draft.owner_id not in people:
        raise JourneyError("unknown_owner")
    mine = set(connection.scalars(sa.select(endpoint.c.id).where(endpoint.c.engagement == engagement)))
    unknown = set(draft.users) - set(people) or set(draft.endpoints) - mine
    if unknown or len(draft.users) + len(draft.endpoints) > MOST_RECEIVERS:
        raise JourneyError("alert_receiver_unknown", limit=MOST_RECEIVERS)


def _columns(draft: RuleDraft) -> dict[str, Any]:
    said: dict[str, Any] = asdict(draft)
    return {name: said[name] for name in said if name not in ("users", "endpoints")}


def _told(draft: RuleDraft) -> Mapping[str, Any]:
    return {"name": draft.name, "kind": str(draft.kind), "limits": dict(draft.limits)}


def _update(connection: sa.Connection, rule: AlertRule, values: Mapping[str, Any]) -> None:
    told = {**values, "version": rule.version + 1}
    connection.execute(sa.update(alert_rule).where(alert_rule.c.id == rule.id).values(told))


def _put_receivers(connection: sa.Connection, rule_id: int, draft: RuleDraft) -> None:
    rows: list[dict[str, Any]] = [
        {"rule_id": rule_id, "user_id": one, "endpoint_id": None} for one in dict.fromkeys(draft.users)
    ]
    rows += [
        {"rule_id": rule_id, "user_id": None, "endpoint_id": one} for one in dict.fromkeys(draft.endpoints)
    ]
    if rows:
        connection.execute(sa.insert(alert_receiver), rows)
