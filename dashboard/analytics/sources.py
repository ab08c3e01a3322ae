"""Sources of leads by segment: how many came, what they cost, what they bought later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dashboard.analytics.lcpq import LcpqBook
from dashboard.analytics.lcpq_row import Lcpq

NO_LEADS = "no_leads"


@dataclass(frozen=True, slots=True)
class Source:
    """New leads of one channel, of everybody or of one segment (cohort book, DOMAIN section 3).

    Attributes:
        segment: as of the first lead; None = everybody.
        channel: of the first lead event of all history.
        leads: customers whose first lead event lies in the period.
        share: of all new leads of the same segment, 0..1.
        cost, cpl: costs of the channel in the period, and for each of these leads.
        buyers, conversion: who bought within the horizon, and their share.
        revenue: what they paid in it, net of refunds; revenue_per_lead: for each lead.
        immature: leads whose horizon is not over.
        reasons: why a figure is None.
    """

    segment: str | None
    channel: str
    leads: int
    share: float | None
    cost: Decimal | None
    cpl: Decimal | None
    buyers: int
    conversion: float | None
    revenue: Decimal
    revenue_per_lead: Decimal | None
    immature: int
    reasons: Mapping[str, str] = field(default_factory=dict)


def sources(books: Iterable[LcpqBook]) -> tuple[Source, ...]:
    """Everybody, then each segment; in both every channel that has leads or costs.

    Args:
        books: cohort books split by channel, and where asked by segment and channel.
    """
    rows = [row for book in books for row in book.rows]
    sizes: dict[str | None, int] = {}
    for row in rows:
        sizes[row.segment] = sizes.get(row.segment, 0) + (row.leads or 0)
    return tuple(_source(row, sizes[row.segment]) for row in rows)


def _source(row: Lcpq, size: int) -> Source:
    leads = row.leads or 0
    kept = ("cost", "cpl", "conversion")
    reasons = {name: code for name, code in row.reasons.items() if name in kept}
    if not size:
        reasons["share"] = NO_LEADS
    if not leads:
        reasons["revenue_per_lead"] = NO_LEADS
    return Source(
        row.segment,
        row.channel or "",
        leads,
        leads / size if size else None,
        row.cost,
        row.cpl,
        row.buyers,
        row.conversion,
        row.revenue,
        row.revenue / leads if leads else None,
        row.immature,
        reasons,
    )
