"""A question that was asked before costs neither its statement nor the text of it again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from inspect import signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import sqlalchemy as sa

import data_access
from dashboard.journey.period import Period
from data_access import statements
from data_access.facts import Facts
from data_access.funnel import fetch_funnel, funnel_statement
from data_access.heatmap import fetch_heatmap
from data_access.lcpq import fetch_lcpq, nobody_statement
from data_access.recorder import recorded
from data_access.scope import Action, Scope
from tests.facts import ENGAGEMENT, SCOPE, KeptFacts, load, model_of, question, walk

PEOPLE = {
    "customers_statement",
    "sales_statement",
}  # a page of a list, and what somebody searched for: not kept
SOMEBODY_ELSE = Scope(ENGAGEMENT, Action.READ, 7)


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[KeptFacts]:
    engine = sa.create_engine(f"duckdb:///{tmp_path / 'facts.duckdb'}")
    load(engine, walk("ann A0 B1 C2"), model=model_of("ABC", deal="C"))
    yield KeptFacts(engine)
    engine.dispose()


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[sa.Select]:
    """Every statement that is written out as text, from an empty memory."""
    statements._kept.clear()
    found: list[sa.Select] = []
    real = sa.Select.compile

    def compile_(statement: sa.Select, *args: Any, **kwargs: Any) -> Any:
        found.append(statement)
        return real(statement, *args, **kwargs)

    monkeypatch.setattr(sa.Select, "compile", compile_)
    return found


def ask(facts: Facts, scope: Scope) -> None:
    for fetch in (fetch_lcpq, fetch_funnel, fetch_heatmap):
        fetch(facts, scope, question(window_days=61))


def test_asking_twice_writes_a_statement_out_once(facts: KeptFacts, compiled: list[sa.Select]) -> None:
    ask(facts, SCOPE)
    assert len(compiled) == 3
    ask(facts, SCOPE)
    ask(facts, SOMEBODY_ELSE)
    assert len(compiled) == 3


def test_how_a_number_is_made_is_told_alike_the_second_time(
    facts: KeptFacts, compiled: list[sa.Select]
) -> None:
    ask(facts, SCOPE)
    told = []
    for _ in range(2):
        with recorded() as texts:
            ask(facts, SCOPE)
        told.append(texts)
    assert told[0] == told[1]
    assert len(set(told[0])) == 3
    assert "need_2 <= 61" in told[0][1]  # with its values
    assert len(compiled) == 6  # once for the cache, once for people


def test_a_statement_serves_everybody_with_the_right_and_nobody_else(facts: KeptFacts) -> None:
    info, query = facts.info(SCOPE), question()
    mine = funnel_statement(SCOPE, info, query)
    assert funnel_statement(SOMEBODY_ELSE, info, query) is mine
    assert funnel_statement(Scope("rival", Action.READ, 0), info, query) is not mine
    assert funnel_statement(Scope(ENGAGEMENT, Action.PEOPLE, 0), info, query) is not mine
    assert funnel_statement(SCOPE, info, query.with_(window_days=7)) is not mine
    assert funnel_statement(SCOPE, info, query, with_amounts=True) is not mine


def test_old_questions_leave_the_memory() -> None:
    dialect = sa.create_engine("duckdb:///:memory:").dialect
    statements._kept.clear()
    gc.collect()
    held = len(statements._written)  # by other tests
    for days in range(statements.KEPT + 5):
        period = Period(date(2026, 1, 1), date(2026, 2, 1) + timedelta(days))
        statements.written(nobody_statement(SCOPE, period), dialect)
    gc.collect()
    assert len(statements._kept) == statements.KEPT
    assert len(statements._written) <= held + statements.KEPT


def test_every_question_of_a_screen_is_built_once() -> None:
    found = {
        name: function
        for module in iter_modules(data_access.__path__, "data_access.")
        if not module.ispkg
        for name, function in vars(import_module(module.name)).items()
        if name.endswith("_statement") and list(signature(function).parameters)[:2] == ["scope", "info"]
    }
    assert len(found) > 20
    plain = {name for name, function in found.items() if not hasattr(function, "__wrapped__")}
    assert plain - PEOPLE <= {"period_statement", "cohort_statement"}  # the two halves of lcpq_statement
