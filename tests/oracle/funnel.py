"""The funnel of DOMAIN section 4 and the priced funnel of section 6, slowly and plainly, from raw facts.

Written from the contract's sentences, not from the SQL: one customer at a time. Nothing of the product runs here but
its vocabulary (query, model, data end). `journeys` makes the customers, `walks` their attempts, `groups` say where each
stands; this file counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from dashboard.journey.query import Entry, Mode
from tests.oracle.exclusions import removed
from tests.oracle.groups import Group, amount_of, kept, money_days, value
from tests.oracle.journeys import Item, Person, people, segment_at
from tests.oracle.rules import Attempt, Rules
from tests.oracle.walks import attempts

__all__ = ["Cohort", "Count", "Person", "Rules", "chosen", "funnel", "people", "priced", "quantile"]


@dataclass
class Count:
    """One step of one group; `removed` stands at the first step."""

    customers: int = 0
    immature: int = 0
    removed: int = 0
    days: list[float] = field(default_factory=list)
    amount: Decimal = Decimal(0)
    hidden: int = 0


def chosen(found: list[Attempt], rules: Rules) -> Attempt | None:
    """Best: the deepest, earliest on ties; first: the first entry."""
    if not found:
        return None
    if rules.query.entry is Entry.FIRST and rules.query.mode in (Mode.ORDERED, Mode.STRICT):
        return found[0]
    return max(found, key=lambda attempt: attempt.depth)  # the first of equals


def funnel(everybody: dict[str, Person], rules: Rules) -> dict[Group, list[Count]]:
    """Counts of each step, for each group that occurs and for all (no values)."""
    query = rules.query
    days = query.horizon_days if query.mode is Mode.REACHED else query.window_days
    groups: dict[Group, list[Count]] = {(): [Count() for _ in rules.keys]}

    def add(person: Person, attempt: Attempt, *, counted: bool, immature: bool) -> None:
        if not kept(person, attempt, rules):
            return
        money = amount_of(person, attempt, rules)
        lost = any(moment >= attempt.entry.moment for moment in person.hidden_losses)
        for name in ((), tuple(value(person, attempt, rules, str(level)) for level in query.by)):
            counts = groups.setdefault(name, [Count() for _ in rules.keys])
            if removed(person, rules, attempt):
                counts[0].removed += counted
                continue
            for index, item in enumerate(attempt.reached):
                if item is None:
                    continue
                counts[index].customers += counted
                counts[index].immature += immature
                counts[index].amount += money if counted else 0
                counts[index].hidden += counted and lost
                if counted and index:
                    before = attempt.reached[rules.before(index)]
                    assert before
                    counts[index].days.append(_days(before, item))

    for person in everybody.values():
        if not _in_channels(person, rules):
            continue
        every = attempts(person, rules)
        ripe = [attempt for attempt in every if rules.mature(attempt.entry, days)]
        plain = chosen(every, rules)
        counted = chosen(ripe, rules) if query.mature else plain
        if plain is not None and not ripe:
            add(person, plain, counted=not query.mature, immature=True)
        elif counted is not None:
            add(person, counted, counted=True, immature=False)
    return groups


@dataclass
class Cohort:
    """One segment of the priced funnel."""

    counts: list[int]
    deals: int = 0
    revenue: Decimal = Decimal(0)
    outside: Decimal = Decimal(0)
    entrants: int = 0
    mature: int = 0


def priced(everybody: dict[str, Person], rules: Rules) -> dict[str, Cohort]:
    """Customers at each step of the mature cohort, and money from entry to entry + H, by segment."""
    query = rules.query
    span = money_days(query)
    deal = rules.info.model.deal.key
    groups: dict[str, Cohort] = {}
    for person in everybody.values():
        if not _in_channels(person, rules):
            continue
        every = attempts(person, rules)
        ripe = [attempt for attempt in every if rules.mature(attempt.entry, span)]
        attempt = chosen(ripe or every, rules)
        if attempt is None:
            continue
        if not kept(person, attempt, rules) or removed(person, rules, attempt):
            continue
        segment = segment_at(person, attempt.entry.moment)
        required = [index for index in range(len(rules.keys)) if not rules.optional(index)]
        cohort = groups.setdefault(segment, Cohort([0] * len(required)))
        cohort.entrants += 1
        if not ripe:
            continue
        cohort.mature += 1
        for place, index in enumerate(required):
            cohort.counts[place] += index < attempt.depth
        bought = deal in rules.keys and attempt.depth > rules.keys.index(deal)
        for item, amount, is_deal in person.money:
            if item.moment >= attempt.entry.moment and rules.within(attempt.entry, item, span):
                cohort.deals += bought and is_deal
                cohort.revenue += amount if bought else 0
                cohort.outside += 0 if bought else amount
    return groups


def quantile(values: list[float], share: float) -> float | None:
    """Linear between neighbours."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _in_channels(person: Person, rules: Rules) -> bool:
    channels = rules.query.channels
    return not channels or any(
        rules.in_period(day) and channel in channels for day, channel in person.lead_touches
    )


def _days(before: Item, after: Item) -> float:
    if before.date_only or after.date_only:
        return float((after.day - before.day).days)
    return (after.moment - before.moment).total_seconds() / 86_400
