"""A server process under real connections: what takes a thread, what goes first, and what holds nobody up."""

from __future__ import annotations

import os
import resource
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from gunicorn import util
from gunicorn.config import Config
from gunicorn.glogging import Logger

from dashboard.server import process
from dashboard.server.admission import FULL, Admission, Room
from dashboard.server.door import Door
from dashboard.server.guard import CALLBACK_ENDPOINT
from dashboard.server.process import Worker, connections
from dashboard.server.threads import Threads
from tests.waiting import until

QUESTION = f"POST {CALLBACK_ENDPOINT} HTTP/1.1\r\nHost: x\r\nContent-Length: "
LIGHT = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Counted(Worker):
    """Counts the threads that it asks for."""

    asked = 0

    def enqueue_req(self, conn: Any) -> None:
        self.asked += 1
        super().enqueue_req(conn)


class Served:
    """A worker that runs, and browsers without a screen."""

    def __init__(self, worker: Counted, address: tuple[str, int], ends: ExitStack) -> None:
        self.worker, self._address, self._ends = worker, address, ends

    def connection(self, says: bytes = b"") -> socket.socket:
        """Connect, and say something."""
        made = self._ends.enter_context(socket.create_connection(self._address, timeout=4))
        made.sendall(says)
        return made


@contextmanager
def serving(application: Callable[..., Iterable[bytes]], threads: int) -> Iterator[Served]:
    settings = Config()
    for name, value in {"threads": threads, "worker_connections": 100, "keepalive": 60}.items():
        settings.set(name, value)
    with ExitStack() as ends, socket.create_server(("127.0.0.1", 0)) as listener:
        worker = Counted(1, os.getppid(), [listener], None, 30, settings, Logger(settings))
        worker.wsgi = application
        pool: Any = worker.get_thread_pool()
        worker.tpool = pool
        worker.poller = selectors.DefaultSelector()
        worker.method_queue.init()
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        try:
            yield Served(worker, listener.getsockname(), ends)
        finally:
            worker.alive = False
            worker.method_queue.defer(lambda: None)
            thread.join(20)
            worker.tmp.close()
        assert not thread.is_alive()  # the silent ones have not been waited for


def hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def answer(connection: socket.socket) -> bytes:
    """The next answer, read to its end."""
    told = b""
    while b"\r\n\r\n" not in told:
        piece = connection.recv(1)
        assert piece, told
        told += piece
    head = told.decode().lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    while length:
        piece = connection.recv(length)
        told, length = told + piece, length - len(piece)
    return told


def test_a_connection_that_says_nothing_takes_no_thread() -> None:
    with serving(hello, threads=1) as served:
        silent = [served.connection() for _ in range(3)]
        until(lambda: served.worker.nr_conns == 3)
        assert answer(served.connection(LIGHT)).startswith(b"HTTP/1.1 200")
        assert served.worker.asked == 1
        silent[0].sendall(LIGHT)
        assert answer(silent[0]).endswith(b"hello")
        assert served.worker.asked == 2


def test_nobody_waits_for_a_reader_who_does_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[Any] = []
    monkeypatch.setattr(
        util, "close_graceful", waited.append
    )  # what gunicorn's own thread of all connections does
    with serving(hello, threads=1) as served:
        slow = served.connection(LAST)
        assert answer(slow).endswith(b"hello")
        assert slow.recv(1) == b""  # the answer is over, and nothing was cut off
        assert answer(served.connection(LIGHT)).endswith(b"hello")
        assert (served.worker.nr_conns, waited) == (2, [])
        slow.close()
        until(lambda: served.worker.nr_conns == 1)


def test_a_reader_who_never_lets_go_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LINGER_SECONDS", 0.0)
    with serving(hello, threads=1) as served:
        slow = served.connection(LAST)
        assert answer(slow).endswith(b"hello")
        until(lambda: served.worker.nr_conns == 0)


def test_a_question_without_a_seat_is_told_so_before_its_body_is_read_and_the_connection_lives_on() -> None:
    body, long = b"x" * 20_000, b"x" * 300_000
    asked: list[str] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        return hello(environ, start_response)

    places = Admission(Room(1, 0))
    places.sit()
    with serving(Door(application, places), threads=1) as served:
        connection = served.connection(f"{QUESTION}{len(body)}\r\n\r\n".encode() + body)
        told = answer(connection)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 2\r\n" in told
        connection.sendall(LIGHT)
        assert answer(connection).endswith(b"hello")
        last = f"{QUESTION}{len(long)}\r\nConnection: close\r\n\r\n".encode() + long
        parted = served.connection(last)
        assert answer(parted).startswith(b"HTTP/1.1 503")
        assert parted.recv(1) == b""
        assert asked == ["/healthz"]
        places.rise()
        connection.sendall(f"{QUESTION}2\r\n\r\n{{}}".encode())
        assert answer(connection).endswith(b"hello")
    assert places.seated == 0


class Slow:
    """Questions that are worked on until they may go; light requests are answered at once."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            self.begun.set()
            self.go.wait(10)
        return hello(environ, start_response)


def test_light_requests_never_wait_for_questions() -> None:
    slow = Slow()
    with serving(slow, threads=2) as served:
        questions = [served.connection(f"{QUESTION}2\r\n\r\n{{}}".encode()) for _ in range(4)]
        slow.begun.wait(10)
        until(lambda: served.worker.asked == 4)
        for _ in range(3):
            assert answer(served.connection(LIGHT)).endswith(b"hello")
        slow.go.set()
        assert [answer(one)[:12] for one in questions] == [b"HTTP/1.1 200"] * 4


def test_questions_wait_for_their_threads_and_more_than_may_are_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "_WAITING", 1)
    slow, places = Slow(), Admission(Room(1, 0))
    asked = f"{QUESTION}2\r\n\r\n{{}}".encode()
    with serving(Door(slow, places), threads=2) as served:
        first = served.connection(asked)
        slow.begun.wait(10)
        second = served.connection(asked)
        until(lambda: served.worker.asked == 2)
        assert answer(served.connection(asked)).startswith(b"HTTP/1.1 503")
        slow.go.set()
        assert [answer(one)[:12] for one in (first, second)] == [b"HTTP/1.1 200"] * 2
    assert places.seated == 0


def test_a_place_in_the_queue_is_given_back_whatever_happens() -> None:
    def fails(_what: str) -> None:
        raise KeyError("no")

    threads = Threads(1, 1, 0, later=lambda what: what == "later")
    for what in ("now", "later", "later"):
        assert type(threads.submit(fails, what).exception(10)) is KeyError
        until(lambda: threads._taken == 0)
    threads.shutdown()


@pytest.mark.parametrize(
    ("given", "hold", "asks"),
    [
        ((1024, 500_000), 4000, 4200),
        ((1024, 1024), 824, 1024),
        ((20_000, 20_000), 4000, None),
        ((256, 256), 128, 256),
    ],
)
def test_a_process_holds_no_more_connections_than_it_may_open_files(
    given: tuple[int, int], hold: int, asks: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: given)
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limits: asked.append(limits))
    assert connections() == hold
    assert asked == ([] if asks is None else [(asks, given[1])])


def test_a_seat_is_given_back_whatever_happens() -> None:
    def fails(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise KeyError("no")

    places = Admission(Room(1, 1))
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": CALLBACK_ENDPOINT}
    with pytest.raises(KeyError):
        Door(fails, places)(environ, lambda *_: lambda _: None)
    assert places.seated == 0
    assert [places.sit() for _ in range(3)] == [True, True, False]
    assert places.turned_away(FULL) == 2
