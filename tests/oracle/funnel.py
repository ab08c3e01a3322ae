"""The funnel of DOMAIN section 4 and the priced funnel of section 6, slowly and plainly, from raw facts.

Written from the contract's sentences, not from the SQL: it looks at every chain of events, one customer at a
time. Nothing of the product runs here but its vocabulary (query, model, data end).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import Entry, JourneyQuery, Mode
from dashboard.journey.stages import Phase
from tests.facts import Event, Sale, at

NOBODY = "(none)"


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


@dataclass
class Person:
    """A customer's steps in order, money and segments."""

    steps: list[Item] = field(default_factory=list)
    money: list[tuple[Item, Decimal, bool]] = field(default_factory=list)  # (when, amount, is a deal)
    segments: list[tuple[datetime, int, str]] = field(default_factory=list)
    lead_touches: list[tuple[date, str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Attempt:
    """One walk: its entry and the moments of the steps that it reached."""

    entry: Item
    reached: tuple[Item, ...]

    @property
    def depth(self) -> int:
        return len(self.reached)


@dataclass
class Count:
    """One step of one group."""

    customers: int = 0
    immature: int = 0
    days: list[float] = field(default_factory=list)


# ------------------------------------------------------------------ the facts


def people(
    events: Sequence[Event],
    sales: Sequence[Sale],
    info: GenerationInfo,
    segments: dict[str, str] | None = None,
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
        item = Item(moment, day, date_only, info.model.order(event.stage), event.stage, None, number)
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
    return found


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
        made.append((Item(moment, day, date_only, order, info.model.deal.key, None, number), amount))
    made.sort(key=lambda row: (row[0].moment, row[0].number))
    deals = 0
    for item, amount in made:
        if amount > 0:
            deals += 1
            person.steps.append(
                Item(item.moment, item.day, item.date_only, order, item.stage, deals, item.number)
            )
        person.money.append((item, amount, amount > 0))


# ------------------------------------------------------------------ which item is which step


@dataclass(frozen=True)
class Rules:
    """The steps of a query over one generation."""

    info: GenerationInfo
    query: JourneyQuery

    @property
    def keys(self) -> tuple[str, ...]:
        return self.query.stages or self.info.model.keys

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

    def is_step(self, item: Item, index: int, chain: Sequence[Item]) -> bool:
        """True where the item may be the step after the chain of the steps before it."""
        key = self.keys[index]
        n = self.nth(key)
        if n is None:
            return item.stage == key
        if item.deal is None:
            return False
        deal = self.info.model.deal.key
        if deal in self.keys[:index]:
            first = chain[self.keys.index(deal)].deal
            assert first is not None
            return item.deal >= first + n - 1
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


# ------------------------------------------------------------------ attempts of each mode


def attempts(person: Person, rules: Rules) -> list[Attempt]:
    """Every attempt of a customer that begins in the period, in time order."""
    match rules.query.mode:
        case Mode.ORDERED:
            return [_deepest(chains) for chains in _ordered(person, rules)]
        case Mode.STRICT:
            return list(_strict(person, rules))
        case Mode.ANY:
            return list(_any(person, rules))
    return _reached(person, rules)


def _ordered(person: Person, rules: Rules) -> Iterator[list[Attempt]]:
    """For each entry every chain that can be made of distinct events."""
    for entry in person.steps:
        if rules.in_period(entry.day) and rules.is_step(entry, 0, ()):
            yield [Attempt(entry, chain) for chain in _chains(person, rules, (entry,))]


def _chains(person: Person, rules: Rules, chain: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    yield chain
    if len(chain) == len(rules.keys):
        return
    for item in person.steps:
        in_time = (
            item.moment > chain[-1].moment if rules.query.increasing else item.moment >= chain[-1].moment
        )
        if (
            in_time
            and item not in chain
            and rules.within(chain[0], item, rules.query.window_days)
            and rules.is_step(item, len(chain), chain)
        ):
            yield from _chains(person, rules, (*chain, item))


def _deepest(chains: list[Attempt]) -> Attempt:
    """The deepest chain, then the earliest step by step."""
    return min(chains, key=lambda attempt: (-attempt.depth, [item.moment for item in attempt.reached]))


def _strict(person: Person, rules: Rules) -> Iterator[Attempt]:
    """Event by event: the next step goes on, the same stage may repeat, anything else ends the walk."""
    for place, entry in enumerate(person.steps):
        if not (rules.in_period(entry.day) and rules.is_step(entry, 0, ())):
            continue
        chain = [entry]
        for item in person.steps[place + 1 :]:
            if len(chain) == len(rules.keys):
                break
            if rules.is_step(item, len(chain), chain) and item.moment >= chain[-1].moment:
                if not rules.within(entry, item, rules.query.window_days):
                    break
                chain.append(item)
            elif item.stage != chain[-1].stage:
                break
        yield Attempt(entry, tuple(chain))


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
        deals = [item.deal for item in inside if item.deal is not None]
        firsts, starts_here = [], False
        for key in rules.keys:
            n = rules.nth(key)
            if n is None:
                fitting = [item for item in inside if item.stage == key]
            else:
                lowest = min(deals, default=0) + n - 1 if deal in rules.keys else n
                fitting = [item for item in inside if item.deal is not None and item.deal >= lowest]
            starts_here = starts_here or start in fitting
            if fitting:
                firsts.append(min(fitting, key=lambda item: item.moment))
        if starts_here:
            yield Attempt(start, tuple(sorted(firsts, key=lambda item: item.moment)))


def _reached(person: Person, rules: Rules) -> list[Attempt]:
    """The deepest stage from the first tracked event on; after the deal only from the first deal on."""
    model = rules.info.model

    def serves(item: Item, key: str) -> bool:
        n = rules.nth(key)
        return item.stage == key if n is None else item.deal is not None and item.deal >= n

    tracked = [item for item in person.steps if any(serves(item, key) for key in rules.keys)]
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
            if serves(item, key) and not early:
                depths.append((index + 1, item))
    deepest = max((depth for depth, _ in depths), default=0)
    times = [next(item for depth, item in depths if depth >= k) for k in range(1, deepest + 1)]
    return [Attempt(entry, tuple(times))]


# ------------------------------------------------------------------ the answer


def chosen(found: list[Attempt], rules: Rules) -> Attempt | None:
    """Best: the deepest, earliest on ties; first: the first entry."""
    if not found:
        return None
    if rules.query.entry is Entry.FIRST and rules.query.mode in (Mode.ORDERED, Mode.STRICT):
        return found[0]
    return max(found, key=lambda attempt: attempt.depth)  # the first of equals


def segment_at(person: Person, moment: datetime) -> str:
    """The segment as of a moment: the latest value that holds."""
    known = [value for value in person.segments if value[0] <= moment]
    return max(known)[2] if known else NOBODY


def funnel(everybody: dict[str, Person], rules: Rules) -> dict[str | None, list[Count]]:
    """Counts of each step, for each segment that occurs and for all (None)."""
    query = rules.query
    days = query.horizon_days if query.mode is Mode.REACHED else query.window_days
    groups: dict[str | None, list[Count]] = {None: [Count() for _ in rules.keys]}

    def add(person: Person, attempt: Attempt, *, counted: bool, immature: bool) -> None:
        segment = segment_at(person, attempt.entry.moment)
        if query.segments and segment not in query.segments:
            return
        for name in (None, segment):
            counts = groups.setdefault(name, [Count() for _ in rules.keys])
            for index, item in enumerate(attempt.reached):
                counts[index].customers += counted
                counts[index].immature += immature
                if counted and index:
                    counts[index].days.append(_days(attempt.reached[index - 1], item))

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
    span = query.horizon_days
    if query.mode is not Mode.REACHED:
        span = max(query.window_days, 90 if span is None else span)
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
        segment = segment_at(person, attempt.entry.moment)
        if query.segments and segment not in query.segments:
            continue
        cohort = groups.setdefault(segment, Cohort([0] * len(rules.keys)))
        cohort.entrants += 1
        if not ripe:
            continue
        cohort.mature += 1
        for index in range(attempt.depth):
            cohort.counts[index] += 1
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
