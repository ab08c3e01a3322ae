"""Targets on each kind of state database: all or nothing, two editors, rights, the way back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.targets import Kpi, TargetKey
from data_access.scope import Guest, UserRecord, operator
from data_access.state import engagements, targets, users
from data_access.state.schema import audit, target
from data_access.state.targets import StoredTarget, Wish
from tests.sql.state.conftest import NOW, PASSWORD

STAGES, SEGMENTS = ("active_evaluation", "purchase"), ("Gift", "Дача")
REVENUE = TargetKey(Kpi.REVENUE, "", "", "2026-03")
CHECK = TargetKey(Kpi.AVERAGE_CHECK, "", "Gift", "2026-03")
STEP = TargetKey(Kpi.CONVERSION, "purchase", "Дача", "2026-04")


@pytest.fixture
def acme(state: sa.Engine) -> sa.Engine:
    """An engagement and two people who set its targets."""
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    for role in ("consultant", "admin"):
        people(state, role)
    return state


def people(state: sa.Engine, role: str) -> UserRecord:
    """Somebody of a role who sees the engagement."""
    users.add_user(state, role, f"{role.capitalize()} Belov", role, PASSWORD, engagements=["acme"])
    return users.find(state, role).record


@pytest.fixture
def anna(acme: sa.Engine) -> UserRecord:
    """A consultant."""
    return users.find(acme, "consultant").record


def put(state: sa.Engine, who: UserRecord, *wishes: Wish, engagement: str = "acme") -> int:
    return targets.put(state, who, engagement, wishes, STAGES, SEGMENTS)


def stored(state: sa.Engine, who: UserRecord) -> dict[TargetKey, StoredTarget]:
    return {one.key: one for one in targets.listed(state, who, "acme")}


def test_numbers_come_back_to_the_last_place(acme: sa.Engine, anna: UserRecord) -> None:
    given = {
        REVENUE: Decimal("123456789012.35"),
        CHECK: Decimal("26381.105"),
        STEP: Decimal("0.1234565"),
        replace(REVENUE, kpi=Kpi.LEADS): Decimal(999_999_999),
        replace(REVENUE, kpi=Kpi.DEALS_PER_BUYER): Decimal("1.3"),
    }
    assert put(acme, anna, *(Wish(key, value, 0) for key, value in given.items())) == 5
    assert targets.values(acme, anna, "acme") == given | {
        CHECK: Decimal("26381.11"),
        STEP: Decimal("0.123457"),
    }
    assert {one.who for one in targets.listed(acme, anna, "acme")} == {"Consultant Belov"}


def test_two_people_who_change_different_cells_both_succeed(acme: sa.Engine, anna: UserRecord) -> None:
    olga = users.find(acme, "admin").record
    put(acme, anna, Wish(REVENUE, Decimal(1), 0), Wish(CHECK, Decimal(2), 0))
    assert put(acme, anna, Wish(REVENUE, Decimal(10), 1)) == 1
    assert put(acme, olga, Wish(CHECK, Decimal(20), 1)) == 1  # she had loaded the page before
    assert targets.values(acme, anna, "acme") == {REVENUE: 10, CHECK: 20}


def test_who_was_slower_reads_which_cell_and_by_whom_and_nothing_of_theirs_is_kept(
    acme: sa.Engine, anna: UserRecord
) -> None:
    olga = users.find(acme, "admin").record
    put(acme, anna, Wish(REVENUE, Decimal(1), 0))
    put(acme, anna, Wish(REVENUE, Decimal(10), 1))
    with pytest.raises(JourneyError) as refused:
        put(acme, olga, Wish(REVENUE, Decimal(11), 1), Wish(CHECK, Decimal(20), 0))
    assert (refused.value.code, refused.value.status) == ("targets_changed", 409)
    for language in ("en", "ru"):
        said = Words(language).error(refused.value)
        assert "revenue, 2026-03 (Consultant Belov)" in said
    assert targets.values(acme, anna, "acme") == {REVENUE: 10}
    assert put(acme, olga, Wish(REVENUE, Decimal(10), 1)) == 0  # both want the same: nobody loses anything


def test_two_first_targets_of_one_cell_at_once(acme: sa.Engine, anna: UserRecord) -> None:
    olga, start = users.find(acme, "admin").record, Barrier(2)
    ended: list[str] = []

    def save(who: UserRecord, value: int) -> None:
        start.wait()
        try:
            put(acme, who, Wish(REVENUE, Decimal(value), 0))
            ended.append("kept")
        except JourneyError as error:
            ended.append(error.code)

    hands = [Thread(target=save, args=(who, value)) for value, who in enumerate((anna, olga), 1)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(ended) == ["kept", "targets_changed"]
    assert len(targets.values(acme, anna, "acme")) == 1


def test_what_was_taken_back_and_set_again_is_not_taken_for_the_first(
    acme: sa.Engine, anna: UserRecord
) -> None:
    put(acme, anna, Wish(REVENUE, Decimal(1), 0))
    put(acme, anna, Wish(REVENUE, None, 1))
    assert targets.values(acme, anna, "acme") == {}
    put(acme, anna, Wish(REVENUE, Decimal(3), 2))
    with pytest.raises(JourneyError, match="targets_changed"):
        put(acme, anna, Wish(REVENUE, Decimal(4), 1))
    with pytest.raises(JourneyError, match="targets_changed"):
        put(acme, anna, Wish(REVENUE, Decimal(4), 0))


def test_the_last_save_goes_back_and_comes_again(acme: sa.Engine, anna: UserRecord) -> None:
    with pytest.raises(JourneyError, match="no_target_save"):
        targets.undo(acme, anna, "acme")
    put(acme, anna, Wish(REVENUE, Decimal("1.5"), 0))
    put(acme, anna, Wish(REVENUE, Decimal(2), 1), Wish(CHECK, Decimal(7), 0))
    assert targets.undo(acme, anna, "acme") == 2
    assert targets.values(acme, anna, "acme") == {REVENUE: Decimal("1.5")}
    assert targets.undo(acme, anna, "acme") == 2
    assert targets.values(acme, anna, "acme") == {REVENUE: 2, CHECK: 7}
    told = [(one.actor, one.key, one.before, one.after) for one in targets.history(acme, anna, "acme", 3)]
    assert told[0] == ("consultant", REVENUE, Decimal("1.5"), 2)
    assert told[3] == ("consultant", CHECK, 7, None)
    assert len(told) == 6


@pytest.fixture
def refusals() -> list[tuple[Wish, str, tuple[str, ...]]]:
    """A wish, why it is refused, and what the sentence names."""
    good = Decimal(1)
    return [
        (Wish(replace(REVENUE, kpi="profit"), good, 0), "target_unknown_kpi", ("profit", "2026-03")),  # type: ignore[arg-type]
        (Wish(replace(STEP, stage="nowhere"), good, 0), "target_unknown_stage", ("nowhere", "2026-04")),
        (Wish(replace(REVENUE, stage="purchase"), good, 0), "target_unknown_stage", ("purchase",)),
        (
            Wish(replace(CHECK, segment="Rich"), good, 0),
            "target_unknown_segment",
            ("Rich", "Gift", "2026-03"),
        ),
        (Wish(replace(REVENUE, month="2026-13"), good, 0), "target_unknown_month", ("2026-13", "revenue")),
        (Wish(replace(REVENUE, month="2026-3"), good, 0), "target_unknown_month", ("2026-3",)),
        (Wish(STEP, Decimal("1.01"), 0), "target_out_of_range", ("conversion · purchase · Дача", "100 %")),
        (Wish(REVENUE, Decimal(-1), 0), "target_out_of_range", ("revenue", "2026-03")),
        (Wish(REVENUE, Decimal("NaN"), 0), "target_out_of_range", ("revenue",)),
        (Wish(CHECK, good, 0), "target_twice", ("average_check · Gift",)),
    ]


def test_one_bad_cell_and_nothing_is_kept(
    acme: sa.Engine, anna: UserRecord, refusals: list[tuple[Wish, str, tuple[str, ...]]]
) -> None:
    for wish, code, names in refusals:
        with pytest.raises(JourneyError, match=code) as refused:
            put(acme, anna, Wish(CHECK, Decimal(7), 0), wish)
        for language in ("en", "ru"):
            said = Words(language).error(refused.value)
            assert all(name in said for name in names), said
    with acme.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(target)) == 0
        deeds = connection.scalars(sa.select(audit.c.action).where(audit.c.action.startswith("target"))).all()
    assert deeds == []


def test_who_sets_and_who_reads(acme: sa.Engine, anna: UserRecord) -> None:
    put(acme, anna, Wish(REVENUE, Decimal(1), 0))
    for role in ("executive", "marketer", "display"):
        who = people(acme, role)
        assert targets.values(acme, who, "acme") == {REVENUE: 1}
        for deed in (
            lambda who=who: put(acme, who, Wish(REVENUE, Decimal(2), 1)),
            lambda who=who: targets.undo(acme, who, "acme"),
            lambda who=who: targets.history(acme, who, "acme"),
        ):
            with pytest.raises(JourneyError, match="no_right"):
                deed()
    guest = replace(users.find(acme, "executive").record, guest=Guest("/overview", "?e=acme", NOW))
    with pytest.raises(JourneyError, match="no_right"):
        targets.listed(acme, guest, "acme")
    for key in ("rival", "nowhere"):
        for deed in (
            lambda key=key: targets.listed(acme, anna, key),
            lambda key=key: put(acme, anna, engagement=key),
        ):
            with pytest.raises(JourneyError, match="unknown_engagement") as refused:
                deed()
            assert refused.value.status == 404
    console = operator(frozenset({"acme"}))
    assert put(acme, console, Wish(CHECK, Decimal(5), 0)) == 1
    assert stored(acme, anna)[CHECK].who == "console"
