"""One group of LCPQ: its counts, its money, and every figure that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from dashboard.journey.query import Book, JourneyQuery

NO_COSTS = "no_costs"
NO_LEADS_OF_PERIOD = "no_leads_of_period"
NO_NEW_BUYERS = "no_new_buyers"
IMMATURE_LEFT_OUT = "immature_left_out"
WHOLE_UNDER_FILTER = "whole_under_filter"


@dataclass(frozen=True, slots=True)
class Span:
    """How long the deals of Q are counted: "deals per customer, quarter".

    Attributes:
        unit: `month`, `quarter`, `year`, `day`, `week` or `horizon`; None where the period is none of them.
        days: length [days]; None for an open period.
    """

    unit: str | None
    days: int | None

    @classmethod
    def of(cls, query: JourneyQuery) -> Span:
        """The span of a question's rows."""
        if query.book is Book.COHORT:
            return cls("horizon", query.horizon)
        time = query.time_split
        if time is not None:
            return cls(str(time), None)
        return cls(query.period.unit, query.period.days)


@dataclass(frozen=True, slots=True)
class Lcpq:
    """What one group of customers was and paid (DOMAIN section 3).

    Attributes:
        leads: L = leads_of_period + earlier_leads + direct; in the cohort book the first of them alone.
        leads_of_period: customers with an event of a lead stage in the period; in the cohort book those whose
            first lead event of all history lies in it.
        earlier_leads: buyers with no lead event in the period but one before it.
        direct: buyers with no lead event before the period's end.
        lead_buyers: buyers among the leads of the period.
        buyers: B, distinct customers with a deal in the period (cohort book: in their horizon).
        deals: number of deals; refunds are none.
        revenue: money, net of refunds.
        refunds, refunded: rows that pay back, and their money (positive).
        zero_deals: rows of no amount: no deals.
        fully_refunded: deals of the period that refunds of any time paid back in full.
        new_buyers, new_revenue: of customers without a deal before the period (cohort book: the first lead).
        cost: costs of the period; None: see `reasons`.
        margin: share of revenue left after the cost of goods; None: ROMI is on revenue.
        whole_cost: the money is filtered and the cost is not: no ROMI.
        immature, immature_revenue: customers of the cohort whose horizon is not over, and their money so far.
        immature_left_out: the figures are without them.
        revenue_in_period: cohort book: the part of revenue that was earned in the period itself.
        segment, day, week, month, quarter, year, channel, sale_channel, product: the group; None where the answer
            is not split by it.
        partial: a month (or other unit) that the period or the data end cuts short.
        reasons: why a figure is None, or what to know about it: field -> reason.
    """

    leads: int | None
    leads_of_period: int | None
    earlier_leads: int | None
    direct: int | None
    lead_buyers: int | None
    buyers: int
    deals: int
    revenue: Decimal
    refunds: int = 0
    refunded: Decimal = Decimal(0)
    zero_deals: int = 0
    fully_refunded: int = 0
    new_buyers: int | None = None
    new_revenue: Decimal | None = None
    cost: Decimal | None = None
    margin: float | None = None
    whole_cost: bool = False
    immature: int = 0
    immature_revenue: Decimal = Decimal(0)
    immature_left_out: bool = False
    revenue_in_period: Decimal | None = None
    segment: str | None = None
    day: str | None = None
    week: str | None = None
    month: str | None = None
    quarter: str | None = None
    year: str | None = None
    channel: str | None = None
    sale_channel: str | None = None
    product: str | None = None
    partial: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def conversion(self) -> float | None:
        """C = B / L: share of the leads in play who bought."""
        return self.buyers / self.leads if self.leads else None

    @property
    def conversion_of_leads(self) -> float | None:
        """ "C of leads": share of the leads of the period who bought."""
        if self.leads_of_period and self.lead_buyers is not None:
            return self.lead_buyers / self.leads_of_period
        return None

    @property
    def average_check(self) -> Decimal | None:
        """P: money for each deal, refunds taken off."""
        return self.revenue / self.deals if self.deals else None

    @property
    def deals_per_buyer(self) -> float | None:
        """Q = deals / B."""
        return self.deals / self.buyers if self.buyers else None

    @property
    def returning_buyers(self) -> int | None:
        """Buyers with a deal before the period."""
        return None if self.new_buyers is None else self.buyers - self.new_buyers

    @property
    def returning_revenue(self) -> Decimal | None:
        """Money of customers with a deal before the period."""
        return None if self.new_revenue is None else self.revenue - self.new_revenue

    @property
    def cpl(self) -> Decimal | None:
        """Cost of a lead: cost / leads of the period."""
        cost = self._cost_that_counts
        return cost / self.leads_of_period if cost is not None and self.leads_of_period else None

    @property
    def cac(self) -> Decimal | None:
        """Cost of a new buyer: cost / new buyers."""
        cost = self._cost_that_counts
        return cost / self.new_buyers if cost is not None and self.new_buyers else None

    @property
    def romi(self) -> float | None:
        """Return on marketing: (revenue x margin - cost) / cost, as a share; without a margin on revenue."""
        cost = None if self.whole_cost else self._cost_that_counts
        earned = self.revenue * Decimal(str(1 if self.margin is None else self.margin))
        return float((earned - cost) / cost) if cost else None

    @property
    def _cost_that_counts(self) -> Decimal | None:
        # the costs of a period are not told apart by whose horizon is over
        return None if self.immature_left_out else self.cost

    def with_reasons(self, more: Mapping[str, str]) -> Lcpq:
        """The same row with more reasons."""
        return replace(self, reasons={**self.reasons, **more})

    def cost_reasons(self, why: str | None) -> dict[str, str]:
        """Why `cost` and its ratios are unknown, or partly known (`why`)."""
        found = {"cost": why} if why else {}
        if self.cost is None:
            return dict.fromkeys(("cost", "cpl", "cac", "romi"), why or NO_COSTS)
        if self.immature_left_out:
            return found | dict.fromkeys(("cpl", "cac", "romi"), IMMATURE_LEFT_OUT)
        if self.cpl is None:
            found["cpl"] = NO_LEADS_OF_PERIOD
        if self.cac is None:
            found["cac"] = self.reasons.get("new_buyers", NO_NEW_BUYERS)
        if self.romi is None:
            found["romi"] = WHOLE_UNDER_FILTER if self.whole_cost else NO_COSTS
        return found
