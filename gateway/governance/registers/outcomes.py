"""What a challenge decided of an entry: whether the entry says so, and that it goes on saying so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from gateway.governance.challenges.file import ChallengeFile, decided_for_them
from gateway.governance.challenges.had_part import disputed_people, is_barred
from gateway.governance.challenges.steps import Decided, Outcome
from gateway.governance.common_steps import Undone
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.registers.file import EntryFile, fold, last_written
from gateway.governance.registers.steps import Amended, EntryApproved
from gateway.governance.same_person import in_doubt
from gateway.governance.situation import Situation


class EntryState(StrEnum):
    """How far what was decided is done, as the answer to a challenge tells it.

    `ALTERED`: it was decided that the entry stands, and it was amended since. `GONE`, `CHANGED_GONE`: that it stands,
    or is changed, and it was removed.
    """

    STANDS = "stands"
    ALTERED = "altered"
    TO_CHANGE = "to_change"
    CHANGED = "changed"
    TO_REMOVE = "to_remove"
    REMOVED = "removed"
    GONE = "gone"
    CHANGED_GONE = "changed_gone"


def entry_state(entry: EntryFile, decided: Decided) -> EntryState:
    """Of the disputed entry, as it is."""
    match decided.outcome:
        case Outcome.LIFTED:
            return EntryState.REMOVED if entry.closed else EntryState.TO_REMOVE
        case Outcome.CHANGED if entry.closed:
            return EntryState.CHANGED_GONE
        case Outcome.CHANGED:
            return EntryState.TO_CHANGE if any(of_entry(entry, decided)) else EntryState.CHANGED
    if entry.closed:
        return EntryState.GONE
    return EntryState.ALTERED if amended_since(entry, decided.at) else EntryState.STANDS


def of_entry(entry: EntryFile, decided: Decided) -> Iterator[Lack]:
    """Nobody stays on a register of dangers, or stays there as they were, because it was said that they do not."""
    if entry.closed or decided.outcome is Outcome.STANDS:
        return
    if decided.outcome is Outcome.LIFTED:
        yield Lack(f"{entry.id} is not removed yet (`triage registers remove`)", field="removed")
    elif not amended_since(entry, decided.at):
        yield Lack(f"{entry.id} has not been amended since (`triage registers amend`)", field="amended")
    elif entry.approved is None:
        yield Lack(f"what {entry.id} says now is not approved yet (`triage registers approve`)", field="approved")


def of_undoing(entry: EntryFile, step: Undone, situation: Situation) -> Iterator[Lack]:
    """Nor are they put back there by taking that back, once it was said that the challenge is carried out."""
    then = fold(entry.id, (*entry.steps, step))
    for one in decided_for_them(situation.besides):
        decided = one.decided
        if (
            decided is None
            or one.carried_out is None
            or one.received.about != entry.id
            or any(of_entry(entry, decided))
        ):
            continue
        if any(of_entry(then, decided)):
            anew = "enter" if decided.outcome is Outcome.LIFTED else "amend"
            text = f"{one.id} was carried out by this; {anew} it anew where there is a new reason"
            yield Lack(text, situation.rules.dispute.cites, "challenge")


def of_approving(entry: EntryFile, step: EntryApproved, situation: Situation) -> Iterator[Lack]:
    """Nor by writing it, or another of the person or the place, once more, where those who were disputed approve."""
    for one in decided_for_them(situation.besides):
        about = _entry_of(one, entry, situation)
        if about is not None and is_barred(step.by, one, about, situation.besides):
            text = f"{one.id} was decided for them, and {step.by} wrote or decided what was disputed; this is for"
            allowed = f"somebody else, or somebody else allows it (`triage challenge allow-reviewer {one.id}`)"
            doubt = in_doubt(step.by, *disputed_people(one, about, situation.besides))
            yield Lack(f"{text} {allowed}{doubt}", situation.rules.dispute.cites, "by")
            return


def _entry_of(one: ChallengeFile, entry: EntryFile, situation: Situation) -> EntryFile | None:
    """What a challenge was about, where that is this entry, or one beside which it was entered or amended since.

    What does as it decided, whoever approves entries may approve, until it is said that it was that.
    """
    if one.received.about == entry.id:
        return entry if one.carried_out is not None else None
    if last_written(entry).at < one.received.at:
        return None
    others = (other for other in situation.besides if isinstance(other, EntryFile))
    return next((other for other in others if other.id == one.received.about), None)


def amended_since(file: EntryFile, moment: datetime) -> bool:
    """Whether what the entry says was changed from that moment on."""
    return any(isinstance(step, Amended) and step.at >= moment for _number, step in live_steps(file.steps))
