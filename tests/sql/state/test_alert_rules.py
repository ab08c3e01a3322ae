"""Alert rules and incidents in the state database: rights, two editors at once, what people do with an incident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.alert_check import RuleDraft, drafted
from dashboard.journey.alerts import AlertKind, Base, Every, Limits, Side
from dashboard.journey.generation import GenerationInfo, SourceSpan
from dashboard.journey.incidents import EventKind, IncidentFigures, IncidentStatus, Slice
from dashboard.journey.targets import Kpi
from data_access.scope import Role, UserRecord
from data_access.state import alert_rules, engagements, incident_looks, incidents, passwords, users
from data_access.state.engine import writing
from data_access.state.incident_looks import Finding, Told
from data_access.state.schema_watch import endpoint
from tests.facts import model_of
from tests.sql.state.conftest import PASSWORD

NOW = datetime(2026, 6, 1, 12)
INFO = GenerationInfo(
    engagement="acme",
    number=1,
    built_at=NOW,
    zone="UTC",
    currency="RUB",
    model=model_of("ABC", deal="C"),
    data_end=NOW,
    data_end_day=date(2026, 5, 31),
    data_end_date_only=True,
    first_day=date(2025, 1, 1),
    last_day=date(2026, 5, 31),
    has_transactions=True,
    segments=("gift", "own"),
    channels=("site",),
    sources=(SourceSpan("crm", "event", 10, NOW, NOW, NOW.date(), last_date_only=True),),
    set_aside={},
)
STEP = RuleDraft("Fewer  go on", "limits", "conversion", "A", "gift", limits={"side": "below"})
FIGURES = IncidentFigures(
    rule=1,
    kind=AlertKind.LIMITS,
    kpi=Kpi.CONVERSION,
    since=date(2026, 5, 4),
    until=date(2026, 5, 11),
    began=date(2026, 5, 4),
    value=0.2,
    base=0.25,
    base_name=Base.PAST,
    limit=0.22,
    n=1000,
    dimension="channel",
    slices=(Slice("site", -0.04, 0.8),),
    rest=-0.01,
    severity=1.6,
    told=1.6,
)


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """One person of each role with the engagement `acme`; `rita` is a marketer of `rival` alone."""
    monkeypatch.setattr(passwords, "hashed", lambda *_: "nobody signs in here")
    for key in ("acme", "rival"):
        engagements.add(state, key)
    for role in Role:
        users.add_user(state, role, role.title(), role, PASSWORD, engagements=["acme"])
    users.add_user(state, "rita", "Rita", "marketer", PASSWORD, engagements=["rival"])
    return {one.record.login: one.record for one in users.list_users(state)}


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(JourneyError) as caught:
        act()
    return caught.value.code


def settled(
    state: sa.Engine, figures: IncidentFigures | None, now: datetime = NOW, rule: int = 1
) -> list[Told]:
    heard: list[Told] = []
    finding = Finding("conversion|A|gift|", rule, None, figures, "back")
    incident_looks.settle(state, "acme", [finding], [rule], now, lambda _, told: heard.append(told))
    return heard


def test_a_rule_is_kept_with_its_limits_and_its_receivers(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["marketer"]
    with writing(state) as connection:
        row = {"engagement": "acme", "kind": "telegram", "name": "chat", "address": "7", "created_at": NOW}
        connection.execute(sa.insert(endpoint).values(row | {"user_id": anna.id}))
    boss = people["executive"]
    draft = RuleDraft(
        "Drop",
        "relative",
        "revenue",
        limits={"base": "mean", "periods": 4},
        owner_id=anna.id,
        users=(boss.id,),
        endpoints=(1,),
    )
    number = alert_rules.add(state, anna, "acme", draft, INFO)
    rule = alert_rules.get(state, boss, number)
    assert rule.limits == Limits(base=Base.MEAN, periods=4)
    assert (rule.kind, rule.kpi, rule.owner) == (AlertKind.RELATIVE, Kpi.REVENUE, "Marketer")
    assert (rule.users, rule.endpoints, rule.enabled, rule.version) == ((boss.id,), (1,), True, 0)
    alert_rules.change(state, anna, number, 0, STEP, INFO)
    rule = alert_rules.listed(state, boss, "acme")[0]
    assert (rule.name, rule.stage, rule.cause) == ("Fewer go on", "A", "conversion|A|gift|")
    assert (rule.users, rule.endpoints, rule.version) == ((), (), 1)
    assert (rule.limits.every, rule.limits.side, rule.limits.window) == (Every.WEEK, Side.BELOW, 28)
    alert_rules.enable(state, anna, number, 1, enabled=False)
    assert not alert_rules.get(state, boss, number).enabled
    alert_rules.delete(state, anna, number, 2)
    assert alert_rules.listed(state, boss, "acme") == ()


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (RuleDraft(" ", "limits", "revenue"), "alert_name"),
        (RuleDraft("x", "magic", "revenue"), "alert_kind"),
        (RuleDraft("x", "data", "revenue"), "alert_kpi"),
        (RuleDraft("x", "pace", "deals_per_buyer"), "alert_kpi"),
        (RuleDraft("x", "limits"), "alert_kpi"),
        (RuleDraft("x", "limits", "conversion", "C"), "alert_place"),  # no step leads away from the last
        (RuleDraft("x", "limits", "revenue", "A"), "alert_place"),
        (RuleDraft("x", "limits", "revenue", "", "<script>"), "alert_place"),
        (RuleDraft("x", "data", "", channel="site"), "alert_place"),
        (RuleDraft("x", "absolute", "conversion", limits={"threshold": 20}), "alert_limit"),
        (RuleDraft("x", "absolute", "revenue", limits={}), "alert_limit"),
        (RuleDraft("x", "limits", "revenue", limits={"least": 30.5}), "alert_limit"),
        (RuleDraft("x", "limits", "revenue", limits={"least": float("nan")}), "alert_limit"),
        (RuleDraft("x", "limits", "revenue", limits={"every": "hour"}), "alert_limit"),
        (RuleDraft("x", "overdue", limits={"days": True}), "alert_limit"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(draft: RuleDraft, code: str) -> None:
    assert code_of(lambda: drafted(draft, "acme", INFO)) == code


def test_rules_and_incidents_know_who_may_do_what(state: sa.Engine, people: dict[str, UserRecord]) -> None:
    anna, rita = people["marketer"], people["rita"]
    number = alert_rules.add(state, anna, "acme", STEP, INFO)
    settled(state, FIGURES)
    (found,) = incidents.listed(state, people["executive"], "acme")
    looks: list[Callable[[UserRecord], Any]] = [
        lambda who: alert_rules.get(state, who, number),
        lambda who: alert_rules.listed(state, who, "acme"),
        lambda who: incidents.get(state, who, found.id),
        lambda who: incidents.count_open(state, who, "acme"),
    ]
    writes: list[Callable[[UserRecord], Any]] = [
        lambda who: alert_rules.add(state, who, "acme", STEP, INFO),
        lambda who: alert_rules.change(state, who, number, 0, STEP, INFO),
        lambda who: alert_rules.enable(state, who, number, 0, enabled=False),
        lambda who: alert_rules.delete(state, who, number, 0),
        lambda who: incidents.acknowledge(state, who, found.id, 0, NOW),
        lambda who: incidents.snooze(state, who, found.id, 0, NOW + timedelta(days=1), NOW),
        lambda who: incidents.set_owner(state, who, found.id, 0, None, NOW),
        lambda who: incidents.comment(state, who, found.id, "seen", NOW),
        lambda who: incidents.resolve(state, who, found.id, 0, NOW),
    ]
    for act in looks:
        assert code_of(lambda act=act: act(people["display"])) == "no_right"
        act(people["executive"])
    for act in (*looks, *writes):
        assert code_of(lambda act=act: act(rita)) in (
            "unknown_engagement",
            "unknown_alert_rule",
            "unknown_incident",
        )
    for act in writes:
        assert code_of(lambda act=act: act(people["executive"])) == "no_right"
    strange = RuleDraft("x", "limits", "revenue", users=(rita.id,))
    assert code_of(lambda: alert_rules.add(state, anna, "acme", strange, INFO)) == "alert_receiver_unknown"
    assert code_of(lambda: alert_rules.change(state, anna, number, 7, STEP, INFO)) == "alert_rule_changed"


def test_what_people_do_with_an_incident_stands_in_its_history(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["marketer"]
    alert_rules.add(state, anna, "acme", STEP, INFO)
    assert [one.kind for one in settled(state, FIGURES)] == [EventKind.OPENED]
    assert incidents.count_open(state, anna, "acme") == 1
    incidents.acknowledge(state, anna, 1, 0, NOW)
    assert incidents.count_open(state, anna, "acme") == 0
    assert code_of(lambda: incidents.resolve(state, anna, 1, 0, NOW)) == "incident_changed"
    incidents.snooze(state, anna, 1, 1, NOW + timedelta(days=2), NOW)
    assert code_of(lambda: incidents.snooze(state, anna, 1, 2, NOW, NOW)) == "snooze_past"
    incidents.set_owner(state, anna, 1, 2, people["consultant"].id, NOW)
    assert code_of(lambda: incidents.set_owner(state, anna, 1, 3, people["rita"].id, NOW)) == "unknown_owner"
    incidents.comment(state, anna, 1, " the  banner \n is gone ", NOW)
    assert code_of(lambda: incidents.comment(state, anna, 1, " ", NOW)) == "incident_comment"
    incidents.resolve(state, anna, 1, 3, NOW, "mended")
    found = incidents.get(state, anna, 1)
    assert (found.status, found.owner, found.resolved_at) == (IncidentStatus.RESOLVED, "Consultant", NOW)
    assert found.figures == FIGURES
    assert [(one.kind, one.who, one.text) for one in found.events] == [
        (EventKind.OPENED, None, ""),
        (EventKind.ACKNOWLEDGED, "Marketer", ""),
        (EventKind.SNOOZED, "Marketer", "2026-06-03T12:00:00"),
        (EventKind.OWNER, "Marketer", "Consultant"),
        (EventKind.COMMENT, "Marketer", "the banner\nis gone"),
        (EventKind.RESOLVED, "Marketer", "mended"),
    ]
    assert code_of(lambda: incidents.acknowledge(state, anna, 1, 4, NOW)) == "incident_over"


def test_messages_come_on_opening_on_clear_worsening_and_at_the_end_alone(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["marketer"]
    alert_rules.add(state, anna, "acme", STEP, INFO)

    def week(number: int, severity: float) -> IncidentFigures:
        since = FIGURES.since + timedelta(days=7 * number)
        value = 0.25 - 0.03 * severity
        return FIGURES.with_(since=since, until=since + timedelta(days=7), severity=severity, value=value)

    def kinds(number: int, severity: float) -> list[EventKind]:
        return [one.kind for one in settled(state, week(number, severity))]

    assert kinds(0, 1.6) == [EventKind.OPENED]
    assert kinds(0, 1.6) == []  # the same look again
    assert kinds(1, 2.0) == []  # no clear worsening
    assert kinds(2, 2.5) == [EventKind.UPDATED]
    assert kinds(3, 3.0) == []  # held against what was told last
    incidents.snooze(state, anna, 1, incidents.get(state, anna, 1).version, NOW + timedelta(days=1), NOW)
    assert kinds(4, 9.0) == []
    late = NOW + timedelta(days=2)
    assert [one.kind for one in settled(state, week(5, 9.0), late)] == [EventKind.UPDATED]
    assert [one.kind for one in settled(state, None, late)] == [EventKind.RESOLVED]
    assert settled(state, None, late) == []
    found = incidents.get(state, anna, 1)
    assert [one.kind for one in found.events].count(EventKind.UPDATED) == 5
    assert found.events[-1].text == "back"


def test_what_was_closed_by_hand_opens_again_only_where_it_gets_clearly_worse(
    state: sa.Engine, people: dict[str, UserRecord]
) -> None:
    anna = people["marketer"]
    alert_rules.add(state, anna, "acme", STEP, INFO)
    settled(state, FIGURES)
    incidents.resolve(state, anna, 1, 0, NOW)
    assert settled(state, FIGURES.with_(severity=2.0)) == []
    assert [one.kind for one in settled(state, FIGURES.with_(severity=2.5))] == [EventKind.OPENED]
    incidents.resolve(state, anna, 2, 0, NOW)
    other = FIGURES.with_(began=date(2026, 5, 25))  # another stretch
    assert [one.incident.id for one in settled(state, other)] == [3]


def test_figures_survive_their_way_through_json() -> None:
    assert IncidentFigures.from_json(FIGURES.to_json()) == FIGURES
    bare = IncidentFigures(1, AlertKind.DATA, None, NOW.date(), NOW.date(), NOW.date())
    assert IncidentFigures.from_json(bare.to_json()) == bare
