"""Engagements: one client's journey each, with its stage model, time zone and currency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.stages import PRESETS, StageModel
from data_access.clock import utc_now
from data_access.state import audit
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import engagement, engagement_grant, generation_pointer, user
from data_access.state.users import insert_grant

DEFAULT_ZONE = "Europe/Moscow"
DEFAULT_CURRENCY = "RUB"
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")  # it names a folder too
_CURRENCY = re.compile(r"[A-Z]{3}")
_ENGAGEMENTS = 5_119_203


@dataclass(frozen=True, slots=True)
class Engagement:
    """One client's journey.

    Attributes:
        key: stable word in URLs, files and folders.
        zone: time zone in which days begin.
        analysis_date: "today" of the analysis where the data end long ago; None = the real one.
        demo: made by `journey demo`.
        margin: share of revenue that is left after the cost of goods, 0..1; None = nobody has told it.
    """

    key: str
    name: str
    zone: str
    currency: str
    model: StageModel
    created_at: datetime
    brand: str | None = None
    analysis_date: date | None = None
    responsible: str | None = None
    demo: bool = False
    margin: float | None = None


def add(
    engine: sa.Engine,
    key: str,
    name: str | None = None,
    *,
    zone: str = DEFAULT_ZONE,
    currency: str = DEFAULT_CURRENCY,
    model: StageModel = PRESETS["loop6"],
    demo: bool = False,
    actor: str = "console",
    **about: Any,
) -> Engagement:
    """Add an engagement.

    Args:
        name: what people read; the key where left out.
        about: `brand`, `analysis_date`, `responsible`.

    Raises:
        JourneyError: `engagement_key_malformed`, `engagement_exists`, `unknown_zone`, `currency_malformed`.
    """
    values = _checked(key, name, zone, currency, model) | {"demo": demo, **about}
    with writing(engine) as connection:
        one_at_a_time(connection, _ENGAGEMENTS)
        if _row(connection, key) is not None:
            raise JourneyError("engagement_exists", engagement=key)
        return _insert(connection, values, actor)


def get_or_create(
    engine: sa.Engine,
    key: str,
    *,
    zone: str | None = None,
    currency: str | None = None,
    model: StageModel | None = None,
    actor: str = "console",
) -> Engagement:
    """The engagement that a mapping file names, made where it is absent.

    Until its first data the mapping's zone, currency and stages become the engagement's. Afterwards they
    must agree, since the stored facts were read with them; what the mapping leaves out is not compared.

    Raises:
        JourneyError: `engagement_differs` (`field`, `stored`, `given`) and the errors of `add`.
    """
    with writing(engine) as connection:
        one_at_a_time(connection, _ENGAGEMENTS)
        row, changed = _asked(connection, key, zone, currency, model)
        if row is None:
            return _insert(connection, changed, actor)
        return _update(connection, key, changed, actor) if changed else _engagement(row)


def foreseen(
    engine: sa.Engine,
    key: str,
    *,
    zone: str | None = None,
    currency: str | None = None,
    model: StageModel | None = None,
) -> Engagement:
    """What `get_or_create` would give, with its errors; nothing is written."""
    with engine.connect() as connection:
        row, changed = _asked(connection, key, zone, currency, model)
    stored: dict[str, Any] = {"created_at": utc_now()} if row is None else dict(row._mapping)
    values = stored | changed
    return Engagement(model=StageModel.from_json(values.pop("stage_model")), **values)


def _asked(
    connection: sa.Connection, key: str, zone: str | None, currency: str | None, model: StageModel | None
) -> tuple[sa.Row | None, dict[str, Any]]:
    """The engagement's row and what a mapping changes in it; all of a new one where there is no row."""
    row = _row(connection, key)
    if row is None:
        new = _checked(
            key, None, zone or DEFAULT_ZONE, currency or DEFAULT_CURRENCY, model or PRESETS["loop6"]
        )
        return None, new
    given = {"zone": zone, "currency": currency, "stage_model": model.to_json() if model else None}
    changed = {
        field: value for field, value in given.items() if value is not None and getattr(row, field) != value
    }
    if changed:
        if _has_data(connection, key):
            _refuse(row, changed)
        _checked(key, row.name, zone or row.zone, currency or row.currency, None)
    return row, changed


