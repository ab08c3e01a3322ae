"""A look at data: one incident for one cause, its message in the same transaction, the past by the same walk."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from callbacks import alerting
from callbacks.answers import Answers
from dashboard.journey.address import Address
from dashboard.journey.alert_check import RuleDraft, drafted
from dashboard.journey.incidents import EventKind, IncidentStatus
from dashboard.journey.message import Message
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from dashboard.journey.targets import Kpi, TargetKey
from data_access.recorder import recorded
from data_access.scope import Action, UserRecord, authorize, operator
from data_access.state import actions, alert_rules, engagements, incidents, passwords, targets, users
from data_access.state.engine import writing
from data_access.state.schema_watch import endpoint, outbox
from tests.facts import ENGAGEMENT, Event, Sale, load, model_of
from tests.sql.state.conftest import PASSWORD

MODEL = model_of("ABC", deal="C")
WEEKS, EACH, DROPPED = 30, 100, 27  # from week 27 on fewer of "gift" go on
MONDAY = 4  # day 0 is Thursday, 1 January 2026
STEP = RuleDraft("Fewer go on", "limits", "conversion", "A", limits={"window": 7, "least": 30})
NOW = datetime(2026, 8, 10, 6)
SCOPE = authorize(operator(frozenset({ENGAGEMENT})), ENGAGEMENT, Action.READ)


def shop(engine: sa.Engine, weeks: int = WEEKS) -> Answers:
    """Every week a hundred people come, forty of them go on; from week 27 on none of the twenty of "gift" at ads."""
    events: list[Event] = []
    sales: list[Sale] = []
    for week in range(weeks):
        for place in range(EACH):
            day = MONDAY + 7 * week + place % 7
            gift, ads = place % 2 == 0, place % 5 == 0
            who: dict[str, Any] = {"segment": "gift" if gift else "own", "channel": "ads" if ads else "site"}
            name = f"w{week}p{place}"
            events.append(Event(name, "A", day, **who))
            stopped = week >= DROPPED and gift
            if place % 10 in (0, 1, 2, 3) and not stopped:
                events.append(Event(name, "B", day + 1, **who))
                sales += [Sale(name, day + 2, 1000 + week)] if place % 10 < 2 else []
    events.append(Event("last", "A", MONDAY + 7 * weeks + 9, segment="own", channel="site"))
    sales.append(Sale("last", MONDAY + 7 * weeks + 9, 10))
    return Answers(load(engine, events, sales, model=MODEL))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Of a file, which several threads may read at once."""
    engine = sa.create_engine(f"duckdb:///{tmp_path_factory.mktemp('facts') / 'facts.duckdb'}")
    yield shop(engine)
    engine.dispose()


@pytest.fixture
def people(state: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, UserRecord]:
    """`anna` reads English, `boris` Russian; `dora` is a wall display, `rita` sees another engagement."""
    monkeypatch.setattr(passwords, "hashed", lambda *_: "nobody signs in here")
    engagements.add(state, ENGAGEMENT)
    engagements.add(state, "rival")
    for login, role, language in (
        ("anna", "consultant", "en"),
        ("boris", "marketer", "ru"),
        ("dora", "display", "en"),
    ):
        users.add_user(
            state, login, login.title(), role, PASSWORD, language=language, engagements=[ENGAGEMENT]
        )
    users.add_user(state, "rita", "Rita", "marketer", PASSWORD, engagements=["rival"])
    return {one.record.login: one.record for one in users.list_users(state)}


def kept(state: sa.Engine, answers: Answers, who: UserRecord, draft: RuleDraft = STEP, **more: Any) -> int:
    return alert_rules.add(state, who, ENGAGEMENT, replace(draft, **more), answers.info(SCOPE))


def queued(state: sa.Engine) -> list[tuple[str, int, Message]]:
    with state.connect() as connection:
        rows = connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()
    return [(row.key, row.user_id, Message.from_json(row.content)) for row in rows]


