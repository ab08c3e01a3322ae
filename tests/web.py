"""A whole small product for the web tests: people of every role, three engagements, real databases."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import create_app
from dashboard.errors import JourneyError
from dashboard.journey.generation import GenerationInfo
from dashboard.server.index import JourneyDash
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.facts import Current, EngineFacts, Facts, Worked
from data_access.generations import GenerationFacts
from data_access.scope import Action, Role, Scope
from data_access.state import engagements, users
from tests.facts import Event, KeptFacts, Sale, load
from tests.generation_files import migrated, settings_of

PASSWORD = "a long enough password"
OWN, FOREIGN, EMPTY = "acme", "rival", "new"
ROLES = tuple(Role)
SEGMENTS = ("Newest model", "Protection", "Gift, fast", "Business")
CHANNELS = ("site", "contact_centre", "store", "email")
FIRST_DAY = datetime(2026, 1, 3, 9)
DAYS = 270  # ends 29 September 2026


class ManyFacts:
    """Facts of several engagements, each on its own engine."""

    def __init__(self, by_engagement: Mapping[str, Facts]) -> None:
        self._facts = by_engagement

    def info(self, scope: Scope) -> GenerationInfo:
        return self._of(scope).info(scope)

    def frame(self, scope: Scope, statement: sa.Select) -> pd.DataFrame:
        return self._of(scope).frame(scope, statement)

    def worked_out(
        self, scope: Scope, question: tuple[Hashable, ...], compute: Callable[[], Worked]
    ) -> Worked:
        return self._of(scope).worked_out(scope, question, compute)

    def status(self, scope: Scope) -> Current | None:
        return self._of(scope).status(scope)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        yield

    def _of(self, scope: Scope) -> Facts:
        if scope.engagement not in self._facts:
            raise JourneyError("no_data_yet", status=409, engagement=scope.engagement)
        return self._facts[scope.engagement]


@dataclass(frozen=True)
class Site:
    """The product and who may sign in: one login a role, named like it, all with `PASSWORD`."""

    app: JourneyDash
    settings: Settings
    state: sa.Engine

    def client(self, role: str | None = None) -> FlaskClient:
        """A browser without scripts; with a role it has signed in."""
        client = self.app.server.test_client()
        if role:
            sign_in(client, role)
        return client


class DemoFacts(ManyFacts):
    """The small facts stand for the demo's; every other engagement has what is imported into it."""

    def __init__(self, imported: Facts) -> None:
        super().__init__({OWN: small_facts()._of(Scope(OWN, Action.READ, 0))})
        self._imported = imported

    def _of(self, scope: Scope) -> Facts:
        return self._facts.get(scope.engagement, self._imported)


def importing_site(folder: Path, language: str = "en", *, demo: bool = False) -> Site:
    """The product with one engagement without data, whose figures come from real imports.

    Args:
        demo: it is the demo's engagement, which has data of its own and takes none of others.
    """
    settings = settings_of(folder, secret_key="only-for-tests-0123-abcd-9876-zyxw-q")
    state = migrated(settings)
    engagements.add(state, OWN, "Acme", demo=demo)
    engagements.add(state, FOREIGN, "Rival of the house")
    for role in ROLES:
        users.add_user(state, str(role), "Ivan Belov", role, PASSWORD, engagements=[OWN], language=language)
    facts = DemoFacts(GenerationFacts(settings, state)) if demo else None
    return Site(create_app(settings, facts), settings, state)


def make_site(folder: Path, facts: ManyFacts | None = None, clock: Callable[[], datetime] = utc_now) -> Site:
    """Build the product in an empty folder; `facts` of another one can be shared, since nobody writes them."""
    settings = Settings(data=folder, secret_key="only-for-tests-0123-abcd-9876-zyxw-q")  # type: ignore[arg-type]
    state = migrated(settings)
    engagements.add(state, OWN, "Demo: «Electron» chain", zone="Europe/Moscow")
    engagements.add(state, FOREIGN, "Rival of the house", zone="UTC")
    engagements.add(state, EMPTY, "Bakery before its first import", zone="UTC")
    names = {
        "executive": "Vera Orlova",
        "marketer": "Ivan Belov",
        "consultant": "Anna Kovaleva",
        "admin": "Olga Admin",
    }
    for role in ROLES:
        users.add_user(
            state,
            str(role),
            names.get(role, "Lobby screen"),
            role,
            PASSWORD,
            engagements=[OWN, EMPTY],
            language="en",
        )
    return Site(create_app(settings, facts or small_facts(), clock), settings, state)


@cache
def small_facts() -> ManyFacts:
    """Facts of the own engagement and of the foreign one, in files: the requests of a page come at once.

    One set for a whole process: nobody writes them, and what one file of tests asked serves the next one.
    """
    folder = tempfile.mkdtemp(prefix="journey-facts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return ManyFacts({key: facts_of(key, Path(folder)) for key in (OWN, FOREIGN)})


def facts_of(engagement: str, folder: Path) -> EngineFacts:
    """Some 500 customers of four segments over nine months; the same ones each time."""
    engine = sa.create_engine(f"duckdb:///{folder / engagement}.duckdb")
    events: list[Event] = []
    sales: list[Sale] = []
    segments: dict[str, str] = {}
    for number in range(540):
        customer, start = (
            f"c{number}",
            FIRST_DAY + timedelta(days=number * (DAYS - 20) / 540, hours=number % 7),
        )
        segments[customer] = SEGMENTS[number % 4]
        channel = CHANNELS[number % len(CHANNELS)]
        events.append(Event(customer, "initial_consideration", start, channel))
        if number % 10 < 6:
            events.append(Event(customer, "active_evaluation", start + timedelta(days=2), channel))
        if number % 10 < 3:
            bought = start + timedelta(days=5)
            events.append(Event(customer, "purchase", bought, "store"))
            sales.append(Sale(customer, bought, 20_000 + number * 37, f"t{number}"))
        if number % 10 == 0:
            events.append(Event(customer, "experience", start + timedelta(days=12), "email"))
    load(engine, events, sales, segments=segments, zone="Europe/Moscow", engagement=engagement)
    return KeptFacts(engine)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send the sign-in form as a browser does."""
    token = field(client.get("/login").get_data(as_text=True), "csrf_token")
    form = {"login": login, "password": password, "csrf_token": token, **more}
    return client.post("/login", data=form)


def field(html: str, name: str) -> str:
    """Value of a hidden field of a form."""
    return html.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]