def list(engine: sa.Engine) -> tuple[Engagement, ...]:  # read as `engagements.list`
    """Every engagement by key."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(engagement).order_by(engagement.c.key)).all()
    return tuple(_engagement(row) for row in rows)


def get(engine: sa.Engine, key: str) -> Engagement:
    """The engagement with this key.

    Raises:
        JourneyError: `unknown_engagement` (404).
    """
    with engine.connect() as connection:
        row = _row(connection, key)
    if row is None:
        raise JourneyError("unknown_engagement", status=404, engagement=key)
    return _engagement(row)


def set_stages(engine: sa.Engine, key: str, model: StageModel, *, actor: str = "console") -> Engagement:
    """Give an engagement other stages, as long as it has no data that were read with the old ones.

    Raises:
        JourneyError: `unknown_engagement`, `engagement_differs`.
    """
    with writing(engine) as connection:
        row = _row(connection, key)
        if row is None:
            raise JourneyError("unknown_engagement", status=404, engagement=key)
        changed = {"stage_model": model.to_json()}
        if row.stage_model == changed["stage_model"]:
            return _engagement(row)
        if _has_data(connection, key):
            _refuse(row, changed)
        return _update(connection, key, changed, actor)


def set_margin(engine: sa.Engine, key: str, margin: float | None, *, actor: str = "console") -> Engagement:
    """Tell which share of the engagement's revenue is left after the cost of goods, 0..1; None forgets it.

    Raises:
        JourneyError: `unknown_engagement`, `bad_margin`.
    """
    if margin is not None and not 0 <= margin <= 1:
        raise JourneyError("bad_margin", value=margin)
    with writing(engine) as connection:
        row = _row(connection, key)
        if row is None:
            raise JourneyError("unknown_engagement", status=404, engagement=key)
        if row.margin == margin:
            return _engagement(row)
        return _update(connection, key, {"margin": margin}, actor)


def grant(engine: sa.Engine, user_id: int, key: str, *, actor: str = "console") -> None:
    """Let a person see an engagement; a second time changes nothing.

    Raises:
        JourneyError: `unknown_engagement`, `unknown_user`.
    """
    with writing(engine) as connection:
        one_at_a_time(connection, _ENGAGEMENTS)
        login = _login(connection, user_id)
        insert_grant(connection, user_id, key)
        audit.note(connection, actor, "grant", key, login=login)


def revoke(engine: sa.Engine, user_id: int, key: str, *, actor: str = "console") -> None:
    """Take an engagement from a person, from their next request on.

    Raises:
        JourneyError: `unknown_user`.
    """
    with writing(engine) as connection:
        login = _login(connection, user_id)
        held = (engagement_grant.c.user_id == user_id, engagement_grant.c.engagement == key)
        connection.execute(sa.delete(engagement_grant).where(*held))
        audit.note(connection, actor, "revoke", key, login=login)


def set_grants(engine: sa.Engine, user_id: int, keys: Iterable[str], *, actor: str = "console") -> None:
    """Let a person see exactly these engagements, from their next request on: all of it, or nothing.

    Raises:
        JourneyError: `unknown_engagement`, `unknown_user`.
    """
    wanted = set(keys)
    with writing(engine) as connection:
        one_at_a_time(connection, _ENGAGEMENTS)
        login = _login(connection, user_id)
        mine = engagement_grant.c.user_id == user_id
        held = set(connection.scalars(sa.select(engagement_grant.c.engagement).where(mine)))
        for key in sorted(wanted - held):
            insert_grant(connection, user_id, key)
            audit.note(connection, actor, "grant", key, login=login)
        for key in sorted(held - wanted):
            connection.execute(sa.delete(engagement_grant).where(mine, engagement_grant.c.engagement == key))
            audit.note(connection, actor, "revoke", key, login=login)


def _checked(
    key: str, name: str | None, zone: str, currency: str, model: StageModel | None
) -> dict[str, Any]:
    if not _KEY.fullmatch(key):
        raise JourneyError("engagement_key_malformed", engagement=key)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise JourneyError("unknown_zone", zone=zone) from error
    if not _CURRENCY.fullmatch(currency):
        raise JourneyError("currency_malformed", currency=currency)
    title = " ".join((name or "").split()) or key
    stages = model.to_json() if model else None
    return {"key": key, "name": title[:200], "zone": zone, "currency": currency, "stage_model": stages}


def _insert(connection: sa.Connection, values: dict[str, Any], actor: str) -> Engagement:
    statement = sa.insert(engagement).values(values | {"created_at": utc_now()}).returning(engagement)
    row = connection.execute(statement).one()
    audit.note(connection, actor, "engagement.add", row.key)
    return _engagement(row)


def _update(connection: sa.Connection, key: str, changed: Mapping[str, Any], actor: str) -> Engagement:
    statement = sa.update(engagement).where(engagement.c.key == key).values(changed).returning(engagement)
    row = connection.execute(statement).one()
    audit.note(connection, actor, "engagement.change", key, fields=sorted(changed))
    return _engagement(row)


def _refuse(row: sa.Row, changed: Mapping[str, Any]) -> None:
    field, value = next(iter(changed.items()))
    stored = getattr(row, field)
    if field == "stage_model":
        stored, value = _stage_words(stored), _stage_words(value)
    raise JourneyError("engagement_differs", field=field, stored=stored, given=value, engagement=row.key)


def _stage_words(model: Mapping[str, Any]) -> str:
    return ", ".join(stage["key"] for stage in model["stages"])


def _has_data(connection: sa.Connection, key: str) -> bool:
    pointer = sa.select(generation_pointer.c.generation).where(generation_pointer.c.engagement == key)
    return connection.scalar(pointer) is not None


def _row(connection: sa.Connection, key: str) -> sa.Row | None:
    return connection.execute(sa.select(engagement).where(engagement.c.key == key)).first()


def _login(connection: sa.Connection, user_id: int) -> str:
    login = connection.scalar(sa.select(user.c.login).where(user.c.id == user_id))
    if login is None:
        raise JourneyError("unknown_user", status=404, login=str(user_id))
    return login


def _engagement(row: sa.Row) -> Engagement:
    values = {name: value for name, value in row._mapping.items() if name != "stage_model"}
    return Engagement(model=StageModel.from_json(row.stage_model), **values)
