"""A mapping made of what the columns mean imports the file, and the sums are those of the hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from data_access import schema
from data_access.ingest.recognise.build import problems
from data_access.ingest.recognise.draft import SourceDraft
from tests.unit.data_access.recognise.looking import Imported, draft_of, recognised

DEALS = """ID;Этап сделки;Сумма;Валюта;Дата создания;Дата изменения;Дата закрытия;Телефон;Источник;Причина отказа
1;Новая;100,50;RUB;01.03.2026;02.03.2026;;8 916 123-45-67;Сайт;
2;Успешно реализовано;1 200,25;RUB;01.03.2026;05.03.2026;04.03.2026;+7 916 123 45 67;Сайт;
3;Закрыто и не реализовано;700;RUB;02.03.2026;03.03.2026;03.03.2026;8 916 000-00-00;Пётр;Дорого
4;Успешно реализовано;50;USD;02.03.2026;03.03.2026;03.03.2026;;Сайт;
5;Успешно реализовано;;RUB;02.03.2026;03.03.2026;03.03.2026;;Сайт;
6;Переговоры;;;02.03.2026;09.03.2026;;;Сайт;
"""


def day(number: int) -> datetime:
    return datetime(2026, 3, number)


def test_deals_stand_where_they_honestly_stood(company: Imported) -> None:
    (company.folder / "deals.csv").write_text(DEALS)
    draft = recognised(company.folder, "deals.csv").draft
    source = draft.sources[0]
    assert (source.kind, source.won, source.lost) == (
        "deals",
        ("Успешно реализовано",),
        ("Закрыто и не реализовано",),
    )
    report = company.take(draft).sources[0]
    assert (report.rows, report.accepted, report.rejected) == (6, 5, 1)
    assert report.rejections[0].reason == "other_currency"  # 50 USD
    assert company.rows(schema.event, "deal_ref", "stage", "occurred_at", "channel") == sorted(
        [
            ("1", "initial_consideration", day(1), "site"),
            ("1", "initial_consideration", day(2), "site"),
            ("2", "initial_consideration", day(1), "site"),
            ("2", "purchase", day(4), "site"),  # an end stands at the end, not at the last change
            ("3", "initial_consideration", day(2), "unmapped"),  # a lost deal takes no further step
            ("5", "initial_consideration", day(2), "site"),
            ("5", "purchase", day(3), "site"),
            ("6", "initial_consideration", day(2), "site"),
            ("6", "active_evaluation", day(9), "site"),
        ],
        key=str,
    )
    sales = company.rows(schema.transaction_line, "transaction_ref", "amount", "occurred_at")
    assert [row for row in sales if row[1]] == [("2", Decimal("1200.2500"), day(4))]
    assert company.rows(schema.outcome, "deal_ref", "outcome", "reason") == [
        ("2", "won", None),
        ("3", "lost", "Дорого"),
        ("5", "won", None),
    ]
    owners = company.rows(schema.identity, "customer_key", "kind", "value")
    assert ("+79161234567", "phone", "+79161234567") in owners
    assert len({owner for owner, _, _ in owners}) == 2  # the phone of 1 and 2 is one person


def test_the_next_export_is_the_same_source(company: Imported) -> None:
    (company.folder / "deals.csv").write_text(DEALS)
    first = recognised(company.folder, "deals.csv").draft
    company.take(first)
    own = first.sources[0].model_copy(
        update={"stages": first.sources[0].stages | {"Переговоры": "experience"}}
    )
    (company.folder / "later.csv").write_text(DEALS.replace("1;Новая;", "1;Переговоры;"))
    later = recognised(company.folder, "later.csv", known=(own,)).draft
    source = later.sources[0]
    assert (source.name, source.file, source.stages["Переговоры"]) == (own.name, "later.csv", "experience")
    assert source.stages["Новая"] == own.stages["Новая"]  # what only an earlier file had is not forgotten
    report = company.take(later).sources[0]
    assert (report.known, report.replaced) == (4, 1)


def test_a_deal_on_several_rows_counts_once(company: Imported) -> None:
    lines = "ID;Стадия сделки;Сумма;Дата создания;Товар;Цена;Количество\n"
    lines += "7;Сделка успешна;300;01.03.2026;Чай;100;2\n7;Сделка успешна;300;01.03.2026;Кофе;100;1\n"
    lines += "8;Сделка успешна;50;01.03.2026;Чай;50;1\n"
    (company.folder / "deals.csv").write_text(lines)
    draft = recognised(company.folder, "deals.csv").draft
    assert draft.sources[0].lines
    company.take(draft)
    sales = company.rows(schema.transaction_line, "transaction_ref", "product", "amount", "quantity")
    assert [(ref, product, float(amount), quantity) for ref, product, amount, quantity in sales] == [
        ("7", "Кофе", 0.0, 1.0),
        ("7", "Чай", 300.0, 2.0),
        ("8", "Чай", 50.0, 1.0),
    ]


def test_products_of_a_deal_change_and_its_money_stays_one(company: Imported) -> None:
    head = "ID;Стадия сделки;Сумма;Дата создания;Товар\n"
    first = "7;Сделка успешна;300;01.03.2026;Чай\n7;Сделка успешна;300;01.03.2026;Кофе\n"
    first += "7;Сделка успешна;300;01.03.2026;Кофе\n8;Новая;50;01.03.2026;Чай\n"
    (company.folder / "deals.csv").write_text(head + first)
    report = company.take(recognised(company.folder, "deals.csv").draft).sources[0]
    assert (report.accepted, report.rejected) == (4, 0)  # equal lines are lines
    second = "7;Сделка успешна;280;01.03.2026;Сахар\n7;Сделка успешна;280;01.03.2026;Кофе\n8;Новая;50;01.03.2026;Чай\n"
    (company.folder / "deals.csv").write_text(head + second)
    report = company.take(recognised(company.folder, "deals.csv").draft).sources[0]
    assert (report.known, report.replaced, report.rejected) == (1, 2, 0)
    amounts = [amount for (amount,) in company.rows(schema.transaction_line, "amount")]
    assert sum(amounts) == 280


def test_merged_cells_tell_of_the_deal_once(company: Imported) -> None:
    page = "<table><tr><th>ID<th>Стадия<th>Сумма<th>Дата создания<th>Товар</tr>"
    page += (
        "<tr><td>7<td>Выиграна<td>300,10<td>01.03.2026<td>Чай</tr><tr><td><td><td><td><td>Кофе</tr></table>"
    )
    (company.folder / "deals.xls").write_text(page)
    report = company.take(recognised(company.folder, "deals.xls").draft).sources[0]
    assert (report.accepted, report.rejected, report.left_out) == (1, 0, {"where": 1})
    assert company.rows(schema.transaction_line, "amount") == [(Decimal("300.1000"),)]


def test_history_finds_its_customers_through_the_deals(company: Imported) -> None:
    (company.folder / "deals.csv").write_text(
        "Deal ID,Account,Stage,Created date,Close date,Amount\nA,Acme,Won,2026-03-01,2026-03-09,10.5\n"
        "B,Bolt,Open,2026-03-02,,\n"
    )
    (company.folder / "steps.csv").write_text(
        "Deal ID,To stage,Changed at\nA,Negotiation,2026-03-05\nA,Won,2026-03-09\nB,Negotiation,2026-03-07\n"
    )
    deals = SourceDraft(
        name="deals",
        file="deals.csv",
        kind="deals",
        roles={"Deal ID": "deal", "Account": "customer", "Stage": "status", "Amount": "amount"}
        | {"Created date": "created", "Close date": "closed"},
        stages={"Won": "purchase", "Open": "initial_consideration"},
        won=("Won",),
    )
    steps = SourceDraft(
        name="steps",
        file="steps.csv",
        kind="history",
        roles={"Deal ID": "deal", "To stage": "status", "Changed at": "at"},
        stages={"Negotiation": "active_evaluation", "Won": "purchase"},
        won=("Won",),
    )
    company.take(draft_of(deals, steps))
    assert company.rows(schema.event, "customer_key", "stage", "occurred_at") == [
        ("Acme", "active_evaluation", day(5)),
        ("Acme", "initial_consideration", day(1)),
        ("Acme", "purchase", day(9)),
        ("Bolt", "active_evaluation", day(7)),
        ("Bolt", "initial_consideration", day(2)),
    ]
    assert company.rows(schema.transaction_line, "amount") == [(Decimal("10.5000"),)]
    alone = Imported(company.folder)
    alone.take(draft_of(steps))
    assert alone.rows(schema.outcome, "customer_key", "outcome") == [("A", "won")]
    alone.engine.dispose()


def test_events_orders_visits_answers_and_costs(company: Imported) -> None:
    files = {
        "events": "user,event,when,sum\nu1,view,2026-03-01,0\nu1,pay,2026-03-02,99.90\nu2,view,2026-03-02,\n",
        "orders": "order,client,date,qty,price\no1,c1,2026-03-01,2,10.5\no1,c1,2026-03-01,1,4\no2,c1,2026-03-03,1,-4\n",
        "visits": "visit,cid,when,source\nv1,k1,2026-03-01 10:00,google / cpc\n",
        "answers": "who,when,nps\nr1,2026-03-01,9\nr2,2026-03-01,10\n",
        "costs": "day,channel,spent\n2026-03-01,Директ,1000.01\n2026-03-02,Директ,\n",
    }
    for name, text in files.items():
        (company.folder / f"{name}.csv").write_text(text)
    sources = (
        ("events", {"user": "customer", "event": "status", "when": "at", "sum": "amount"}),
        (
            "orders",
            {"order": "order", "client": "customer", "date": "at", "qty": "quantity", "price": "price"},
        ),
        ("visits", {"visit": "visit", "cid": "client_id", "when": "at", "source": "channel"}),
        ("survey", {"who": "respondent", "when": "at", "nps": "score"}),
        ("costs", {"day": "at", "channel": "channel", "spent": "amount"}),
    )
    drafts = [
        SourceDraft(name=kind, file=f"{'answers' if kind == 'survey' else kind}.csv", kind=kind, roles=roles)  # type: ignore[arg-type]
        for kind, roles in sources
    ]
    drafts[0] = drafts[0].model_copy(update={"stages": {"view": "initial_consideration", "pay": "purchase"}})
    drafts[2] = drafts[2].model_copy(update={"channels": {"google / cpc": "ads"}})
    report = company.take(draft_of(*drafts))
    assert [source.rejected for source in report.sources] == [0, 0, 0, 0, 0]
    sums: dict[str, Decimal] = {}
    for source, amount in company.rows(schema.transaction_line, "source", "amount"):
        sums[source] = sums.get(source, Decimal()) + amount
    assert sums == {"events": Decimal("99.9"), "orders": Decimal("21")}  # 2 * 10.5 + 4 - 4
    assert ("k1", "initial_consideration", "ads") in company.rows(
        schema.event, "customer_key", "stage", "channel"
    )
    assert company.rows(schema.survey_answer, "respondent", "metric", "score") == [
        ("r1", "nps", 9.0),
        ("r2", "nps", 10.0),
    ]
    assert company.rows(schema.cost, "channel", "amount") == [("Директ", Decimal("1000.0100"))]


def test_what_a_person_has_to_settle(tmp_path: Path) -> None:
    rows = '1,абв,03/04/2026,"1,234"\n2,где,05/06/2026,"2,000"\n'
    (tmp_path / "x.csv").write_text(f"ID,Статус,Дата создания,Сумма\n{rows}")
    draft = recognised(tmp_path, "x.csv").draft
    assert [problem.code for problem in problems(draft)] == [
        "draft_date_unclear",
        "draft_decimal_unclear",
        "draft_no_stage",
    ]
    assert [problem.code for problem in problems(draft_of())] == ["draft_without_files"]
    empty = SourceDraft(name="x", file="x.csv", kind="orders", roles={"a": "at", "b": "at"})
    assert [problem.code for problem in problems(draft_of(empty))] == [
        "draft_needs_customer",
        "draft_needs_amount",
        "draft_role_twice",
    ]
