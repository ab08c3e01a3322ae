"""`journey merges`: who is one person, why, and what to do where that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import typer

from commands.context import ACTOR, console_services, note, print_table, words
from commands.progress import progress_bar
from dashboard.journey.whom import Slice
from dashboard.settings import Settings
from data_access.scope import Action, authorize, operator
from data_access.state import imports

_COLUMNS = ("value", "why", "customers", "who", "to look at", "import")


def merges(
    engagement: Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")],
    keep_apart: Annotated[
        str | None, typer.Option(help="KIND:VALUE that makes nobody one person, such as phone:+79161112233.")
    ] = None,
    join: Annotated[str | None, typer.Option(help="KIND:VALUE that is kept apart, to merge again.")] = None,
    to_look_at: Annotated[
        bool,
        typer.Option("--to-look-at", help="Only people whose customers differ: two e-mails under one phone."),
    ] = False,
    rows: Annotated[int, typer.Option(help="At most so many values.", min=1)] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False,
) -> None:
    """List the identity values that make several customers one person, and those that make nobody one.

    --keep-apart and --join make a new generation, as an import does; `journey undo` takes it back.

    Example: journey merges acme --keep-apart phone:+79161112233
    """
    if keep_apart is not None and join is not None:
        raise typer.BadParameter(words()("Give --keep-apart or --join, not both."))
    told = keep_apart or join
    if told is not None:
        _separate(engagement, told, apart=keep_apart is not None)
        return
    found = _log(engagement, rows, to_look_at)
    if as_json:
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    print_table(
        _COLUMNS,
        (
            (
                f"{row['kind']}:{row['value']}",
                row["reason"],
                str(row["customers"]),
                ", ".join(row["keys"]),
                row["differs"] or "",
                f"{row['import_id']} · {row['imported_at'] or ''}",
            )
            for row in found
        ),
    )


def _separate(engagement: str, told: str, *, apart: bool) -> None:
    from data_access.ingest.run import run_separation  # with the import, it brings pandas: too slow

    kind, _, value = told.partition(":")
    if not value:
        raise typer.BadParameter(words()("Name the value as KIND:VALUE, such as phone:+79161112233."))
    with progress_bar(words()("Identities")) as tell:
        report = run_separation(Settings.load(), engagement, kind, value, ACTOR, tell, apart=apart)
    stored = f"{kind}:{report['separated']['value']}"
    merged = report["merges"]
    sentence = (
        words()("{value} makes nobody one person now.", value=stored)
        if apart
        else words()("{value} makes customers one person again.", value=stored)
    )
    note.print(sentence)
    note.print(
        words()(
            "Customers merged: {keys}; people that they make: {people}.",
            keys=merged["keys"],
            people=merged["people"],
        )
    )


def _log(engagement: str, rows: int, to_look_at: bool) -> list[dict[str, Any]]:
    from data_access.merges import fetch_merges  # with the answers, it brings pandas
    from data_access.pseudonyms import Pseudonyms

    services = console_services()
    scope = authorize(operator(services.engagement_keys()), engagement, Action.CONTACTS)
    names, part = Pseudonyms(Settings.load().signing_key()), Slice(rows=rows)
    frame = fetch_merges(services.answers.facts, scope, part, names, to_look_at=to_look_at, most=rows)
    began = imports.started(services.state, engagement, map(int, frame["import_id"]))
    moments = {number: f"{moment:%Y-%m-%d %H:%M}" for number, moment in began.items()}
    return [_plain(row, moments) for _, row in frame.iterrows()]


def _plain(row: Any, moments: Mapping[int, str]) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "value": row["value"],
        "reason": row["reason"],
        "customers": int(row["customers"]),
        "keys": row["keys"],
        "differs": row["differs"] if isinstance(row["differs"], str) else None,
        "import_id": int(row["import_id"]),
        "imported_at": moments.get(int(row["import_id"])),
    }
