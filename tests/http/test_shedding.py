"""Too many questions at once: a bounded number is worked on, some wait, the rest comes again; all else goes on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Response, g, request_started

from dashboard.server import admission, headers
from dashboard.server.admission import AGAIN_SECONDS, FULL, LATEST_AGAIN, Admission, Room
from dashboard.server.gone import LEFT, Watch
from dashboard.server.guard import CALLBACK_ENDPOINT
from dashboard.settings import Settings
from data_access import meters
from data_access.state import sessions as stored_sessions
from tests.browser.live import served
from tests.http.conftest import UPDATE, Clients, clients_of, seen_statements, token_header
from tests.http.test_metrics import TOKEN, scrape
from tests.waiting import until
from tests.web import OWN, ManyFacts, Site, make_site

WORKING, WAITING = 2, 4
CHOSEN = {"JOURNEY_QUESTIONS": str(WORKING), "JOURNEY_THREADS": "8", "JOURNEY_METRICS_TOKEN": TOKEN}


class Slow:
    """Stands where Dash answers: every question takes until the test says so."""

    def __init__(self) -> None:
        self.go, self.lock = threading.Event(), threading.Lock()
        self.inside = self.most = self.answered = 0
        self.left: list[Any] = []

    def __call__(self) -> Response:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.left.append(getattr(g, LEFT))
        self.go.wait(10)
        with self.lock:
            self.inside -= 1
            self.answered += 1
        return Response("{}")


class Busy:
    """The product with slow questions, and people who ask them."""

    def __init__(self, site: Site, clients: Clients, pool: ThreadPoolExecutor) -> None:
        self.site, self.clients, self.pool = site, clients, pool
        self.slow = Slow()
        site.app.server.view_functions[CALLBACK_ENDPOINT] = lambda: self.slow()
        self.places: Admission = site.app.server.extensions["journey_admission"]

    def ask(self, role: str) -> Future[Any]:
        """Ask in the background; every question has a browser of its own with the person's cookies."""
        known, client = self.clients(role), self.site.app.server.test_client()
        client._cookies = known._cookies
        return self.pool.submit(lambda: client.post(UPDATE, json={}, headers=token_header(known)))

    def fill(self) -> list[Future[Any]]:
        """Take every place, and every seat before them."""
        asked = [self.ask(role) for role in ("executive", "marketer")]
        until(lambda: self.slow.inside == WORKING)
        asked += [self.ask(role) for role in ("consultant", "admin", "display", "executive")]
        until(lambda: self.places.waiting == WAITING)
        return asked


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, facts: ManyFacts
) -> Iterator[tuple[Site, Clients, ThreadPoolExecutor]]:
    with pytest.MonkeyPatch.context() as operator:
        for name, value in CHOSEN.items():
            operator.setenv(name, value)
        site = make_site(tmp_path_factory.mktemp("busy"), facts)
    with ThreadPoolExecutor(16) as pool:
        yield site, clients_of(site), pool
    meters._meters.clear()


@pytest.fixture
def busy(product: tuple[Site, Clients, ThreadPoolExecutor]) -> Iterator[Busy]:
    for role in ("executive", "marketer", "consultant", "admin", "display"):
        product[1](role)
    made = Busy(*product)
    yield made
    made.slow.go.set()
    until(lambda: made.places.working == made.places.waiting == 0)


def test_beyond_its_places_questions_come_again_and_light_requests_are_answered(busy: Busy) -> None:
    asked = busy.fill()
    refused = [busy.ask(role).result(5) for role in ("marketer", "consultant", "admin", "display")]
    assert [(one.status_code, one.headers["Retry-After"]) for one in refused] == [
        (503, str(AGAIN_SECONDS))
    ] * 4
    assert all(len(one.data) < 100 for one in refused)
    marketer = busy.clients("marketer")
    light = [
        "/healthz",
        "/readyz",
        f"/live?e={OWN}",
        f"/overview?e={OWN}",
        "/_dash-layout",
        "/_dash-dependencies",
    ]
    assert {path: marketer.get(path).status_code for path in light} == dict.fromkeys(light, 200)
    assert busy.site.client().get("/login").status_code == 200
    assert (busy.slow.inside, busy.places.waiting) == (WORKING, WAITING)
    busy.slow.go.set()
    assert [one.result(5).status_code for one in asked] == [200] * (WORKING + WAITING)
    assert (busy.slow.most, busy.slow.answered) == (WORKING, WORKING + WAITING)


