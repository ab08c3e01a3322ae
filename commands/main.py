"""The console command `journey`: groups of commands, and how errors are said."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from commands import (
    alerts,
    check,
    demo,
    effects,
    engagement,
    health,
    imports,
    init,
    journal,
    merges,
    plan,
    recognise,
    scenarios,
    serve,
    targets,
    user,
    worker,
)
from commands.context import note, words
from dashboard.errors import JourneyError

_DEBUG = "--debug"
_INTERRUPTED = 130


class _Commands(TyperGroup):
    """The root: `query` is loaded when somebody asks for it, since it brings the libraries of the answers."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name == "query" and cmd_name not in self.commands:
            from commands import query

            self.add_command(typer.main.get_command(query.app), "query")
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(dict.fromkeys([*super().list_commands(ctx), "query"]))


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def root(
    debug: Annotated[
        bool, typer.Option(_DEBUG, help="Show where an error came from; may stand anywhere.")
    ] = False,
) -> None:
    """Journey BI: from a client's tables to funnels, LCPQ and what-if.

    Example: journey init, then journey import mapping.yaml, then journey serve
    """


app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.add_typer(engagement.app, name="engagement")
app.add_typer(user.app, name="user")
app.command("import")(imports.import_)
app.command("recognise")(recognise.recognise)
app.command("journal")(journal.journal)
app.command("undo")(journal.undo)
app.command("redo")(journal.redo)
app.command("merges")(merges.merges)
app.command("plan")(plan.plan)
app.command("effects")(effects.effects)
app.command("scenarios")(scenarios.scenarios)
app.command("ledger")(scenarios.ledger)
app.command("health")(health.health)
app.command("check")(check.check)
app.command("targets")(targets.targets)
app.command("alerts")(alerts.alerts)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave the process with its code; an error is one sentence on stderr."""
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(run([part for part in given if part != _DEBUG], debug=_DEBUG in given))


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command and return its exit code."""
    try:
        code = app(arguments, prog_name="journey", standalone_mode=False)
    except JourneyError as error:
        return _say(words().error(error), 1, debug)
    except typer.Abort:
        return _INTERRUPTED
    except typer.TyperException as error:
        return _say(error.format_message(), error.exit_code, debug)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left, as `head` does
        return 1
    except Exception as error:  # noqa: BLE001 - the last wall: a person gets a sentence, not a traceback
        return _say(words().error(JourneyError("console_failed", error=_first_line(error))), 1, debug)
    return code if isinstance(code, int) else 0


def _say(sentence: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    note.print(sentence)
    return code


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
