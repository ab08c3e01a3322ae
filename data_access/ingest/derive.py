"""Rebuild what queries read from what imports wrote: one ordered journey per customer, deals, segments.

Runs inside the import's transaction, after the raw rows are in. The rules are DOMAIN sections 3 and 4: deals
are rows of one transaction id on one day; a customer's day that holds a calendar-day fact is one instant;
events of the deal stage are absorbed by deals; facts after import time or analysis date stand outside.
"""

from __future__ import annotations

import json
from datetime import date, datetime

import sqlalchemy as sa

from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest import identities
from data_access.ingest.derive_answers import write_answers
from data_access.ingest.derive_beside import write_nobody, write_spend
from data_access.ingest.derive_deals import write_deals
from data_access.ingest.derive_facts import raw_facts
from data_access.ingest.derive_health import write_source_days
from data_access.ingest.derive_journey import write_journey
from data_access.ingest.derive_outcomes import write_outcomes
from data_access.ingest.derive_segments import write_attributes, write_segments
from data_access.ingest.derive_spans import data_end, time_limit, write_labels, write_set_aside, write_sources


def rebuild(
    connection: sa.Connection,
    *,
    engagement: str,
    number: int,
    now: datetime,
    zone: str,
    currency: str,
    model: StageModel,
    analysis_date: date | None = None,
) -> None:
    """Rebuild every derived table of one engagement.

    Args:
        connection: on the database that holds the raw tables, inside the import's transaction.
        number: the generation that is being made.
        now: import time, naive UTC: later facts are set aside.
        analysis_date: last local day that counts; later facts are set aside.
    """
    for table in schema.DERIVED:
        connection.execute(sa.delete(table).where(table.c.engagement == engagement))
    limit = time_limit(now, zone, analysis_date)
    _write_model(connection, engagement, model)
    identities.write_customers(connection, engagement)
    facts = raw_facts(engagement, limit)
    write_deals(connection, engagement, facts)
    write_spend(connection, engagement, limit, zone)
    write_nobody(connection, engagement, limit)
    has_transactions = _exists(connection, schema.transaction_line, engagement)
    write_journey(connection, engagement, model, facts, has_transactions)
    write_outcomes(connection, engagement, model, facts)
    write_segments(connection, engagement, limit)
    write_attributes(connection, engagement, limit)
    write_answers(connection, engagement, model, limit)
    write_set_aside(connection, engagement, model, limit, has_transactions)
    write_labels(connection, engagement, model)
    write_sources(connection, engagement, model, time_limit(now, zone, None))
    write_source_days(connection, engagement, model, facts, zone)
    _write_generation(
        connection, engagement, number, now, zone, currency, model, analysis_date, has_transactions
    )


def _exists(
    connection: sa.Connection, table: sa.Table, engagement: str, *conditions: sa.ColumnElement[bool]
) -> bool:
    found = sa.exists().where(table.c.engagement == engagement, *conditions)
    return connection.scalar(sa.select(found)) or False


def _write_model(connection: sa.Connection, engagement: str, model: StageModel) -> None:
    rows = [
        {
            "engagement": engagement,
            "position": position,
            "key": stage.key,
            "phase": str(stage.phase),
            "nth_deal": stage.nth_deal,
            "names": json.dumps({"name": dict(stage.names), "short": dict(stage.short_names)}),
        }
        for position, stage in enumerate(model.stages, 1)
    ]
    connection.execute(sa.insert(schema.stage), rows)


def _write_generation(
    connection: sa.Connection,
    engagement: str,
    number: int,
    now: datetime,
    zone: str,
    currency: str,
    model: StageModel,
    analysis_date: date | None,
    has_transactions: bool,
) -> None:
    end, end_day, end_date_only = data_end(connection, engagement, now, zone, analysis_date)
    journey, deal = schema.journey, schema.deal
    # unmapped events stand in no number, refunds and zero deals do
    stands = {journey: sa.or_(journey.c.is_touch, journey.c.is_step), deal: sa.true()}
    days = [
        connection.execute(
            sa.select(sa.func.min(table.c.local_day), sa.func.max(table.c.local_day)).where(
                table.c.engagement == engagement, counts
            )
        ).one()
        for table, counts in stands.items()
    ]
    first = [row[0] for row in days if row[0]]
    last = [row[1] for row in days if row[1]]
    connection.execute(
        sa.insert(schema.generation).values(
            engagement=engagement,
            number=number,
            built_at=now,
            zone=zone,
            currency=currency,
            preset=model.preset,
            data_end=end,
            data_end_day=end_day,
            data_end_date_only=end_date_only,
            first_day=min(first) if first else None,
            last_day=max(last) if last else None,
            has_transactions=has_transactions,
            has_history=not _exists(connection, schema.source, engagement, ~schema.source.c.has_history),
        )
    )
