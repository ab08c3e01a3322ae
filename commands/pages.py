"""What a page answers, at the console: asked by whoever runs it, printed as JSON or as a table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from commands.context import console_services, print_table, words
from dashboard.journey.address import Address
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.scope import Action, operator

if TYPE_CHECKING:
    from callbacks.services import Ask, Services
    from dashboard.server.sheets import Sheet

Key = Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for scripts.")]
_SHARES = ("share", "points")


def asked(path: str, engagement: str) -> tuple[Services, Ask]:
    """The question of a page of an engagement.

    Raises:
        JourneyError: `unknown_engagement`, `no_data_yet`.
    """
    from callbacks.services import Services  # brings pandas: too slow for every command

    console = console_services()
    who = operator(console.engagement_keys())
    answers = console.answers
    services = Services(Settings.load(), lambda: console.state, answers.facts, answers, utc_now, lambda: who)
    address = Address(engagement=engagement, language=words().language)
    return services, services.ask(services.visit(path, address.search()), Action.SIMULATE)


def print_json(answer: Any) -> None:
    """An answer on stdout, alone."""
    typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))


def print_sheet(sheet: Sheet, ask: Ask) -> None:
    """A card's figures as a table."""
    kinds = [column.kind for column in sheet.columns]
    rows = ([_cell(ask, kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in sheet.rows)
    print_table([column.title for column in sheet.columns], rows)


def _cell(ask: Ask, kind: str, cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if kind in _SHARES:
        return ask.formats.share(cell, 2)
    if isinstance(cell, int | float):
        return ask.formats.number(cell, 0 if isinstance(cell, int) else 2)
    return str(cell)
