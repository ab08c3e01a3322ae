"""What a person saw when they last came: kept so that the next visit can say what moved since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from data_access.state.engine import writing
from data_access.state.schema import visit

PAUSE = timedelta(hours=1)  # whoever comes back after that has been away
WRITE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit that is over: when it was, of which period, and what stood there.

    Attributes:
        at: its last moment, naive UTC.
        period: token of the period that was shown.
        figures: name of a figure -> money.
    """

    at: datetime
    period: str
    figures: Mapping[str, float]


def note_visit(
    engine: sa.Engine, user_id: int, engagement: str, now: datetime, period: str, figures: Mapping[str, float]
) -> Seen | None:
    """Keep what the person sees now, and give what stood there at the end of the visit before this one.

    Returns:
        None at the first visit.
    """
    mine = (visit.c.user_id == user_id) & (visit.c.engagement == engagement)
    current = {"seen_at": now, "period": period, "figures": dict(figures)}
    with engine.connect() as connection:
        row = connection.execute(sa.select(visit).where(mine)).first()
    if row is None:
        with writing(engine) as connection:
            connection.execute(sa.insert(visit).values(user_id=user_id, engagement=engagement, **current))
        return None
    earlier = None if row.before_at is None else Seen(row.before_at, row.before_period, row.before_figures)
    if now - row.seen_at > PAUSE:
        earlier = Seen(row.seen_at, row.period, row.figures)
        moved = {
            "before_at": earlier.at,
            "before_period": earlier.period,
            "before_figures": dict(earlier.figures),
        }
        current |= moved
    elif now - row.seen_at < WRITE_EVERY and row.period == period:
        return earlier
    with writing(engine) as connection:
        connection.execute(sa.update(visit).where(mine).values(**current))
    return earlier
