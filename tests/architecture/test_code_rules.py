"""House rules a linter does not know, checked on the syntax trees of the product."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.source import ROOMS, modules

Rule = Callable[[ast.Module], Iterator[ast.AST]]


def broken(rule: Rule, *rooms: str, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in modules(*(rooms or ROOMS))
        if name not in but
        for node in rule(tree)
    ]


def called(node: ast.AST) -> str:
    """The last word of what a call names: `sa.text(...)` -> `text`."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def composed_sql(tree: ast.Module) -> Iterator[ast.AST]:
    """SQL text put together from parts: values and names would go around the binding and the quoting."""
    for node in ast.walk(tree):
        if called(node) in {"text", "literal_column", "exec_driver_sql"} and isinstance(node, ast.Call):
            yield from (part for part in node.args[:1] if isinstance(part, ast.JoinedStr | ast.BinOp))


def column_division(tree: ast.Module) -> Iterator[ast.AST]:
    """`/` where one side looks like a column: ClickHouse would answer 0 and others an error on zero."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield from (side for side in (node.left, node.right) if _columnar(side))


def _columnar(node: ast.AST) -> bool:
    return any(
        (isinstance(part, ast.Attribute) and part.attr in {"c", "columns"})
        or (isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "func")
        for part in ast.walk(node)
    )


def global_callback(tree: ast.Module) -> Iterator[ast.AST]:
    """`@dash.callback` binds to whatever app comes first in the process."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "dash":
            yield from (node for name in node.names if name.name in {"callback", "clientside_callback"})
        if isinstance(node, ast.Attribute) and node.attr in {"callback", "clientside_callback"}:
            yield from (node for _ in [0] if isinstance(node.value, ast.Name) and node.value.id == "dash")


def graph_made(tree: ast.Module) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if called(node) == "Graph")


def unsafe_import(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (
            node for name in names if name.split(".")[0] in {"pickle", "shelve", "marshal", "dill", "joblib"}
        )


def background_callback(tree: ast.Module) -> Iterator[ast.AST]:
    """Results of background callbacks are shared between people with equal inputs."""
    return (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in {"background", "path_template"}
    )


def linking_component(tree: ast.Module) -> Iterator[ast.AST]:
    """Components of dash-bootstrap-components run a `javascript:` href; links are html.A with a relative path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "dbc":
                yield from (node for keyword in node.keywords if keyword.arg == "href")


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (composed_sql, ("data_access/dialect.py",)),  # a list of numbers as text, in the home of such text
        (global_callback, ()),
        (graph_made, ("layouts/components/chart.py",)),
        (unsafe_import, ()),
        (background_callback, ()),
        (linking_component, ()),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_rule_holds(rule: Rule, allowed: tuple[str, ...]) -> None:
    assert broken(rule, but=allowed) == []


def test_columns_are_divided_by_ratio_alone() -> None:
    assert broken(column_division, "data_access", but=("data_access/dialect.py",)) == []


def test_sql_stays_in_its_room() -> None:
    def sql_import(tree: ast.Module) -> Iterator[ast.AST]:
        for node in ast.walk(tree):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (node for name in names if name.split(".")[0] in {"duckdb", "psycopg", "alembic"})

    assert broken(sql_import, *(room for room in ROOMS if room != "data_access")) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (composed_sql, "sa.text(f'SELECT {x}')"),
        (composed_sql, "text('SELECT ' + x)"),
        (column_division, "t.c.amount / t.c.deals"),
        (column_division, "1.0 * func.sum(x) / n"),
        (global_callback, "@dash.callback()\ndef f(): ..."),
        (global_callback, "from dash import callback"),
        (graph_made, "dcc.Graph(figure=f)"),
        (unsafe_import, "import pickle"),
        (background_callback, "app.callback(background=True)"),
        (linking_component, "dbc.NavLink('x', href=y)"),
    ],
)
def test_rule_would_notice(rule: Rule, code: str) -> None:
    assert list(rule(ast.parse(code)))
