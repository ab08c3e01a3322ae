"""The pill between two stages: conversion and median time of a step, and how it moved since another period."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.benchmarks import MIN_CUSTOMERS
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel import FunnelGroup
from dashboard.analytics.funnel_change import StepChange
from layouts.components.link import page_link
from layouts.components.tone import tone_of
from layouts.funnel import PATH, FunnelView


def step_pill(view: FunnelView, group: FunnelGroup, place: int, worst: Bottleneck | None) -> Any:
    """Conversion of the step behind a stage, coloured against everybody's; a link that takes it apart."""
    start, end = group.steps[place], group.steps[place + 1]
    formats, words = view.formats, view.words
    value = view.value(group)
    if start.customers < MIN_CUSTOMERS:
        text: list[Any] = [html.Span(words("n = {n}", n=start.customers))]
        look = "step-pill step-pill--few"
    else:
        text = [html.B(formats.share(end.from_previous)), html.Span(formats.days(end.median_days))]
        everybody = view.funnel.total.steps[place + 1].from_previous
        look = f"step-pill {tone_of(end.from_previous, everybody) if value else 'tone--4'}"
    if worst and (worst.from_stage, worst.to_stage) == (start.stage, end.stage):
        look += " step-pill--worst"
    if view.open == (value, start.stage):
        look += " step-pill--open"
    name = f"{view.name(value)}: {view.step_name(start.stage, end.stage)}"
    moved = view.change(group, place + 1)
    if moved is not None:
        name += f". {change_sentence(view, moved)}"
    return page_link(text, PATH, view.step_address(value, start.stage), look, title=name)


def change_mark(view: FunnelView, group: FunnelGroup, place: int) -> list[Any]:
    """The change of the step behind a stage in points; with a triangle where it is beyond chance."""
    moved = view.change(group, place + 1) if place + 1 < len(group.steps) else None
    if moved is None:
        return []
    look, mark = "step-change", ""
    if moved.significant:
        look += " step-change--good" if moved.change > 0 else " step-change--bad"
        mark = "▲ " if moved.change > 0 else "▼ "
    figure = view.formats.signed(100 * moved.change, 1)
    return [html.Span(f"{mark}{figure}", className=look, title=change_sentence(view, moved))]


def change_sentence(view: FunnelView, moved: StepChange) -> str:
    """The change with its interval, what it was, and whether chance alone could do that, in words."""
    formats, words = view.formats, view.words
    return words(
        "{change} against {period}, when it was {before} of {n}; 95 %: {interval}; {verdict}",
        change=formats.points(moved.change),
        period=formats.period(view.compared) if view.compared else "—",
        before=formats.share(moved.before, 1),
        n=formats.number(moved.customers),
        interval=change_interval(view, moved),
        verdict=verdict(view, moved),
    )


def change_interval(view: FunnelView, moved: StepChange) -> str:
    """Both ends of the change's interval, in points."""
    low, high = (view.formats.signed(100 * end, 1) for end in (moved.low, moved.high))
    return view.words("from {low} to {high}", low=low, high=high)


def verdict(view: FunnelView, moved: StepChange) -> str:
    """Significance by word."""
    return view.words("beyond chance") if moved.significant else view.words("may be chance")
