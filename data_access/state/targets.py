"""Targets of an engagement: who sets them; two editors at once lose nothing, and the last save can go back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.targets import Kpi, TargetKey, check_key, check_value, row_name
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import audit as trail
from data_access.state.schema import target, user

MOST_WISHES = 5000  # of one save
_PUT = "target.put"
_CONSOLE = "console"  # whoever works at the machine itself has no account
_LOCK = 7_305_606  # of one save at a time; any number that no other matter uses


@dataclass(frozen=True, slots=True)
class StoredTarget:
    """One target.

    Attributes:
        value: None = it was taken back; the version goes on.
        version: grows with each change; a cell that nobody ever set has version 0.
        who: name of the person who changed it last.
    """

    key: TargetKey
    value: Decimal | None
    version: int
    who: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A cell as somebody wants it.

    Attributes:
        value: None takes the target back.
        version: of the value that they saw.
    """

    key: TargetKey
    value: Decimal | None
    version: int


@dataclass(frozen=True, slots=True)
class TargetChange:
    """One line of the history."""

    at: datetime
    actor: str
    key: TargetKey
    before: Decimal | None
    after: Decimal | None


def listed(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[StoredTarget, ...]:
    """Every target of an engagement, those that were taken back with value None.

    Raises:
        JourneyError: `unknown_engagement`, `no_right` (guests).
    """
    scope = authorize(who, engagement, Action.READ)
    refuse_guest(who, Action.READ)
    with engine.connect() as connection:
        return tuple(_stored(connection, scope.engagement).values())


def values(engine: sa.Engine, who: UserRecord, engagement: str) -> Mapping[TargetKey, Decimal]:
    """The targets that hold, by figure and month.

    Raises:
        JourneyError: as `listed`.
    """
    return {one.key: one.value for one in listed(engine, who, engagement) if one.value is not None}


def put(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    wishes: Sequence[Wish],
    stages: Collection[str],
    segments: Collection[str],
) -> int:
    """Set or take back targets: all of them, or none.

    Args:
        stages: those that a transition leads into.
        segments: of the engagement's data.

    Returns:
        How many targets are different now.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`; `targets_changed` (409, names the cells) where somebody else has
            changed one of them since; `target_twice`, `too_many_targets`; what `check_key` and `check_value` refuse.
    """
    _authorize(who, engagement)
    if len(wishes) > MOST_WISHES:
        raise JourneyError("too_many_targets", limit=MOST_WISHES)
    checked = [_checked(wish, stages, segments) for wish in wishes]
    again = next((key for key, count in Counter(wish.key for wish in checked).items() if count > 1), None)
    if again is not None:
        raise JourneyError("target_twice", row=row_name(again), column=again.month)
    with writing(engine) as connection:
        return _write(connection, who, engagement, checked)


def history(engine: sa.Engine, who: UserRecord, engagement: str, saves: int = 5) -> tuple[TargetChange, ...]:
    """What was changed by the last saves, the newest first.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    _authorize(who, engagement)
    with engine.connect() as connection:
        rows = connection.execute(_saves(engagement).limit(saves)).all()
    return tuple(
        TargetChange(row.at, row.actor, _key(one), _value(one["before"]), _value(one["after"]))
        for row in rows
        for one in row.detail["changes"]
    )


def undo(engine: sa.Engine, who: UserRecord, engagement: str) -> int:
    """Bring back what stood before the last save; once more brings that save itself back.

    Returns:
        How many targets are different now.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`, `no_target_save` where nobody has saved any.
    """
    _authorize(who, engagement)
    with writing(engine) as connection:
        _alone(connection)
        last = connection.execute(_saves(engagement).limit(1)).first()
        if last is None:
            raise JourneyError("no_target_save")
        changes = last.detail["changes"]
        # every later change would be a later save, so that these versions are the newest ones
        back = [Wish(_key(one), _value(one["before"]), one["version"]) for one in changes]
        return _write(connection, who, engagement, back)


def _authorize(who: UserRecord, engagement: str) -> None:
    authorize(who, engagement, Action.APPROVE)
    refuse_guest(who, Action.APPROVE)


def _checked(wish: Wish, stages: Collection[str], segments: Collection[str]) -> Wish:
    key = check_key(wish.key, stages, segments)
    return wish if wish.value is None else Wish(key, check_value(key, wish.value), wish.version)


def _write(connection: sa.Connection, who: UserRecord, engagement: str, wishes: Sequence[Wish]) -> int:
    _alone(connection)
    stored = _stored(connection, engagement)
    nothing = {wish.key: StoredTarget(wish.key, None, 0, "") for wish in wishes}
    now = nothing | stored
    changes = [wish for wish in wishes if wish.value != now[wish.key].value]
    stale = [now[wish.key] for wish in changes if wish.version != now[wish.key].version]
    if stale:
        raise _changed(stale)
    for wish in changes:
        _store(connection, who, engagement, wish)
    if changes:
        told = [_told(wish, now[wish.key].value) for wish in changes]
        audit.note(connection, who.login, _PUT, engagement, changes=told)
    return len(changes)


def _alone(connection: sa.Connection) -> None:
    one_at_a_time(connection, _LOCK)


def _store(connection: sa.Connection, who: UserRecord, engagement: str, wish: Wish) -> None:
    key = wish.key
    said = {
        "value": wish.value,
        "version": wish.version + 1,
        "changed_by": who.id or None,
        "changed_at": utc_now(),
    }
    place = {
        "engagement": engagement,
        "kpi": str(key.kpi),
        "stage": key.stage,
        "segment": key.segment,
        "month": key.month,
    }
    if wish.version:
        same = [target.c[name] == value for name, value in place.items()]
        connection.execute(sa.update(target).where(*same).values(said))
    else:
        connection.execute(sa.insert(target).values(place | said))


def _changed(stale: Sequence[StoredTarget]) -> JourneyError:
    cells = "; ".join(f"{row_name(one.key)}, {one.key.month} ({one.who})" for one in stale[:5])
    who = [(one.key, one.who) for one in stale]
    return JourneyError("targets_changed", status=409, cells=cells, stale=who)


def _told(wish: Wish, before: Decimal | None) -> dict[str, Any]:
    """A change for the audit trail; numbers as texts, so that they stay exact."""
    return {
        "kpi": str(wish.key.kpi),
        "stage": wish.key.stage,
        "segment": wish.key.segment,
        "month": wish.key.month,
        "before": None if before is None else f"{before:f}",
        "after": None if wish.value is None else f"{wish.value:f}",
        "version": wish.version + 1,
    }


def _saves(engagement: str) -> sa.Select[Any, Any, Any]:
    mine = (trail.c.engagement == engagement, trail.c.action == _PUT)
    return sa.select(trail.c.at, trail.c.actor, trail.c.detail).where(*mine).order_by(trail.c.id.desc())


def _stored(connection: sa.Connection, engagement: str) -> dict[TargetKey, StoredTarget]:
    query = (
        sa.select(target, user.c.name.label("who"))
        .outerjoin(user, user.c.id == target.c.changed_by)
        .where(target.c.engagement == engagement)
        .order_by(target.c.id)
    )
    found = {}
    for row in connection.execute(query):
        key = TargetKey(Kpi(row.kpi), row.stage, row.segment, row.month)
        # SQLite keeps numbers as floats: rounding to the places of the figure gives the exact one back
        value = None if row.value is None else check_value(key, row.value)
        found[key] = StoredTarget(key, value, row.version, row.who or _CONSOLE)
    return found


def _key(told: Mapping[str, Any]) -> TargetKey:
    return TargetKey(Kpi(told["kpi"]), told["stage"], told["segment"], told["month"])


def _value(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
