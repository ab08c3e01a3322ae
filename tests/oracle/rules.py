"""Which items may be which step of a funnel, in which window and when an entry is mature (DOMAIN section 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Mode
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

        def kept(item: Item) -> bool:
            steps = [key for key in self.keys if self.serves(item, key)]
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
