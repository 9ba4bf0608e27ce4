"""What may follow what in a file of any kind, and who may act in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gateway.governance.demands.approving import same_person
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.situation import Situation
from gateway.governance.steps import LookedIn, Step, Undone
from models.policy_life import Cites

_BEGUN = "the step that began the file is not undone; say in a note what was wrong"


def of_following(steps: Sequence[Step], step: Step, *, begun: str = _BEGUN) -> Iterator[Lack]:
    """Time runs forward, and only the last step that counts is undone, so that what stands was always arrived at.

    That somebody looked in alters nothing and is never undone, so it stands in nobody's way. `begun`: what is said to
    somebody who would undo the first step.
    """
    if step.at < steps[-1].at:
        yield Lack("the step is dated before the one it follows", field="at")
    if isinstance(step, Undone):
        last = [number for number, other in live_steps(steps) if not isinstance(other, LookedIn)][-1]
        if last == 1:
            yield Lack(begun, field="number")
        elif step.number != last:
            yield Lack(f"only the last step can be undone, which is number {last}", field="number")


def of_role(step: Step, roles: Sequence[str], situation: Situation, what: str, cites: Cites = ()) -> Iterator[Lack]:
    """Whoever acts does so in one of these roles; none named, anybody may."""
    if roles and step.role not in roles:
        yield Lack(f"{what} is for {the_people(roles, situation.rules)}", cites, "role")


def of_another(
    step: Step, others: Mapping[str, str | None], what: str, cites: Cites = (), *, waiver: str | None = None
) -> Iterator[Lack]:
    """Four eyes: whoever acts is none of these people. `waiver`: why they are all the same, where that may be said."""
    if waiver and waiver.strip():
        return
    for did, name in others.items():
        if name is not None and same_person(step.by, name):
            yield Lack(f"{step.by} {did}; {what} is for somebody else", cites, "by" if waiver is None else "waiver")
