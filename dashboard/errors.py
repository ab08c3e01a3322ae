"""The one error type that people may read."""

from __future__ import annotations

from typing import Any


class JourneyError(Exception):
    """Something a person can mend: a code, and the facts that its sentence names.

    The sentence for each code stands in `dashboard/i18n/{en,ru}/errors.po`, so that the console,
    the screens and the import report say the same in both languages.

    Args:
        code: key of the sentence, for example `unknown_segment`.
        status: HTTP status where the error reaches the web (404 hides foreign engagements).
        facts: values for the placeholders of the sentence.
    """

    def __init__(self, code: str, *, status: int = 400, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({listed})" if listed else self.code

    def plain(self) -> dict[str, Any]:
        """Code and facts as JSON data, for a journal; `of` reads it back."""
        simple = int | float | str | bool
        facts = {
            name: value if isinstance(value, simple) else str(value) for name, value in self.facts.items()
        }
        return {"code": self.code, "facts": facts}

    @classmethod
    def of(cls, told: dict[str, Any]) -> JourneyError:
        """The error that `plain` wrote down."""
        return cls(told["code"], **told["facts"])
