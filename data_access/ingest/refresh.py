"""Which customers an import touches, so that the derived rows of all others may stay as they are.

Touched are customers with rows of this import, customers whose rows it has removed or changed, customers whose
merge has changed, and customers with facts that were of the future when the last generation was made. Where
anything else has changed, or most customers are touched, everybody's rows are made anew.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from dashboard.journey.stages import StageModel
from data_access import schema
from data_access.ingest.derive_spans import time_limit
from data_access.ingest.regroup import refresh_customers
from data_access.ingest.touched import CHANGED, TOUCHED, begin

# a refresh appends the rows of whom it touches at the end of their tables; beyond this share of customers one
# build of all is hardly dearer, and it puts the rows back into the order of customers that scans are quick in
MOST_TOUCHED = 0.3

_NEWS = sa.Table(
    "news_key",
    sa.MetaData(),
    sa.Column("customer_key", schema.Text, nullable=False),
    prefixes=["TEMPORARY"],
)


def touched_by(
    connection: sa.Connection,
    *,
    engagement: str,
    import_id: int,
    now: datetime,
    zone: str,
    currency: str,
    model: StageModel,
    analysis_date: date | None = None,
) -> sa.FromClause | None:
    """The customers that an import touches, each with the id that it has from now on.

    Keys that stay keep their ids; new ones get the next free ones.

    Args:
        connection: on the database with the derived tables of the last generation and the raw rows of this one.

    Returns:
        A table with the column `customer_id`; None: everybody's rows have to be made anew.
    """
    limit = time_limit(now, zone, analysis_date)
    built = schema.generation
    before = connection.execute(sa.select(built).where(built.c.engagement == engagement)).mappings().first()
    if before is None or not _built_alike(connection, engagement, before, zone, currency, model):
        return None
    connection.execute(CreateTable(CHANGED, if_not_exists=True))
    begin(connection, _NEWS)
    begin(connection, TOUCHED)
    _collect(connection, engagement, import_id, sorted((before["counted_before"], limit)))
    refresh_customers(connection, engagement, import_id, _NEWS)
    return TOUCHED if _share(connection, engagement) <= MOST_TOUCHED else None


@cache
def rules() -> str:
    """A sign of the program text that derived rows are made by: another text, and all rows are made anew."""
    here = Path(__file__).parent
    texts = sorted((*here.glob("*.py"), *here.parent.glob("schema*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in texts)).hexdigest()[:16]


def stage_rows(engagement: str, model: StageModel) -> list[dict[str, Any]]:
    """The rows of table `stage` for a model."""
    return [
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


def _built_alike(
    connection: sa.Connection,
    engagement: str,
    before: sa.RowMapping,
    zone: str,
    currency: str,
    model: StageModel,
) -> bool:
    """True where the last generation was made by the same rules, of the same stages."""
    frame = (before["zone"], before["currency"], before["preset"], before["rules"])
    if frame != (zone, currency, model.preset, rules()):
        return False
    stage, line = schema.stage, schema.transaction_line
    known = connection.execute(
        sa.select(stage).where(stage.c.engagement == engagement).order_by(stage.c.position)
    ).mappings()
    if [dict(row) for row in known] != stage_rows(engagement, model):
        return False
    # with the first transaction, or without the last one, other rows are everybody's deals
    there = connection.scalar(sa.select(sa.exists().where(line.c.engagement == engagement)))
    return bool(there) == before["has_transactions"]


def _collect(connection: sa.Connection, engagement: str, import_id: int, counted: list[datetime]) -> None:
    """Keys with rows of this import, with rows that it has changed, with facts that count now or no more.

    Args:
        counted: the moments up to which facts counted and count now, the earlier one first.
    """
    found = [sa.select(CHANGED.c.customer_key)]
    for table in schema.RAW:
        if "customer_key" not in table.c:
            continue
        moment = table.c.occurred_at if "occurred_at" in table.c else table.c.get("valid_from")
        news = table.c.import_id == import_id
        if moment is not None:
            news = sa.or_(news, sa.and_(moment >= counted[0], moment < counted[1]))
        found.append(
            sa.select(table.c.customer_key).where(
                table.c.engagement == engagement, table.c.customer_key.is_not(None), news
            )
        )
    connection.execute(sa.insert(_NEWS).from_select(["customer_key"], sa.union(*found)))


def _share(connection: sa.Connection, engagement: str) -> float:
    """Touched customers by all."""
    known = schema.customer
    people = sa.select(sa.func.count(sa.distinct(known.c.customer_id))).where(
        known.c.engagement == engagement
    )
    touched = sa.select(sa.func.count(sa.distinct(TOUCHED.c.customer_id)))
    return (connection.scalar(touched) or 0) / max(connection.scalar(people) or 0, 1)
