"""`journey import`: from a client's files to a new generation of facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from pydantic import TypeAdapter

from commands.context import ACTOR, console_state, note, out, words
from commands.progress import progress_bar
from dashboard.settings import Settings

if TYPE_CHECKING:
    from data_access.ingest.report import Outlook


def import_(
    mapping: Annotated[Path, typer.Argument(help="The mapping file: which column means what.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder of the files; the mapping's own where left out.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Say what the import would do; nothing is changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON for scripts.")] = False,
) -> None:
    """Import files as a mapping says: all of it, or nothing. The report counts every row and every kopeck.

    Example: journey import examples/complete_journey.yaml --from ~/exports
    """
    from data_access.ingest.check import check_import
    from data_access.ingest.report import ImportReport  # with the import, it brings pandas: too slow
    from data_access.ingest.report_text import render
    from data_access.ingest.run import run_import  # for every command

    settings = Settings.load()
    console_state(settings)
    if check:
        with progress_bar(words()("Check")) as tell:
            report = check_import(settings, mapping, folder, tell)
    else:
        with progress_bar(words()("Import")) as tell:
            report = run_import(settings, mapping, folder, ACTOR, tell)
    if as_json:
        typer.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        return
    found = TypeAdapter(ImportReport).validate_python(report)
    out.print(render(found, words()))
    if found.outlook is not None:
        out.print(_outlook(found.outlook))
    if check:
        note.print(words()("Nothing was changed: this was a check."))
    elif report["status"] == "unchanged":
        note.print(words()("All of it was known already: nothing has changed."))
    if report["rejected_file"]:
        note.print(words()("Every rejected row stands in {path}", path=report["rejected_file"]))


def _outlook(found: Outlook) -> str:
    """What people would read after the import."""
    say = words()
    return say(
        "Afterwards: {customers} customers, {events} contacts, {deals} deals, revenue {revenue}, {since} to {until}",
        customers=found.customers,
        events=found.events,
        deals=found.deals,
        revenue=say.formats.number(found.revenue, 2),
        since=found.since or "—",
        until=found.until or "—",
    )
