"""Rounds of the invented customers: from the first touch to the latest repeat purchase."""

from __future__ import annotations

import numpy as np

from dashboard.demo import plan
from dashboard.demo.arrivals import arrive
from dashboard.demo.draws import Floats
from dashboard.demo.habits import CHANNEL, CONSIDER, DEAL, EVALUATE, EXPERIENCE, LOYALTY, TRIGGER, Habits
from dashboard.demo.plan import CALLBACK, SEGMENTS, Calendar
from dashboard.demo.rows import Rows

_MOST_DEALS = 14  # of one round
_MOST_TOUCHES = 10  # of one round in one stage


class Story:
    """Everybody's way through the stages.

    Attributes:
        segment_of: segment of each customer.
        touches: every touch of every stage but the deal.
        deals: every paid deal in order of time, numbered.
        unpaid: deals that the CRM calls won although nobody paid.
    """

    def __init__(self, rng: np.random.Generator, customers: int, calendar: Calendar) -> None:
        self._rng = rng
        self._calendar = calendar
        self._habits = Habits(rng, calendar)
        self._touches: list[Rows] = []
        self._deals: list[Rows] = []
        arrivals = arrive(rng, customers, calendar)
        self.segment_of = arrivals.segment_of
        evaluating = self._consider(arrivals.rounds)
        buying, lost = self._evaluate(evaluating)
        direct = arrivals.direct
        bought = Rows.join([buying, direct.moved(direct.when, self._habits.point(DEAL, direct))])
        self._deals.append(self._seen(bought))
        self._loop(self._return(bought))
        self.unpaid = self._mislaid(lost)
        self.touches = Rows.join(self._touches)
        self.deals = self._numbered()

    def _consider(self, rounds: Rows) -> Rows:
        """Write the touches of consideration; who goes on to evaluate, at the start of it."""
        people = rounds.moved(rounds.when, self._habits.point(CONSIDER, rounds))
        going = self._habits.passes(people, 0)
        gap = self._habits.lag(people, 0, 0.85)
        self._write(CONSIDER, people, 3.6, np.where(going, gap, self._habits.linger(people, 4)))
        people = people.take(going)
        return people.moved(people.when + gap[going], self._habits.point(EVALUATE, people))

    def _evaluate(self, people: Rows) -> tuple[Rows, Rows]:
        """Write the touches of evaluation, the one that decides last; who buys, and who does not."""
        live = people.when >= self._calendar.offset(CALLBACK.start(self._calendar.until))
        helped = np.array([segment.name == CALLBACK.segment for segment in SEGMENTS])[people.segment]
        called_back = live & helped & (CHANNEL != "contact_centre")[people.point]
        going = self._habits.passes(people, 1, np.where(called_back, CALLBACK.lift, 1.0))
        gap = self._habits.lag(people, 1, 0.75)
        self._write(
            EVALUATE, people, 3.2, np.where(going, gap, self._habits.linger(people, 6)), decides_last=True
        )
        buyers = people.take(going)
        return buyers.moved(buyers.when + gap[going], self._habits.till(buyers)), people.take(~going)

    def _return(self, bought: Rows) -> Rows:
        """Write experience and trigger; the second deals of those who come back."""
        habits = self._habits
        happy = bought.take(habits.passes(bought, 2))
        happy = happy.moved(happy.when + habits.lag(happy, 2, 0.7), habits.point(EXPERIENCE, happy))
        self._write(EXPERIENCE, happy, 0.9, habits.linger(happy, 8))
        going = habits.passes(happy, 3, habits.drift(happy.when))
        moved, alone = happy.take(going), happy.take(~going)
        moved = moved.moved(moved.when + habits.lag(moved, 3, 0.6), habits.point(TRIGGER, moved))
        self._write(TRIGGER, moved, 0.7, habits.linger(moved, 6))
        back = moved.take(habits.passes(moved, 4))
        back = back.moved(back.when + habits.lag(back, 4, 0.6), habits.till(back))
        alone = alone.take(habits.returns(alone, "unprompted"))
        alone = alone.moved(alone.when + self._rng.uniform(6, 40, len(alone)), habits.till(alone))
        return Rows.join([back, alone])

    def _loop(self, deals: Rows) -> None:
        """Second and later deals: each brings the club closer, and maybe a reason for one more."""
        habits = self._habits
        for _ in range(_MOST_DEALS - 1):
            deals = self._seen(deals)
            if not len(deals):
                return
            self._deals.append(deals)
            club = deals.moved(
                deals.when + self._rng.exponential(6, len(deals)), habits.point(LOYALTY, deals)
            )
            self._write(LOYALTY, club, 0.8, habits.linger(club, 20))
            deals = deals.take(habits.returns(deals, "again"))
            gap = habits.lag(deals, 3, 0.5)
            nudge = deals.moved(deals.when + gap * 0.7, habits.point(TRIGGER, deals))
            self._write(TRIGGER, nudge, 0.3, gap * 0.2)
            deals = deals.moved(deals.when + gap, habits.till(deals))

    def _mislaid(self, lost: Rows) -> Rows:
        """A few deals that the CRM calls won although nobody paid."""
        count = max(3, round(plan.WON_WITHOUT_MONEY_SHARE * len(self.segment_of)))
        few = lost.take(self._rng.choice(len(lost), min(count, len(lost)), replace=False))
        return self._seen(few.moved(few.when + 5, self._habits.point(DEAL, few)))

    def _numbered(self) -> Rows:
        deals = Rows.join(self._deals)
        deals = deals.take(np.argsort(deals.when, kind="stable"))
        return Rows(deals.customer, deals.segment, deals.when, deals.point, np.arange(len(deals)))

    def _seen(self, rows: Rows) -> Rows:
        """What lies inside the two years."""
        return rows.take(rows.when < self._calendar.days)

    def _write(
        self, stage: str, people: Rows, mean_extra: float, until: Floats, decides_last: bool = False
    ) -> None:
        """Write the touches of one stage: one at `when`, more in the `until` days after it.

        The touchpoint of the people, which decides whether they go on, comes first or (advice) last.
        """
        extra = self._rng.geometric(1 / (1 + mean_extra), len(people)) - 1
        owner = np.repeat(np.arange(len(people)), np.minimum(extra, _MOST_TOUCHES - 1))
        more = people.take(owner)
        when = more.when + self._rng.random(len(owner)) * 0.98 * until[owner]
        first, point = people.point.copy(), self._habits.next_point(stage, more)
        if decides_last and len(owner):
            order = np.lexsort((when, owner))
            last = order[np.append(np.diff(owner[order]) > 0, True)]
            first[owner[last]], point[last] = point[last], people.point[owner[last]]
        self._touches.append(self._seen(people.moved(people.when, first)))
        self._touches.append(self._seen(more.moved(when, point)))
