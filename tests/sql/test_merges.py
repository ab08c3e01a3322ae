"""The merge log page by page, on both engines: who sees values, who sees signs, and how a link names a value."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.whom import Slice
from data_access.merges import fetch_merges, value_of
from data_access.pseudonyms import Pseudonyms, shown
from data_access.scope import Action, Scope
from tests.facts import ENGAGEMENT, SCOPE, load, model_of, walk

NAMES = Pseudonyms("only-for-tests")
PEOPLE, CONTACTS = (Scope(ENGAGEMENT, action, 0) for action in (Action.PEOPLE, Action.CONTACTS))
PHONE = "+79161112233"
IDENTITIES = (
    *(("u1", "phone", PHONE), ("u2", "phone", PHONE)),
    *(("u1", "email", "one@x.ru"), ("u2", "email", "two@x.ru")),
    *(("u3", "email", "three@x.ru"), ("u4", "email", "three@x.ru")),
    *((f"w{place}", "client_id", "shared") for place in range(6)),
    *(("u5", "phone", "0"), ("u6", "phone", "0")),
)


def test_the_log_names_values_people_and_reasons(engine: sa.Engine) -> None:
    facts = load(engine, walk("u1 A0"), model=model_of("AB", deal="B"), identities=IDENTITIES)
    log = fetch_merges(facts, CONTACTS, Slice(sort="kind", descending=False), NAMES)
    assert [(row["kind"], row["value"], row["reason"], row["customers"]) for _, row in log.iterrows()] == [
        ("client_id", "shared", "too_wide", 6),
        ("email", "three@x.ru", "merged", 2),
        ("phone", PHONE, "merged", 2),
        ("phone", "0", "placeholder", 2),
    ]
    assert log["keys"].tolist() == [(), ("u3", "u4"), ("u1", "u2"), ()]
    assert log["differs"].fillna("").tolist() == ["", "", "email", ""]
    assert set(log["total"]) == {4}
    assert set(log["import_id"]) == {1}
    phone = log.iloc[2]
    assert value_of(NAMES, ENGAGEMENT, phone["ref"]) == ("phone", PHONE)
    assert value_of(NAMES, "other", phone["ref"]) is None
    assert phone["token"] == NAMES.token(ENGAGEMENT, "u1")

    masked = fetch_merges(facts, PEOPLE, Slice(sort="kind", descending=False, search="916"), NAMES)
    assert (
        masked["ref"].tolist() == log["ref"].tolist()
    )  # the search of who may not see values finds nothing out
    assert masked["value"].tolist() == [shown(ref) for ref in log["ref"]]
    assert masked["keys"].iloc[2] == tuple(shown(NAMES.token(ENGAGEMENT, key)) for key in ("u1", "u2"))
    seen = str(masked.to_dict("list"))
    assert not any(secret in seen for secret in ("x.ru", "9161112233", "'u1'"))


def test_a_part_of_the_log(engine: sa.Engine) -> None:
    facts = load(engine, walk("u1 A0"), model=model_of("AB", deal="B"), identities=IDENTITIES)
    page = fetch_merges(facts, CONTACTS, Slice(sort="customers", first=1, rows=2), NAMES)
    assert (len(page), set(page["total"])) == (2, {4})
    assert fetch_merges(facts, CONTACTS, Slice(), NAMES, reasons=("placeholder",))["value"].tolist() == ["0"]
    assert fetch_merges(facts, CONTACTS, Slice(), NAMES, to_look_at=True)["value"].tolist() == [PHONE]
    for text, value in (("U4", "three@x.ru"), ("161112", PHONE)):
        assert fetch_merges(facts, CONTACTS, Slice(search=text), NAMES)["value"].tolist() == [value]
    assert fetch_merges(facts, CONTACTS, Slice(search="nobody"), NAMES).empty
    with pytest.raises(JourneyError, match="no_right"):
        fetch_merges(facts, SCOPE, Slice(), NAMES)
