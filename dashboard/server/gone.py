"""Notices that who asked has hung up: a closed tab, another page, a newer question of the same card.

The browser hangs up where it needs an answer no longer (assets/js/asking.js). A web server learns of that only when it
writes its answer. One thread of each process therefore waits for the other end of the connections of running questions
to close, and passes it on to whoever works on the answer.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask, g, request

from dashboard.server.guard import is_question

LEFT = "journey_left"  # in `g` while a question runs: says that its asker has gone
_CONNECTION = "journey_connection"
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")  # where servers leave the connection


class Left(Protocol):
    """Whether somebody has gone; `data_access.abandoned.Signal` is one."""

    @property
    def happened(self) -> bool:
        """True from then on."""
        ...

    def happen(self) -> None:
        """Tell everybody who wants to hear of it."""
        ...

    def then(self, call: Callable[[], None]) -> Callable[[], None]:
        """Call this when it happens; the answer takes the wish back."""
        ...


def install(server: Flask, asked: Callable[[], Left], answered: Callable[[], None]) -> None:
    """Watch the connection of every question; install it behind the guard and before the admission.

    Args:
        asked: begins a question in the current context.
        answered: ends it there.
    """
    watch = Watch()

    @server.before_request
    def begin() -> None:
        if not is_question(request.method, request.path):
            return
        left = asked()
        setattr(g, LEFT, left)
        connection = next((found for name in _SOCKETS if (found := request.environ.get(name))), None)
        if connection is not None:
            setattr(g, _CONNECTION, connection)
            watch.begin(connection, left.happen)

    @server.teardown_request
    def end(_error: BaseException | None) -> None:
        if g.get(LEFT) is None:
            return
        if (connection := g.get(_CONNECTION)) is not None:
            watch.end(connection)
        answered()


class Watch:
    """One thread that waits for connections to close; it begins with the first one, after the server's fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._selector: selectors.BaseSelector | None = None

    def begin(self, connection: socket.socket, gone: Callable[[], None]) -> None:
        """Call `gone` when the other end closes this connection, unless `end` comes first."""
        with self._lock:
            if self._selector is None:
                self._selector = selectors.DefaultSelector()
                threading.Thread(target=self._look, args=(self._selector,), name="gone", daemon=True).start()
            with contextlib.suppress(
                ValueError, KeyError, OSError
            ):  # closed already: the answer will find out
                self._selector.register(connection, selectors.EVENT_READ, gone)

    def end(self, connection: socket.socket) -> None:
        """The answer is made: forget the connection before its number belongs to another one."""
        with self._lock:
            self._forget(connection)

    def _forget(self, connection: Any) -> None:
        assert self._selector is not None  # noqa: S101 - `begin` comes first
        with contextlib.suppress(ValueError, KeyError, OSError):
            self._selector.unregister(connection)

    def _look(self, selector: selectors.BaseSelector) -> None:
        while True:
            for key, _ in selector.select():
                if self._has_closed(selector, key):
                    try:
                        key.data()
                    except Exception:  # the next asker who leaves must be noticed too
                        logging.getLogger(__name__).exception("an asker left unnoticed")

    def _has_closed(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> bool:
        """True where the other end has hung up; in any case the connection is looked at no more."""
        with self._lock:
            try:
                if selector.get_map().get(key.fileobj) is not key:
                    return False  # answered meanwhile
            except ValueError:  # answered and closed
                return False
            closed = _closed(key.fileobj)
            self._forget(key.fileobj)  # also where there is more to read: the next request of this browser
            return closed


def _closed(connection: Any) -> bool:
    """True where the other end has closed; a connection that has sent more is still there."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, InterruptedError, ValueError):  # the last: an encrypted one cannot be looked at
        return False
    except OSError:  # reset
        return True
