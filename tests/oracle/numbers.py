"""LCPQ and heatmap computed a second time in plain pandas from the raw facts, for comparison with the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.journey.period import Period
from dashboard.journey.stages import Phase, StageModel
from tests.facts import Event, Sale
from tests.raw_rows import at

Counts = dict[str, Any]
Frame = Any  # pandas' own types forbid most of what a plain frame does


class Raw:
    """Raw facts as two frames: `events` and `sales`, with local days in a zone."""

    def __init__(self, events: Sequence[Event], sales: Sequence[Sale], zone: str, model: StageModel) -> None:
        self.zone, self.model = ZoneInfo(zone), model
        self.leads = {stage.key for stage in model.stages if stage.phase is Phase.LEAD}
        self.order = {stage.key: place for place, stage in enumerate(model.stages)}
        self.events: Frame = pd.DataFrame(
            [
                self._timed(item, stage=item.stage, channel=item.channel or "(none)", segment=item.segment)
                for item in events
            ],
            columns=["customer", "when", "day", "dated", "source", "stage", "channel", "segment"],
        )
        self.sales: Frame = pd.DataFrame(
            [
                self._timed(
                    item,
                    deal=item.ref or f"row {place}",
                    amount=item.amount,
                    product=item.product or "(none)",
                )
                for place, item in enumerate(sales)
            ],
            columns=["customer", "when", "day", "dated", "source", "deal", "amount", "product"],
        )

    def _timed(self, item: Event | Sale, **more: Any) -> dict[str, Any]:
        when = at(item.when)
        dated = not isinstance(when, datetime)
        day = when if dated else when.replace(tzinfo=UTC).astimezone(self.zone).date()
        moment = self.midnight(day) if dated else when
        return {
            "customer": item.customer,
            "when": moment,
            "day": day,
            "dated": dated,
            "source": item.source,
            **more,
        }

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC).replace(tzinfo=None)

    def deals(self) -> Frame:
        """One row for each deal, refund or zero: lines of one id, source, customer and day added up."""
        keys = ["customer", "source", "deal", "day"]
        return self.sales.groupby(keys, as_index=False).agg(amount=("amount", "sum"), when=("when", "min"))

    def segments(self, end: datetime | None) -> dict[str, str]:
        """Customer -> segment of their last event that names one, before the end."""
        named = self.events[self.events["segment"].notna()]
        if end is not None:
            named = named[named["when"] < end]
        latest = named.sort_values("when", kind="stable").groupby("customer")["segment"].last()
        return {str(customer): str(segment) for customer, segment in latest.items()}


def _within(frame: Frame, period: Period) -> Frame:
    kept = pd.Series(True, index=frame.index)
    if period.since:
        kept &= frame["day"] >= period.since
    if period.until:
        kept &= frame["day"] < period.until
    return frame[kept]


def period_book(raw: Raw, period: Period, segment: str | None = None, channels: Sequence[str] = ()) -> Counts:
    """The period book of one group, set by set."""
    lead_events = raw.events[raw.events["stage"].isin(raw.leads)]
    in_period = _within(lead_events, period)
    until = period.until or date.max
    ever = set(lead_events.loc[lead_events["day"] < until, "customer"])
    deals = _within(raw.deals(), period)
    people = set(raw.events["customer"]) | set(raw.sales["customer"])
    if segment is not None:
        of = raw.segments(raw.midnight(period.until) if period.until else None)
        people = {customer for customer in people if of.get(customer, "(none)") == segment}
    if channels:
        people &= set(in_period.loc[in_period["channel"].isin(channels), "customer"])
    leads = set(in_period["customer"]) & people
    deals = deals[deals["customer"].isin(people)]
    sold = deals[deals["amount"] > 0]
    buyers = set(sold["customer"])
    return {
        "leads_of_period": len(leads),
        "earlier_leads": len((buyers - leads) & ever),
        "direct": len(buyers - leads - ever),
        "lead_buyers": len(buyers & leads),
        "buyers": len(buyers),
        "deals": len(sold),
        "revenue": float(sum(deals["amount"])),
    }


def cells(raw: Raw, period: Period, window_days: int) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(stage, channel) -> touches, customers, mature customers, passed; customer by customer."""
    touched = _within(raw.events, period)
    found = {}
    for stage, channel in set(zip(raw.events["stage"], raw.events["channel"], strict=True)):
        rows = touched[(touched["stage"] == stage) & (touched["channel"] == channel)]
        mature = passed = 0
        for customer in rows["customer"].unique():
            ripe, onward = _outcome(
                raw, str(customer), rows[rows["customer"] == customer], str(stage), window_days
            )
            mature += ripe
            passed += ripe and onward
        found[str(stage), str(channel)] = (len(rows), rows["customer"].nunique(), mature, passed)
    return found


def _outcome(raw: Raw, customer: str, rows: Frame, stage: str, window_days: int) -> tuple[bool, bool]:
    instants = _instant_days(raw, customer)

    def moment(when: datetime, day: date) -> datetime:
        return raw.midnight(day) if day in instants else when

    first = min((moment(when, day), day) for when, day in zip(rows["when"], rows["day"], strict=True))
    window = timedelta(days=window_days)
    end, end_day, end_dated = _data_end(raw)
    by_day = first[1] in instants or end_dated
    ripe = first[1] + window <= end_day if by_day else first[0] + window <= end
    later = [(moment(when, day), day) for when, day in _onward(raw, customer, stage)]
    if stage == raw.model.stages[-1].key:
        later = [item for item in later if item[0] > first[0]]
    for when, day in later:
        by_day = first[1] in instants or day in instants
        if when >= first[0] and (day <= first[1] + window if by_day else when <= first[0] + window):
            return ripe, True
    return ripe, False


def _instant_days(raw: Raw, customer: str) -> set[date]:
    days: set[date] = set()
    for frame in (raw.events, raw.sales):
        days |= set(frame.loc[frame["dated"] & (frame["customer"] == customer), "day"])
    return days


def _onward(raw: Raw, customer: str, stage: str) -> list[tuple[datetime, date]]:
    """Everything that stands for a later stage; from the last stage, every deal."""
    own = raw.events[raw.events["customer"] == customer]
    deal_key, place = raw.model.deal.key, raw.order[stage]
    last = place == len(raw.order) - 1
    deals = raw.deals()
    deals = deals[(deals["customer"] == customer) & (deals["amount"] > 0)]
    instants = _instant_days(raw, customer)
    ordered = sorted(
        (raw.midnight(day) if day in instants else when, when, day)
        for when, day in zip(deals["when"], deals["day"], strict=True)
    )
    found = []
    for number, (_, when, day) in enumerate(ordered, 1):
        reaches = [
            raw.order[item.key] for item in raw.model.stages if item.nth_deal and number >= item.nth_deal
        ]
        if last or max([raw.order[deal_key], *reaches]) > place:
            found.append((when, day))
    for when, day, other in zip(own["when"], own["day"], own["stage"], strict=True):
        if other == deal_key and len(raw.sales):
            continue
        if (other == deal_key) if last else raw.order[other] > place:
            found.append((when, day))
    return found


def _data_end(raw: Raw) -> tuple[datetime, date, bool]:
    ends = []
    for frame in (raw.events, raw.sales):
        for _, rows in frame.groupby("source"):
            last_day = rows["day"].max()
            dated = bool(rows.loc[rows["day"] == last_day, "dated"].any())
            covered = raw.midnight(last_day + timedelta(days=1)) if dated else rows["when"].max()
            ends.append((covered, last_day, dated))
    return min(ends)
