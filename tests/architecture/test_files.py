"""Rules about files: sizes, hosts, licences, locks."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.source import ROOMS, ROOT, files, modules, relative, texts

_MAX_LINES = 400
_MAX_FUNCTION = 60
_LOCKS = ("requirements.lock", "requirements-dev.lock")
_LEAST = {  # versions below hold holes that concern us
    "dash": "4.4.1",
    "flask": "3.1.3",
    "werkzeug": "3.1.6",
    "gunicorn": "23.0",
    "jinja2": "3.1.6",
    "sqlalchemy": "2.1.9",
    "duckdb": "1.5.6",
    "pyarrow": "14.0.1",
    "cryptography": "44.0.1",
    "urllib3": "2.6.3",
    "requests": "2.32.4",
}
_ANSWERED_AT_RUN_TIME = re.compile(
    r"(?:src|href)=[\"']\s*(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//|@import"
)


def test_no_registry_and_no_lock_that_names_one() -> None:
    hosts = re.compile(
        "|".join(
            ("py" + r"pi\.org", r"pythonhosted", "npm" + r"js\.(?:org|com)", "registry" + r"\.(?=[a-z])")
        )
    )
    found = [f"{name}: {match[0]}" for name, text in texts() for match in [hosts.search(text)] if match]
    assert [line for line in found if not line.startswith("tests/architecture/")] == []
    assert "uv.lock" not in {relative(path) for path in files()}


def test_nothing_is_loaded_from_another_host() -> None:
    """Libraries name their own sites; the page's policy keeps them from asking there (tests/http/test_answers.py)."""
    suffixes = (".html", ".css", ".js", ".py", ".j2")
    served = [
        (name, text) for name, text in texts() if name.endswith(suffixes) and name.split("/")[0] in _SERVED
    ]
    ours = [(name, text) for name, text in served if not name.startswith("assets/vendor/")]
    assert [name for name, text in ours if _ANSWERED_AT_RUN_TIME.search(text)] == []


_SERVED = {"assets", "dashboard", "layouts", "callbacks", "app.py"}


@pytest.mark.parametrize("lock", _LOCKS)
def test_lock_pins_and_hashes_everything(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    loose = [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert loose == []


def test_locks_agree_and_answer_the_ranges() -> None:
    run, dev = (_pins(lock) for lock in _LOCKS)
    assert run.items() <= dev.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [Requirement(text) for text in project["project"]["dependencies"]]
    wanted_dev = [Requirement(text) for text in project["dependency-groups"]["dev"]]
    for requirement, pins in [*((item, run) for item in wanted), *((item, dev) for item in wanted_dev)]:
        versions = pins[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_versions_with_known_holes_are_not_pinned() -> None:
    pins = _pins("requirements-dev.lock")
    low = [
        name for name, least in _LEAST.items() for pin in pins.get(name, ()) if Version(pin) < Version(least)
    ]
    assert low == []


def test_no_copyleft_library() -> None:
    forbidden = re.compile(r"\b(?:A?GPL|GNU (?:Affero )?General Public)", re.IGNORECASE)
    found = []
    for name in _pins("requirements.lock"):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform
        licences = [*(about.get_all("License-Expression") or [""]), *(about.get_all("Classifier") or [])]
        licences = [text for text in licences if "License" in text or text == licences[0]]
        found += [
            f"{name}: {text}"
            for text in licences
            if forbidden.search(text.replace("LGPL", "").replace("Lesser", ""))
        ]
    assert found == []


def _pins(lock: str) -> dict[str, frozenset[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)(?:\[[^\]]*\])?==([\w.+!-]+)", (ROOT / lock).read_text(), re.MULTILINE
    ):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return {name: frozenset(versions) for name, versions in pins.items()}


def test_files_hold_one_idea() -> None:
    sizes = {
        relative(path): len(path.read_bytes().splitlines())
        for path in files()
        if path.suffix in {".py", ".js"}
    }
    assert {
        name: size for name, size in sizes.items() if size > _MAX_LINES and not name.startswith("tests/")
    } == {}


def test_functions_are_short() -> None:
    long = {
        f"{name}:{node.name}": length
        for name, tree in modules(*ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "/migrations/" not in name
        for length in [_body_lines(node)]
        if length > _MAX_FUNCTION
    }
    assert long == {}


def _body_lines(node: ast.FunctionDef) -> int:
    """Lines below the signature and the docstring; a function inside counts for itself."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    inner = [item for item in body if isinstance(item, ast.FunctionDef)]
    whole = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    return whole - sum((item.end_lineno or 0) - item.lineno + 1 for item in inner)


def test_public_functions_of_the_numbers_say_what_they_mean() -> None:
    silent = [
        f"{name}:{node.name}"
        for name, tree in modules("dashboard", "data_access")
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "/migrations/" not in name
    ]
    assert silent == []


def test_no_placeholder_is_left() -> None:
    words = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|NotImplemented" + r"Error)\b")
    assert [name for name, text in texts() if words.search(text) and name.split("/")[0] != "tests"] == []
