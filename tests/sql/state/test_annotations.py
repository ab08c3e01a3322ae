"""Notes on days and appointments beside actions: rights, two people at once, nothing of another engagement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.support import SupportKind
from data_access.scope import Guest, Role, UserRecord
from data_access.state import actions, engagements, passwords, support, trail, users
from data_access.state import annotations as day_notes
from data_access.state.audit import note
from data_access.state.engine import writing
from data_access.state.schema import audit, data_import
from tests.sql.state.conftest import PASSWORD

NOW = datetime(2026, 6, 1, 12)
DAY = date(2026, 5, 4)
SEGMENTS = ("new", "gift")


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """One person of each role with `acme`; `rita` is a marketer of `rival` alone."""
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


def noted(state: sa.Engine, who: UserRecord, text: str = "Price war", segment: str = "") -> int:
    wording = day_notes.Wording(DAY, text, segment)
    return day_notes.add(state, who, "acme", wording, SEGMENTS, NOW)


def planned(state: sa.Engine, who: UserRecord, **more: Any) -> int:
    return support.add(state, who, "acme", wished(**more), NOW)


def wished(**more: Any) -> support.Wording:
    return support.Wording(**({"kind": "webinar", "title": "First calls", "day": DAY} | more))


def test_a_note_is_kept_changed_once_and_taken_away(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    anna, ivan = people["consultant"], people["marketer"]
    number = noted(state, anna, "  Price \n war ", "gift")
    other = day_notes.Wording(date(2026, 4, 1), "Earlier")
    day_notes.add(state, ivan, "acme", other, SEGMENTS, NOW)
    first, second = day_notes.listed(state, people["executive"], "acme")
    assert (first.text, second.text, second.segment, second.author) == (
        "Earlier",
        "Price war",
        "gift",
        "Consultant",
    )
    day_notes.change(state, ivan, number, 0, day_notes.Wording(DAY, "Price war is over"), SEGMENTS)
    assert code_of(lambda: day_notes.change(state, anna, number, 0, other, SEGMENTS)) == "note_changed"
    assert code_of(lambda: day_notes.remove(state, anna, number, 0)) == "note_changed"
    day_notes.remove(state, anna, number, 1)
    assert [one.text for one in day_notes.listed(state, anna, "acme")] == ["Earlier"]
    assert code_of(lambda: day_notes.remove(state, anna, number, 1)) == "unknown_note"
    with state.connect() as connection:
        told = sa.select(audit.c.action, audit.c.actor, audit.c.detail).where(audit.c.action.like("note.%"))
        lines = connection.execute(told.order_by(audit.c.id)).all()
    assert [line.action for line in lines] == ["note.add", "note.add", "note.change", "note.remove"]
    assert lines[-1].detail["before"] == "Price war is over"


def test_rights_of_notes_and_appointments(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    ivan = people["marketer"]
    note, appointment = noted(state, ivan), planned(state, ivan)
    changed = day_notes.Wording(DAY, "x")
    writes: list[Callable[[UserRecord], Any]] = [
        lambda who: day_notes.change(state, who, note, 0, changed, SEGMENTS),
        lambda who: day_notes.remove(state, who, note, 0),
        lambda who: support.change(state, who, appointment, 0, wished()),
        lambda who: support.tick(state, who, appointment, 0, done=True),
        lambda who: support.remove(state, who, appointment, 0),
    ]
    for act in writes:
        assert code_of(lambda act=act: act(people["rita"])) in ("unknown_note", "unknown_support")
        for role in ("executive", "display"):
            assert code_of(lambda act=act, role=role: act(people[role])) == "no_right"
    guest = replace(ivan, guest=Guest("/monitor", "?e=acme", NOW))
    for read in (day_notes.listed, support.listed, trail.deeds):
        read(state, people["executive"], "acme")
        assert code_of(lambda read=read: read(state, people["rita"], "acme")) == "unknown_engagement"
        assert code_of(lambda read=read: read(state, people["display"], "acme")) == "no_right"
        assert code_of(lambda read=read: read(state, guest, "acme")) == "no_right"
    assert code_of(lambda: noted(state, people["executive"])) == "no_right"
    assert code_of(lambda: planned(state, guest)) == "no_right"


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (day_notes.Wording(DAY, "   "), "note_missing"),
        (day_notes.Wording(DAY, "a\u202eb"), "note_missing"),
        (day_notes.Wording(DAY, "a" * 301), "note_long"),
        (day_notes.Wording(DAY, "a", "other"), "note_segment"),
        (day_notes.Wording(date(1, 1, 1), "a"), "bad_day"),
    ],
)
def test_what_no_note_may_say(
    wording: day_notes.Wording, code: str, state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    assert code_of(lambda: day_notes.add(state, people["admin"], "acme", wording, SEGMENTS, NOW)) == code


def test_an_appointment_is_moved_ticked_and_taken_away(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna, vera = people["consultant"], people["executive"]
    action = actions.add(state, anna, "acme", {"title": "Call back"})
    number = planned(state, anna, action_id=action, user_id=vera.id, url=" https://disk.example/a.pdf ")
    (kept,) = support.listed(state, vera, "acme")
    assert (kept.kind, kept.action_id, kept.who, kept.url) == (
        SupportKind.WEBINAR,
        action,
        "Executive",
        "https://disk.example/a.pdf",
    )
    assert [kept.overdue(date(2026, 5, 4)), kept.overdue(date(2026, 5, 5))] == [False, True]
    support.tick(state, anna, number, 0, done=True)
    assert code_of(lambda: support.tick(state, anna, number, 0, done=False)) == "support_changed"
    support.change(state, anna, number, 1, wished(kind="check", day=date(2026, 7, 1)))
    (kept,) = support.listed(state, vera, "acme")
    assert (kept.kind, kept.done, kept.who, kept.action_id, kept.version) == (
        "check",
        True,
        "Executive",
        None,
        2,
    )
    assert not kept.overdue(date(2027, 1, 1))
    engagements.revoke(state, vera.id, "acme")
    support.change(state, anna, number, 2, wished(user_id=vera.id, title="Moved"))
    support.remove(state, anna, number, 3)
    assert support.listed(state, anna, "acme") == ()


def test_what_no_appointment_may_be(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    anna, rita = people["consultant"], people["rita"]
    foreign = actions.add(state, rita, "rival", {"title": "Theirs"})
    wrong = {
        "support_kind": {"kind": "party"},
        "support_title": {"title": " "},
        "bad_link": {"url": "javascript:alert(1)"},
        "bad_day": {"day": date(9000, 1, 1)},
        "unknown_action": {"action_id": foreign},
        "unknown_owner": {"user_id": rita.id},
    }
    for code, more in wrong.items():
        assert code_of(lambda more=more: planned(state, anna, **more)) == code
    assert support.listed(state, anna, "acme") == ()


def test_changes_of_definitions_are_told_and_nothing_else(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    with writing(state) as connection:
        note(connection, "anna", "engagement.change", "acme", fields=["margin"])
        note(connection, "anna", "target.put", "acme", changes=[{}, {}])
        note(connection, "anna", "view.save", "acme", view=1)
        note(connection, "rita", "target.put", "rival", changes=[{}])
    found = trail.deeds(state, people["executive"], "acme")
    assert [one.action for one in found if one.actor == "anna"] == ["engagement.change", "target.put"]
    assert all(one.actor != "rita" for one in found)
    assert trail.names(state)["consultant"] == "Consultant"


def test_imports_with_other_stages_are_told(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    models = ({"stages": ["a"]}, {"stages": ["a"]}, None, {"stages": ["a", "b"]})
    row = {"engagement": "acme", "mapping_sha256": "", "started_at": NOW, "finished_at": NOW, "actor": "anna"}
    with writing(state) as connection:
        for model in models:
            connection.execute(sa.insert(data_import).values({**row, "status": "done", "stage_model": model}))
        failed = {**row, "status": "failed", "stage_model": {"stages": ["c"]}}
        connection.execute(sa.insert(data_import).values(failed))
    found = trail.deeds(state, people["executive"], "acme")
    assert [(one.action, one.detail) for one in found] == [(trail.STAGES, {"import_id": 4})]