def test_a_drop_opens_one_incident_that_explains_itself(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna, boris = people["anna"], people["boris"]
    kept(state, answers, anna, users=(anna.id, boris.id), owner_id=anna.id)
    looked = alerting.look(answers, state, SCOPE, NOW)
    assert (looked.rules, looked.unknown, looked.opened) == (1, 0, 1)
    (found,) = incidents.listed(state, anna, ENGAGEMENT)
    figures = found.figures
    # of a hundred people forty went on, from week 27 on the twenty of "own" alone
    assert (figures.value, figures.base, figures.n) == (0.2, 0.4, 100)
    assert figures.began == date(2026, 1, 5) + timedelta(weeks=DROPPED)
    assert figures.since == date(2026, 1, 5) + timedelta(weeks=WEEKS - 1)
    assert (figures.dimension, figures.slices[0].name) == ("segment", "gift")
    assert figures.slices[0].effect == pytest.approx(-0.2)
    assert sum(one.effect for one in figures.slices) + (figures.rest or 0) == pytest.approx(figures.change)
    assert figures.money is not None
    assert figures.money < 0
    assert found.owner == "Anna"
    english, russian = (message for _, _, message in queued(state))
    assert english.subject.startswith("Alert: Conversion")
    assert "20.0%" in english.text
    assert "40.0%" in english.text
    assert "gift −20.0" in english.text.replace("\N{NO-BREAK SPACE}", " ")
    assert russian.subject.startswith("Сигнал: ")
    assert english.link == figures.link
    assert (english.facts or {})["figures"] == figures.to_json()


def test_the_link_shows_the_very_figure(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    kept(state, answers, people["anna"], segment="gift")
    alerting.look(answers, state, SCOPE, NOW)
    (found,) = incidents.listed(state, people["anna"], ENGAGEMENT)
    path, _, search = found.figures.link.partition("?")
    assert path == "/funnel"
    query, problems = Address.parse(search).query(answers.info(SCOPE))
    assert problems == ()
    first, last = answers.funnel(SCOPE, query).total.steps
    assert (first.customers, last.from_previous) == (found.figures.n, found.figures.value)


def test_two_looks_at_once_open_one_incident_and_queue_one_message(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    kept(state, answers, anna, users=(anna.id,))
    alerting.back_test(answers, state, SCOPE, alert_rules.get(state, anna, 1), NOW)  # the answers are warm
    together = Barrier(3)

    def look(_: int) -> int:
        together.wait()
        return alerting.look(answers, state, SCOPE, NOW).opened

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(look, range(3))) == 1
    assert len(incidents.listed(state, anna, ENGAGEMENT)) == 1
    assert [key for key, _, _ in queued(state)] == ["incident:1:0:user:1"]


def test_rules_of_one_cause_share_one_incident(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna, boris = people["anna"], people["boris"]
    kept(state, answers, anna, users=(anna.id,))
    level = {"threshold": 0.35, "window": 7, "least": 30}
    kept(
        state,
        answers,
        anna,
        RuleDraft("Below", "absolute", "conversion", "A", limits=level),
        users=(boris.id,),
    )
    assert alerting.look(answers, state, SCOPE, NOW).opened == 1
    assert [user for _, user, _ in queued(state)] == [anna.id, boris.id]
    again = alerting.look(answers, state, SCOPE, NOW + timedelta(hours=1))
    assert (again.opened, again.updated, again.resolved) == (0, 0, 0)
    assert len(queued(state)) == 2
    assert incidents.get(state, anna, 1).seen_at == NOW + timedelta(hours=1)


def test_receivers_without_the_right_hear_nothing(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna, boris = people["anna"], people["boris"]
    with writing(state) as connection:
        row = {
            "engagement": ENGAGEMENT,
            "kind": "telegram",
            "name": "chat",
            "address": "7",
            "created_at": NOW,
        }
        connection.execute(sa.insert(endpoint), [row | {"user_id": anna.id}, row | {"user_id": boris.id}])
    kept(state, answers, anna, users=(anna.id, boris.id), endpoints=(1, 2))
    engagements.revoke(state, boris.id, ENGAGEMENT)
    alerting.look(answers, state, SCOPE, NOW)
    assert [key for key, _, _ in queued(state)] == ["incident:1:0:user:1", "incident:1:0:endpoint:1"]


def test_a_rule_that_rests_ends_its_incident_without_a_word(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    kept(state, answers, anna, users=(anna.id,))
    alerting.look(answers, state, SCOPE, NOW)
    alert_rules.enable(state, anna, 1, 0, enabled=False)
    assert alerting.look(answers, state, SCOPE, NOW).resolved == 1
    found = incidents.get(state, anna, 1)
    assert (found.status, found.events[-1].kind) == (IncidentStatus.RESOLVED, EventKind.RESOLVED)
    assert len(queued(state)) == 1


def test_the_past_is_told_by_the_walk_of_the_look(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    rule = drafted(STEP, ENGAGEMENT, answers.info(SCOPE))
    tested = alerting.back_test(answers, state, SCOPE, rule, NOW)
    (episode,) = tested.episodes
    assert episode.opened.since == date(2026, 1, 5) + timedelta(weeks=DROPPED)
    assert episode.closed is None
    assert (tested.looked, dict(tested.unknown)) == (WEEKS - 8, {"no_base": 8})
    kept(state, answers, people["anna"])
    alerting.look(answers, state, SCOPE, NOW)
    assert incidents.get(state, people["anna"], 1).figures.began == episode.opened.since


def test_many_rules_ask_few_questions(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    for segment in ("", "gift", "own"):
        for stage in ("A", "B"):
            kept(state, answers, anna, stage=stage, segment=segment)
        for kpi in ("revenue", "leads", "conversion", "average_check"):
            draft = RuleDraft(kpi, "limits", kpi, segment=segment, limits={"least": 30})
            kept(state, answers, anna, draft)
    fresh = Answers(answers.facts)
    with recorded() as asked:
        alerting.replays(fresh, state, SCOPE, alert_rules.listed(state, anna, ENGAGEMENT), NOW)
    assert len(asked) <= 4  # two steps, and the equation by week: whole and by segment


def test_what_is_back_within_its_limits_is_told_once(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    level = {"threshold": 0.35, "window": 7, "least": 30}
    draft = RuleDraft("Below", "absolute", "conversion", "A", limits=level, users=(anna.id,))
    kept(state, answers, anna, draft)
    assert alerting.look(answers, state, SCOPE, NOW).opened == 1
    assert "Against the usual 40.0%, made by: gift" in queued(state)[0][2].text
    incidents.acknowledge(state, anna, 1, 0, NOW)  # its end is told all the same
    milder = replace(draft, limits=level | {"threshold": 0.1})
    alert_rules.change(state, anna, 1, 0, milder, answers.info(SCOPE))
    assert alerting.look(answers, state, SCOPE, NOW).resolved == 1
    assert alerting.look(answers, state, SCOPE, NOW).resolved == 0
    assert [message.subject[:6] for _, _, message in queued(state)] == ["Alert:", "Over: "]
    assert incidents.get(state, anna, 1).events[-1].text == "back"


def test_a_month_that_missed_its_target_is_told_against_it(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    july = targets.Wish(TargetKey(Kpi.REVENUE, "", "", "2026-07"), Decimal(10**6), 0)
    targets.put(state, anna, ENGAGEMENT, [july], ("B", "C"), ())
    kept(state, answers, anna, RuleDraft("Pace", "pace", "revenue"), users=(anna.id,))
    assert alerting.look(answers, state, SCOPE, NOW).opened == 1
    (found,) = incidents.listed(state, anna, ENGAGEMENT)
    month = Period.parse("2026-07")
    earned = float(answers.lcpq(SCOPE, JourneyQuery(ENGAGEMENT, month)).total.revenue)
    assert (found.figures.value, found.figures.base) == (earned, 1_000_000)
    assert found.figures.money == earned - 1_000_000
    assert found.figures.link == f"/overview?e={ENGAGEMENT}&p=2026-07"


def test_overdue_actions_and_late_data_are_told(
    state: sa.Engine, answers: Answers, people: dict[str, UserRecord]
) -> None:
    anna = people["anna"]
    actions.add(state, anna, ENGAGEMENT, {"title": "Call back", "due_on": date(2026, 8, 1)})
    actions.add(state, anna, ENGAGEMENT, {"title": "Later", "due_on": date(2026, 9, 1)})
    kept(state, answers, anna, RuleDraft("Late", "overdue", limits={"days": 2}), users=(anna.id,))
    kept(state, answers, anna, RuleDraft("Silent", "data", limits={"days": 2}))
    assert alerting.look(answers, state, SCOPE, datetime(2026, 8, 12, 6)).opened == 1
    (found,) = incidents.listed(state, anna, ENGAGEMENT)
    assert (found.figures.value, found.figures.n) == (11, 1)
    assert "Call back" in queued(state)[0][2].text
    # the data end on 12 August: five whole days without anything new
    assert alerting.look(answers, state, SCOPE, datetime(2026, 8, 18, 6)).opened == 1
    newest = incidents.listed(state, anna, ENGAGEMENT)[0]
    assert (newest.figures.value, newest.figures.dimension) == (5, "source")


def test_weekly_series_of_the_rule_is_that_of_the_funnel(answers: Answers) -> None:
    week = Period(date(2026, 7, 27), date(2026, 8, 3))
    query = JourneyQuery(ENGAGEMENT, week, stages=("A", "B"), window_days=7, mature=True, by=(Split.SEGMENT,))
    steps = answers.funnel(SCOPE, query).total.steps
    assert [step.customers for step in steps] == [100, 20]
