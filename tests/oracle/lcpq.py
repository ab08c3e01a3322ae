"""Both books of LCPQ computed a second time, customer by customer, from the raw facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboard.journey.period import Period
from tests.facts import Sale
from tests.oracle.numbers import Raw, _data_end, _instant_days

Counts = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One deal, refund or zero amount."""

    customer: str
    moment: datetime
    day: date
    instant: bool
    amount: float
    ref: str | None
    refund_of: str | None

    @property
    def deal(self) -> bool:
        return self.amount > 0


class Ledger:
    """The raw facts as rows of deals and first leads, on the customers' own clocks."""

    def __init__(self, raw: Raw, sales: Sequence[Sale]) -> None:
        self.raw = raw
        people = sorted(set(raw.events["customer"]) | set(raw.sales["customer"]))
        self.instants = {str(customer): _instant_days(raw, str(customer)) for customer in people}
        refunds: dict[tuple[Any, ...], list[str]] = {}
        refs: dict[tuple[Any, ...], str | None] = {}
        for place, (sale, line) in enumerate(zip(sales, raw.sales.to_dict("records"), strict=True)):
            key = (line["customer"], line["source"], sale.ref or f"row {place}", line["day"])
            refs[key] = sale.ref
            if sale.refund_of:
                refunds.setdefault(key, []).append(sale.refund_of)
        self.rows = []
        for line in raw.deals().to_dict("records"):
            key = (line["customer"], line["source"], line["deal"], line["day"])
            moment, instant = self._clock(line["customer"], line["when"], line["day"])
            told = min(refunds.get(key, []), default=None)
            self.rows.append(
                Row(line["customer"], moment, line["day"], instant, line["amount"], refs[key], told)
            )

    def _clock(self, customer: str, when: Any, day: date) -> tuple[datetime, bool]:
        instant = day in self.instants[str(customer)]
        return (self.raw.midnight(day) if instant else when), instant

    def first_leads(self) -> dict[str, tuple[datetime, date, bool]]:
        """Each customer's first lead event of all history."""
        found: dict[str, tuple[datetime, date, bool]] = {}
        for line in self.raw.events.to_dict("records"):
            if line["stage"] in self.raw.leads:
                moment, instant = self._clock(line["customer"], line["when"], line["day"])
                one = (moment, line["day"], instant)
                name = str(line["customer"])
                found[name] = min(found.get(name, one), one)
        return found

    def first_deal(self, customer: str) -> Row | None:
        own = [row for row in self.rows if row.customer == customer and row.deal]
        return min(own, key=lambda row: (row.moment, row.day), default=None)

    def settled(self, row: Row) -> bool:
        """True where refunds of the deal's id pay all of it back."""
        if not row.deal or row.ref is None:
            return False
        own = [
            one for one in self.rows if one.customer == row.customer and (one.refund_of or one.ref) == row.ref
        ]
        return any(one.amount < 0 for one in own) and sum(one.amount for one in own) <= 0

    def sums(self, rows: Sequence[Row]) -> Counts:
        """What LCPQ says of these rows."""
        return {
            "buyers": len({row.customer for row in rows if row.deal}),
            "deals": sum(row.deal for row in rows),
            "revenue": float(sum(row.amount for row in rows)),
            "refunds": sum(row.amount < 0 for row in rows),
            "refunded": float(-sum(row.amount for row in rows if row.amount < 0)),
            "zero_deals": sum(row.amount == 0 for row in rows),
            "fully_refunded": sum(self.settled(row) for row in rows),
        }


def inside(day: date, period: Period) -> bool:
    """True where the day counts."""
    return (period.since is None or day >= period.since) and (period.until is None or day < period.until)


def period_beside(ledger: Ledger, period: Period) -> Counts:
    """What the period's rows say, and who of the buyers is new."""
    rows = [row for row in ledger.rows if inside(row.day, period)]
    new = set()
    for name in {row.customer for row in rows}:
        first = ledger.first_deal(name)
        if first is None or period.since is None or first.day >= period.since:
            new.add(name)
    return ledger.sums(rows) | {
        "new_buyers": len({row.customer for row in rows if row.deal and row.customer in new}),
        "new_revenue": float(sum(row.amount for row in rows if row.customer in new)),
    }


def cohort_book(ledger: Ledger, period: Period, horizon: int, mature: bool | None = None) -> Counts:
    """The cohort book; `mature` keeps those alone whose horizon is over, or is not."""
    end, end_day, end_dated = _data_end(ledger.raw)
    span = timedelta(days=horizon)
    leads, bought, new = 0, [], 0
    for customer, (moment, day, instant) in ledger.first_leads().items():
        ripe = day + span <= end_day if instant or end_dated else moment + span <= end
        if not inside(day, period) or mature not in (None, ripe):
            continue
        leads += 1
        own = [row for row in ledger.rows if _follows(row, customer, moment, day, instant, span)]
        bought += own
        first = ledger.first_deal(customer)
        new += any(row.deal for row in own) and first is not None and first.moment >= moment
    return {"leads": leads, "new_buyers": new, **ledger.sums(bought)}


def outside(ledger: Ledger, period: Period, horizon: int) -> dict[str, tuple[int, int, float]]:
    """Rows of the period that no cohort of it holds: part -> (customers, deals, revenue)."""
    leads, span = ledger.first_leads(), timedelta(days=horizon)
    parts: dict[str, list[Row]] = {"older_leads": [], "direct": [], "outside_horizon": []}
    for row in ledger.rows:
        if not inside(row.day, period):
            continue
        first = leads.get(row.customer)
        if first is None or (period.until is not None and first[1] >= period.until):
            parts["direct"].append(row)
        elif period.since is not None and first[1] < period.since:
            parts["older_leads"].append(row)
        elif not _follows(row, row.customer, *first, span):
            parts["outside_horizon"].append(row)
    return {
        part: (
            len({row.customer for row in rows}),
            sum(row.deal for row in rows),
            float(sum(row.amount for row in rows)),
        )
        for part, rows in parts.items()
    }


def _follows(row: Row, customer: str, moment: datetime, day: date, instant: bool, span: timedelta) -> bool:
    if row.customer != customer or row.moment < moment:
        return False
    return row.day <= day + span if instant or row.instant else row.moment <= moment + span
