"""`journey merges`: who is one person at the console, kept apart and joined again, and all of it undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_access.ingest import check, run
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
    identities: {phone: {column: phone, normalise: phone}, email: {column: mail, normalise: email}}
    events: [{stage: initial_consideration, at: at}]
"""
LEADS = """id,phone,mail,at
1,8 916 111 22 33,one@x.ru,2026-01-01
2,+7 (916) 111-22-33,two@x.ru,2026-01-02
3,,two@x.ru,2026-01-03
4,0,,2026-01-04
5,0,,2026-01-05
"""


@pytest.fixture
def acme(ready: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """The console of an installation with one import, whose work is done in this process."""
    for module in (run, check):
        monkeypatch.setattr(module, "run_child", import_here)
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "acme.yaml").write_text(MAPPING)
    foreseen = ready("import", str(tmp_path / "acme.yaml"), "--check")
    assert (
        "Afterwards: 3 customers, 5 contacts, 0 deals, revenue 0.00, 2026-01-01 to 2026-01-05" in foreseen.out
    )
    assert foreseen.err.endswith("Nothing was changed: this was a check.\n")
    assert ready("import", str(tmp_path / "acme.yaml")).code == 0
    return ready


def log(journey: Journey) -> dict[str, tuple[str, list[str]]]:
    """Value -> why and who."""
    told = json.loads(journey("merges", "acme", "--json").out)
    return {f"{row['kind']}:{row['value']}": (row["reason"], row["keys"]) for row in told}


def test_values_are_listed_kept_apart_joined_and_undone(
    acme: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = log(acme)
    assert first == {
        "phone:+79161112233": ("merged", ["1", "2", "3"]),
        "email:two@x.ru": ("merged", ["1", "2", "3"]),
        "phone:0": ("placeholder", []),
    }
    row = json.loads(acme("merges", "acme", "--json", "--to-look-at").out)[0]
    assert (row["differs"], row["import_id"], row["imported_at"][:2]) == ("email", 1, "20")
    told = acme("merges", "acme", "--keep-apart", "phone:8 916 1112233")
    assert told.code == 0
    assert told.err.splitlines()[-2:] == [
        "phone:+79161112233 makes nobody one person now.",
        "Customers merged: 2; people that they make: 1.",
    ]
    apart = log(acme)
    assert apart["phone:+79161112233"] == ("apart", [])
    assert apart["email:two@x.ru"] == ("merged", ["2", "3"])
    assert "phone:+79161112233 kept apart" in acme("journal", "acme").out
    for step, seen in (("undo", first), ("redo", apart)):
        assert acme(step, "acme").code == 0
        assert log(acme) == seen
    assert acme("merges", "acme", "--join", "phone:+79161112233").code == 0
    assert log(acme) == first
    monkeypatch.setenv("JOURNEY_LANGUAGE", "ru")
    for arguments, sentence in (
        (("--join", "phone:+79161112233"), "phone +79161112233 и так объединяет клиентов."),
        (
            ("--keep-apart", "phone:5"),
            "Ни у одного клиента нет такого значения: phone 5. Список даёт journey merges.",
        ),
        (("--keep-apart", "phone"), "Назовите значение как ВИД:ЗНАЧЕНИЕ, например phone:+79161112233."),
    ):
        refused = acme("merges", "acme", *arguments)
        assert refused.code != 0
        assert refused.err.splitlines()[-1].endswith(sentence)
