"""Building one immutable generation: copy, one transaction, checks, one file on the disk under its final name.

Runs in the importing process alone. Whatever happens, the generation that viewers read is not touched.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access import schema
from data_access.engine import generation_path, import_engine, viewer_engine
from data_access.generation import read_info
from data_access.ingest import derive, identities
from data_access.ingest.derive_spans import time_limit
from data_access.ingest.files import Limits
from data_access.ingest.job import Delivery, Job, Relabelling, Separation
from data_access.ingest.load import load
from data_access.ingest.mapping import Mapping, read_mapping
from data_access.ingest.outlook import brought, look
from data_access.ingest.refresh import touched_by
from data_access.ingest.remap import remap
from data_access.ingest.report import ImportReport
from data_access.ingest.tables import bring_up_to_date, empty_derived
from data_access.points import reached

Tell = Callable[[str, float], None]

_COPIED, _LOADED, _REBUILT = 0.05, 0.7, 0.95  # shares of the whole, for the progress bar


def build_generation(job: Job, tell: Tell) -> ImportReport:
    """Build the generation that the job names, or nothing where the files bring nothing new.

    Returns:
        The report of the load; where it changes something, `job.finished` exists now. Of a check: the same
        report with what a viewer would read; the unfinished file is all that is left.

    Raises:
        JourneyError: whatever the mapping and the files deserve; `import_check_failed` where derived tables do
            not add up to the raw rows.
    """
    for folder in filter(None, (job.home, job.rejected and job.rejected.parent)):
        folder.mkdir(parents=True, exist_ok=True)
    _begin_file(job)
    tell("copy", _COPIED)
    report = _write(job, tell)
    if job.workspace is not None:
        return report
    if not report.changed:
        job.unfinished.unlink()
        return report
    _prove_readable(job)
    _make_durable(job)
    tell("done", 1.0)
    return report


def _begin_file(job: Job) -> None:
    reached("copy.before")
    if job.previous is not None:
        shutil.copyfile(generation_path(job.limits, job.engagement, job.previous), job.unfinished)
    reached("copy.after")


def _write(job: Job, tell: Tell) -> ImportReport:
    engine = import_engine(job.limits, job.unfinished)
    try:
        with engine.connect() as connection:
            report = _one_transaction(connection, job, tell)
            if report.changed and job.workspace is None:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(sa.text("CHECKPOINT"))
                reached("checkpoint.after")
    finally:
        engine.dispose()
    left = job.unfinished.with_name(job.unfinished.name + ".wal")
    if report.changed and job.workspace is None and left.exists():
        raise JourneyError("import_check_failed", what="wal", raw=0, derived=left.stat().st_size)
    left.unlink(missing_ok=True)
    return report


def _one_transaction(connection: sa.Connection, job: Job, tell: Tell) -> ImportReport:
    before = look(connection, job.engagement) if job.workspace is not None else None
    older = bring_up_to_date(connection)
    match job.work:
        case Delivery():
            report = _load(connection, job, job.work, tell)
        case Relabelling():
            report = _remap(connection, job, job.work)
        case Separation():
            report = _separate(connection, job, job.work)
    report = replace(report, remade=older)
    reached("load.after")
    if not report.changed:
        connection.rollback()
        return replace(report, outlook=before, new=before and brought(before, before))
    tell("rebuild", _LOADED)
    _derive(connection, job)
    report = replace(report, merges=identities.merge_log(connection, job.engagement))
    reached("rebuild.after")
    _check(connection, job)
    if job.workspace is not None:
        after = look(connection, job.engagement)
        connection.rollback()
        return replace(report, outlook=after, new=after and brought(after, before))
    tell("write", _REBUILT)
    reached("commit.before")
    connection.commit()
    reached("commit.after")
    return report


def _derive(connection: sa.Connection, job: Job) -> None:
    """Make derived rows anew: of a delivery's own customers, of everybody where something else has changed."""
    frame: dict[str, Any] = {
        "engagement": job.engagement,
        "now": job.now,
        "zone": job.zone,
        "currency": job.currency,
        "model": job.model,
        "analysis_date": job.analysis_date,
    }
    touched = None
    if isinstance(job.work, Delivery):
        touched = touched_by(connection, import_id=job.import_id, **frame)
    if touched is None and derive.is_built(connection, job.engagement):
        empty_derived(connection)
    derive.rebuild(connection, number=job.number, touched=touched, **frame)


