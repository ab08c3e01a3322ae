"""The rooms import downwards only: the contracts stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.source import ROOT, relative


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    arguments = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)


def test_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_contracts_would_notice(tmp_path: Path) -> None:
    """A tree of the same rooms in which the maths import the web."""
    for room in (
        "dashboard",
        "dashboard/analytics",
        "dashboard/figures",
        "dashboard/journey",
        "dashboard/server",
    ):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    for room in ("layouts", "callbacks", "data_access", "commands"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "app.py").touch()
    (tmp_path / "dashboard" / "errors.py").touch()
    (tmp_path / "dashboard" / "analytics" / "funnel.py").write_text("import plotly\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "dashboard.analytics.funnel -> plotly" in done.stdout


def test_packages_are_empty_but_for_the_callbacks() -> None:
    full = [
        relative(path)
        for path in ROOT.glob("*/**/__init__.py")
        if not {".venv", "build"} & set(path.parts) and path.stat().st_size
    ]
    assert [name for name in full if not name.startswith("callbacks/")] == []
