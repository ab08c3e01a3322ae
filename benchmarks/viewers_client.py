"""Browsers without a screen: they ask what a page asks, six questions at a time, and think in between."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import brotli

CONNECTIONS = 6  # of a browser to one host
GRACE = 20.0  # seconds after the end of a phase for what was asked in it: longer than a question may wait
OFTEN = 0.5  # share of the turns that show one of a few addresses which many look at; the others are somebody's own
_COMMON = (
    "p=2026Q2",
    "p=2026Q1",
    "p=2026",
    "p=2025",
    "p=2026Q3",
    "p=2026-01..2026-06",
    "",
    "p=2026Q2&cmp=prev",
)
_FIRST, _DAYS = date(2024, 11, 1), 640
LONGEST_REST = 15.0  # seconds between two tries of a question, as in assets/js/asking.js
UPDATE = "/_dash-update-component"
ENGAGEMENT = "bench"


@dataclass(frozen=True)
class Person:
    """Who asks: the cookie and the token of a session."""

    cookie: str
    token: str


@dataclass
class Seen:
    """What the viewers of one phase met; times in seconds."""

    turns: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    light: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    light_statuses: Counter[int] = field(default_factory=Counter)
    without_hint: int = 0  # 503 that does not say when to come again
    samples: list[str] = field(default_factory=list)
    others_work: bool = False  # an import ran all the while

    def note(self, status: int, asked: bytes, told: bytes) -> None:
        """Count an answer; the first few errors are kept with what was asked, to be looked into."""
        self.statuses[status] += 1
        if status not in (200, 204, 503) and len(self.samples) < 3:
            self.samples.append(f"{status} to {json.loads(asked)['output'][:80]}: {told[:300]!r}")

    @property
    def shed(self) -> float:
        """Share of the requests that were asked to come again."""
        return self.statuses[503] / max(self.statuses.total(), 1)

    @property
    def errors(self) -> int:
        """Answers that are neither figures nor a wish to come again; 0 stands for no answer."""
        return sum(count for status, count in self.statuses.items() if status not in (200, 204, 503))

    def told(self) -> str:
        """What came back, for the log."""
        return (
            f"{len(self.turns)} turns, p95 {p95(self.turns):.2f} s; statuses {dict(self.statuses)}, "
            f"longest answer {max(self.answers, default=0):.1f} s; "
            f"light p95 {p95(self.light):.3f} s, {dict(self.light_statuses)}"
            + "".join(f"\n  {one}" for one in self.samples)
        )


def p95(seconds: list[float]) -> float:
    """The time that one of twenty exceeds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else float("nan")


class Browser:
    """One viewer with connections of their own."""

    def __init__(
        self, port: int, person: Person, pages: dict[str, list[bytes]], seen: Seen, seed: int
    ) -> None:
        self.port, self.person, self.pages, self.seen = port, person, pages, seen
        self.chance = random.Random(seed)  # noqa: S311 - can be made again, no secret
        self.idle: asyncio.Queue[list[Any]] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self.idle.put_nowait([])

    async def look(self, until: float, think: float, *, whole: bool) -> None:
        """Turn after turn: a filter changes, what listens to it asks, the person thinks.

        Args:
            until: no turn begins after it, and none goes on `GRACE` seconds after it.
            whole: all cards of a page ask; else one of them.
        """
        await asyncio.sleep(self.chance.random() * think)
        while time.perf_counter() < until:
            page = self.chance.choice(list(self.pages))
            bodies = self.pages[page] if whole else [self.chance.choice(self.pages[page])]
            search = self._search()
            began = time.perf_counter()
            await asyncio.gather(*(self._ask(body.replace(b"@SEARCH@", search), until) for body in bodies))
            self.seen.turns.append(time.perf_counter() - began)
            await asyncio.sleep(
                min(think * (0.5 + self.chance.random()), max(until - time.perf_counter(), 0))
            )

    def _search(self) -> bytes:
        if self.chance.random() < OFTEN:
            own = self.chance.choice(_COMMON)
        else:
            first = _FIRST + timedelta(days=self.chance.randrange(_DAYS - 120))
            own = f"p={first}..{first + timedelta(days=self.chance.randrange(30, 120))}"
        return json.dumps(f"?e={ENGAGEMENT}" + (f"&{own}" if own else ""))[1:-1].encode()

    async def _ask(self, body: bytes, until: float) -> None:
        """As assets/js/asking.js does: a question that was shed comes again, while the phase lasts."""
        connection = await self.idle.get()
        try:
            for tries in itertools.count(1):
                began = time.perf_counter()
                if began > until:
                    return
                left = until - began + GRACE
                answer = await exchange(connection, self.port, "POST", UPDATE, self.person, body, left)
                status, again, told = answer
                self.seen.answers.append(time.perf_counter() - began)
                self.seen.note(status, body, told)
                if status != 503:
                    return
                self.seen.without_hint += not again
                rest = min(again * tries, LONGEST_REST) * (0.75 + 0.5 * self.chance.random())
                await asyncio.sleep(min(rest, max(until - time.perf_counter(), 0) + 0.001))
        finally:
            self.idle.put_nowait(connection)


