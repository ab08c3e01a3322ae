"""The step that is open, and its table: by channel, touchpoint or segment of those who stood at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.funnel_change import StepChange
from dashboard.analytics.funnel_parts import Part
from dashboard.journey.address import Address
from dashboard.journey.query import NO_CHANNEL
from layouts.components.attributes import attributes
from layouts.components.delta import delta
from layouts.components.link import page_link
from layouts.components.people_link import people_link
from layouts.components.pill import channel_title, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.table import table
from layouts.components.tone import tone_of
from layouts.funnel import PATH, FunnelView, Rows

MOST_PARTS = 12


class Within(StrEnum):
    """What a step is taken apart by: values of the address key `within`."""

    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class StepView:
    """The step that is open.

    Attributes:
        value: its row of the grid; None for everybody.
        start, end: the stages it leads between.
        money: its row of the ranking; None for everybody and where nothing has a price.
        changed: how it moved since the other period.
        within: what it is taken apart by, of the `choices`.
        parts: those of `within`, the costliest first.
        people: address of the view's own customers, as lists of them are asked by it.
    """

    grid: FunnelView
    value: str | None
    start: FunnelStep
    end: FunnelStep
    money: Bottleneck | None
    changed: StepChange | None
    within: Within
    choices: Sequence[Within]
    parts: Sequence[Part]
    people: Address
    part_people: Address

    @property
    def average(self) -> float | None:
        """Conversion of the whole step."""
        return self.end.from_previous

    def part_name(self, part: Part) -> str:
        """What the screen calls a part."""
        words = self.grid.words
        match self.within:
            case Within.SEGMENT:
                return segment_name(words, part.value)
            case Within.CHANNEL:
                return channel_title(words, part.value)
        return words("No touchpoint") if part.value == NO_CHANNEL else part.value


def parts_table(view: StepView) -> html.Div:
    """The step by channel, touchpoint or segment of those who stood at it."""
    words, address = view.grid.words, view.grid.address
    names = {
        Within.CHANNEL: words("By channel"),
        Within.TOUCHPOINT: words("By touchpoint"),
        Within.SEGMENT: words("By segment"),
    }
    choices = [
        Choice(
            names[one],
            address.with_extras(within=None if one is view.choices[0] else one),
            one is view.within,
        )
        for one in view.choices
    ]
    switch = html.Div(segmented(words("Taken apart"), PATH, choices), className="step__switch")
    if not view.parts:
        return html.Div([switch, html.P(words("No contacts of this stage in the period."), className="meta")])
    titles = [
        {
            Within.CHANNEL: words("Channel"),
            Within.TOUCHPOINT: words("Touchpoint"),
            Within.SEGMENT: words("Segment"),
        }[view.within],
        words("Entered"),
        words("Went on"),
        words("Conversion"),
        words("to the average"),
        words("Median"),
        *([words("Lost")] if view.grid.ranked else []),
    ]
    shown = view.parts[:MOST_PARTS]
    if view.grid.may_people:
        titles.append(words("Stopped"))
    body = [_part(view, part) for part in shown]
    left = len(view.parts) - len(shown)
    more = [
        html.P(
            words.plural("{n} more in the file of this card", "{n} more in the file of this card", left),
            className="meta",
        )
    ]
    return html.Div(
        [
            switch,
            table(names[view.within], titles, body, numbers=range(1, len(titles))),
            *(more if left else []),
            html.P(_note(view), className="meta"),
        ],
        **attributes(data_grid_detail="yes"),
    )


def _note(view: StepView) -> str:
    words = view.grid.words
    by_entry = view.grid.rows is Rows.CHANNEL
    where = (
        words("Each customer counts where their first contact was.")
        if by_entry
        else words("Each customer counts where they stood at the step.")
    )
    if not view.grid.ranked:
        return where
    lost = words(
        "Lost: money of those who would have gone on at the average {average}; association, not cause.",
        average=view.grid.formats.share(view.average, 1),
    )
    return f"{where} {lost}"


def _part(view: StepView, part: Part) -> html.Tr:
    words, formats = view.grid.words, view.grid.formats
    rate: Any = words("n = {n}", n=part.entered)
    change: Any = ""
    if not part.low_n:
        rate = html.Span(formats.share(part.rate, 1), className=f"tag {tone_of(part.rate, view.average)}")
        change = _deviation(view, part)
    cells: list[Any] = [
        formats.number(part.entered),
        formats.number(part.passed),
        rate,
        change,
        formats.days(part.median_days),
        *([_lost(view, part)] if view.grid.ranked else []),
    ]
    if view.grid.may_people:
        cells.append(_stopped(view, part))
    return html.Tr(
        [
            html.Th(_part_link(view, part), scope="row"),
            *(html.Td(cell, className="number") for cell in cells),
        ],
        className="table__few" if part.low_n else "",
    )


def _part_link(view: StepView, part: Part) -> Any:
    """The name; of a channel the way to what it is at this stage, for the segment of the row."""
    name, grid = view.part_name(part), view.grid
    if view.within is not Within.CHANNEL or part.value == NO_CHANNEL:
        return name
    address = grid.address.for_page()
    if grid.rows is Rows.SEGMENT and view.value is not None:
        address = address.with_(segments=(view.value,))
    target = address.with_extras(stage=view.start.stage, channel=part.value)
    return page_link(name, "/touchpoints", target, "link link--part")


def _lost(view: StepView, part: Part) -> Any:
    if not part.lost:
        return "—"
    formats = view.grid.formats
    return html.Span(formats.money(-part.lost), title=formats.money_full(-part.lost))


def _deviation(view: StepView, part: Part) -> Any:
    """Points to the average, and by word whether the others differ from it beyond chance."""
    words, formats = view.grid.words, view.grid.formats
    beyond = part.against is not None and part.against.significant
    figure = delta(formats.points(part.deviation), part.deviation if beyond else None)
    if part.against is None:
        return figure
    said = words("beyond chance") if part.against.significant else words("may be chance")
    title = words(
        "against the others {points}; 95 %: from {low} to {high}",
        points=formats.points(part.against.difference),
        low=formats.points(part.against.low),
        high=formats.points(part.against.high),
    )
    return html.Span([figure, html.Small(said, className="table__note")], title=title)


def _stopped(view: StepView, part: Part) -> Any:
    n = part.entered - part.passed
    return people_link(
        view.grid.words,
        view.part_people,
        n,
        may=view.grid.may_people,
        by=None if view.within is Within.SEGMENT else str(view.within),
        seg=part.value,
        step=view.start.stage,
        went="stopped",
        text=view.grid.formats.number(n) + (" →" if n else ""),
    )
