"""`journey targets`: a file of targets goes in whole or not at all, and the console tells how the month stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_access.ingest import run
from tests.unit.commands.conftest import Journey
from tests.unit.data_access.importing import import_here

MAPPING = """
engagement: acme
timezone: UTC
currency: RUB
stages: loop6
sources:
  - name: leads
    file: leads.csv
    customer: id
    segment: {column: kind}
    events: [{stage: initial_consideration, at: at}]
  - name: orders
    file: orders.csv
    customer: id
    transactions: [{at: at, amount: paid, id: {column: "no"}}]
"""
KINDS = ("Дача", "Gift")


@pytest.fixture
def acme(ready: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """Two leads a day in March, up to the 20th; every second one buys for 100."""
    monkeypatch.setattr(run, "run_child", import_here)
    leads = [f"{n},2026-03-{1 + n // 2:02},{KINDS[n % 2]}" for n in range(40)]
    orders = [f"o{n},{n},2026-03-{1 + n // 2:02},100" for n in range(0, 40, 2)]
    (tmp_path / "leads.csv").write_text("\n".join(["id,at,kind", *leads]))
    (tmp_path / "orders.csv").write_text("\n".join(["no,id,at,paid", *orders]))
    (tmp_path / "acme.yaml").write_text(MAPPING)
    assert ready("import", str(tmp_path / "acme.yaml")).code == 0
    return ready


def test_targets_from_a_file_and_how_they_stand(acme: Journey, tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    lines = ["kpi;stage;segment;month;value", "revenue;;;2026-03;3 100", "leads;;Дача;2026-03;40"]
    file.write_bytes("\r\n".join([*lines, "conversion;purchase;;2026-03;0.5"]).encode("cp1251"))
    refused = acme("targets", "acme", "--from", str(file))
    assert refused.code == 1
    assert "conversion · purchase, 2026-03: “0.5” may be a share or per cent" in refused.err
    assert "Targets of the file that cannot be read: 1. Nothing was saved." in refused.err
    assert json.loads(acme("targets", "acme", "--json").out)["rows"] == []
    file.write_text("\n".join(lines), encoding="utf-8")
    assert acme("targets", "acme", "--from", str(file)).err.replace("\u00a0", " ") == "Saved: 2 targets.\n"
    told = json.loads(acme("targets", "acme", "--json").out)
    assert told["period"] == "2026-03"
    money, leads = told["rows"]
    assert (money["kpi"], money["target"], money["actual"], money["pace_by"]) == (
        "revenue",
        "3100",
        "2000",
        "days",
    )
    assert (money["pace"], money["forecast"], money["status"]) == ("2000", "3100", "on_track")
    assert (leads["segment"], leads["actual"], leads["forecast"], leads["status"]) == (
        "Дача",
        "20",
        "31",
        "behind",
    )
    assert "on_track" in acme("targets", "acme").out
    quarter = json.loads(acme("targets", "acme", "--period", "2026Q1", "--json").out)["rows"]
    assert {row["reason"] for row in quarter} == {"months_without_target"}
    file.write_text("a,b\n1,2")
    assert "lacks the columns kpi, stage" in acme("targets", "acme", "--from", str(file)).err
