"""`mode: snapshot`: a newer row replaces the facts of the older one, and its earlier statuses stay as events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from data_access import schema
from data_access.ingest.engine import fetch_table, lent
from data_access.ingest.files import DataFile
from data_access.ingest.rows import Outcome, SheetRows
from data_access.ingest.times import Moments
from data_access.ingest.touched import note_changed
from data_access.ingest.write import Origin

_GONE = ""  # content of a row whose newest version gives no fact


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What rows of one file of a source in snapshot mode say, against what earlier files have said.

    Attributes:
        origin: the source and the import.
        keys: key of each row.
        content: hash of each row's mapped cells.
        before: content that was known before the file; NaN where the row is new.
        again: True where the row's id stands further up in the file.
        seen: the file was imported before: an older state of the table, nothing in it is news.
    """

    origin: Origin
    keys: pd.Series
    content: pd.Series
    before: pd.Series
    again: np.ndarray
    seen: bool

    @property
    def known(self) -> np.ndarray:
        """True where the row says what it said before."""
        return (self.before.notna() if self.seen else self.before == self.content).to_numpy(dtype=bool)

    @property
    def existed(self) -> np.ndarray:
        """True where an earlier file has brought facts of the row."""
        return (self.before.notna() & (self.before != _GONE)).to_numpy(dtype=bool)


def remember_file(
    connection: sa.Connection, origin: Origin, file: DataFile, columns: tuple[str, ...]
) -> bool:
    """Keep that the file was read; True where it had been read before, with the same columns mapped."""
    hashed = hashlib.sha256("\x1f".join(columns).encode())
    for chunk in file.chunks():
        hashed.update(chunk)
    read, digest = schema.snapshot_file, hashed.hexdigest()
    seen = connection.scalar(sa.select(sa.exists().where(*_mine(read, origin), read.c.content == digest)))
    if not seen:
        connection.execute(sa.insert(read).values(**_told_by(origin), content=digest))
    return bool(seen)


