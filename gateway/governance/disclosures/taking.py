"""Which steps a disclosure's file may take, and what each needs: nothing goes that the gate has not let through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.common_steps import Allowed, LookedIn, NoLongerAllowed, Noted, Undone
from gateway.governance.disclosures.comparing import differences
from gateway.governance.disclosures.file import DisclosureFile, fold, opened
from gateway.governance.disclosures.steps import (
    DisclosureStep,
    GateAnswered,
    GateReviewed,
    Proposed,
    Shared,
    SharedUrgently,
    Withdrawn,
)
from gateway.governance.following import of_another, of_following, of_role
from gateway.governance.lacks import Lack, refuse
from gateway.governance.pack_words import the_people
from gateway.governance.registers.seeing import not_listed
from gateway.governance.situation import Situation

_DECISIONS: Final = (GateAnswered, SharedUrgently, GateReviewed)
"""Only whoever decided takes it back."""

_WHENEVER: Final = (Noted, Undone, Allowed, NoLongerAllowed, LookedIn)
"""Steps that can be taken in what was given up, too."""


def begin(id_: str, first: DisclosureStep, situation: Situation) -> DisclosureFile:
    """A new file. Refused where the person is not known, or the policy does not know the ground."""
    file = opened(id_, first)
    refuse(_of_proposal(file, situation))
    return file


def take(file: DisclosureFile, step: DisclosureStep, situation: Situation) -> DisclosureFile:
    """The file after the step. Refused, with everything that stands in the way, where it may not be taken."""
    refuse([*of_following(file.steps, step, decisions=_DECISIONS), *_demands(file, step, situation)])
    return fold(file.id, (*file.steps, step))


def _of_proposal(file: DisclosureFile, situation: Situation) -> Iterator[Lack]:
    sharing = situation.rules.sharing
    if situation.person is None or situation.person.id != file.person:
        yield Lack(f"the register knows nobody {file.person}", field="person")
    known = {ground.casefold() for ground in sharing.grounds}
    if known and file.proposed.ground.casefold() not in known:
        grounds = "; ".join(sharing.grounds)
        yield Lack(f"that is not among the policy's grounds: {grounds}", sharing.cites, "ground")


def _demands(file: DisclosureFile, step: DisclosureStep, situation: Situation) -> Iterator[Lack]:
    """What each kind of step needs; consent and notes may be recorded at any time."""
    if file.withdrawn is not None and not isinstance(step, _WHENEVER):
        yield Lack("it was given up; propose it anew")
        return
    match step:
        case Proposed():
            yield Lack("it has been proposed already")
        case GateAnswered():
            yield from _of_answer(file, step, situation)
        case Shared():
            yield from _of_sharing(file, step, situation)
        case SharedUrgently():
            # What happened in an emergency is recorded whatever stood before; the gate looks at it afterwards.
            if step.on > situation.day:
                yield Lack("it cannot have gone on a day to come", field="on")
        case GateReviewed():
            yield from _of_review(file, step, situation)
        case Withdrawn():
            if file.went:
                yield Lack("something has gone already, which cannot be taken back")
        case NoLongerAllowed():
            yield from not_listed(step, file.seen_by)


def _of_answer(file: DisclosureFile, step: GateAnswered, situation: Situation) -> Iterator[Lack]:
    """By whom the policy names, and never by whoever proposed it."""
    sharing = situation.rules.sharing
    if file.gate is not None:
        yield Lack("it was answered already; propose it anew if something has changed", sharing.cites)
    yield from of_role(step, sharing.asked, situation, "the answer", sharing.cites)
    yield from of_another(step, {"proposed it": file.proposed.by}, "the answer", sharing.cites)


def _of_sharing(file: DisclosureFile, step: Shared, situation: Situation) -> Iterator[Lack]:
    """Once, on the answer to what was proposed: an answer to one question lets nothing else through."""
    sharing = situation.rules.sharing
    if step.on > situation.day:
        yield Lack("it cannot have gone on a day to come", field="on")
    earlier = next((one for one in file.went if isinstance(one, Shared)), None)
    if earlier is not None:
        text = f"it went on {earlier.on}; what goes once more, or more of it, is proposed anew"
        yield Lack(text, sharing.cites, "proposed")
    if file.gate is None:
        if not may_go_by_consent(file, situation):
            yield Lack(f"{the_people(sharing.asked, situation.rules)} has not answered", sharing.cites, "gate_answered")
    elif not file.gate.agreed:
        yield Lack("the answer was no", sharing.cites, "gate_answered")
    elif step.on < file.gate.taken_on:
        yield Lack("it is dated before the answer; what went in an emergency is recorded as that", sharing.cites, "on")
    yield from _of_what_went(file, step, situation)


def _of_what_went(file: DisclosureFile, step: Shared, situation: Situation) -> Iterator[Lack]:
    """It went as it was let go; or it is said how it came to go otherwise, and the gate looks at it."""
    sharing = situation.rules.sharing
    if not step.to.strip():
        yield Lack("say to whom it went", sharing.cites, "to")
    found = list(differences(file, step))
    if found and not step.otherwise.strip():
        yield from (Lack(one.text, sharing.cites, one.field) for one in found)
        gate = the_people(sharing.asked, situation.rules)
        yield Lack(
            "what is to go otherwise is proposed anew; if it has gone already, say how that came about "
            f"(--otherwise), and {gate} looks at it",
            sharing.cites,
            "otherwise",
        )
    elif step.otherwise.strip() and not found:
        yield Lack("it went as it was let go; leave out --otherwise", field="otherwise")


def may_go_by_consent(file: DisclosureFile, situation: Situation) -> bool:
    """Whether nobody need be asked because the person agrees (Warwickshire 7.1)."""
    return situation.rules.sharing.unless_consent and file.has_consent


def _of_review(file: DisclosureFile, step: GateReviewed, situation: Situation) -> Iterator[Lack]:
    sharing = situation.rules.sharing
    if not file.unreviewed:
        yield Lack("nothing went in an emergency, or otherwise than it was let go, that waits for this", sharing.cites)
    yield from of_role(step, sharing.asked, situation, "this", sharing.cites)
    yield from of_another(step, {"proposed it": file.proposed.by}, "this", sharing.cites)
    for urgent in file.unreviewed:
        yield from of_another(step, {"let it go": urgent.by}, "this", sharing.cites)
    if not step.justified and not step.put_right.strip():
        yield Lack("what is done about it is not said", sharing.cites, "put_right")
