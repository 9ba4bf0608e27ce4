"""What a challenge waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.challenges import own_letters
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.outcome_letters import (
    how_written,
    letters_of,
    letters_to_record,
    letters_untrue,
    told,
    told_otherwise,
)
from gateway.governance.challenges.route import (
    answer_due,
    has_route,
    is_late,
    is_turned_away,
    needs_writing,
    reviewers,
)
from gateway.governance.challenges.steps import ComplaintLinked, Decided, Outcome
from gateway.governance.common_steps import Undone
from gateway.governance.demands import carrying_out
from gateway.governance.demands.approving import ending_roles, overseeing_roles
from gateway.governance.demands.untrue import died_by
from gateway.governance.folding import live_steps
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any

_COMPLAINT_WORKING_DAYS: Final = 10
"""By when a complaint about staff is answered, as one that comes by itself; without a day nobody is told of it."""


def tasks(file: ChallengeFile, situation: Situation) -> Iterator[Task]:
    """One at a time along its course; what is to be carried out and linked complaints beside it."""
    dispute = situation.rules.dispute
    by_now = told(file, situation)
    if all(step is None for step in (file.taken_back, by_now, file.pointed_on, file.in_error)):
        yield _next(file, situation)
    yield from _carrying_out(file, situation)
    yield from own_letters.owed(file, situation)
    if letters_untrue(file, situation) or told_otherwise(file):
        undone = max(step.taken_on for step in file.steps if isinstance(step, Undone))
        says = "A letter told the person an outcome that was taken back: decide it again, and write to them what holds"
        due = situation.working_days_after(undone, USUAL_WORKING_DAYS)
        yield for_any(reviewers(situation), f"{file.id}/tell_anew", says, due, dispute.cites)
    linked = {step.reference: step for _number, step in live_steps(file.steps) if isinstance(step, ComplaintLinked)}
    for number, (reference, answer) in enumerate(file.complaints.items(), start=1):
        if answer is None:
            says = "A complaint about staff came with the challenge; see that it is answered in its own course"
            due = situation.working_days_after(linked[reference].taken_on, _COMPLAINT_WORKING_DAYS)
            yield Task(f"{file.id}/complaint.{number}", says, None, due)


def _carrying_out(file: ChallengeFile, situation: Situation) -> Iterator[Task]:
    """From the decision on: until it is done, the person is held to what was decided not to stand."""
    over = any(step is not None for step in (file.taken_back, file.pointed_on, file.in_error))
    if file.decided is None or over:
        return
    strategy = situation.strategy(file.received.about)
    waits = strategy is not None and carrying_out.waiting(strategy, (file, *situation.besides)) is file
    if not file.to_carry_out and not waits:
        return
    roles = reviewers(situation)
    says = f"Do to {file.received.about} what the challenge's outcome says"
    if strategy is not None:
        says = _to_be_done(file, file.decided, strategy, situation)
        roles = tuple(dict.fromkeys((*roles, *_doing(file.decided, strategy, situation))))
    due = situation.working_days_after(file.decided.taken_on, USUAL_WORKING_DAYS)
    yield for_any(roles, f"{file.id}/carry_out", says, due, situation.rules.dispute.cites)


def _to_be_done(file: ChallengeFile, decided: Decided, strategy: StrategyFile, situation: Situation) -> str:
    """The step that is open as the strategy stands; who does it, the policy says of that step."""
    record = f"say that it is carried out (`triage challenge carried-out {file.id}`)"
    later = carrying_out.overtaken_by(file, strategy, situation.besides)
    if later is not None:
        return f"{later}, and holds in place of what this challenge decided: {record}"
    lifted, urgent = decided.outcome is Outcome.LIFTED, strategy.urgent_now
    outcome = f"A challenge {'lifted' if lifted else 'decided to change'} {strategy.id}"
    if carrying_out.is_done(strategy, file):
        if strategy.standing.is_over:
            return f"{outcome}, and it is over: {record}"
        other = f"where the change is not what was decided, {carrying_out.how_changed(strategy)}"
        return f"{outcome}, and it was changed: {record}; {other}"
    if not lifted and not carrying_out.to_change(strategy, file):
        return f"{outcome}, and the change is not in force yet: put it in force, and {record}"
    how = carrying_out.how_lifted(strategy) if lifted else carrying_out.how_changed(strategy)
    if strategy.standing is Standing.ACTIVE:
        return f"{outcome}, which holds the person still: {how}, and {record}"
    if urgent is not None and situation.day <= urgent.until:
        return f"{outcome}, whose urgent measures hold the person until {urgent.until}: {how}, and {record}"
    return f"{outcome}, which is not in force: {how}, and {record}; no notice of it goes before"


def _doing(decided: Decided, strategy: StrategyFile, situation: Situation) -> tuple[str, ...]:
    """Those who may end it, or change it: not always those who hear a challenge may."""
    roles = ending_roles if decided.outcome is Outcome.LIFTED else overseeing_roles
    return roles(situation.rules, strategy.stage)


def _next(file: ChallengeFile, situation: Situation) -> Task:
    dispute = situation.rules.dispute
    soon = situation.working_days_after(file.received.on, USUAL_WORKING_DAYS)
    if not has_route(file, situation) or is_turned_away(file, situation):
        says = "Tell the person in writing who else may look at what they dispute; think of a review all the same"
        return Task(f"{file.id}/point_on", says, None, soon, dispute.cites)
    hearing = reviewers(situation)
    if file.decided is None and is_late(file, situation) and file.admitted is None:
        says = "A challenge came late: decide whether to look at it all the same"
        return for_any(hearing, f"{file.id}/admit", says, soon, dispute.cites)
    if file.decided is None and needs_writing(file, situation):
        says = "Ask for the challenge in writing with reasons, and offer help with it"
        return Task(f"{file.id}/writing", says, None, soon, dispute.cites)
    due = answer_due(file, situation)
    if file.decided is None:
        says = "Decide a challenge, and tell the outcome"
        return for_any(hearing, f"{file.id}/decide", says, due, dispute.cites)
    return for_any(hearing, f"{file.id}/tell", _telling(file, situation), due, dispute.cites)


def _telling(file: ChallengeFile, situation: Situation) -> str:
    """What is still to be done of that: the letter, or only to record that it went."""
    letters, gone = letters_of(file, situation), letters_to_record(file, situation)
    says = "Tell the outcome of a challenge in writing, with who else may look at it"
    lives = situation.person is not None and not died_by(situation.day, situation)
    if not gone and lives and not own_letters.may_be_written(file, situation):
        says = "Tell the outcome of a challenge in person, with who else may look at it: the register has no address to"
        return f"{says} which a letter may go (`triage challenge told-in-person {file.id}`)"
    if letters is None:
        return says
    if not gone:
        return f"{says} ({how_written(file)})"
    sent = letters[gone[-1]].sent_that_count[-1]
    record = f"triage challenge told {file.id} --letter {gone[-1]} --way {sent.way} --on {sent.on}"
    return f"The outcome of a challenge went with letter {gone[-1]}: record that the person was told (`{record}`)"
