"""Who acts at once against somebody whose challenge was decided in their favour: another than those who were disputed.

Urgent measures, and what is taken up again, come without the policy's own course. Were they open to whoever was found
wrong, a challenge would bind them for no longer than it takes to begin another file (conflict 18; Stoke 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.had_part import disputed_people
from gateway.governance.challenges.route import reviewers
from gateway.governance.challenges.steps import Outcome
from gateway.governance.folding import last_of
from gateway.governance.lacks import Lack
from gateway.governance.same_person import is_among, same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Activated, Urgent
from gateway.governance.strategy_file import StrategyFile


def besides_deciders(file: StrategyFile, situation: Situation) -> tuple[str, ...]:
    """The roles that hear challenges, where a person needs somebody else than those who decide: there is one then."""
    needed = _found_for_them(file, situation) or _came_to_nothing(file, situation)
    return reviewers(situation) if needed else ()


def of_another_than_disputed(file: StrategyFile, step: Step, situation: Situation, what: str) -> Iterator[Lack]:
    """Not by whoever wrote or decided what a challenge of theirs was decided against. `what`: the step, in words."""
    for challenge in _found_for_them(file, situation):
        about = file if challenge.received.about == file.id else situation.strategy(challenge.received.about)
        if is_among(step.by, disputed_people(challenge, about, situation.besides)):
            text = (
                f"{challenge.id} was decided for them, and {step.by} wrote or decided what they disputed there; "
                f"{what} is for somebody else who decides, or who hears challenges"
            )
            yield Lack(text, situation.rules.dispute.cites, "by")
            return


def of_another_than_before(file: StrategyFile, step: Step, situation: Situation) -> Iterator[Lack]:
    """Not by whoever took urgent measures in a file that never came into force: in a row, they would be a strategy."""
    for other, urgent in _came_to_nothing(file, situation):
        if same_person(step.by, urgent.by):
            text = (
                f"{step.by} took urgent measures about them in {other}, which never came into force; "
                "these are for somebody else who decides, or who hears challenges"
            )
            yield Lack(text, field="by")
            return


def _found_for_them(file: StrategyFile, situation: Situation) -> list[ChallengeFile]:
    """Challenges of strategies, which were decided for the person and stand."""
    mine = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.in_error is None)
    about = {file.id, *(one.id for one in situation.earlier), *(one.id for one in situation.strategies)}
    return [
        one
        for one in mine
        if one.received.about in about and one.decided is not None and one.decided.outcome is not Outcome.STANDS
    ]


def _came_to_nothing(file: StrategyFile, situation: Situation) -> list[tuple[str, Urgent]]:
    """Urgent measures in another file of theirs that was not put in force since, and its id."""
    found = []
    for other in situation.earlier:
        urgent = last_of(other.steps, Urgent)
        if other.id != file.id and urgent is not None and last_of(other.steps, Activated) is None:
            found.append((other.id, urgent))
    return found
