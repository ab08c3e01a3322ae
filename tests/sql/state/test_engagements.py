"""Engagements, and the imports that belong to them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.stages import PRESETS
from data_access.state import engagements, imports
from data_access.state.engine import writing
from data_access.state.lease import running_since, this_process
from data_access.state.schema import import_lease
from tests.sql.state.conftest import NOW


def begin(state: sa.Engine, key: str = "acme", later: timedelta = timedelta(0)) -> int:
    return imports.start(state, key, "digest", "console", NOW + later)


@pytest.fixture
def acme(state: sa.Engine) -> str:
    return engagements.add(state, "acme", "  Acme \n Ltd ", zone="Asia/Kathmandu", currency="EUR").key


def test_an_engagement_comes_back_as_it_was_given(state: sa.Engine, acme: str) -> None:
    stored = engagements.get(state, acme)
    assert (stored.name, stored.zone, stored.currency, stored.demo) == (
        "Acme Ltd",
        "Asia/Kathmandu",
        "EUR",
        False,
    )
    assert stored.model == PRESETS["loop6"]
    assert engagements.list(state) == (stored,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "../up"}, "engagement_key_malformed"),
        ({"key": "Acme"}, "engagement_key_malformed"),
        ({"key": "a" * 64}, "engagement_key_malformed"),
        ({"key": "acme\n"}, "engagement_key_malformed"),
        ({"key": "acme"}, "engagement_exists"),
        ({"zone": "Mars/Base"}, "unknown_zone"),
        ({"zone": "../etc/passwd"}, "unknown_zone"),
        ({"zone": ""}, "unknown_zone"),
        ({"currency": "rub"}, "currency_malformed"),
    ],
)
def test_a_wrong_engagement_is_refused(
    state: sa.Engine, acme: str, change: dict[str, Any], code: str
) -> None:
    about = {name: value for name, value in change.items() if name != "key"}
    with pytest.raises(JourneyError) as refused:
        engagements.add(state, change.get("key", "new"), **about)
    assert refused.value.code == code
    assert len(engagements.list(state)) == 1


def test_a_mapping_makes_or_settles_an_engagement_until_its_first_data(state: sa.Engine, acme: str) -> None:
    made = engagements.get_or_create(state, "fresh", zone="UTC", currency="USD", model=PRESETS["search5"])
    assert (made.zone, made.currency, made.model.preset) == ("UTC", "USD", "search5")
    settled = engagements.get_or_create(state, acme, zone="UTC", model=PRESETS["classic5"])
    assert (settled.zone, settled.currency, settled.model.preset) == ("UTC", "EUR", "classic5")
    imports.publish(state, begin(state), acme, 1, {}, NOW)
    assert engagements.get_or_create(state, acme, zone="UTC", model=PRESETS["classic5"]) == settled
    others: tuple[dict[str, Any], ...] = (
        {"zone": "Europe/Berlin"},
        {"currency": "RUB"},
        {"model": PRESETS["loop6"]},
    )
    for given in others:
        with pytest.raises(JourneyError, match="engagement_differs"):
            engagements.get_or_create(state, acme, **given)
    assert engagements.get(state, acme) == settled


def test_stages_may_change_until_there_are_data(state: sa.Engine, acme: str) -> None:
    assert engagements.set_stages(state, acme, PRESETS["goals11"]).model.preset == "goals11"
    imports.publish(state, begin(state), acme, 1, {}, NOW)
    assert engagements.set_stages(state, acme, PRESETS["goals11"]).model.preset == "goals11"
    with pytest.raises(JourneyError, match="engagement_differs"):
        engagements.set_stages(state, acme, PRESETS["loop6"])


def test_a_margin_is_kept_and_can_be_forgotten(state: sa.Engine, acme: str) -> None:
    assert engagements.get(state, acme).margin is None
    assert engagements.set_margin(state, acme, 0.35).margin == 0.35
    assert engagements.get(state, acme).margin == 0.35
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(JourneyError, match="bad_margin"):
            engagements.set_margin(state, acme, wrong)
    assert engagements.set_margin(state, acme, None).margin is None
    with pytest.raises(JourneyError, match="unknown_engagement"):
        engagements.set_margin(state, "nobody", 0.5)


def test_one_import_at_a_time_and_the_other_learns_since_when(state: sa.Engine, acme: str) -> None:
    engagements.add(state, "other")
    first = begin(state)
    with pytest.raises(JourneyError) as refused:
        begin(state, later=timedelta(seconds=30))
    assert (refused.value.code, refused.value.facts["since"]) == ("import_running", "2026-06-01 12:00")
    begin(state, "other")
    imports.publish(state, first, acme, 1, {"accepted": 3}, NOW)
    assert imports.pointer(state, acme) == imports.Pointer(1, first, NOW)
    assert begin(state) > first


def test_a_dead_holder_blocks_nobody_and_its_line_is_closed(state: sa.Engine, acme: str) -> None:
    code = (
        "import sys, datetime\nfrom data_access.state import imports\n"
        "from data_access.state.engine import open_state\n"
        "imports.start(open_state(sys.argv[1]), 'acme', 'digest', 'console', datetime.datetime(2026, 6, 1, 12))\n"
    )
    address = state.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", code, address], check=True, timeout=60)
    begin(state, later=timedelta(seconds=1))
    newest, dead = imports.journal(state, acme)
    assert (newest.status, dead.status) == ("running", "failed")
    assert dead.report == {"error": {"code": "import_interrupted", "facts": {}}}


def test_a_holder_on_another_machine_is_believed_until_its_lease_ends(state: sa.Engine, acme: str) -> None:
    lost = begin(state)
    with writing(state) as connection:
        connection.execute(sa.update(import_lease).values(holder="elsewhere:1:1"))
    with pytest.raises(JourneyError, match="import_running"):
        begin(state, later=imports.LEASE - timedelta(seconds=1))
    imports.renew(state, lost, NOW + timedelta(minutes=1))
    with pytest.raises(JourneyError, match="import_running"):
        begin(state, later=imports.LEASE + timedelta(seconds=1))
    taken = begin(state, later=imports.LEASE + timedelta(minutes=2))
    for late in (
        lambda: imports.renew(state, lost, NOW),
        lambda: imports.publish(state, lost, acme, 9, {}, NOW),
    ):
        with pytest.raises(JourneyError, match="import_lost_lease"):
            late()
    assert imports.pointer(state, acme) is None
    imports.publish(state, taken, acme, 2, {}, NOW)
    pointer = imports.pointer(state, acme)
    assert pointer is not None
    assert pointer.generation == 2


def test_a_failed_import_names_its_reason_and_frees_the_lease(state: sa.Engine, acme: str) -> None:
    failed = begin(state)
    imports.reserve(state, failed, 5)
    imports.fail(state, failed, JourneyError("disk_full", path=os.sep, needed_mb=7), NOW)
    entry = imports.journal(state, acme)[0]
    assert entry.status == "failed"
    assert entry.report == {"error": {"code": "disk_full", "facts": {"path": os.sep, "needed_mb": 7}}}
    assert imports.highest_number(state, acme) == 5
    begin(state)


def test_an_import_without_news_makes_no_generation(state: sa.Engine, acme: str) -> None:
    same = begin(state)
    imports.reserve(state, same, 1)
    imports.finish_unchanged(state, same, {"accepted": 0}, NOW)
    assert imports.journal(state, acme)[0].status == "unchanged"
    assert imports.pointer(state, acme) is None
    assert imports.keep(state, acme, 3) == frozenset()


def test_an_import_runs_as_long_as_its_holder_lives(state: sa.Engine, acme: str) -> None:
    assert running_since(state, acme, NOW) is None
    import_id = imports.start(state, acme, "abc", "ann", NOW)
    assert running_since(state, acme, NOW) == NOW
    assert imports.started(state, acme, [import_id, import_id + 1]) == {import_id: NOW}
    with writing(state) as connection:
        machine = this_process().rsplit(":", 2)[0]
        connection.execute(sa.update(import_lease).values(holder=f"{machine}:999999:1"))
    assert running_since(state, acme, NOW) is None
    (entry,) = imports.journal(state, acme, import_id=import_id)
    assert (entry.status, (entry.report or {})["error"]["code"]) == ("failed", "import_interrupted")
    assert imports.journal(state, acme, import_id=import_id + 1) == ()
