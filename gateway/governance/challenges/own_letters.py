"""The letters that answer a challenge to an entry in a register: on the challenge's own file, for an entry has none.

They go as those about a strategy do (`demands.sending`). Of a place that is nobody's, whoever writes says to whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from gateway.governance.challenges.disputed import disputed_entry
from gateway.governance.challenges.file import ChallengeFile, fold
from gateway.governance.challenges.had_part import authors_of
from gateway.governance.challenges.route import allowing
from gateway.governance.common_steps import TaskDone
from gateway.governance.demands import sending
from gateway.governance.demands.untrue import DIED, Untrue, died_by, first_of
from gateway.governance.folding import as_of, as_of_day
from gateway.governance.lacks import Lack
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.letters_owed import Owed
from gateway.governance.registers import file as entries
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.outcomes import entry_state
from gateway.governance.representing import matters_of
from gateway.governance.situation import Situation
from gateway.governance.task import Task

_ABOUT: Final = ((),)
"""No matter in particular, so that whoever gets it must speak for the person on all."""
OF_LETTERS: Final = (LetterWritten, LetterApproved, LetterQueued, LetterSent, LetterCameBack, TaskDone)
"""Steps in the way of none but their own kind: an outcome is taken back though a letter told it, and told anew."""


def must_be_used(file: ChallengeFile, situation: Situation) -> bool:
    """Whether the outcome is told by one of them and nothing else.

    Not of a place that is nobody's, nor where no letter can go any more: they died, or the register has them no more.
    """
    if situation.person is None or died_by(situation.day, situation):
        return False
    return bool(file.person) and disputed_entry(file.received.about, situation) is not None


def may_be_written(file: ChallengeFile, situation: Situation) -> bool:
    """Whether a letter with the outcome may go anywhere, as the register has the person's addresses."""
    strategy = situation.strategy(file.received.about)
    about = (matters_of(strategy.scope, strategy.matters),) if strategy is not None else _ABOUT
    return sending.may_go_anywhere(about, situation)


