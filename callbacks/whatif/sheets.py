"""The cards of the what-if as tables: the levers, the bridge, the segments, each lever alone."""

from __future__ import annotations

from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene, scene_of
from dashboard.analytics.whatif import FACTORS, Figures
from dashboard.i18n.words import Words
from dashboard.server.sheets import Cell, Column, Sheet
from layouts.components.lever import lever_change
from layouts.components.pill import segment_name
from layouts.whatif_whose import whose_words


def levers_sheet(services: Services, ask: Ask) -> Sheet:
    """Every lever, for whom it is and what it makes of its figure."""
    scene, words = scene_of(services, ask), ask.words
    columns = (Column(words("Lever")), Column(words("Segment")), Column(words("Change")))
    lines: list[tuple[Cell, ...]] = [
        (
            scene.view.lever_name(lever.target),
            segment_name(words, lever.segment),
            lever_change(words, ask.formats, lever),
        )
        for lever in scene.levers
    ]
    return Sheet(words("Levers"), columns, lines or [(words("no change"), segment_name(words, None), "0")])


def scenario_sheet(services: Services, ask: Ask) -> Sheet:
    """The bridge: baseline, what each factor adds, scenario; then the change and how sure it is."""
    scene, words = scene_of(services, ask), ask.words
    found = services.answers.whatif(ask.scope, scene.query, scene.levers)
    names = (words("L · leads"), words("C · conversion"), words("P · average check"), words("Q · frequency"))
    columns = (Column(words("Part")), Column(words("Revenue"), "money", "revenue"))
    lines: list[tuple[Cell, ...]] = [(words("Baseline"), found.baseline.revenue)]
    lines += [(name, found.parts[factor]) for name, factor in zip(names, FACTORS, strict=True)]
    lines += [(words("Scenario"), found.scenario.revenue)]
    if scene.levers:
        likely = services.answers.gain_range(ask.scope, scene.query, scene.levers)
        lines += [
            (words("Change"), found.gain),
            (words("80% interval, low"), likely.low),
            (words("80% interval, high"), likely.high),
            (words("95% interval, low"), likely.low_95),
            (words("95% interval, high"), likely.high_95),
        ]
    return Sheet(words("Scenario"), columns, lines, said_levers(scene))


def segments_sheet(services: Services, ask: Ask) -> Sheet:
    """Both sides of each segment, and of all of them."""
    scene, words = scene_of(services, ask), ask.words
    found = services.answers.whatif(ask.scope, scene.query, scene.levers)
    sides = [(segment_name(words, one.segment), one.baseline, one.scenario) for one in found.segments]
    sides.append((words("All segments"), found.baseline, found.scenario))
    lines = [
        (name, *_cells(before), *_cells(after), after.revenue - before.revenue)
        for name, before, after in sides
    ]
    columns = (
        Column(words("Segment")),
        *_columns(words, words("Baseline")),
        *_columns(words, words("Scenario")),
        Column(words("Change"), "money", "gain"),
    )
    return Sheet(words("Scenario by segment"), columns, lines, said_levers(scene))


def tornado_sheet(services: Services, ask: Ask) -> Sheet:
    """What each lever is worth alone: by the same step, and over its own history."""
    view, words = scene_of(services, ask).view, ask.words
    columns = (
        Column(words("Lever"), field="lever"),
        Column(words("Now"), "decimal", "value"),
        Column(words("One point more"), "money", "one_point"),
        Column(words("Ten per cent more"), "money", "ten_percent"),
        Column(words("Least"), "decimal", "low"),
        Column(words("Most"), "decimal", "high"),
        Column(words("Gain at the least"), "money", "gain_at_low"),
        Column(words("Gain at the most"), "money", "gain_at_high"),
        Column(words("Periods"), "number", "periods"),
    )
    lines: list[tuple[Cell, ...]] = [
        (view.lever_name(bar.lever), *(getattr(bar, str(column.field)) for column in columns[1:]))
        for bar in services.answers.tornado(ask.scope, view.query)
    ]
    return Sheet(words("Which lever is strongest"), columns, lines)


def said_levers(scene: Scene) -> tuple[str, ...]:
    """The levers in one line, and new or returning customers alone: a file says of which scenario it is."""
    words = scene.view.words
    only = whose_words(words, scene.query)
    return (f"{words('Levers')}: {lever_line(scene) or words('no change')}", *([only] if only else []))


def lever_line(scene: Scene) -> str:
    """`Average check +5 %; Evaluate → Purchase +2 pp (Gift, fast)`; empty without a lever."""
    words = scene.view.words
    said = [
        f"{scene.view.lever_name(lever.target)} {lever_change(words, scene.view.formats, lever)}"
        + (f" ({segment_name(words, lever.segment)})" if lever.segment else "")
        for lever in scene.levers
    ]
    return "; ".join(said)


def _columns(words: Words, side: str) -> tuple[Column, ...]:
    kinds = {
        "leads": (words("Leads"), "number"),
        "conversion": (words("Conversion to purchase"), "share"),
        "average_check": (words("Average check"), "money"),
        "deals_per_buyer": (words("Deals per customer"), "decimal"),
        "revenue": (words("Revenue"), "money"),
    }
    return tuple(
        Column(f"{side}: {title}", kind, field if field in ("leads", "revenue") else None)
        for field, (title, kind) in kinds.items()
    )


def _cells(side: Figures) -> tuple[Cell, ...]:
    return (side.leads, side.conversion, side.average_check, side.deals_per_buyer, side.revenue)
