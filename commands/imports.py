"""`journey import`: from a client's files to a new generation of facts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import TypeAdapter

from commands.context import ACTOR, console_state, note, out, words
from commands.progress import progress_bar
from dashboard.settings import Settings


def import_(
    mapping: Annotated[Path, typer.Argument(help="The mapping file: which column means what.")],
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder of the files; the mapping's own where left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON for scripts.")] = False,
) -> None:
    """Import files as a mapping says: all of it, or nothing. The report counts every row and every kopeck.

    Example: journey import examples/complete_journey.yaml --from ~/exports
    """
    from data_access.ingest.report import ImportReport  # with the import, it brings pandas: too slow
    from data_access.ingest.report_text import render
    from data_access.ingest.run import run_import  # for every command

    settings = Settings.load()
    console_state(settings)
    with progress_bar(words()("Import")) as tell:
        report = run_import(settings, mapping, folder, ACTOR, tell)
    if as_json:
        typer.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        return
    out.print(render(TypeAdapter(ImportReport).validate_python(report), words()))
    if report["status"] == "unchanged":
        note.print(words()("All of it was known already: nothing has changed."))
    if report["rejected_file"]:
        note.print(words()("Every rejected row stands in {path}", path=report["rejected_file"]))
