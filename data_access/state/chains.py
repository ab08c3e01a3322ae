"""Chains: one id from a bottleneck over its actions and their effect to the decision."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data_access.clock import utc_now
from data_access.state.engine import one_at_a_time
from data_access.state.schema import chain

_CHAINS = 5_119_211


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Where a chain begins: a transition of a segment; an empty segment is everybody."""

    segment: str
    from_stage: str
    to_stage: str


def chain_of(connection: sa.Connection, engagement: str, bottleneck: Bottleneck | None) -> int | None:
    """The id of a bottleneck's chain, made with its first action; None without a bottleneck."""
    if bottleneck is None:
        return None
    one_at_a_time(connection, _CHAINS)
    place = {
        "engagement": engagement,
        "segment": bottleneck.segment,
        "from_stage": bottleneck.from_stage,
        "to_stage": bottleneck.to_stage,
    }
    known = connection.scalar(sa.select(chain.c.id).filter_by(**place))
    if known is not None:
        return known
    made = sa.insert(chain).values(**place, created_at=utc_now()).returning(chain.c.id)
    return connection.execute(made).scalar_one()
