"""The real sets of ../shared/data go through the import page with their ready mappings, as they do by command.

All five: `make torture`. Here are the two that take seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.http.real_by_page import import_by_page
from tests.sql.real_sets import DATA, MISSING
from tests.thorough import thorough

pytestmark = thorough


@pytest.mark.parametrize("name", ["crm_sales_opportunities", "sfo_survey_2017"])
def test_a_real_set_by_page_and_by_command(name: str, tmp_path: Path) -> None:
    if not DATA.is_dir():
        pytest.skip(MISSING)
    import_by_page(name, tmp_path)
