"""The tab Over time: how a step converts and how long it takes, by week or month of entry; time to every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.funnel_time import MONTH, QUARTER, WEEK, Cohort, Line
from dashboard.figures.funnel import DAYS_HEIGHT, RATES_HEIGHT, cohort_name
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.query import JourneyQuery
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.notes import NotesView, notes_below
from layouts.components.segmented import Choice, segmented
from layouts.components.table import table
from layouts.funnel import PATH, Ids, controls

LINES = "lines"  # address key: what the lines are
BY: Mapping[str | None, str] = {
    None: msgid("Everybody"),
    "segment": msgid("By segment"),
    "channel": msgid("By channel"),
}
_TITLES = {
    WEEK: msgid("Conversion by week of entry: {way}"),
    MONTH: msgid("Conversion by month of entry: {way}"),
    QUARTER: msgid("Conversion by quarter of entry: {way}"),
}


@dataclass(frozen=True, slots=True)
class TimeView:
    """What the tab draws.

    Attributes:
        stages: stages of the funnel in order.
        start, end: the way that is told; `chosen` is its address key, None for the whole way to the deal.
        unit: `week`, `month` or `quarter`.
        lines: everybody, or up to six groups.
        by: what the lines are; None = everybody.
        names: group -> what the screen calls it.
        steps: everybody's steps of the ripe entries, for the time to each of them.
        notes: what happened along the axis.
    """

    words: Words
    formats: Formats
    address: Address
    query: JourneyQuery
    model: StageModel
    stages: tuple[str, ...]
    start: str
    end: str
    chosen: str | None
    unit: str
    lines: Sequence[Line]
    by: str | None
    names: Mapping[str | None, str]
    steps: Sequence[FunnelStep]
    notes: NotesView

    @property
    def way(self) -> str:
        """`Осмысление → Сделка`."""
        return self.step_name(self.start, self.end)

    def step_name(self, start: str, end: str) -> str:
        """Both ends of a way by their short names."""
        language = self.words.language
        return f" {ARROW} ".join(self.model.stage(key).short_name(language) for key in (start, end))


def time_cards(view: TimeView, rates: dict[str, Any], days: dict[str, Any]) -> list[html.Section]:
    """The rate by cohort above the days by cohort, and beside them the days to each step."""
    words = view.words
    title = words(_TITLES[view.unit], way=view.way)
    shown = [cohort for line in view.lines for cohort in line.cohorts if cohort.entered]
    sizes = [cohort.entered for cohort in shown]
    n = view.formats.range(view.formats.number(min(sizes)), view.formats.number(max(sizes)))
    ripe = [cohort for cohort in shown if cohort.ripe]
    return [
        card(
            title,
            html.Div(_controls(view), className="funnel__head"),
            chart(Ids.RATES, rates, height=RATES_HEIGHT, message=_message(view), language=words.language),
            html.P(words("Median time, days"), className="funnel-time__second"),
            chart(
                Ids.DAYS,
                days,
                height=DAYS_HEIGHT,
                message=words("Median days of {way} by entry", way=view.way),
                language=words.language,
                table=_twin(view),
            ),
            *notes_below(view.notes),
            subtitle=[
                words("share of those who entered; n = {n} each", n=n),
                words("; band: 95 %") if view.by is None else "",
                words("; dotted: not ripe yet") if len(ripe) < len(shown) else "",
                words("; hollow: fewer than 30") if view.by is None else words("; under 30 left out"),
            ],
            aside=_lines_switch(view),
            tools=card_tools(words, "funnel-time", view.address, title),
            class_name="card--funnel",
        ),
        _days_card(view),
    ]


def _message(view: TimeView) -> str:
    """What the chart says: the first and the last ripe rate of everybody or of each line."""
    said = []
    for line in view.lines:
        ripe = [cohort for cohort in line.cohorts if cohort.ripe and cohort.rate is not None]
        if ripe:
            ends = (view.formats.share(cohort.rate, 1) for cohort in (ripe[0], ripe[-1]))
            said.append(f"{view.names[line.group]}: {f' {ARROW} '.join(ends)}")
    return f"{view.way}. " + "; ".join(said)


def _controls(view: TimeView) -> list[Any]:
    words, address = view.words, view.address
    ways = [
        Choice(words("Whole way to the deal"), address.with_extras(step=None, seg=None), view.chosen is None)
    ]
    ways += [
        Choice(view.step_name(start, end), address.with_extras(step=start, seg=None), view.chosen == start)
        for start, end in zip(view.stages, view.stages[1:], strict=False)
    ]
    return [segmented(words("Step"), PATH, ways), controls(words, address, view.query)]


def _lines_switch(view: TimeView) -> html.Nav:
    return segmented(
        view.words("Lines"),
        PATH,
        [
            Choice(view.words(name), view.address.with_extras(**{LINES: key}), view.by == key)
            for key, name in BY.items()
        ],
    )


def _twin(view: TimeView) -> html.Details:
    """The same figures as a table."""
    words = view.words
    titles = (
        words("Rows"),
        words("Entered in"),
        words("Entered"),
        words("Went on"),
        words("Conversion"),
        words("95 % interval"),
        words("Median"),
        words("Not ripe yet"),
    )
    body = [_twin_line(view, line, cohort) for line in view.lines for cohort in line.cohorts]
    return html.Details(
        [html.Summary(words("As a table")), table(view.way, titles, body, numbers=range(2, len(titles)))],
        className="twin",
    )


def _twin_line(view: TimeView, line: Line, cohort: Cohort) -> html.Tr:
    formats = view.formats
    interval = "—"
    if cohort.low is not None and cohort.high is not None:
        interval = formats.range(formats.share(cohort.low, 1), formats.share(cohort.high, 1))
    cells = (
        formats.number(cohort.entered),
        formats.number(cohort.passed),
        formats.share(cohort.rate, 1),
        interval,
        formats.days(cohort.median_days),
        formats.number(cohort.young),
    )
    return html.Tr(
        [
            html.Th(view.names[line.group], scope="row"),
            html.Td(cohort_name(cohort.first_day, view.unit, formats)),
            *(html.Td(cell, className="number") for cell in cells),
        ],
        className="table__few" if cohort.low_n else "",
    )


def _days_card(view: TimeView) -> html.Section:
    """Median, three of four and nine of ten to go on, step by step on one scale."""
    words, formats = view.words, view.formats
    title = words("Time to each step")
    timed = [(before, step) for before, step in zip(view.steps, view.steps[1:], strict=False)]
    longest = max((step.p90_days or 0.0 for _, step in timed), default=0.0) or 1.0
    rows = [
        html.Div(
            [
                html.Dt(
                    [
                        view.step_name(before.stage, step.stage),
                        html.Small(f"n = {formats.number(step.customers)}"),
                    ]
                ),
                html.Dd(
                    [
                        html.Div(
                            [
                                html.I(
                                    className=f"days-bar__part days-bar__part--{name}",
                                    style={"width": f"{100 * (value or 0.0) / longest:.2f}%"},
                                )
                                for name, value in (
                                    ("p90", step.p90_days),
                                    ("p75", step.p75_days),
                                    ("median", step.median_days),
                                )
                            ],
                            className="days-bar",
                            **attributes(aria_hidden="true"),
                        ),
                        html.Span(
                            [
                                html.B(formats.days(step.median_days)),
                                words(
                                    " · 3 of 4 within {three}, 9 of 10 within {nine}",
                                    three=formats.days(step.p75_days),
                                    nine=formats.days(step.p90_days),
                                )
                                if step.median_days is not None
                                else "",
                            ]
                        ),
                    ]
                ),
            ],
            className="days-row",
        )
        for before, step in timed
    ]
    return card(
        title,
        html.Dl(rows, className="days-rows"),
        subtitle=words(
            "days from the stage before, of ripe entries; bold: half of those who went on needed at most this"
        ),
        tools=card_tools(words, "funnel-days", view.address, title, picture=False),
    )
