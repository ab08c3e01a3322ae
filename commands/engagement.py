"""`journey engagement ...`: clients' journeys of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import sqlalchemy as sa
import typer

from commands.context import ACTOR, console_state, note, print_table, words
from commands.progress import progress_bar
from dashboard.journey.stages import StageModel, preset
from dashboard.settings import Settings
from data_access.state import engagements, imports

app = typer.Typer(no_args_is_help=True, help="Clients' journeys: add one, list them, look at stage presets.")


@app.command()
def add(
    key: Annotated[str, typer.Argument(help="Short word for files and addresses: a-z, 0-9, _ and -.")],
    name: Annotated[str | None, typer.Option(help="What people read; the key where left out.")] = None,
    stages: Annotated[str, typer.Option(help="Stage preset: loop6, classic5, goals11 or search5.")] = "loop6",
    zone: Annotated[str, typer.Option(help="Time zone in which days begin.")] = engagements.DEFAULT_ZONE,
    currency: Annotated[
        str, typer.Option(help="Three letters of the currency.")
    ] = engagements.DEFAULT_CURRENCY,
    brand: Annotated[str | None, typer.Option(help="The client's brand.")] = None,
    responsible: Annotated[str | None, typer.Option(help="Who answers for the analysis.")] = None,
    analysis_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help='"Today" where the data end long ago.')
    ] = None,
) -> None:
    """Add an engagement. An import adds the one its mapping names by itself.

    Example: journey engagement add acme --name "Acme Retail" --stages loop6 --zone Europe/Moscow
    """
    about = {
        "brand": brand,
        "responsible": responsible,
        "analysis_date": analysis_date.date() if analysis_date else None,
    }
    model, engine = preset(stages), console_state(Settings.load())
    engagements.add(engine, key, name, zone=zone, currency=currency, model=model, actor=ACTOR, **about)
    note.print(words()("Added the engagement {key}.", key=key))


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False) -> None:
    """List the engagements and the age of their data.

    Example: journey engagement list --json
    """
    engine = console_state(Settings.load())
    rows = []
    for item in engagements.list(engine):
        pointer = imports.pointer(engine, item.key)
        rows.append(
            {
                "key": item.key,
                "name": item.name,
                "stages": item.model.preset or ", ".join(item.model.keys),
                "zone": item.zone,
                "currency": item.currency,
                "margin": item.margin,
                "generation": pointer.generation if pointer else None,
                "imported_at": f"{pointer.switched_at:%Y-%m-%dT%H:%M:%SZ}" if pointer else None,
            }
        )
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    columns = ("key", "name", "stages", "zone", "currency", "margin", "generation", "imported_at")
    print_table(columns, ([str("—" if row[name] is None else row[name]) for name in columns] for row in rows))


@app.command()
def margin(
    key: Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")],
    share: Annotated[
        float | None, typer.Argument(help="Share of revenue that is left after the cost of goods, 0 to 1.")
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Forget it: ROMI is on revenue again.")] = False,
) -> None:
    """Show or set the margin that ROMI of an engagement is counted with; --margin of a question goes first.

    Example: journey engagement margin acme 0.35
    """
    if unset and share is not None:
        raise typer.BadParameter(words()("Give a share or --unset, not both."))
    engine = console_state(Settings.load())
    if unset or share is not None:
        stored = engagements.set_margin(engine, key, share, actor=ACTOR).margin
    else:
        stored = engagements.get(engine, key).margin
    sentence = (
        words()("{engagement} has no margin: ROMI is on revenue.", engagement=key)
        if stored is None
        else words()("The margin of {engagement} is {margin}.", engagement=key, margin=stored)
    )
    note.print(sentence)


@app.command()
def stages(
    preset_name: Annotated[
        str | None, typer.Argument(metavar="[PRESET]", help="loop6, classic5, goals11 or search5.")
    ] = None,
    engagement: Annotated[
        str | None, typer.Option(help="Give these stages to an engagement; alone it shows those it has.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="YAML with stages (a preset or a list) and map (label: stage).")
    ] = None,
) -> None:
    """Show the stages of a preset, a file or an engagement, or give an engagement other ones.

    Where the engagement has data, they are mapped anew from the labels of the files into a new generation.

    Example: journey engagement stages --file stages.yaml --engagement acme
    """
    from data_access.ingest.mapping import read_stage_file  # with the import, it brings pandas: too slow

    told = read_stage_file(file) if file else None
    model = told.model if told else preset(preset_name) if preset_name else None
    if engagement:
        settings = Settings.load()
        engine = console_state(settings)
        if model is None:
            model = engagements.get(engine, engagement).model
            _print_versions(engine, engagement)
        else:
            _give(settings, engine, engagement, model, told.map if told else {})
    elif model is None:
        raise typer.BadParameter(words()("Name a preset, --file or --engagement."))
    rows = [(s.key, str(s.phase), s.name("en"), s.name("ru"), str(s.nth_deal or "")) for s in model.stages]
    print_table(("stage", "phase", "name (en)", "name (ru)", "reached by deal"), rows)


def _give(
    settings: Settings, engine: sa.Engine, key: str, model: StageModel, labels: Mapping[str, str]
) -> None:
    """Other stages for an engagement; its data, where it has some, are mapped anew."""
    from data_access.ingest.run import run_stage_change  # with the import, it brings pandas: too slow

    name = model.preset or ", ".join(model.keys)
    if imports.pointer(engine, key) is None:
        engagements.set_stages(engine, key, model, actor=ACTOR)
    else:
        with progress_bar(words()("Stages")) as tell:
            report = run_stage_change(settings, key, model, labels, ACTOR, tell)
        found = report["remapped"]
        print_table(("stage", "events"), ((stage, str(count)) for stage, count in found["stages"].items()))
        for item in found["unmapped"]:
            sentence = words()(
                "“{label}” has no stage now: {rows} events", label=item["label"], rows=item["rows"]
            )
            note.print(sentence)
    note.print(words()("The stages of {engagement} are {preset} now.", engagement=key, preset=name))


def _print_versions(engine: sa.Engine, key: str) -> None:
    """Since when each stage model of the engagement is valid, the newest first."""
    entries = imports.journal(engine, key, limit=1000)
    rows = [
        (
            f"{entry.finished_at:%Y-%m-%d %H:%M}",
            ", ".join(stage["key"] for stage in entry.report["stages"]["stages"]),
        )
        for entry in entries
        if entry.status == "done" and entry.undone_at is None
        if entry.finished_at and entry.report and "stages" in entry.report
    ]
    if rows:
        print_table(("valid from (UTC)", "stages"), rows)
