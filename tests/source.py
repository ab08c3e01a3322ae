"""The project's own files, for tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("app.py", "dashboard", "layouts", "callbacks", "data_access", "commands")


@cache
def files() -> tuple[Path, ...]:
    """Every file that git holds or would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    paths = (ROOT / name.decode() for name in listed.split(b"\0") if name)
    return tuple(sorted({path for path in paths if path.is_file()}))


def texts() -> Iterator[tuple[str, str]]:
    """(path, text) of every text file of ours; samples of exports are written as other programs write."""
    for path in files():
        if relative(path).startswith("examples/exports/"):
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            yield relative(path), content.decode("utf-8")


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """(path, syntax tree) of every Python module of the rooms."""
    for path in files():
        name = relative(path)
        if path.suffix == ".py" and (name in rooms or name.split("/")[0] in rooms):
            yield name, _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path: Path) -> str:
    """Path below the root, with slashes."""
    return path.relative_to(ROOT).as_posix()
