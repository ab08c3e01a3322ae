"""All five real sets of ../shared/data through the import page, and by command right after."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.http.real_by_page import import_by_page
from tests.sql.real_sets import DATA, MISSING

SETS = (
    "bpi2012_loan_applications",
    "complete_journey",
    "crm_sales_opportunities",
    "sfo_survey_2017",
    "toy_store_web",
)


def main() -> int:
    """Import each and say how long it took; an assertion ends it where page and command differ."""
    if not DATA.is_dir():
        print(MISSING, flush=True)
        return 0
    for name in SETS:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="real-") as folder:
            rows = import_by_page(name, Path(folder))
        seconds = time.monotonic() - begun
        print(f"{name}: {rows} rows by page and by command alike ({seconds:.1f} s)", flush=True)
    return 0
