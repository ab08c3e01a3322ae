"""Where a customer's chosen attempt stands: its values in breakdowns and filters, and its money (DOMAIN section 4)."""

from __future__ import annotations

from decimal import Decimal

from dashboard.journey.query import JourneyQuery, Mode
from tests.oracle.journeys import Item, Person, segment_at
from tests.oracle.rules import Attempt, Rules

Group = tuple[str, ...]  # a value for each level


def kept(person: Person, attempt: Attempt, rules: Rules) -> bool:
    """The filters after matching."""
    query = rules.query
    if query.segments and segment_at(person, attempt.entry.moment) not in query.segments:
        return False
    return all(value(person, attempt, rules, rule.field) in rule.values for rule in query.filters)


def value(person: Person, attempt: Attempt, rules: Rules, level: str) -> str:
    """Of a segment, month or kind of customer as of the entry; of a channel as of the event that stands for it."""
    if level == "segment":
        return segment_at(person, attempt.entry.moment)
    if level == "month":
        return f"{attempt.entry.day:%Y-%m}"
    if level == "customer_type":
        since = rules.query.period.since
        bought = any(is_deal and since and item.day < since for item, _, is_deal in person.money)
        return "returning" if bought else "new"
    assert level == "channel"
    event = _standing(attempt, rules)
    return event.channel if event else "(not reached)"


def _standing(attempt: Attempt, rules: Rules) -> Item | None:
    """The first, the last or a chosen step; the steps of `any` have no names, so the first stands for them."""
    at = rules.query.value_at
    if at == "last":
        return next((item for item in reversed(attempt.reached) if item), attempt.entry)
    if at == "first" or rules.query.mode is Mode.ANY:
        return attempt.entry
    index = rules.keys.index(at)
    return attempt.reached[index] if index < attempt.depth else None


def amount_of(person: Person, attempt: Attempt, rules: Rules) -> Decimal:
    """The latest amount that an event names in the window, where events name any; else what the customer brought."""
    query, entry = rules.query, attempt.entry
    if not rules.info.has_pipeline:
        return sum(
            (
                amount
                for item, amount, _ in person.money
                if item.moment >= entry.moment and rules.within(entry, item, money_days(query))
            ),
            Decimal(0),
        )
    days = query.horizon_days if query.mode is Mode.REACHED else query.window_days
    named = [
        item
        for item in person.touches
        if item.amount is not None and item.moment >= entry.moment and rules.within(entry, item, days)
    ]
    latest = max(named, key=lambda item: (item.moment, item.order, item.number), default=None)
    return latest.amount if latest and latest.amount is not None else Decimal(0)


def money_days(query: JourneyQuery) -> int | None:
    """Days from the entry in which money counts (DOMAIN section 6): the horizon, 90 unless said, or the window."""
    if query.mode is Mode.REACHED:
        return query.horizon_days
    return max(query.window_days, 90 if query.horizon_days is None else query.horizon_days)
