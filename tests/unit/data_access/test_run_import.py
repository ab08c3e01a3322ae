"""Imports from file to pointer: what they leave behind, and what they refuse."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access import schema
from data_access.generations import GenerationFacts
from data_access.ingest import run
from data_access.ingest.job import without_secrets
from data_access.state import engagements, imports
from tests.forked import started_anew
from tests.generation_files import installation, settings_of, write_generation
from tests.unit.data_access.importing import (
    ACME,
    FIRST,
    KEY,
    PATIENCE,
    SECOND,
    Client,
    client,
    expected,
    start_import,
)
from tests.waiting import until


@pytest.fixture
def acme(tmp_path: Path) -> Client:
    """A client of whom nothing is imported yet."""
    return client(tmp_path / "acme")


def running_children() -> list[str]:
    """Importing processes that this test process has started and that still live."""
    listed = subprocess.run(
        ["ps", "-o", "stat,args", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    return [
        line for line in listed.stdout.splitlines() if "ingest.child" in line and not line.startswith("Z")
    ]


def refusal(place: Client, mapping: Path, **more: Any) -> JourneyError:
    with pytest.raises(JourneyError) as refused:
        place.run(mapping, **more)
    return refused.value


def test_a_first_import_makes_engagement_generation_and_report(acme: Client) -> None:
    engagements.add(acme.state, KEY, zone="Asia/Kathmandu", currency="EUR")
    without = acme.first.read_text().replace("timezone: Europe/Moscow\n", "").replace("currency: RUB\n", "")
    acme.first.write_text(without)
    told: list[tuple[str, float]] = []
    report = acme.run(acme.first, progress=lambda part, share: told.append((part, share)))

    assert (report["status"], report["generation"], report["accepted"]) == ("done", 1, 2 * FIRST + FIRST // 4)
    assert acme.numbers() == (1, *expected(FIRST))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert acme.files() == {"gen-1.duckdb"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in acme.home.iterdir()} == {0o600}
    entry = imports.journal(acme.state, KEY)[0]
    assert (entry.status, entry.generation, entry.actor, entry.report) == ("done", 1, "test", report)

    facts = GenerationFacts(acme.settings, acme.state)
    info = facts.info(ACME)
    assert (info.zone, info.currency, info.number) == ("Asia/Kathmandu", "EUR", 1)
    day = sa.select(sa.func.min(schema.journey.c.moment).label("first"))
    assert str(facts.frame(ACME, day)["first"].iloc[0]) == "2026-01-01 04:15:00"  # 10:00 in Kathmandu
    facts.close()


def test_a_broken_file_changes_nothing_and_its_number_is_not_used_again(acme: Client) -> None:
    acme.run(acme.first)
    orders = acme.second.with_name("second-orders.csv")
    good = orders.read_text()
    orders.write_text(good.replace("rub", "roubles", 1))
    error = refusal(acme, acme.second)
    entry = imports.journal(acme.state, KEY)[0]
    assert entry.status == "failed"
    assert entry.report is not None
    assert entry.report["error"]["code"] == error.code
    assert acme.numbers() == (1, *expected(FIRST))
    assert acme.files() == {"gen-1.duckdb"}
    assert acme.open_ends() == []
    orders.write_text(good)
    assert acme.run(acme.second)["generation"] == 3
    assert acme.numbers() == (3, *expected(SECOND))


def test_of_two_imports_at_once_one_wins_and_the_other_says_since_when(acme: Client) -> None:
    engagements.add(acme.state, KEY, zone="Europe/Moscow")
    winner = start_import(acme.settings.data, acme.first)
    until(acme.open_ends)
    assert winner.is_alive()
    error = refusal(acme, acme.second)
    started = imports.journal(acme.state, KEY)[0].started_at
    assert (error.code, error.status) == ("import_running", 409)
    assert error.facts == {"engagement": KEY, "since": f"{started:%Y-%m-%d %H:%M}"}
    winner.join(PATIENCE)
    assert acme.numbers() == (1, *expected(FIRST))
    assert [entry.status for entry in imports.journal(acme.state, KEY)] == ["done"]


def test_ctrl_c_ends_the_importing_process_and_the_journal_says_so(acme: Client) -> None:
    def interrupt(_part: str, _share: float) -> None:
        raise KeyboardInterrupt

    with started_anew(), pytest.raises(KeyboardInterrupt):
        acme.run(acme.first, progress=interrupt)
    assert running_children() == []
    entry = imports.journal(acme.state, KEY)[0]
    assert (entry.status, entry.report) == ("failed", {"error": {"code": "import_interrupted", "facts": {}}})
    assert acme.files() == set()
    assert acme.open_ends() == []


def test_an_engagement_with_data_keeps_its_zone(acme: Client) -> None:
    write_generation(acme.settings, acme.state, 1, customers=2)
    engagement = engagements.get(acme.state, KEY)
    acme.first.write_text(acme.first.read_text().replace("Europe/Moscow", "Asia/Tokyo"))
    error = refusal(acme, acme.first)
    assert error.code == "engagement_differs"
    assert (error.facts["stored"], error.facts["given"]) == (engagement.zone, "Asia/Tokyo")
    assert acme.open_ends() == []


def test_a_full_disk_is_told_before_anything_is_written(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RESERVE", 1 << 60)
    error = refusal(acme, acme.first)
    assert (error.code, error.facts["free_mb"]) == ("disk_full", 0)
    assert acme.files() == set()
    assert imports.journal(acme.state, KEY)[0].status == "failed"


def test_three_older_generations_stay_for_undo(tmp_path: Path) -> None:
    settings, state = installation(tmp_path)
    for number in range(1, 7):
        write_generation(settings, state, number, customers=1)
    home = settings.data.absolute() / "engagements" / KEY
    (home / "gen-9.tmp").write_text("unfinished")
    (home / "gen-9.tmp.wal").write_text("its log")
    (home / "gen-8.duckdb").write_text("never published")
    (home / "gen-9.tmp.tmp").mkdir()
    run._tidy(settings, state, KEY)
    assert {path.name for path in home.iterdir()} == {f"gen-{number}.duckdb" for number in (3, 4, 5, 6)}


def test_the_importing_process_is_told_no_secret(tmp_path: Path) -> None:
    secrets = {"secret_key": "k" * 40, "state_url": "postgresql+psycopg://user:canary@host/db"}
    settings = settings_of(tmp_path, **secrets)
    told = str(without_secrets(settings))
    assert "canary" not in told
    assert "k" * 40 not in told
