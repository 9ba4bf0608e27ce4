"""Whether a letter that was let go still tells what is so; if not, why, and since which day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from gateway.governance.breaches import file as breaches
from gateway.governance.breaches.file import BreachFile
from gateway.governance.challenges import file as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.course import F, File
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.demands.overtaken import NOTICES, of_what_came_after, tells_of_no_end
from gateway.governance.folding import as_of, as_of_day
from gateway.governance.lacks import Lack
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterApproved, LetterQueued, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from routing.calendar import in_full

DIED: Final = Lack("the person has died; no letter goes to them", field="letter")


@dataclass(frozen=True, slots=True)
class Untrue:
    """Why a letter tells what is not so any more. `since`: the day; None where only the register altered, undated."""

    lacks: tuple[Lack, ...]
    since: date | None

    @property
    def why(self) -> str:
        """In a sentence, with the day from which it was so."""
        since = f" (since {in_full(self.since)})" if self.since is not None else ""
        return "; ".join(lack.text for lack in self.lacks) + since

    def held_on(self, day: date) -> bool:
        """Whether it told what was so still on that day; of the day itself on which it ceased to, nobody knows."""
        return self.since is not None and day < self.since


def untrue(file: StrategyFile, letter: Letter, situation: Situation) -> Untrue | None:
    """What makes the letter untrue today; None where it tells what is so, or nobody has let it go."""
    judged = letter.to_print or letter.approved
    if judged is None:
        return None
    lacks = tuple(of_its_truth(file, letter.written, situation))
    return Untrue(lacks, _since(file, letter.written, judged, situation)) if lacks else None


def of_its_truth(file: StrategyFile, written: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """Why what it tells is not so on the day of the situation."""
    if tells_of_no_end(file, written):
        yield Lack(f"letter {written.letter} was written before the strategy ended; write it anew", field="letter")
    elif written.purpose in NOTICES and written.letter in file.letters_before:
        text = f"letter {written.letter} was written before the strategy was taken up again; write it anew"
        yield Lack(text, field="letter")
    else:
        yield from of_purpose(file, written.purpose, situation)
        yield from of_what_came_after(file, written, situation)
    if died_by(situation.day, situation):
        yield DIED


def died_by(day: date, situation: Situation) -> bool:
    """Whether the person was dead on that day; what was sent before that is recorded all the same."""
    died = situation.person.deceased_on if situation.person is not None else None
    return died is not None and day >= min(died, situation.day)


def _since(
    file: StrategyFile, written: LetterWritten, judged: LetterApproved | LetterQueued, situation: Situation
) -> date | None:
    """The first of the days without a break, up to today, on which it is untrue.

    None where it would have been so when somebody `judged` it true: what altered is the register, which has no history.
    """

    def told_so(day: date) -> bool:
        then = as_of_day(file.id, file.steps, fold, day) or file
        return not any(of_its_truth(then, written, _situation_on(day, situation)))

    days = _days_that_could_tell(file, judged.taken_on, situation)
    since, told_what_was_so = first_of(days, situation.day, told_so)
    if told_what_was_so:
        return since
    upto = fold(file.id, file.steps[: file.steps.index(judged) + 1])
    when_judged = _situation_on(judged.taken_on, situation, until=judged.at)
    return None if any(of_its_truth(upto, written, when_judged)) else since


def first_of(days: Collection[date], today: date, told_so: Callable[[date], bool]) -> tuple[date, bool]:
    """The first of the days without a break, up to today, on which a letter is untrue; whether one before it was not.

    `days`: on which that may have altered.
    """
    since = today
    for day in sorted(days, reverse=True):
        if told_so(day):
            return since, True
        since = day
    return since, False


def _days_that_could_tell(file: StrategyFile, judged_on: date, situation: Situation) -> set[date]:
    """The days on which something was done, or came to its own end."""
    others = (*situation.earlier, *situation.besides)
    days = {step.taken_on for one in (file, *others) for step in one.steps}
    ends = (file.ends, *(one.ends for one in situation.earlier), *(one.ends for one in situation.strategies))
    days |= {day + timedelta(days=1) for day in ends if day is not None}
    if situation.person is not None and situation.person.deceased_on is not None:
        days.add(situation.person.deceased_on)
    return {day for day in days if judged_on <= day <= situation.day}


def _situation_on(day: date, situation: Situation, *, until: datetime | None = None) -> Situation:
    """The person's files as they were at the end of that day; what stands in the register only, as it is today.

    `until`: as they were at that moment of it.
    """

    def then(one: F, fold_: Callable[[str, Sequence[Any]], F]) -> F | None:
        if until is not None:
            return as_of(one.id, one.steps, fold_, until)
        return as_of_day(one.id, one.steps, fold_, day)

    def besides(one: File) -> File | None:
        """Those that a letter tells of; no other alters what it says."""
        if isinstance(one, BreachFile):
            return then(one, breaches.fold)
        return then(one, challenges.fold) if isinstance(one, ChallengeFile) else one

    with_file, person = {one.id for one in situation.earlier}, situation.person
    if person is not None and not died_by(day, situation):
        person = person.model_copy(update={"deceased_on": None})
    return replace(
        situation,
        day=day,
        person=person,
        strategies=tuple(one for one in situation.strategies if one.id not in with_file),
        earlier=tuple(filter(None, (then(one, fold) for one in situation.earlier))),
        besides=tuple(filter(None, map(besides, situation.besides))),
    )
