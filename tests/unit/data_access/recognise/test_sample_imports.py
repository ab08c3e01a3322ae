"""Every sample, dropped and confirmed without a change, gives the figures that its generator counted."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import schema
from data_access.ingest import derive, identities
from data_access.ingest.load import load
from data_access.ingest.mapping import Mapping, parse_mapping
from data_access.ingest.recognise.build import mapping_of, problems, yaml_of
from data_access.ingest.recognise.draft import Draft
from data_access.ingest.report import ImportReport
from data_access.ingest.yaml_text import YamlText
from tests.exports import SAMPLES, Sample, amocrm_later, sample
from tests.thorough import first_now
from tests.unit.data_access.recognise.samples import look_at, recognised, renamed

NOW = datetime(2026, 12, 1)
DERIVED = ("amocrm_csv", "salesforce")  # deals alone, and with their history


def _mapping(name: str) -> Mapping:
    return parse_mapping(mapping_of(recognised(name).draft))


def _load(connection: sa.Connection, mapping: Mapping, folder: Path, number: int) -> ImportReport:
    return load(connection, mapping, folder, number, lambda _name, _share: None, now=NOW)


def _derive(connection: sa.Connection, draft: Draft, mapping: Mapping) -> None:
    derive.rebuild(
        connection,
        engagement="acme",
        number=1,
        now=NOW,
        zone=draft.timezone,
        currency=draft.currency,
        model=mapping.stage_model,
    )


def _deals(connection: sa.Connection, table: sa.Table) -> tuple[int, dict[str, Decimal]]:
    """How many deals a table holds (lines of one number on one day are one), and their money by month."""
    own = table.c.transaction_ref if "transaction_ref" in table.c else table.c.deal_id
    deals = sa.select(own, table.c.local_day).distinct().subquery()
    month = sa.func.strftime(table.c.local_day, "%Y-%m")
    money = sa.select(month, sa.func.sum(table.c.amount)).group_by(month)
    count = connection.scalar(sa.select(sa.func.count()).select_from(deals))
    return count or 0, {row[0]: row[1] for row in connection.execute(money)}


@pytest.mark.parametrize("name", first_now(SAMPLES, now=5))
def test_a_sample_gives_what_its_generator_counted(name: str, tmp_path: Path) -> None:
    expected, draft = sample(name).expected, recognised(name).draft
    assert problems(draft) == ()
    assert draft.currency == sample(name).currency
    files = renamed(name, tmp_path)
    mapping = _mapping(name)
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.begin() as connection:
        schema.facts.create_all(connection)
        report = _load(connection, mapping, tmp_path, 1)
        rows = {source.files[0].file: source.rows for source in report.sources}
        assert rows == dict(zip(files, expected.rows.values(), strict=True))
        assert sum(source.rejected for source in report.sources) == expected.rejected
        assert [source.unmapped for source in report.sources if source.unmapped] == []
        if name in DERIVED:
            _derive(connection, draft, mapping)
            assert _deals(connection, schema.deal) == (expected.deals, expected.revenue)
        else:
            identities.write_customers(connection, "acme")
        assert _deals(connection, schema.transaction_line) == (expected.deals, expected.revenue)
        people = sa.select(sa.func.count(sa.distinct(schema.customer.c.customer_id)))
        assert connection.scalar(people) == expected.customers
        answer = schema.survey_answer.c
        answers = sa.select(answer.metric, sa.func.count(), sa.func.sum(answer.score)).group_by(answer.metric)
        assert {row[0]: (row[1], row[2]) for row in connection.execute(answers)} == expected.answers
        again = _load(connection, mapping, tmp_path, 2)
        assert [source.accepted for source in again.sources] == [0] * len(files)
        assert [source.known for source in again.sources] == [source.accepted for source in report.sources]
    engine.dispose()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_template_of_a_sample_is_read_back_as_it_was(name: str) -> None:
    text = YamlText(yaml_of(recognised(name).draft))
    assert parse_mapping(text.data, text) == _mapping(name)


def test_the_next_export_of_a_crm_tells_what_has_moved(tmp_path: Path) -> None:
    """The same mapping takes it; totals are those of the new file, and the way of each deal is kept."""
    (file,), later = renamed("amocrm_csv", tmp_path), amocrm_later()
    mapping, expected = _mapping("amocrm_csv"), later.expected
    engine = sa.create_engine("duckdb:///:memory:")
    told = sa.select(schema.event.c.deal_ref, schema.event.c.raw_label).where(
        schema.event.c.raw_label.is_not(None)
    )
    with engine.begin() as connection:
        schema.facts.create_all(connection)
        _load(connection, mapping, tmp_path, 1)
        before = set(connection.execute(told).all())
        (content,) = later.files.values()
        (tmp_path / file).write_bytes(content)
        report = _load(connection, mapping, tmp_path, 2).sources[0]
        assert (report.accepted, report.rejected) == (report.replaced, 0)
        assert report.known + report.accepted == report.rows
        assert _deals(connection, schema.transaction_line) == (expected.deals, expected.revenue)
        after = set(connection.execute(told).all())
        assert before < after
        old, new = _statuses(sample("amocrm_csv")), _statuses(later)
        moved = {(deal, status) for deal, status in new.items() if old[deal] != status}
        assert {(row[0], row[1]) for row in after - before} == moved
    engine.dispose()


def _statuses(export: Sample) -> dict[str, str]:
    (content,) = export.files.values()
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return {row["ID"]: row["Этап сделки"] for row in rows}


def test_a_visit_with_too_many_purchases_is_refused_and_not_cut(tmp_path: Path) -> None:
    (file,) = renamed("metrica_tsv", tmp_path)
    head, row = (tmp_path / file).read_text(encoding="utf-8").split("\n")[:2]
    cells = row.split("\t")
    for count in (5, 6):
        cells[0] = str(count)
        cells[-4:] = [
            f"[{','.join(words)}]"
            for words in (
                ["'A'"] * count,
                ["'2026-02-03 10:00:00'"] * count,
                ["100.5"] * count,
                ["'RUB'"] * count,
            )
        ]
        head += "\n" + "\t".join(cells)
    (tmp_path / file).write_text(head + "\n", encoding="utf-8")
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.begin() as connection:
        schema.facts.create_all(connection)
        report = _load(connection, _mapping("metrica_tsv"), tmp_path, 1).sources[0]
        assert _deals(connection, schema.transaction_line) == (1, {"2026-02": Decimal("502.5")})
    assert (report.accepted, [item.reason for item in report.rejections]) == (1, ["out_of_range"])
    engine.dispose()


def test_merged_cells_of_a_page_give_the_same_deals(tmp_path: Path) -> None:
    """A deal of several products as merged cells that cover the rows below, instead of the same words on each."""
    (content,) = sample("bitrix24_xls").files.values()
    merged = _merged(content.decode())
    assert "rowspan" in merged
    (tmp_path / "upload.xls").write_text(merged, encoding="utf-8")
    draft = look_at("Europe/Moscow", tmp_path, ("upload.xls",)).draft
    expected = sample("bitrix24_xls").expected
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.begin() as connection:
        schema.facts.create_all(connection)
        report = _load(connection, parse_mapping(mapping_of(draft)), tmp_path, 1)
        assert report.sources[0].rejected == 0
        assert _deals(connection, schema.transaction_line) == (expected.deals, expected.revenue)
    engine.dispose()


def _merged(page: str) -> str:
    """The page with the cells of a deal merged down its products."""
    lines = page.split("\n")
    rows = [number for number, line in enumerate(lines) if line.startswith("<tr><td>")]
    cells = {number: lines[number].removesuffix("</tr>").split("<td>")[1:] for number in rows}
    own = (19, 20, 21)  # product, price, quantity
    for first in rows:
        same = [number for number in rows if number >= first and cells[number][0] == cells[first][0]]
        if len(same) > 1 and lines[first].startswith("<tr><td>"):
            for number in same:
                kept = [
                    f"<td>{cell}" if place in own else f'<td rowspan="{len(same)}">{cell}'
                    for place, cell in enumerate(cells[number])
                    if number == first or place in own
                ]
                lines[number] = f"<tr >{''.join(kept)}</tr>"
    return "\n".join(lines)
