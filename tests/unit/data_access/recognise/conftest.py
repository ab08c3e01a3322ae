from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.data_access.recognise.looking import Imported


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Imported]:
    company = Imported(tmp_path)
    yield company
    company.engine.dispose()
