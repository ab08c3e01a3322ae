"""`journey demo`: an invented company to look at, with a sign-in for each role."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from commands import live
from commands.context import ACTOR, note, print_table, words
from commands.init import prepare
from commands.progress import part_of, progress_bar
from commands.serve import Port, address, chosen, refuse_busy_port, run
from commands.user import random_password
from dashboard.demo.plan import COMPANY, ENGAGEMENT, FULL_SIZE, SEED
from dashboard.settings import Settings
from data_access.scope import Role
from data_access.state import engagements, imports, users

_NAMES = {  # invented, as everybody in the demo is
    Role.EXECUTIVE: "Анна Ковалёва",
    Role.MARKETER: "Игорь Сафин",
    Role.CONSULTANT: "Мария Лебедева",
    Role.ADMIN: "Павел Орлов",
    Role.DISPLAY: "Экран в холле",
}
_WRITING = 0.35  # share of the time that inventing takes; the rest is the import


def demo(
    build_only: Annotated[
        bool, typer.Option("--build-only", help="Build, print the sign-ins and stop.")
    ] = False,
    customers: Annotated[
        int | None,
        typer.Option(
            min=500, help="How many customers to invent: 150 000, with --live 4 000 where left out."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day without data; today where left out."),
    ] = None,
    port: Port = None,
    live_: Annotated[
        bool, typer.Option("--live", help="A small company of its own to which something happens every 3 s.")
    ] = False,
) -> None:
    """Build the demo engagement if absent or of an older version, print a sign-in for each role, and serve it.

    With --live it is another engagement, made afresh at each start: events and deals arrive while one looks.

    Example: journey demo --port 8051
    """
    settings = chosen(Settings.load(), port=port)
    if not build_only:
        refuse_busy_port(settings)
    engine = prepare(settings)
    if live_:
        batches = live.build(settings, engine, customers or live.SIZE)
        _print_sign_ins(settings, _sign_ins(settings, engine, live.ENGAGEMENT))
        if not build_only:
            live.run(settings, batches)
        return
    _withdraw_outdated(settings, engine)
    if imports.pointer(engine, ENGAGEMENT) is None:
        _build(settings, engine, customers or FULL_SIZE, until)
    passwords = _sign_ins(settings, engine, ENGAGEMENT)
    _plan(settings, engine)
    _print_sign_ins(settings, passwords)
    if not build_only:
        run(settings)


def _withdraw_outdated(settings: Settings, engine: sa.Engine) -> None:
    """A demo that an older version has built is invented anew: its days and stories are others by now."""
    from data_access.layout import is_outdated  # brings DuckDB: too slow for every command

    built = imports.pointer(engine, ENGAGEMENT)
    if built is not None and is_outdated(settings, ENGAGEMENT, built.generation):
        note.print(words()("The demo is of an older version and is built anew; its sign-ins stay."))
        imports.withdraw(engine, ENGAGEMENT, ACTOR)


def _build(settings: Settings, engine: sa.Engine, customers: int, until: datetime | None) -> None:
    """Invent the files, import them like anybody's, and throw them away."""
    from dashboard.demo.writer import (
        write_demo,
    )  # with the import, these bring pandas: too slow for every command
    from data_access.ingest.run import run_import

    if ENGAGEMENT not in {item.key for item in engagements.list(engine)}:
        engagements.add(engine, ENGAGEMENT, COMPANY, demo=True, actor=ACTOR)
    folder = settings.data / "demo-files"
    try:
        with progress_bar(words()("Building the demo")) as tell:
            last_day = until.date() if until else None
            mapping = write_demo(folder, customers, last_day, SEED, part_of(tell, 0, _WRITING))
            run_import(settings, mapping, folder, ACTOR, part_of(tell, _WRITING, 1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plan(settings: Settings, engine: sa.Engine) -> None:
    """What the demo's people have planned; they are there by now."""
    from commands.demo_plan import plan_demo  # bring pandas: too slow for every command
    from commands.demo_watch import watch_demo

    plan_demo(settings, engine)
    watch_demo(settings, engine)


def _sign_ins(settings: Settings, engine: sa.Engine, engagement: str) -> dict[str, str]:
    """Password by login, one login a role, each with the engagement.

    An account that others made keeps its password, which is not shown, and sees what it saw.
    """
    path = settings.data / "demo-signins.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    taken = {account.record.login: account.record for account in users.list_users(engine)}
    absent = [role for role in Role if str(role) not in taken]
    passwords = known | {str(role): known.get(str(role)) or random_password() for role in absent}
    _keep(path, passwords)  # first: a password that nobody knows helps nobody
    for role in absent:
        login = str(role)
        users.add_user(
            engine, login, _NAMES[role], role, passwords[login], engagements=(engagement,), actor=ACTOR
        )
    for login in known.keys() & taken.keys():
        if engagement not in taken[login].engagements:
            engagements.grant(engine, taken[login].id, engagement, actor=ACTOR)
    return passwords


def _keep(path: Path, passwords: dict[str, str]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file, indent=2)
    unfinished.replace(path)


def _print_sign_ins(settings: Settings, passwords: dict[str, str]) -> None:
    unknown = words()("as set before")
    note.print(words()("Journey BI, demo: {address}", address=address(settings)))
    print_table(
        ("role and login", "password"), [(role, passwords.get(role, unknown)) for role in map(str, Role)]
    )
