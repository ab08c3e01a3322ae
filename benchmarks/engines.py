"""The engines that are held against each other: long-lived workers, asked in turn: noise hits all of them alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environments import PEERS, python_of

OURS = "ours"
FULL = ("chdb", "polars", "pandas")  # peers that answer the whole question


@dataclass
class Engine:
    """One worker and what it has answered.

    Attributes:
        version: what the worker says it is.
        questions: names that it answers.
        seconds: of each question, one number a round.
        work: the same in seconds of the processors, which others on the machine change less.
        rows: last answer to each question.
        mb: most memory that its process has had.
    """

    name: str
    process: subprocess.Popen[str]
    version: str = ""
    questions: tuple[str, ...] = ()
    seconds: dict[str, list[float]] = field(default_factory=dict)
    work: dict[str, list[float]] = field(default_factory=dict)
    rows: dict[str, list[list[Any]]] = field(default_factory=dict)
    mb: float = 0

    def hear(self) -> dict[str, Any]:
        """The next line that the worker says.

        Raises:
            RuntimeError: it has ended; its own error stands above.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended")
        told = json.loads(line)
        self.mb = max(self.mb, told["mb"])
        return told

    def ask(self, question: str) -> None:
        """Ask once, wait, keep time and answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        told = self.hear()
        self.seconds.setdefault(question, []).append(told["seconds"])
        self.work.setdefault(question, []).append(told["work"])
        self.rows[question] = told["rows"]

    def best(self, question: str) -> float:
        """The fastest round but the first, in seconds."""
        return _least(self.seconds[question])

    def least_work(self, question: str) -> float:
        """The round but the first that took least of the processors, in seconds."""
        return _least(self.work[question])


def _least(times: list[float]) -> float:
    return min(times[1:] or times)


@contextmanager
def started(stem: Path, data_end: str, peers: Sequence[str]) -> Iterator[dict[str, Engine]]:
    """Every engine with its data loaded, one after the other."""
    here = Path(__file__).parent
    scripts = {OURS: (Path(sys.executable), here / "ours_worker.py")}
    scripts |= {peer: (python_of(peer), PEERS / f"{peer}_worker.py") for peer in peers}
    environment = os.environ | {"RETENTIONEERING_NO_TRACK": "1"}
    with ExitStack() as stack:
        engines = {}
        for name, (python, script) in scripts.items():
            command = [str(python), str(script), str(stem), data_end]
            process = stack.enter_context(
                subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
                )
            )
            stack.callback(process.kill)
            engine = Engine(name, process)
            told = engine.hear()
            engine.version, engine.questions = told["ready"], tuple(told["questions"])
            engines[name] = engine
        yield engines


def rounds(engines: dict[str, Engine], number: int) -> None:
    """Every round asks each question once of each engine that answers it."""
    questions = dict.fromkeys(name for engine in engines.values() for name in engine.questions)
    for _ in range(number):
        for question in questions:
            for engine in engines.values():
                if question in engine.questions:
                    engine.ask(question)


def differences(engines: dict[str, Engine]) -> list[str]:
    """Answers of a peer, or of ours from the journeys, that are not ours; empty where all agree."""
    ours = engines[OURS]
    found = []
    for question, rows in ours.rows.items():
        others = [(name, engines[name].rows.get(question)) for name in FULL if name in engines]
        others.append(("journeys", ours.rows.get(f"{question} journeys")))
        found += [f"{question}: {name} differs" for name, other in others if other and not _same(rows, other)]
    return found


def _same(one: list[list[Any]], other: list[list[Any]]) -> bool:
    """Equal rows in any order; a month may be written by its first day, a time may differ in its fourth digit."""
    left, right = (
        sorted(map(_told, rows), key=lambda row: [str(cell) for cell in row[:2]]) for rows in (one, other)
    )
    return len(left) == len(right) and all(
        len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(left, right, strict=True)
    )


def _told(row: list[Any]) -> list[Any]:
    return [cell or "" if cell is None else f"{cell}-01" if _is_month(cell) else cell for cell in row]


def _is_month(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) == 7 and cell[4] == "-" and cell[:4].isdigit()


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 0.0002
    return one == other
