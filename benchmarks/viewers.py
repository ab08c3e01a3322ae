"""Many people at once before the server as it is shipped: 50 viewers, an import beside them, 300 viewers.

Real gunicorn with the default settings, a million events, people with sessions of their own. A turn is what one change
of a filter asks: all cards of a page, six questions at a time; then the person thinks for two seconds. Half the turns
show what many look at, half a period of somebody's own. Bodies of the questions are those of a real browser.

    python benchmarks/viewers.py            some two minutes; prints the table
    python benchmarks/viewers.py 20000 10   fewer events, seconds a phase
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from benchmarks.table import Row, at_most, written
from benchmarks.viewers_client import ENGAGEMENT, UPDATE, Person, Seen, p95, phase

ROOT = Path(__file__).parents[1]

EVENTS = 1_000_000
SECONDS = 20.0
VIEWERS, CROWD = 50, 300
THINK = 2.0
PAGES = ("overview", "funnel", "touchpoints")
_KEY = "only-for-the-benchmark-0123-abcd-9876-zyxw"


def main() -> None:
    """Print the table."""
    given = [float(one) for one in sys.argv[1:]]
    print(written(rows(*given)))


def rows(events: float = EVENTS, seconds: float = SECONDS) -> list[Row]:
    """Serve, look, measure.

    Args:
        events: of the engagement.
        seconds: of each phase.
    """
    with tempfile.TemporaryDirectory(prefix="journey-viewers-") as folder:
        people = installation(Path(folder), int(events))
        with served(Path(folder)) as (port, server):
            pages = _recorded(port, people[0])
            measured = _measured(Path(folder), port, people, pages, seconds)
            memory = max(_most_memory(server))
    return [*_rows(measured), Row("memory of a worker, highest", "", memory, "MB", None)]


def _measured(
    folder: Path, port: int, people: list[Person], pages: dict[str, list[bytes]], seconds: float
) -> dict[str, Seen]:
    def look(count: int, think: float, seed: int, *, whole: bool = True, most: float = seconds) -> Seen:
        return asyncio.run(phase(port, people[:count], pages, most, think, whole=whole, seed=seed))

    look(4, 0.1, 1, most=seconds / 4)  # every process has imported and opened what it needs
    found = {"idle": look(1, 0.3, 1000), "idle, a card": look(1, 0.1, 2000, whole=False, most=seconds / 2)}
    found["viewers"] = look(VIEWERS, THINK, 3000)
    found["viewers, a card"] = look(VIEWERS, THINK, 4000, whole=False)
    with _importing(folder):
        found["import"] = look(VIEWERS, THINK, 5000)
    found["crowd"] = look(CROWD, THINK, 6000)
    found["after"] = look(1, 0.3, 7000, most=seconds / 2)
    return found


def _rows(seen: dict[str, Seen]) -> list[Row]:
    idle, one, crowd = seen["idle"], seen["idle, a card"], seen["crowd"]
    many = (seen["viewers"], seen["import"], seen["viewers, a card"])

    def against(name: str, base: Seen) -> float:
        return p95(seen[name].turns) / p95(base.turns)

    return [
        Row("a page alone, p95", "", p95(idle.turns) * 1000, "ms", None),
        Row("a card alone, p95", "", p95(one.turns) * 1000, "ms", None),
        at_most(f"{VIEWERS} viewers, whole pages, p95 against alone", 5, against("viewers", idle), "x"),
        at_most(
            f"{VIEWERS} viewers, a card at a time, p95 against alone", 5, against("viewers, a card", one), "x"
        ),
        at_most(f"{VIEWERS} viewers during an import, p95 against alone", 8, against("import", idle), "x"),
        at_most(f"{VIEWERS} viewers, errors", 0, sum(one.errors for one in many), ""),
        Row(f"{VIEWERS} viewers, asked to come again", "", 100 * seen["viewers"].shed, "%", None),
        Row(f"{CROWD} viewers, asked to come again", "", 100 * crowd.shed, "%", None),
        at_most(f"{CROWD} viewers, 503 without Retry-After", 0, crowd.without_hint, ""),
        at_most(f"{CROWD} viewers, errors", 0, crowd.errors, ""),
        at_most(
            f"{CROWD} viewers, light requests' p95 against alone", 10, p95(crowd.light) / p95(idle.light), "x"
        ),
        at_most(f"{CROWD} viewers, light requests refused", 0, _refused(crowd), ""),
        Row(f"{CROWD} viewers, light requests' p95", "", p95(crowd.light) * 1000, "ms", None),
        at_most("alone again afterwards, p95 against before", 1.5, against("after", idle), "x"),
    ]


def _refused(seen: Seen) -> int:
    return seen.light_statuses.total() - seen.light_statuses[200] - seen.light_statuses[304]


def installation(folder: Path, events: int) -> list[Person]:
    """The engagement on its file, and as many people with sessions as there will be viewers."""
    from app import StateDoor, create_app
    from benchmarks import generate
    from dashboard.settings import Settings
    from data_access.clock import utc_now
    from data_access.engine import generation_path
    from data_access.state import engagements, imports, users
    from data_access.state.engine import state_engine
    from data_access.state.migrate import migrate

    made = generate.made(events, say=True)
    settings = Settings(data=folder, secret_key=_KEY)  # type: ignore[arg-type] - pydantic makes a secret of it
    state = state_engine(settings)
    migrate(state)
    engagements.add(state, ENGAGEMENT, "Benchmark", zone=generate.ZONE)
    number = imports.start(state, ENGAGEMENT, "benchmark", "benchmark", utc_now())
    imports.reserve(state, number, 1)
    path = generation_path(settings, ENGAGEMENT, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, path)
    imports.publish(state, number, ENGAGEMENT, 1, {}, utc_now())
    first = users.add_user(
        state, "viewer0", "Viewer", "marketer", "a long enough password", engagements=[ENGAGEMENT]
    )
    server = create_app(settings).server
    return [_person(server, StateDoor(settings), one) for one in (first, *_more_people(state, first))]


def _more_people(state: sa.Engine, first: int) -> list[int]:
    """Further accounts like the first one: each hash of a password takes a tenth of a second."""
    from data_access.state.engine import writing
    from data_access.state.schema import engagement_grant, user

    with writing(state) as connection:
        row = dict(connection.execute(sa.select(user).where(user.c.id == first)).one()._mapping)
        row.pop("id")
        made = []
        for number in range(1, CROWD):
            values = {**row, "login": f"viewer{number}"}
            made.append(connection.execute(sa.insert(user).values(values).returning(user.c.id)).scalar_one())
            connection.execute(sa.insert(engagement_grant).values(user_id=made[-1], engagement=ENGAGEMENT))
    return made


def _person(server: Any, door: Any, user_id: int) -> Person:
    from flask import Response, session
    from flask_wtf.csrf import generate_csrf

    from dashboard.server import sessions

    with server.test_request_context("/"):
        token = door.open(user_id)
        sessions.begin(door.person(token, renew=False), token)
        csrf = generate_csrf()
        response = Response()
        server.session_interface.save_session(server, session._get_current_object(), response)  # type: ignore[attr-defined] - a proxy's own way in
    return Person(response.headers["Set-Cookie"].split(";", 1)[0], csrf)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """The server as `journey serve` starts it: its port and the number of its first process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        command = [sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=_environment(folder), cwd=ROOT, stdout=log, stderr=log)
        try:
            await_answer(port, "/readyz")
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(40)


