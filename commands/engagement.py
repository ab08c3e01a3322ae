"""`journey engagement ...`: clients' journeys of this installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import orjson
import typer

from commands.context import ACTOR, console_state, note, print_table, words
from dashboard.journey.stages import preset
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
                "generation": pointer.generation if pointer else None,
                "imported_at": f"{pointer.switched_at:%Y-%m-%dT%H:%M:%SZ}" if pointer else None,
            }
        )
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    columns = ("key", "name", "stages", "zone", "currency", "generation", "imported_at")
    print_table(columns, ([str(row[name] or "—") for name in columns] for row in rows))


@app.command()
def stages(
    preset_name: Annotated[
        str, typer.Argument(metavar="PRESET", help="loop6, classic5, goals11 or search5.")
    ],
    engagement: Annotated[
        str | None, typer.Option(help="Give these stages to an engagement that has no data yet.")
    ] = None,
) -> None:
    """Show the stages of a preset: keys for mapping files, and what each drives.

    Example: journey engagement stages loop6
    """
    model = preset(preset_name)
    if engagement:
        engagements.set_stages(console_state(Settings.load()), engagement, model, actor=ACTOR)
        note.print(
            words()("The stages of {engagement} are {preset} now.", engagement=engagement, preset=preset_name)
        )
    rows = [(s.key, str(s.phase), s.name("en"), s.name("ru"), str(s.nth_deal or "")) for s in model.stages]
    print_table(("stage", "phase", "name (en)", "name (ru)", "reached by deal"), rows)
