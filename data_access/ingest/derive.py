"""Rebuild what queries read from what imports wrote: one ordered journey per customer, deals, segments.

Runs inside the import's transaction, after the raw rows are in. The rules are DOMAIN sections 3 and 4: deals
are rows of one transaction id on one day; a customer's day that holds a calendar-day fact is one instant;
events of the deal stage are absorbed by deals; facts after import time or analysis date stand outside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.journey.query import NO_CHANNEL, NO_SEGMENT
from dashboard.journey.stages import UNMAPPED, StageModel
from data_access import schema
from data_access.ingest import identities

# naive UTC, as every stored moment
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The raw facts that stand in numbers, built once so that every statement shares them."""

    event: sa.CTE
    line: sa.CTE
    days: sa.CTE


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
    facts = _facts(engagement, limit)
    _write_deals(connection, engagement, facts)
    has_transactions = _exists(connection, schema.transaction_line, engagement)
    _write_journey(connection, engagement, model, facts, has_transactions)
    _write_segments(connection, engagement, limit)
    _write_set_aside(connection, engagement, model, limit, has_transactions)
    _write_labels(connection, engagement)
    _write_sources(connection, engagement, time_limit(now, zone, None))
    _write_generation(
        connection, engagement, number, now, zone, currency, model, analysis_date, has_transactions
    )


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


def _exists(connection: sa.Connection, table: sa.Table, engagement: str) -> bool:
    return connection.scalar(sa.select(sa.exists().where(table.c.engagement == engagement))) or False


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


def _of(table: sa.Table, engagement: str, limit: datetime) -> sa.CTE:
    """Raw facts that stand in numbers, with the customer's merged id; `raw_id` orders equal times."""
    own_id = table.c.event_id if "event_id" in table.c else table.c.line_id
    known = schema.customer
    columns = [column for column in table.c if column.name not in ("event_id", "line_id", "customer_key")]
    return (
        sa.select(own_id.label("raw_id"), known.c.customer_id, *columns)
        .join(
            known,
            sa.and_(known.c.engagement == table.c.engagement, known.c.customer_key == table.c.customer_key),
        )
        .where(table.c.engagement == engagement, table.c.occurred_at < limit)
        .cte(f"{table.name}_fact")
    )


def _facts(engagement: str, limit: datetime) -> _Facts:
    """Raw events and lines, and the customer-days that hold a calendar-day fact, with their start."""
    event, line = (_of(table, engagement, limit) for table in (schema.event, schema.transaction_line))
    dated = (
        sa.select(rows.c.customer_id, rows.c.local_day, rows.c.occurred_at).where(rows.c.date_only)
        for rows in (event, line)
    )
    both = sa.union_all(*dated).subquery("dated")
    days = (
        sa.select(both.c.customer_id, both.c.local_day, sa.func.min(both.c.occurred_at).label("day_start"))
        .group_by(both.c.customer_id, both.c.local_day)
        .cte("instant_day")
    )
    return _Facts(event, line, days)


def _write_deals(connection: sa.Connection, engagement: str, facts: _Facts) -> None:
    """Add up lines of one id on one day; number the deals of each customer."""
    line, days = facts.line, facts.days
    # a row without an id is a deal of its own: its raw id keeps it apart
    own = sa.case((line.c.transaction_ref.is_(None), line.c.raw_id), else_=sa.literal(0, sa.BigInteger))
    group = (line.c.customer_id, line.c.source, line.c.transaction_ref, own, line.c.local_day)
    added = (
        sa.select(
            line.c.customer_id,
            line.c.source,
            line.c.transaction_ref,
            own.label("own"),
            line.c.local_day,
            sa.func.min(line.c.occurred_at).label("occurred_at"),
            sa.func.min(line.c.raw_id).label("raw_id"),
            sa.func.sum(line.c.amount).label("amount"),
            # a deal sold through two channels stands under the first by name
            sa.func.coalesce(sa.func.min(line.c.channel), NO_CHANNEL).label("sale_channel"),
        )
        .group_by(*group)
        .cte("added")
    )
    kind = sa.case((added.c.amount > 0, "deal"), (added.c.amount < 0, "refund"), else_="zero")
    moment = sa.func.coalesce(days.c.day_start, added.c.occurred_at)
    placed = (
        sa.select(
            added,
            moment.label("moment"),
            days.c.day_start.is_not(None).label("instant"),
            kind.label("kind"),
            sa.func.row_number().over(order_by=(added.c.occurred_at, added.c.raw_id)).label("deal_id"),
        )
        .outerjoin(
            days, sa.and_(days.c.customer_id == added.c.customer_id, days.c.local_day == added.c.local_day)
        )
        .cte("placed")
    )
    number = sa.func.row_number().over(
        partition_by=(placed.c.customer_id, placed.c.kind),
        order_by=(placed.c.moment, placed.c.occurred_at, placed.c.deal_id),
    )
    _insert(
        connection,
        schema.deal,
        engagement,
        sa.select(
            placed.c.deal_id,
            placed.c.customer_id,
            placed.c.transaction_ref.label("deal_ref"),
            placed.c.source,
            placed.c.kind,
            placed.c.moment,
            placed.c.local_day,
            placed.c.instant,
            placed.c.amount,
            sa.case((placed.c.kind == "deal", number)).label("deal_no"),
            placed.c.sale_channel,
        ),
    )
    _write_deal_lines(connection, engagement, line)


