"""Alerts: the rules of an engagement evaluated at a moment, and over the past.

`look` is what the worker does: judge every enabled rule, open, carry on and resolve incidents, and queue their messages
in the same transaction. `back_test` and `replays` walk rules over their past by the same code.
"""

from __future__ import annotations

from callbacks.alerting.look import Looked, look
from callbacks.alerting.past import Replay, back_test, replays

__all__ = ["Looked", "Replay", "back_test", "look", "replays"]
