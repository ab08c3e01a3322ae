"""Reading actions of the plan from the state database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dashboard.journey.plan import ActionRecord, Status
from data_access.state.schema import action, action_need, chain, user


def records(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[ActionRecord, ...]:
    """The actions of a condition, the oldest first."""
    rows = connection.execute(_statement().where(*where).order_by(action.c.id)).all()
    needs: dict[int, list[int]] = {row.id: [] for row in rows}
    if rows:
        asked = sa.select(action_need).where(action_need.c.action_id.in_(needs))
        for need in connection.execute(asked.order_by(action_need.c.needs_id)):
            needs[need.action_id].append(need.needs_id)
    return tuple(_record(row, tuple(needs[row.id])) for row in rows)


def _statement() -> sa.Select[Any]:
    owner, author = user.alias("owner_account"), user.alias("author_account")
    return (
        sa.select(
            action,
            owner.c.name.label("owner"),
            author.c.name.label("author"),
            chain.c.segment.label("chain_segment"),
            chain.c.from_stage,
            chain.c.to_stage,
        )
        .join(author, author.c.id == action.c.created_by)
        .outerjoin(owner, owner.c.id == action.c.owner_id)
        .outerjoin(chain, chain.c.id == action.c.chain_id)
    )


def _record(row: sa.Row[Any], needs: tuple[int, ...]) -> ActionRecord:
    values = dict(row._mapping)
    values.pop("created_by")
    return ActionRecord(
        **values
        | {
            "status": Status(row.status),
            "chain_segment": row.chain_segment or "",
            "from_stage": row.from_stage or "",
            "to_stage": row.to_stage or "",
            "source": row.source or {},
            "needs": needs,
        }
    )
