"""Undo and redo in the journal: how far they go, what they refuse, and what earlier journals say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from dashboard.errors import JourneyError
from dashboard.journey.stages import PRESETS
from data_access.state import engagements, imports
from data_access.state import migrate as module
from data_access.state.engine import open_state, writing
from data_access.state.migrate import migrate
from data_access.state.schema import audit, data_import, engagement, generation_pointer
from tests.sql.state.conftest import NOW

OLDER = 3


@pytest.fixture
def acme(state: sa.Engine) -> Callable[..., int]:
    """An engagement without data, and what gives it a generation."""
    engagements.add(state, "acme")

    def publish(number: int, **report: Any) -> int:
        import_id = imports.start(state, "acme", "digest", "ann", NOW)
        imports.reserve(state, import_id, number)
        imports.publish(state, import_id, "acme", number, {"accepted": number, **report}, NOW)
        imports.keep(state, "acme", OLDER)
        return import_id

    return publish


def undo(state: sa.Engine) -> imports.ImportEntry:
    return imports.undo(state, "acme", "ann", NOW)


def redo(state: sa.Engine) -> imports.ImportEntry:
    return imports.redo(state, "acme", "ben", NOW)


def test_undo_goes_as_far_as_generations_are_kept(state: sa.Engine, acme: Callable[..., int]) -> None:
    for number in range(1, 7):
        acme(number)
    assert [undo(state).generation for _ in range(OLDER)] == [6, 5, 4]
    with pytest.raises(JourneyError, match="undo_too_old"):
        undo(state)
    entries = imports.journal(state, "acme")
    assert not any(entry.undoable for entry in entries)
    assert [entry.generation for entry in entries if entry.redoable] == [4]
    assert imports.keep(state, "acme", OLDER) == {3, 4, 5, 6}
    assert [redo(state).generation for _ in range(2)] == [4, 5]
    acme(7)
    with pytest.raises(JourneyError, match="nothing_to_redo"):
        redo(state)
    assert imports.keep(state, "acme", OLDER) == {3, 4, 5, 7}
    assert undo(state).parent == 5
    told = sa.select(audit.c.action, audit.c.actor).where(audit.c.action.in_(("import.undo", "import.redo")))
    with state.connect() as connection:
        assert connection.execute(told.order_by(audit.c.id)).all() == [
            *[("import.undo", "ann")] * OLDER,
            *[("import.redo", "ben")] * 2,
            ("import.undo", "ann"),
        ]


def test_nothing_is_undone_while_an_import_runs_and_a_dead_one_is_closed(
    state: sa.Engine, acme: Callable[..., int]
) -> None:
    with pytest.raises(JourneyError, match="nothing_to_undo"):
        undo(state)
    acme(1)
    running = imports.start(state, "acme", "digest", "ann", NOW)
    for step in (undo, redo):
        with pytest.raises(JourneyError, match="import_running"):
            step(state)
    late = NOW + imports.LEASE + timedelta(seconds=1)
    assert imports.undo(state, "acme", "ann", late).generation == 1
    assert imports.pointer(state, "acme") is None
    with pytest.raises(JourneyError, match="import_lost_lease"):  # it had been built on what is undone now
        imports.publish(state, running, "acme", 2, {}, late)


def test_data_of_an_older_version_do_not_come_back(state: sa.Engine, acme: Callable[..., int]) -> None:
    acme(1)
    acme(2, remade=True)  # what stood before is read by no screen of this version
    with pytest.raises(JourneyError, match="undo_too_old"):
        undo(state)


def test_viewers_see_a_switch_though_the_clock_of_another_machine_is_late(
    state: sa.Engine, acme: Callable[..., int]
) -> None:
    acme(1)
    acme(2)
    imports.undo(state, "acme", "ann", NOW - timedelta(hours=1))
    pointer = imports.pointer(state, "acme")
    assert pointer is not None
    assert (pointer.generation, pointer.switched_at > NOW) == (1, True)


def test_a_cancelled_import_says_so(state: sa.Engine, acme: Callable[..., int]) -> None:
    acme(1)
    imports.fail(state, imports.start(state, "acme", "d", "ann", NOW), JourneyError("import_cancelled"), NOW)
    assert [entry.status for entry in imports.journal(state, "acme")] == ["cancelled", "done"]


def test_redo_brings_stages_zone_and_currency_back(state: sa.Engine, acme: Callable[..., int]) -> None:
    acme(1)
    undo(state)
    wrong = {"zone": "Asia/Tokyo", "currency": "EUR", "model": PRESETS["classic5"]}
    engagements.get_or_create(state, "acme", **wrong)  # of an import that then failed
    redo(state)
    stored = engagements.get(state, "acme")
    assert (stored.zone, stored.currency, stored.model) == ("Europe/Moscow", "RUB", PRESETS["loop6"])


def test_what_was_withdrawn_does_not_come_back(state: sa.Engine, acme: Callable[..., int]) -> None:
    acme(1)
    acme(2)
    undo(state)
    imports.withdraw(state, "acme", "ann")
    for step in (undo, redo):
        with pytest.raises(JourneyError, match="nothing_to_"):
            step(state)
    assert imports.keep(state, "acme", OLDER) == frozenset()


def test_imports_of_earlier_versions_can_be_undone(state_address: str) -> None:
    state = open_state(state_address)
    config = Config()
    config.set_main_option("script_location", str(module._SCRIPTS))
    with writing(state) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        _write_old_journal(connection)
    migrate(state)
    undone = imports.undo(state, "acme", "ann", NOW)
    assert (undone.generation, undone.parent) == (4, 3)
    assert engagements.get(state, "acme").model == PRESETS["classic5"]
    with pytest.raises(JourneyError, match="undo_too_old"):  # nobody knows the stages before
        imports.undo(state, "acme", "ann", NOW)
    state.dispose()


def _write_old_journal(connection: sa.Connection) -> None:
    """Four imports, of which the second failed and the third changed the stages."""
    classic = PRESETS["classic5"].to_json()
    journal = (("done", {}), ("failed", {}), ("done", {"stages": classic}), ("done", {}))
    about = {"key": "acme", "name": "Acme", "zone": "UTC", "currency": "RUB", "stage_model": classic}
    connection.execute(sa.insert(engagement).values(about | {"created_at": NOW}))
    for number, (status, report) in enumerate(journal, 1):
        line = {"engagement": "acme", "mapping_sha256": "", "started_at": NOW, "actor": "ann"}
        told = {"id": number, "status": status, "generation": number, "report": report}
        connection.execute(sa.insert(data_import).values(line | told))
    point = {"engagement": "acme", "generation": 4, "import_id": 4, "switched_at": NOW}
    connection.execute(sa.insert(generation_pointer).values(point))
