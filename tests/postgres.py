"""A real PostgreSQL for the tests: started in a temporary folder, stopped and removed after them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MISSING = "PostgreSQL's initdb was not found: install it with `apt install postgresql`."
_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "jit=off",
    "autovacuum=off",  # `tests.tables` empties what has grown
    "max_connections=50",
)


def programs() -> Path | None:
    """Folder of initdb and postgres: on PATH (links followed), else the newest of the distribution's."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda program: float(program.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields the SQLAlchemy address of its database `postgres`."""
    folder = programs()
    if folder is None:
        raise RuntimeError(MISSING)
    home = Path(tempfile.mkdtemp(prefix="journey-postgres-"))
    owner = _owner()
    if owner is not None:
        shutil.chown(home, owner, pwd.getpwnam(owner).pw_gid)
    try:
        _run(
            [folder / "initdb", "-D", home / "data", "-U", "journey", "-A", "trust", "-E", "UTF8"],
            home,
            owner,
        )
        yield from _serve(folder / "postgres", home, owner)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _serve(program: Path, home: Path, owner: str | None) -> Iterator[str]:
    port = free_port()
    settings = [part for setting in (*_FAST, "unix_socket_directories=") for part in ("-c", setting)]
    arguments = [program, "-D", home / "data", "-p", str(port), "-h", "127.0.0.1", *settings]
    log = (home / "log").open("wb")
    process = subprocess.Popen(_as(owner, arguments), cwd=home, stdout=log, stderr=log, env=_environment())
    try:
        _wait(process, port, home / "log")
        yield f"postgresql+psycopg://journey@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # "fast": open connections are cut, not waited for
        process.wait(timeout=20)
        log.close()


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: then the account that is made for it, or nobody."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


def _as(owner: str | None, arguments: list) -> list:
    """The command under that account. Not by `user=` of subprocess: that copies this process first, and where a run
    has opened many databases, the system refuses a copy of its address space."""
    if owner is None:
        return arguments
    return [
        "setpriv",
        f"--reuid={owner}",
        f"--regid={pwd.getpwnam(owner).pw_gid}",
        "--clear-groups",
        *arguments,
    ]


def _environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PG"))}
    return clean | {"LC_ALL": "C"}  # the server orders text by code point, as DuckDB does


def _run(arguments: list, home: Path, owner: str | None) -> None:
    command = _as(owner, arguments)
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed: {done.stderr.strip()}")


def _wait(process: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=journey dbname=postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
