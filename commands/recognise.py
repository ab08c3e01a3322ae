"""`journey recognise`: what files of a client mean, as a mapping that `journey import` reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.context import console_state, note, words
from commands.progress import progress_bar
from dashboard.errors import JourneyError
from dashboard.journey.stages import UNMAPPED, preset
from dashboard.settings import Settings
from data_access.state import engagements, imports

if TYPE_CHECKING:
    from data_access.ingest.recognise.draft import SourceDraft
    from data_access.ingest.recognise.job import ProfileJob

_SURE = 0.8  # below, a person should look at the column
_NEW = "company"  # key of an engagement that nobody has named


def recognise(
    files: Annotated[list[Path], typer.Argument(help="Exports: CSV, XLSX, HTML tables, Parquet, JSON.")],
    engagement: Annotated[
        str | None,
        typer.Option(help="Engagement that they are for: its stages, zone and currency are taken."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File that takes the mapping; stdout where left out.")
    ] = None,
) -> None:
    """Say what the columns of exports mean: a mapping on stdout, what is uncertain on stderr.

    Example: journey recognise ~/exports/*.csv --engagement acme --output acme.yaml
    """
    from data_access.ingest.recognise.build import problems, yaml_of  # with the import, they bring pandas
    from data_access.ingest.recognise.job import Recognised
    from data_access.ingest.supervise import run_child

    job = _job(Settings.load(), files, engagement)
    with progress_bar(words()("Recognising")) as tell:
        found = Recognised.model_validate(run_child("profile", job, tell, lambda: None))
    text = yaml_of(found.draft)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
    for source in found.draft.sources:
        _say(source)
    for problem in problems(found.draft):
        note.print(words().error(problem))
    if output is not None:
        command = f"journey import {output} --from {job.folder}"
        note.print(words()("Written: {path}. Next: {command}", path=output, command=command))


def _job(settings: Settings, files: list[Path], key: str | None) -> ProfileJob:
    """What the looking process is told; the engagement's own words where it is there already.

    Raises:
        JourneyError: `no_such_file`, `data_missing`.
    """
    from data_access.ingest.job import without_secrets
    from data_access.ingest.recognise.job import ProfileJob

    for file in files:
        if not file.is_file():
            raise JourneyError("no_such_file", file=file.name, folder=str(file.parent), nearest="")
    folder = Path(os.path.commonpath([file.resolve().parent for file in files]))
    told = {
        "timezone": engagements.DEFAULT_ZONE,
        "currency": engagements.DEFAULT_CURRENCY,
        "stages": preset("loop6").to_json(),
    }
    if key is not None:
        state = console_state(settings)
        known = next((item for item in engagements.list(state) if item.key == key), None)
        if known is not None:
            told = {
                "timezone": known.zone,
                "currency": known.currency,
                "stages": known.model.to_json(),
                "settled": imports.pointer(state, key) is not None,
            }
    return ProfileJob(
        settings=without_secrets(settings),
        folder=folder,
        files=tuple(str(file.resolve().relative_to(folder)) for file in files),
        engagement=key or _NEW,
        **told,
    )


def _say(source: SourceDraft) -> None:
    """What a file was taken for, and what a person should look at."""
    from data_access.ingest.recognise.presets import preset_name
    from layouts.data_words import kind_name, role_name

    say = words()
    what = preset_name(source.preset, say.language) if source.preset else kind_name(say, source.kind)
    sure = say.formats.share(source.confidence)
    note.print(say("{file}: {what}, {sure} sure", file=source.file, what=what, sure=sure))
    for column, role in source.roles.items():
        if role and source.certain.get(column, 0) < _SURE:
            note.print(say("  {column}: probably “{role}”", column=column, role=role_name(say, role)))
    for labels in (source.stages, source.channels):
        left = [label for label, word in labels.items() if word == UNMAPPED and label not in source.lost]
        if left:
            note.print(say("  without a place: {labels}", labels=", ".join(left)))
