"""A web server of somebody else in this process: it takes what webhooks and Telegram's bot would send."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Receiver:
    """A server of somebody else.

    Attributes:
        waits: seconds between two bytes of its answer.
    """

    port: int = 0
    status: int = 200
    answer: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    certificate: Path | None = None
    waits: float = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def hosts(self) -> str:
        return f"internal+http://127.0.0.1:{self.port}"


@contextmanager
def receiver(**more: Any) -> Iterator[Receiver]:
    kept = Receiver(**more)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((self.path, dict(self.headers), body))
            if kept.waits:
                for sign in b"HTTP/1.1 200 OK\r\n" * 50:
                    self.wfile.write(bytes([sign]))
                    time.sleep(kept.waits)
            self.send_response(kept.status)
            for name, value in {"Content-Length": str(len(kept.answer)), **kept.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(kept.answer)

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if kept.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(kept.certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    kept.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