def give_way(
    connection: sa.Connection,
    snapshot: Snapshot,
    rows: SheetRows,
    outcome: np.ndarray,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[int, int, pd.DataFrame]:
    """Remove the facts of rows that the file tells anew; earlier statuses stay as events of the past.

    A new status without a later time of its own became true at an unknown moment since the last import: it
    stands at the time of this one.

    Returns:
        Rows replaced, rows removed (their newest version gives no fact), and `day`, `amount` of the money that
        this very import had brought with an older file.
    """
    replaced = snapshot.existed & (outcome == Outcome.ACCEPTED)
    left_out = np.isin(outcome, (Outcome.WHERE, Outcome.NOTHING, Outcome.ONLY_KNOWN))
    removed = snapshot.existed & left_out & ~snapshot.known & ~snapshot.again
    leaving = pa.table({"row_key": pa.array(snapshot.keys[replaced | removed], pa.large_string())})
    with lent(connection, "leaving_row", leaving) as gone:
        if leaving.num_rows:
            _note_owners(connection, snapshot.origin, gone)
        if replaced.any():
            _keep_statuses(connection, snapshot, rows, replaced)
            _begin_after_the_past(connection, snapshot, rows, replaced, now, zone)
            # earlier statuses have gone over to whom the newer rows name
            _note_owners(connection, snapshot.origin, gone)
        money = _money_of_this_import(connection, snapshot.origin, gone)
        for table in schema.RAW:
            still = [~sa.func.coalesce(table.c.past, sa.false())] if "past" in table.c else []
            connection.execute(
                sa.delete(table).where(
                    *_mine(table, snapshot.origin), table.c.row_key.in_(sa.select(gone.c.row_key)), *still
                )
            )
        if removed.any():
            _forget_statuses(connection, snapshot, removed)
    _remember(connection, snapshot, outcome == Outcome.ACCEPTED, removed)
    return int(replaced.sum()), int(removed.sum()), money


def _note_owners(connection: sa.Connection, origin: Origin, rows: sa.FromClause) -> None:
    """Remember whose facts these rows are: their derived rows have to be made anew."""
    owners = [
        sa.select(table.c.customer_key).where(
            *_mine(table, origin), table.c.row_key.in_(sa.select(rows.c.row_key))
        )
        for table in schema.RAW
        if "customer_key" in table.c
    ]
    note_changed(connection, sa.union(*owners))


def _keep_statuses(
    connection: sa.Connection, snapshot: Snapshot, rows: SheetRows, replaced: np.ndarray
) -> None:
    """Mark the statuses that the newer rows do not tell any more."""
    event, origin = schema.event, snapshot.origin
    still = ~sa.func.coalesce(event.c.past, sa.false())
    with (
        lent(connection, "told_status", _statuses(snapshot, rows, replaced)) as told,
        lent(connection, "told_owner", _owners(snapshot, rows, replaced)) as owner,
    ):
        again = sa.exists().where(told.c.row_key == event.c.row_key, told.c.raw_label == event.c.raw_label)
        concerned = event.c.row_key.in_(sa.select(owner.c.row_key))
        connection.execute(
            sa.update(event)
            .where(*_mine(event, origin), concerned, event.c.raw_label.is_not(None), still, ~again)
            .values(past=True)
        )
        # what was said of the past belongs to whom the newest row names
        connection.execute(
            sa.update(event)
            .where(*_mine(event, origin), event.c.past, event.c.row_key == owner.c.row_key)
            .values(customer_key=owner.c.customer_key, deal_ref=owner.c.deal_ref)
        )


def _statuses(snapshot: Snapshot, rows: SheetRows, replaced: np.ndarray) -> pa.Table:
    """Key and label of each status that the newer rows tell."""
    parts = [
        pa.table(
            {
                "row_key": pa.array(snapshot.keys[chosen], pa.large_string()),
                "raw_label": pa.array(
                    given.columns["raw_label"][chosen], pa.large_string(), from_pandas=True
                ),
            }
        )
        for given in rows.given
        if "raw_label" in given.columns and given.table is schema.event
        for chosen in (replaced & given.present,)
    ]
    nothing = pa.schema([("row_key", pa.large_string()), ("raw_label", pa.large_string())]).empty_table()
    return pa.concat_tables([nothing, *parts])


def _owners(snapshot: Snapshot, rows: SheetRows, replaced: np.ndarray) -> pa.Table:
    """Key, customer and deal of each newer row."""
    deals = (given.columns["deal_ref"] for given in rows.given if "deal_ref" in given.columns)
    deal = next(deals, pd.Series(np.full(rows.count, None, dtype=object), dtype="str"))
    columns = {"row_key": snapshot.keys, "customer_key": rows.customer, "deal_ref": deal}
    return pa.table(
        {
            name: pa.array(text[replaced], pa.large_string(), from_pandas=True)
            for name, text in columns.items()
        }
    )


def _begin_after_the_past(
    connection: sa.Connection,
    snapshot: Snapshot,
    rows: SheetRows,
    replaced: np.ndarray,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Settle when the statuses began that the newer rows tell for the first time."""
    event = schema.event
    keys = pa.table({"row_key": pa.array(snapshot.keys[replaced], pa.large_string())})
    with lent(connection, "newer_row", keys) as newer:
        mine = (*_mine(event, snapshot.origin), event.c.row_key.in_(sa.select(newer.c.row_key)))
        last = (
            sa.select(event.c.row_key, sa.func.max(event.c.occurred_at).label("at"))
            .where(*mine, event.c.past)
            .group_by(event.c.row_key)
        )
        current = sa.select(event.c.row_key, event.c.raw_label).where(
            *mine, event.c.raw_label.is_not(None), ~sa.func.coalesce(event.c.past, sa.false())
        )
        ends = fetch_table(connection, last).to_pandas().set_index("row_key")["at"]
        before = fetch_table(connection, current).to_pandas()
    if ends.empty:
        return
    told = set(zip(before["row_key"], before["raw_label"], strict=True))
    today = now.replace(tzinfo=UTC).astimezone(zone).date()
    midnight = datetime.combine(today, time.min, zone).astimezone(UTC).replace(tzinfo=None)
    for given in rows.given:
        if given.table is not schema.event or "raw_label" not in given.columns:
            continue
        labels = given.columns["raw_label"]
        fresh = np.fromiter(
            (pair not in told for pair in zip(snapshot.keys, labels, strict=True)),
            dtype=bool,
            count=len(labels),
        )
        end = snapshot.keys.map(ends).to_numpy(dtype="datetime64[us]")
        at = given.moments.at.to_numpy(dtype="datetime64[us]")
        late = replaced & given.present & fresh & (at <= end) & (end < np.datetime64(now))
        if late.any():
            start = np.where(given.moments.date_only, np.datetime64(midnight), np.datetime64(now))
            moments = Moments(
                given.moments.at.mask(late, pd.Series(start.astype("datetime64[us]"))),
                given.moments.day.mask(late, pd.Timestamp(today)),
                given.moments.date_only,
                given.moments.bad,
            )
            given.moments = moments
            given.columns |= {"occurred_at": moments.at, "local_day": moments.day}


def _forget_statuses(connection: sa.Connection, snapshot: Snapshot, removed: np.ndarray) -> None:
    event = schema.event
    frame = pa.table({"row_key": pa.array(snapshot.keys[removed], pa.large_string())})
    with lent(connection, "removed_row", frame) as gone:
        connection.execute(
            sa.delete(event).where(
                *_mine(event, snapshot.origin), event.c.row_key.in_(sa.select(gone.c.row_key))
            )
        )


def _money_of_this_import(connection: sa.Connection, origin: Origin, gone: sa.FromClause) -> pd.DataFrame:
    """`day`, `amount` of leaving money that this import itself has written."""
    parts = [
        sa.select(table.c.local_day.label("day"), table.c.amount).where(
            *_mine(table, origin),
            table.c.import_id == origin.import_id,
            table.c.row_key.in_(sa.select(gone.c.row_key)),
        )
        for table in (schema.transaction_line, schema.cost)
    ]
    return fetch_table(connection, sa.union_all(*parts)).to_pandas()


def _remember(
    connection: sa.Connection, snapshot: Snapshot, accepted: np.ndarray, removed: np.ndarray
) -> None:
    """Keep what the rows say now."""
    row, origin = schema.snapshot_row, snapshot.origin
    told = accepted | removed
    content = snapshot.content.mask(removed, _GONE)
    frame = pa.table(
        {
            "row_key": pa.array(snapshot.keys[told], pa.large_string()),
            "content": pa.array(content[told], pa.large_string()),
        }
    )
    same = _told_by(origin)
    with lent(connection, "told_row", frame) as new:
        connection.execute(
            sa.delete(row).where(*_mine(row, origin), row.c.row_key.in_(sa.select(new.c.row_key)))
        )
        values = [sa.literal(value).label(name) for name, value in same.items()]
        connection.execute(
            sa.insert(row).from_select(
                [*same, "row_key", "content"], sa.select(*values, new.c.row_key, new.c.content)
            )
        )


def _told_by(origin: Origin) -> dict[str, Any]:
    return {"engagement": origin.engagement, "source": origin.source, "import_id": origin.import_id}


def _mine(table: sa.Table, origin: Origin) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.engagement == origin.engagement, table.c.source == origin.source
