"""Attempts of the modes that ask for no order between the steps: any and reached (DOMAIN section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.journey.stages import Phase
from tests.oracle.journeys import Item, Person
from tests.oracle.rules import Attempt, Rules


def any_order(person: Person, rules: Rules) -> Iterator[Attempt]:
    """Each event of a step in the period starts a window; its different steps count, in whatever order."""
    deal = rules.info.model.deal.key
    for start in person.steps:
        if not rules.in_period(start.day):
            continue
        inside = [
            item
            for item in person.steps
            if item.moment >= start.moment and rules.within(start, item, rules.query.window_days)
        ]
        deals = [
            item.deal
            for item in inside
            if item.deal is not None and (deal not in rules.keys or rules.passes(item, deal))
        ]
        firsts: list[Item] = []
        starts_here = False
        for key in rules.keys:
            n = rules.nth(key)
            if n is None:
                fitting = [item for item in inside if item.stage == key and rules.passes(item, key)]
            else:
                # counted from the walk's deal step; where that is asked for and not met, nothing is n-th
                first = min(deals, default=None) if deal in rules.keys else 1
                fitting = [
                    item
                    for item in inside
                    if first is not None
                    and item.deal is not None
                    and item.deal >= first + n - 1
                    and rules.passes(item, key)
                ]
            starts_here = starts_here or start in fitting
            if fitting:
                firsts.append(fitting[0])
        if starts_here:
            firsts.sort(key=person.steps.index)
            yield Attempt(start, tuple(firsts))


def reached(person: Person, rules: Rules) -> list[Attempt]:
    """The deepest stage from the first tracked event on; after the deal only from the first deal on."""
    model = rules.info.model
    tracked = [
        item
        for item in person.steps
        if any(rules.serves(item, key) and rules.passes(item, key) for key in rules.keys)
    ]
    if not tracked or not rules.in_period(tracked[0].day):
        return []
    entry = tracked[0]
    first_deal = next((item.moment for item in person.steps if item.deal == 1), None)
    depths = []
    for item in tracked:
        if not rules.within(entry, item, rules.query.horizon_days):
            continue
        for index, key in enumerate(rules.keys):
            after = model.stage(key).phase is Phase.REPEAT and rules.info.has_transactions
            early = after and (first_deal is None or item.moment < first_deal)
            if rules.serves(item, key) and rules.passes(item, key) and not early:
                depths.append((index + 1, item))
    deepest = max((depth for depth, _ in depths), default=0)
    times = []
    for k in range(1, deepest + 1):
        own = [item for depth, item in depths if (depth == k if rules.optional(k - 1) else depth >= k)]
        times.append(own[0] if own else None)
    return [Attempt(entry, tuple(times))]
