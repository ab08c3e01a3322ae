"""Imports that derive touched customers alone leave what one derivation of all the rows would leave."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest import derive, refresh
from tests.unit.data_access.ingest.imports import Company

SOURCES = """
  - name: crm
    file: crm.csv
    mode: snapshot
    row: id
    customer: who
    deal: id
    segment: city
    identities: {phone: {column: phone, normalise: phone}}
    outcome: {column: status, won: [Won], lost: [Lost], reason: why}
    where: [{column: status, not_in: [Spam]}]
    events:
      - {stage: initial_consideration, at: created}
      - stage: {column: status, map: {New: initial_consideration, Talk: active_evaluation, Offer: purchase}}
        at: {first: [changed, created]}
        where: [{column: status, not_in: [Won, Lost]}]
    transactions: [{id: id, at: changed, amount: sum, where: [{column: status, in: [Won]}]}]
  - name: web
    file: web.csv
    row: id
    customer: who
    events:
      - {stage: {column: stage, map: {look: initial_consideration, try: active_evaluation, buy: purchase,
           use: experience, odd: unmapped}}, at: at, channel: channel, touchpoint: page, cost: cost}
  - name: till
    file: till.csv
    row: id
    customer: who
    transactions: [{id: deal, at: at, amount: sum, product: product, refund_of: back}]
  - name: people
    file: people.csv
    row: id
    customer: who
    identities: {phone: {column: phone, normalise: phone}, email: email}
    attributes: {age: age}
    segment: city
  - name: nps
    file: nps.csv
    row: id
    customer: who
    surveys: [{at: at, metric: nps, stage: experience, channel: channel, score: score}]
  - name: spend
    file: spend.csv
    row: id
    costs: [{day: at, channel: channel, amount: sum}]
