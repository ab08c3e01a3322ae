"""The import journal, the lease that lets one import run at a time, the generation pointer, undo and redo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.points import reached
from data_access.state import audit
from data_access.state.engine import one_at_a_time, writing
from data_access.state.lease import IMPORTS, LEASE, refuse_or_free, this_process
from data_access.state.schema import data_import, generation_pointer, import_lease
from data_access.state.schema import engagement as engagement_table

_FRAME = (engagement_table.c.stage_model, engagement_table.c.zone, engagement_table.c.currency)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation viewers read, and since when."""

    generation: int
    import_id: int
    switched_at: datetime


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One line of the journal.

    Attributes:
        status: `running`, `done`, `unchanged`, `cancelled` or `failed`.
        generation: what it has made; None where that is nothing.
        parent: the generation that it was built on, where an undo goes back to; None: there was none.
        report: counts of the import; of a failed one `{"error": {"code", "facts"}}`.
        undone_at, undone_by: when and by whom it was taken back; None while it holds.
        dropped: the file of its generation is gone for good.
        undoable: `undo` takes back this one now.
        redoable: `redo` brings back this one now.
    """

    id: int
    engagement: str
    mapping_sha256: str
    started_at: datetime
    finished_at: datetime | None
    actor: str
    status: str
    generation: int | None
    report: dict[str, Any] | None
    parent: int | None
    undone_at: datetime | None
    undone_by: str | None
    dropped: bool
    undoable: bool = False
    redoable: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that it has read."""
        sources = (self.report or {}).get("sources") or ()
        return tuple(dict.fromkeys(file["file"] for source in sources for file in source["files"]))

    @property
    def rows(self) -> int:
        """New rows that it has brought."""
        return (self.report or {}).get("accepted", 0)


_ENTRY = tuple(
    data_import.c[item.name] for item in fields(ImportEntry) if item.name not in ("undoable", "redoable")
)


def start(engine: sa.Engine, engagement: str, mapping_sha256: str, actor: str, now: datetime) -> int:
    """Take the engagement's lease and open a line in the journal.

    An import whose process died before is closed as failed here, so nobody has to tidy up after it.

    Returns:
        The id of the import.

    Raises:
        JourneyError: `import_running` (409, `since`) while another import of the engagement is alive.
    """
    with writing(engine) as connection:
        refuse_or_free(connection, engagement, now)
        line = {"engagement": engagement, "mapping_sha256": mapping_sha256, "started_at": now, "actor": actor}
        opened = sa.insert(data_import).values(line | {"status": "running"}).returning(data_import.c.id)
        import_id = connection.execute(opened).scalar_one()
        lease = {"import_id": import_id, "holder": this_process(), "expires_at": now + LEASE}
        connection.execute(sa.insert(import_lease).values(engagement=engagement, **lease))
        reached("journal.before_commit")
    reached("journal.after_commit")
    return import_id


