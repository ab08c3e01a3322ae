"""The real sets of `../shared/data`, each imported once through its ready mapping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from data_access import schema
from data_access.ingest import derive
from data_access.ingest.engine import fetch_table
from data_access.ingest.load import load
from data_access.ingest.mapping import read_mapping
from data_access.ingest.report import ImportReport, SourceReport
from tests.source import ROOT

DATA = ROOT.parent / "shared" / "data"
MISSING = "the real sets of ../shared/data are not here"
NOW = datetime(2020, 1, 1)  # after all of them


class Imported:
    """One real set in a DuckDB of its own, with its derived tables."""

    def __init__(self, name: str) -> None:
        self.folder: Path = DATA / name
        self.mapping = read_mapping(ROOT / "examples" / f"{name}.yaml")
        self.engine = sa.create_engine("duckdb:///:memory:")
        with self.engine.begin() as connection:
            schema.facts.create_all(connection)
            self.report = self.load(connection, 1)
            derive.rebuild(
                connection,
                engagement=self.mapping.engagement,
                number=1,
                now=NOW,
                zone=self.mapping.timezone,
                currency=self.mapping.currency,
                model=self.mapping.stage_model,
            )

    def load(self, connection: sa.Connection, number: int) -> ImportReport:
        """Import the files once more."""
        return load(connection, self.mapping, self.folder, number, lambda _name, _share: None)

    def frame(self, table: sa.Table) -> Any:
        """Every row of a table."""
        with self.engine.connect() as connection:
            return fetch_table(connection, sa.select(table)).to_pandas()

    def source(self, name: str) -> SourceReport:
        """What became of one source."""
        return next(source for source in self.report.sources if source.source == name)

    def raw(self, file: str) -> Any:
        """The file as text, read by pandas alone."""
        return pd.read_csv(self.folder / file, dtype=str, keep_default_na=False)


def imported(name: str) -> Iterator[Imported]:
    """A fixture's set, closed at its end; skipped where the data are not here."""
    if not DATA.is_dir():
        pytest.skip(MISSING)
    found = Imported(name)
    yield found
    found.engine.dispose()
