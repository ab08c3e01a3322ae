"""Lists of customers over HTTP: who gets what, the file, the sum of the transactions, one customer."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from data_access.pseudonyms import Pseudonyms
from data_access.scope import Role
from data_access.state.schema import audit
from tests.http.conftest import call
from tests.web import FOREIGN, OWN, Site

Clients = Callable[[str | None], FlaskClient]
STOPPED = f"?e={OWN}&step=active_evaluation&went=stopped"
KEY = re.compile(r"\bc\d{1,3}\b")


def listed(client: FlaskClient, site: Site, search: str, card: str = "customers-list") -> str:
    place = {"path": "/" + card.partition("-")[0], "search": search, "turn": 0}
    answer = call(client, site, f"{card}.children", place)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def file(client: FlaskClient, search: str) -> Any:
    return client.get(f"/export/customers.csv{search}")


def test_the_switch_shows_the_counts_of_the_funnel_and_the_list_is_as_long(
    site: Site, signed_in: Clients
) -> None:
    client = signed_in(Role.MARKETER)
    text = listed(client, site, STOPPED)
    entered, on, stopped = (
        int(re.search(rf'"{word} (\d+)"', text)[1])  # type: ignore[index]
        for word in ("Entered", "Went on", "Stopped")
    )
    assert entered == on + stopped > 0
    for went, count in (("", entered), ("&went=on", on), ("&went=stopped", stopped)):
        found = rows(file(client, f"?e={OWN}&step=active_evaluation{went}").get_data(as_text=True))
        start = next(place for place, row in enumerate(found) if row and row[0] == "Customer")
        assert len(found) - start - 1 == count
    assert f"/export/customers.csv{STOPPED}" in text.encode().decode("unicode_escape")


def test_who_sees_contacts_sees_keys_and_others_signs(site: Site, signed_in: Clients) -> None:
    open_, masked = (listed(signed_in(role), site, STOPPED) for role in (Role.MARKETER, Role.CONSULTANT))
    assert KEY.search(open_)
    assert "data-search" in open_
    assert not KEY.search(re.sub(r'"key":.*?,', "", masked))
    assert "data-search" not in masked
    assert re.search(r'"customer":\s*"[a-z2-7]{4}-[a-z2-7]{4}"', masked)


def test_a_search_narrows_for_those_alone_who_see_contacts(site: Site, signed_in: Clients) -> None:
    nobody = STOPPED + "&q=no-such-key"
    assert "No customer of this list" in listed(signed_in(Role.ADMIN), site, nobody)
    assert "No customer of this list" not in listed(signed_in(Role.CONSULTANT), site, nobody)


@pytest.mark.parametrize("role", [Role.MARKETER, Role.CONSULTANT])
def test_the_file_says_whose_rows_it_holds_and_is_written_down(
    role: Role, site: Site, signed_in: Clients
) -> None:
    answer = file(signed_in(role), STOPPED + "&q=c1")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{OWN}-customers-')
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeffCustomers who stopped: Active evaluation → Purchase\r\n")
    assert "Q2\xa02026 · all segments and channels" in text
    assert bool(KEY.search(text)) is (role is Role.MARKETER)
    with site.state.connect() as connection:
        line = connection.execute(sa.select(audit).order_by(audit.c.id.desc())).mappings().first()
    assert line is not None
    assert (line["actor"], line["action"], line["engagement"]) == (str(role), "people.export", OWN)
    assert line["detail"]["contacts"] is (role is Role.MARKETER)
    assert "q=" not in line["detail"]["question"]


def test_a_foreign_list_is_not_there(site: Site, signed_in: Clients) -> None:
    for engagement, status in ((FOREIGN, 404), ("nowhere", 404)):
        assert file(signed_in(Role.CONSULTANT), f"?e={engagement}").status_code == status
    assert file(signed_in(Role.EXECUTIVE), STOPPED).status_code == 403
    assert signed_in(Role.EXECUTIVE).get(f"/customers?e={OWN}").status_code == 403


def test_transactions_stand_beside_the_revenue_that_they_add_up_to(site: Site, signed_in: Clients) -> None:
    text = listed(signed_in(Role.MARKETER), site, f"?e={OWN}&deals=1")
    assert "icon--check" in text
    assert "icon--warning" not in text
    found = rows(file(signed_in(Role.MARKETER), f"?e={OWN}&deals=1").get_data(as_text=True))
    start = next(place for place, row in enumerate(found) if row and row[0] == "Day")
    amount = found[start].index("Amount")
    total = sum(round(float(row[amount]) * 100) for row in found[start + 1 :])
    shown = f"{total / 100:,.2f}"
    assert text.count(shown) >= 2


@pytest.mark.parametrize(
    "strange",
    ["&step=nothing&went=maybe", "&by=1;drop&seg=x", "&by=attribute:none", "&page=-4", "&page=999999", "&sort=-'--",
     "&stage=x&channel=y", "&by=quarter&seg=never", "&seg=nobody"],
)  # fmt: skip
def test_what_nobody_links_to_is_a_list_all_the_same(strange: str, site: Site, signed_in: Clients) -> None:
    text = listed(signed_in(Role.CONSULTANT), site, f"?e={OWN}{strange}")
    assert "state--error" not in text


def test_one_customer_by_a_sign_of_this_installation_alone(site: Site, signed_in: Clients) -> None:
    names = Pseudonyms(site.settings.signing_key())
    token = names.token(OWN, "c20")
    search = f"?e={OWN}&id={token}"
    open_ = listed(signed_in(Role.MARKETER), site, search, "customer-head")
    masked = listed(signed_in(Role.CONSULTANT), site, search, "customer-head")
    assert '"c20"' in open_
    assert "c20" not in masked.replace(token, "")
    way = listed(signed_in(Role.CONSULTANT), site, search, "customer-story")
    assert "Active evaluation" in way
    assert "story__line--sale" in way
    for strange in (
        "",
        "c20",
        token[:-2] + "aa",
        names.token(FOREIGN, "c20"),
        "\u0430",
        names.token(OWN, "x"),
    ):
        text = listed(signed_in(Role.CONSULTANT), site, f"?e={OWN}&id={strange}", "customer-story")
        assert "There is no such customer" in text