def reserve(engine: sa.Engine, import_id: int, number: int) -> None:
    """Write down which generation the import is building, so that its number is never used again."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(data_import).where(data_import.c.id == import_id).values(generation=number)
        )


def renew(engine: sa.Engine, import_id: int, now: datetime) -> None:
    """Say that the import is alive.

    Raises:
        JourneyError: `import_lost_lease` where another import took over meanwhile.
    """
    with writing(engine) as connection:
        statement = sa.update(import_lease).where(import_lease.c.import_id == import_id)
        if connection.execute(statement.values(expires_at=now + LEASE)).rowcount == 0:
            raise JourneyError("import_lost_lease", status=409)


def publish(
    engine: sa.Engine,
    import_id: int,
    engagement: str,
    number: int,
    report: dict[str, Any],
    now: datetime,
    stages: dict[str, Any] | None = None,
) -> None:
    """Show the new generation: journal, pointer and lease move in one transaction.

    Imports that were undone before cannot be brought back any more.

    Args:
        stages: the stage model that the generation was mapped to, where it is another one.

    Raises:
        JourneyError: `import_lost_lease` where another import took over meanwhile; nothing moves then.
    """
    with writing(engine) as connection:
        _close(connection, import_id, "done", report, now)
        if stages is not None:
            of_it = sa.update(engagement_table).where(engagement_table.c.key == engagement)
            connection.execute(of_it.values(stage_model=stages))
        parent = _pointed(connection, engagement)
        frame = connection.execute(sa.select(*_FRAME).where(engagement_table.c.key == engagement)).one()
        mine = sa.update(data_import).where(data_import.c.id == import_id)
        connection.execute(mine.values(parent=parent, generation=number, **frame._mapping))
        undone = (data_import.c.engagement == engagement, data_import.c.undone_at.is_not(None))
        connection.execute(sa.update(data_import).where(*undone).values(dropped=True))
        _point(connection, engagement, import_id, number, now)
        reached("pointer.before_commit")
    reached("pointer.after_commit")


def finish_unchanged(engine: sa.Engine, import_id: int, report: dict[str, Any], now: datetime) -> None:
    """Close an import that brought nothing new: no generation, the pointer stays."""
    with writing(engine) as connection:
        _close(connection, import_id, "unchanged", report, now)
        connection.execute(
            sa.update(data_import).where(data_import.c.id == import_id).values(generation=None)
        )


def fail(engine: sa.Engine, import_id: int, error: JourneyError, now: datetime) -> None:
    """Close a failed or cancelled import with the code and facts of its sentence; the old data stay as they are."""
    status = "cancelled" if error.code == "import_cancelled" else "failed"
    with writing(engine) as connection:
        connection.execute(
            sa.update(data_import)
            .where(data_import.c.id == import_id, data_import.c.status == "running")
            .values(status=status, finished_at=now, report={"error": error.plain()})
        )
        connection.execute(sa.delete(import_lease).where(import_lease.c.import_id == import_id))


def pointer(engine: sa.Engine, engagement: str) -> Pointer | None:
    """The generation that viewers read; None before the first import."""
    table = generation_pointer
    columns = (table.c.generation, table.c.import_id, table.c.switched_at)
    with engine.connect() as connection:
        row = connection.execute(sa.select(*columns).where(table.c.engagement == engagement)).first()
    return Pointer(*row) if row else None


def withdraw(engine: sa.Engine, engagement: str, actor: str) -> None:
    """Show nobody the current generation any more: the next import starts from nothing.

    Its file stays until then, and its number is never used again.
    """
    with writing(engine) as connection:
        gone = sa.delete(generation_pointer).where(generation_pointer.c.engagement == engagement)
        connection.execute(gone)
        audit.note(connection, actor, "generation.withdraw", engagement)


def highest_number(engine: sa.Engine, engagement: str) -> int:
    """The highest generation number that an import ever took; 0 before the first."""
    query = sa.select(sa.func.max(data_import.c.generation)).where(data_import.c.engagement == engagement)
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def next_id(engine: sa.Engine) -> int:
    """The number that the next import will have at least: later rows win by it."""
    with engine.connect() as connection:
        return (connection.scalar(sa.select(sa.func.max(data_import.c.id))) or 0) + 1


def started(engine: sa.Engine, engagement: str, ids: Iterable[int]) -> dict[int, datetime]:
    """When these imports began."""
    line = data_import.c
    query = sa.select(line.id, line.started_at).where(line.engagement == engagement, line.id.in_(set(ids)))
    with engine.connect() as connection:
        return {row.id: row.started_at for row in connection.execute(query)}


def journal(
    engine: sa.Engine, engagement: str, limit: int = 100, *, import_id: int | None = None
) -> tuple[ImportEntry, ...]:
    """The last imports of an engagement, newest first: who, when, what, how many, and what can be taken back.

    Args:
        import_id: of this one alone.
    """
    query = sa.select(*_ENTRY).where(data_import.c.engagement == engagement)
    if import_id is not None:
        query = query.where(data_import.c.id == import_id)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(data_import.c.id.desc()).limit(limit)).mappings().all()
        current, before = _last_step(connection, engagement)
        undoable = current is not None and _is_there(current, before)
        again = _next_step(connection, engagement)
    return tuple(
        replace(
            ImportEntry(**row),
            undoable=undoable and current is not None and row["id"] == current.id,
            redoable=again is not None and row["id"] == again.id,
        )
        for row in rows
    )


# -------------------------------------------------------------------------------- undo and redo


def undo(engine: sa.Engine, engagement: str, actor: str, now: datetime) -> ImportEntry:
    """Take back the last import: viewers read the generation before it again, in one transaction.

    Stages, zone and currency of the engagement are those of that generation again. Where the import was the
    first, nobody sees data any more. `redo` brings it back until another import is done.

    Returns:
        The line of the journal that is undone now.

    Raises:
        JourneyError: `import_running`, `nothing_to_undo`, `undo_too_old` (each 409).
    """
    with writing(engine) as connection:
        refuse_or_free(connection, engagement, now)
        current, before = _last_step(connection, engagement)
        if current is None:
            raise JourneyError("nothing_to_undo", status=409, engagement=engagement)
        if not _is_there(current, before):
            raise JourneyError("undo_too_old", status=409, engagement=engagement)
        if before is None:
            mine = generation_pointer.c.engagement == engagement
            connection.execute(sa.delete(generation_pointer).where(mine))
        else:
            _go_to(connection, engagement, before, now)
        audit.note(connection, actor, "import.undo", engagement, import_id=current.id)
        return _marked(connection, current.id, undone_at=now, undone_by=actor)


def redo(engine: sa.Engine, engagement: str, actor: str, now: datetime) -> ImportEntry:
    """Bring back the import that was undone last: the other way round, in one transaction.

    Raises:
        JourneyError: `import_running`, `nothing_to_redo` (each 409).
    """
    with writing(engine) as connection:
        refuse_or_free(connection, engagement, now)
        again = _next_step(connection, engagement)
        if again is None:
            raise JourneyError("nothing_to_redo", status=409, engagement=engagement)
        _go_to(connection, engagement, again, now)
        audit.note(connection, actor, "import.redo", engagement, import_id=again.id)
        return _marked(connection, again.id, undone_at=None, undone_by=None)


def keep(engine: sa.Engine, engagement: str, older: int) -> frozenset[int]:
    """Settle whose files stay: the current generation, so many before it, and those that a redo brings back.

    No undo or redo goes to any other one from now on: its file may be removed.

    Returns:
        The numbers of the generations that stay.
    """
    line = data_import.c
    mine = (line.engagement == engagement, line.status == "done", ~line.dropped)
    with writing(engine) as connection:
        one_at_a_time(connection, IMPORTS)
        rows = connection.execute(
            sa.select(line.id, line.generation, line.parent, line.undone_at).where(*mine)
        )
        lines = {row.generation: row for row in rows}
        after = {row.parent: row.generation for row in lines.values() if row.undone_at is not None}
        current = _pointed(connection, engagement)
        stay, number = set(), current
        while number in lines and len(stay) <= older:
            stay.add(number)
            number = lines[number].parent
        number = current
        while number in after:
            number = after.pop(number)
            stay.add(number)
        gone = [row.id for number, row in lines.items() if number not in stay]
        if gone:
            connection.execute(sa.update(data_import).where(line.id.in_(gone)).values(dropped=True))
    return frozenset(stay)


def _last_step(connection: sa.Connection, engagement: str) -> tuple[sa.Row | None, sa.Row | None]:
    """The line of the current generation, and that of the one before."""
    current = _line(connection, engagement, _pointed(connection, engagement))
    return current, _line(connection, engagement, current.parent) if current else None


def _is_there(current: sa.Row, before: sa.Row | None) -> bool:
    """True where the data before the import can be shown: not those of a dropped file or of an older version."""
    if before is None:
        return current.parent is None
    remade = (current.report or {}).get("remade", False)
    return not before.dropped and not remade and before.stage_model is not None


def _next_step(connection: sa.Connection, engagement: str) -> sa.Row | None:
    """The line of the undone import that stood on the current generation."""
    line = data_import.c
    mine = (line.engagement == engagement, line.undone_at.is_not(None), ~line.dropped)
    here = line.parent.is_not_distinct_from(_pointed(connection, engagement))
    return connection.execute(sa.select(data_import).where(*mine, here).order_by(line.id.desc())).first()


def _line(connection: sa.Connection, engagement: str, number: int | None) -> sa.Row | None:
    line = data_import.c
    mine = (line.engagement == engagement, line.generation == number, line.status == "done")
    return connection.execute(sa.select(data_import).where(*mine)).first() if number is not None else None


def _pointed(connection: sa.Connection, engagement: str) -> int | None:
    of_it = sa.select(generation_pointer.c.generation)
    return connection.scalar(of_it.where(generation_pointer.c.engagement == engagement))


def _go_to(connection: sa.Connection, engagement: str, line: sa.Row, now: datetime) -> None:
    """Show the generation of a line of the journal, with the stages that it was mapped to."""
    _point(connection, engagement, line.id, line.generation, now)
    frame = {column.name: line._mapping[column.name] for column in _FRAME}
    of_it = sa.update(engagement_table).where(engagement_table.c.key == engagement)
    connection.execute(of_it.values(frame))


def _point(connection: sa.Connection, engagement: str, import_id: int, number: int, now: datetime) -> None:
    """Move the pointer; the switch is later than the one before also where the clocks of two machines differ."""
    mine = generation_pointer.c.engagement == engagement
    before = connection.scalar(sa.select(generation_pointer.c.switched_at).where(mine))
    at = now if before is None else max(now, before + timedelta(microseconds=1))
    values = {"generation": number, "import_id": import_id, "switched_at": at}
    if before is None:
        connection.execute(sa.insert(generation_pointer).values(engagement=engagement, **values))
    else:
        connection.execute(sa.update(generation_pointer).where(mine).values(values))


def _marked(connection: sa.Connection, import_id: int, **values: Any) -> ImportEntry:
    changed = sa.update(data_import).where(data_import.c.id == import_id).values(values).returning(*_ENTRY)
    return ImportEntry(**connection.execute(changed).mappings().one())


def _close(
    connection: sa.Connection, import_id: int, status: str, report: dict[str, Any], now: datetime
) -> None:
    released = sa.delete(import_lease).where(import_lease.c.import_id == import_id)
    if connection.execute(released).rowcount == 0:
        raise JourneyError("import_lost_lease", status=409)
    row = connection.execute(
        sa.update(data_import)
        .where(data_import.c.id == import_id)
        .values(status=status, finished_at=now, report=report)
        .returning(data_import.c.actor, data_import.c.engagement)
    ).one()
    audit.note(connection, row.actor, f"import.{status}", row.engagement, import_id=import_id)
