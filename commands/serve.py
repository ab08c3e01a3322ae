"""`journey serve`: the web server."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.context import console_state, note, words
from dashboard.errors import JourneyError
from dashboard.settings import Settings

APPLICATION = "app:create_app"  # named, not imported: each worker makes its own after the fork
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="TCP port; JOURNEY_PORT where left out.")]
_ANSWER_SECONDS = 25  # what a stop leaves a running request
_SILENCE_SECONDS = 60  # a worker that gives no sign of life this long is replaced
_LONGEST_ADDRESS = 8190  # the whole view stands in the address


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on; JOURNEY_HOST, or this machine alone, where left out."),
    ] = None,
    port: Port = None,
) -> None:
    """Serve the dashboard until Ctrl+C or SIGTERM; running requests are finished first.

    Example: journey serve --port 8080
    """
    settings = chosen(Settings.load(), host=host, port=port)
    console_state(settings)
    settings.signing_key()
    refuse_busy_port(settings)
    note.print(words()("Journey BI answers on {address}", address=address(settings)))
    run(settings)


def chosen(settings: Settings, **options: Any) -> Settings:
    """The settings with what was said on the command line."""
    return settings.model_copy(update={name: value for name, value in options.items() if value is not None})


def address(settings: Settings) -> str:
    """What to type into a browser."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def refuse_busy_port(settings: Settings) -> None:
    """Say in one sentence what the server would only log.

    Raises:
        JourneyError: `port_busy`, `port_refused`.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            facts: dict[str, Any] = {"host": settings.host, "port": str(settings.port)}
            if error.errno == errno.EADDRINUSE:
                raise JourneyError("port_busy", **facts, other=str(settings.port % 65535 + 1)) from error
            raise JourneyError("port_refused", **facts, reason=error.strerror or str(error)) from error


def run(settings: Settings) -> None:
    """Hand the process over to gunicorn. Nothing is preloaded: a database opened before the fork loses writes."""
    from gunicorn.app.base import BaseApplication  # with the web libraries: too slow for every command
    from gunicorn.glogging import Logger
    from gunicorn.util import import_app

    from dashboard.server.logs import configure
    from dashboard.server.meters import shared_folder
    from dashboard.server.process import KEEP_SECONDS, Worker, connections

    class JsonLogger(Logger):
        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            self.error_log.handlers.clear()
            self.error_log.propagate = True  # to our handler: one JSON object a line

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in _options(settings).items():
                self.cfg.set(name, value)
            self.cfg.set("logger_class", JsonLogger)
            self.cfg.set("worker_class", Worker)
            self.cfg.set("worker_connections", connections())
            self.cfg.set("keepalive", KEEP_SECONDS)
            if settings.metrics_token is not None:
                self.cfg.set("on_exit", _after(shared_folder()))

        def load(self) -> Any:
            create_app: Any = import_app(APPLICATION)
            return create_app(settings).server

    configure(settings.log_level)
    Server().run()


def _after(tidy: Callable[[], None]) -> Callable[[Any], None]:
    """What gunicorn's first process does when it ends; the ones that it has started do not."""

    def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn looks at the number of arguments
        tidy()

    return on_exit


def _options(settings: Settings) -> dict[str, Any]:
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes an anonymous file there
    return {
        "bind": f"{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}",
        "workers": settings.workers,
        "threads": settings.threads,
        "timeout": _SILENCE_SECONDS,
        "graceful_timeout": _ANSWER_SECONDS,
        "limit_request_line": _LONGEST_ADDRESS,
        "forwarded_allow_ips": "",  # X-Forwarded-* are believed by JOURNEY_TRUSTED_PROXIES alone
        "control_socket_disable": True,
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        "loglevel": settings.log_level.lower(),
    }
