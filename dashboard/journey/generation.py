"""What one generation of an engagement's data is about: its model, its spans and its data end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dashboard.journey.stages import StageModel


@dataclass(frozen=True, slots=True)
class SourceSpan:
    """One source of facts: what it covers and how much of it could not be used.

    Attributes:
        kind: `event` or `transaction`.
        last_date_only: the last fact is a calendar day without a time.
        has_history: False where its events are a snapshot: most deals show one stage and none before it.
    """

    source: str
    kind: str
    rows: int
    first_moment: datetime
    last_moment: datetime
    last_day: date
    last_date_only: bool
    has_history: bool = True


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """The frame of every answer from one immutable generation.

    Attributes:
        data_end: moment up to which every source is complete (naive UTC); None without facts.
        data_end_day: its local calendar day.
        data_end_date_only: the end is a calendar day: windows that end there count calendar days.
        first_day, last_day: local days of the first and last fact that stands in numbers.
        segments: every segment that occurs, in the engagement's order, "(none)" last where somebody has none.
        channels: every channel of touches, most used first.
        set_aside: facts outside every number: reason -> (rows, money).
        has_history: every source of events tells the stages that a deal went through; where one does not,
            `reached` is the funnel's right mode.
        stages_without_data: stages that nobody ever reached, in order.
        attributes: names of what is known of customers.
        has_pipeline: events name the amounts of their deals.
        hides_losses: some deals were lost at a stage that nobody knows.
        has_attempts: the walks of the funnel over all stages are kept, and answer it exactly as the journeys do.
    """

    engagement: str
    number: int
    built_at: datetime
    zone: str
    currency: str
    model: StageModel
    data_end: datetime | None
    data_end_day: date | None
    data_end_date_only: bool
    first_day: date | None
    last_day: date | None
    has_transactions: bool
    segments: tuple[str, ...]
    channels: tuple[str, ...]
    sources: tuple[SourceSpan, ...]
    set_aside: dict[str, tuple[int, float]] = field(hash=False)  # so that an info can be a key of a cache
    has_history: bool = True
    stages_without_data: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    has_pipeline: bool = False
    hides_losses: bool = False
    has_attempts: bool | None = False

    @property
    def ends(self) -> dict[str, date]:
        """`event`, `transaction` -> the last day that figures made of them reach: that of the furthest source."""
        days: dict[str, date] = {}
        for one in self.sources:
            day = min(one.last_day, self.last_day or one.last_day)  # later facts than that stand in no figure
            days[one.kind] = max(days.get(one.kind, day), day)
        return days

    def day_start(self, day: date) -> datetime:
        """UTC moment (naive) at which a local calendar day begins."""
        local = datetime.combine(day, time.min, ZoneInfo(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)
