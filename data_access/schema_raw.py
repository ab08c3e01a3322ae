"""Raw tables of facts: what imports write, row by row, as the files say it."""

from __future__ import annotations

import sqlalchemy as sa

facts = sa.MetaData()

Money = sa.Numeric(18, 4)
# ordered by its letters' codes, as DuckDB does, whatever the language of the database
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def key() -> sa.Column[str]:
    """The engagement that a row belongs to."""
    return sa.Column("engagement", Text, nullable=False)


def _origin() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    """Where a raw row comes from: source, its own key inside the source, the import that brought it."""
    return (
        sa.Column("source", Text, nullable=False),
        sa.Column("row_key", Text, nullable=False),
        sa.Column("import_id", sa.BigInteger, nullable=False),
    )


event = sa.Table(
    "event",
    facts,
    key(),
    sa.Column("event_id", sa.BigInteger, nullable=False),  # grows with every accepted row
    sa.Column("customer_key", Text),  # NULL: a row without a customer, kept apart
    sa.Column("occurred_at", sa.DateTime, nullable=False),  # a calendar day: the start of that local day
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("date_only", sa.Boolean, nullable=False),
    sa.Column("stage", Text, nullable=False),  # key of the model, or 'unmapped'
    sa.Column("raw_label", Text),  # the stage's label as in the file
    sa.Column("channel", Text),
    sa.Column("touchpoint", Text),
    sa.Column("deal_ref", Text),
    sa.Column("visit_ref", Text),
    sa.Column("product", Text),
    sa.Column("manager", Text),
    sa.Column("reason", Text),
    sa.Column("amount", Money),
    sa.Column("cost", Money),
    sa.Column("sentiment", sa.Double),  # -1..1
    sa.Column("attributes", Text),  # JSON object
    sa.Column("first_stage", Text),  # as the mapping gave it, where the model has changed since
    sa.Column("past", sa.Boolean),  # an earlier status of a snapshot's row, kept when a newer one came
    *_origin(),
)

outcome = sa.Table(  # how deals ended
    "outcome",
    facts,
    key(),
    sa.Column("outcome_id", sa.BigInteger, nullable=False),
    sa.Column("customer_key", Text),
    sa.Column("deal_ref", Text),
    sa.Column("occurred_at", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("date_only", sa.Boolean, nullable=False),
    sa.Column("outcome", Text, nullable=False),  # 'won' or 'lost'
    sa.Column("reason", Text),
    sa.Column("stage_when_lost", Text),  # key of the model; NULL: the file does not say
    sa.Column("first_stage", Text),  # as the mapping gave it, where the model has changed since
    sa.Column("raw_label", Text),  # the outcome's label as in the file
    sa.Column("stage_label", Text),  # the label of the stage when lost, as in the file
    sa.Column("amount", Money),  # of the deal, as the row says it
    *_origin(),
)

transaction_line = sa.Table(
    "transaction_line",
    facts,
    key(),
    sa.Column("line_id", sa.BigInteger, nullable=False),
    sa.Column("customer_key", Text),
    sa.Column("transaction_ref", Text),  # NULL: the row is a deal of its own
    sa.Column("occurred_at", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("date_only", sa.Boolean, nullable=False),
    sa.Column("amount", Money, nullable=False),
    sa.Column("product", Text),
    sa.Column("quantity", sa.Double),
    sa.Column("cogs", Money),
    sa.Column("channel", Text),
    sa.Column("manager", Text),
    sa.Column("refund_ref", Text),
    *_origin(),
)

cost = sa.Table(
    "cost",
    facts,
    key(),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("channel", Text),
    sa.Column("segment", Text),
    sa.Column("stage", Text),
    sa.Column("first_stage", Text),  # as the mapping gave it, where the model has changed since
    sa.Column("amount", Money, nullable=False),
    *_origin(),
)

survey_answer = sa.Table(
    "survey_answer",
    facts,
    key(),
    sa.Column("customer_key", Text),
    sa.Column("respondent", Text),
    sa.Column("occurred_at", sa.DateTime, nullable=False),
    sa.Column("local_day", sa.Date, nullable=False),
    sa.Column("date_only", sa.Boolean, nullable=False),
    sa.Column("metric", Text, nullable=False),
    sa.Column("stage", Text),
    sa.Column("channel", Text),
    sa.Column("touchpoint", Text),
    sa.Column("score", sa.Double),
    sa.Column("weight", sa.Double),
    sa.Column("segment", Text),
    sa.Column("importance", sa.Double),  # of a choice factor, on the survey's own scale
    sa.Column("satisfaction", sa.Double),  # with the same factor
    sa.Column("first_stage", Text),  # as the mapping gave it, where the model has changed since
    sa.Column("comment", Text),
    *_origin(),
)

attribute = sa.Table(
    "attribute",
    facts,
    key(),
    sa.Column("customer_key", Text, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("value", Text, nullable=False),
    sa.Column("valid_from", sa.DateTime),  # NULL: holds always
    *_origin(),
)

segment_value = sa.Table(
    "segment_value",
    facts,
    key(),
    sa.Column("customer_key", Text, nullable=False),
    sa.Column("segment", Text, nullable=False),
    sa.Column("valid_from", sa.DateTime),  # NULL: holds always
    sa.Column("value_id", sa.BigInteger, nullable=False),  # the later row wins at one moment
    *_origin(),
)

identity = sa.Table(
    "identity",
    facts,
    key(),
    sa.Column("customer_key", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("value", Text, nullable=False),
    *_origin(),
)

# What is known of the rows of snapshots: their latest content, and the files that have been read.
snapshot_row = sa.Table(
    "snapshot_row",
    facts,
    key(),
    *_origin(),
    sa.Column("content", Text, nullable=False),  # hash of the mapped cells
)

snapshot_file = sa.Table(
    "snapshot_file",
    facts,
    key(),
    sa.Column("source", Text, nullable=False),
    sa.Column("content", Text, nullable=False),  # hash of the file and of the columns that are mapped
    sa.Column("import_id", sa.BigInteger, nullable=False),
)

kept_apart = sa.Table(  # identity values that make nobody one person, because somebody said so
    "kept_apart",
    facts,
    key(),
    sa.Column("kind", Text, nullable=False),
    sa.Column("value", Text, nullable=False),
    sa.Column("who", Text, nullable=False),  # login, or 'console'
    sa.Column("at", sa.DateTime, nullable=False),
)

RAW = (event, transaction_line, outcome, cost, survey_answer, attribute, segment_value, identity)