def _write_deal_lines(connection: sa.Connection, engagement: str, line: sa.CTE) -> None:
    deal = schema.deal
    # a deal without an id holds exactly one line: found by its amount, day, customer and order
    numbered = (
        sa.select(
            line,
            sa.func.row_number()
            .over(
                partition_by=(line.c.customer_id, line.c.source, line.c.local_day, line.c.transaction_ref),
                order_by=(line.c.occurred_at, line.c.raw_id),
            )
            .label("position"),
        )
    ).cte("numbered_line")
    numbered_deal = (
        sa.select(
            deal,
            sa.func.row_number()
            .over(
                partition_by=(deal.c.customer_id, deal.c.source, deal.c.local_day, deal.c.deal_ref),
                order_by=deal.c.deal_id,
            )
            .label("position"),
        ).where(deal.c.engagement == engagement)
    ).cte("numbered_deal")
    same = sa.or_(
        numbered_deal.c.deal_ref == numbered.c.transaction_ref,
        sa.and_(
            numbered_deal.c.deal_ref.is_(None),
            numbered.c.transaction_ref.is_(None),
            numbered_deal.c.position == numbered.c.position,
        ),
    )
    product = sa.func.coalesce(numbered.c.product, NO_CHANNEL)
    _insert(
        connection,
        schema.deal_line,
        engagement,
        sa.select(
            numbered_deal.c.deal_id,
            product.label("product"),
            sa.func.sum(numbered.c.amount).label("amount"),
            sa.func.sum(numbered.c.quantity).label("quantity"),
        )
        .join(
            numbered_deal,
            sa.and_(
                numbered_deal.c.customer_id == numbered.c.customer_id,
                numbered_deal.c.source == numbered.c.source,
                numbered_deal.c.local_day == numbered.c.local_day,
                same,
            ),
        )
        .group_by(numbered_deal.c.deal_id, product),
    )


def _write_journey(
    connection: sa.Connection, engagement: str, model: StageModel, facts: _Facts, has_transactions: bool
) -> None:
    """Order each customer's events and deals; number the runs; look ahead to the next later stage."""
    rows = _journey_rows(engagement, model, facts, has_transactions)
    ordered = sa.select(
        rows,
        sa.func.row_number()
        .over(
            order_by=(rows.c.customer_id, rows.c.moment, rows.c.stage_order, rows.c.is_touch, rows.c.raw_id)
        )
        .label("item"),
    ).cte("ordered")
    # among steps alone: a new run begins where the stage differs from the step before
    whose = sa.case((ordered.c.is_step, 1), else_=0)
    before = sa.func.lag(ordered.c.stage_order).over(
        partition_by=(ordered.c.customer_id, whose), order_by=ordered.c.item
    )
    marked = sa.select(
        ordered,
        sa.case((before.is_(None), 1), (before != ordered.c.stage_order, 1), else_=0).label("starts_run"),
    ).cte("marked")
    run = sa.func.sum(marked.c.starts_run).over(
        partition_by=(marked.c.customer_id, marked.c.is_step), order_by=marked.c.item
    )
    walked = sa.select(marked, run.label("run_sum")).cte("walked")
    onward_moment, onward_day = _onward(walked, model)
    seen = sa.select(walked, onward_moment.label("onward_moment"), onward_day.label("onward_day")).cte("seen")
    days = facts.days
    _insert(
        connection,
        schema.journey,
        engagement,
        sa.select(
            seen.c.customer_id,
            seen.c.item,
            seen.c.moment,
            seen.c.local_day,
            seen.c.instant,
            seen.c.stage,
            seen.c.stage_order,
            seen.c.reach_order,
            seen.c.is_step,
            seen.c.is_touch,
            seen.c.deal_no,
            sa.case((seen.c.is_step, sa.cast(seen.c.run_sum, sa.Integer))).label("run_no"),
            seen.c.channel,
            seen.c.touchpoint,
            sa.case((seen.c.is_touch, seen.c.onward_moment)).label("onward_moment"),
            sa.case((seen.c.is_touch, seen.c.onward_day)).label("onward_day"),
            sa.case(
                (sa.and_(seen.c.is_touch, seen.c.onward_day.is_not(None)), days.c.day_start.is_not(None))
            ).label("onward_instant"),
        )
        .outerjoin(
            days, sa.and_(days.c.customer_id == seen.c.customer_id, days.c.local_day == seen.c.onward_day)
        )
        .order_by(seen.c.item),
    )