async def exchange(
    connection: list[Any],
    port: int,
    method: str,
    path: str,
    person: Person | None,
    body: bytes = b"",
    longest: float = GRACE,
) -> tuple[int, float, bytes]:
    """One request on a kept connection (opened anew where it has ended): status, seconds of Retry-After or 0, body.

    Args:
        longest: seconds without an answer after which the status is 0.
    """
    for fresh in (not connection, True):
        if fresh:
            connection[:] = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await asyncio.wait_for(_exchanged(connection, port, method, path, person, body), longest)
        except (ConnectionError, asyncio.IncompleteReadError):
            connection[1].close()
            if fresh:
                break
        except TimeoutError:
            connection[1].close()
            break
    connection.clear()
    return 0, 0.0, b""


async def _exchanged(
    connection: list[Any], port: int, method: str, path: str, person: Person | None, body: bytes
) -> tuple[int, float, bytes]:
    reader, writer = connection
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: br"]
    if person is not None:
        lines += [f"Cookie: {person.cookie}", f"X-CSRFToken: {person.token}"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    if headers.get("transfer-encoding") == "chunked":
        told = b""
        while size := int((await reader.readline()), 16):
            told += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
    else:
        told = await reader.readexactly(int(headers.get("content-length", 0)))
    if headers.get("content-encoding") == "br":
        told = brotli.decompress(told)
    if headers.get("connection") == "close":
        writer.close()
        connection.clear()
    return int(head[0].split()[1]), float(headers.get("retry-after", 0)), told


async def watch_light(port: int, person: Person, until: float, seen: Seen) -> None:
    """Requests that need no figures, a few a second, from somebody who does nothing else."""
    connection: list[Any] = []
    for path in itertools.cycle(("/healthz", f"/live?e={ENGAGEMENT}", "/login", "/readyz")):
        if time.perf_counter() > until:
            return
        began = time.perf_counter()
        status, _, _ = await exchange(connection, port, "GET", path, None if path == "/login" else person)
        seen.light.append(time.perf_counter() - began)
        seen.light_statuses[status] += 1
        await asyncio.sleep(0.15)


async def phase(
    port: int,
    people: list[Person],
    pages: dict[str, list[bytes]],
    seconds: float,
    think: float,
    *,
    whole: bool,
    seed: int,
) -> Seen:
    """So many viewers for so long."""
    seen, until = Seen(), time.perf_counter() + seconds
    viewers = [
        Browser(port, person, pages, seen, seed + place).look(until, think, whole=whole)
        for place, person in enumerate(people)
    ]
    await asyncio.gather(*viewers, watch_light(port, people[0], until, seen))
    return seen
