"""Registered effects: what is said of an action before it starts; two who change one at once lose nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dashboard.analytics.effect import LEAST_WEEKS, MOST_WEEKS
from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.intervention import MOST_WINDOW_DAYS, Intervention, Promise
from dashboard.journey.plan import Status
from data_access.clock import wall_clock
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.actions import own
from data_access.state.engine import writing
from data_access.state.schema import action, user
from data_access.state.schema_watch import intervention

MOST_COMPARED = 50
_FURTHEST = timedelta(days=2 * 366)  # a start further away is a typing error


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Intervention, ...]:
    """Every registered effect of an engagement, the earliest start first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    with engine.connect() as connection:
        return _read(connection, intervention.c.engagement == engagement)


def register(
    engine: sa.Engine,
    who: UserRecord,
    info: GenerationInfo,
    action_id: int,
    promise: Promise,
    now: datetime,
    *,
    detectable: float | None = None,
) -> int:
    """Register the effect of an action, at best before it starts; a later registration is kept as what it is.

    Args:
        info: of the action's engagement: its stages, segments, channels and zone.
        now: this moment (naive UTC).
        detectable: least effect that the plan can tell, as the server has computed it.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`, `effect_registered` (409) for an action that has one,
            `action_dropped`, and those of `checked`.
    """
    refuse_guest(who, Action.PLAN)
    values = _columns(checked(promise, info))
    with writing(engine) as connection:
        record = own(connection, who, action_id)
        _same_engagement(record.engagement, info)
        if record.status is Status.DROPPED:
            raise JourneyError("action_dropped", title=record.title)
        values |= {"engagement": record.engagement, "action_id": action_id, "detectable": detectable}
        values |= {"registered_by": who.id, "registered_at": now}
        mine = sa.select(intervention.c.id).where(intervention.c.action_id == action_id)
        if connection.scalar(mine) is not None:  # `own` lets one through at a time
            raise JourneyError("effect_registered", status=409, title=record.title)
        made = sa.insert(intervention).values(values).returning(intervention.c.id)
        number: int = connection.execute(made).scalar_one()
        audit.note(
            connection, who.login, "effect.register", record.engagement, number=action_id, **_told(promise)
        )
    return number


def change(
    engine: sa.Engine,
    who: UserRecord,
    info: GenerationInfo,
    number: int,
    version: int,
    promise: Promise,
    now: datetime,
    *,
    detectable: float | None = None,
) -> None:
    """Promise something else, as long as the action has not started: afterwards figures could lead the promise.

    Args:
        version: that the person has seen.

    Raises:
        JourneyError: `unknown_effect` (404), `no_right`, `effect_changed` (409) where somebody else was faster,
            `effect_started`, `effect_start_past`, and those of `checked`.
    """
    refuse_guest(who, Action.PLAN)
    values = _columns(checked(promise, info)) | {"version": version + 1, "detectable": detectable}
    today = wall_clock(now, info.zone).date()
    with writing(engine) as connection:
        kept = _own(connection, who, number)
        _same_engagement(kept.engagement, info)
        if kept.promise.starts_on <= today:
            raise JourneyError("effect_started", day=kept.promise.starts_on)
        if promise.starts_on < today:
            raise JourneyError("effect_start_past")
        mine = (intervention.c.id == number, intervention.c.version == version)
        if connection.execute(sa.update(intervention).where(*mine).values(values)).rowcount == 0:
            raise JourneyError("effect_changed", status=409)
        detail = {"number": kept.action_id, **_told(promise)}
        audit.note(connection, who.login, "effect.change", kept.engagement, **detail)


def withdraw(engine: sa.Engine, who: UserRecord, number: int, version: int) -> None:
    """Measure an effect no longer; the audit trail keeps what was promised.

    Raises:
        JourneyError: `unknown_effect` (404), `no_right`, `effect_changed` (409).
    """
    refuse_guest(who, Action.PLAN)
    with writing(engine) as connection:
        kept = _own(connection, who, number)
        mine = (intervention.c.id == number, intervention.c.version == version)
        if connection.execute(sa.delete(intervention).where(*mine)).rowcount == 0:
            raise JourneyError("effect_changed", status=409)
        detail = {"number": kept.action_id, **_told(kept.promise)}
        audit.note(connection, who.login, "effect.withdraw", kept.engagement, **detail)


