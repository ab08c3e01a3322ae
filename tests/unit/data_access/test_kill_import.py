"""kill -9 at every named point of an import, in turn of each kind of export: all or nothing, and the next one works."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import schema
from data_access.generations import GenerationFacts
from data_access.points import POINTS
from data_access.state import imports
from tests.exports import SAMPLES, sample
from tests.thorough import first_now
from tests.unit.data_access.importing import (
    ACME,
    FIRST,
    KEY,
    PATIENCE,
    SECOND,
    Client,
    expected,
    kill_all,
    start_import,
)
from tests.unit.data_access.kills import PARENTS, SMALL, VISIBLE, Origin, check, copied, origin

RANDOM_MOMENTS = 5
SOME = [(point, SMALL) for point in POINTS[::3]]
ALL = zip(POINTS, cycle((*SAMPLES, SMALL)), strict=False)  # by turns: each has its own point

Origins = Callable[[str], Origin]


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Origins:
    """Clients by name, each made when it is first asked for."""
    return cache(lambda name: origin(name, tmp_path_factory.mktemp("kill") / name))


def read(place: Client) -> tuple[int, float, int]:
    """Deals, money and answers that a viewer reads."""
    facts = GenerationFacts(place.settings, place.state)
    deals = sa.select(sa.func.count().label("n"), sa.func.sum(schema.deal.c.amount).label("money"))
    try:
        paid = facts.frame(ACME, deals).iloc[0]
        answers = facts.frame(ACME, sa.select(sa.func.count().label("n")).select_from(schema.answer))
        return int(paid["n"]), float(paid["money"] or 0), int(answers["n"].iloc[0])
    finally:
        facts.close()


def delivered(name: str) -> tuple[int, float, int]:
    """Deals, money and answers of a client's delivery, as it was made."""
    if name == SMALL:
        return *expected(SECOND)[1:], 0
    told = sample(name).expected
    return told.deals, float(sum(told.revenue.values())), sum(count for count, _ in told.answers.values())


@pytest.mark.parametrize(("point", "name"), first_now([*SOME, *ALL], now=len(SOME)))
def test_a_power_cut_at_a_named_point(origins: Origins, tmp_path: Path, point: str, name: str) -> None:
    made = origins(name)
    killed = copied(made, tmp_path)
    kill_at = point if point in PARENTS else f"{point}!"  # the importing process takes its parent along
    process = start_import(killed.settings.data, killed.second, kill_at)
    process.join(PATIENCE)
    assert process.exitcode == -9
    kill_all(process)
    check(killed, made.before, None, happened=point in VISIBLE)
    assert read(killed) == delivered(name)


@pytest.mark.parametrize("seed", first_now(range(RANDOM_MOMENTS)))
def test_a_power_cut_at_a_random_moment(origins: Origins, tmp_path: Path, seed: int) -> None:
    made = origins(SMALL)
    killed = copied(made, tmp_path)
    process = start_import(killed.settings.data, killed.second)
    time.sleep(random.Random(seed).uniform(0, 3 * made.seconds))
    kill_all(process)
    check(killed, made.before, None, happened=None)
    assert read(killed) == delivered(SMALL)


def test_the_importing_process_alone_dies(origins: Origins, tmp_path: Path) -> None:
    made = origins(SMALL)
    killed = copied(made, tmp_path)
    process = start_import(killed.settings.data, killed.second, "rename.after")
    process.join(PATIENCE)
    assert process.exitcode == 0  # the parent has lived to say so
    entry = imports.journal(killed.state, KEY)[0]
    assert (entry.status, entry.report) == (
        "failed",
        {"error": {"code": "import_died", "facts": {"reason": "SIGKILL"}}},
    )
    assert killed.files() == {"gen-1.duckdb"}
    assert killed.numbers() == (1, *expected(FIRST))
    assert killed.run(killed.second)["status"] == "done"  # a real importing process again
    assert killed.numbers()[1:] == expected(SECOND)