def test_without_a_seat_nobody_is_looked_for_and_everybody_is_told_the_same(busy: Busy) -> None:
    busy.fill()
    server, statements, entered = busy.site.app.server, [], []
    forged = server.test_client()
    forged.set_cookie("journey_session", "forged")
    other_site = {"Origin": "https://evil.example"}
    with (
        seen_statements(busy.site.state, statements),
        request_started.connected_to(lambda *_, **__: entered.append(1), server),
    ):
        told = [
            busy.clients("marketer").post(UPDATE, data=b"no JSON", headers=other_site),
            forged.post(UPDATE, json={}),
            server.test_client().post(UPDATE, json={}),
        ]
    assert [(one.status_code, one.data) for one in told] == [(503, b"")] * 3
    assert {tuple(one.headers) for one in told} == {
        (("Retry-After", "2"), ("Content-Length", "0"), ("Cache-Control", "no-store"), *headers.FIXED.items())
    }
    assert (statements, entered) == ([], [])


def test_no_more_questions_than_seats_even_look_for_their_session(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, looking, go = stored_sessions.user_of, [], threading.Event()

    def slow(*asked: Any) -> Any:
        looking.append(1)
        go.wait(10)
        return real(*asked)

    monkeypatch.setattr(stored_sessions, "user_of", slow)
    asked = [busy.ask(role) for role in ("executive", "marketer", "consultant", "admin", "display") * 2]
    until(lambda: len(looking) == WORKING + WAITING and sum(one.done() for one in asked) == 4)
    assert [one.result().status_code for one in asked if one.done()] == [503] * 4
    assert busy.site.client().get("/healthz").status_code == 200
    go.set()
    busy.slow.go.set()
    assert sorted(one.result(10).status_code for one in asked) == [200] * 6 + [503] * 4
    assert busy.places.seated == 0


def test_one_person_leaves_a_place_and_seats_to_others(busy: Busy) -> None:
    asked = [busy.ask("executive")]
    until(lambda: busy.slow.inside == 1)
    asked += [busy.ask("executive") for _ in range(3)]
    until(lambda: busy.places.waiting == 3)
    assert [busy.ask("executive").result(5).status_code for _ in range(3)] == [503] * 3
    assert busy.slow.inside == 1
    other = busy.ask("marketer")
    until(lambda: busy.slow.inside == 2)
    busy.slow.go.set()
    assert [one.result(5).status_code for one in (*asked, other)] == [200] * 5


def test_who_waits_too_long_comes_again(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [busy.ask(role) for role in ("executive", "marketer")]
    until(lambda: busy.slow.inside == WORKING)
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.05)
    late = busy.ask("consultant").result(5)
    assert (late.status_code, late.headers["Retry-After"]) == (503, str(AGAIN_SECONDS))
    assert busy.places.waiting == 0
    busy.slow.go.set()
    assert [one.result(5).status_code for one in asked] == [200, 200]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Many people are asking"), ("ru", "Сейчас вопросов слишком много")]
)
def test_a_file_that_must_wait_says_so_on_a_page(busy: Busy, language: str, sentence: str) -> None:
    busy.fill()
    known, client = busy.clients("consultant"), busy.site.app.server.test_client()
    client._cookies = {key: one for key, one in (known._cookies or {}).items() if one.key != "journey_look"}
    reads = {"Accept": "text/html", "Accept-Language": language}
    page = client.get(f"/export/overview-segments.csv?e={OWN}", headers=reads)
    assert (page.status_code, page.headers["Retry-After"]) == (503, str(AGAIN_SECONDS))
    assert sentence in page.get_data(as_text=True)


