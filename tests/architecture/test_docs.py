"""What the documents say is there: links, commands, recipes, and the README's way to a first funnel."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from commands.main import app, run
from tests.exports import sample
from tests.source import ROOT, files, relative

PAGES = [path for path in files() if path.suffix == ".md"]
README = ROOT / "README.md"
GUIDES = [ROOT / "docs" / "guide" / f"{language}.md" for language in ("en", "ru")]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_commands_exist_with_their_options(page: Path) -> None:
    assert [line for line in commands(page) if not known(shlex.split(line.rstrip(".:,"))[1:])] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_recipes_exist(page: Path) -> None:
    recipes = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)", page.read_text(encoding="utf-8")))
    named |= {line.split()[1] for line in blocks(page, "sh") if line.startswith("make ")}
    assert named - recipes == set()


def test_guides_say_the_same_in_both_languages() -> None:
    english, russian = (
        re.findall(r"^#+ ", page.read_text(encoding="utf-8"), re.MULTILINE) for page in GUIDES
    )
    assert english == russian
    assert [line.split("--from")[0] for line in commands(GUIDES[0])] == [
        line.split("--from")[0] for line in commands(GUIDES[1])
    ]


def test_readme_leads_from_an_export_to_a_funnel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "data"))
    shutil.copytree(ROOT / "examples" / "exports", tmp_path / "examples" / "exports")
    for line in [
        line for line in blocks(README, "sh") if line.startswith("journey ") and "serve" not in line
    ]:
        assert run(shlex.split(line.partition("#")[0])[1:]) == 0, capsys.readouterr().err
    capsys.readouterr()
    assert run(["query", "funnel", "acme", "--stages", "initial_consideration,purchase"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["customers"] == sample("amocrm_csv").expected.customers


def blocks(page: Path, language: str) -> list[str]:
    """Lines of the fenced blocks of a language."""
    found = re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in found for line in block.splitlines()]


def commands(page: Path) -> list[str]:
    """Every console command of a page: lines of shell blocks and code spans."""
    spans = re.findall(r"`((?:[\w./]*/)?journey [^`]+)`", page.read_text(encoding="utf-8"))
    lines = [line.partition("#")[0].strip() for line in blocks(page, "sh")]
    return [
        line for line in [*spans, *lines] if re.match(r"(?:[\w./]*/)?journey ", line) and "..." not in line
    ]


def known(words: list[str]) -> bool:
    """The words name a command, and every option among them is one of its own."""
    command = get_command(app)
    while isinstance(command, TyperGroup) and words:
        command, words = command.get_command(typer.Context(command), words[0]), words[1:]
    if command is None:
        return False
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return {word.split("=")[0] for word in words if word.startswith("--")} <= options | {"--help"}
