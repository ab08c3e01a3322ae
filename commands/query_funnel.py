"""Options of `journey query` that tell a funnel how to walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from dashboard.journey.funnel_options import EVENT_FIELDS, Exclusion, StepWindow, parse_filters
from dashboard.journey.funnel_steps import FIELDS
from dashboard.journey.query import DEFAULT_WINDOW_DAYS, Entry, Mode

_FUNNEL = "Funnel (elsewhere accepted and named in `definition`)"


@dataclass(frozen=True)
class Walk:
    """Options of a funnel: how steps must follow each other, and which customers count."""

    mode: Annotated[
        Mode | None,
        typer.Option(
            help="Default: ordered; reached where a source has no stage history.",
            rich_help_panel=_FUNNEL,
        ),
    ] = None
    entry: Annotated[Entry, typer.Option(rich_help_panel=_FUNNEL)] = Entry.BEST
    window_days: Annotated[
        int | None,
        typer.Option(
            help="Days from the entry that count; 90, or the sum of the step windows.",
            rich_help_panel=_FUNNEL,
        ),
    ] = None
    horizon_days: Annotated[
        int | None,
        typer.Option(help="Days from the entry in which money counts.", rich_help_panel=_FUNNEL),
    ] = None
    increasing: Annotated[
        bool, typer.Option("--increasing", help="Demand strictly later steps.", rich_help_panel=_FUNNEL)
    ] = False
    stages: Annotated[str | None, typer.Option(help="Steps in order: a,b,c.", rich_help_panel=_FUNNEL)] = None
    optional: Annotated[
        str | None, typer.Option(help="Steps that may be missed: b,c.", rich_help_panel=_FUNNEL)
    ] = None
    step_window: Annotated[
        list[str] | None,
        typer.Option(help="Days from the step before: b=5; may be repeated.", rich_help_panel=_FUNNEL),
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            help="Stage that must not come between two steps: x:a>b cuts the attempt at a, "
            "x:a>b:remove takes out the customer; may be repeated.",
            rich_help_panel=_FUNNEL,
        ),
    ] = None
    by_attribute: Annotated[
        list[str] | None,
        typer.Option(help="Break down by what is known of customers.", rich_help_panel=_FUNNEL),
    ] = None
    value_at: Annotated[
        str,
        typer.Option(
            help="Event that a group's channel, touchpoint, product, manager and attributes are taken from: "
            "first, last or a step.",
            rich_help_panel=_FUNNEL,
        ),
    ] = "first"
    step_filter: Annotated[
        list[str] | None,
        typer.Option(
            help="Before matching, events that can be steps: channel=site, of one step b:channel=site; "
            "may be repeated.",
            rich_help_panel=_FUNNEL,
        ),
    ] = None
    filter_: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            help="After matching, customers by their attempt: channel=site, attribute:city=Omsk; "
            "may be repeated.",
            rich_help_panel=_FUNNEL,
        ),
    ] = None

    def funnel(self) -> dict[str, Any]:
        """Fields of the question: steps, order, windows, filters."""
        return {
            "stages": tuple(part.strip() for part in self.stages.split(",")) if self.stages else (),
            "mode": self.mode or Mode.ORDERED,
            "entry": self.entry,
            "window_days": DEFAULT_WINDOW_DAYS if self.window_days is None else self.window_days,
            "horizon_days": self.horizon_days,
            "increasing": self.increasing,
            "optional": tuple(part.strip() for part in self.optional.split(",")) if self.optional else (),
            "step_windows": tuple(StepWindow.parse(text) for text in self.step_window or ()),
            "exclusions": tuple(Exclusion.parse(text) for text in self.exclude or ()),
            "attributes": tuple(dict.fromkeys(self.by_attribute or ())),
            "value_at": self.value_at,
            "step_filters": parse_filters(tuple(self.step_filter or ()), EVENT_FIELDS, steps=True),
            "filters": parse_filters(tuple(self.filter_ or ()), FIELDS),
        }
