"""Tables that answer at any size: made from the journeys and deals with each generation, read by the planner alone.

Every one of them answers some questions exactly as the journeys do (`data_access.planner`), only with fewer rows.
"""

from __future__ import annotations

import sqlalchemy as sa

from dashboard.journey.query import KEPT_WINDOWS
from dashboard.journey.stages import MAX_STAGES
from data_access.schema_raw import Money, Text, facts
from data_access.schema_raw import key as _key

first_lead = sa.Table(  # each customer's first lead event of all history; without lead stages, the first deal
    "first_lead",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("item", sa.BigInteger, nullable=False),
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("channel", Text, nullable=False),
    sa.Column("segment", Text, nullable=False),  # as of the lead; '(none)'
)


def _customer_columns() -> tuple[sa.Column[object], ...]:
    """What the period book sums of one customer on a day, or in a month."""
    return (
        sa.Column("customer_id", sa.BigInteger, nullable=False),
        sa.Column("lead_day", sa.Date),  # the first day of it with a lead event; NULL: none
        sa.Column("lead_channel", Text),  # of the first lead event of it
        sa.Column("deals", sa.Integer, nullable=False),
        sa.Column("revenue", Money, nullable=False),
        sa.Column("refunds", sa.Integer, nullable=False),
        sa.Column("refunded", Money, nullable=False),
        sa.Column("zero_deals", sa.Integer, nullable=False),
        sa.Column("fully_refunded", sa.Integer, nullable=False),
        sa.Column("first_lead_day", sa.Date),  # of all history; NULL: never
        sa.Column("first_deal_day", sa.Date),
    )


# one row for each customer and day (month) with a lead event, a deal, a refund or a zero amount
customer_day = sa.Table(
    "customer_day", facts, _key(), sa.Column("day", sa.Date, nullable=False), *_customer_columns()
)
customer_month = sa.Table(  # `day`: the month's first
    "customer_month", facts, _key(), sa.Column("day", sa.Date, nullable=False), *_customer_columns()
)

# the period book itself of every day, week, month, quarter and year, and of all days: a customer counts once in each
lcpq_cell = sa.Table(
    "lcpq_cell",
    facts,
    _key(),
    sa.Column("unit", Text, nullable=False),  # 'day' ... 'year'; 'ever': all days
    sa.Column("starts", sa.Date, nullable=False),
    # True: segments as of the end of time, for periods without an end; False: as of the unit's end
    sa.Column("latest", sa.Boolean, nullable=False),
    sa.Column("segment", Text, nullable=False),
    sa.Column("channel", Text, nullable=False),  # of the customer's first lead event in it; '(no lead)'
    sa.Column("leads_of_period", sa.BigInteger, nullable=False),
    sa.Column("earlier_leads", sa.BigInteger, nullable=False),
    sa.Column("direct", sa.BigInteger, nullable=False),
    sa.Column("buyers", sa.BigInteger, nullable=False),
    sa.Column("lead_buyers", sa.BigInteger, nullable=False),
    sa.Column("deals", sa.BigInteger, nullable=False),
    sa.Column("revenue", Money, nullable=False),
    sa.Column("refunds", sa.BigInteger, nullable=False),
    sa.Column("refunded", Money, nullable=False),
    sa.Column("zero_deals", sa.BigInteger, nullable=False),
    sa.Column("fully_refunded", sa.BigInteger, nullable=False),
    sa.Column("new_buyers", sa.BigInteger, nullable=False),
    sa.Column("new_revenue", Money, nullable=False),
)

for _table, _column in ((first_lead, "customer_id"), (customer_day, "day"), (customer_month, "day")):
    sa.Index(f"{_table.name}_by_{_column}", _table.c.engagement, _table.c[_column]).ddl_if(
        dialect="postgresql"
    )
sa.Index("lcpq_cell_by_start", lcpq_cell.c.engagement, lcpq_cell.c.unit, lcpq_cell.c.starts).ddl_if(
    dialect="postgresql"
)

