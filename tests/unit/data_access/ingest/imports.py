"""Small imports for tests: files written by the test, loaded into a DuckDB in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import settings

from data_access import schema
from data_access.ingest.files import Limits
from data_access.ingest.load import load
from data_access.ingest.mapping import parse_mapping
from data_access.ingest.report import ImportReport, SourceReport
from data_access.ingest.yaml_text import YamlText

unhurried = settings(deadline=None)  # other tests share the machine
HEAD = "engagement: test\ntimezone: Europe/Moscow\ncurrency: RUB\nstages: loop6\nsources:\n"


class Company:
    """A folder of files and the database that they are imported into, again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = sa.create_engine("duckdb:///:memory:")
        self.imports = 0
        with self.engine.begin() as connection:
            schema.facts.create_all(connection)

    def write(self, **files: str | bytes) -> Company:
        """Write `name` as name.csv (text) or bytes."""
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (self.folder / f"{name}.csv").write_bytes(data)
        return self

    def load(self, sources: str, head: str = HEAD, **options: Any) -> ImportReport:
        """Import once more by this mapping."""
        self.imports += 1
        text = YamlText(head + sources)
        mapping = parse_mapping(text.data, text)
        with self.engine.begin() as connection:
            return load(connection, mapping, self.folder, self.imports, lambda _name, _share: None, **options)

    def one(self, source: str, **options: Any) -> SourceReport:
        """Import the only source."""
        return self.load(source, **options).sources[0]

    def rows(self, table: sa.Table) -> list[Any]:
        """Every row of a table, in order of the source rows."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(table)).mappings())

    def column(self, table: sa.Table, name: str) -> list[Any]:
        """One column of a table."""
        return [row[name] for row in self.rows(table)]


SMALL = Limits(file_bytes=5_000, unpacked_bytes=20_000, columns=4, cells=60, cell_bytes=100)