def await_answer(port: int, path: str) -> None:
    """Wait until a server of this machine that was just started answers, a minute at most."""
    for _ in range(300):
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
            return
        time.sleep(0.2)


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JOURNEY_DATA": str(folder),
        "JOURNEY_SECRET_KEY": _KEY,
        "JOURNEY_LOG_LEVEL": "WARNING",
    }


def _recorded(port: int, person: Person) -> dict[str, list[bytes]]:
    """What each page asks when a filter changes, as a browser writes it, with a mark where the address stands."""
    from playwright.sync_api import sync_playwright

    from tests import chromium

    found: dict[str, list[bytes]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        name, _, value = person.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        for key in PAGES:
            page.goto(f"http://127.0.0.1:{port}/{key}?e={ENGAGEMENT}&p=2026Q2")
            page.wait_for_load_state("networkidle")
            bodies: list[str] = []
            page.on(
                "request",
                lambda one, into=bodies: into.append(one.post_data or "") if UPDATE in one.url else None,
            )
            page.evaluate(
                "JourneyAddress.go(location.pathname + location.search.replace('2026Q2', '2026Q1'))"
            )
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(1500)
            found[key] = [_marked(body) for body in bodies if "p=2026Q1" in body]
        browser.close()
    if not all(found.values()):
        raise SystemExit(f"a page asked nothing: { {key: len(bodies) for key, bodies in found.items()} }")
    return found


def _marked(body: str) -> bytes:
    whole = json.loads(body)
    for one in [*whole["inputs"], *whole.get("state", [])]:
        if isinstance(one, dict) and isinstance(one.get("value"), dict) and "search" in one["value"]:
            one["value"]["search"] = "@SEARCH@"
    return json.dumps(whole).encode()


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """Another client's data are imported, again and again, by a process of its own as always."""
    command = [sys.executable, str(ROOT / "app.py"), "demo", "--build-only", "--customers", "60000"]
    process = subprocess.Popen(
        command, env=_environment(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
        if process.poll() is not None:
            print("the import ended before the viewers did")
    finally:
        process.terminate()
        process.wait(40)


def _most_memory(server: int) -> list[float]:
    """Highest resident memory of each worker so far, in MB."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    lines = [Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines() for child in children]
    return [int(line.split()[1]) / 1024 for status in lines for line in status if line.startswith("VmHWM")]


if __name__ == "__main__":
    main()