def _onward(rows: sa.CTE, model: StageModel) -> tuple[Any, Any]:
    """Moment and day of the first row of a later stage at or after each row.

    For the last stage: the next deal after the row's instant ("another deal").
    """

    def first(column: Any, counts: Any, **frame: Any) -> Any:
        return sa.func.min(sa.case((counts, column))).over(
            partition_by=rows.c.customer_id, order_by=rows.c.moment, **frame
        )

    last = len(model.stages)
    found = []
    for column in (rows.c.moment, rows.c.local_day):
        whens = [
            # from this instant on, rows of the same instant included
            (rows.c.stage_order == order, first(column, rows.c.reach_order > order, range_=(0, None)))
            for order in range(1, last)
        ]
        whens.append((rows.c.stage_order == last, first(column, rows.c.is_deal, groups=(1, None))))
        found.append(sa.case(*whens))
    return found[0], found[1]


def _journey_rows(engagement: str, model: StageModel, facts: _Facts, has_transactions: bool) -> sa.CTE:
    """Events and deals in one shape, not yet ordered."""
    event, days = facts.event, facts.days
    order = _case_of({stage.key: position for position, stage in enumerate(model.stages, 1)}, event.c.stage)
    is_deal_event = event.c.stage == model.deal.key
    mapped = event.c.stage.in_(model.keys)
    is_step = sa.and_(mapped, ~is_deal_event) if has_transactions else mapped
    events = sa.select(
        event.c.customer_id,
        event.c.raw_id,
        sa.func.coalesce(days.c.day_start, event.c.occurred_at).label("moment"),
        event.c.local_day,
        days.c.day_start.is_not(None).label("instant"),
        event.c.stage,
        order.label("stage_order"),
        # where deals exist they alone reach the deal stage and the stages of the n-th deal
        sa.case((is_step, order)).label("reach_order"),
        is_step.label("is_step"),
        mapped.label("is_touch"),
        (is_deal_event if not has_transactions else sa.false()).label("is_deal"),
        sa.null().cast(sa.Integer).label("deal_no"),
        sa.func.coalesce(event.c.channel, NO_CHANNEL).label("channel"),
        event.c.touchpoint,
    ).outerjoin(
        days, sa.and_(days.c.customer_id == event.c.customer_id, days.c.local_day == event.c.local_day)
    )
    deal = schema.deal
    reach = [
        (deal.c.deal_no >= stage.nth_deal, model.order(stage.key))
        for stage in reversed(model.stages)
        if stage.nth_deal
    ]
    deal_order = sa.literal(model.order(model.deal.key), sa.Integer)
    deals = sa.select(
        deal.c.customer_id,
        deal.c.deal_id.label("raw_id"),
        deal.c.moment,
        deal.c.local_day,
        deal.c.instant,
        sa.literal(model.deal.key, sa.Text).label("stage"),
        deal_order.label("stage_order"),
        (sa.case(*reach, else_=deal_order) if reach else deal_order).label("reach_order"),
        sa.true().label("is_step"),
        sa.false().label("is_touch"),
        sa.true().label("is_deal"),
        deal.c.deal_no,
        deal.c.sale_channel.label("channel"),
        sa.null().cast(sa.Text).label("touchpoint"),
    ).where(deal.c.engagement == engagement, deal.c.kind == "deal")
    return sa.union_all(events, deals).cte("journey_row")


def _case_of(values: dict[str, int], column: Any) -> Any:
    return sa.case(*[(column == key, value) for key, value in values.items()])


