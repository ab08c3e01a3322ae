"""The one question that crosses every room: URL, filter bar, SQL, cache key and chart title."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isfinite
from typing import Any

from dashboard.errors import JourneyError
from dashboard.journey.funnel_options import Exclusion, Filter, StepWindow
from dashboard.journey.period import Period

DEFAULT_WINDOW_DAYS = 90
KEPT_WINDOWS = (7, 30, 90)  # days: the attempts that these choose of all days stand ready
DEFAULT_HORIZON_DAYS = 90
DEFAULT_LANDMARK_DAYS = 7
NO_SEGMENT = "(none)"
NO_CHANNEL = "(none)"
NO_LEAD = "(no lead)"


class Mode(StrEnum):
    """How the steps of a funnel must follow each other (DOMAIN section 4)."""

    ORDERED = "ordered"
    STRICT = "strict"
    ANY = "any"
    REACHED = "reached"


class Entry(StrEnum):
    """Which entry of a customer counts: the deepest attempt, or the first."""

    BEST = "best"
    FIRST = "first"


class Book(StrEnum):
    """Which book of LCPQ: what was earned in the period, or what the leads of the period became."""

    PERIOD = "period"
    COHORT = "cohort"


class Level(StrEnum):
    """Between what transitions and paths lead."""

    STAGE = "stage"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"


class RepeatModel(StrEnum):
    """How the stages after the deal move repeat purchases in a what-if (DOMAIN section 7)."""

    LINEAR = "linear"
    LOOP = "loop"


class Against(StrEnum):
    """What a bottleneck is held against (DOMAIN section 6)."""

    BEST_OTHER = "best_other"
    OWN_BEST = "own_best"
    TARGET = "target"
    PREVIOUS = "previous"


class Attribution(StrEnum):
    """Which touches a sale is credited to (DOMAIN section 5)."""

    FIRST = "first"
    LAST = "last"
    LAST_NON_DIRECT = "last_non_direct"
    LINEAR = "linear"
    POSITION = "position"
    TIME_DECAY = "time_decay"
    MARKOV = "markov"
    SHAPLEY = "shapley"


class Split(StrEnum):
    """What an answer can be broken down by."""

    SEGMENT = "segment"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CHANNEL = "channel"
    SALE_CHANNEL = "sale_channel"
    PRODUCT = "product"
    TOUCHPOINT = "touchpoint"
    MANAGER = "manager"
    CUSTOMER_TYPE = "customer_type"  # new or returning


TIME_SPLITS = (Split.DAY, Split.WEEK, Split.MONTH, Split.QUARTER, Split.YEAR)


@dataclass(frozen=True, slots=True)
class JourneyQuery:
    """A question about one engagement.

    Attributes:
        engagement: key of the engagement.
        period: days that count; entries of a funnel lie in it, later steps may lie after it.
        compare: `previous`, `year_ago`, `SINCE:UNTIL` or None.
        segments: segments to keep; empty = all.
        channels: keep customers with a lead event in one of these channels in the period; empty = all.
        touchpoints: keep customers with a lead event at one of these touchpoints in the period; empty = all.
        products, sale_channels: deals and money of these alone; leads and buyers stay whole; empty = all.
        book: which book of LCPQ.
        margin: share of revenue that is left after the cost of goods, 0..1; None: ROMI is on revenue.
        by: breakdowns in order.
        stages: steps of the funnel in order; empty = every stage of the model.
        mode, entry: see `Mode`, `Entry`.
        window_days: days from the entry in which later steps count, both ends included.
        horizon_days: days from the entry in which money counts; None = DEFAULT_HORIZON_DAYS where the
            mode has a horizon by default (`reached` has none).
        increasing: demand strictly later steps (mode `ordered` alone).
        mature: keep entries alone whose window is over at the data end.
        landmark_days: days after a customer's first touch of a stage at which the lift compares those whom a
            cell has touched by then with those whom it has not.
        attribution: which touches the heatmap credits revenue to.
        mode_by_data: nobody chose the mode: `reached`, since the data keep no stage history.
        optional: steps that may be missed (modes `ordered`, `strict`, `reached`).
        step_windows: windows from one step to the next, beside the whole one; a whole window that is not
            shorter than their sum binds nothing, it says when an entry is mature (`ordered`, `strict`).
        exclusions: stages that must not come between two steps (`ordered`, `strict`).
        attributes: breakdowns of a funnel by what is known of customers, after those of `by`.
        value_at: event of the chosen attempt whose channel, touchpoint, product, manager and attributes stand
            for the customer: `first`, `last` or a step.
        step_filters: events that can be steps; applied before matching.
        filters: customers to keep by the values of their chosen attempt; applied after matching.
        against: what bottlenecks are held against; see `Against`.
        targets: conversions that are the aim, 0..1, each with its transition `from>to`.
        model: how later stages move repeat purchases in a what-if.
        goal: revenue that a what-if looks for [money]; None = no goal.
        level: transitions and paths between stages, channels or touchpoints.
        top: so many of the most frequent transitions or paths, the others as one; None = every transition, and
            twenty paths.
        start: stage at which a journey of the paths begins; None = at its first event of the period.
        to_deal: journeys of the paths end with their first deal; False = they go on to the period's end; None = with
            the deal between channels and touchpoints, to the end between stages, of which the deal is one.
        through: paths alone that pass this stage, channel or touchpoint; None = all of them.
    """

    engagement: str
    period: Period = field(default_factory=Period)
    compare: str | None = None
    segments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    touchpoints: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    sale_channels: tuple[str, ...] = ()
    book: Book = Book.PERIOD
    margin: float | None = None
    by: tuple[Split, ...] = ()
    stages: tuple[str, ...] = ()
    mode: Mode = Mode.ORDERED
    entry: Entry = Entry.BEST
    window_days: int = DEFAULT_WINDOW_DAYS
    horizon_days: int | None = None
    increasing: bool = False
    mature: bool = False
    landmark_days: int = DEFAULT_LANDMARK_DAYS
    attribution: Attribution = Attribution.LAST
    mode_by_data: bool = False
    optional: tuple[str, ...] = ()
    step_windows: tuple[StepWindow, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    attributes: tuple[str, ...] = ()
    value_at: str = "first"
    step_filters: tuple[Filter, ...] = ()
    filters: tuple[Filter, ...] = ()
    against: Against = Against.BEST_OTHER
    targets: tuple[tuple[str, float], ...] = ()
    model: RepeatModel = RepeatModel.LINEAR
    goal: float | None = None
    level: Level = Level.STAGE
    top: int | None = None
    start: str | None = None
    to_deal: bool | None = None
    through: str | None = None

    def __post_init__(self) -> None:
        for name in ("window_days", "horizon_days", "landmark_days"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 3660:
                raise JourneyError("bad_days", option=name, value=value)
        if self.margin is not None and not 0 <= self.margin <= 1:
            raise JourneyError("bad_margin", value=self.margin)
        if self.goal is not None and not isfinite(self.goal):
            raise JourneyError("bad_goal", value=self.goal)
        if len(set(self.stages)) != len(self.stages):
            raise JourneyError("stage_keys_repeat", keys=", ".join(self.stages))

    @property
    def money_days(self) -> int | None:
        """Days from the entry in which the priced funnel's money counts; None = every deal from the entry on."""
        if self.mode is Mode.REACHED:
            return self.horizon_days
        return max(self.window_days, self.horizon)

    @property
    def ends_with_deal(self) -> bool:
        """Whether journeys of the paths end with their first deal; see `to_deal`."""
        return self.level is not Level.STAGE if self.to_deal is None else self.to_deal

    @property
    def horizon(self) -> int:
        """Days from the first lead in which a cohort's deals count; new customers are told after as many."""
        return DEFAULT_HORIZON_DAYS if self.horizon_days is None else self.horizon_days

    @property
    def time_split(self) -> Split | None:
        """The unit of time that the answer is split by."""
        return next((split for split in TIME_SPLITS if split in self.by), None)

    def with_(self, **changes: Any) -> JourneyQuery:
        """The same question with some fields changed."""
        return replace(self, **changes)
