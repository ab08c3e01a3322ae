"""Tables of facts: what imports write (raw) and what every query reads (derived).

Raw rows keep the customer's own key, so that merging two customers never rewrites a fact. Derived tables
are rebuilt from the raw ones with each generation by `data_access.ingest.derive` (of a delivery, those of the
customers whom it touches); queries read them alone.
Moments are naive UTC; `local_day` is the calendar day in the engagement's zone; money is exact.
"""

from __future__ import annotations

import sqlalchemy as sa

from data_access.schema_raw import (
    RAW,
    Money,
    Text,
    attribute,
    cost,
    event,
    facts,
    identity,
    kept_apart,
    outcome,
    segment_value,
    snapshot_file,
    snapshot_row,
    survey_answer,
    transaction_line,
)
from data_access.schema_raw import key as _key
from data_access.schema_sums import (
    SUMS,
    attempt,
    customer_day,
    customer_month,
    first_lead,
    journey_day,
    known_cell,
    lcpq_cell,
)

__all__ = [
    "DERIVED",
    "RAW",
    "Money",
    "Text",
    "answer",
    "attempt",
    "attribute",
    "attribute_span",
    "backward_event",
    "cost",
    "customer",
    "customer_day",
    "customer_month",
    "deal",
    "deal_line",
    "deal_outcome",
    "event",
    "facts",
    "first_lead",
    "generation",
    "identity",
    "journey",
    "journey_day",
    "kept_apart",
    "known_cell",
    "label",
    "lcpq_cell",
    "merged_value",
    "nobody",
    "outcome",
    "segment_span",
    "segment_value",
    "set_aside",
    "snapshot_file",
    "snapshot_row",
    "source",
    "source_day",
    "spend",
    "stage",
    "stage_history",
    "survey_answer",
    "transaction_line",
]

# ---------------------------------------------------------------- derived: rebuilt with each generation

customer = sa.Table(
    "customer",
    facts,
    _key(),
    sa.Column("customer_key", Text, nullable=False),
    sa.Column("customer_id", sa.BigInteger, nullable=False),  # merged keys share one id
)

