"""Customers' journeys from raw facts, slowly and plainly: days that are one instant, deals made of sales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.journey.generation import GenerationInfo
from tests.facts import Ending, Event, Sale
from tests.raw_rows import at

NOBODY = "(none)"
SNAPSHOT = "snapshot"  # a source that knows the first stage alone


@dataclass(frozen=True)
class Item:
    """One event or deal of a customer."""

    moment: datetime
    day: date
    date_only: bool  # its customer-day is one instant
    order: int  # of the stage, 1..n
    stage: str
    deal: int | None = None  # its number among the customer's deals
    number: int = 0  # id: the last word between equals
    channel: str = NOBODY
    amount: Decimal | None = None  # that an event names: of its deal in the pipeline


@dataclass
class Person:
    """A customer's steps in order, money and segments."""

    steps: list[Item] = field(default_factory=list)
    money: list[tuple[Item, Decimal, bool]] = field(default_factory=list)  # (when, amount, is a deal)
    segments: list[tuple[datetime, int, str]] = field(default_factory=list)
    lead_touches: list[tuple[date, str | None]] = field(default_factory=list)
    touches: list[Item] = field(default_factory=list)  # every event, also one that is no step
    hidden_losses: list[datetime] = field(default_factory=list)  # deals lost nobody knows where


def people(
    events: Sequence[Event],
    sales: Sequence[Sale],
    info: GenerationInfo,
    segments: dict[str, str] | None = None,
    endings: Sequence[Ending] = (),
) -> dict[str, Person]:
    """Every customer's journey: deals made of sales, days with a calendar-day fact one instant, ties by stage."""
    place = ZoneInfo(info.zone)
    instants = {
        (fact.customer, at(fact.when))
        for fact in (*events, *sales)
        if not isinstance(at(fact.when), datetime) and fact.customer
    }
    found: dict[str, Person] = {fact.customer: Person() for fact in (*events, *sales) if fact.customer}
    for customer, segment in (segments or {}).items():
        found.setdefault(customer, Person()).segments.append((datetime.min, len(events) + 1, segment))

    def when(customer: str, value: Any) -> tuple[datetime, date, bool]:
        value = at(value)
        day = value.replace(tzinfo=UTC).astimezone(place).date() if isinstance(value, datetime) else value
        if (customer, day) in instants:
            return datetime.combine(day, time.min, place).astimezone(UTC).replace(tzinfo=None), day, True
        return value, day, False

    deal = info.model.deal.key
    for number, event in enumerate(events):
        if event.customer is None:
            continue
        person = found[event.customer]
        moment, day, date_only = when(event.customer, event.when)
        item = Item(
            moment,
            day,
            date_only,
            info.model.order(event.stage),
            event.stage,
            None,
            number,
            event.channel or NOBODY,
            None if event.amount is None else Decimal(str(event.amount)),
        )
        person.touches.append(item)
        if event.stage in info.model.lead_keys:
            person.lead_touches.append((day, event.channel))
        if event.segment:
            raw = at(event.when)
            since = raw if isinstance(raw, datetime) else moment
            person.segments.append((since, number, event.segment))
        if not (sales and event.stage == deal):  # with sales only deals reach the deal stage
            person.steps.append(item)
    for customer, person in found.items():
        _add_deals(person, [sale for sale in sales if sale.customer == customer], info, when)
        person.steps.sort(key=lambda item: (item.moment, item.order, item.number))
    _add_losses(found, events, endings, when)
    return found


def _add_losses(
    found: dict[str, Person], events: Sequence[Event], endings: Sequence[Ending], when: Callable[..., Any]
) -> None:
    """Deals lost without "stage when lost", whose events up to that day tell nothing of the way."""
    told = {number for number, event in enumerate(events) if event.source != SNAPSHOT}
    for ending in endings:
        if ending.customer not in found or ending.outcome != "lost" or ending.stage_when_lost:
            continue
        moment, day, _ = when(ending.customer, ending.when)
        before = [item for item in found[ending.customer].touches if item.day <= day]
        if not any(item.order > 1 or item.number in told for item in before):
            found[ending.customer].hidden_losses.append(moment)


def _add_deals(person: Person, sales: list[Sale], info: GenerationInfo, when: Callable[..., Any]) -> None:
    """Sales of one id on one day add up; above 0 it is a deal, below a refund."""
    groups: dict[Any, list[Sale]] = {}
    for number, sale in enumerate(sales):
        assert sale.customer
        day = when(sale.customer, sale.when)[1]
        key = (sale.source, sale.ref, day) if sale.ref else (sale.source, None, day, number)
        groups.setdefault(key, []).append(sale)
    order = info.model.order(info.model.deal.key)
    made = []
    for number, group in enumerate(groups.values()):
        moment, day, date_only = min(when(sale.customer, sale.when) for sale in group)
        amount = sum((Decimal(str(sale.amount)) for sale in group), Decimal(0))
        channel = min((sale.channel for sale in group if sale.channel), default=NOBODY)
        item = Item(moment, day, date_only, order, info.model.deal.key, None, number, channel)
        made.append((item, amount))
    made.sort(key=lambda row: (row[0].moment, row[0].number))
    deals = 0
    for item, amount in made:
        if amount > 0:
            deals += 1
            person.steps.append(replace(item, deal=deals))
        person.money.append((item, amount, amount > 0))


def segment_at(person: Person, moment: datetime) -> str:
    """The segment as of a moment: the latest value that holds."""
    known = [value for value in person.segments if value[0] <= moment]
    return max(known)[2] if known else NOBODY
