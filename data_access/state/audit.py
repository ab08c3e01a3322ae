"""The audit trail: who did what, when."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data_access.clock import utc_now
from data_access.state import schema
from data_access.state.engine import writing


def note(
    connection: sa.Connection, actor: str, action: str, engagement: str | None = None, **detail: Any
) -> None:
    """Write one line inside the caller's transaction, so that it stands exactly where the deed does.

    Args:
        actor: login, or `console`.
        action: `user.add`, `import.done`, ...; never a secret in `detail`.
    """
    connection.execute(
        sa.insert(schema.audit).values(
            at=utc_now(), actor=actor, action=action, engagement=engagement, detail=detail or sa.null()
        )
    )


def record(engine: sa.Engine, actor: str, action: str, engagement: str | None = None, **detail: Any) -> None:
    """Write one line in a transaction of its own: for deeds that store nothing else, such as a sign-in."""
    with writing(engine) as connection:
        note(connection, actor, action, engagement, **detail)
