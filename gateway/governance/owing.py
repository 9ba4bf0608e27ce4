"""What only somebody's word says is done: that a person was told, is safe, has it put right; that a tray was emptied.

Each is a task of its own, which the step that names it settles (`TaskDone`) and no other, nor a note about something
else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.common_steps import TaskDone, Undone
from gateway.governance.demands.approving import deciding_roles, signing_roles
from gateway.governance.demands.carrying_out import REVIEW_MEANT, only_stricter_since_review
from gateway.governance.demands.reviewing import of_independence
from gateway.governance.demands.sending import NOT_FOR_THEM, NOT_THERE
from gateway.governance.demands.stage_before import of_stage_still
from gateway.governance.demands.telling import not_there, went_to_another
from gateway.governance.demands.untrue import of_its_truth, untrue
from gateway.governance.folding import last_of, live_steps
from gateway.governance.following import of_another, of_role
from gateway.governance.lacks import Lack
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.letters_owed import Owed, how_done, is_done, next_working_day, says_undone
from gateway.governance.same_person import same_person, who_it_may_be
from gateway.governance.situation import Situation
from gateway.governance.steps import Activated, Changed, Urgent, Withdrawn
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import NOTICE_OVER, URGENT_OVER
from gateway.governance.task import USUAL_WORKING_DAYS, Task, at_once, for_any

_TELL_OF_IT: Final = (
    LetterPurpose.NOTICE,
    LetterPurpose.CHANGE,
    LetterPurpose.EXTENSION,
    LetterPurpose.REVIEW_OUTCOME,
    LetterPurpose.REMINDER,
)
"""Purposes of the letters by which somebody knows that they are held to a strategy."""


def owing(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """What is still owed, whatever the strategy's standing."""
    letters = Owed(
        file,
        situation,
        "strategy",
        where=lambda letter, sent: not_there(file, letter, situation, sent),
        untrue=lambda letter: untrue(file, letter, situation),
        is_untrue=lambda written: any(of_its_truth(file, written, situation)),
        deciders=deciding_roles(situation.rules, file.stage),
        signers=signing_roles(situation.rules, file.stage),
    )
    yield from letters.tasks()
    for name, letter in file.letters.items():
        yield from _gone_to_another(file, name, letter, situation)
    yield from _undone(file, situation)
    yield from _no_stage_before(file, situation)
    yield from _only_stricter(file, situation)
    withdrawn = last_of(file.steps, Withdrawn)
    if withdrawn is not None:
        yield from _urgent_over(file, withdrawn)
        yield from _notice_over(file, withdrawn, situation)


def roles_for(file: StrategyFile, task: str, situation: Situation) -> tuple[str, ...]:
    """The roles that a task which waits is for; none where nothing of that name does, or it is for nobody's role."""
    return next((one.roles for one in owing(file, situation) if one.id == f"{file.id}/{task}"), ())


def of_done(file: StrategyFile, step: TaskDone, situation: Situation) -> Iterator[Lack]:
    """A task is done that waits, and that nothing else settles: a letter is sent, a review held, by steps of theirs."""
    waiting = [task.id.removeprefix(f"{file.id}/") for task in owing(file, situation)]
    if step.task not in waiting:
        which = f"those that are: {', '.join(waiting)}" if waiting else "none is"
        yield Lack(f"there is no task {step.task} that waits for this; {which}", field="task")
    elif step.task == REVIEW_MEANT:
        yield from _of_what_a_review_meant(file, step, situation)


def _of_what_a_review_meant(file: StrategyFile, step: TaskDone, situation: Situation) -> Iterator[Lack]:
    """By whoever decided that review, or another who may review the strategy: nobody who made it stricter since."""
    what, cites = "saying what a review meant", situation.rules.review.cites
    yield from of_role(step, roles_for(file, step.task, situation), situation, what, cites)
    review = only_stricter_since_review(file)
    if review is not None and not same_person(step.by, review.by):
        live = (one for _number, one in live_steps(file.steps))
        since = [one.by for one in live if isinstance(one, Changed) and one.at > review.at]
        if (stricter := who_it_may_be(step.by, since)) is not None:
            yield from of_another(step, {"made it stricter since": stricter}, what, cites)
        else:
            yield from of_independence(file, step, situation)


