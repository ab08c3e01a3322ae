"""Every attempt of a customer by the sentences of DOMAIN section 4: each chain of events is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashboard.journey.query import Mode
from tests.oracle.exclusions import cut
from tests.oracle.journeys import Item, Person
from tests.oracle.rules import Attempt, Chain, Rules
from tests.oracle.unordered import any_order, reached


def attempts(person: Person, rules: Rules) -> list[Attempt]:
    """Every attempt of a customer that begins in the period, in time order; cut where an exclusion drops."""
    if rules.query.mode is Mode.STRICT and rules.query.step_filters:
        person = rules.visible(person)
    match rules.query.mode:
        case Mode.ORDERED | Mode.STRICT:
            walk = _strict if rules.query.mode is Mode.STRICT else _ordered
            found = [_deepest(person, list(walk(person, rules, entry))) for entry in _entries(person, rules)]
            return [cut(person, rules, attempt) for attempt in found]
        case Mode.ANY:
            return list(any_order(person, rules))
    return reached(person, rules)


def _entries(person: Person, rules: Rules) -> list[Item]:
    return [item for item in person.steps if rules.in_period(item.day) and rules.is_step(item, 0, ())]


def _ordered(person: Person, rules: Rules, entry: Item) -> Iterator[Chain]:
    """Every chain of distinct events in time order, events in between ignored."""
    yield from _ways(person, rules, (entry,), _later)


def _strict(person: Person, rules: Rules, entry: Item) -> Iterator[Chain]:
    """Chains through one run of equal stages after the other."""
    yield from _ways(person, rules, (entry,), _next_run)


def _ways(person: Person, rules: Rules, chain: Chain, pool: Callable[..., list[Item]]) -> Iterator[Chain]:
    yield chain
    for index in rules.following(len(chain) - 1):
        skipped = (None,) * (index - len(chain))
        for item in pool(person, rules, chain, index):
            if item not in chain and rules.fits(chain, item, index) and rules.is_step(item, index, chain):
                yield from _ways(person, rules, (*chain, *skipped, item), pool)


def _later(person: Person, rules: Rules, chain: Chain, index: int) -> list[Item]:
    last = chain[-1]
    assert last
    if rules.query.increasing:
        return [item for item in person.steps if item.moment > last.moment]
    return [item for item in person.steps if item.moment >= last.moment]


def _next_run(person: Person, rules: Rules, chain: Chain, index: int) -> list[Item]:
    """Items of the run right after the chain's last one; after a deal the next deals stand in the same run."""
    last = chain[-1]
    assert last
    rest = person.steps[person.steps.index(last) + 1 :]
    same = 0
    while same < len(rest) and rest[same].stage == last.stage:
        same += 1
    deals_only = rules.info.has_transactions and (
        rules.keys[index] == rules.info.model.deal.key or rules.nth(rules.keys[index]) is not None
    )
    if deals_only and last.deal is not None:
        return rest[:same]
    run = rest[same:]
    end = 0
    while end < len(run) and run[end].stage == run[0].stage:
        end += 1
    # too early a deal at the head of the run is another stage: it ends the walk
    return run[:end] if end and rules.is_step(run[0], index, chain) else []


def _deepest(person: Person, chains: list[Chain]) -> Attempt:
    """The deepest chain, then the one with most steps, then the earliest step by step; a missed step last."""
    never = len(person.steps)

    def places(chain: Chain) -> list[int]:
        return [never if item is None else person.steps.index(item) for item in chain]

    best = min(chains, key=lambda chain: (-len(chain), chain.count(None), places(chain)))
    assert best[0]
    return Attempt(best[0], best)


def walk_event_by_event(person: Person, rules: Rules, entry: Item) -> Chain:
    """Strict without options, said in another way: the next step goes on, the same stage may repeat."""
    chain = [entry]
    for item in person.steps[person.steps.index(entry) + 1 :]:
        if len(chain) == len(rules.keys):
            break
        if rules.is_step(item, len(chain), tuple(chain)) and item.moment >= chain[-1].moment:
            if not rules.within(entry, item, rules.query.window_days):
                break
            chain.append(item)
        elif item.stage != chain[-1].stage:
            break
    return tuple(chain)
