"""What a console command works with: settings, the state database, services, and how it speaks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import OperationalError

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.settings import Settings
from data_access.state import engagements
from data_access.state.engine import state_engine, state_url
from data_access.state.migrate import check_state

if TYPE_CHECKING:
    from callbacks.answers import Answers

_WIDE = 1000  # characters; a table takes what it needs
ACTOR = "console"  # who did it, in the audit trail
out = Console(markup=False, highlight=False, soft_wrap=True)
note = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


def words() -> Words:
    """The console's language; needs no valid settings, so that it can say what is wrong with them."""
    return Words("ru" if os.environ.get("JOURNEY_LANGUAGE") == "ru" else "en")


def console_state(settings: Settings) -> sa.Engine:
    """The state database of an installation that `journey init` has made.

    Raises:
        JourneyError: `data_missing`, `state_too_old`, `state_too_new`, `state_unreachable`.
    """
    if not settings.data.is_dir():
        raise JourneyError("data_missing", path=str(settings.data))
    return checked_state(settings)


def checked_state(settings: Settings) -> sa.Engine:
    """The state database, after a look whether this code fits it."""
    engine = state_engine(settings)
    try:
        check_state(engine)
    except OperationalError as error:
        address = sa.make_url(state_url(settings)).render_as_string(hide_password=True)
        raise JourneyError("state_unreachable", address=address) from error
    return engine


@dataclass(frozen=True, slots=True)
class ConsoleServices:
    """What a question at the console needs: answers, and which engagements there are."""

    answers: Answers
    state: sa.Engine

    def engagement_keys(self) -> frozenset[str]:
        """Whoever runs the console on the machine can read its files: every engagement."""
        return frozenset(item.key for item in engagements.list(self.state))

    def margin(self, engagement: str) -> float | None:
        """The share of revenue that the engagement keeps, where somebody has told it."""
        return engagements.get(self.state, engagement).margin


def console_services() -> ConsoleServices:
    """Everything `journey query` works with."""
    from callbacks.answers import Answers  # these bring pandas and scipy: too slow for every command
    from data_access.generations import GenerationFacts

    settings = Settings.load()
    state = console_state(settings)
    return ConsoleServices(Answers(GenerationFacts(settings, state)), state)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout whose cells are never cut or broken: people copy keys from it."""
    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False, width=_WIDE).print(table)


def is_terminal() -> bool:
    """True where somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
