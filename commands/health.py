"""`journey health`: the data health page at the console."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.context import console_services
from commands.query_print import Format, print_answer
from dashboard.journey.query import JourneyQuery
from data_access.scope import Action, authorize, operator


def health(
    engagement: Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")],
    format_: Annotated[Format, typer.Option("--format", help="json, csv or table.")] = Format.JSON,
) -> None:
    """How fresh, whole and clean the imported data are, source by source.

    The table has a row for each kind of facts of each source; JSON also lists gaps, jumps and unfinished months.

    Example: journey health demo --format table
    """
    from callbacks.twins.twin import twin  # with the answers, it brings pandas: too slow for every command

    services = console_services()
    scope = authorize(operator(services.engagement_keys()), engagement, Action.READ)
    print_answer(twin("health", services.answers, scope, JourneyQuery(engagement)), format_)
