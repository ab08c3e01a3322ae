"""One small product for all HTTP tests, and a way to call its callbacks as a browser does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

from dashboard.server.headers import CSRF_COOKIE, CSRF_HEADER
from data_access.state.schema import sign_in_failure
from tests.facts import KeptFacts
from tests.web import OWN, ManyFacts, Site, facts_of, make_site, small_facts

UPDATE = "/_dash-update-component"


Clients = Callable[[str | None], FlaskClient]


@pytest.fixture(scope="session")
def facts() -> ManyFacts:
    """The facts of both engagements that have some."""
    return small_facts()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, facts: ManyFacts) -> Site:
    """The product; tests leave people, engagements and facts as they are."""
    return make_site(tmp_path_factory.mktemp("site"), facts)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[KeptFacts]:
    """Facts of which nothing was asked yet."""
    facts = facts_of(OWN, tmp_path)
    assert isinstance(facts, KeptFacts)
    yield facts
    facts._engine.dispose()


@pytest.fixture
def own(tmp_path: Path, kept: KeptFacts) -> Site:
    """The product over those facts."""
    return make_site(tmp_path / "site", ManyFacts({OWN: kept}))


@pytest.fixture
def no_waits(site: Site) -> Iterator[None]:
    """Wrong passwords of one test do not make the next one wait."""
    yield
    with site.state.begin() as connection:
        connection.execute(sa.delete(sign_in_failure))


@pytest.fixture(scope="session")
def signed_in(site: Site) -> Clients:
    """A client for a role, signed in once for all tests that only read; None is nobody."""
    return clients_of(site)


def clients_of(site: Site) -> Clients:
    """A client for each role, signed in when it is first wanted."""
    clients: dict[str | None, FlaskClient] = {}

    def client(role: str | None) -> FlaskClient:
        if role not in clients:
            clients[role] = site.client(role)
            if role:
                clients[role].get(f"/overview?e={OWN}")  # brings the CSRF cookie
        return clients[role]

    return client


def token_header(client: FlaskClient) -> dict[str, str]:
    """The CSRF token as our scripts send it; empty for nobody."""
    cookie = client.get_cookie(CSRF_COOKIE)
    return {CSRF_HEADER: cookie.decoded_value} if cookie else {}


def call(client: FlaskClient, site: Site, name: str, place: Any, **more: Any) -> Any:
    """Call a server callback by its name in the registry, with `place` as the value of its first input."""
    return client.post(UPDATE, json=body(site, name, place), headers={**token_header(client), **more})


def body(site: Site, name: str, place: Any) -> dict[str, Any]:
    """What Dash's renderer would send."""
    spec = site.app.callback_map[name]
    inputs = [
        {**_named(one), "value": place if number == 0 else None} for number, one in enumerate(spec["inputs"])
    ]
    state = [{**_named(one), "value": None} for one in spec["state"]]
    outputs = [_output(part) for part in re.split(r"\.\.\.", name.strip("."))]
    return {
        "output": name,
        "outputs": outputs if name.startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{inputs[0]['id']}.{inputs[0]['property']}"],
    }


@contextmanager
def seen_statements(engine: sa.Engine, statements: list[str]) -> Iterator[None]:
    """Write down what is asked of a database meanwhile, beginnings of transactions included."""

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield
    event.remove(engine, "before_cursor_execute", note)


def server_callbacks(site: Site) -> list[str]:
    """Names of every callback that runs on the server."""
    return [name for name, spec in site.app.callback_map.items() if "callback" in spec]


def page_of(site: Site, name: str) -> str:
    """Path of the page whose address the callback listens to; the overview for the shell's own."""
    store = str(site.app.callback_map[name]["inputs"][0]["id"])
    return "/" + store.removeprefix("address-") if store.startswith("address-") else "/overview"


def place(site: Site, name: str, search: str) -> dict[str, Any]:
    """The value that the browser's store would hold."""
    return {"path": page_of(site, name), "search": search, "turn": 0}


def _named(one: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(one["id"]), "property": one["property"]}


def _output(part: str) -> dict[str, Any]:
    identifier, _, prop = part.rpartition(".")
    return {"id": json.loads(identifier) if identifier.startswith("{") else identifier, "property": prop}


@pytest.fixture
def fresh(tmp_path: Path, facts: ManyFacts) -> Site:
    """A product of its own, for a test that changes people or sessions."""
    return make_site(tmp_path, facts)
