"""Where a disclosure stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.governance.common_steps import Allowed, LookedIn, NoLongerAllowed
from gateway.governance.disclosures.steps import (
    ConsentRecorded,
    DisclosureStep,
    GateAnswered,
    GateReviewed,
    Proposed,
    Shared,
    SharedUrgently,
    Withdrawn,
)
from gateway.governance.folding import folded, who_may_see


@dataclass(frozen=True, slots=True)
class DisclosureFile:
    """A disclosure as its steps leave it. `steps`: all of them, in order, the undone ones too.

    `gate`: the answer that stands; consent that is refused or withdrawn after it has it asked anew. `went`: the
    log of what went. `unreviewed`: what of it went without the gate, or not as it was let go, and has not been looked
    at since. `seen_by`: who may read it beside those who acted in it, and why.
    """

    id: str
    person: str
    proposed: Proposed
    consent: ConsentRecorded | None = None
    gate: GateAnswered | None = None
    went: tuple[Shared | SharedUrgently, ...] = ()
    unreviewed: tuple[Shared | SharedUrgently, ...] = ()
    reviews: tuple[GateReviewed, ...] = ()
    withdrawn: Withdrawn | None = None
    seen_by: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[DisclosureStep, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing is open: it went and was looked at, was refused, or was given up."""
        if self.unreviewed:
            return False
        refused = self.gate is not None and not self.gate.agreed
        return bool(self.went) or refused or self.withdrawn is not None

    @property
    def named(self) -> tuple[str, ...]:
        """Who needs to know of it by name: whoever acted in it, or was allowed."""
        acted = (step.by for step in self.steps if not isinstance(step, LookedIn))
        return tuple(dict.fromkeys((*acted, *self.seen_by)))

    @property
    def has_consent(self) -> bool:
        """Whether the person agrees, as far as it is recorded."""
        return self.consent is not None and self.consent.outcome == "given"


def opened(id_: str, first: DisclosureStep) -> DisclosureFile:
    """The file that a proposal opens. ValueError where the first step is none."""
    if not isinstance(first, Proposed):
        raise ValueError("a disclosure's file begins with its proposal")
    return DisclosureFile(id=id_, person=first.person, proposed=first, steps=(first,))


def fold(id_: str, steps: Sequence[DisclosureStep]) -> DisclosureFile:
    """The file whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: DisclosureFile, step: DisclosureStep) -> DisclosureFile:
    match step:
        case ConsentRecorded():
            anew = step.outcome in ("refused", "withdrawn") and file.gate is not None and file.gate.agreed
            return replace(file, consent=step, gate=None if anew else file.gate)
        case GateAnswered():
            return replace(file, gate=step)
        case Shared():
            unreviewed = (*file.unreviewed, step) if step.otherwise.strip() else file.unreviewed
            return replace(file, went=(*file.went, step), unreviewed=unreviewed)
        case SharedUrgently():
            return replace(file, went=(*file.went, step), unreviewed=(*file.unreviewed, step))
        case GateReviewed():
            return replace(file, reviews=(*file.reviews, step), unreviewed=())
        case Withdrawn():
            return replace(file, withdrawn=step)
        case Allowed() | NoLongerAllowed():
            return replace(file, seen_by=who_may_see(file.seen_by, step))
    return file
