"""One step of one row taken apart: figures, benchmark, money, people, and below them its parts."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.query import Against
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.delta import delta
from layouts.components.likely import likely_range
from layouts.components.people_link import people_link
from layouts.components.pill import segment_name
from layouts.components.scenario import scenario_address
from layouts.components.to_plan import to_plan
from layouts.funnel import Rows
from layouts.funnel_parts import StepView, parts_table
from layouts.funnel_pill import change_interval, verdict


def step_card(view: StepView, may_simulate: bool, may_plan: bool) -> html.Section:
    """The panel under the grid."""
    grid = view.grid
    words = grid.words
    name = grid.step_name(view.start.stage, view.end.stage)
    title = words("“{step}”, {segment}", step=name, segment=grid.name(view.value))
    buttons = [
        button_link(
            words("Touchpoints"),
            "/touchpoints",
            grid.address.for_page().with_extras(stage=view.start.stage),
            sign="touchpoints",
        )
    ]
    loss = view.money if view.value is not None else grid.worst_at(view.start.stage)
    if may_simulate and loss is not None and loss.recoverable is not None:
        segment = grid.name(loss.segment)
        text = words("Model it: {segment}", segment=segment) if view.value is None else words("Model it")
        target = scenario_address(grid.address, loss)
        buttons.insert(0, button_link(text, "/whatif", target, sign="whatif", primary=True))
    if may_plan and view.money is not None and view.money.recoverable is not None:
        buttons.insert(1, to_plan(words, grid.address, view.money))
    return card(
        title,
        html.Div([_figures(view), parts_table(view)], className="step"),
        subtitle=words("Who entered, who went on, what it is worth, and where in this stage people stop"),
        aside=html.Div(buttons, className="buttons"),
        tools=card_tools(words, "funnel-step", grid.address, title, picture=False),
        class_name="card--step",
    )


def _figures(view: StepView) -> html.Dl:
    grid, start, end = view.grid, view.start, view.end
    words, formats = grid.words, grid.formats
    interval = "—"
    if end.ci_low is not None and end.ci_high is not None:
        interval = formats.range(formats.share(end.ci_low, 1), formats.share(end.ci_high, 1))
    stopped = start.customers - end.customers
    rows: list[tuple[str, Any, Any]] = [
        (words("Entered"), _people(view, start.customers, None), None),
        (words("Went on"), _people(view, end.customers, "on"), None),
        (words("Stopped"), _people(view, stopped, "stopped"), None),
        (
            words("Conversion"),
            formats.share(end.from_previous, 1),
            words("95 %: {interval}", interval=interval),
        ),
        *_changed(view),
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


def _people(view: StepView, n: int, went: Any) -> Any:
    """A figure that leads to its customers, for who may see them."""
    grid = view.grid
    text = grid.formats.number(n) + (" →" if grid.may_people and n else "")
    by = None if grid.rows is Rows.SEGMENT or view.value is None else grid.level
    return people_link(
        grid.words,
        view.people,
        n,
        may=grid.may_people,
        by=by,
        seg=view.value,
        step=view.start.stage,
        went=went,
        text=text,
    )


def _changed(view: StepView) -> list[tuple[str, Any, Any]]:
    grid, moved = view.grid, view.changed
    if moved is None or grid.compared is None:
        return []
    words, formats = grid.words, grid.formats
    figure = delta(formats.points(moved.change), moved.change if moved.significant else None)
    note = f"{change_interval(grid, moved)}; {verdict(grid, moved)}"
    return [(words("Against {period}", period=formats.period(grid.compared)), figure, note)]


def _money_rows(view: StepView, money: Bottleneck) -> list[tuple[str, Any, Any]]:
    words, formats = view.grid.words, view.grid.formats
    sure = likely_range(words, formats, money)
    if not money.proven:
        sure = f"{words('not proven')} · {sure}"
    stake: Any = "—"
    if money.recoverable:
        full = formats.money_full(-money.recoverable)
        stake = html.Span(formats.money(-money.recoverable), title=full, className="step__stake")
    return [
        (words("Benchmark"), formats.share(money.benchmark, 1), _whose(view, money)),
        (
            words("At stake"),
            stake,
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
