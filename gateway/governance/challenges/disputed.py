"""What a challenge is about, as far as its reviewer and its clocks must know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.governance.challenges.had_part import authors_of, deciders_of
from gateway.governance.folding import live_steps
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.taking import kind_of
from gateway.governance.situation import Situation
from gateway.governance.steps import Acted, Activated, Reinstated, Urgent
from gateway.governance.strategy_file import StrategyFile
from models.policy_course import NoticePart
from models.strategy import StrategyStatus


@dataclass(frozen=True, slots=True)
class Disputed:
    """What can be disputed. `kind`: as the pack's `dispute.covers` names it. `decided`: whether it was decided yet.

    `since`: the day from which there is anything to dispute; None where that is not known. `authors`, `deciders`: all
    who wrote it, and who decided what holds. `notified_on`: from when the person has their time to dispute it.
    """

    kind: str
    author: str | None
    decider: str | None
    notified_on: date | None
    policy: str | None = None
    policy_version: str | None = None
    decided: bool = True
    since: date | None = None
    authors: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()


def disputed(about: str, on: date, situation: Situation) -> Disputed | None:
    """The person's strategy, or entry in a register, of that id, as it is disputed on a day; None: they have none."""
    file = situation.strategy(about)
    if file is not None:
        policy, version = file.policy, file.policy_version
        return Disputed(
            "strategy",
            file.author,
            file.decider,
            told_from(file, on),
            policy,
            version,
            decided=file.was_decided,
            since=_held_from(file),
            authors=authors_of(file),
            deciders=deciders_of(file, situation.besides),
        )
    for strategy in situation.strategies:
        if strategy.id == about:
            decided = strategy.status not in (StrategyStatus.DRAFT, StrategyStatus.SUBMITTED)
            return Disputed("strategy", None, strategy.decider, strategy.notified_on, decided=decided)
    entry = disputed_entry(about, situation)
    return None if entry is None else entry_disputed(entry)


def entry_disputed(entry: EntryFile) -> Disputed:
    """An entry in a register: nobody is told how to dispute it by a letter of its file."""
    decider = entry.approved.by if entry.approved else None
    return Disputed(
        kind_of(entry),
        entry.author,
        decider,
        None,
        since=entry.steps[0].taken_on,
        authors=authors_of(entry),
        deciders=deciders_of(entry, ()),
    )


def told_from(file: StrategyFile, on: date) -> date | None:
    """When the last letter that had gone by `on`, and said how to dispute it, counts as received; None before one had.

    A change, an extension, a review and a reminder say so as the notice does, each with days of its own. What came
    back, and what was told before it was taken up again, gives none.
    """
    taken_up = (step for _number, step in live_steps(file.steps) if isinstance(step, Reinstated))
    again = [step.at for step in taken_up if step.taken_on <= on]
    days = [
        sent.received_on
        for letter in file.letters.values()
        if any(passage.part is NoticePart.DISPUTE for passage in letter.written.passages)
        and (not again or letter.written.at >= again[-1])
        for sent in letter.sent_that_count
        if sent.on <= on
    ]
    notices = file.letters_for(LetterPurpose.NOTICE)
    if file.notified_on is not None and (not notices or any(letter.sent_that_count for letter in notices)):
        days.append(file.notified_on)
    return max(days, default=None)


def _held_from(file: StrategyFile) -> date | None:
    """When anything was first decided that held the person: urgent measures, the chain's last act, a soft contact."""
    deciding = (
        step
        for _number, step in live_steps(file.steps)
        if isinstance(step, (Urgent, Activated)) or (isinstance(step, Acted) and step.completes)
    )
    first = next(deciding, None)
    told = [first.told_on] if isinstance(first, Urgent) else []
    return min([first.taken_on, *told]) if first is not None else None


def stands_now(about: str, situation: Situation) -> str | None:
    """How the disputed strategy stands by now, for whoever answers; None where it has no file."""
    file = situation.strategy(about)
    if file is None:
        return None
    if file.is_suspended and file.suspended is not None:
        return f"suspended since {file.suspended.taken_on}, and holds nobody until they are given notice anew"
    return file.standing.value


def disputed_entry(about: str, situation: Situation) -> EntryFile | None:
    """The person's entry of that id in a register of dangerous persons or properties."""
    return next((one for one in situation.besides if isinstance(one, EntryFile) and one.id == about), None)
