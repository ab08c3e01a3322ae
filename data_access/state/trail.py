"""What changed the meaning of figures: the lines of the audit trail and of the journal that a time axis tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state.schema import audit, data_import, user

DEEDS = ("engagement.change", "target.put", "plan.approve")
STAGES = "import.stages"  # an import that brought other stages
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Deed:
    """A change of a definition.

    Attributes:
        at: naive UTC.
        actor: login, or `console`.
        action: one of `DEEDS`, or `STAGES`.
        detail: `fields` of an engagement, `changes` of targets, `number` of a plan, `import_id`.
    """

    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]


def deeds(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[Deed, ...]:
    """The last changes of definitions of an engagement, in order of time.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, engagement, Action.SIMULATE)
    refuse_guest(who, Action.SIMULATE)
    mine = (audit.c.engagement == engagement, audit.c.action.in_(DEEDS))
    query = sa.select(audit).where(*mine).order_by(audit.c.id.desc()).limit(MOST_LINES)
    with engine.connect() as connection:
        said = [Deed(row.at, row.actor, row.action, row.detail or {}) for row in connection.execute(query)]
        said += _other_stages(connection, engagement)
    return tuple(sorted(said, key=lambda one: one.at))


def names(engine: sa.Engine) -> dict[str, str]:
    """Login -> name of everybody: journals keep logins, screens show names."""
    with engine.connect() as connection:
        return {row.login: row.name for row in connection.execute(sa.select(user.c.login, user.c.name))}


def _other_stages(connection: sa.Connection, engagement: str) -> list[Deed]:
    """Imports whose stages are not those of the import before."""
    line = data_import.c
    query = sa.select(line.id, line.finished_at, line.actor, line.stage_model)
    done = query.where(line.engagement == engagement, line.status == "done").order_by(line.id)
    rows = [row for row in connection.execute(done) if row.stage_model is not None]
    return [
        Deed(row.finished_at, row.actor, STAGES, {"import_id": row.id})
        for before, row in pairwise(rows)
        if row.stage_model != before.stage_model and row.finished_at is not None
    ]
