"""What is sent to somebody: written once, whatever way it goes."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter; `data` are its bytes."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the reader's language.

    Attributes:
        subject: one line.
        text: plain text; a chat gets subject and text alone.
        html: body of a letter; empty = text alone.
        link: path and search of the exact state in the product, such as `/funnel?e=acme`; empty = none.
        facts: what a webhook gets as JSON beside the words: keys and figures, no words.
        unsubscribe: path that ends this letter for its reader; empty for what has none.
        files: attachments.
    """

    subject: str
    text: str
    html: str = ""
    link: str = ""
    facts: Mapping[str, Any] | None = None
    unsubscribe: str = ""
    files: tuple[Attachment, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the outbox keeps it."""
        return {
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "link": self.link,
            "facts": dict(self.facts or {}),
            "unsubscribe": self.unsubscribe,
            "files": [
                {"name": one.name, "mime": one.mime, "data": b64encode(one.data).decode()}
                for one in self.files
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The message that `to_json` kept."""
        files = tuple(Attachment(one["name"], one["mime"], b64decode(one["data"])) for one in kept["files"])
        return cls(**{**kept, "files": files})
