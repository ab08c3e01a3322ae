"""`journey recognise`: a mapping on stdout, doubts on stderr, and the mapping imports."""

from __future__ import annotations

from pathlib import Path

from tests.unit.commands.conftest import Journey

DEALS = "ID;Стадия сделки;Сумма;Дата создания;Место\n1;Сделка успешна;100,50;01.03.2026;x\n2;Загадка;;02.03.2026;y\n"


def test_a_file_becomes_a_mapping_that_imports(ready: Journey, tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(DEALS)
    said = ready("recognise", str(tmp_path / "deals.csv"), "--engagement", "acme")
    assert said.code == 0
    assert said.out.startswith("# Made by Journey BI")
    assert "won: [Сделка успешна]" in said.out
    assert "without a place: Загадка" in said.err
    written = ready(
        "recognise",
        str(tmp_path / "deals.csv"),
        "--engagement",
        "acme",
        "--output",
        str(tmp_path / "acme.yaml"),
    )
    assert (written.code, written.out) == (0, "")
    assert (tmp_path / "acme.yaml").read_text(encoding="utf-8") == said.out
    assert f"journey import {tmp_path / 'acme.yaml'} --from {tmp_path}" in written.err
    report = ready("import", str(tmp_path / "acme.yaml"))
    assert report.code == 0
    assert "100.50" in report.out


def test_a_file_that_is_not_there_is_said(ready: Journey, tmp_path: Path) -> None:
    answer = ready("recognise", str(tmp_path / "nope.csv"))
    assert (answer.code, answer.out) == (1, "")
    assert "nope.csv" in answer.err
