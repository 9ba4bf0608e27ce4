"""Who wrote and who decided what a person disputes: none of them looks at it again (conflict 18; Stoke 6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gateway.governance.breaches import file as breaches
from gateway.governance.breaches.file import BreachFile
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.demands.occasion import REMINDS, of_this_course
from gateway.governance.folding import as_of, last_of
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.registers import file as entries
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.steps import Amended, Entered
from gateway.governance.same_person import is_among, may_be_among
from gateway.governance.step import Step
from gateway.governance.steps import Activated, Changed, Extended, Reinstated, Reviewed, Urgent
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold

if TYPE_CHECKING:
    from gateway.governance.course import File


def authors_of(about: StrategyFile | EntryFile) -> tuple[str, ...]:
    """Everybody whose words it has."""
    if isinstance(about, StrategyFile):
        return tuple(dict.fromkeys((about.author, *about.revised_by)))
    return tuple(dict.fromkeys(step.by for step in about.steps if isinstance(step, Entered | Amended)))


def deciders_of(about: StrategyFile | EntryFile, besides: Iterable[File]) -> tuple[str, ...]:
    """Everybody who decided what holds now. `besides`: the person's files of other kinds."""
    names = _of_strategy(about, besides) if isinstance(about, StrategyFile) else _of_entry(about)
    return tuple(dict.fromkeys(names))


def heard_by_another(file: ChallengeFile, about: StrategyFile | EntryFile | None, besides: Iterable[File]) -> bool:
    """Whether it was decided by somebody who had no part, by then, in what is disputed.

    What they did after that is to carry it out. `about`: what is disputed; None where it has no file.
    """
    return file.decided is not None and not may_be_among(file.decided.by, disputed_people(file, about, besides))


def disputed_people(
    file: ChallengeFile, about: StrategyFile | EntryFile | None, besides: Iterable[File]
) -> tuple[str, ...]:
    """Whoever had a part in what is disputed by the time it was decided. `about`: as above."""
    people, decided = [*file.authors, *file.deciders], file.decided
    then = _as_of(about, decided) if about is not None and decided is not None else None
    if then is not None and decided is not None:
        with_reminders = (one for one in besides if isinstance(one, BreachFile))
        files = (as_of(one.id, one.steps, breaches.fold, decided.at) for one in with_reminders)
        people += [*authors_of(then), *deciders_of(then, [one for one in files if one is not None])]
    return tuple(dict.fromkeys(people))


def is_barred(by: str, file: ChallengeFile, about: StrategyFile | EntryFile | None, besides: Iterable[File]) -> bool:
    """Whether somebody had a part in what was disputed, or may have, and nobody allowed them to act all the same."""
    return may_be_among(by, disputed_people(file, about, besides)) and not is_among(by, file.reviewers_allowed)


def _as_of(about: StrategyFile | EntryFile, step: Step) -> StrategyFile | EntryFile | None:
    if isinstance(about, StrategyFile):
        return as_of(about.id, about.steps, fold, step.at)
    return as_of(about.id, about.steps, entries.fold, step.at)


def _of_strategy(file: StrategyFile, besides: Iterable[File]) -> Iterator[str]:
    """The chain, and what was decided since it was made or taken up again.

    A change adds to what held before; a review or an extension takes the place of the one before it.
    """
    if file.decider is not None:
        yield file.decider
    course = tuple(of_this_course(file))
    yield from (step.by for step in course if isinstance(step, Urgent | Changed | Reinstated))
    # Without restrictions there is no chain: whoever begins it decides.
    yield from (step.by for step in course if file.soft and isinstance(step, Activated))
    for kind in (Reviewed, Extended):
        last = last_of(course, kind)
        if last is not None:
            yield last.by
    if any(letter.sent_that_count for letter in file.letters_for(LetterPurpose.REMINDER)):
        for one in besides:
            if isinstance(one, BreachFile) and one.strategy == file.id:
                yield from _of_reminders(one)


def _of_reminders(file: BreachFile) -> Iterator[str]:
    """A reminder tells that contact was not in line with the strategy, and may be disputed as any other letter."""
    yield from (breach.by for breach in file.breaches.values())
    yield from (one.step.by for one in file.decisions if one.accepted and one.answers and one.step.action in REMINDS)


def _of_entry(file: EntryFile) -> Iterator[str]:
    """Whoever approved it, and whoever looked at it last and kept it."""
    if file.approved is not None:
        yield file.owner
    if file.last_review is not None:
        yield file.last_review.by
