"""Raw rows of hand-made facts, as an import would write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.stages import StageModel
from data_access import schema
from tests.tables import add_rows

if TYPE_CHECKING:
    from tests.facts import Answer, Cost, Ending, Event, Known, Sale

DAY_ZERO = datetime(2026, 1, 1, 12)


def at(value: float | int | datetime | date | str) -> Any:
    """A day number (days after noon of 1 January 2026), a datetime (UTC) or a date (calendar day)."""
    if isinstance(value, int | float):
        return DAY_ZERO + timedelta(days=value)
    return value


@dataclass(frozen=True)
class Told:
    """Everything that derived facts are made of."""

    events: tuple[Event, ...]
    sales: tuple[Sale, ...]
    segments: tuple[tuple[str, str], ...]
    identities: tuple[tuple[str, str, str], ...]
    endings: tuple[Ending, ...]
    answers: tuple[Answer, ...]
    known: tuple[Known, ...]
    costs: tuple[Cost, ...]
    model: StageModel
    zone: str
    now: datetime
    analysis_date: date | None
    currency: str
    engagement: str


def _when(value: Any, zone: str) -> dict[str, Any]:
    value = at(value)
    place = ZoneInfo(zone)
    if isinstance(value, datetime):
        local = value.replace(tzinfo=UTC).astimezone(place)
        return {"occurred_at": value, "local_day": local.date(), "date_only": False}
    start = datetime.combine(value, time.min, place).astimezone(UTC).replace(tzinfo=None)
    return {"occurred_at": start, "local_day": value, "date_only": True}


def _origin(told: Told, source: str, index: int) -> dict[str, Any]:
    """Where a row comes from."""
    return {"engagement": told.engagement, "source": source, "row_key": str(index), "import_id": 1}


def write_raw(connection: sa.Connection, told: Told) -> None:
    """Write everything that was told into empty raw tables."""
    _write_facts(connection, told)
    _write_endings(connection, told)
    _write_costs(connection, told)
    _write_answers(connection, told)
    _write_known(connection, told)


def _write_facts(connection: sa.Connection, told: Told) -> None:
    zone = told.zone

    values: list[dict[str, Any]] = []
    rows = []
    for index, item in enumerate(told.events, 1):
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
                **_origin(told, item.source, index),
            }
        )
        if item.segment and item.customer:
            values.append(
                {
                    "customer_key": item.customer,
                    "segment": item.segment,
                    "valid_from": when["occurred_at"],
                    "value_id": index,
                    **_origin(told, item.source, index),
                }
            )
    for index, (customer, segment) in enumerate(told.segments, len(rows) + 1):
        values.append(
            {
                "customer_key": customer,
                "segment": segment,
                "valid_from": None,
                "value_id": index,
                **_origin(told, "customers", index),
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
            **_origin(told, item.source, index),
        }
        for index, item in enumerate(told.sales, 1)
    ]
    people = [
        {"customer_key": customer, "kind": kind, "value": value, **_origin(told, "customers", index)}
        for index, (customer, kind, value) in enumerate(told.identities, 1)
    ]
    for table, found in (
        (schema.event, rows),
        (schema.transaction_line, lines),
        (schema.segment_value, values),
        (schema.identity, people),
    ):
        add_rows(connection, table, found)


def _write_endings(connection: sa.Connection, told: Told) -> None:
    rows = [
        {
            "outcome_id": index,
            "customer_key": item.customer,
            "deal_ref": item.deal_ref,
            "outcome": item.outcome,
            "reason": item.reason,
            "stage_when_lost": item.stage_when_lost,
            "amount": None if item.amount is None else Decimal(str(item.amount)),
            **_when(item.when, told.zone),
            **_origin(told, item.source, index),
        }
        for index, item in enumerate(told.endings, 1)
    ]
    add_rows(connection, schema.outcome, rows)


def _write_answers(connection: sa.Connection, told: Told) -> None:
    rows = [
        {
            "customer_key": item.customer,
            "respondent": item.respondent,
            "metric": item.metric,
            "stage": item.stage,
            "channel": item.channel,
            "touchpoint": item.touchpoint,
            "score": item.score,
            "weight": item.weight,
            "segment": item.segment,
            **_when(item.when, told.zone),
            **_origin(told, item.source, index),
        }
        for index, item in enumerate(told.answers, 1)
    ]
    add_rows(connection, schema.survey_answer, rows)


def _write_costs(connection: sa.Connection, told: Told) -> None:
    rows = [
        {
            "local_day": item.day,
            "channel": item.channel,
            "segment": item.segment,
            "stage": item.stage,
            "amount": Decimal(str(item.amount)),
            **_origin(told, "costs", index),
        }
        for index, item in enumerate(told.costs, 1)
    ]
    add_rows(connection, schema.cost, rows)


def _write_known(connection: sa.Connection, told: Told) -> None:
    rows = [
        {
            "customer_key": item.customer,
            "name": item.name,
            "value": item.value,
            "valid_from": None if item.since is None else at(item.since),
            **_origin(told, "customers", index),
        }
        for index, item in enumerate(told.known, 1)
    ]
    add_rows(connection, schema.attribute, rows)
