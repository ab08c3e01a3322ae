"""`journey effects`: what came of the actions that are measured, as /monitor says it."""

from __future__ import annotations

from commands.pages import AsJson, Key, asked, print_json, print_sheet


def effects(engagement: Key, as_json: AsJson = False) -> None:
    """Tell what came of each registered action: verdict, points, people and money with their intervals.

    JSON also tells every week, what both methods say and what each weekly look said.

    Example: journey effects acme --json
    """
    from callbacks.effects import effect_json  # brings pandas: too slow for every command
    from callbacks.monitor.common import monitor_view
    from callbacks.monitor.effects import forest_sheet

    services, ask = asked("/monitor", engagement)
    if as_json:
        found = monitor_view(services, ask).effects
        print_json({"effects": [effect_json(one) for one in found]})
    else:
        print_sheet(forest_sheet(services, ask), ask)
