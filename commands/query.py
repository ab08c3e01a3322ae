"""`journey query ...`: every figure without the screens, as stable JSON for scripts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import typer

from callbacks.progress import aimed
from callbacks.twins.definition import BY_FUNNEL, BY_MARGIN
from callbacks.twins.twin import twin
from commands.context import ConsoleServices, console_services
from commands.query_answers import OfOneAnswer
from commands.query_funnel import Walk
from commands.query_help import HELP
from commands.query_options import WhoAndWhen
from commands.query_print import print_answer
from dashboard.errors import JourneyError
from dashboard.journey.funnel_steps import settled
from dashboard.journey.query import Against, JourneyQuery
from data_access.scope import Action, Scope, authorize, operator
from data_access.state.targets import values

app = typer.Typer(no_args_is_help=True, help="Ask for a figure and get it as JSON, CSV or a table.")
_Key = Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")]


@dataclass(frozen=True)
class Options(OfOneAnswer, Walk, WhoAndWhen):
    """All questions take the same options, so that scripts can pass one set to each."""

    def query(self, engagement: str) -> JourneyQuery:
        """The question that they ask."""
        return JourneyQuery(engagement, **self.general(), **self.funnel(), **self.own())


def _command(question: str) -> Callable[..., None]:
    """One command; its options are the fields of `Options`."""

    def ask(engagement: str, **given: Any) -> None:
        options = Options(**given)
        _answer(question, engagement, options)

    ask.__doc__ = HELP[question]
    ask.__signature__ = _SIGNATURE  # type: ignore[attr-defined] - what typer reads
    return ask


def _signature() -> inspect.Signature:
    """The engagement, then every option with its help."""
    hints = get_type_hints(Options, include_extras=True)
    key = inspect.Parameter("engagement", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_Key)
    options = inspect.signature(Options).parameters.values()
    return inspect.Signature([key, *(one.replace(annotation=hints[one.name]) for one in options)])


_SIGNATURE = _signature()


def _answer(question: str, engagement: str, options: Options) -> None:
    query = options.query(engagement)
    services = console_services()
    answers, scope = services.answers, _scope(services, engagement)
    if options.margin is None and question in BY_MARGIN:
        query = query.with_(margin=services.margin(engagement))
    if question in BY_FUNNEL:
        query = settled(
            query,
            answers.info(scope),
            mode_given=options.mode is not None,
            window_given=options.window_days is not None,
        )
    if query.against is Against.TARGET and not query.targets:
        stored = values(services.state, operator(services.engagement_keys()), engagement)
        with suppress(JourneyError):  # without any the answer itself asks for --target
            query = aimed(query, answers.info(scope), stored)
    levers = tuple(options.set_ or ())
    print_answer(twin(question, answers, scope, query, levers, explain=options.explain), options.format_)


def _scope(services: ConsoleServices, engagement: str) -> Scope:
    """The right of whoever runs the console on the machine itself."""
    return authorize(operator(services.engagement_keys()), engagement, Action.READ)


for _question in HELP:
    app.command(_question)(_command(_question))
