"""Rebuild what queries read from what imports wrote: one ordered journey per customer, deals, segments.

Of an import that touches few customers, theirs alone (`data_access.ingest.refresh`).

Runs inside the import's transaction, after the raw rows are in. The rules are DOMAIN sections 3 and 4: deals
are rows of one transaction id on one day; a customer's day that holds a calendar-day fact is one instant;
events of the deal stage are absorbed by deals; facts after import time or analysis date stand outside.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest import identities
from data_access.ingest.derive_answers import write_answers
from data_access.ingest.derive_attempts import write_attempts
from data_access.ingest.derive_beside import write_nobody, write_spend
from data_access.ingest.derive_deals import write_deals
from data_access.ingest.derive_facts import RawFacts, blocks, raw_facts, touched_facts
from data_access.ingest.derive_health import write_backward, write_source_days
from data_access.ingest.derive_journey import write_journey
from data_access.ingest.derive_months import take_back_cells, write_book, write_customer_sums
from data_access.ingest.derive_outcomes import history_of_sources, write_history, write_outcomes
from data_access.ingest.derive_segments import write_attributes, write_segments
from data_access.ingest.derive_spans import data_end, time_limit, write_labels, write_set_aside, write_sources
from data_access.ingest.derive_touches import write_journey_days, write_known_cells
from data_access.ingest.refresh import rules, stage_rows
from data_access.ingest.touched import among


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
    touched: sa.FromClause | None = None,
) -> None:
    """Rebuild every derived table of one engagement, or what a few customers have in it.

    What is not a customer's own is made anew in either case: it is little, or added up from the customers' rows.

    Args:
        connection: on the database that holds the raw tables, inside the import's transaction.
        number: the generation that is being made.
        now: import time, naive UTC: later facts are set aside.
        analysis_date: last local day that counts; later facts are set aside.
        touched: the customers whose rows are made anew, as `refresh.touched_by` has found them, a table with the
            column `customer_id`; None = everybody.
    """
    limit = time_limit(now, zone, analysis_date)
    kept = _histories(connection, engagement)
    _forget(connection, engagement, zone, touched)
    connection.execute(sa.insert(schema.stage), stage_rows(engagement, model))
    if touched is None:
        identities.write_customers(connection, engagement)
        facts = raw_facts(engagement, limit)
        parts = [raw_facts(engagement, limit, block) for block in blocks(connection, engagement)]
    else:
        facts = touched_facts(connection, engagement, limit, touched)
        parts = [facts]
    told = _told(connection, engagement)
    has_transactions = schema.transaction_line in told
    for part in parts if has_transactions else ():
        write_deals(connection, engagement, part)
    if schema.cost in told:
        write_spend(connection, engagement, limit, zone)
    write_nobody(connection, engagement, limit)
    for part in parts:
        write_journey(connection, engagement, model, part, has_transactions)
    write_known_cells(connection, engagement)
    for part in parts:
        write_journey_days(connection, engagement, part.touched)
    write_history(connection, engagement, model, limit)
    if schema.outcome in told:
        _write_outcomes(connection, engagement, model, facts, kept)
    if schema.segment_value in told:
        write_segments(connection, engagement, facts)
    for part in parts:
        write_customer_sums(connection, engagement, model, part.touched)
    write_book(connection, engagement, zone, touched)
    if schema.attribute in told:
        write_attributes(connection, engagement, facts)
    if schema.survey_answer in told:
        write_answers(connection, engagement, model, limit)
    write_set_aside(connection, engagement, model, limit, has_transactions)
    write_labels(connection, engagement, model)
    _write_sources(connection, engagement, model, limit, time_limit(now, zone, None))
    write_backward(connection, engagement, model, facts)
    write_source_days(connection, engagement, limit, zone)
    _write_generation(
        connection, engagement, number, now, zone, currency, model, analysis_date, has_transactions
    )
    write_attempts(connection, engagement, touched)


def _told(connection: sa.Connection, engagement: str) -> set[sa.Table]:
    """The raw tables that hold rows: what no file tells of needs no statement, and most tell of little."""
    raw = (
        schema.transaction_line,
        schema.cost,
        schema.outcome,
        schema.segment_value,
        schema.attribute,
        schema.survey_answer,
    )
    holds = (sa.exists().where(table.c.engagement == engagement).label(table.name) for table in raw)
    found = connection.execute(sa.select(*holds)).one()
    return {table for table, has_rows in zip(raw, found, strict=True) if has_rows}


def _exists(
    connection: sa.Connection, table: sa.Table, engagement: str, *conditions: sa.ColumnElement[bool]
) -> bool:
    found = sa.exists().where(table.c.engagement == engagement, *conditions)
    return connection.scalar(sa.select(found)) or False


def is_built(connection: sa.Connection, engagement: str) -> bool:
    """True where derived rows of the engagement stand in the tables: the frame of its generation stands with them."""
    return _exists(connection, schema.generation, engagement)


def _forget(connection: sa.Connection, engagement: str, zone: str, touched: sa.FromClause | None) -> None:
    """Delete what is made anew: everything, or the rows of touched customers and what is nobody's own."""
    if not is_built(connection, engagement):
        return
    deal, line = schema.deal, schema.deal_line
    if touched is not None:
        take_back_cells(connection, engagement, zone, touched)
        deals = sa.select(deal.c.deal_id).where(
            deal.c.engagement == engagement, *among(deal.c.customer_id, touched)
        )
        connection.execute(sa.delete(line).where(line.c.engagement == engagement, line.c.deal_id.in_(deals)))
    # brought up to date already, or where it is written
    kept = (schema.customer, schema.merged_value, line, schema.lcpq_cell)
    for table in schema.DERIVED:
        if touched is None or (table not in kept and "customer_id" not in table.c) or table is schema.answer:
            _empty(connection, table, engagement)
        elif table not in kept:
            connection.execute(
                sa.delete(table).where(table.c.engagement == engagement, *among(table.c.customer_id, touched))
            )


def _empty(connection: sa.Connection, table: sa.Table, engagement: str) -> None:
    connection.execute(sa.delete(table).where(table.c.engagement == engagement))


def _write_outcomes(
    connection: sa.Connection, engagement: str, model: StageModel, facts: RawFacts, kept: set[str]
) -> None:
    """Outcomes of the facts' customers; of everybody where other sources keep a history than before (`kept`)."""
    if facts.touched is not None and _histories(connection, engagement) != kept:
        # what a source tells of one deal says how far the deals of all others came
        _empty(connection, schema.deal_outcome, engagement)
        facts = raw_facts(engagement, facts.limit)
    write_outcomes(connection, engagement, model, facts)


def _write_sources(
    connection: sa.Connection, engagement: str, model: StageModel, limit: datetime, until: datetime
) -> None:
    """What the sources cover: up to the import, also where an analysis date ends the numbers before (`limit`)."""
    told = sa.select(schema.stage_history).where(schema.stage_history.c.engagement == engagement)
    write_sources(
        connection,
        engagement,
        until,
        told if until == limit else history_of_sources(engagement, until, model),
    )


def _histories(connection: sa.Connection, engagement: str) -> set[str]:
    """The sources that keep the history of their deals."""
    told = schema.stage_history
    keeping = sa.select(told.c.source).where(told.c.engagement == engagement, told.c.keeps)
    return set(connection.scalars(keeping))


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
            counted_before=time_limit(now, zone, analysis_date),
            rules=rules(),
        )
    )
