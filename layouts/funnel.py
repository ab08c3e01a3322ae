"""The page /funnel: where, who and how much is lost, step by step; what its tabs share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import Funnel, FunnelGroup
from dashboard.analytics.funnel_change import StepChange
from dashboard.analytics.funnel_groups import FunnelGroupKey, key_of
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import Against, JourneyQuery, Mode
from dashboard.journey.stages import StageModel
from layouts.components.card import page_header
from layouts.components.pill import channel_title, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton

PATH = "/funnel"
EVERYBODY = "*"  # value of the address key `seg` that opens the total's step
ALL_ROWS = "all"  # value of the address key `rows`
PREVIOUS = "previous"  # value of the address key `bars`
WINDOWS = (7, 30, 60, 90, 180)  # days
AGAINST = {
    Against.BEST_OTHER: msgid("best segment"),
    Against.OWN_BEST: msgid("own best"),
    Against.PREVIOUS: msgid("period before"),
    Against.TARGET: msgid("target"),
}


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "funnel-subtitle"
    TABS = "funnel-tabs"
    CONTROLS = "funnel-controls"
    STEPS = "funnel-steps"
    DRILL = "funnel-drill"
    RATES = "funnel-rates-graph"
    DAYS = "funnel-days-graph"


class Tab(StrEnum):
    """Views of the page: values of the address key `view`."""

    STEPS = "steps"
    TIME = "time"
    PATHS = "paths"
    TABLE = "table"


class Rows(StrEnum):
    """What a row of the grid is: values of the address key `by`."""

    SEGMENT = "segment"
    CHANNEL = "channel"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class FunnelView:
    """What the grid and the table draw.

    Attributes:
        funnel: mature entries, total and groups.
        ranked: bottlenecks, proven and surest first; empty where the mode or the rows have no price.
        order: segments of the engagement, which fixes their colours.
        open: (group or None, stage that the step starts from) of the step that is taken apart.
        rows: what the groups are; `level` is their field: `segment`, `channel`, `month` or `quarter`.
        shown: the groups that the screen has room for, in order.
        changes: how rates moved since `compared`; empty without one.
        may_people: the reader may see customers.
        may_target: some step has a target in the period.
    """

    words: Words
    formats: Formats
    address: Address
    query: JourneyQuery
    model: StageModel
    funnel: Funnel
    ranked: Sequence[Bottleneck]
    order: tuple[str, ...]
    open: tuple[str | None, str] | None = None
    rows: Rows = Rows.SEGMENT
    level: str = "segment"
    shown: Sequence[FunnelGroup] = ()
    changes: Mapping[tuple[FunnelGroupKey, str], StepChange] = field(default_factory=dict)
    compared: Period | None = None
    may_people: bool = False
    may_target: bool = False

    @property
    def relative(self) -> bool:
        """Bars stand against the stage before instead of the first one."""
        return self.address.extras.get("bars") == PREVIOUS

    @property
    def asked_to_compare(self) -> bool:
        """The address asks for another period, whether or not there is anything to compare with."""
        return self.query.compare is not None

    @property
    def groups(self) -> tuple[FunnelGroup, ...]:
        """The total, then the groups on screen."""
        return (self.funnel.total, *self.shown)

    def value(self, group: FunnelGroup) -> str | None:
        """What the address calls a group; None for everybody."""
        return group.values.get(self.level)

    def name(self, value: str | None) -> str:
        """What the screen calls it."""
        if value is None or self.rows is Rows.SEGMENT:
            return (
                segment_name(self.words, value)
                if value or self.rows is Rows.SEGMENT
                else self.words("Everybody")
            )
        if self.rows is Rows.CHANNEL:
            return channel_title(self.words, value)
        return self.formats.period(Period.parse(value))

    def change(self, group: FunnelGroup, place: int) -> StepChange | None:
        """How the rate of a step moved; None where nothing can be said."""
        found = self.changes.get((key_of(group), group.steps[place].stage))
        return None if found is None or found.low_n else found

    def worst(self, value: str | None) -> Bottleneck | None:
        """The costliest step of a segment (of everybody: the costliest of all), if any loses money."""
        rows = (row for row in self.ranked if value is None or row.segment == value)
        return next((row for row in rows if row.recoverable and not row.low_n), None)

    def worst_at(self, start: str) -> Bottleneck | None:
        """The segment that loses most in the step, if any loses money there."""
        rows = (row for row in self.ranked if row.from_stage == start)
        return next((row for row in rows if row.recoverable and not row.low_n), None)

    def step_name(self, start: str, end: str) -> str:
        """`Оценка → Сделка`."""
        language = self.words.language
        names = (self.model.stage(key).short_name(language) for key in (start, end))
        return f" {ARROW} ".join(names)

    def step_address(self, value: str | None, start: str) -> Address:
        """The address that takes a step apart."""
        return self.address.with_extras(seg=value or EVERYBODY, step=start, view=None)


def tab_of(address: Address) -> Tab:
    """The tab that is open."""
    said = address.extras.get("view", "")
    return Tab(said) if said in set(Tab) else Tab.STEPS


def rows_of(address: Address) -> Rows:
    """What the rows of the grid are."""
    said = address.extras.get("by", "")
    return Rows(said) if said in set(Rows) else Rows.SEGMENT


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Funnels & bottlenecks"),
            html.Span(id=Ids.SUBTITLE),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(skeleton(824, phone=1360), id=Ids.STEPS, className="funnel-page"),
        html.Div(skeleton(550, phone=840), id=Ids.DRILL),
    ]


def tabs(words: Words, address: Address) -> html.Nav:
    """Steps, time, paths or table of the same customers."""
    names = {
        Tab.STEPS: words("Steps"),
        Tab.TIME: words("Over time"),
        Tab.PATHS: words("Paths"),
        Tab.TABLE: words("Table"),
    }
    opened = tab_of(address)
    return segmented(
        words("View"),
        PATH,
        [
            Choice(name, address.with_extras(view=None if tab is Tab.STEPS else tab), tab is opened)
            for tab, name in names.items()
        ],
    )


def rows_switch(words: Words, address: Address) -> html.Nav:
    """What a row is."""
    names = {
        Rows.SEGMENT: words("By segment"),
        Rows.CHANNEL: words("By channel"),
        Rows.PERIOD: words("By period"),
    }
    opened = rows_of(address)
    bare = address.with_extras(seg=None, step=None, within=None, rows=None)
    return segmented(
        words("Rows"),
        PATH,
        [
            Choice(name, bare.with_extras(by=None if rows is Rows.SEGMENT else rows), rows is opened)
            for rows, name in names.items()
        ],
    )


def controls(words: Words, address: Address, query: JourneyQuery, *more: Any) -> html.Div:
    """How steps must follow each other, and how long a customer may take; what nobody chose is the query's."""
    modes = {
        Mode.ORDERED: words("In order"),
        Mode.STRICT: words("Strictly in order"),
        Mode.ANY: words("Any order"),
        Mode.REACHED: words("Reached"),
    }
    parts = [
        segmented(
            words("Order of steps"),
            PATH,
            [Choice(name, address.with_(mode=mode), query.mode is mode) for mode, name in modes.items()],
        )
    ]
    if query.mode is not Mode.REACHED:
        days = sorted({*WINDOWS, query.window_days})
        parts.append(
            segmented(
                words("Conversion window"),
                PATH,
                [
                    Choice(
                        words.plural("{n} day", "{n} days", value),
                        address.with_(window_days=value),
                        value == query.window_days,
                    )
                    for value in days
                ],
            )
        )
    return html.Div([*parts, *more], className="funnel__controls")


def against_switch(view: FunnelView) -> html.Nav:
    """What a step's loss is held against; targets where the period has some."""
    words, chosen = view.words, view.query.against
    shown = [one for one in Against if one is not Against.TARGET or view.may_target]
    bare = view.address.funnel
    return segmented(
        words("Benchmark"),
        PATH,
        [
            Choice(
                words(AGAINST[one]),
                view.address.with_(
                    funnel=replace(bare, against=() if one is Against.BEST_OTHER else (str(one),))
                ),
                one is chosen,
            )
            for one in shown
        ],
    )


def bars_switch(words: Words, address: Address) -> html.Nav:
    """What the height of a bar is a share of."""
    chosen = address.extras.get("bars") == PREVIOUS
    return segmented(
        words("Height of the bars"),
        PATH,
        [
            Choice(words("Of the first stage"), address.with_extras(bars=None), not chosen),
            Choice(words("Of the stage before"), address.with_extras(bars=PREVIOUS), chosen),
        ],
    )