attempt = sa.Table(  # each entry of the funnel over every stage with data, and the earliest chain from it, however long
    "attempt",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    # stages that the chain walks, one bit each: rows of other stages than today's are of no use
    sa.Column("walked", sa.Integer, nullable=False),
    sa.Column("item", sa.BigInteger, nullable=False),  # of the entry, in the customer's journey
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("segment", Text, nullable=False),  # as of the entry; '(none)'
    # of each further step, NULL where the chain does not come so far: the shortest window in days that holds it and
    # all before it; days since the step before; when it was met; `funnel_steps.mark` of its row
    *(
        sa.Column(f"{name}_{step}", type_)
        for step in range(2, MAX_STAGES + 1)
        for name, type_ in (
            ("need", sa.Integer),
            ("took", sa.Double),
            ("moment", sa.DateTime),
            ("day", sa.Date),
            ("mark", sa.BigInteger),
        )
    ),
    # for each window that is kept: day of the last entry before whose chain comes as deep in it, and day and moment of
    # the first one after whose chain comes deeper (NULL: none). Of the entries between, this one is a funnel's choice:
    # in every period that begins after `since` and ends by `until`. Deals and money (net) in so many days from the
    # entry; revenue NULL: no deal, no refund
    *(
        sa.Column(f"{name}_{days}", type_)
        for days in KEPT_WINDOWS
        for name, type_ in (
            ("since", sa.Date),
            ("until", sa.Date),
            ("until_moment", sa.DateTime),
            ("deals", sa.Integer),
            ("revenue", Money),
        )
    ),
)
# a row store looks the entries of a customer and single ones up; DuckDB scans columns
sa.Index("attempt_of_customer", attempt.c.engagement, attempt.c.customer_id).ddl_if(dialect="postgresql")
sa.Index("attempt_of_item", attempt.c.engagement, attempt.c.item).ddl_if(dialect="postgresql")

journey_day = sa.Table(  # touches and steps of the journeys in the order of days, with what came before and next
    "journey_day",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    # as in `journey`
    sa.Column("item", sa.BigInteger, nullable=False),
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("stage_order", sa.Integer, nullable=False),
    sa.Column("is_step", sa.Boolean, nullable=False),
    sa.Column("is_touch", sa.Boolean, nullable=False),
    sa.Column("channel", Text, nullable=False),
    sa.Column("touchpoint", Text),
    sa.Column("cost", Money),
    sa.Column("sentiment", sa.Double),
    # of touches, `known_cell` says the names: numbers are grouped in a third of the time
    sa.Column("channel_no", sa.Integer),
    sa.Column("touchpoint_no", sa.Integer),
    # touches: days to the next row of a later stage (of the last stage: to the next deal), and the shortest window in
    # whole days that holds it; NULL: none
    sa.Column("onward_days", sa.Double),
    sa.Column("onward_window", sa.Integer),
    # touches: day of the customer's touch before of the stage, of its channel in it, of its touchpoint in that; NULL:
    # none. A touch of a period is the first one there if the day lies before the period
    sa.Column("stage_before", sa.Date),
    sa.Column("channel_before", sa.Date),
    sa.Column("touchpoint_before", sa.Date),
    # the customer's next step (of a step) and next touch (of a touch), in hours from this one; NULL: none
    sa.Column("next_stage", sa.Integer),
    sa.Column("next_step_day", sa.Date),
    sa.Column("next_step_hours", sa.Double),
    sa.Column("next_channel", sa.Integer),  # as `channel_no`
    sa.Column("next_touchpoint", sa.Integer),
    sa.Column("next_touch_day", sa.Date),
    sa.Column("next_touch_hours", sa.Double),
)
for _column in ("local_day", "customer_id"):
    sa.Index(f"journey_day_by_{_column}", journey_day.c.engagement, journey_day.c[_column]).ddl_if(
        dialect="postgresql"
    )

known_cell = sa.Table(  # cells of the heatmap that occur at all
    "known_cell",
    facts,
    _key(),
    sa.Column("stage_order", sa.Integer, nullable=False),
    sa.Column("channel", Text, nullable=False),
    sa.Column("touchpoint", Text, nullable=False),  # '(none)' where the file has none
    sa.Column("channel_no", sa.Integer, nullable=False),  # a name has one number, in whatever stage
    sa.Column("touchpoint_no", sa.Integer, nullable=False),  # likewise, in whatever channel
)

SUMS = (journey_day, known_cell, attempt, first_lead, customer_day, customer_month, lcpq_cell)
