"""Options of `journey query` that single answers use, and how an answer is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from commands.query_print import Format
from dashboard.analytics.benchmarks import parse_target
from dashboard.journey.query import (
    DEFAULT_LANDMARK_DAYS,
    Against,
    Attribution,
    Book,
    Level,
    RepeatModel,
)


@dataclass(frozen=True)
class OfOneAnswer:
    """Options of single answers, and how they are printed."""

    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help='What-if lever: "leads=+3%", "a>b=+2pp", "a>b=best", "a>b=target:30%", a range "a>b=+1..3..5%", '
            'of one segment "leads=+3%@NAME"; may be repeated.',
        ),
    ] = None
    book: Annotated[
        Book,
        typer.Option(
            help="LCPQ: what was earned in the period, or what its new leads became in --horizon-days."
        ),
    ] = Book.PERIOD
    margin: Annotated[
        float | None,
        typer.Option(
            help="LCPQ: share of revenue that is left, for ROMI; else the engagement's, else on revenue."
        ),
    ] = None
    benchmark: Annotated[
        Against,
        typer.Option(
            help="Bottlenecks: the best other segment, the own best of the last 12 periods, the stored targets "
            "(else --target), or the period before."
        ),
    ] = Against.BEST_OTHER
    target: Annotated[
        list[str] | None,
        typer.Option(help='Bottlenecks with --benchmark target, e.g. "a>b=0.35" or "a>b=35%"; repeated.'),
    ] = None
    model: Annotated[RepeatModel, typer.Option(help="What-if: how later stages move repeat purchases.")] = (
        RepeatModel.LINEAR
    )
    goal: Annotated[
        float | None,
        typer.Option(help="What-if: revenue to reach; adds `goal`: by which share of the headroom, or not."),
    ] = None
    level: Annotated[Level, typer.Option(help="Transitions, paths: between what.")] = Level.STAGE
    top: Annotated[
        int | None,
        typer.Option(min=1, help="Transitions, paths: so many of the most frequent, the others as one."),
    ] = None
    start: Annotated[
        str | None,
        typer.Option(help="Paths: stage that journeys begin at; else their first event of the period."),
    ] = None
    to_deal: Annotated[
        bool | None,
        typer.Option(
            "--to-deal/--whole",
            help="Paths: up to the first deal, or to the period's end; between stages whole unless said.",
        ),
    ] = None
    through: Annotated[
        str | None, typer.Option(help="Paths: those alone that pass this stage, channel or touchpoint.")
    ] = None
    landmark_days: Annotated[
        int,
        typer.Option(help="Heatmap's lift, spoil: compared so many days after a stage's first touch."),
    ] = DEFAULT_LANDMARK_DAYS
    attribution: Annotated[
        Attribution, typer.Option(help="Heatmap: which touches revenue is credited to.")
    ] = Attribution.LAST
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Adds `how`: meaning of each field, who is counted, sources, SQL."),
    ] = False
    format_: Annotated[Format, typer.Option("--format", help="json, csv or table.")] = Format.JSON

    def own(self) -> dict[str, Any]:
        """Fields of the question that single answers read."""
        return {
            "book": self.book,
            "margin": self.margin,
            "against": self.benchmark,
            "targets": tuple(parse_target(text) for text in self.target or ()),
            "model": self.model,
            "goal": self.goal,
            "level": self.level,
            "top": self.top,
            "start": self.start,
            "to_deal": self.to_deal,
            "through": self.through,
            "landmark_days": self.landmark_days,
            "attribution": self.attribution,
        }