def checked(promise: Promise, info: GenerationInfo) -> Promise:
    """A promise that makes sense in an engagement.

    Raises:
        JourneyError: `effect_step`, `effect_segment`, `effect_channel`, `effect_expected`, `effect_weeks`,
            `effect_window`, `effect_comparison`, `effect_day`.
    """
    order = info.model.keys
    if promise.from_stage not in order or promise.to_stage not in order:
        raise JourneyError("effect_step")
    if order.index(promise.from_stage) >= order.index(promise.to_stage):
        raise JourneyError("effect_step")
    if promise.segment and promise.segment not in info.segments:
        raise JourneyError("effect_segment", segment=promise.segment[:60])
    if promise.channel and promise.channel not in info.channels:
        raise JourneyError("effect_channel", channel=promise.channel[:60])
    if not 0 < promise.expected < 1:
        raise JourneyError("effect_expected")
    if not LEAST_WEEKS <= promise.weeks <= MOST_WEEKS:
        raise JourneyError("effect_weeks", low=LEAST_WEEKS, high=MOST_WEEKS)
    if not 1 <= promise.window_days <= MOST_WINDOW_DAYS:
        raise JourneyError("effect_window", high=MOST_WINDOW_DAYS)
    _check_comparison(promise, info)
    first = info.first_day
    last = wall_clock(info.built_at, info.zone).date() + _FURTHEST
    if (first is not None and promise.starts_on < first) or promise.starts_on > last:
        raise JourneyError("effect_day")
    return promise


def _check_comparison(promise: Promise, info: GenerationInfo) -> None:
    """Segments that exist and are not the treated one; where everybody is treated nobody is left."""
    compared = promise.comparison
    if len(compared) > MOST_COMPARED or not set(compared) <= set(info.segments):
        raise JourneyError("effect_comparison")
    if compared and (not promise.segment or promise.segment in compared):
        raise JourneyError("effect_comparison")


def _same_engagement(engagement: str, info: GenerationInfo) -> None:
    if engagement != info.engagement:
        raise JourneyError("unknown_action", status=404)


def _own(connection: sa.Connection, who: UserRecord, number: int) -> Intervention:
    """A registration that the person may change, locked until the transaction ends; of others' nobody learns."""
    connection.execute(sa.select(intervention.c.id).where(intervention.c.id == number).with_for_update())
    found = _read(connection, intervention.c.id == number)
    if not found or found[0].engagement not in who.engagements:
        raise JourneyError("unknown_effect", status=404)
    authorize(who, found[0].engagement, Action.PLAN)
    return found[0]


def _read(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[Intervention, ...]:
    query = (
        sa.select(intervention, action.c.title, action.c.status, user.c.name)
        .join(action, action.c.id == intervention.c.action_id)
        .join(user, user.c.id == intervention.c.registered_by)
    )
    rows = connection.execute(query.where(where).order_by(intervention.c.starts_on, intervention.c.id))
    return tuple(_record(row) for row in rows)


def _record(row: sa.Row[Any]) -> Intervention:
    promise = Promise(
        row.from_stage,
        row.to_stage,
        row.segment,
        row.channel,
        row.starts_on,
        row.expected,
        tuple(row.comparison),
        row.weeks,
        row.window_days,
    )
    return Intervention(
        row.id,
        row.engagement,
        row.action_id,
        row.title,
        Status(row.status),
        promise,
        row.detectable,
        row.name,
        row.registered_at,
        row.version,
    )


def _columns(promise: Promise) -> dict[str, Any]:
    return {
        "from_stage": promise.from_stage,
        "to_stage": promise.to_stage,
        "segment": promise.segment,
        "channel": promise.channel,
        "starts_on": promise.starts_on,
        "expected": promise.expected,
        "comparison": list(promise.comparison),
        "weeks": promise.weeks,
        "window_days": promise.window_days,
    }


def _told(promise: Promise) -> dict[str, Any]:
    """A promise as the audit trail keeps it."""
    columns: dict[str, date | Any] = _columns(promise)
    return columns | {"starts_on": promise.starts_on.isoformat()}
