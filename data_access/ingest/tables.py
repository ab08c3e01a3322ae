"""The tables of this version in a generation that an older version may have written."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.schema import DropTable

from data_access import schema
from data_access.layout import columns_of, is_current


def bring_up_to_date(connection: sa.Connection) -> bool:
    """Make every table as it is now: raw ones with the columns that they lack; derived ones, if any of them is of
    an older version, anew and empty.

    Returns:
        True where the generation is of an older version: it has to be made anew even without new rows.
    """
    names = set(sa.inspect(connection).get_table_names())
    older = bool(names) and not is_current(connection)
    if older:
        drop_derived(connection)
        names -= {table.name for table in schema.DERIVED}
    _create(connection, [table for table in schema.facts.sorted_tables if table.name not in names])
    kept = [table for table in schema.RAW if table.name in names]
    known = columns_of(connection, kept)
    for table in kept:
        for column in table.columns:
            if (table.name, column.name) not in known:
                _add(connection, table, column)
    return older


def drop_derived(connection: sa.Connection) -> None:
    """Drop every derived table; a delete would leave their rows in the file."""
    for table in schema.DERIVED:
        connection.execute(DropTable(table, if_exists=True))


def empty_derived(connection: sa.Connection) -> None:
    """Make every derived table anew and empty."""
    drop_derived(connection)
    _create(connection, schema.DERIVED)


def _create(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    # known to be missing: else each would be looked for by a statement of its own
    schema.facts.create_all(connection, tables, checkfirst=False)


def _add(connection: sa.Connection, table: sa.Table, column: sa.Column) -> None:
    words = {"column": column.name, "kind": column.type.compile(connection.dialect)}
    add = sa.DDL("ALTER TABLE %(table)s ADD COLUMN %(column)s %(kind)s", context=words)
    connection.execute(add.against(table))
