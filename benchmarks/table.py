"""The one table of `make bench`: each goal beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: what was measured, in a few words.
        goal: as people read it ("<= 50 ms"); empty where there is none.
        figure: what was measured.
        unit: "ms", "x" (times), "MB", ...
        met: whether the goal is met; None without a goal.
    """

    name: str
    goal: str
    figure: float
    unit: str
    met: bool | None


def at_most(name: str, limit: float, figure: float, unit: str) -> Row:
    """A figure that must not be greater than the limit."""
    return Row(name, f"<= {limit:g} {unit}", figure, unit, figure <= limit)


def written(rows: Sequence[Row]) -> str:
    """The table as Markdown, which reads well on a terminal too."""
    cells = [("what", "goal", "measured", "met")]
    cells += [
        (row.name, row.goal, f"{_short(row.figure)} {row.unit}".strip(), _word(row.met)) for row in rows
    ]
    widths = [max(len(line[place]) for line in cells) for place in range(4)]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _word(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "NO"


def _short(figure: float) -> str:
    """Three digits that say something."""
    return f"{figure:.0f}" if abs(figure) >= 100 else f"{figure:.3g}"