merged_value = sa.Table(  # identity values on several customers: whom they make one, or why they make nobody one
    "merged_value",
    facts,
    _key(),
    sa.Column("value_no", sa.BigInteger, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("value", Text, nullable=False),
    # 'merged'; 'too_wide': on more than five customers; 'placeholder': "0", "нет"; 'apart': somebody said so
    sa.Column("reason", Text, nullable=False),
    sa.Column("customers", sa.BigInteger, nullable=False),  # customer keys that have the value
    sa.Column("customer_id", sa.BigInteger),  # the person; NULL: the value makes nobody one
    sa.Column("import_id", sa.BigInteger, nullable=False),  # whose rows put it on the second customer
    # kind of identity in which the person's customers differ: two e-mails under one phone; NULL: they agree
    sa.Column("differs", Text),
)

journey = sa.Table(
    "journey",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    # total order of the customer's journey: by time, then stage order, then id
    sa.Column("item", sa.BigInteger, nullable=False),
    # time for comparing: the day's start where the customer's day holds a calendar-day fact (`instant`)
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("stage", Text, nullable=False),
    sa.Column("stage_order", sa.Integer),  # 1..n; NULL: unmapped
    # deepest stage that this row reaches: its own, or that of the n-th deal
    sa.Column("reach_order", sa.Integer),
    # walks in funnels: mapped events not absorbed, and deals
    sa.Column("is_step", sa.Boolean, nullable=False),
    sa.Column("is_touch", sa.Boolean, nullable=False),  # stands in the heatmap: every mapped event, no deal
    sa.Column("deal_no", sa.Integer),  # 1, 2, ... of the customer's deals; NULL: not a deal
    sa.Column("run_no", sa.Integer),  # number of the run of equal stages among the customer's steps
    # '(none)' where the file has none; of a deal: its sale channel
    sa.Column("channel", Text, nullable=False),
    sa.Column("touchpoint", Text),
    # what the row itself says; of a deal its amount, its manager and, where it has exactly one, its product
    sa.Column("product", Text),
    sa.Column("manager", Text),
    sa.Column("amount", Money),
    sa.Column("cost", Money),
    sa.Column("sentiment", sa.Double),  # -1..1
    # touches: the next row of a later stage (of the last stage: the next deal); NULL: none
    sa.Column("onward_moment", sa.DateTime),
    sa.Column("onward_day", sa.Date),
    sa.Column("onward_instant", sa.Boolean),
)

deal = sa.Table(
    "deal",
    facts,
    _key(),
    sa.Column("deal_id", sa.BigInteger, nullable=False),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("deal_ref", Text),
    sa.Column("source", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),  # 'deal' (amount > 0), 'refund' (< 0), 'zero'
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("amount", Money, nullable=False),
    sa.Column("deal_no", sa.Integer),  # among the customer's rows of kind 'deal'
    sa.Column("sale_channel", Text, nullable=False),
    sa.Column("manager", Text),  # the first by name where lines name several
    sa.Column("product", Text),  # where all its lines name one; NULL: several, or none
    sa.Column("refund_ref", Text),  # of a refund: the `deal_ref` that it pays back, where the file says so
    # refunds of any time, by their reference or the same id, pay back all that the id earned
    sa.Column("fully_refunded", sa.Boolean, nullable=False),
)

deal_line = sa.Table(
    "deal_line",
    facts,
    _key(),
    sa.Column("deal_id", sa.BigInteger, nullable=False),
    sa.Column("product", Text, nullable=False),  # '(none)' where the file has none
    sa.Column("amount", Money, nullable=False),
    sa.Column("quantity", sa.Double),
)

deal_outcome = sa.Table(  # how each deal ended: its latest outcome alone
    "deal_outcome",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("deal_ref", Text),  # NULL: the row names no deal, it is one of its own
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("outcome", Text, nullable=False),  # 'won' or 'lost'
    sa.Column("reason", Text),  # NULL: none given
    sa.Column("lost_stage", Text),  # stage in which it was lost, where the file says so
    sa.Column("lost_order", sa.Integer),  # its position 1..n
    # False: how far the deal came is not known (no lost stage, no event beyond the first stage, and its
    # source keeps no history)
    sa.Column("has_history", sa.Boolean, nullable=False),
    sa.Column("amount", Money),
    sa.Column("channel", Text, nullable=False),  # of the deal's first event that names one; '(none)'
    sa.Column("manager", Text),  # of its last event that names one
    sa.Column("product", Text),  # of its last event that names one
    sa.Column("source", Text, nullable=False),
)

spend = sa.Table(  # cost rows added up; event costs stay with their events (`journey.cost`)
    "spend",
    facts,
    _key(),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("channel", Text),  # NULL: the row names none
    sa.Column("segment", Text),
    sa.Column("stage", Text),
    sa.Column("amount", Money, nullable=False),
)

nobody = sa.Table(  # rows without a customer, by day: outside every number, shown beside
    "nobody",
    facts,
    _key(),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("kind", Text, nullable=False),  # 'event' or 'transaction'
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("amount", Money, nullable=False),
)

answer = sa.Table(  # what people said in surveys, each answer with its touchpoint
    "answer",
    facts,
    _key(),
    sa.Column("answer_id", sa.BigInteger, nullable=False),
    sa.Column("customer_id", sa.BigInteger),  # NULL: the survey does not say who the customer is
    sa.Column("respondent", Text, nullable=False),  # else the customer, else the row itself
    sa.Column("moment", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("instant", sa.Boolean, nullable=False),
    sa.Column("metric", Text, nullable=False),  # 'nps', 'csat', ... as the mapping names it
    sa.Column("stage", Text),
    sa.Column("stage_order", sa.Integer),  # 1..n; NULL: no stage, or none of the model
    sa.Column("channel", Text, nullable=False),  # '(none)' where the file has none
    sa.Column("touchpoint", Text),
    sa.Column("score", sa.Double),
    sa.Column("weight", sa.Double, nullable=False),  # 1 where the file has none
    sa.Column("segment", Text),  # as the file says it: of respondents who are no customer
    sa.Column("importance", sa.Double),
    sa.Column("satisfaction", sa.Double),
)

segment_span = sa.Table(
    "segment_span",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),  # since <= moment < until: the segment holds
    sa.Column("until", sa.DateTime, nullable=False),
    sa.Column("segment", Text, nullable=False),
)

attribute_span = sa.Table(  # what is known of a customer, name by name
    "attribute_span",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),  # since <= moment < until: the value holds
    sa.Column("until", sa.DateTime, nullable=False),
    sa.Column("value", Text, nullable=False),
)