def _write_segments(connection: sa.Connection, engagement: str, limit: datetime) -> None:
    """Spans of equal segment per customer: the value that holds always, until a dated one takes over.

    Values from the limit on are facts of the future: they hold for nobody yet.
    """
    value, known = schema.segment_value, schema.customer
    since = sa.func.coalesce(value.c.valid_from, _ALWAYS)
    dated = (
        sa.select(
            known.c.customer_id,
            since.label("since"),
            value.c.segment,
            sa.func.row_number()
            .over(partition_by=(known.c.customer_id, since), order_by=value.c.value_id.desc())
            .label("rank"),
        )
        .join(
            known,
            sa.and_(known.c.engagement == value.c.engagement, known.c.customer_key == value.c.customer_key),
        )
        .where(value.c.engagement == engagement, since < limit)
        .cte("dated")
    )
    latest = sa.select(dated).where(dated.c.rank == 1).cte("latest")
    own: dict[str, Any] = {"partition_by": latest.c.customer_id, "order_by": latest.c.since}
    changed = (sa.select(latest, sa.func.lag(latest.c.segment).over(**own).label("before"))).cte("changed")
    kept = (
        sa.select(changed)
        .where(sa.or_(changed.c.before.is_(None), changed.c.before != changed.c.segment))
        .cte("kept")
    )
    following = sa.func.lead(kept.c.since).over(partition_by=kept.c.customer_id, order_by=kept.c.since)
    _insert(
        connection,
        schema.segment_span,
        engagement,
        sa.select(
            kept.c.customer_id,
            kept.c.since,
            sa.func.coalesce(following, _FOR_EVER).label("until"),
            kept.c.segment,
        ),
    )


def _write_set_aside(
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
    event, deal = _of(schema.event, engagement, limit), schema.deal
    paid = (deal.c.engagement == engagement, deal.c.kind == "deal", deal.c.customer_id == event.c.customer_id)
    by_ref = sa.exists().where(*paid, deal.c.deal_ref == event.c.deal_ref)
    by_day = sa.exists().where(*paid, deal.c.local_day == event.c.local_day)
    statement = (
        sa.select(sa.func.count()).select_from(event).where(event.c.stage == model.deal.key, ~by_ref, ~by_day)
    )
    return connection.scalar(statement) or 0


def _write_labels(connection: sa.Connection, engagement: str) -> None:
    """Segments by number of customers ("(none)" last), channels by number of touches."""
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
    nobody = _people(connection, schema.customer, engagement) - _people(connection, span, engagement)
    without = nobody + sum(row[1] for row in segments if row[0] == NO_SEGMENT)
    if without or not ordered:
        ordered.append((NO_SEGMENT, without))
    values = [
        {"engagement": engagement, "kind": kind, "position": position, "value": row[0], "rows": row[1]}
        for kind, rows in (
            ("segment", ordered),
            ("channel", sorted(channels, key=lambda row: (-row[1], row[0]))),
        )
        for position, row in enumerate(rows, 1)
    ]
    if values:
        connection.execute(sa.insert(schema.label), values)


def _people(connection: sa.Connection, table: sa.Table, engagement: str) -> int:
    """Distinct customers of a table."""
    people = sa.func.count(sa.distinct(table.c.customer_id))
    return connection.scalar(sa.select(people).where(table.c.engagement == engagement)) or 0


def _write_sources(connection: sa.Connection, engagement: str, limit: datetime) -> None:
    """What each source of facts covers; facts after the import do not stretch it."""
    for kind, table in (("event", schema.event), ("transaction", schema.transaction_line)):
        counting = (table.c.engagement == engagement, table.c.occurred_at < limit)
        last = (
            sa.select(
                table.c.source,
                table.c.local_day,
                table.c.date_only,
                table.c.occurred_at,
                sa.func.row_number()
                .over(
                    partition_by=table.c.source,
                    # the whole calendar day counts: it ends after every time of that day
                    order_by=(table.c.local_day.desc(), table.c.date_only.desc(), table.c.occurred_at.desc()),
                )
                .label("rank"),
            )
            .where(*counting)
            .cte("last_fact")
        )
        spans = (
            sa.select(
                table.c.source,
                sa.func.count().label("rows"),
                sa.func.min(table.c.occurred_at).label("first_moment"),
            )
            .where(*counting)
            .group_by(table.c.source)
            .cte("span")
        )
        _insert(
            connection,
            schema.source,
            engagement,
            sa.select(
                spans.c.source,
                sa.literal(kind, sa.Text).label("kind"),
                spans.c.rows,
                spans.c.first_moment,
                last.c.occurred_at.label("last_moment"),
                last.c.local_day.label("last_day"),
                last.c.date_only.label("last_date_only"),
            ).join(last, sa.and_(last.c.source == spans.c.source, last.c.rank == 1)),
        )


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
    end, end_day, end_date_only = _data_end(connection, engagement, now, zone, analysis_date)
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
        )
    )


def _data_end(
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


def _insert(connection: sa.Connection, table: sa.Table, engagement: str, rows: sa.Select) -> None:
    """Insert a select whose column names are the table's, with the engagement in front."""
    with_key = rows.add_columns(sa.literal(engagement, sa.Text).label("engagement"))
    names = [str(column.key) for column in with_key.selected_columns]
    connection.execute(sa.insert(table).from_select(names, with_key))
