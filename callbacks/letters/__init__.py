"""Digests: a letter is put together from the answers of the screens, under its reader's own rights, and queued once."""

from __future__ import annotations

from callbacks.letters.content import letter_of
from callbacks.letters.due import message_of, queue_due
from callbacks.letters.writer import Wanted

__all__ = ["Wanted", "letter_of", "message_of", "queue_due"]
