"""The finder: one field that leads to any page, stage, touchpoint, segment, view, engagement and word of the method.

assets/js/finder.js draws it at its first opening, from the words that stand here as attributes.
"""

from __future__ import annotations

import json
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from layouts.components.attributes import attributes
from layouts.components.button import icon_button
from layouts.monitor import TAB_NAMES as MONITOR_TABS
from layouts.monitor import Tab as MonitorTab
from layouts.plan import TAB_NAMES, Tab

KINDS = {  # kind of a find -> what it is called beside the find
    "page": msgid("Page"),
    "tab": msgid("Tab"),
    "action": msgid("Action"),
    "view": msgid("Saved view"),
    "stage": msgid("Stage"),
    "channel": msgid("Channel"),
    "touchpoint": msgid("Touchpoint"),
    "segment": msgid("Segment"),
    "engagement": msgid("Engagement"),
    "term": msgid("Word"),
}

TABS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {  # page -> its tabs, and the keys that open them
    "funnel": (
        (msgid("Steps"), {}),
        (msgid("Over time"), {"view": "time"}),
        (msgid("Paths"), {"view": "paths"}),
        (msgid("Table"), {"view": "table"}),
    ),
    "touchpoints": ((msgid("Heatmap"), {}), (msgid("List"), {"view": "list"})),
    "monitor": tuple(
        (name, {} if tab is MonitorTab.EFFECTS else {"tab": str(tab)}) for tab, name in MONITOR_TABS.items()
    ),
    "plan": tuple((name, {} if tab is Tab.BOARD else {"tab": str(tab)}) for tab, name in TAB_NAMES.items()),
}


def finder(words: Words) -> html.Dialog:
    """The closed dialog."""
    said = {
        "title": words("Find"),
        "hint": words("Page, stage, touchpoint, segment, word"),
        "nothing": words("Nothing found. Try another word."),
        "failed": words("The finder cannot answer now."),
        "close": words("Close"),
        "keys": words("↑ ↓ choose · Enter opens · Esc closes"),
        "kinds": {kind: words(name) for kind, name in KINDS.items()},
    }
    return html.Dialog(
        id="finder",
        className="finder",
        **attributes(
            aria_label=said["title"],
            data_words=json.dumps(said, ensure_ascii=False),
            data_word_failed=words("This did not work. Please try again."),
            data_word_copy=words("Copy"),
            data_word_copied=words("Copied"),
        ),
    )


def finder_button(words: Words) -> Any:
    """What opens it, beside Ctrl+K."""
    label = words("Find: Ctrl+K")
    return icon_button(
        label,
        "search",
        **attributes(data_finder="yes", aria_keyshortcuts="Control+K Meta+K", aria_haspopup="dialog"),
    )