def test_what_was_turned_away_is_counted_by_why(busy: Busy) -> None:
    client = busy.site.client()
    name = 'journey_questions_shed_total{{why="{}"}}'.format
    before = scrape(client)
    busy.fill()
    assert busy.ask("marketer").result(5).status_code == 503
    after = scrape(client)
    assert after[name("full")] - before.get(name("full"), 0) == 1
    assert after.get(name("own"), 0) == before.get(name("own"), 0)


def test_who_hangs_up_is_noticed_at_work_and_in_the_queue(busy: Busy) -> None:
    def open_question(address: str, role: str) -> socket.socket:
        client = busy.clients(role)
        session = client.get_cookie("journey_session")
        token = token_header(client)["X-CSRFToken"]
        assert session is not None
        place = urlsplit(address)
        connection = socket.create_connection((str(place.hostname), place.port or 80), timeout=5)
        lines = [
            f"POST {UPDATE} HTTP/1.1",
            f"Host: {place.netloc}",
            f"Cookie: journey_session={session.value}; journey_csrf={token}",
            f"X-CSRFToken: {token}",
            "Content-Type: application/json",
            "Content-Length: 2",
        ]
        connection.sendall("\r\n".join([*lines, "", "{}"]).encode())
        return connection

    with served(busy.site) as address:
        open_ones = [open_question(address, role) for role in ("executive", "marketer")]
        until(lambda: busy.slow.inside == WORKING)
        waits = open_question(address, "admin")
        until(lambda: busy.places.waiting == 1)
        waits.close()
        until(lambda: busy.places.waiting == 0)
        assert [left.happened for left in busy.slow.left] == [False, False]
        open_ones[0].close()
        until(lambda: sum(left.happened for left in busy.slow.left) == 1)
        busy.slow.go.set()
        assert open_ones[1].recv(12) == b"HTTP/1.1 200"
        assert sum(left.happened for left in busy.slow.left) == 1
        open_ones[1].close()


@pytest.mark.parametrize(
    ("threads", "questions", "room"),
    [(32, 4, Room(4, 20)), (8, 4, Room(4, 2)), (2, 4, Room(1, 0)), (1, 1, Room(1, 0)), (64, 64, Room(48, 0))],
)
def test_light_requests_always_keep_threads(threads: int, questions: int, room: Room) -> None:
    found = Room.of(Settings(threads=threads, questions=questions))
    assert found == room
    assert found.working + found.waiting < max(threads, 2)
    assert found.own < found.working or found.working == 1


def test_a_free_place_goes_to_who_has_the_fewest() -> None:
    places, order = Admission(Room(3, 6)), []

    def wait(person: str) -> threading.Thread:
        def run() -> None:
            assert places.enter(person) is None
            order.append(person)

        thread = threading.Thread(target=run)
        before = places.waiting
        thread.start()
        until(lambda: places.waiting == before + 1)
        return thread

    assert [places.enter(person) for person in ("a", "a", "b")] == [None] * 3
    threads = [wait("a"), wait("c")]
    places.leave("a")
    threads[1].join(5)
    assert order == ["c"]  # though `a` came first
    places.leave("b")
    threads[0].join(5)
    assert order == ["c", "a"]
    assert places.working == 3


def test_the_more_are_turned_away_the_later_they_come_again() -> None:
    places = Admission(Room(1, 0))
    told = [places.turned_away(FULL) for _ in range(400)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (AGAIN_SECONDS, LATEST_AGAIN)


def test_a_connection_that_closes_as_its_answer_is_made_stops_nobody_from_watching() -> None:
    watch, heard = Watch(), []
    (mine, theirs), (other, browser) = socket.socketpair(), socket.socketpair()
    watch.begin(mine, lambda: heard.append("answered already"))
    with watch._lock:
        theirs.close()
        time.sleep(0.05)  # the watching thread has seen it and waits for the lock
        watch._forget(mine)
        mine.close()
    watch.begin(other, lambda: heard.append("gone"))
    browser.close()
    until(lambda: heard == ["gone"])
    other.close()
