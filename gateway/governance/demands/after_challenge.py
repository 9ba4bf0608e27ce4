"""Who acts at once against somebody whose challenge was decided in their favour: another than those who were disputed.

Urgent measures, a stricter change, and what is taken up again, come without the policy's own course. Were they open to
whoever was found wrong, a challenge would bind them for no longer than it takes to decide again (conflict 18; Stoke
6.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.had_part import disputed_people
from gateway.governance.challenges.route import reviewers
from gateway.governance.challenges.steps import Outcome
from gateway.governance.demands import carrying_out
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.folding import last_of
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.same_person import is_among, same_person
from gateway.governance.situation import Situation, later_by
from gateway.governance.step import Step
from gateway.governance.steps import Activated, Changed, Urgent
from gateway.governance.strategy_file import StrategyFile, is_told_by_notice


def besides_deciders(file: StrategyFile, situation: Situation) -> tuple[str, ...]:
    """The roles that hear challenges, where a person needs somebody else than those who decide: there is one then."""
    needed = _found_for_them(situation) or _came_to_nothing(file, situation)
    return reviewers(situation) if needed else ()


def of_another_than_disputed(file: StrategyFile, step: Step, situation: Situation, what: str) -> Iterator[Lack]:
    """Not by whoever wrote or decided what a challenge of theirs was decided against. `what`: the step, in words.

    Who was allowed to hear that challenge all the same may act, too: where there is nobody else, somebody must.
    """
    for challenge in _found_for_them(situation):
        about = file if challenge.received.about == file.id else situation.strategy(challenge.received.about)
        disputed = disputed_people(challenge, about, situation.besides)
        if is_among(step.by, disputed) and not is_among(step.by, challenge.reviewers_allowed):
            text = (
                f"{challenge.id} was decided for them, and {step.by} wrote or decided what they disputed there; {what}"
            )
            yield Lack(f"{text} is for {_somebody_else(file, situation)}", situation.rules.dispute.cites, "by")
            return


def _somebody_else(file: StrategyFile, situation: Situation) -> str:
    roles = dict.fromkeys((*deciding_roles(situation.rules, file.stage), *reviewers(situation)))
    return f"somebody else: {the_people(tuple(roles), situation.rules)}"


def of_stricter_change(file: StrategyFile, step: Changed, situation: Situation) -> Iterator[Lack]:
    """Of what is in force, once nothing is to be done of what a challenge decided: that, whoever decides may do."""
    if not (is_told_by_notice(file) or carrying_out.is_to_be_changed(file, situation.besides)):
        yield from of_another_than_disputed(file, step, situation, "making it stricter")


def of_another_than_before(file: StrategyFile, step: Step, situation: Situation) -> Iterator[Lack]:
    """Not by whoever took urgent measures in a file that never came into force: in a row, they would be a strategy.

    Those that were over for as long as a strategy may go without a review are another story.
    """
    for other, urgent in _came_to_nothing(file, situation):
        if same_person(step.by, urgent.by):
            text = f"{step.by} took urgent measures about them in {other}, which never came into force; these are for"
            yield Lack(f"{text} {_somebody_else(file, situation)}", field="by")
            return


def _found_for_them(situation: Situation) -> list[ChallengeFile]:
    """Challenges of strategies, those that are no more included, which were decided for the person and stand."""
    mine = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.in_error is None)
    decided = (one for one in mine if one.decided is not None and one.decided.outcome is not Outcome.STANDS)
    return [one for one in decided if one.received.about_kind == "strategy"]


def _came_to_nothing(file: StrategyFile, situation: Situation) -> list[tuple[str, Urgent]]:
    """Urgent measures of late in another file of theirs that was not put in force since, and its id."""
    found = []
    for other in situation.earlier:
        urgent = last_of(other.steps, Urgent)
        if other.id == file.id or urgent is None or last_of(other.steps, Activated) is not None:
            continue
        if situation.day < later_by(urgent.until, situation.rules.review.every):
            found.append((other.id, urgent))
    return found
