"""Whether a generation's file has the tables of this version: one of an older version is remade by the next import."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.settings import Settings
from data_access import schema
from data_access.engine import generation_path, viewer_engine

_columns = sa.table(
    "columns",
    sa.column("table_name", sa.Text),
    sa.column("column_name", sa.Text),
    schema="information_schema",
)


def is_outdated(settings: Settings, engagement: str, number: int) -> bool:
    """True where an older version has written this generation's file; False also where it is gone or broken."""
    path = generation_path(settings, engagement, number)
    if not path.is_file():
        return False
    engine = viewer_engine(settings, path)
    try:
        with engine.connect() as connection:
            return not is_current(connection)
    except (DBAPIError, duckdb.Error):
        return False
    finally:
        engine.dispose()


def is_current(connection: sa.Connection) -> bool:
    """True where every derived table has exactly the columns that this version reads."""
    read = {(table.name, column.name) for table in schema.DERIVED for column in table.columns}
    return columns_of(connection, schema.DERIVED) == read


def columns_of(connection: sa.Connection, tables: Iterable[sa.Table]) -> set[tuple[str, str]]:
    """(table, column) of what the file has of these tables, asked at once."""
    names = [table.name for table in tables]
    asked = sa.select(_columns.c.table_name, _columns.c.column_name).where(_columns.c.table_name.in_(names))
    return {(table, column) for table, column in connection.execute(asked)}
