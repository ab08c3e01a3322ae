"""Options of `journey query` that every question uses: days, people, comparison, splits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import typer

from dashboard.journey.period import Period
from dashboard.journey.query import Split


@dataclass(frozen=True)
class WhoAndWhen:
    """Options of every question: which days, whose journeys, compared with what, split how."""

    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day; neither end = every stored fact."),
    ] = None
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day that no longer counts.")
    ] = None
    segment: Annotated[list[str] | None, typer.Option(help="Keep this segment; may be repeated.")] = None
    channel: Annotated[
        list[str] | None,
        typer.Option(help="Keep customers with a lead event in this channel in the period; may be repeated."),
    ] = None
    touchpoint: Annotated[
        list[str] | None,
        typer.Option(
            help="Keep customers with a lead event at this touchpoint in the period; may be repeated."
        ),
    ] = None
    product: Annotated[
        list[str] | None,
        typer.Option(help="LCPQ: deals and money of this product alone, leads whole; may be repeated."),
    ] = None
    sale_channel: Annotated[
        list[str] | None,
        typer.Option(help="LCPQ: deals and money of this sale channel alone, leads whole; may be repeated."),
    ] = None
    compare: Annotated[
        str | None, typer.Option(help="previous, year_ago or SINCE:UNTIL: adds `comparison`.")
    ] = None
    by: Annotated[list[Split] | None, typer.Option(help="Break down; may be repeated.")] = None
    mature: Annotated[bool, typer.Option("--mature", help="Entries alone whose window is over.")] = False

    def general(self) -> dict[str, Any]:
        """Fields of the question: days, people, comparison, splits."""
        return {
            "period": Period(_day(self.since), _day(self.until)),
            "compare": self.compare,
            "segments": tuple(self.segment or ()),
            "channels": tuple(self.channel or ()),
            "touchpoints": tuple(self.touchpoint or ()),
            "products": tuple(self.product or ()),
            "sale_channels": tuple(self.sale_channel or ()),
            "by": tuple(dict.fromkeys(self.by or ())),
            "mature": self.mature,
        }


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None
