"""`journey targets`: how an engagement stands against its targets, and targets from a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from commands.context import console_services, console_state, note, print_table, words
from dashboard.errors import JourneyError
from dashboard.journey.period import Period
from dashboard.journey.targets import UNITS, Kpi, TargetKey, check_key, check_value, read_value, row_name
from dashboard.settings import Settings
from data_access.scope import Action, authorize, operator
from data_access.state import targets as kept

if TYPE_CHECKING:
    from commands.context import ConsoleServices
    from dashboard.analytics.targets import Measured
    from dashboard.journey.generation import GenerationInfo

_COLUMNS = ("kpi", "stage", "segment", "month", "value")
_MOST_BAD = 20  # cells that are named one by one
_Key = Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")]
_File = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="Set targets from a CSV file with the columns kpi, stage, segment, month, value; all of it or nothing.",
        exists=True,
        dir_okay=False,
    ),
]


def targets(
    engagement: _Key,
    file: _File = None,
    period: Annotated[
        str | None, typer.Option(help="Such as 2026-03 or 2026Q1; else the month that the data end in.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False,
) -> None:
    """Tell how figures stand against their targets: fact, pace to date, forecast and status; or set targets.

    Example: journey targets demo --period 2026-09; journey targets demo --from targets.csv
    """
    console_state(Settings.load())
    services = console_services()
    who = operator(services.engagement_keys())
    info = services.answers.info(authorize(who, engagement, Action.READ))
    if file is not None:
        count = _put(services, info, file)
        note.print(words().plural("Saved: {n} target.", "Saved: {n} targets.", count))
        return
    month = f"{info.data_end_day:%Y-%m}" if info.data_end_day else "all"
    span = Period.parse(period or month)
    rows = [_plain(one) for one in _progress(services, info, span)]
    if as_json:
        told = {"engagement": engagement, "period": span.token(), "rows": rows}
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    columns = (
        "kpi",
        "stage",
        "segment",
        "target",
        "actual",
        "pace",
        "forecast",
        "low",
        "high",
        "status",
        "reason",
    )
    print_table(
        columns, ([str(row[name] if row[name] is not None else "—") for name in columns] for row in rows)
    )


def _progress(services: ConsoleServices, info: GenerationInfo, span: Period) -> tuple[Measured, ...]:
    from callbacks.progress import all_progress  # brings pandas and scipy: too slow for every command
    from dashboard.journey.funnel_steps import settled
    from dashboard.journey.query import JourneyQuery

    who = operator(services.engagement_keys())
    scope = authorize(who, info.engagement, Action.READ)
    query = settled(JourneyQuery(info.engagement, period=span), info, mode_given=False, window_given=False)
    stored = kept.values(services.state, who, info.engagement)
    return all_progress(services.answers, scope, query, stored)


def _plain(one: Measured) -> dict[str, Any]:
    """One row; numbers are texts, so that they stay exact."""
    found = one.progress
    names = ("target", "actual", "pace", "forecast", "low", "high")
    values = {name: None if found is None else getattr(found, name) for name in names}
    return {
        "kpi": str(one.kpi),
        "stage": one.stage or None,
        "segment": one.segment or None,
        **{
            name: None if value is None else f"{round(value, 6).normalize():f}"
            for name, value in values.items()
        },
        "pace_by": str(found.basis) if found and found.basis else None,
        "over": found.over if found else None,
        "status": str(found.status) if found else None,
        "reason": one.reason or (found.reason if found else None),
    }


def _put(services: ConsoleServices, info: GenerationInfo, file: Path) -> int:
    who = operator(services.engagement_keys())
    stages, segments = info.model.keys[1:], info.segments
    stored = {one.key: one.version for one in kept.listed(services.state, who, info.engagement)}
    wishes, bad = [], []
    for row in _rows(file):
        try:
            key = check_key(_key(row), stages, segments)
            value = read_value(row["value"], UNITS[key.kpi], words().language)
            checked = None if value is None else check_value(key, value)
            wishes.append(kept.Wish(key, checked, stored.get(key, 0)))
        except JourneyError as error:
            bad.append(_said(row, error))
    if bad:
        for sentence in bad[:_MOST_BAD]:
            note.print(sentence)
        raise JourneyError("targets_not_read", count=len(bad))
    return kept.put(services.state, who, info.engagement, wishes, stages, segments)


def _rows(file: Path) -> list[dict[str, str]]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", "replace")  # as Excel in Russia saves
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(";\t,", key=head.count))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise JourneyError("target_file_columns", missing=", ".join(missing))
    return [{name: (row[name] or "").strip() for name in _COLUMNS} for row in reader]


def _key(row: dict[str, str]) -> TargetKey:
    word = row["kpi"]
    kpi = Kpi(word) if word in set(Kpi) else word
    return TargetKey(kpi, row["stage"], row["segment"], row["month"])  # type: ignore[arg-type] - `check_key` refuses it


def _said(row: dict[str, str], error: JourneyError) -> str:
    """The sentence with its row and column, which those about the number alone do not name."""
    sentence = words().error(error)
    return sentence if "row" in error.facts else f"{row_name(_key(row))}, {row['month']}: {sentence}"
