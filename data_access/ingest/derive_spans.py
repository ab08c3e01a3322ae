"""What the facts cover: sources, labels, the data end, and what stands outside every number."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.query import NO_SEGMENT
from dashboard.journey.stages import UNMAPPED, StageModel
from data_access import schema
from data_access.ingest.derive_facts import fact_rows, insert_rows


def time_limit(now: datetime, zone: str, analysis_date: date | None) -> datetime:
    """First moment that is too late to count (naive UTC)."""
    after_now = now + timedelta(microseconds=1)
    if analysis_date is None:
        return after_now
    return min(after_now, _day_end(analysis_date, ZoneInfo(zone)))


def _day_end(day: date, place: ZoneInfo) -> datetime:
    """Where a local calendar day ends and the next begins (naive UTC)."""
    start = datetime.combine(day + timedelta(days=1), time.min, place)
    return start.astimezone(UTC).replace(tzinfo=None)


def write_set_aside(
    connection: sa.Connection, engagement: str, model: StageModel, limit: datetime, has_transactions: bool
) -> None:
    """Count what stands outside every number, with its reason."""
    event, line, deal = schema.event, schema.transaction_line, schema.deal
    nothing = sa.cast(0, schema.Money)
    money = sa.func.coalesce(sa.func.sum(line.c.amount), nothing)
    counted: list[tuple[str, Any, Any]] = [
        ("event_no_customer", event, (event.c.customer_key.is_(None), nothing)),
        ("event_future", event, (event.c.occurred_at >= limit, nothing)),
        ("event_unmapped", event, (event.c.stage == UNMAPPED, nothing)),
        ("transaction_no_customer", line, (line.c.customer_key.is_(None), money)),
        ("transaction_future", line, (line.c.occurred_at >= limit, money)),
        ("deal_zero", deal, (deal.c.kind == "zero", nothing)),
    ]
    rows = []
    for reason, table, (condition, amount) in counted:
        found = connection.execute(
            sa.select(sa.func.count(), amount)
            .select_from(table)
            .where(table.c.engagement == engagement, condition)
        ).one()
        rows.append((reason, found[0], found[1]))
    if has_transactions:
        rows.append(("won_without_money", _won_without_money(connection, engagement, model, limit), 0))
    values = [
        {"engagement": engagement, "reason": reason, "rows": count, "amount": amount}
        for reason, count, amount in rows
        if count
    ]
    if values:
        connection.execute(sa.insert(schema.set_aside), values)


def _won_without_money(connection: sa.Connection, engagement: str, model: StageModel, limit: datetime) -> int:
    """Events of the deal stage that no deal absorbs: neither by deal id nor by customer and day."""
    event, deal = fact_rows(schema.event, engagement, limit).cte("event_fact"), schema.deal
    paid = (deal.c.engagement == engagement, deal.c.kind == "deal", deal.c.customer_id == event.c.customer_id)
    by_ref = sa.exists().where(*paid, deal.c.deal_ref == event.c.deal_ref)
    by_day = sa.exists().where(*paid, deal.c.local_day == event.c.local_day)
    statement = (
        sa.select(sa.func.count()).select_from(event).where(event.c.stage == model.deal.key, ~by_ref, ~by_day)
    )
    return connection.scalar(statement) or 0


def write_labels(connection: sa.Connection, engagement: str, model: StageModel) -> None:
    """Segments by number of customers ("(none)" last), channels by number of touches, stages that are reached;
    attributes by name;
    how many touches name an amount, and how many lost deals hide their way."""
    span, journey = schema.segment_span, schema.journey
    people = sa.func.count(sa.distinct(span.c.customer_id))
    segments = connection.execute(
        sa.select(span.c.segment, people).where(span.c.engagement == engagement).group_by(span.c.segment)
    ).all()
    channels = connection.execute(
        sa.select(journey.c.channel, sa.func.count())
        .where(journey.c.engagement == engagement, journey.c.is_touch)
        .group_by(journey.c.channel)
    ).all()
    ordered = sorted(
        ((row[0], row[1]) for row in segments if row[0] != NO_SEGMENT), key=lambda row: (-row[1], row[0])
    )
    told = schema.attribute_span
    attributes = connection.execute(
        sa.select(told.c.name, sa.func.count(sa.distinct(told.c.customer_id)))
        .where(told.c.engagement == engagement)
        .group_by(told.c.name)
        .order_by(told.c.name)
    ).all()
    named = connection.scalar(
        sa.select(sa.func.count(journey.c.amount)).where(
            journey.c.engagement == engagement, journey.c.is_touch
        )
    )
    ended = schema.deal_outcome
    hidden = connection.scalar(
        sa.select(sa.func.count()).where(
            ended.c.engagement == engagement, ended.c.outcome == "lost", ~ended.c.has_history
        )
    )
    nobody = _people(connection, schema.customer, engagement) - _people(connection, span, engagement)
    without = nobody + sum(row[1] for row in segments if row[0] == NO_SEGMENT)
    if without or not ordered:
        ordered.append((NO_SEGMENT, without))
    values = [
        {"engagement": engagement, "kind": kind, "position": position, "value": row[0], "rows": row[1]}
        for kind, rows in (
            ("segment", ordered),
            ("channel", sorted(channels, key=lambda row: (-row[1], row[0]))),
            ("stage", _reached_stages(connection, engagement, model)),
            ("attribute", attributes),
            ("amount", [("pipeline", named)] if named else []),
            ("outcome", [("lost_without_history", hidden)] if hidden else []),
        )
        for position, row in enumerate(rows, 1)
    ]
    if values:
        connection.execute(sa.insert(schema.label), values)


def _reached_stages(connection: sa.Connection, engagement: str, model: StageModel) -> list[tuple[str, int]]:
    """Steps at each stage that has any: events and deals, n-th deals at the stages that deals reach."""
    journey = schema.journey
    deals = sa.func.count(journey.c.deal_no)
    counts = []
    for stage in model.stages:
        own = sa.func.count().filter(journey.c.stage == stage.key)
        by_deals = sa.func.count().filter(journey.c.deal_no >= stage.nth_deal) if stage.nth_deal else own
        counts.append(sa.case((deals > 0, by_deals), else_=own).label(stage.key))
    found = connection.execute(
        sa.select(*counts).where(journey.c.engagement == engagement, journey.c.is_step)
    ).one()
    return [(stage.key, rows) for stage, rows in zip(model.stages, found, strict=True) if rows]


def _people(connection: sa.Connection, table: sa.Table, engagement: str) -> int:
    """Distinct customers of a table."""
    people = sa.func.count(sa.distinct(table.c.customer_id))
    return connection.scalar(sa.select(people).where(table.c.engagement == engagement)) or 0


def write_sources(connection: sa.Connection, engagement: str, limit: datetime, told: sa.Select) -> None:
    """What each source of facts covers; facts after the import do not stretch it.

    Args:
        told: rows as those of `stage_history`, up to the same limit.
    """
    history = told.cte("source_history")
    for kind, table in (("event", schema.event), ("transaction", schema.transaction_line)):
        counting = (table.c.engagement == engagement, table.c.occurred_at < limit)
        spans = (
            sa.select(
                table.c.source,
                sa.func.count().label("rows"),
                sa.func.min(table.c.occurred_at).label("first_moment"),
                sa.func.max(table.c.local_day).label("last_day"),
            )
            .where(*counting)
            .group_by(table.c.source)
            .cte("span")
        )
        dated = sa.func.max(sa.case((table.c.date_only, table.c.occurred_at)))
        last = (
            # the whole calendar day counts: it ends after every time of that day
            sa.select(
                table.c.source,
                dated.is_not(None).label("date_only"),
                sa.func.coalesce(dated, sa.func.max(table.c.occurred_at)).label("occurred_at"),
            )
            .join(spans, sa.and_(spans.c.source == table.c.source, spans.c.last_day == table.c.local_day))
            .where(*counting)
            .group_by(table.c.source)
            .cte("last_fact")
        )
        insert_rows(
            connection,
            schema.source,
            engagement,
            sa.select(
                spans.c.source,
                sa.literal(kind, sa.Text).label("kind"),
                spans.c.rows,
                spans.c.first_moment,
                last.c.occurred_at.label("last_moment"),
                spans.c.last_day,
                last.c.date_only.label("last_date_only"),
                (~sa.func.coalesce(history.c.snapshot, sa.false()) if kind == "event" else sa.true()).label(
                    "has_history"
                ),
            )
            .join(last, last.c.source == spans.c.source)
            .outerjoin(history, history.c.source == spans.c.source),
        )


def data_end(
    connection: sa.Connection, engagement: str, now: datetime, zone: str, analysis_date: date | None
) -> tuple[datetime | None, date | None, bool]:
    """The earliest last fact among the sources of events or transactions, capped by now and analysis date.

    A source that gives both events and transactions ends with the later of the two.
    """
    place = ZoneInfo(zone)
    ends: dict[str, tuple[datetime, date, bool]] = {}
    table = schema.source
    for row in connection.execute(sa.select(table).where(table.c.engagement == engagement)).mappings():
        covered = _day_end(row["last_day"], place) if row["last_date_only"] else row["last_moment"]
        found = (covered, row["last_day"], row["last_date_only"])
        ends[row["source"]] = max(ends.get(row["source"], found), found)
    if not ends:
        return None, None, False
    covered, day, date_only = min(ends.values())
    if analysis_date is not None and day > analysis_date:
        # the source goes on: the data are complete to the end of the analysis date
        day, date_only = analysis_date, True
        covered = _day_end(day, place)
    if covered > now:
        covered = now
        day = now.replace(tzinfo=UTC).astimezone(place).date()
        date_only = False
    return covered, day, date_only
