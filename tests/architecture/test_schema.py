"""Every table of facts has a home: written by imports, kept beside them, or rebuilt with each generation."""

from __future__ import annotations

from data_access import schema


def test_every_table_is_raw_kept_or_derived() -> None:
    homes = [table.name for group in (schema.RAW, schema.KEPT, schema.DERIVED) for table in group]
    assert sorted(homes) == sorted(schema.facts.tables)
