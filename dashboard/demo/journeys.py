"""Rounds of the invented customers: from the first touch to the latest repeat purchase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np

from dashboard.demo import plan
from dashboard.demo.draws import Floats, Ints, balanced, lags
from dashboard.demo.plan import CALLBACK, SEGMENTS, TOUCHPOINTS, Calendar, SegmentPlan

_MOST_DEALS = 14  # of one round
_STAGES = tuple(dict.fromkeys(point.stage for point in TOUCHPOINTS))
_POINTS = {stage: np.array([i for i, p in enumerate(TOUCHPOINTS) if p.stage == stage]) for stage in _STAGES}
_WEAK = next(i for i, point in enumerate(TOUCHPOINTS) if point.name == plan.WEAK_TOUCHPOINT)
_PHONE = np.array([point.channel == "contact_centre" for point in TOUCHPOINTS])


@dataclass(frozen=True, slots=True)
class Rows:
    """Touches or deals as columns; `when` is even time in days since the start of the data.

    Attributes:
        point: index into `TOUCHPOINTS`.
        deal: number of the deal, -1 where the row is none.
    """

    customer: Ints
    segment: Ints
    when: Floats
    point: Ints
    deal: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, chosen: np.ndarray) -> Rows:
        """The rows under a mask or in an order."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @classmethod
    def of(cls, people: Rows, when: Floats, point: Ints) -> Rows:
        """The same people at other times and touchpoints."""
        return cls(people.customer, people.segment, when, point, np.full(len(when), -1))

    @classmethod
    def join(cls, parts: list[Rows]) -> Rows:
        """All rows below one another."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))


def _by_segment(pick: Callable[[SegmentPlan], float]) -> Floats:
    return np.array([pick(segment) for segment in SEGMENTS], dtype=float)


class Story:
    """Draws everybody's way; `touches` and `deals` hold the result."""

    def __init__(self, rng: np.random.Generator, customers: int, calendar: Calendar) -> None:
        self._rng = rng
        self._calendar = calendar
        self._parts: list[Rows] = []
        self._deals: list[Rows] = []
        self.segment_of = self._arrive(customers)
        rounds = self._consider()
        evaluating = self._evaluate(rounds)
        bought = self._buy(evaluating)
        self._repeat(bought)
        self.touches = Rows.join(self._parts)
        self.deals = self._numbered()

    # ------------------------------------------------------------ arrivals

    def _arrive(self, customers: int) -> Ints:
        """When everybody's first round begins, and whose round it is."""
        days = self._calendar.days
        weights = self._day_weights()
        even = (np.arange(customers) + self._rng.random(customers)) / customers
        at = np.interp(even, np.concatenate(([0], np.cumsum(weights) / weights.sum())), np.arange(days + 1))
        month = self._months()[np.minimum(at.astype(int), days - 1)]
        drawn = balanced(self._rng, month, at)
        segment = (drawn[:, None] > np.cumsum(self._mix(at), axis=1)[:, :-1]).sum(axis=1)
        known = balanced(self._rng, segment, at) >= plan.DIRECT_SHARE
        back = balanced(self._rng, segment, at) < plan.SECOND_ROUND_SHARE
        later = at + 100 + self._rng.exponential(120, customers)
        back &= known & (later < days)
        who = np.arange(customers)
        self._first = self._people(
            np.concatenate((who[known], who[back])), segment, np.concatenate((at[known], later[back]))
        )
        self._direct = self._people(who[~known], segment, at[~known])
        return segment

    def _people(self, who: Ints, segment: Ints, when: Floats) -> Rows:
        return Rows(who, segment[who], when, np.zeros(len(who), dtype=int), np.full(len(who), -1))

    def _dates(self) -> list[date]:
        return [self._calendar.start + timedelta(days=n) for n in range(self._calendar.days)]

    def _months(self) -> Ints:
        """Running number of the calendar month of every day."""
        return np.array([day.year * 12 + day.month for day in self._dates()])

    def _day_weights(self) -> Floats:
        """How many people arrive on each day, relative: growth, season and noise."""
        days = self._dates()
        season = np.array([plan.SEASON[day.month - 1] for day in days])
        growth = np.exp(plan.GROWTH * np.arange(len(days)) / len(days))
        return season * growth * np.exp(self._rng.normal(0, 0.04, len(days)))

    def _mix(self, at: Floats) -> Floats:
        """Shares of the segments among the arrivals of each moment."""
        shifted = at >= self._calendar.offset(self._calendar.mix_shift)
        mix = np.where(shifted[:, None], _by_segment(lambda s: s.share_last), _by_segment(lambda s: s.share))
        season = np.array([plan.GIFT_SEASON[day.month - 1] for day in self._dates()])
        mix[:, plan.GIFT] *= season[np.minimum(at.astype(int), len(season) - 1)]
        return mix / mix.sum(axis=1, keepdims=True)

    # ------------------------------------------------------------ the steps

    def _consider(self) -> Rows:
        people = self._first
        point = self._choose("initial_consideration", people)
        launched = self._calendar.offset(plan.PREORDER_BANNER.start(self._calendar.until))
        banner, before = (_index(name) for name in (plan.BANNER, plan.BANNER_STANDS_FOR))
        point[(point == banner) & (people.when < launched)] = before
        self._banner = (banner, before, launched)
        return Rows.of(people, people.when, point)

    def _evaluate(self, rounds: Rows) -> Rows:
        """Who goes on to evaluate; writes the touches of consideration."""
        going = self._passes(rounds, rate=0)
        gap = self._lag(rounds, 0, 0.85)
        self._write(rounds, mean_extra=2.7, until=np.where(going, gap, self._short(rounds, 4.0)))
        people = rounds.take(going)
        at = people.when + gap[going]
        people = Rows.of(people, at, self._choose("active_evaluation", people))
        return people

    def _buy(self, people: Rows) -> Rows:
        """Who buys; writes the touches of evaluation, the touch that decides last."""
        live = people.when >= self._calendar.offset(CALLBACK.start(self._calendar.until))
        named = people.segment == [s.name for s in SEGMENTS].index(CALLBACK.segment)
        lift = np.where(live & named & ~_PHONE[people.point], CALLBACK.lift, 1.0)
        going = self._passes(people, rate=1, lift=lift)
        gap = self._lag(people, 1, 0.75)
        self._write(people, 2.6, np.where(going, gap, self._short(people, 6.0)), decisive_last=True)
        buyers = people.take(going)
        buyers = Rows.of(buyers, buyers.when + gap[going], self._sold_at(buyers))
        direct = Rows.of(self._direct, self._direct.when, self._choose("purchase", self._direct))
        self._mislay(people.take(~going))
        return Rows.join([buyers, direct])

    def _mislay(self, lost: Rows) -> None:
        """A few deals that the CRM calls won although nobody paid."""
        count = max(3, round(plan.WON_WITHOUT_MONEY_SHARE * len(self.segment_of)))
        few = lost.take(self._rng.choice(len(lost), min(count, len(lost)), replace=False))
        few = Rows.of(few, few.when + 5, self._choose("purchase", few))
        self.unpaid = few.take(few.when < self._calendar.days)

    def _repeat(self, bought: Rows) -> None:
        """Experience, trigger, second deal and the loop after it."""
        self._deals.append(bought)
        happy = bought.take(self._passes(bought, rate=2))
        happy = Rows.of(happy, happy.when + self._lag(happy, 2, 0.7), self._choose("experience", happy))
        self._write(happy, 0.9, self._short(happy, 12.0), decisive_last=True)
        going = self._passes(happy, rate=3, lift=self._drift(happy.when))
        moved = happy.take(going)
        moved = Rows.of(moved, moved.when + self._lag(moved, 3, 0.6), self._choose("trigger", moved))
        self._write(moved, 0.7, self._short(moved, 6.0))
        back = moved.take(self._passes(moved, rate=4))
        second = [Rows.of(back, back.when + self._lag(back, 4, 0.6), self._sold_at(back))]
        unmoved = happy.take(~going)
        alone = balanced(self._rng, unmoved.segment, unmoved.when) < _by_segment(lambda s: s.unprompted)[
            unmoved.segment
        ] * self._drift(unmoved.when)
        unmoved = unmoved.take(alone)
        second.append(
            Rows.of(unmoved, unmoved.when + self._rng.uniform(6, 40, len(unmoved)), self._sold_at(unmoved))
        )
        self._loop(Rows.join(second))

    def _loop(self, deals: Rows) -> None:
        """Third and later deals, each after a reason to come back."""
        for _ in range(_MOST_DEALS - 2):
            deals = deals.take(deals.when < self._calendar.days)
            if not len(deals):
                return
            self._deals.append(deals)
            club = Rows.of(
                deals, deals.when + self._rng.exponential(6, len(deals)), self._choose("loyalty_loop", deals)
            )
            self._write(club, 0.8, self._short(club, 20.0))
            share = _by_segment(lambda s: s.again)[deals.segment] * self._drift(deals.when)
            deals = deals.take(balanced(self._rng, deals.segment, deals.when) < share)
            gap = self._lag(deals, 3, 0.5)
            nudge = Rows.of(deals, deals.when + gap * 0.7, self._choose("trigger", deals))
            self._write(nudge, 0.3, gap * 0.2)
            deals = Rows.of(deals, deals.when + gap, self._sold_at(deals))

    def _numbered(self) -> Rows:
        """Every deal of the period in order of time, with its number."""
        deals = Rows.join(self._deals)
        deals = deals.take(deals.when < self._calendar.days)
        deals = deals.take(np.argsort(deals.when, kind="stable"))
        return Rows(deals.customer, deals.segment, deals.when, deals.point, np.arange(len(deals)))

    # ------------------------------------------------------------ parts of a step

    def _passes(self, people: Rows, rate: int, lift: Floats | float = 1.0) -> np.ndarray:
        """Who goes on: the segment's share, shaped by the touchpoint."""
        share = _by_segment(lambda s: s.rates[rate])[people.segment] * _PULL[people.point, people.segment]
        drawn = balanced(self._rng, people.point * len(SEGMENTS) + people.segment, people.when)
        return drawn < np.minimum(share * lift, 0.99)

    def _drift(self, when: Floats) -> Floats:
        """Repeat purchases grow over the two years."""
        return np.interp(when, (0, self._calendar.days), plan.REPEAT_DRIFT)

    def _lag(self, people: Rows, step: int, deviation: float) -> Floats:
        return lags(self._rng, _by_segment(lambda s: s.days[step])[people.segment], deviation)

    def _short(self, people: Rows, mean: float) -> Floats:
        """How long those who stop still look around [days]."""
        return np.minimum(self._rng.exponential(mean, len(people)), 4 * mean)

    def _choose(self, stage: str, people: Rows, without: int | None = None) -> Ints:
        """A touchpoint of the stage for each, by the habits of the segment."""
        points = _POINTS[stage]
        weights = np.array([TOUCHPOINTS[i].weights for i in points], dtype=float).T
        weights[:, points == without] = 0
        edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :-1]
        drawn = balanced(self._rng, people.segment, people.when)
        return points[(drawn[:, None] > edges[people.segment]).sum(axis=1)]

    def _sold_at(self, people: Rows) -> Ints:
        """Where the deal is made: mostly in the channel of the last touch."""
        chosen = self._choose("purchase", people)
        same = np.array([_SALE_POINT.get(point.channel, -1) for point in TOUCHPOINTS])[people.point]
        return np.where((same >= 0) & (self._rng.random(len(people)) < 0.6), same, chosen)

    def _write(self, people: Rows, mean_extra: float, until: Floats, decisive_last: bool = False) -> None:
        """Write the touches of one stage: the first one, and more until the person leaves the stage.

        `point` of the people is the touch that decides; it comes first, or last of several.
        """
        extra = self._rng.geometric(1 / (1 + mean_extra), len(people)) - 1
        extra = np.minimum(extra, 9)
        owner = np.repeat(np.arange(len(people)), extra)
        more = people.take(owner)
        when = more.when + self._rng.random(len(owner)) * 0.98 * until[owner]
        point = (
            self._choose(TOUCHPOINTS[int(people.point[0])].stage, more, without=_WEAK)
            if len(owner)
            else owner
        )
        first = people.point.copy()
        if decisive_last and len(owner):
            order = np.lexsort((when, owner))
            last = order[np.append(owner[order][1:] != owner[order][:-1], True)]
            first[owner[last]], point[last] = point[last], people.point[owner[last]]
        banner, before, launched = self._banner
        point = np.where((point == banner) & (when < launched), before, point)
        for rows in (Rows.of(people, people.when, first), Rows.of(more, when, point)):
            self._parts.append(rows.take(rows.when < self._calendar.days))


def _index(name: str) -> int:
    return next(i for i, point in enumerate(TOUCHPOINTS) if point.name == name)


def _pull() -> Floats:
    """Pull per touchpoint and segment, scaled so that the stage keeps the segment's share."""
    table = np.array([point.pull for point in TOUCHPOINTS], dtype=float)
    for points in _POINTS.values():
        weights = np.array([TOUCHPOINTS[i].weights for i in points], dtype=float)
        table[points] /= (table[points] * weights).sum(axis=0) / weights.sum(axis=0)
    return table


_PULL = _pull()
_SALE_POINT = {point.channel: i for i, point in enumerate(TOUCHPOINTS) if point.stage == "purchase"}
