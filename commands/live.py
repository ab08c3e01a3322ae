"""`journey demo --live`: a small company of its own, and something that happens to it every few seconds."""

from __future__ import annotations

import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from commands.context import ACTOR, note, words
from commands.progress import part_of, progress_bar
from commands.serve import address
from dashboard.demo.plan import ZONE
from dashboard.errors import JourneyError
from dashboard.i18n.words import msgid
from dashboard.settings import Settings
from data_access.state import engagements, imports

if TYPE_CHECKING:
    from dashboard.demo.live import Batch

ENGAGEMENT = "live"
COMPANY = "Живое демо: «Электрон»"
SIZE = 4_000  # customers of the whole story, half of them still to come: an import of a batch takes under 3 s
EVERY = 3.0  # seconds from one batch to the next
_TOLD_EVERY = 20  # batches between two lines about the beat
_SHOWN_DAYS = 90
_WRITING = 0.35  # share of the building that inventing takes
_STOPPING = 30  # seconds that the server has to finish its requests


def build(settings: Settings, engine: sa.Engine, customers: int) -> Iterator[Batch]:
    """Make the company afresh, with its past up to yesterday; what follows comes in batches."""
    from dashboard.demo.live import begin  # with the import, these bring pandas: too slow for every command
    from data_access.ingest.run import run_import

    if ENGAGEMENT not in {item.key for item in engagements.list(engine)}:
        engagements.add(engine, ENGAGEMENT, COMPANY, demo=True, actor=ACTOR)
    if imports.pointer(engine, ENGAGEMENT) is not None:
        imports.withdraw(engine, ENGAGEMENT, ACTOR)
    with _folder(settings) as folder, progress_bar(words()("Building the live demo")) as tell:
        past, batches = begin(folder, ENGAGEMENT, customers, _now().date(), part_of(tell, 0, _WRITING))
        run_import(settings, past, folder, ACTOR, part_of(tell, _WRITING, 1))
    return batches


def view() -> str:
    """The address of a screen on which new events show: the last days, today among them."""
    until = _now().date() + timedelta(days=1)
    return f"overview?e={ENGAGEMENT}&p={until - timedelta(days=_SHOWN_DAYS)}..{until}"


def run(settings: Settings, batches: Iterator[Batch]) -> None:
    """Serve, and import a batch every `EVERY` seconds, until Ctrl+C or SIGTERM.

    A batch goes the way of everybody's files and makes a generation. Where that takes longer, the next one
    begins when it has landed, and the printed beat says so.
    """
    note.print(words()("Watch it: {address}", address=address(settings) + view()))
    signal.signal(signal.SIGTERM, lambda _signal, _frame: signal.raise_signal(signal.SIGINT))
    with suppress(KeyboardInterrupt), _server(settings) as server:
        beats = _Beats()
        since = _now()
        for batch in batches:
            started = time.monotonic()
            since = _happens(settings, batch, since, beats)
            beats.add(started, time.monotonic())
            with suppress(subprocess.TimeoutExpired):
                server.wait(max(EVERY - (time.monotonic() - started), 0))
                return


class _Beats:
    """How fast batches really come."""

    def __init__(self) -> None:
        self.rows = 0
        self._starts: list[float] = []
        self._taken: list[float] = []

    def add(self, started: float, ended: float) -> None:
        """Note a batch; from time to time, say how it goes."""
        self._starts.append(started)
        self._taken.append(ended - started)
        if len(self._taken) == 2 or len(self._taken) == _TOLD_EVERY:
            self._tell()
        if len(self._taken) == _TOLD_EVERY:
            self._starts, self._taken, self.rows = [], [], 0

    def _tell(self) -> None:
        beat = (self._starts[-1] - self._starts[0]) / (len(self._starts) - 1)
        took = statistics.median(self._taken)
        said = msgid("Live: {rows} rows in {batches} imports, one every {beat} s; an import takes {took} s.")
        facts = {"rows": self.rows, "batches": len(self._taken), "beat": f"{beat:.1f}", "took": f"{took:.1f}"}
        note.print(words()(said, **facts))


def _happens(settings: Settings, batch: Batch, since: datetime, beats: _Beats) -> datetime:
    """Import what happened since the last batch; returns the moment up to which that is told."""
    from data_access.ingest.run import run_import

    now = _now()
    with _folder(settings) as folder:
        mapping = batch.write(folder, ENGAGEMENT, since, now)
        try:
            run_import(settings, mapping, folder, ACTOR)
        except JourneyError as error:  # a full disk, somebody else's import: the next batch may do better
            note.print(words().error(error))
            return since
    beats.rows += len(batch.events) + len(batch.orders)
    return now


@contextmanager
def _server(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The web server as a process beside this one, stopped in order whatever ends us."""
    command = [sys.executable, "-m", "app", "serve", "--host", settings.host, "--port", str(settings.port)]
    server = subprocess.Popen(command)  # noqa: S603 - our own program
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            server.kill()


@contextmanager
def _folder(settings: Settings) -> Iterator[Path]:
    """Where files lie until they are imported."""
    folder = settings.data / "live-files"
    folder.mkdir(exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _now() -> datetime:
    """The company's wall clock (naive)."""
    return datetime.now(ZoneInfo(ZONE)).replace(tzinfo=None)
