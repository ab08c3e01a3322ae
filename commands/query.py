"""`journey query ...`: every figure without the screens, as stable JSON for scripts."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer

from callbacks.twins.definition import BY_FUNNEL, BY_MARGIN
from callbacks.twins.twin import ANSWERS, twin
from commands.context import ConsoleServices, console_services, print_table
from dashboard.analytics.benchmarks import parse_target
from dashboard.journey.funnel_options import EVENT_FIELDS, Exclusion, StepWindow, parse_filters
from dashboard.journey.funnel_steps import FIELDS, settled
from dashboard.journey.period import Period
from dashboard.journey.query import (
    DEFAULT_LANDMARK_DAYS,
    DEFAULT_WINDOW_DAYS,
    Against,
    Attribution,
    Book,
    Entry,
    JourneyQuery,
    Level,
    Mode,
    RepeatModel,
    Split,
)
from data_access.scope import Action, Scope, authorize, operator

app = typer.Typer(no_args_is_help=True, help="Ask for a figure and get it as JSON, CSV or a table.")


class Format(StrEnum):
    """How an answer is printed."""

    JSON = "json"
    CSV = "csv"
    TABLE = "table"


_FUNNEL = "Funnel (elsewhere accepted and named in `definition`)"


def _command(question: str) -> Callable[..., None]:
    """One command; all questions take the same options, so that scripts can pass one set to each."""

    def ask(
        engagement: Annotated[
            str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")
        ],
        since: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%d"], help="First day; neither end = every stored fact."),
        ] = None,
        until: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day that no longer counts.")
        ] = None,
        segment: Annotated[list[str] | None, typer.Option(help="Keep this segment; may be repeated.")] = None,
        channel: Annotated[
            list[str] | None,
            typer.Option(
                help="Keep customers with a lead event in this channel in the period; may be repeated."
            ),
        ] = None,
        touchpoint: Annotated[
            list[str] | None,
            typer.Option(
                help="Keep customers with a lead event at this touchpoint in the period; may be repeated."
            ),
        ] = None,
        product: Annotated[
            list[str] | None,
            typer.Option(help="LCPQ: deals and money of this product alone, leads whole; may be repeated."),
        ] = None,
        sale_channel: Annotated[
            list[str] | None,
            typer.Option(
                help="LCPQ: deals and money of this sale channel alone, leads whole; may be repeated."
            ),
        ] = None,
        compare: Annotated[
            str | None, typer.Option(help="previous, year_ago or SINCE:UNTIL: adds `comparison`.")
        ] = None,
        by: Annotated[list[Split] | None, typer.Option(help="Break down; may be repeated.")] = None,
        mature: Annotated[bool, typer.Option("--mature", help="Entries alone whose window is over.")] = False,
        mode: Annotated[
            Mode | None,
            typer.Option(
                help="Default: ordered; reached where a source has no stage history.",
                rich_help_panel=_FUNNEL,
            ),
        ] = None,
        entry: Annotated[Entry, typer.Option(rich_help_panel=_FUNNEL)] = Entry.BEST,
        window_days: Annotated[
            int | None,
            typer.Option(
                help="Days from the entry that count; 90, or the sum of the step windows.",
                rich_help_panel=_FUNNEL,
            ),
        ] = None,
        horizon_days: Annotated[
            int | None,
            typer.Option(help="Days from the entry in which money counts.", rich_help_panel=_FUNNEL),
        ] = None,
        increasing: Annotated[
            bool, typer.Option("--increasing", help="Demand strictly later steps.", rich_help_panel=_FUNNEL)
        ] = False,
        stages: Annotated[
            str | None, typer.Option(help="Steps in order: a,b,c.", rich_help_panel=_FUNNEL)
        ] = None,
        optional: Annotated[
            str | None, typer.Option(help="Steps that may be missed: b,c.", rich_help_panel=_FUNNEL)
        ] = None,
        step_window: Annotated[
            list[str] | None,
            typer.Option(help="Days from the step before: b=5; may be repeated.", rich_help_panel=_FUNNEL),
        ] = None,
        exclude: Annotated[
            list[str] | None,
            typer.Option(
                help="Stage that must not come between two steps: x:a>b cuts the attempt at a, "
                "x:a>b:remove takes out the customer; may be repeated.",
                rich_help_panel=_FUNNEL,
            ),
        ] = None,
        by_attribute: Annotated[
            list[str] | None,
            typer.Option(help="Break down by what is known of customers.", rich_help_panel=_FUNNEL),
        ] = None,
        value_at: Annotated[
            str,
            typer.Option(
                help="Event that a group's channel, touchpoint, product, manager and attributes are taken from: "
                "first, last or a step.",
                rich_help_panel=_FUNNEL,
            ),
        ] = "first",
        step_filter: Annotated[
            list[str] | None,
            typer.Option(
                help="Before matching, events that can be steps: channel=site, of one step b:channel=site; "
                "may be repeated.",
                rich_help_panel=_FUNNEL,
            ),
        ] = None,
        filter_: Annotated[
            list[str] | None,
            typer.Option(
                "--filter",
                help="After matching, customers by their attempt: channel=site, attribute:city=Omsk; "
                "may be repeated.",
                rich_help_panel=_FUNNEL,
            ),
        ] = None,
        set_: Annotated[
            list[str] | None,
            typer.Option(
                "--set",
                help='What-if lever: "leads=+3%", "a>b=+2pp", "a>b=best", "a>b=target:30%", a range "a>b=+1..3..5%", '
                'of one segment "leads=+3%@NAME"; may be repeated.',
            ),
        ] = None,
        book: Annotated[
            Book,
            typer.Option(
                help="LCPQ: what was earned in the period, or what its new leads became in --horizon-days."
            ),
        ] = Book.PERIOD,
        margin: Annotated[
            float | None,
            typer.Option(
                help="LCPQ: share of revenue that is left, for ROMI; else the engagement's, else on revenue."
            ),
        ] = None,
        benchmark: Annotated[
            Against,
            typer.Option(
                help="Bottlenecks: the best other segment, the own best of the last 12 periods, --target, or the "
                "period before."
            ),
        ] = Against.BEST_OTHER,
        target: Annotated[
            list[str] | None,
            typer.Option(help='Bottlenecks with --benchmark target, e.g. "a>b=0.35" or "a>b=35%"; repeated.'),
        ] = None,
        model: Annotated[
            RepeatModel, typer.Option(help="What-if: how later stages move repeat purchases.")
        ] = RepeatModel.LINEAR,
        goal: Annotated[
            float | None,
            typer.Option(
                help="What-if: revenue to reach; adds `goal`: by which share of the headroom, or not."
            ),
        ] = None,
        level: Annotated[Level, typer.Option(help="Transitions, paths: between what.")] = Level.STAGE,
        top: Annotated[
            int | None,
            typer.Option(min=1, help="Transitions, paths: so many of the most frequent, the others as one."),
        ] = None,
        start: Annotated[
            str | None,
            typer.Option(help="Paths: stage that journeys begin at; else their first event of the period."),
        ] = None,
        through: Annotated[
            str | None, typer.Option(help="Paths: those alone that pass this stage, channel or touchpoint.")
        ] = None,
        landmark_days: Annotated[
            int,
            typer.Option(help="Heatmap's lift, spoil: compared so many days after a stage's first touch."),
        ] = DEFAULT_LANDMARK_DAYS,
        attribution: Annotated[
            Attribution, typer.Option(help="Heatmap: which touches revenue is credited to.")
        ] = Attribution.LAST,
        explain: Annotated[
            bool,
            typer.Option(
                "--explain", help="Adds `how`: meaning of each field, who is counted, sources, SQL."
            ),
        ] = False,
        format_: Annotated[Format, typer.Option("--format", help="json, csv or table.")] = Format.JSON,
    ) -> None:
        query = JourneyQuery(
            engagement=engagement,
            period=Period(_day(since), _day(until)),
            compare=compare,
            segments=tuple(segment or ()),
            channels=tuple(channel or ()),
            touchpoints=tuple(touchpoint or ()),
            products=tuple(product or ()),
            sale_channels=tuple(sale_channel or ()),
            book=book,
            margin=margin,
            by=tuple(dict.fromkeys(by or ())),
            stages=tuple(part.strip() for part in stages.split(",")) if stages else (),
            mode=mode or Mode.ORDERED,
            entry=entry,
            window_days=DEFAULT_WINDOW_DAYS if window_days is None else window_days,
            horizon_days=horizon_days,
            increasing=increasing,
            mature=mature,
            optional=tuple(part.strip() for part in optional.split(",")) if optional else (),
            step_windows=tuple(StepWindow.parse(text) for text in step_window or ()),
            exclusions=tuple(Exclusion.parse(text) for text in exclude or ()),
            attributes=tuple(dict.fromkeys(by_attribute or ())),
            value_at=value_at,
            step_filters=parse_filters(tuple(step_filter or ()), EVENT_FIELDS, steps=True),
            filters=parse_filters(tuple(filter_ or ()), FIELDS),
            against=benchmark,
            targets=tuple(parse_target(text) for text in target or ()),
            model=model,
            goal=goal,
            level=level,
            top=top,
            start=start,
            through=through,
            landmark_days=landmark_days,
            attribution=attribution,
        )
        services = console_services()
        answers, scope = services.answers, _scope(services, engagement)
        if margin is None and question in BY_MARGIN:
            query = query.with_(margin=services.margin(engagement))
        if question in BY_FUNNEL:
            query = settled(
                query,
                answers.info(scope),
                mode_given=mode is not None,
                window_given=window_days is not None,
            )
        answer = twin(question, answers, scope, query, tuple(set_ or ()), explain=explain)
        _print(answer, format_)

    ask.__doc__ = _HELP[question]
    return ask


_HELP = {
    "lcpq": "Leads, conversion, average check, deals per customer and revenue of a period.\n\n"
    "Example: journey query lcpq demo --since 2026-07-01 --until 2026-10-01 --by segment",
    "funnel": "Who reached each stage, how fast, with intervals.\n\n"
    "Example: journey query funnel demo --by segment --mode ordered --window-days 30; "
    "with options: --optional b --step-window c=14 --exclude x:a>c --by channel --value-at last",
    "heatmap": "Touchpoints by stage and channel: reach, progression, lift, mood, revenue, cost.\n\n"
    "Example: journey query heatmap demo --since 2026-07-01 --until 2026-10-01 --by touchpoint",
    "attribution": "Sales and revenue credited to touchpoints by eight models side by side.\n\n"
    "Example: journey query attribution demo --since 2026-07-01 --until 2026-10-01 --format table",
    "weakest": "What each touchpoint loses against its stage in money, and what people say of it.\n\n"
    "Example: journey query weakest demo --since 2026-04-01 --until 2026-07-01 --by touchpoint",
    "spoil": "How much less customers buy after a negative contact.\n\n"
    "Example: journey query spoil demo --since 2026-04-01 --until 2026-07-01 --landmark-days 7",
    "bottlenecks": "Where money is lost against a benchmark, proven and surest first.\n\n"
    "Example: journey query bottlenecks demo --since 2026-07-01 --until 2026-10-01 --format table; "
    'held against an aim: --benchmark target --target "active_evaluation>purchase=35%"',
    "whatif": "What an improvement is worth.\n\n"
    'Example: journey query whatif demo --set leads=+3% --set "active_evaluation>purchase=+2pp"; '
    "a lift as a range: --set leads=+1..3..5%; a goal: --goal 40000000",
    "tornado": "What each lever alone is worth: one point, ten per cent, and over its own last 12 periods.\n\n"
    "Example: journey query tornado demo --since 2026-04-01 --until 2026-07-01 --format table",
    "transitions": "From which stage or touchpoint customers went straight to which, and how fast.\n\n"
    "Example: journey query transitions demo --level touchpoint --top 30 --format table",
    "paths": "Which ways customers took to a deal, with shares, conversion, time and revenue.\n\n"
    "Example: journey query paths demo --since 2026-07-01 --until 2026-10-01 --level channel --top 10; "
    "after the deal: --start purchase",
    "retention": "Which share of a month's new customers bought again, and how soon.\n\n"
    "Example: journey query retention demo --since 2026-01-01 --until 2026-07-01 --by segment",
    "products": "What is bought: deals, pieces, revenue and trend of each product.\n\n"
    "Example: journey query products demo --since 2026-01-01 --until 2026-07-01 --by segment --by month",
    "losses": "Why deals are lost: reasons by stage and segment in deals, people and money.\n\n"
    "Example: journey query losses demo --since 2026-01-01 --until 2026-07-01 --by segment --format table",
    "sources": "Where new leads come from, what they cost and what they bought later.\n\n"
    "Example: journey query sources demo --since 2026-01-01 --until 2026-04-01 --by segment --horizon-days 90",
    "bridge": "Which factor explains how much of the change of revenue since another period or segment.\n\n"
    "Example: journey query bridge demo --since 2026-07-01 --until 2026-10-01 --compare year_ago --by segment; "
    "between segments: --segment NAME --compare segment:OTHER",
}


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _scope(services: ConsoleServices, engagement: str) -> Scope:
    """The right of whoever runs the console on the machine itself."""
    return authorize(operator(services.engagement_keys()), engagement, Action.READ)


def _print(answer: Mapping[str, Any], format_: Format) -> None:
    if format_ is Format.JSON:
        sys.stdout.write(
            orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"
        )
        return
    rows = answer["rows"] if "rows" in answer else _whatif_rows(answer)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if format_ is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
        return
    print_table(columns, [[_shown(row.get(name)) for name in columns] for row in rows])


def _shown(value: Any) -> str:
    """A table's cell for reading: four digits after the mark; JSON and CSV hold every digit."""
    if value is None:
        return "—"
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _whatif_rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"case": case, **answer[case]} for case in ("baseline", "scenario")]


def _cell(value: Any) -> Any:
    """A CSV cell; text that a spreadsheet would run as a formula gets an apostrophe."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"}:
        return f"'{value}"
    return "" if value is None else value


for _question in ANSWERS:
    app.command(_question)(_command(_question))
