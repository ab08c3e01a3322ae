"""Bringing the state database to the tables that this code knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dashboard.errors import JourneyError
from data_access.state.engine import one_at_a_time, writing

_SCRIPTS = Path(__file__).parent.parent / "migrations"
_MIGRATION = 5_119_201


def migrate(engine: sa.Engine) -> str:
    """Bring the state database to this code's tables: all steps in one transaction, and may be repeated.

    Returns:
        The revision that the database has now.

    Raises:
        JourneyError: `state_too_new` where a newer Journey BI has changed the database already.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with writing(engine) as connection:
        one_at_a_time(connection, _MIGRATION)
        current = _known_revision(connection, scripts)
        head = scripts.get_current_head() or ""
        if current != head:
            config.attributes["connection"] = connection
            command.upgrade(config, head)
        return head


def check_state(engine: sa.Engine) -> None:
    """Refuse a state database that this code does not fit.

    Raises:
        JourneyError: `state_too_new`, or `state_too_old` where `journey init` has not run yet.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        if _known_revision(connection, scripts) != scripts.get_current_head():
            raise JourneyError("state_too_old", status=503)


def _known_revision(connection: sa.Connection, scripts: ScriptDirectory) -> str | None:
    """The database's revision; None before the first one."""
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise JourneyError("state_too_new", status=503, revision=current)
    return current