"""
HEADS = {
    "crm": "id,who,city,phone,status,why,created,changed,sum",
    "web": "id,who,stage,at,channel,page,cost",
    "till": "id,who,deal,at,sum,product,back",
    "people": "id,who,phone,email,age,city",
    "nps": "id,who,at,channel,score",
    "spend": "id,at,channel,sum",
}
START = datetime(2026, 1, 10, 12)


class Deliveries:
    """A client who sends files again and again; every delivery is imported and derived."""

    def __init__(self, company: Company, seed: int) -> None:
        self.company, self.chance, self.now = company, random.Random(seed), START
        self.people = [f"p{number}" for number in range(40)]
        self.number, self.deals = 0, 0
        self.crm: dict[str, str] = {}
        self.found: list[int | None] = []  # touched customers of each delivery; None: everybody

    def next(self, **rows: list[str]) -> None:
        """Import files with these rows, a week after the last ones, and derive what they touch."""
        self.now += timedelta(days=7)
        texts = {name: "\n".join([head, *rows.get(name, [])]) + "\n" for name, head in HEADS.items()}
        self.company.write(**texts)
        self.company.load(SOURCES, now=self.now)
        with self.company.engine.begin() as connection:
            touched = refresh.touched_by(connection, import_id=self.company.imports, **self._frame())
            asked = touched is not None and sa.select(sa.func.count(sa.distinct(touched.c.customer_id)))
            self.found.append(None if asked is False else connection.scalar(asked))
            self._derive(connection, touched)

    def is_whole(self) -> None:
        """Check that what stands there is what a derivation of everybody makes of the same rows."""
        with self.company.engine.begin() as connection:
            refreshed = derived(connection)
            self._derive(connection, None)
            whole = derived(connection)
        assert refreshed.keys() == whole.keys()
        for name, rows in whole.items():
            assert refreshed[name] == rows, name

    def _derive(self, connection: sa.Connection, touched: Any) -> None:
        derive.rebuild(connection, number=1, touched=touched, **self._frame())

    def _frame(self) -> dict[str, Any]:
        frame = {"engagement": "test", "zone": "Europe/Moscow", "currency": "RUB"}
        return frame | {"now": self.now, "model": preset("loop6")}

    def some(self, people: int) -> dict[str, list[str]]:
        """Rows of all kinds about so many people, a few of whom nobody has heard of."""
        known = self.chance.sample(self.people, people)
        new = [f"n{self.now:%m%d}{place}" for place in range(people // 4)]
        whose = [*known, *new]
        rows: dict[str, list[str]] = {name: [] for name in HEADS}
        for who in whose:
            for kind in self.chance.choices(("web", "till", "crm", "people", "nps"), (6, 3, 4, 2, 1), k=3):
                self.number += 1
                rows[kind].append(getattr(self, f"_{kind}")(f"{self.number}", who))
        rows["crm"] += [
            self._crm(deal, "") for deal in self.chance.sample(sorted(self.crm), len(self.crm) // 5)
        ]
        rows["spend"].append(f"{self.number},{self._at()[:10]},site,{self.chance.randint(1, 9)}")
        return rows

    def _at(self) -> str:
        """A time of the last two months, or a day, or (rarely) a time that is still to come."""
        at = self.now - timedelta(minutes=self.chance.randint(-12_000, 80_000))
        return self.chance.choice((f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d 12:00}"))

    def _one_of(self, *words: str) -> str:
        return self.chance.choice(words)

    def _number(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def _phone(self) -> str:
        return self._one_of("", "0", *(f"8916000000{digit}" for digit in range(8)))

    def _web(self, row: str, who: str) -> str:
        who = self._one_of(who, who, who, who, "")
        stage, channel = self._one_of("look", "try", "buy", "use", "odd"), self._one_of("site", "app", "")
        page, cost = self._one_of("home", "help", ""), self._one_of("", "1.5")
        return f"{row},{who},{stage},{self._at()},{channel},{page},{cost}"

    def _till(self, row: str, who: str) -> str:
        self.deals += 1
        back = f"d{self.chance.randint(1, self.deals)}" if self.chance.random() < 0.3 else ""
        amount = self._one_of("-100", "-40") if back else self._one_of("100", "40", "0")
        return f"{row},{who},d{self.deals},{self._at()},{amount},{self._one_of('tea', 'jam', '')},{back}"

    def _crm(self, deal: str, who: str) -> str:
        who = self.crm.get(deal) or who
        if self.chance.random() < 0.1:  # it was somebody else's
            who = self.chance.choice(self.people)
        self.crm[deal] = who
        status = self._one_of("New", "Talk", "Offer", "Won", "Lost", "Spam")
        city, why = self._one_of("Tver", "Omsk"), self._one_of("price", "")
        created = f"{self.now - timedelta(days=20):%Y-%m-%d}"
        changed, amount = self._at()[:10], self._one_of("70", "90")
        return f"{deal},{who},{city},{self._phone()},{status},{why},{created},{changed},{amount}"

    def _people(self, row: str, who: str) -> str:
        email = self._one_of("", f"{who}@x.ru", "a@x.ru", "b@x.ru")
        return f"{row},{who},{self._phone()},{email},{self._number(20, 24)},{self._one_of('Tver', 'Omsk')}"

    def _nps(self, row: str, who: str) -> str:
        who, channel = self._one_of(who, who, ""), self._one_of("site", "")
        return f"{row},{who},{self._at()},{channel},{self._number(0, 10)}"


def derived(connection: sa.Connection) -> dict[str, Counter[tuple]]:
    """Rows of every derived table, with names in the place of numbers that may be others."""
    tables = {
        table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        for table in schema.DERIVED
    }
    names: dict[Any, str] = {}
    for row in sorted(tables["customer"], key=lambda row: row["customer_key"]):
        names.setdefault(row["customer_id"], row["customer_key"])
    numbered = {"item": "journey", "deal_id": "deal"}
    places: dict[str, dict[int, tuple]] = {}
    for column, table in numbered.items():
        places[column] = {}
        order: Counter[str] = Counter()
        for row in sorted(tables[table], key=lambda row: row[column]):
            whose = names[row["customer_id"]]
            order[whose] += 1
            places[column][row[column]] = (whose, order[whose])
        assert len(places[column]) == len(tables[table])  # each number stands once

    def named(column: str, value: Any) -> Any:
        if value is None:
            return None
        if column == "customer_id":
            return names[value]
        if column in places:
            return places[column][value]
        if column.startswith("mark_"):
            return places["item"][value // 2], value % 2
        if column == "respondent" and value.startswith("customer "):
            return names[int(value.split()[1])]
        return value

    return {
        name: Counter(tuple(named(column, value) for column, value in row.items()) for row in rows)
        for name, rows in tables.items()
    }


def test_deliveries_that_touch_a_few_leave_what_one_derivation_leaves(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "MOST_TOUCHED", 1)  # of forty people a few are many
    client = Deliveries(company, seed=1)
    client.next(**client.some(40))
    for _ in range(3):
        client.next(**client.some(3))
    client.is_whole()
    assert client.found[0] is None
    assert all(client.found[1:])
