"""A server process: gunicorn's worker with threads, for more connections than threads and more questions than answers.

Threads are few and belong to requests. A connection that says nothing takes none: browsers open some ahead of need. Of
those that speak, light requests have threads of their own; questions wait for theirs, and in a crowd are asked to come
again (`door`). The one thread that looks after all connections never waits for one of them.
"""

from __future__ import annotations

import errno
import resource
import socket
import time
from collections import deque
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from dashboard.server.admission import light_threads
from dashboard.server.guard import CALLBACK_ENDPOINT
from dashboard.server.threads import Threads

# an open connection without a request lives longer than a question that was turned away stays away
KEEP_SECONDS = 20
_CONNECTIONS = 4000  # of one process; 300 browsers have 1800
_OTHER_FILES = 200  # that a process has open besides
_AT_ONCE = 4  # connections taken in a row: other processes want some too
# what an answer leaves its reader before the connection is gone; also the stop of the server
_LINGER_SECONDS = 2.0
_WAITING = 6  # questions for each of their threads that may wait for one: some seconds' work
_PIECE = 65_536  # bytes
_QUESTION = f"POST {CALLBACK_ENDPOINT} ".encode()
_GONE = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)


def connections() -> int:
    """How many connections a process may hold; asks the system for so many files, where it gives fewer at first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return _CONNECTIONS
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(files - _OTHER_FILES, files // 2)


class Worker(ThreadWorker):
    """gunicorn's name for a server process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._closing: deque[_Connection] = deque()
        self._stopping = False

    def get_thread_pool(self) -> Threads:
        """Some threads for light requests, as many for questions as may sit."""
        light = light_threads(self.cfg.threads)
        others = max(self.cfg.threads - light, 1)
        return Threads(light, others, _WAITING * others, lambda conn: said(conn.sock).startswith(_QUESTION))

    def accept(self, listener: socket.socket) -> None:
        """Take connections that wait; each gets a thread when it says something."""
        for _ in range(min(_AT_ONCE, self.worker_connections - self.nr_conns)):
            try:
                client, address = listener.accept()
            except OSError as error:
                if error.errno in _GONE:
                    return
                raise
            self.nr_conns += 1
            self._await_request(_Connection(self, client, address, listener.getsockname()))

    def murder_pending(self) -> None:
        """End connections that have said nothing for too long, and those whose other end does not let go."""
        if not self.alive and not self._stopping:  # gunicorn would wait for the silent as long as always
            self._stopping, soon = True, time.monotonic() + _LINGER_SECONDS
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout or soon, soon)
        super().murder_pending()
        while self._closing and self._closing[0].until < time.monotonic():
            self._close(self._closing[0])

    def part(self, conn: _Connection) -> None:
        """Say that the answer is over and wait for the other end to let go; an end at once could cut the answer off."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.sock.close()
            return
        self.nr_conns += 1  # gunicorn has counted it out already
        conn.until = time.monotonic() + _LINGER_SECONDS
        self._closing.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read_rest, conn))

    def _await_request(self, conn: _Connection) -> None:
        if said(conn.sock):
            conn.data_ready = True
            self.enqueue_req(conn)
            return
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _read_rest(self, conn: _Connection, _socket: Any) -> None:
        try:
            if conn.sock.recv(_PIECE):
                return
        except OSError:
            pass
        self._close(conn)

    def _close(self, conn: _Connection) -> None:
        self._closing.remove(conn)
        self.poller.unregister(conn.sock)
        conn.sock.close()
        self.nr_conns -= 1


class _Connection(TConn):
    """A connection that nobody waits for when it ends: gunicorn's own may hold up all others for two seconds.

    Attributes:
        until: when it is gone at last, once it ends [seconds of the monotonic clock].
    """

    def __init__(self, worker: Worker, client: socket.socket, address: Any, server: Any) -> None:
        super().__init__(worker.cfg, client, address, server)
        self._worker = worker
        self.until = 0.0

    def close(self, graceful: bool = False) -> None:
        """End it; `graceful` lets the other end read the answer first."""
        if graceful:
            self._worker.part(self)
        else:
            super().close()


def said(connection: socket.socket) -> bytes:
    """The first bytes that stand to be read, which stay; none where nothing does."""
    try:
        return connection.recv(len(_QUESTION), socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:  # nothing yet, or gone: whoever reads it finds out
        return b""
