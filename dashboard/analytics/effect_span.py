"""The weeks of an effect: how far back, how far ahead, and which of them are mature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.analytics.effect import MOST_PRE_WEEKS, EffectPlan
from dashboard.journey.generation import GenerationInfo

WEEK = 7


@dataclass(frozen=True, slots=True)
class EffectSpan:
    """Whole weeks around a start.

    Attributes:
        start: first day that counts.
        before: weeks before it that the data hold, at most MOST_PRE_WEEKS.
        after: weeks of the horizon.
        mature: of all of them, from the first on, those whose window is over at the data end.
    """

    start: date
    before: int
    after: int
    mature: int

    @property
    def since(self) -> date:
        """First day of the first week."""
        return self.start - timedelta(days=WEEK * self.before)

    @property
    def until(self) -> date:
        """First day after the last week."""
        return self.start + timedelta(days=WEEK * self.after)

    @property
    def past(self) -> int:
        """Mature weeks before the start."""
        return min(self.before, self.mature)

    @property
    def look(self) -> int:
        """Mature weeks after the start: number of the last look."""
        return max(0, self.mature - self.before)

    def number(self, week: int) -> int:
        """Number of the week at a place (from 0): ..., -1, then 1, ... ; there is no week 0."""
        place = week - self.before
        return place if place < 0 else place + 1

    def days_of(self, week: int) -> tuple[date, date]:
        """First day of the week at a place, and the first day after it."""
        first = self.since + timedelta(days=WEEK * week)
        return first, first + timedelta(days=WEEK)


def effect_span(plan: EffectPlan, info: GenerationInfo) -> EffectSpan:
    """The weeks that the data hold around the plan's start."""
    first = info.first_day or plan.starts_on
    before = min(MOST_PRE_WEEKS, max(0, (plan.starts_on - first).days // WEEK))
    since = plan.starts_on - timedelta(days=WEEK * before)
    mature = 0
    if info.data_end_day is not None:
        # the end of a calendar day is known where the data end is one; else the window ends with the day after
        end = info.data_end_day + timedelta(days=info.data_end_date_only)
        mature = (end - timedelta(days=plan.window_days) - since).days // WEEK
    return EffectSpan(plan.starts_on, before, plan.weeks, min(max(mature, 0), before + plan.weeks))
