"""Small hand-made facts for tests: rows that a marketer could check, through the real derivation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.query import JourneyQuery
from dashboard.journey.stages import Phase, Stage, StageModel, preset
from data_access import schema
from data_access.facts import EngineFacts
from data_access.ingest import derive
from data_access.scope import Action, Scope

ENGAGEMENT = "test"
SCOPE = Scope(ENGAGEMENT, Action.READ, 0)
DAY_ZERO = datetime(2026, 1, 1, 12)


def model_of(keys: str, deal: str, nth: dict[str, int] | None = None) -> StageModel:
    """A model of one-letter stages, `model_of("ABCX", deal="C")`: leads before the deal, repeats after it."""
    place = keys.index(deal)

    def phase(index: int) -> Phase:
        return Phase.LEAD if index < place else Phase.DEAL if index == place else Phase.REPEAT

    return StageModel(
        tuple(
            Stage(key, phase(index), {"en": key, "ru": key}, {}, (nth or {}).get(key))
            for index, key in enumerate(keys)
        )
    )


def at(value: float | int | datetime | date | str) -> Any:
    """A day number (days after noon of 1 January 2026), a datetime (UTC) or a date (calendar day)."""
    if isinstance(value, int | float):
        return DAY_ZERO + timedelta(days=value)
    return value


@dataclass(frozen=True)
class Event:
    """One journey event: customer, stage, when (see `at`)."""

    customer: str | None
    stage: str
    when: Any
    channel: str | None = None
    touchpoint: str | None = None
    segment: str | None = None  # holds from this event's time
    deal_ref: str | None = None
    source: str = "events"
    label: str | None = None  # the stage's label where it comes from a column of the file
    manager: str | None = None
    sentiment: float | None = None
    cost: float | None = None
    product: str | None = None
    amount: float | None = None


@dataclass(frozen=True)
class Answer:
    """One survey answer; without a customer it is the respondent's alone."""

    customer: str | None
    stage: str | None
    when: Any
    score: float | None
    metric: str = "nps"
    channel: str | None = None
    touchpoint: str | None = None
    respondent: str | None = None
    weight: float | None = None
    segment: str | None = None
    source: str = "survey"


@dataclass(frozen=True)
class Ending:
    """How a deal ended: 'won' or 'lost'."""

    customer: str | None
    outcome: str
    when: Any
    reason: str | None = None
    stage_when_lost: str | None = None
    deal_ref: str | None = None
    amount: float | int | str | None = None
    source: str = "outcomes"


@dataclass(frozen=True)
class Known:
    """What is known of a customer: an attribute, from a time on or always."""

    customer: str
    name: str
    value: str
    since: Any = None


@dataclass(frozen=True)
class Sale:
    """One transaction line."""

    customer: str | None
    when: Any
    amount: float | int | str | Decimal
    ref: str | None = None
    product: str | None = None
    channel: str | None = None
    source: str = "orders"
    refund_of: str | None = None
    quantity: float | None = None


@dataclass(frozen=True)
class Cost:
    """One cost row."""

    day: date
    amount: float | int | str
    channel: str | None = None
    segment: str | None = None
    stage: str | None = None


def walk(text: str, **more: Any) -> list[Event]:
    """Events from a golden line: `"u1 A0 B1 C2"`."""
    customer, *steps = text.split()
    return [Event(customer, step[0], float(step[1:]), **more) for step in steps]


def load(
    engine: sa.Engine,
    events: Iterable[Event] = (),
    sales: Iterable[Sale] = (),
    *,
    model: StageModel | None = None,
    segments: dict[str, str] | None = None,
    identities: Sequence[tuple[str, str, str]] = (),
    zone: str = "UTC",
    now: datetime = datetime(2030, 1, 1),
    analysis_date: date | None = None,
    currency: str = "RUB",
    engagement: str = ENGAGEMENT,
    endings: Iterable[Ending] = (),
    answers: Iterable[Answer] = (),
    known: Iterable[Known] = (),
    costs: Iterable[Cost] = (),
) -> EngineFacts:
    """Write facts raw, derive them in a fresh DuckDB, and copy the derived tables to `engine` if that is another.

    `segments` hold always; identities are (customer, kind, value).
    """
    with engine.begin() as connection:
        schema.facts.drop_all(connection)
        schema.facts.create_all(connection)
    duck = engine if engine.dialect.name == "duckdb" else sa.create_engine("duckdb:///:memory:")
    with duck.begin() as connection:
        schema.facts.create_all(connection)
        _write_raw(connection, engagement, list(events), list(sales), segments or {}, identities, zone)
        _write_endings(connection, engagement, list(endings), zone)
        _write_costs(connection, engagement, list(costs))
        _write_answers(connection, engagement, list(answers), zone)
        _write_known(connection, engagement, list(known))
        derive.rebuild(
            connection,
            engagement=engagement,
            number=1,
            now=now,
            zone=zone,
            currency=currency,
            model=model or preset("loop6"),
            analysis_date=analysis_date,
        )
    if duck is not engine:
        copy_derived(duck, engine)
        duck.dispose()
    return EngineFacts(engine)


def copy_derived(origin: sa.Engine, target: sa.Engine) -> None:
    """Copy every derived row from one engine to another (PostgreSQL tests run on the same derivation)."""
    with origin.connect() as source, target.begin() as sink:
        for table in schema.DERIVED:
            rows = source.execute(sa.select(table)).all()
            if rows:
                _copy(sink, table, rows)
        if target.dialect.name == "postgresql":
            sink.execute(sa.text("ANALYZE"))  # without counts its plans are guesses


