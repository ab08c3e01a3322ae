"""Customers who lost a deal at a stage that nobody knows: they may have come further than their events say."""

from __future__ import annotations

import sqlalchemy as sa

from data_access import schema
from data_access.funnel_amounts import own_keys
from data_access.funnel_steps import Question


def hidden_losses(question: Question, picked: sa.CTE) -> sa.CTE:
    """The keys of the chosen attempts with a lost deal, from the entry on, whose way is not known."""
    ended = schema.deal_outcome
    return (
        sa.select(*(picked.c[name] for name in own_keys(picked)))
        .join(
            ended,
            sa.and_(
                ended.c.engagement == question.scope.engagement,
                ended.c.customer_id == picked.c.customer_id,
                ended.c.outcome == "lost",
                sa.not_(ended.c.has_history),
                ended.c.moment >= picked.c.moment,
            ),
        )
        .distinct()
        .cte("hidden_loss")
    )
