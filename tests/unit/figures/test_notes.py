"""Letters of notes on a chart: nothing of the figure is lost, and what people write stays text."""

from __future__ import annotations

from datetime import date

from dashboard.figures.notes import annotated
from dashboard.journey.notes import Mark, Note, NoteKind

FIGURE = {
    "data": [1],
    "layout": {"margin": {"l": 50, "t": 10}, "annotations": ["label"], "xaxis": {"range": [0, 1]}},
}


def test_a_mark_is_a_line_and_a_letter_above_it() -> None:
    note = Note(date(2026, 3, 1), '<a href="https://x">Price</a> & war', NoteKind.NOTE)
    drawn = annotated(FIGURE, [Mark("A", 1.25, (note,))])
    line, letter = drawn["layout"]["shapes"][0], drawn["layout"]["annotations"][1]
    assert (line["x0"], line["x1"], line["xref"], line["yref"]) == (1.25, 1.25, "x", "paper")
    assert (letter["x"], letter["text"]) == (1.25, "<b>A</b>")
    assert letter["hovertext"] == '&lt;a href="https://x"&gt;Price&lt;/a&gt; &amp; war'
    assert (drawn["layout"]["margin"], drawn["layout"]["annotations"][0]) == ({"l": 50, "t": 20}, "label")
    assert FIGURE["layout"]["annotations"] == ["label"]


def test_without_marks_or_letters() -> None:
    assert annotated(FIGURE, []) is FIGURE
    below = annotated(FIGURE, [Mark("A", 0.0, ())], letters=False)
    assert (len(below["layout"]["shapes"]), below["layout"]["annotations"]) == (1, ["label"])
    assert below["layout"]["margin"]["t"] == 10
