"""What Alembic runs: always on the connection and in the transaction of `data_access.state.migrate`."""

from __future__ import annotations

from alembic import context

from data_access.state.schema_watch import state

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=state,
    transactional_ddl=True,  # SQLite too: `data_access.state.engine` begins its transactions itself
)
context.run_migrations()