def _gone_to_another(file: StrategyFile, name: str, letter: Letter, situation: Situation) -> Iterator[Task]:
    """What counts as sent, and went to somebody who may not have spoken for them: an older version let it go there."""
    gone = [sent for sent in letter.sent_that_count if went_to_another(file, letter, sent, situation)]
    if file.standing.is_over or not gone or is_done(file.steps, task := f"not_theirs.{name}", gone[-1]):
        return
    says = (
        f"Letter {name} went to {NOT_THERE[NOT_FOR_THEM]}, as the register has it: see who has it, and say how it is "
        f"({_done(file, task)}). Where it did not reach the person, record that (`triage letter came-back {file.id} "
        f"{name}`), and give notice anew"
    )
    deciders, cites = deciding_roles(situation.rules, file.stage), situation.rules.notice.cites
    yield for_any(deciders, f"{file.id}/{task}", says, next_working_day(gone[-1], situation), cites)


def _urgent_over(file: StrategyFile, withdrawn: Withdrawn) -> Iterator[Task]:
    """Given up before their day, urgent measures hold nobody, and whoever was told of them does not know that."""
    urgent, task = last_of(file.steps, Urgent), URGENT_OVER
    if urgent is None or urgent.until < withdrawn.taken_on or is_done(file.steps, task, withdrawn):
        return
    says = f"Tell the person that the urgent measures are over, and say how ({_done(file, task)})"
    yield Task(f"{file.id}/{task}", says, urgent.role, urgent.until)


def _notice_over(file: StrategyFile, withdrawn: Withdrawn, situation: Situation) -> Iterator[Task]:
    """Given up after a letter told of it, it holds nobody, and whoever has read that letter believes that it does."""
    task = NOTICE_OVER
    letters = (one for purpose in _TELL_OF_IT for one in file.letters_for(purpose))
    went = any(not sent.went_untrue for one in letters for sent in one.reached)
    if went and not is_done(file.steps, task, withdrawn):
        says = f"Tell the person that what they were given notice of does not hold, and say how ({_done(file, task)})"
        deciders, cites = deciding_roles(situation.rules, file.stage), situation.rules.notice.cites
        yield for_any(deciders, f"{file.id}/{task}", says, next_working_day(withdrawn, situation), cites)


def _undone(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Urgent measures that were told and then undone: where they were told all the same, the person believes it."""
    for undoing in (step for step in file.steps if isinstance(step, Undone)):
        told, task = file.steps[undoing.number - 1], f"undone.{undoing.number}"
        if not isinstance(told, Urgent) or _urgent_since(file, undoing.number) or undoing.taken_on > told.until:
            continue
        if not is_done(file.steps, task, undoing):
            says = says_undone("the person was told of urgent measures. If they were", _done(file, task))
            deciders = deciding_roles(situation.rules, file.stage)
            yield for_any(deciders, f"{file.id}/{task}", says, next_working_day(undoing, situation))


def _no_stage_before(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """In force after a stage that turned out since to have reached nobody: that it stands, somebody says, and why."""
    begun, task = last_of(file.steps, Activated), "stage_before"
    if file.standing is not Standing.ACTIVE or begun is None or is_done(file.steps, task, begun):
        return
    for lack in of_stage_still(file, situation):
        says = f"{lack.text}; where it stands, say why ({_done(file, task)})"
        deciders = deciding_roles(situation.rules, file.stage)
        yield at_once(deciders, f"{file.id}/{task}", says[0].upper() + says[1:], situation.day, lack.cites)


def _only_stricter(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Made stricter after a review that decided a change, which the person waits for: whether it was that, is said."""
    review = only_stricter_since_review(file)
    if review is None or file.standing.is_over:
        return
    says = (
        f"The review of {review.taken_on} decided a change, and all that was decided since is stricter: change it "
        f"(`triage strategy change {file.id}`), or say why that is what the review meant ({_done(file, REVIEW_MEANT)})"
    )
    roles, cites = situation.rules.review.reviewers, situation.rules.review.cites
    due = situation.working_days_after(review.taken_on, USUAL_WORKING_DAYS)
    yield for_any(roles, f"{file.id}/{REVIEW_MEANT}", says, due, cites)


def _urgent_since(file: StrategyFile, number: int) -> bool:
    """Whether urgent measures were recorded anew, with what the person was told of them."""
    return any(n > number and isinstance(step, Urgent) for n, step in live_steps(file.steps))


def _done(file: StrategyFile, task: str) -> str:
    return how_done("strategy", file.id, task)
