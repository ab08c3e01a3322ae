"""How an installation stands, for whoever keeps it running: ages and numbers, nothing of what is in the data."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from data_access.state.schema import data_import, generation_pointer
from data_access.state.schema_watch import outbox


def switched(engine: sa.Engine) -> dict[str, datetime]:
    """Since when viewers of each engagement read its current generation; without data it is not there."""
    query = sa.select(generation_pointer.c.engagement, generation_pointer.c.switched_at)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def imports(engine: sa.Engine) -> dict[tuple[str, str], int]:
    """Imports in the journal by engagement and status."""
    by = data_import.c.engagement, data_import.c.status
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*by, sa.func.count()).group_by(*by))
        return {(row[0], row[1]): row[2] for row in rows}


def messages(engine: sa.Engine) -> dict[str, int]:
    """Messages of the outbox by status: `waiting`, `sent`, `failed`, `dropped`."""
    query = sa.select(outbox.c.status, sa.func.count()).group_by(outbox.c.status)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def waiting_since(engine: sa.Engine) -> datetime | None:
    """When the message that has been due longest should have gone; None where none waits."""
    query = sa.select(sa.func.min(outbox.c.due_at)).where(outbox.c.status == "waiting")
    with engine.connect() as connection:
        return connection.scalar(query)
