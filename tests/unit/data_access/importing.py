"""A small client whose files are imported for real: a first delivery, and a second one that holds the first too."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access import schema
from data_access.engine import engagement_folder
from data_access.generations import GenerationFacts
from data_access.ingest import child
from data_access.ingest.check import check_import
from data_access.ingest.job import Job
from data_access.ingest.publish import build_generation
from data_access.ingest.run import run_import
from data_access.ingest.supervise import Progress
from data_access.scope import Action, Scope
from data_access.state import engagements, imports
from data_access.state.engine import state_engine
from data_access.state.schema import import_lease
from tests.forked import CONTEXT
from tests.generation_files import migrated, settings_of

KEY = "acme"
ACME = Scope(KEY, Action.READ, 0)
PATIENCE = 300.0  # seconds for one import on a machine that is busy with everything else
FIRST, SECOND = 20, 120  # customers of the two deliveries

_MAPPING = """
engagement: acme
timezone: Europe/Moscow
currency: RUB
stages: loop6
sources:
  - name: leads
    file: {name}-leads.csv
    row: {{column: id}}
    customer: {{column: customer}}
    events:
      - {{stage: {{column: stage}}, at: {{column: at}}, channel: {{value: site}}}}
  - name: orders
    file: {name}-orders.csv
    customer: {{column: customer}}
    transactions:
      - {{id: {{column: id}}, at: {{column: at}}, amount: {{column: rub}}}}
"""


@dataclass(frozen=True)
class Client:
    """An installation and the two deliveries of its one client."""

    settings: Settings
    first: Path
    second: Path

    @property
    def state(self) -> sa.Engine:
        """The state database."""
        return state_engine(self.settings)

    @property
    def home(self) -> Path:
        """Folder of the generations."""
        return engagement_folder(self.settings, KEY)

    def files(self) -> set[str]:
        """Everything that lies in the folder of the generations."""
        return {path.name for path in self.home.iterdir()} if self.home.exists() else set()

    def run(self, mapping: Path, **more: Any) -> dict[str, Any]:
        """Import in this process (which starts the importing one)."""
        return run_import(self.settings, mapping, None, "test", **more)

    def numbers(self) -> tuple[int, int, int, float]:
        """What a viewer that starts now reads: generation, touches, deals, money."""
        facts = GenerationFacts(self.settings, self.state)
        touches = sa.select(sa.func.count().label("n")).where(schema.journey.c.is_touch)
        deals = sa.select(sa.func.count().label("n"), sa.func.sum(schema.deal.c.amount).label("money"))
        try:
            paid = facts.frame(ACME, deals).iloc[0]
            number = facts.info(ACME).number
            return number, int(facts.frame(ACME, touches)["n"].iloc[0]), int(paid["n"]), float(paid["money"])
        finally:
            facts.close()

    def digest(self, *, but: Mapping[str, Collection[str]] | None = None) -> str:
        """Everything that a viewer who starts now can read, as one word; empty where nobody sees data.

        Args:
            but: columns by table that are left out.
        """
        facts = GenerationFacts(self.settings, self.state)
        try:
            if facts.status(ACME) is None:
                return ""
            left = frozenset((table, frozenset(names)) for table, names in (but or {}).items())
            told = facts.frame(ACME, _everything(left)).to_csv()
        finally:
            facts.close()
        model = engagements.get(self.state, KEY).model.to_json()
        return hashlib.sha256((told + json.dumps(model)).encode()).hexdigest()

    def open_ends(self) -> list[str]:
        """Leases and journal lines that nobody closed."""
        with self.state.connect() as connection:
            leases = [f"lease {row.import_id}" for row in connection.execute(sa.select(import_lease))]
        running = [
            f"running {entry.id}" for entry in imports.journal(self.state, KEY) if entry.status == "running"
        ]
        return leases + running


@cache
def _everything(left: frozenset[tuple[str, frozenset[str]]]) -> sa.Select:
    """Every table that queries read: its rows, and the sum of their hashes but for the columns left out."""
    parts, but = [], dict(left)
    for table in schema.DERIVED:
        columns = [column for column in table.columns if column.name not in but.get(table.name, ())]
        rows, hashes = sa.func.count(), sa.func.sum(sa.func.hash(*columns), type_=sa.Numeric)
        name = sa.literal(table.name, sa.Text)
        parts.append(sa.select(name.label("name"), rows.label("n"), sa.cast(hashes, sa.Text).label("hashes")))
    everything = sa.union_all(*parts).subquery()
    return sa.select(everything).order_by(everything.c.name)


def client(folder: Path) -> Client:
    """The client's files and an empty installation in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Client(settings_of(folder / "data"), folder / "first.yaml", folder / "second.yaml")
    _deliver(folder, "first", FIRST)
    _deliver(folder, "second", SECOND)
    migrated(made.settings)
    return made


def expected(customers: int) -> tuple[int, int, float]:
    """Touches, deals and money of the first so many customers."""
    buyers = range(0, customers, 4)
    return 2 * customers, len(buyers), sum(1000.25 + number for number in buyers)


def _deliver(folder: Path, name: str, customers: int) -> None:
    leads, orders = ["id,customer,stage,at"], ["id,customer,at,rub"]
    for number in range(customers):
        day = f"2026-01-{number % 28 + 1:02}"
        leads.append(f"{number}a,c{number},initial_consideration,{day}T10:00:00")
        leads.append(f"{number}b,c{number},active_evaluation,{day}T12:00:00")
        if number % 4 == 0:
            orders.append(f"o{number},c{number},2026-02-{number % 28 + 1:02}T09:00:00,{1000.25 + number}")
    (folder / f"{name}-leads.csv").write_text("\n".join(leads) + "\n")
    (folder / f"{name}-orders.csv").write_text("\n".join(orders) + "\n")
    (folder / f"{name}.yaml").write_text(_MAPPING.format(name=name))


def import_here(_task: str, job: Job, progress: Progress, beat: Callable[[], None]) -> dict[str, Any]:
    """What `run_child` does, without a process of its own: for tests of what stands around it."""
    beat()
    report = build_generation(job, progress)
    beat()
    return json.loads(json.dumps(report.to_json(), default=child._plain))


def start_import(data: Path, mapping: Path, kill_at: str | None = None) -> BaseProcess:
    """Run an import in a process of its own, which dies at a named point (data_access/points.py)."""
    process = CONTEXT.Process(target=_import, args=(str(data), str(mapping), kill_at))
    process.start()
    return process


def start_check(data: Path, mapping: Path) -> BaseProcess:
    """Run a check in a process of its own."""
    process = CONTEXT.Process(target=_check, args=(str(data), str(mapping)))
    process.start()
    return process


def kill_all(process: BaseProcess) -> None:
    """End the import and its importing process at once, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join(PATIENCE)


def _import(data: str, mapping: str, kill_at: str | None) -> None:
    os.setsid()
    os.environ.pop("JOURNEY_KILL_AT", None)
    if kill_at:
        os.environ["JOURNEY_KILL_AT"] = kill_at
    with suppress(JourneyError):
        run_import(settings_of(Path(data)), Path(mapping), None, "test")


def _check(data: str, mapping: str) -> None:
    os.setsid()
    check_import(settings_of(Path(data)), Path(mapping), None)
