"""`journey user ...`: people who sign in. The first admin is made here; the web offers no set-up page."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from commands.context import ACTOR, console_state, is_terminal, note, print_table, words
from dashboard.settings import Settings
from data_access.scope import Role
from data_access.state import engagements, users
from data_access.state.passwords import random_password

app = typer.Typer(
    no_args_is_help=True, help="People: add, list, role, email, password, grant, revoke, disable, enable."
)

Login = Annotated[str, typer.Argument(help="What the person signs in with.")]
Key = Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    name: Annotated[str | None, typer.Option(help="What others read; the login where left out.")] = None,
    engagement: Annotated[
        list[str] | None, typer.Option(help="An engagement they see; may be repeated.")
    ] = None,
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
    email: Annotated[str, typer.Option(help="Where alerts and digests go; nowhere where left out.")] = "",
    password_stdin: FromStdin = False,
) -> None:
    """Add a person. The password is asked for; without a terminal, or left empty, a random one is printed.

    Example: journey user add anna --role executive --engagement acme
    """
    engine = console_state(Settings.load())
    password, random = _password(password_stdin)
    users.add_user(
        engine,
        login,
        name or login,
        role,
        password,
        language=language,
        engagements=engagement or (),
        email=email,
        actor=ACTOR,
    )
    note.print(words()("Added {login} ({role}).", login=login, role=str(role)))
    _show(password, random)


@app.command("list")
def list_() -> None:
    """List the people, their roles and what they see.

    Example: journey user list
    """
    rows = []
    for account in users.list_users(console_state(Settings.load())):
        record = account.record
        state = words()("disabled") if account.disabled else ""
        seen = ", ".join(sorted(record.engagements))
        rows.append((record.login, record.name, str(record.role), seen, account.email, state))
    print_table(("login", "name", "role", "engagements", "e-mail", "state"), rows)


@app.command()
def email(
    login: Login,
    address: Annotated[str, typer.Argument(help="Where alerts and digests go; '' = nowhere.")],
) -> None:
    """Say where a person's letters go.

    Example: journey user email anna anna@example.com
    """
    engine = console_state(Settings.load())
    users.set_email(engine, users.find(engine, login).record.id, address, actor=ACTOR)
    told = words()("Letters for {login} go to {address}.", login=login, address=address.strip())
    note.print(told if address.strip() else words()("{login} gets no letters.", login=login))


@app.command()
def password(login: Login, password_stdin: FromStdin = False) -> None:
    """Change a password; every session of the person ends.

    Example: journey user password anna
    """
    engine = console_state(Settings.load())
    user_id = users.find(engine, login).record.id
    secret, random = _password(password_stdin)
    users.set_password(engine, user_id, secret, actor=ACTOR)
    note.print(words()("Changed the password of {login}.", login=login))
    _show(secret, random)


@app.command()
def role(
    login: Login, role: Annotated[Role, typer.Argument(help="What the person may do from here on.")]
) -> None:
    """Change what a person may do, in their open sessions too.

    Example: journey user role anna marketer
    """
    engine = console_state(Settings.load())
    users.set_role(engine, users.find(engine, login).record.id, role, actor=ACTOR)
    note.print(words()("{login} is {role} now.", login=login, role=str(role)))


@app.command()
def grant(login: Login, engagement: Key) -> None:
    """Let a person see an engagement.

    Example: journey user grant anna acme
    """
    engine = console_state(Settings.load())
    engagements.grant(engine, users.find(engine, login).record.id, engagement, actor=ACTOR)
    note.print(words()("{login} sees {engagement} now.", login=login, engagement=engagement))


@app.command()
def revoke(login: Login, engagement: Key) -> None:
    """Take an engagement from a person, from their next request on.

    Example: journey user revoke anna acme
    """
    engine = console_state(Settings.load())
    engagements.revoke(engine, users.find(engine, login).record.id, engagement, actor=ACTOR)
    note.print(words()("{login} no longer sees {engagement}.", login=login, engagement=engagement))


@app.command()
def disable(login: Login) -> None:
    """Shut a person out at once: no sign-in, and open sessions end.

    Example: journey user disable anna
    """
    engine = console_state(Settings.load())
    users.disable(engine, users.find(engine, login).record.id, actor=ACTOR)
    note.print(words()("{login} cannot sign in any more.", login=login))


@app.command()
def enable(login: Login) -> None:
    """Let a disabled person sign in again.

    Example: journey user enable anna
    """
    engine = console_state(Settings.load())
    users.enable(engine, users.find(engine, login).record.id, actor=ACTOR)
    note.print(words()("{login} can sign in again.", login=login))


def _password(from_stdin: bool) -> tuple[str, bool]:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if is_terminal():
        asked = words()("Password (empty = a random one)")
        typed = typer.prompt(
            asked, hide_input=True, confirmation_prompt=True, default="", show_default=False, err=True
        )
        if typed:
            return typed, False
    return random_password(), True


def _show(password: str, random: bool) -> None:
    """A random password goes to stdout, alone: a script can take it, and no log of stderr keeps it."""
    if random:
        note.print(words()("Password:"))
        typer.echo(password)
