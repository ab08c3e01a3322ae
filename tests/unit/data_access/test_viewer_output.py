"""What DuckDB itself would print: nothing may reach stdout beside an answer."""

from __future__ import annotations

from pathlib import Path

import duckdb
import sqlalchemy as sa

from dashboard.settings import Settings
from data_access.engine import viewer_engine


def test_no_connection_of_a_viewer_draws_a_progress_bar(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "gen-1.duckdb")) as plain:
        assert plain.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (True,)
    engine = viewer_engine(Settings(data=tmp_path), tmp_path / "gen-1.duckdb")
    shown = sa.select(sa.func.current_setting("enable_progress_bar"))
    with engine.connect() as first, engine.connect() as second:
        assert first.scalar(shown) is False
        assert second.scalar(shown) is False
    engine.dispose()