def of_writing(file: ChallengeFile, step: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """What must be there that a letter tells of."""
    yield from of_occasion(file, step.purpose, situation)
    yield from sending.of_written(file.letters, step, sending.parts_of_answer(situation), situation)


def of_occasion(file: ChallengeFile, purpose: LetterPurpose, situation: Situation) -> Iterator[Lack]:
    """Why no letter of this purpose is for the challenge as it stands."""
    if not file.of_entry:
        how = f"`triage letter write {file.received.about} --purpose {purpose} --challenge {file.id}`"
        yield Lack(f"a letter about {file.received.about} is on its own file ({how})", field="purpose")
    elif purpose is not LetterPurpose.CHALLENGE_OUTCOME:
        yield Lack("the only letter about a challenge is one of purpose `challenge_outcome`", field="purpose")
    elif file.decided is None:
        yield Lack(
            "it is not decided, so that there is no outcome to tell (`triage challenge decide`)", field="purpose"
        )
    elif disputed_entry(file.received.about, situation) is None:
        yield Lack(
            f"{file.received.about} is deleted, and nothing is known of it that a letter could tell", field="about"
        )
    if died_by(situation.day, situation):
        yield DIED


def of_approval(file: ChallengeFile, step: LetterApproved, situation: Situation) -> Iterator[Lack]:
    """By somebody who wrote neither the letter nor the entry."""
    letter = file.letters.get(step.letter)
    yield from sending.of_first_approval(letter, step)
    if letter is not None:
        yield from _of_its_truth(file, letter.written, situation)
    entry = disputed_entry(file.received.about, situation)
    authors = (*file.authors, *(authors_of(entry) if entry is not None else ()))
    yield from sending.of_letting_go(letter, step, authors, "the entry", situation)


def of_going(file: ChallengeFile, step: LetterQueued | LetterSent, situation: Situation) -> Iterator[Lack]:
    """Approved, so still, and to an address that is theirs."""
    letter = file.letters.get(step.letter)
    truth = sending.of_truth(untrue(file, letter, situation) if letter is not None else None, step)
    if isinstance(step, LetterQueued):
        yield from sending.of_queueing(letter, step, truth, _ABOUT, situation)
    else:
        yield from sending.of_sending(letter, step, truth, _ABOUT, situation)
    if not file.person and not sending.reason_for_where(letter, step).strip():
        text = "nobody of the register disputed it: say how you know that this is the address of whoever did"
        yield Lack(f"{text} (--to-because)", field="to")


def as_it_went(file: ChallengeFile, step: LetterSent, situation: Situation) -> LetterSent:
    """The step with what was untrue in the letter, where somebody says that it went all the same."""
    return sending.as_it_went(step, lambda: untrue(file, file.letters[step.letter], situation))


def untrue(file: ChallengeFile, letter: Letter, situation: Situation) -> Untrue | None:
    """What makes a letter untrue today; None where it tells what is so, or nobody has let it go."""
    judged = letter.to_print or letter.approved
    if judged is None:
        return None
    lacks = tuple(_of_its_truth(file, letter.written, situation))
    return Untrue(lacks, _since(file, letter.written, judged.taken_on, situation)) if lacks else None


def not_to_go(file: ChallengeFile, letter: Letter, situation: Situation) -> str:
    """Why a letter that waits is not to be posted or sent any more; nothing where it is."""
    where = sending.not_there(letter, _ABOUT, situation)
    return sending.not_to_go(letter, lambda: untrue(file, letter, situation), where)


def owed(file: ChallengeFile, situation: Situation) -> Iterator[Task]:
    """What they leave to be done, by those who may let somebody hear it; what waits in the tray, by whoever signs."""
    roles = tuple(dict.fromkeys(allowing(file, situation)))
    letters = Owed(
        file,
        situation,
        "challenge",
        where=lambda letter, sent: sending.not_there(letter, _ABOUT, situation, sent),
        untrue=lambda letter: untrue(file, letter, situation),
        is_untrue=lambda written: any(_of_its_truth(file, written, situation)),
        deciders=roles,
        signers=situation.rules.notice.senders or roles,
    )
    yield from letters.tasks()


def of_done(file: ChallengeFile, step: TaskDone, situation: Situation) -> Iterator[Lack]:
    """A task is done that waits for somebody's word, and no other."""
    waiting = [task.id.removeprefix(f"{file.id}/") for task in owed(file, situation)]
    if step.task not in waiting:
        which = f"those that are: {', '.join(waiting)}" if waiting else "none is"
        yield Lack(f"there is no task {step.task} that waits for this; {which}", field="task")


def _of_its_truth(file: ChallengeFile, written: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """Why what it tells is not so on the day of the situation."""
    yield from of_occasion(file, written.purpose, situation)
    entry, decided = disputed_entry(file.received.about, situation), file.decided
    if entry is None or decided is None:
        return
    before = fold(file.id, file.steps[: file.steps.index(written)])
    then = as_of(entry.id, entry.steps, entries.fold, written.at)
    what = None
    if before.decided != decided:
        what = "something else was decided on the challenge"
    elif then is None or entry_state(then, decided) is not entry_state(entry, decided):
        what = f"{entry.id} was altered or removed, or that was taken back,"
    if what is not None:
        text = f"{what} after letter {written.letter} was written, which does not say so; write it anew"
        yield Lack(text, situation.rules.dispute.cites, "letter")


def _since(file: ChallengeFile, written: LetterWritten, judged_on: date, situation: Situation) -> date:
    """The first of the days without a break, up to today, on which it is untrue."""
    entry, person = disputed_entry(file.received.about, situation), situation.person
    days = {step.taken_on for one in (file, entry) if one is not None for step in one.steps}
    if person is not None and person.deceased_on is not None:
        days.add(person.deceased_on)

    def told_so(day: date) -> bool:
        then = as_of_day(file.id, file.steps, fold, day) or file
        return not any(_of_its_truth(then, written, _on(day, situation)))

    since, _was_so = first_of([day for day in days if judged_on <= day <= situation.day], situation.day, told_so)
    return since


def _on(day: date, situation: Situation) -> Situation:
    """With the person's entries as they were at the end of that day."""
    person = situation.person
    if person is not None and not died_by(day, situation):
        person = person.model_copy(update={"deceased_on": None})
    then = (
        as_of_day(one.id, one.steps, entries.fold, day) if isinstance(one, EntryFile) else one
        for one in situation.besides
    )
    return replace(situation, day=day, person=person, besides=tuple(filter(None, then)))
