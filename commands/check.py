"""`journey check`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.error import URLError
from urllib.request import urlopen

import sqlalchemy as sa
import typer

from commands.context import checked_state, out, words
from commands.serve import address, refuse_busy_port
from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.engine import engagement_folder
from data_access.scope import Action, authorize, operator
from data_access.state import counts, engagements, imports, worker

_SPARE_BYTES = 1024**3
_COPIES = 2  # an import copies the current generation and adds to it
_ANSWER_SECONDS = 2
_PATIENCE = timedelta(minutes=5)  # so long a message may wait for a worker that is started anew


def check() -> None:
    """Look at data folder, secret, state, generations, disk and port; say what is wrong and how to mend it.

    Example: journey check
    """
    settings = Settings.load()
    problems = [error for look in _LOOKS for error in _found(look, settings)]
    for error in problems:
        out.print(f"✗ {words().error(error)}")
    if problems:
        raise typer.Exit(1)
    out.print(words()("Nothing is wrong."))


def _found(look: Callable[[Settings], Iterator[JourneyError]], settings: Settings) -> list[JourneyError]:
    """Problems of one kind; a look that cannot be taken is a problem itself."""
    problems = []
    try:
        problems.extend(look(settings))
    except JourneyError as error:
        problems.append(error)
    return problems


def _folder(settings: Settings) -> Iterator[JourneyError]:
    path = settings.data
    if not path.is_dir():
        yield JourneyError("data_missing", path=str(path))
        return
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield JourneyError("data_not_writable", path=str(path), reason=os.strerror(13))
    for item in (path, *path.glob("*.sqlite3")):
        if item.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield JourneyError("data_open", path=str(item))


def _secret(settings: Settings) -> Iterator[JourneyError]:
    settings.signing_key()
    yield from ()


def _generations(settings: Settings) -> Iterator[JourneyError]:
    """The state database fits this code, and the file each pointer names can be read."""
    from data_access.generations import GenerationFacts  # brings pandas: too slow for every command

    if not settings.data.is_dir():
        return
    engine = checked_state(settings)
    facts = GenerationFacts(settings, engine)
    keys = frozenset(item.key for item in engagements.list(engine))
    for key in sorted(keys):
        if imports.pointer(engine, key) is None:
            continue
        try:
            facts.info(authorize(operator(keys), key, Action.READ))
        except JourneyError as error:
            yield error
    facts.close()
    yield from _room(settings, engine)
    yield from _messages(engine)


def _room(settings: Settings, engine: sa.Engine) -> Iterator[JourneyError]:
    folders = [engagement_folder(settings, item.key) for item in engagements.list(engine)]
    largest = max((file.stat().st_size for folder in folders for file in folder.glob("*.duckdb")), default=0)
    needed, free = _SPARE_BYTES + _COPIES * largest, shutil.disk_usage(settings.data).free
    if free < needed:
        yield JourneyError(
            "disk_low", path=str(settings.data), free=_megabytes(free), needed=_megabytes(needed)
        )


def _messages(engine: sa.Engine) -> Iterator[JourneyError]:
    """Without a worker nothing goes out; an installation that has nothing to send needs none."""
    now = utc_now()
    since, holder = counts.waiting_since(engine), worker.holder(engine, now)
    if since is not None and now - since > _PATIENCE and not (holder and holder.alive):
        count = counts.messages(engine)["waiting"]
        yield JourneyError("worker_missing", count=count, since=f"{since:%Y-%m-%d %H:%M}")


def _port(settings: Settings) -> Iterator[JourneyError]:
    """A port that Journey BI itself answers on is no problem."""
    try:
        refuse_busy_port(settings)
    except JourneyError as error:
        if not _healthy(settings):
            yield error


def _healthy(settings: Settings) -> bool:
    try:
        with urlopen(f"{address(settings)}healthz", timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - http, ours
            return answer.status == 200
    except (URLError, OSError):
        return False


def _megabytes(size: float) -> int:
    return round(size / 1024**2)


_LOOKS = (_folder, _secret, _generations, _port)
