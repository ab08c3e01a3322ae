"""The action plan in the state database: nothing is lost between two people, nothing leaks between engagements."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.plan import EntryKind, Status
from data_access.scope import Role, UserRecord
from data_access.state import action_entries, actions, engagements, passwords, users
from data_access.state.action_entries import checked_url
from data_access.state.chains import Bottleneck
from data_access.state.engine import writing
from data_access.state.schema import action, action_change
from tests.sql.state.conftest import PASSWORD

TODAY = date(2026, 6, 1)
PLACE = Bottleneck("new", "evaluate", "purchase")


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """One person of each role with the engagement `acme`; `rita` is a marketer of `rival` alone."""
    monkeypatch.setattr(passwords, "hashed", lambda *_: "nobody signs in here")
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    for role in Role:
        users.add_user(state, role, role.title(), role, PASSWORD, engagements=["acme"])
    users.add_user(state, "rita", "Rita", "marketer", PASSWORD, engagements=["rival"])
    return {one.record.login: one.record for one in users.list_users(state)}


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(JourneyError) as caught:
        act()
    return caught.value.code


def made(state: sa.Engine, who: UserRecord, **values: Any) -> int:
    return actions.add(state, who, "acme", {"title": "Call back in 5 minutes", **values})


def test_an_action_keeps_everything_and_its_chain_has_one_number(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["consultant"]
    values = {"title": " Call   back ", "problem": "10 of 100\n go on", "owner_id": people["executive"].id}
    money = {"value": Decimal("17600000.25"), "lift": 0.107, "source": {"kind": "bottleneck", "low": 1.5}}
    dates = {"starts_on": date(2026, 6, 1), "due_on": date(2026, 6, 30), "cost": Decimal(150_000)}
    first = actions.add(state, anna, "acme", values | dates, value_of=money, bottleneck=PLACE)
    second = actions.add(state, anna, "acme", {"title": "Train"}, bottleneck=PLACE)
    other = actions.add(
        state, anna, "acme", {"title": "Else"}, bottleneck=Bottleneck("", "evaluate", "purchase")
    )
    kept = actions.get(state, people["executive"], first)
    assert (kept.title, kept.problem, kept.owner, kept.author) == (
        "Call back",
        "10 of 100\ngo on",
        "Executive",
        "Consultant",
    )
    assert (kept.value, kept.lift, kept.cost) == (Decimal("17600000.2500"), 0.107, Decimal(150_000))
    assert (kept.source["low"], kept.status, kept.from_stage) == (1.5, Status.IDEA, "evaluate")
    chains = {one.id: one.chain_id for one in actions.listed(state, anna, "acme")}
    assert chains[first] == chains[second] != chains[other]
    assert [kept.overdue(date(2026, 7, 1)), kept.overdue(date(2026, 6, 30))] == [True, False]


def test_a_bottleneck_has_one_chain_however_many_begin_at_once(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    def begin(number: int) -> int:
        return actions.add(state, people["marketer"], "acme", {"title": f"A{number}"}, bottleneck=PLACE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(8)))
    found = actions.listed(state, people["marketer"], "acme")
    assert len(found) == 8
    assert len({one.chain_id for one in found}) == 1


def test_rights_and_foreign_ids(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    number = made(state, people["marketer"])
    for role in ("consultant", "admin"):
        made(state, people[role])
    entry = action_entries.add_entry(state, people["marketer"], number, "check", "Brief")
    acts: list[Callable[[UserRecord], Any]] = [
        lambda who: actions.change(state, who, number, {"title": "x"}, {"title": "y"}, TODAY),
        lambda who: action_entries.add_entry(state, who, number, "comment", "Hello"),
        lambda who: action_entries.tick(state, who, number, entry, done=True),
        lambda who: action_entries.remove_entry(state, who, number, entry),
        lambda who: action_entries.set_need(state, who, number, number, on=True),
    ]
    reads: list[Callable[[UserRecord], Any]] = [
        lambda who: actions.get(state, who, number),
        lambda who: action_entries.below(state, who, number),
    ]
    for act in (*acts, *reads):
        assert code_of(lambda act=act: act(people["rita"])) == "unknown_action"
    for act in acts:
        assert code_of(lambda act=act: act(people["executive"])) == "no_right"
    for act in (*acts, *reads):
        assert code_of(lambda act=act: act(people["display"])) == "no_right"
    for act in reads:
        act(people["executive"])
    assert code_of(lambda: made(state, people["executive"])) == "no_right"
    assert code_of(lambda: actions.listed(state, people["rita"], "acme")) == "unknown_engagement"
    foreign = actions.add(state, people["rita"], "rival", {"title": "Theirs"})
    marketer = people["marketer"]
    assert (
        code_of(lambda: action_entries.set_need(state, marketer, number, foreign, on=True))
        == "unknown_action"
    )
    assert code_of(lambda: actions.get(state, marketer, 999_999)) == "unknown_action"
    assert (
        code_of(lambda: action_entries.tick(state, marketer, number, entry + 9, done=True)) == "unknown_entry"
    )


def test_an_owner_is_somebody_who_sees_the_engagement(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    ivan = people["marketer"]
    assert set(actions.people(state, ivan, "acme").values()) == {
        "Admin",
        "Consultant",
        "Executive",
        "Marketer",
    }
    for stranger in (people["rita"].id, people["display"].id, 999_999):
        assert code_of(lambda stranger=stranger: made(state, ivan, owner_id=stranger)) == "unknown_owner"
    number = made(state, ivan, owner_id=people["executive"].id)
    users.disable(state, people["executive"].id)
    was = {"owner_id": people["executive"].id, "title": "Call back in 5 minutes"}
    kept = actions.change(state, ivan, number, was, was | {"title": "Call"}, TODAY)
    assert (kept.title, kept.owner) == ("Call", "Executive"), "who has left does not block other fields"


def test_values_that_make_no_sense_are_refused(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    ivan = people["marketer"]
    number = made(state, ivan, starts_on=date(2026, 6, 10))
    assert code_of(lambda: made(state, ivan, title="  ")) == "action_title_missing"
    assert code_of(lambda: made(state, ivan, title="x" * 201)) == "action_text_long"
    assert code_of(lambda: made(state, ivan, problem="a\0b")) == "action_text_long"
    assert code_of(lambda: made(state, ivan, cost=Decimal(-1))) == "action_cost"
    assert code_of(lambda: made(state, ivan, value=Decimal(1))) == "unknown_action_field", (
        "money is the server's"
    )
    assert code_of(lambda: made(state, ivan, status="done")) == "unknown_status"
    early = {"due_on": date(2026, 6, 9)}
    assert code_of(lambda: actions.change(state, ivan, number, {"due_on": None}, early, TODAY)) == (
        "action_dates"
    ), "the start stands in the database"
    assert actions.get(state, ivan, number).version == 0


def test_two_editors_of_different_fields_both_win_and_of_one_field_read_why(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    ivan, anna = people["marketer"], people["consultant"]
    number = made(state, ivan, due_on=date(2026, 6, 15))
    form = {"title": "Call back in 5 minutes", "due_on": date(2026, 6, 15), "problem": "", "measure": ""}
    actions.change(state, anna, number, form, form | {"due_on": date(2026, 6, 20), "problem": "Slow"}, TODAY)
    actions.change(state, ivan, number, form, form | {"title": "Call at once"}, TODAY)
    kept = actions.get(state, ivan, number)
    assert (kept.title, kept.due_on, kept.problem, kept.version) == (
        "Call at once",
        date(2026, 6, 20),
        "Slow",
        2,
    )
    with pytest.raises(JourneyError) as caught:
        actions.change(
            state, ivan, number, form, form | {"due_on": date(2026, 6, 25), "measure": "Lost?"}, TODAY
        )
    assert (caught.value.code, caught.value.status) == ("action_changed", 409)
    assert caught.value.facts == {
        "field": "due_on",
        "who": "Consultant",
        "theirs": "2026-06-20",
        "yours": "2026-06-25",
    }
    assert actions.get(state, ivan, number).measure == "", "all of a wish, or nothing"
    same = actions.change(state, ivan, number, form, form | {"due_on": date(2026, 6, 20)}, TODAY)
    assert same.version == 2, "both wanted the same"
    told = [
        (one.who, one.field, one.before, one.after)
        for one in action_entries.below(state, anna, number).changes
    ]
    assert told == [
        ("Marketer", "title", "Call back in 5 minutes", "Call at once"),
        ("Consultant", "due_on", "2026-06-15", "2026-06-20"),
        ("Consultant", "problem", None, "Slow"),
    ]


def test_eight_editors_at_once_lose_no_update(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    """Each changes a field of its own three times; then all eight the same field: one wins, seven read why."""
    ivan = people["marketer"]
    number = made(state, ivan)
    fields = ("problem", "stage", "segment", "channel", "touchpoint", "measure", "comparison", "decision")

    def edit(field: str) -> None:
        for before, after in (("", "one"), ("one", "two"), ("two", "three")):
            actions.change(state, ivan, number, {field: before}, {field: after}, TODAY)

    def fight(name: str) -> str:
        try:
            actions.change(state, ivan, number, {"title": "Call back in 5 minutes"}, {"title": name}, TODAY)
        except JourneyError as error:
            return error.code
        return name

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(edit, fields))
        outcomes = list(pool.map(fight, fields))
    kept = actions.get(state, ivan, number)
    assert {getattr(kept, field) for field in fields} == {"three"}
    assert outcomes.count("action_changed") == 7
    assert kept.title in outcomes
    assert kept.version == 25
    with state.connect() as connection:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(action_change))
    assert rows == 25, "a line of the history for each change"


def test_a_change_and_its_history_stand_or_fall_together(
    state: sa.Engine, people: dict[str, UserRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    ivan = people["marketer"]
    number = made(state, ivan)

    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "note_change", broken)
    with pytest.raises(RuntimeError):
        actions.change(
            state, ivan, number, {"title": "Call back in 5 minutes"}, {"title": "Unheard of"}, TODAY
        )
    assert actions.get(state, ivan, number).title == "Call back in 5 minutes"


def test_going_live_sets_its_day_once(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    ivan = people["marketer"]
    number = made(state, ivan)
    live = actions.change(state, ivan, number, {"status": "idea"}, {"status": "live"}, TODAY)
    assert (live.status, live.live_on) == (Status.LIVE, TODAY)
    back = actions.change(state, ivan, number, {"status": "live"}, {"status": "in_progress"}, TODAY)
    again = actions.change(state, ivan, number, {"status": back.status}, {"status": "live"}, date(2026, 7, 1))
    assert again.live_on == TODAY
    moves = [
        one.after
        for one in action_entries.below(state, ivan, number).changes
        if one.field in ("status", "live_on")
    ]
    assert moves == ["live", "in_progress", "2026-06-01", "live"]


def test_dependencies_never_close_a_circle(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    ivan = people["marketer"]
    a, b, c = (made(state, ivan, title=name) for name in "abc")
    need = action_entries.set_need
    need(state, ivan, b, a, on=True)
    need(state, ivan, c, b, on=True)
    for one in (a, c):
        assert code_of(lambda one=one: need(state, ivan, a, one, on=True)) == "action_circle"
    assert actions.get(state, ivan, c).needs == (b,)
    with ThreadPoolExecutor(2) as pool:
        new = [made(state, ivan, title=name) for name in "de"]

        def wait(pair: tuple[int, int]) -> str:
            try:
                need(state, ivan, *pair, on=True)
            except JourneyError as error:
                return error.code
            return "kept"

        assert sorted(pool.map(wait, (tuple(new), tuple(reversed(new))))) == ["action_circle", "kept"]  # type: ignore[arg-type]
    need(state, ivan, c, b, on=False)
    need(state, ivan, a, c, on=True)
    assert actions.get(state, ivan, a).needs == (c,)


def test_entries_below_an_action(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    ivan = people["marketer"]
    number = made(state, ivan)
    add = action_entries.add_entry
    check = add(state, ivan, number, "check", " Write   the brief ")
    add(state, ivan, number, "comment", "Asked the call centre.\nThey agree.")
    link = add(state, ivan, number, "link", "", "https://disk.example/plan.xlsx")
    action_entries.tick(state, ivan, number, check, done=True)
    action_entries.tick(state, ivan, number, check, done=True)
    found = action_entries.below(state, people["executive"], number)
    assert [(one.kind, one.text, one.done) for one in found.entries] == [
        (EntryKind.CHECK, "Write the brief", True),
        (EntryKind.COMMENT, "Asked the call centre.\nThey agree.", False),
        (EntryKind.LINK, "https://disk.example/plan.xlsx", False),
    ]
    assert [one.field for one in found.changes] == ["check"]
    comment = found.entries[1].id
    assert code_of(lambda: action_entries.remove_entry(state, ivan, number, comment)) == "unknown_entry"
    action_entries.remove_entry(state, ivan, number, link)
    assert len(action_entries.below(state, ivan, number).entries) == 2
    assert code_of(lambda: add(state, ivan, number, "check", " ")) == "entry_missing"
    assert code_of(lambda: add(state, ivan, number, "file", "x")) == "unknown_entry"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "//evil.example",
     "/plan", "https://", "http://user:pass@evil.example", "https://a b", "https://x\u202e.example", "file:///etc/passwd",
     "vbscript:x", "https://a.example\\@evil.example", "https:evil", "http://[", "https://x.example/" + "a" * 2000],
)  # fmt: skip
def test_links_lead_to_the_web_alone(url: str) -> None:
    assert code_of(lambda: checked_url(url)) == "bad_link"


def test_a_link_of_the_web_is_kept_as_it_is() -> None:
    assert checked_url(" https://disk.example/a?b=1#c ") == "https://disk.example/a?b=1#c"


def test_the_plan_of_an_engagement_ends_somewhere(
    state: sa.Engine, people: dict[str, UserRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_ACTIONS", 1)
    made(state, people["marketer"])
    assert code_of(lambda: made(state, people["marketer"])) == "too_many_actions"
    with writing(state) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(action)) == 1
