"""One step of one segment taken apart: figures, benchmark, money, and the touchpoints that lose most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.heatmap import Cell, Touched
from dashboard.journey.query import Against
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.delta import delta
from layouts.components.likely import likely_range
from layouts.components.pill import channel_title, segment_name
from layouts.components.scenario import scenario_address
from layouts.components.table import table
from layouts.components.tone import tone_of
from layouts.funnel import FunnelView


@dataclass(frozen=True, slots=True)
class StepView:
    """The step that is open.

    Attributes:
        segment: None = everybody.
        start, end: the steps it leads between.
        money: its row of the ranking; None for everybody and where the mode has no price.
        cells: channels of the stage it starts from, in the segment; `stage` is all of them together.
    """

    grid: FunnelView
    segment: str | None
    start: FunnelStep
    end: FunnelStep
    money: Bottleneck | None
    cells: Sequence[Cell]
    stage: Touched


def step_card(view: StepView, may_simulate: bool) -> html.Section:
    """The panel under the grid."""
    grid = view.grid
    words = grid.words
    name = grid.step_name(view.start.stage, view.end.stage)
    buttons = [
        button_link(
            words("Touchpoints"),
            "/touchpoints",
            grid.address.for_page().with_extras(stage=view.start.stage),
            sign="touchpoints",
        )
    ]
    if may_simulate and view.money is not None and view.money.recoverable is not None:
        target = scenario_address(grid.address, view.money)
        buttons.insert(0, button_link(words("Model it"), "/whatif", target, sign="whatif", primary=True))
    return card(
        words("“{step}”, {segment}", step=name, segment=segment_name(words, view.segment)),
        html.Div([_figures(view), _touchpoints(view)], className="step"),
        subtitle=words("Who entered, who went on, what it is worth, and where in this stage people stop"),
        aside=html.Div(buttons, className="buttons"),
        class_name="card--step",
    )


def _figures(view: StepView) -> html.Dl:
    grid, end = view.grid, view.end
    words, formats = grid.words, grid.formats
    interval = "—"
    if end.ci_low is not None and end.ci_high is not None:
        interval = formats.range(formats.share(end.ci_low, 1), formats.share(end.ci_high, 1))
    rows = [
        (words("Entered"), formats.number(view.start.customers), None),
        (words("Went on"), formats.number(end.customers), None),
        (
            words("Conversion"),
            formats.share(end.from_previous, 1),
            words("95 %: {interval}", interval=interval),
        ),
        (
            words("Time to go on"),
            formats.days(end.median_days),
            words("median; 9 of 10 within {days}", days=formats.days(end.p90_days)),
        ),
    ]
    if view.money is not None:
        rows += _money_rows(view, view.money)
    return html.Dl(
        [
            html.Div([html.Dt(term), html.Dd([html.B(value), *([html.Small(note)] if note else [])])])
            for term, value, note in rows
        ],
        className="facts",
    )


def _money_rows(view: StepView, money: Bottleneck) -> list[tuple[str, str, str | None]]:
    words, formats = view.grid.words, view.grid.formats
    sure = likely_range(words, formats, money)
    if not money.proven:
        sure = f"{words('not proven')} · {sure}"
    return [
        (words("Benchmark"), formats.share(money.benchmark, 1), _whose(view, money)),
        (
            words("At stake"),
            formats.money(-money.recoverable) if money.recoverable else "—",
            sure
            if money.recoverable
            else words("if the step reached the benchmark and nothing else changed"),
        ),
        (
            words("Gross loss"),
            formats.money(-money.gross_loss) if money.gross_loss is not None else "—",
            words("everybody lost here; never added up over steps"),
        ),
        (words("One more point"), formats.money_signed(money.one_point), words("+1 point of conversion")),
    ]


def _whose(view: StepView, money: Bottleneck) -> str:
    """Whose rate the benchmark is."""
    words = view.grid.words
    match money.against:
        case None:
            return words("nothing to compare with")
        case Against.OWN_BEST:
            return words("own best of the last 12 periods")
        case Against.PREVIOUS:
            return words("the period before")
        case Against.TARGET:
            return words("target")
    if money.benchmark_segment is None:
        return words("segments do not differ: pooled rate")
    return words("best other segment: {segment}", segment=segment_name(words, money.benchmark_segment))


def _touchpoints(view: StepView) -> html.Div:
    """Channels of the stage: how many of those who were there went on."""
    grid = view.grid
    words, formats = grid.words, grid.formats
    average = view.stage.progression
    titles = (
        words("Channel"),
        words("Customers"),
        words("Went on"),
        words("Conversion"),
        words("to the average"),
    )
    cells = sorted(view.cells, key=lambda cell: (cell.low_mature, cell.progression or 0))
    body = [_channel(view, cell, average) for cell in cells if cell.customers]
    name = grid.model.stage(view.start.stage).name(words.language)
    note = words(
        "Stage “{stage}”: average {average}. Going on is any later stage within the window; association, not cause.",
        stage=name,
        average=formats.share(average, 1),
    )
    if not body:
        return html.Div(html.P(words("No touchpoints of this stage in the period."), className="meta"))
    return html.Div(
        [
            table(words("Channels"), titles, body, numbers=range(1, len(titles))),
            html.P(note, className="meta"),
        ]
    )


def _channel(view: StepView, cell: Cell, average: float | None) -> html.Tr:
    words, formats = view.grid.words, view.grid.formats
    own = cell.progression
    rate: Any = words("n = {n}", n=cell.mature_customers)
    change: Any = ""
    if not cell.low_mature and own is not None and average is not None:
        rate = html.Span(formats.share(own, 1), className=f"tag {tone_of(own, average)}")
        change = delta(formats.points(own - average), own - average)
    return html.Tr(
        [
            html.Th(channel_title(words, cell.channel), scope="row"),
            html.Td(formats.number(cell.mature_customers), className="number"),
            html.Td(formats.number(cell.passed), className="number"),
            html.Td(rate, className="number"),
            html.Td(change, className="number"),
        ],
        className="table__few" if cell.low_mature else "",
    )
