"""The one table of `make bench`: each goal beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.goals import GOALS


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: what was measured, in a few words.
        goal: as people read it ("<= 50 ms"); empty where there is none.
        figure: what was measured.
        unit: "ms", "x" (times), "MB", ...
        met: whether the goal is met; None without a goal.
        why: what a profile said of a goal that is missed.
    """

    name: str
    goal: str
    figure: float
    unit: str
    met: bool | None
    why: str = ""


def beside(goal: str, figure: float, detail: str = "") -> Row:
    """A figure beside its goal; one that is not there at all (nan) has not met it.

    Args:
        goal: a key of `GOALS`.
        detail: of what or against whom, where one goal holds for several figures.
    """
    aim, met = GOALS[goal], figure <= GOALS[goal].limit
    return Row(
        f"{goal}{detail}",
        f"<= {aim.limit:g} {aim.unit}".strip(),
        figure,
        aim.unit,
        met,
        "" if met else aim.why,
    )


def written(rows: Sequence[Row]) -> str:
    """The table as Markdown, which reads well on a terminal too."""
    cells = [("what", "goal", "measured", "met", "why not")]
    cells += [
        (row.name, row.goal, f"{_short(row.figure)} {row.unit}".strip(), _word(row.met), row.why)
        for row in rows
    ]
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]) - 1)]
    widths.append(len(cells[0][-1]))  # a long reason does not push the others
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
