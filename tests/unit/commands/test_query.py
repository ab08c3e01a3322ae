"""`journey query` at the console: what an engagement's settings add to a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.commands.conftest import Journey

MAPPING = """
engagement: acme
timezone: UTC
currency: RUB
stages: loop6
sources:
  - name: leads
    file: leads.csv
    customer: id
    events: [{stage: initial_consideration, at: when, channel: source}]
  - name: sales
    file: sales.csv
    customer: id
    transactions: [{at: when, amount: paid, id: deal}]
  - name: costs
    file: costs.csv
    costs: [{day: day, channel: {column: channel}, amount: paid}]
"""
LEADS = "id,when,source\n1,2026-01-01 10:00,web\n2,2026-01-02 10:00,web\n"
SALES = "id,when,paid,deal\n1,2026-01-03 10:00,300,d1\n"
COSTS = "day,channel,paid\n2026-01-01,web,50\n"


@pytest.fixture
def acme(ready: Journey, tmp_path: Path) -> Journey:
    """An engagement that earned 300 and spent 50."""
    for name, text in {"leads.csv": LEADS, "sales.csv": SALES, "costs.csv": COSTS}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "acme.yaml").write_text(MAPPING)
    done = ready("import", str(tmp_path / "acme.yaml"), "--json")
    assert done.code == 0, done.err
    return ready


def asked(journey: Journey, *arguments: str) -> Any:
    answer = journey("query", *arguments)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_domain_3_romi_is_on_the_margin_of_the_engagement(acme: Journey) -> None:
    def romi(*more: str) -> tuple[Any, str]:
        answer = asked(acme, "lcpq", "acme", *more)
        return answer["total"]["romi"], answer["definition"]["romi_on"]

    assert romi() == (pytest.approx((300 - 50) / 50), "revenue")
    assert "no margin" in acme("engagement", "margin", "acme").err
    assert acme("engagement", "margin", "acme", "0.35").code == 0
    assert "0.35" in acme("engagement", "margin", "acme").err
    assert json.loads(acme("engagement", "list", "--json").out)[0]["margin"] == 0.35
    assert romi() == (pytest.approx((300 * 0.35 - 50) / 50), "margin")
    assert romi("--margin", "0.5") == (pytest.approx((300 * 0.5 - 50) / 50), "margin")
    assert "margin" not in asked(acme, "funnel", "acme")["definition"]["unused_options"]
    assert acme("engagement", "margin", "acme", "0.2", "--unset").code == 2
    assert acme("engagement", "margin", "acme", "35").code == 1
    assert acme("engagement", "margin", "acme", "--unset").code == 0
    assert romi()[1] == "revenue"
