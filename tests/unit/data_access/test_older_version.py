"""A generation that an older version has written: said in words, and made anew by the same import."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard.errors import JourneyError
from data_access.engine import generation_path
from tests.unit.data_access.importing import FIRST, KEY, client, expected


def test_an_older_generation_is_said_and_the_same_import_makes_it_anew(tmp_path: Path) -> None:
    place = client(tmp_path / "acme")
    place.run(place.first)
    with duckdb.connect(generation_path(place.settings, KEY, 1)) as older:
        older.execute("ALTER TABLE generation DROP COLUMN has_history")
        older.execute("ALTER TABLE event DROP COLUMN manager")
        older.execute("DROP TABLE spend")
    with pytest.raises(JourneyError) as refused:
        place.numbers()
    assert (refused.value.code, refused.value.facts["number"]) == ("generation_outdated", 1)
    report = place.run(place.first)
    assert (report["status"], report["accepted"]) == ("done", 0)
    assert place.numbers() == (2, *expected(FIRST))
    assert place.run(place.first)["status"] == "unchanged"
