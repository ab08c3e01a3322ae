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

from callbacks import twins
from callbacks.answers import Answers
from commands.context import console_services, print_table
from dashboard.journey.period import Period
from dashboard.journey.query import (
    DEFAULT_LANDMARK_DAYS,
    DEFAULT_WINDOW_DAYS,
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


class Benchmark(StrEnum):
    """What a bottleneck is compared with."""

    BEST_OTHER = "best_other"


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
        mode: Annotated[Mode, typer.Option(rich_help_panel=_FUNNEL)] = Mode.ORDERED,
        entry: Annotated[Entry, typer.Option(rich_help_panel=_FUNNEL)] = Entry.BEST,
        window_days: Annotated[
            int, typer.Option(help="Days from the entry that count.", rich_help_panel=_FUNNEL)
        ] = DEFAULT_WINDOW_DAYS,
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
        set_: Annotated[
            list[str] | None,
            typer.Option("--set", help='What-if lever, e.g. "leads=+3%" or "a>b=+2pp"; may be repeated.'),
        ] = None,
        book: Annotated[
            Book,
            typer.Option(
                help="LCPQ: what was earned in the period, or what its new leads became in --horizon-days."
            ),
        ] = Book.PERIOD,
        margin: Annotated[
            float | None,
            typer.Option(help="LCPQ: share of revenue that is left, for ROMI; none: on revenue."),
        ] = None,
        benchmark: Annotated[Benchmark, typer.Option(help="Bottlenecks.")] = Benchmark.BEST_OTHER,
        model: Annotated[
            RepeatModel, typer.Option(help="What-if: how later stages move repeat purchases.")
        ] = RepeatModel.LINEAR,
        level: Annotated[Level, typer.Option(help="Transitions: between what.")] = Level.STAGE,
        top: Annotated[
            int | None,
            typer.Option(min=1, help="Transitions: so many of the most frequent, the others as one."),
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
            mode=mode,
            entry=entry,
            window_days=window_days,
            horizon_days=horizon_days,
            increasing=increasing,
            mature=mature,
            model=model,
            level=level,
            top=top,
            landmark_days=landmark_days,
            attribution=attribution,
        )
        answers, scope = _console(engagement)
        answer = twins.twin(question, answers, scope, query, tuple(set_ or ()), explain=explain)
        answer["definition"] |= {"benchmark": str(benchmark)} if question == "bottlenecks" else {}
        _print(answer, format_)

    ask.__doc__ = _HELP[question]
    return ask


_HELP = {
    "lcpq": "Leads, conversion, average check, deals per customer and revenue of a period.\n\n"
    "Example: journey query lcpq demo --since 2026-07-01 --until 2026-10-01 --by segment",
    "funnel": "Who reached each stage, how fast, with intervals.\n\n"
    "Example: journey query funnel demo --by segment --mode ordered --window-days 30",
    "heatmap": "Touchpoints by stage and channel: reach, progression, lift, mood, revenue, cost.\n\n"
    "Example: journey query heatmap demo --since 2026-07-01 --until 2026-10-01 --by touchpoint",
    "attribution": "Sales and revenue credited to touchpoints by eight models side by side.\n\n"
    "Example: journey query attribution demo --since 2026-07-01 --until 2026-10-01 --format table",
    "weakest": "What each touchpoint loses against its stage in money, and what people say of it.\n\n"
    "Example: journey query weakest demo --since 2026-04-01 --until 2026-07-01 --by touchpoint",
    "spoil": "How much less customers buy after a negative contact.\n\n"
    "Example: journey query spoil demo --since 2026-04-01 --until 2026-07-01 --landmark-days 7",
    "bottlenecks": "Where money is lost against the best other segment, worst first.\n\n"
    "Example: journey query bottlenecks demo --since 2026-07-01 --until 2026-10-01 --format table",
    "whatif": "What an improvement is worth.\n\n"
    'Example: journey query whatif demo --set leads=+3% --set "active_evaluation>purchase=+2pp"',
    "transitions": "From which stage or touchpoint customers went straight to which, and how fast.\n\n"
    "Example: journey query transitions demo --level touchpoint --top 30 --format table",
    "bridge": "Which factor explains how much of the change of revenue since another period or segment.\n\n"
    "Example: journey query bridge demo --since 2026-07-01 --until 2026-10-01 --compare year_ago --by segment; "
    "between segments: --segment NAME --compare segment:OTHER",
}


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _console(engagement: str) -> tuple[Answers, Scope]:
    """Answers and the scope of whoever runs the console on the machine itself."""
    services = console_services()
    scope = authorize(operator(services.engagement_keys()), engagement, Action.READ)
    return services.answers, scope


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


for _question in twins.ANSWERS:
    app.command(_question)(_command(_question))
