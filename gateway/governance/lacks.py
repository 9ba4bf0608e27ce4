"""What stands in the way of a step, and on what the policy's word for it rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.policy_question import Cites


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing or not allowed. `field`: what would supply it, as the command line names it."""

    text: str
    cites: Cites = ()
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.text} ({', '.join(self.cites)})" if self.cites else self.text


def reason_lacking(text: str, name: str, cites: Cites = ()) -> Lack:
    """A reason of its own that a draft, change or urgent measure must give, and where in its file that stands."""
    return Lack(f"{text}: in the file, `reasons_for: {{{name}: …}}`", cites, f"reasons_for.{name}")


class Refused(Exception):
    """A step is not taken; every reason at once."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__("; ".join(map(str, self.lacks)))


def refuse(lacks: Iterable[Lack]) -> None:
    """Raises Refused, with all of them, where there are any."""
    found = list(lacks)
    if found:
        raise Refused(found)
