"""Both languages are complete: every sentence in the code is translated, with the same facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dashboard.i18n.catalogue import LANGUAGES, catalogue
from tests.source import ROOMS, ROOT, modules

SAYERS = {
    "words",
    "Words",
    "msgid",
}  # words("..."), ask.words("..."), words()("..."), Words("ru")("..."), msgid("...")
METHODS = {"plural", "rich"}
FACT = re.compile(r"\{(\w+)\}")


@cache
def calls() -> tuple[tuple[Path, ast.Call], ...]:
    found = []
    for name, tree in modules(*ROOMS):
        path = ROOT / name
        found.extend((path, node) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return tuple(found)


def says(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in SAYERS - {"Words"}:
            return True
        case ast.Attribute(value=base, attr=name) if name in METHODS:
            return says(base)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in SAYERS:
            return True
    return False


def texts(call: ast.Call, count: int = 1) -> list[str]:
    return [
        arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    ]


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that the code says, with the file that says it."""
    for path, call in calls():
        if says(call.func):
            for text in texts(call):
                yield text, path.name
    for path in sorted((ROOT / "dashboard").rglob("*.html")):
        for found in re.finditer(r"words\((?:\"([^\"]+)\"|'([^']+)')", path.read_text(encoding="utf-8")):
            yield found[1] or found[2], path.name


def errors() -> Iterator[tuple[str, set[str] | None]]:
    """Every error code that the code raises, with the facts it gives; None where they are not written out."""
    for _, call in calls():
        if isinstance(call.func, ast.Name) and call.func.id == "JourneyError":
            for code in texts(call):
                names = [keyword.arg for keyword in call.keywords]
                yield code, None if None in names else {name for name in names if name}


def test_the_scan_sees_the_code() -> None:
    assert ("Data as of {moment}", "filters.py") in set(sentences())
    assert ("{n} stage", "filters.py") in set(sentences())
    assert ("Funnels & bottlenecks", "pages.py") in set(sentences())
    assert ("Sign-in", "login.html") in set(sentences())
    assert ("bad_period", {"value"}) in list(errors())


def test_every_sentence_is_translated_with_the_same_facts() -> None:
    russian = catalogue("ru")
    missing = sorted({f"{where}: {text}" for text, where in sentences() if text not in russian})
    assert not missing
    for text, where in sentences():
        for form in russian[text]:
            assert set(FACT.findall(form)) == set(FACT.findall(text)), f"{where}: {text}"


def test_a_counted_sentence_has_every_form_of_russian() -> None:
    for path, call in calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "plural" and says(call.func):
            for text in texts(call):
                assert len(catalogue("ru")[text]) == 3, f"{path.name}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_its_sentence_and_its_facts(language: str) -> None:
    known = catalogue(language)
    missing = sorted({code for code, _ in errors() if code not in known})
    assert not missing
    for code, facts in errors():
        wanted = set(FACT.findall(known[code][0]))
        assert facts is None or wanted <= facts, f"{code} says {wanted}, is raised with {facts}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_says_a_thing_twice(language: str) -> None:
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "dashboard" / "i18n" / language).glob("*.po")):
        for text in re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            assert text not in seen, f"{text!r} stands in {seen.get(text)} and {path.name}"
            seen[text] = path.name


def test_russian_uses_russian_quotes() -> None:
    english = [form for forms in catalogue("ru").values() for form in forms if re.search(r"[“”]", form)]
    assert not english
