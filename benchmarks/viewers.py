"""Many people at once before the server as it is shipped: 50 viewers, an import beside them, 300 viewers.

Real gunicorn with the default settings, a million events, people with sessions of their own. A turn is what one change
of a filter asks: all cards of a page, six questions at a time; then the person thinks for two seconds. Half the turns
show what many look at, half a period of somebody's own. Bodies of the questions are those of a real browser.

    python benchmarks/viewers.py            some five minutes; prints the table
    python benchmarks/viewers.py 20000 10   fewer events, seconds a phase

A phase takes its seconds and `viewers_client.GRACE` at most. What was not answered by then counts as lost; a turn that
had not ended counts with the time that it had taken.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlalchemy as sa

from benchmarks.table import Row, beside, written
from benchmarks.viewers_client import ENGAGEMENT, UPDATE, Person, Seen, p95, phase

ROOT = Path(__file__).parents[1]

EVENTS = 1_000_000
SECONDS = 45.0
VIEWERS, CROWD = 50, 300
THINK = 2.0
PATIENCE = 120.0  # seconds that a page may take on a machine with other work
PAGES = ("overview", "funnel", "touchpoints")
FIGURES = """() => document.querySelector('#main h1') &&
  !document.querySelector('#main .skeleton, #main .loading, #main [data-dash-is-loading]')"""  # every card has them
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

    short = seconds / 3
    look(4, 0.1, 1, most=short)  # every process has imported and opened what it needs
    found = {
        "idle": look(1, 0.3, 1000, most=short),
        "idle, a card": look(1, 0.1, 2000, whole=False, most=short),
    }
    found["viewers"] = look(VIEWERS, THINK, 3000)
    found["viewers, a card"] = look(VIEWERS, THINK, 4000, whole=False)
    with _importing(folder) as runs:
        found["import"] = look(VIEWERS, THINK, 5000)
        found["import"].others_work = runs()
    found["crowd"] = look(CROWD, THINK, 6000)
    found["after"] = look(1, 0.3, 7000, most=short)
    for name, seen in found.items():
        print(f"viewers, {name}: {seen.told()}", file=sys.stderr, flush=True)
    return found


def _rows(seen: dict[str, Seen]) -> list[Row]:
    idle, one, crowd = seen["idle"], seen["idle, a card"], seen["crowd"]
    many = (seen["viewers"], seen["import"], seen["viewers, a card"])

    def against(name: str, base: Seen) -> float:
        return p95(seen[name].turns) / p95(base.turns)

    return [
        Row("a page alone, p95", "", p95(idle.turns) * 1000, "ms", None),
        Row("a card alone, p95", "", p95(one.turns) * 1000, "ms", None),
        beside("50 viewers, whole pages, p95 against alone", against("viewers", idle)),
        beside("50 viewers, a card at a time, p95 against alone", against("viewers, a card", one)),
        beside("50 viewers during an import, p95 against alone", against("import", idle)),
        Row(
            "the import still ran when those viewers had ended (1: yes)",
            "",
            seen["import"].others_work,
            "",
            None,
        ),
        beside("50 viewers, errors", sum(one.errors for one in many)),
        Row("50 viewers, asked to come again", "", 100 * seen["viewers"].shed, "%", None),
        Row("300 viewers, asked to come again", "", 100 * crowd.shed, "%", None),
        beside("300 viewers, 503 without Retry-After", crowd.without_hint),
        beside("300 viewers, errors", crowd.errors),
        beside("300 viewers, light requests' p95 against alone", p95(crowd.light) / p95(idle.light)),
        beside("300 viewers, light requests refused", _refused(crowd)),
        Row("300 viewers, light requests' p95", "", p95(crowd.light) * 1000, "ms", None),
        beside("alone again afterwards, p95 against before", against("after", idle)),
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
    port = free_port()
    with (folder / "server.log").open("w") as log:
        command = [sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=_environment(folder), cwd=ROOT, stdout=log, stderr=log)
        try:
            await_answer(port, "/readyz")
            yield port, server.pid
        finally:
            stopped(server)


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end; on a busy machine one that has not after 40 s is ended."""
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
        context.set_default_timeout(PATIENCE * 1e3)
        page = context.new_page()
        for key in PAGES:
            page.goto(f"http://127.0.0.1:{port}/{key}?e={ENGAGEMENT}&p=2026Q2")
            page.wait_for_function(FIGURES)
            page.wait_for_load_state("networkidle")
            asked, _ = asked_by(page, f"/{key}?e={ENGAGEMENT}&p=2026Q1", "p=2026Q1")
            found[key] = [_marked(one.post_data) for one in asked]
        browser.close()
    return found


def asked_by(page: Any, target: str, mark: str) -> tuple[list[Any], float]:
    """Go to another address of a page: the questions that it asked, and milliseconds to the last answer.

    It has ended when nothing was asked or answered for a second.

    Args:
        mark: part of the address that stands in each of them, and in no question before.

    Raises:
        SystemExit: a question got no answer, or none was asked.
    """
    asked: list[Any] = []
    ended: list[float] = []

    def begun(request: Any) -> None:
        if UPDATE in request.url and mark in (request.post_data or ""):
            asked.append(request)

    def done(request: Any) -> None:
        if request in asked:
            ended.append(time.perf_counter())

    # a question that a newer one of its card has put aside fails: it has ended as well
    seen = (("request", begun), ("requestfinished", done), ("requestfailed", done))
    for event, listener in seen:
        page.on(event, listener)
    begin = time.perf_counter()
    page.evaluate("target => JourneyAddress.go(target)", target)
    while not ended or len(ended) < len(asked) or time.perf_counter() - max(ended) < 1:
        if time.perf_counter() - begin > PATIENCE:
            raise SystemExit(f"{target}: {len(ended)} of {len(asked)} questions got an answer")
        page.wait_for_timeout(20)
    for event, listener in seen:
        page.remove_listener(event, listener)
    return asked, (max(ended) - begin) * 1e3


def _marked(body: str) -> bytes:
    whole = json.loads(body)
    for one in [*whole["inputs"], *whole.get("state", [])]:
        if isinstance(one, dict) and isinstance(one.get("value"), dict) and "search" in one["value"]:
            one["value"]["search"] = "@SEARCH@"
    return json.dumps(whole).encode()


@contextmanager
def _importing(folder: Path) -> Iterator[Callable[[], bool]]:
    """Another client's data are imported by a process of its own as always; says whether that still runs."""
    command = [sys.executable, str(ROOT / "app.py"), "demo", "--build-only"]
    process = subprocess.Popen(
        command, env=_environment(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield lambda: process.poll() is None
    finally:
        stopped(process)


def _most_memory(server: int) -> list[float]:
    """Highest resident memory of each worker so far, in MB."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    lines = [Path(f"/proc/{child}/status").read_text(encoding="ascii").splitlines() for child in children]
    return [int(line.split()[1]) / 1024 for status in lines for line in status if line.startswith("VmHWM")]


if __name__ == "__main__":
    main()
