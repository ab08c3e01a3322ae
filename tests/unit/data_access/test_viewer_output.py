"""What DuckDB itself would print: nothing may reach stdout beside an answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.source import ROOT

# DuckDB takes `python -c` for somebody who watches, and draws its progress bar on stdout
WATCHED = """
import duckdb, sqlalchemy as sa, sys
from pathlib import Path
from dashboard.settings import Settings
from data_access.engine import viewer_engine
path = Path(sys.argv[1])
shown = "current_setting('enable_progress_bar')"
with duckdb.connect(str(path)) as plain:
    print(plain.execute("SELECT " + shown).fetchone()[0])
engine = viewer_engine(Settings(data=path.parent), path)
with engine.connect() as first, engine.connect() as second:
    print(*(connection.scalar(sa.select(sa.literal_column(shown))) for connection in (first, second)))
"""


def test_no_connection_of_a_viewer_draws_a_progress_bar(tmp_path: Path) -> None:
    program = [sys.executable, "-c", WATCHED, str(tmp_path / "gen-1.duckdb")]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "False", "False"], done.stderr
