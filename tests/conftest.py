"""What every kind of test shares: PostgreSQL, and the time each kind took."""

from __future__ import annotations

import gc
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from duckdb_sqlalchemy import _statements
from psycopg import sql
from xdist.scheduler import LoadFileScheduling

from dashboard.settings import Settings
from data_access.state import passwords
from tests import postgres
from tests.demo_data import imported_demo
from tests.forked import forked_imports

# what takes longest, begun first and in this order: else one worker ends minutes after the other
_LONGEST = (
    "tests/browser/",
    "tests/unit/data_access/test_kill_import.py",
    "tests/sql/test_answers_equal.py",
    "tests/architecture/test_image.py",
    "tests/sql/test_numbers_random.py",
    "tests/sql/test_funnel_random.py",
    "tests/sql/test_lcpq",
    "tests/unit/data_access/",
    "tests/unit/demo/",
    "tests/sql/",
    "tests/http/",
)
# files that one worker runs, since what they share takes long to make: Chromium and the demo; the real sets
_TOGETHER = (
    ("tests/browser/", "tests/sql/test_demo_answers.py", "tests/sql/test_rebuild.py"),
    (
        "tests/sql/test_answers_equal.py",
        "tests/sql/test_health.py",
        "tests/sql/test_more_real_sets.py",
        "tests/sql/test_real_numbers.py",
        "tests/sql/test_real_sets.py",
    ),
)
_OWN_HASHER = passwords._hasher
_numbers = itertools.count(1)
_seconds: defaultdict[str, float] = defaultdict(float)  # by the folder below tests/
gc.disable()  # while everything is imported and collected, nothing becomes garbage: walks through it take a fifth
_tests: Counter[str] = Counter()


@pytest.fixture(scope="session", autouse=True)
def _imports_begin_at_once() -> Iterator[None]:
    """Some two hundred importing processes of a run do not import the same modules again, a second each."""
    with forked_imports():
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_are_read_once() -> Iterator[None]:
    """DuckDB's dialect walks through each INSERT .. WITH letter by letter for its first words, at every execution."""
    with patch("duckdb_sqlalchemy._top_level_sql_words", cache(_statements._top_level_sql_words)):
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Hashes are made to cost time, and a site of tests has five people; `slow_hashes` has the product's own."""
    with patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


@pytest.fixture
def slow_hashes() -> Iterator[None]:
    """Passwords are hashed as the product hashes them."""
    with patch.object(passwords, "_hasher", _OWN_HASHER):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy address of one real PostgreSQL, shared by the run; make your own schema or database in it."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with the small demo, imported once for the run; nobody writes to it."""
    return imported_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy address of an empty PostgreSQL database that lives as long as the test."""
    server = sa.make_url(postgres_url)
    name = f"test_{next(_numbers)}"
    quoted = sql.Identifier(name)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


class _ByFamily(LoadFileScheduling):
    """A file stays together on one worker, and so do the files of `_TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        return _family(nodeid)


def _family(nodeid: str) -> str:
    file = nodeid.split("::", 1)[0]
    return next((files[0] for files in _TOGETHER if file.startswith(files)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """How tests come to the workers."""
    return _ByFamily(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first."""

    def place(item: pytest.Item) -> int:
        family = _family(item.nodeid)
        return next((at for at, start in enumerate(_LONGEST) if family.startswith(start)), len(_LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end: walks for garbage leave it out."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count set-up, call and tear-down under the folder of the test."""
    kind = report.nodeid.split("/")[1] if report.nodeid.startswith("tests/") else "other"
    _seconds[kind] += report.duration
    _tests[kind] += report.when == "call"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The time per kind of test, above pytest's own closing line."""
    terminalreporter.section("time per kind of test")
    for kind, seconds in sorted(_seconds.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"{kind:<14} {_tests[kind]:>6} tests {seconds:>8.1f} s")
