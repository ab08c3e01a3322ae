"""Every attempt of a customer by the sentences of DOMAIN section 4: each chain of events is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.journey.funnel_options import Excluded, Exclusion
from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.journey.stages import Phase
from tests.oracle.journeys import Item, Person

Chain = tuple[Item | None, ...]


@dataclass(frozen=True)
class Attempt:
    """One walk: its entry and, step by step, the item that was the step; None where it was missed."""

    entry: Item
    reached: Chain

    @property
    def depth(self) -> int:
        return len(self.reached)


@dataclass(frozen=True)
class Rules:
    """The steps of a query over one generation."""

    info: GenerationInfo
    query: JourneyQuery

    @property
    def keys(self) -> tuple[str, ...]:
        """The steps that can be walked: a stage that nobody ever reached is optional, and never met."""
        asked = self.query.stages or self.info.model.keys
        if self.query.mode is Mode.ANY:
            return asked
        return tuple(key for key in asked if key not in self.info.stages_without_data) or asked

    def optional(self, index: int) -> bool:
        return index > 0 and self.query.mode is not Mode.ANY and self.keys[index] in self.query.optional

    def before(self, index: int) -> int:
        """The last step before it that must be met."""
        return next(other for other in range(index - 1, -1, -1) if not self.optional(other))

    def following(self, index: int) -> list[int]:
        """Steps that may come after the one at `index`: the next, and further over optional ones."""
        found: list[int] = []
        while index + 1 < len(self.keys):
            index += 1
            found.append(index)
            if not self.optional(index):
                break
        return found

    def fits(self, chain: Chain, item: Item, index: int) -> bool:
        """True where the item lies in the whole window and in that of the step."""
        entry, last = chain[0], chain[-1]
        assert entry
        assert last
        days = {window.stage: window.days for window in self.query.step_windows}
        every = all(key in days for key in self.keys[1:])
        bound_by_steps = every and sum(days.values()) <= self.query.window_days
        whole = None if bound_by_steps else self.query.window_days
        return self.within(entry, item, whole) and self.within(last, item, days.get(self.keys[index]))

    def serves(self, item: Item, key: str) -> bool:
        """The item reaches the stage, whatever came before."""
        n = self.nth(key)
        return item.stage == key if n is None else item.deal is not None and item.deal >= n

    def passes(self, item: Item, key: str) -> bool:
        """The item has the values that the step filters want of the step (channels alone)."""
        wanted = [rule.values for rule in self.query.step_filters if rule.step in (None, key)]
        return all(item.channel in values for values in wanted)

    def visible(self, person: Person) -> Person:
        """Strict: what no step takes because of the filters is not there at all."""

        def could(item: Item, key: str) -> bool:
            by_deal = self.nth(key) is not None or (
                self.info.has_transactions and key == self.info.model.deal.key
            )
            late = (
                self.nth(key) is not None
                and self.info.model.deal.key not in self.keys[: self.keys.index(key)]
            )
            if not by_deal:
                return item.stage == key
            return self.serves(item, key) if late else item.deal is not None

        def kept(item: Item) -> bool:
            steps = [key for key in self.keys if could(item, key)]
            return not steps or any(self.passes(item, key) for key in steps)

        return replace(person, steps=[item for item in person.steps if kept(item)])

    def nth(self, key: str) -> int | None:
        """n of an n-th-deal stage where deals are transactions."""
        return self.info.model.stage(key).nth_deal if self.info.has_transactions else None

    def within(self, entry: Item, later: Item, days: int | None) -> bool:
        """Inclusive window of days x 24 h; calendar days where an end has no time."""
        if days is None:
            return True
        if entry.date_only or later.date_only:
            return (later.day - entry.day).days <= days
        return later.moment - entry.moment <= timedelta(hours=24 * days)

    def is_step(self, item: Item, index: int, chain: Chain) -> bool:
        """True where the item may be the step after the chain of the steps before it."""
        key = self.keys[index]
        if not self.passes(item, key):
            return False
        n = self.nth(key)
        if n is None:
            return item.stage == key
        if item.deal is None:
            return False
        deal = self.info.model.deal.key
        if deal in self.keys[:index]:
            place = self.keys.index(deal)
            own = (
                chain[place] if place < len(chain) else None
            )  # None: missed, then n is counted from the first
            if own is not None:
                assert own.deal is not None
                return item.deal >= own.deal + n - 1
        return item.deal >= n

    def in_period(self, day: date) -> bool:
        since, until = self.query.period.since, self.query.period.until
        return (since is None or day >= since) and (until is None or day < until)

    def mature(self, entry: Item, days: int | None) -> bool:
        """The entry's window is over at the data end."""
        if days is None:
            return True
        if entry.date_only or self.info.data_end_date_only:
            assert self.info.data_end_day
            return entry.day + timedelta(days=days) <= self.info.data_end_day
        assert self.info.data_end
        return entry.moment + timedelta(hours=24 * days) <= self.info.data_end


def attempts(person: Person, rules: Rules) -> list[Attempt]:
    """Every attempt of a customer that begins in the period, in time order; cut where an exclusion drops."""
    if rules.query.mode is Mode.STRICT and rules.query.step_filters:
        person = rules.visible(person)
    match rules.query.mode:
        case Mode.ORDERED | Mode.STRICT:
            walk = _strict if rules.query.mode is Mode.STRICT else _ordered
            found = [_deepest(person, list(walk(person, rules, entry))) for entry in _entries(person, rules)]
            return [_cut(person, rules, attempt) for attempt in found]
        case Mode.ANY:
            return list(_any(person, rules))
    return _reached(person, rules)


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


def _cut(person: Person, rules: Rules, attempt: Attempt) -> Attempt:
    """The attempt up to the first step of each exclusion that drops and that it met."""
    length = attempt.depth
    for exclusion in rules.query.exclusions:
        if exclusion.action is Excluded.DROP and meets(person, rules, attempt, exclusion):
            length = min(length, rules.keys.index(exclusion.after) + 1)
    kept = attempt.reached[:length]
    while kept[-1] is None:
        kept = kept[:-1]
    return Attempt(attempt.entry, kept)


def meets(person: Person, rules: Rules, attempt: Attempt, exclusion: Exclusion) -> bool:
    """The excluded stage comes after the one step and before the other, or the window's end without it."""
    if exclusion.after not in rules.keys:
        return False

    def step(key: str) -> Item | None:
        index = rules.keys.index(key) if key in rules.keys else attempt.depth
        return attempt.reached[index] if index < attempt.depth else None

    begin, end = step(exclusion.after), step(exclusion.before)
    if begin is None:
        return False
    for place, item in enumerate(person.steps):
        if place <= person.steps.index(begin) or not rules.serves(item, exclusion.stage):
            continue
        if end is not None and place < person.steps.index(end):
            return True
        if end is None and rules.within(attempt.entry, item, rules.query.window_days):
            return True
    return False


def removed(person: Person, rules: Rules, attempt: Attempt) -> bool:
    """An exclusion takes out the customer of this attempt."""
    rules_of = rules.query.exclusions if rules.query.mode in (Mode.ORDERED, Mode.STRICT) else ()
    return any(rule.action is Excluded.REMOVE and meets(person, rules, attempt, rule) for rule in rules_of)


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


def _any(person: Person, rules: Rules) -> Iterator[Attempt]:
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
                firsts.append(min(fitting, key=lambda item: item.moment))
        if starts_here:
            firsts.sort(key=lambda item: item.moment)
            yield Attempt(start, tuple(firsts))


def _reached(person: Person, rules: Rules) -> list[Attempt]:
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