def _load(connection: sa.Connection, job: Job, files: Delivery, tell: Tell) -> ImportReport:
    return load(
        connection,
        _mapping(job, files.mapping),
        files.folder,
        job.import_id,
        _part(tell, _COPIED, _LOADED),
        model=job.model,
        limits=Limits.of(job.limits),
        rejected_path=job.rejected,
        now=job.now,
    )


def _remap(connection: sa.Connection, job: Job, change: Relabelling) -> ImportReport:
    remapped = remap(connection, job.engagement, job.model, change.labels)
    return ImportReport(job.engagement, job.import_id, job.currency, (), remapped=remapped)


def _separate(connection: sa.Connection, job: Job, told: Separation) -> ImportReport:
    separated = identities.separate(
        connection, job.engagement, told.kind, told.value, apart=told.apart, who=told.who, now=job.now
    )
    return ImportReport(job.engagement, job.import_id, job.currency, (), separated=separated)


def _mapping(job: Job, path: Path) -> Mapping:
    """The mapping, with the engagement's zone and currency where the file leaves them out."""
    mapping = read_mapping(path)
    fields: dict[str, Any] = dict(mapping) | {"timezone": job.zone, "currency": job.currency}
    return Mapping.model_construct(None, **fields)


def _check(connection: sa.Connection, job: Job) -> None:
    """Derived tables hold all the money and all the touches of the raw rows that stand in numbers.

    Raises:
        JourneyError: `import_check_failed` with what differs.
    """
    event, line, deal, journey = schema.event, schema.transaction_line, schema.deal, schema.journey
    limit = time_limit(job.now, job.zone, job.analysis_date)
    sums = {
        "money": (
            _of(
                line,
                job,
                sa.func.sum(line.c.amount),
                line.c.occurred_at < limit,
                line.c.customer_key.is_not(None),
            ),
            _of(deal, job, sa.func.sum(deal.c.amount)),
        ),
        "lines": (
            _of(deal, job, sa.func.sum(deal.c.amount)),
            _of(schema.deal_line, job, sa.func.sum(schema.deal_line.c.amount)),
        ),
        "deals": (
            _of(deal, job, sa.func.count(), deal.c.kind == "deal"),
            _of(journey, job, sa.func.count(), journey.c.deal_no.is_not(None)),
        ),
        "touches": (
            _of(
                event,
                job,
                sa.func.count(),
                event.c.occurred_at < limit,
                event.c.customer_key.is_not(None),
                event.c.stage.in_(job.model.keys),
            ),
            _of(journey, job, sa.func.count(), journey.c.is_touch),
        ),
    }
    for what, (raw, derived) in sums.items():
        before, after = connection.scalar(raw) or 0, connection.scalar(derived) or 0
        if before != after:
            raise JourneyError("import_check_failed", what=what, raw=before, derived=after)


def _of(table: sa.Table, job: Job, value: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select:
    return sa.select(value).select_from(table).where(table.c.engagement == job.engagement, *conditions)


def _prove_readable(job: Job) -> None:
    """Open the file as a viewer would and read its frame."""
    engine = viewer_engine(job.limits, job.unfinished)
    try:
        with engine.connect() as connection:
            read_info(connection, job.engagement)
    finally:
        engine.dispose()


def _make_durable(job: Job) -> None:
    reached("fsync.before")
    _fsync(job.unfinished)
    reached("fsync.after")
    reached("rename.before")
    job.unfinished.rename(job.finished)
    reached("rename.after")
    _fsync(job.home)
    reached("folder_fsync.after")


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part(tell: Tell, start: float, end: float) -> Tell:
    return lambda part, done: tell(part, start + (end - start) * done)
