"""How the invented customers choose touchpoints, go on and take their time."""

from __future__ import annotations

import numpy as np

from dashboard.demo import plan
from dashboard.demo.draws import LONGEST_SHIFT, Bools, Floats, Ints, balanced, lags, quota
from dashboard.demo.plan import SEGMENTS, TOUCHPOINTS, Calendar
from dashboard.demo.rows import Rows

CONSIDER, EVALUATE, DEAL, EXPERIENCE, TRIGGER, LOYALTY = plan.STAGE_LABELS
CHANNEL = np.array([point.channel for point in TOUCHPOINTS])
_WEEKS_AFTER = 60  # people whose steps lie after the end of the data are drawn too, and then cut
_WOBBLE = (0.03, 0.05, 0.02, 0.05, 0.05)  # log deviation of the rate of each step from week to week
_SAME_PLACE = 0.55  # of further touches of a stage happen where the first one did
_SOLD_WHERE_ADVISED = 0.6
_INDEX = {point.name: index for index, point in enumerate(TOUCHPOINTS)}
_WEAK = _INDEX[plan.WEAK_TOUCHPOINT]
_POINTS = {
    stage: np.array([i for i, point in enumerate(TOUCHPOINTS) if point.stage == stage])
    for stage in plan.STAGE_LABELS
}
_TILL = {point.channel: i for i, point in enumerate(TOUCHPOINTS) if point.stage == DEAL}


def _pull() -> Floats:
    """Pull per touchpoint and segment, scaled so that each stage keeps the segment's own share."""
    table = np.array([point.pull for point in TOUCHPOINTS], dtype=float)
    for points in _POINTS.values():
        weights = np.array([TOUCHPOINTS[i].weights for i in points], dtype=float)
        table[points] /= (table[points] * weights).sum(axis=0) / weights.sum(axis=0)
    return table


PULL = _pull()


class Habits:
    """Draws the decisions of people, segment by segment."""

    def __init__(self, rng: np.random.Generator, calendar: Calendar) -> None:
        self._rng = rng
        self._days = calendar.days
        weeks = calendar.days // 7 + _WEEKS_AFTER
        self._wobble = np.exp(
            rng.normal(0, np.reshape(_WOBBLE, (-1, 1, 1)), (len(_WOBBLE), len(SEGMENTS), weeks))
        )
        launch = calendar.offset(plan.PREORDER_BANNER.start(calendar.until))
        self._banner_live = launch + LONGEST_SHIFT

    def point(self, stage: str, people: Rows, advised: bool = True) -> Ints:
        """A touchpoint of the stage for each; `advised=False` leaves out the weak one of story 1."""
        points = _POINTS[stage]
        weights = np.array([TOUCHPOINTS[i].weights for i in points], dtype=float).T
        if not advised:
            weights[:, points == _WEAK] = 0
        edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :-1]
        drawn = balanced(self._rng, people.segment, people.when)
        chosen = points[(drawn[:, None] > edges[people.segment]).sum(axis=1)]
        early = (chosen == _INDEX[plan.BANNER]) & (people.when < self._banner_live)
        return np.where(early, _INDEX[plan.BANNER_STANDS_FOR], chosen)

    def next_point(self, stage: str, people: Rows) -> Ints:
        """A further touch of the same stage: often the same place, never again the weak one."""
        other = self.point(stage, people, advised=False)
        stays = (self._rng.random(len(people)) < _SAME_PLACE) & (people.point != _WEAK)
        return np.where(stays, people.point, other)

    def till(self, people: Rows) -> Ints:
        """Where the deal is made: mostly in the channel of the touch before it."""
        chosen = self.point(DEAL, people)
        same = np.array([_TILL.get(channel, -1) for channel in CHANNEL])[people.point]
        return np.where((same >= 0) & (self._rng.random(len(people)) < _SOLD_WHERE_ADVISED), same, chosen)

    def passes(self, people: Rows, step: int, lift: Floats | float = 1.0) -> Bools:
        """Who goes on to the next step: the segment's share, shaped by the touchpoint and the lift."""
        rates = np.array([segment.rates[step] for segment in SEGMENTS])
        share = rates[people.segment] * PULL[people.point, people.segment] * lift
        share = share * self._wobble[step, people.segment, (people.when // 7).astype(np.int64)]
        group = people.segment * 2 + (people.point == _WEAK)
        return quota(self._rng, group, people.when, np.minimum(share, 0.99))

    def returns(self, people: Rows, field: str) -> Bools:
        """Who buys again by the segment's share `unprompted` or `again`; grows over the two years."""
        share = np.array([getattr(segment, field) for segment in SEGMENTS])[people.segment]
        return quota(self._rng, people.segment, people.when, share * self.drift(people.when))

    def drift(self, when: Floats) -> Floats:
        """Growth of repeat purchases over the two years (story 4)."""
        return np.interp(when, (0, self._days), plan.REPEAT_DRIFT)

    def lag(self, people: Rows, step: int, deviation: float) -> Floats:
        """Days until the next step."""
        medians = np.array([segment.days[step] for segment in SEGMENTS])
        return lags(self._rng, medians[people.segment], deviation)

    def linger(self, people: Rows, mean: float) -> Floats:
        """How long those who stop still look around [days]."""
        return np.minimum(self._rng.exponential(mean, len(people)), 4 * mean)