def _copy(sink: sa.Connection, table: sa.Table, rows: Sequence[sa.Row[Any]]) -> None:
    """PostgreSQL's COPY: a real set has too many rows for inserts."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = sink.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(tuple(row))


def question(**fields: Any) -> JourneyQuery:
    """A `JourneyQuery` of the test engagement."""
    return JourneyQuery(ENGAGEMENT, **fields)


def _when(value: Any, zone: str) -> dict[str, Any]:
    value = at(value)
    place = ZoneInfo(zone)
    if isinstance(value, datetime):
        local = value.replace(tzinfo=UTC).astimezone(place)
        return {"occurred_at": value, "local_day": local.date(), "date_only": False}
    start = datetime.combine(value, time.min, place).astimezone(UTC).replace(tzinfo=None)
    return {"occurred_at": start, "local_day": value, "date_only": True}


def _write_raw(
    connection: sa.Connection,
    engagement: str,
    events: list[Event],
    sales: list[Sale],
    segments: dict[str, str],
    identities: Sequence[tuple[str, str, str]],
    zone: str,
) -> None:
    def origin(source: str, index: int) -> dict[str, Any]:
        return {"engagement": engagement, "source": source, "row_key": str(index), "import_id": 1}

    values: list[dict[str, Any]] = []
    rows = []
    for index, item in enumerate(events, 1):
        when = _when(item.when, zone)
        rows.append(
            {
                "event_id": index,
                "customer_key": item.customer,
                "stage": item.stage,
                "channel": item.channel,
                "touchpoint": item.touchpoint,
                "deal_ref": item.deal_ref,
                "raw_label": item.label,
                "manager": item.manager,
                "product": item.product,
                "amount": None if item.amount is None else Decimal(str(item.amount)),
                "sentiment": item.sentiment,
                "cost": None if item.cost is None else Decimal(str(item.cost)),
                **when,
                **origin(item.source, index),
            }
        )
        if item.segment and item.customer:
            values.append(
                {
                    "customer_key": item.customer,
                    "segment": item.segment,
                    "valid_from": when["occurred_at"],
                    "value_id": index,
                    **origin(item.source, index),
                }
            )
    for index, (customer, segment) in enumerate(segments.items(), len(rows) + 1):
        values.append(
            {
                "customer_key": customer,
                "segment": segment,
                "valid_from": None,
                "value_id": index,
                **origin("customers", index),
            }
        )
    lines = [
        {
            "line_id": index,
            "customer_key": item.customer,
            "transaction_ref": item.ref,
            "amount": Decimal(str(item.amount)),
            "product": item.product,
            "channel": item.channel,
            "refund_ref": item.refund_of,
            "quantity": item.quantity,
            **_when(item.when, zone),
            **origin(item.source, index),
        }
        for index, item in enumerate(sales, 1)
    ]
    people = [
        {"customer_key": customer, "kind": kind, "value": value, **origin("customers", index)}
        for index, (customer, kind, value) in enumerate(identities, 1)
    ]
    for table, found in (
        (schema.event, rows),
        (schema.transaction_line, lines),
        (schema.segment_value, values),
        (schema.identity, people),
    ):
        if found:
            connection.execute(sa.insert(table), found)


def _write_endings(connection: sa.Connection, engagement: str, endings: list[Ending], zone: str) -> None:
    rows = [
        {
            "engagement": engagement,
            "outcome_id": index,
            "customer_key": item.customer,
            "deal_ref": item.deal_ref,
            "outcome": item.outcome,
            "reason": item.reason,
            "stage_when_lost": item.stage_when_lost,
            "amount": None if item.amount is None else Decimal(str(item.amount)),
            **_when(item.when, zone),
            "source": item.source,
            "row_key": str(index),
            "import_id": 1,
        }
        for index, item in enumerate(endings, 1)
    ]
    if rows:
        connection.execute(sa.insert(schema.outcome), rows)


def _write_answers(connection: sa.Connection, engagement: str, answers: list[Answer], zone: str) -> None:
    rows = [
        {
            "engagement": engagement,
            "customer_key": item.customer,
            "respondent": item.respondent,
            "metric": item.metric,
            "stage": item.stage,
            "channel": item.channel,
            "touchpoint": item.touchpoint,
            "score": item.score,
            "weight": item.weight,
            "segment": item.segment,
            **_when(item.when, zone),
            "source": item.source,
            "row_key": str(index),
            "import_id": 1,
        }
        for index, item in enumerate(answers, 1)
    ]
    if rows:
        connection.execute(sa.insert(schema.survey_answer), rows)


def _write_costs(connection: sa.Connection, engagement: str, costs: list[Cost]) -> None:
    rows = [
        {
            "engagement": engagement,
            "local_day": item.day,
            "channel": item.channel,
            "segment": item.segment,
            "stage": item.stage,
            "amount": Decimal(str(item.amount)),
            "source": "costs",
            "row_key": str(index),
            "import_id": 1,
        }
        for index, item in enumerate(costs, 1)
    ]
    if rows:
        connection.execute(sa.insert(schema.cost), rows)


def _write_known(connection: sa.Connection, engagement: str, known: list[Known]) -> None:
    rows = [
        {
            "engagement": engagement,
            "customer_key": item.customer,
            "name": item.name,
            "value": item.value,
            "valid_from": None if item.since is None else at(item.since),
            "source": "customers",
            "row_key": str(index),
            "import_id": 1,
        }
        for index, item in enumerate(known, 1)
    ]
    if rows:
        connection.execute(sa.insert(schema.attribute), rows)