stage = sa.Table(
    "stage",
    facts,
    _key(),
    sa.Column("position", sa.Integer, nullable=False),  # 1..n
    sa.Column("key", Text, nullable=False),
    sa.Column("phase", Text, nullable=False),
    sa.Column("nth_deal", sa.Integer),
    sa.Column("names", Text, nullable=False),  # JSON {"name": {...}, "short": {...}}
)

source = sa.Table(
    "source",
    facts,
    _key(),
    sa.Column("source", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),  # 'event' or 'transaction'
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("first_moment", sa.DateTime, nullable=False),
    sa.Column("last_moment", sa.DateTime, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("last_date_only", sa.Boolean, nullable=False),
    # False: its events are a snapshot, most deals show the stage they stand in and none before it
    sa.Column("has_history", sa.Boolean, nullable=False),
)

source_day = sa.Table(  # what each source gave on each day: is it whole, and how much of it is doubtful
    "source_day",
    facts,
    _key(),
    sa.Column("source", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),  # 'event', 'transaction', 'outcome', 'survey', 'cost'
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),  # all of them, set aside or not
    sa.Column("amount", Money, nullable=False),  # of transactions and costs
    sa.Column("unmapped", sa.BigInteger, nullable=False),  # events outside the stage model
    sa.Column("ownerless", sa.BigInteger, nullable=False),  # without a customer
    sa.Column("backward", sa.BigInteger, nullable=False),  # events that stand out of order
    sa.Column("future", sa.BigInteger, nullable=False),  # after the import or the analysis date
)

backward_event = sa.Table(  # events that stand out of order, by the customer whose order it is
    "backward_event",
    facts,
    _key(),
    sa.Column("customer_id", sa.BigInteger, nullable=False),
    sa.Column("source", Text, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
)

stage_history = sa.Table(  # does a source tell the stages that a deal went through before its present one?
    "stage_history",
    facts,
    _key(),
    sa.Column("source", Text, nullable=False),
    sa.Column("snapshot", sa.Boolean, nullable=False),  # most deals show one stage, and it is not the first
    sa.Column("keeps", sa.Boolean, nullable=False),  # it tells several stages, and is no snapshot
)

set_aside = sa.Table(  # facts outside every number: no_customer, future, zero, won_without_money, unmapped
    "set_aside",
    facts,
    _key(),
    sa.Column("reason", Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("amount", Money, nullable=False),
)

# what occurs, in the order of screens: kind 'segment', 'channel', 'stage', 'attribute', 'amount', 'outcome'
label = sa.Table(
    "label",
    facts,
    _key(),
    sa.Column("kind", Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("value", Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
)

generation = sa.Table(
    "generation",
    facts,
    _key(),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("built_at", sa.DateTime, nullable=False),
    sa.Column("zone", Text, nullable=False),
    sa.Column("currency", Text, nullable=False),
    sa.Column("preset", Text),
    sa.Column("data_end", sa.DateTime),
    sa.Column("data_end_day", sa.Date),
    sa.Column("data_end_date_only", sa.Boolean, nullable=False),
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
    sa.Column("has_transactions", sa.Boolean, nullable=False),
    # False: some source of events keeps no stage history
    sa.Column("has_history", sa.Boolean, nullable=False),
    sa.Column("counted_before", sa.DateTime, nullable=False),  # facts from here on stand outside
    sa.Column("rules", Text, nullable=False),  # sign of the program text that derived rows are made by
    sa.Column("has_attempts", sa.Boolean),  # True: the rows of `attempt` answer exactly as the journeys do
)

# a row store looks a customer's rows up; DuckDB scans columns, and an index would only slow its imports
for _table in (journey, deal, segment_span):
    sa.Index(f"{_table.name}_of_customer", _table.c.engagement, _table.c.customer_id).ddl_if(
        dialect="postgresql"
    )

# beside the raw rows: what imports remember of snapshots, and what people said of identities
KEPT = (snapshot_row, snapshot_file, kept_apart)
DERIVED = (
    customer,
    merged_value,
    journey,
    deal,
    deal_line,
    deal_outcome,
    spend,
    nobody,
    answer,
    segment_span,
    attribute_span,
    stage,
    source,
    source_day,
    backward_event,
    stage_history,
    set_aside,
    label,
    generation,
    *SUMS,
)
