"""What a representative may act on for a person, and whether this contact is within it. Pure; people decide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from models.person import Representative
from models.scan import MatterVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Authority:
    """One that the sender holds, or held, by the register. `certain`: the sender is exactly matched by it."""

    person: str
    representative: Representative
    certain: bool

    def covers(self, matter: MatterVerdict | None, theirs: Collection[str]) -> bool:
        """Whether a contact about this may be answered to them; where that cannot be told, a person is asked.

        `theirs`: the ids of the person's matters, for an authority that is for all of them.
        """
        known = matter.nearest if matter and matter.verdict is Verdict.SAME else None
        if self.representative.matters:
            return known in self.representative.matters
        return known is None or known in theirs

    def live_text(self, matter: MatterVerdict | None, *, covers: bool) -> str:
        """What it is for, and what the contact seems to be about."""
        about = f"The representative has authority for {self._what()}{_days(self.representative)}; {_about(matter)}"
        return f"{about}." if covers else f"{about}: check before you disclose anything."

    def not_live_text(self, day: date) -> str:
        """When it held, or will."""
        begins = self.representative.from_
        when = f"begins on {begins}" if begins and begins > day else f"ended on {self.representative.until}"
        return (
            f"The address or number is a representative's, whose authority for {self._what()} {when}: "
            "check before you disclose anything."
        )

    def _what(self) -> str:
        return ", ".join(self.representative.matters) or f"all matters of {self.person}"


def _days(representative: Representative) -> str:
    begins = f" from {representative.from_}" if representative.from_ else ""
    return begins + (f" until {representative.until}" if representative.until else "")


def _about(matter: MatterVerdict | None) -> str:
    match matter.verdict if matter else None:
        case Verdict.SAME if matter and matter.nearest:
            return f"this seems to be about {matter.nearest}"
        case Verdict.NEW:
            return "this seems to be about something new"
        case _:
            return "what this is about is not clear"
