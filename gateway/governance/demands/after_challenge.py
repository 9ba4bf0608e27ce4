"""Who acts at once against somebody whose challenge was decided in their favour: another than those who were disputed.

Urgent measures, a stricter change, and what is taken up again, come without the policy's own course. Were they open to
whoever was found wrong, a challenge would bind them for no longer than it takes to decide again (conflict 18; Stoke
6.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.had_part import is_barred
from gateway.governance.challenges.route import reviewers
from gateway.governance.challenges.steps import Outcome
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.folding import as_of
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Changed
from gateway.governance.strategy_file import StrategyFile, adds_rules, fold
from models.strategy import Spoc


def roles_besides(situation: Situation, *, also: bool = False) -> tuple[str, ...]:
    """The roles that hear challenges, where those who decide may be barred: there is somebody else then. `also`: so."""
    return reviewers(situation) if also or _found_for_them(situation) else ()


def of_another_than_disputed(
    file: StrategyFile, step: Step, situation: Situation, what: str, *, besides: str | None = None
) -> Iterator[Lack]:
    """Not by whoever wrote or decided what a challenge of theirs was decided against. `what`: the step, in words.

    Who was allowed to hear that challenge all the same may act, too: where there is nobody else, somebody must.
    `besides`: the challenge that does not count here.
    """
    for challenge in _found_for_them(situation):
        about = file if challenge.received.about == file.id else situation.strategy(challenge.received.about)
        if challenge.id != besides and is_barred(step.by, challenge, about, situation.besides):
            text = (
                f"{challenge.id} was decided for them, and {step.by} wrote or decided what they disputed there; {what}"
            )
            text = f"{text} is for {somebody_else(file, situation)}, or somebody else allows it with a reason"
            text = f"{text} (`triage challenge allow-reviewer {challenge.id}`)"
            yield Lack(text, situation.rules.dispute.cites, "by")
            return


def of_other_rules(file: StrategyFile, step: Changed, situation: Situation) -> Iterator[Lack]:
    """Whether a change adds rules, or names again the contact that was disputed.

    The change that does what a challenge decided, whoever decides may make, until it is said that it was that.
    """
    if adds_rules(file, step):
        what = "changing it otherwise than by taking away"
    elif any(_had_contact(file, one) == step.spoc for one in _found_for_them(situation) if step.spoc is not None):
        what = "naming again whom they disputed"
    else:
        return
    open_ = (one for one in _found_for_them(situation) if one.received.about == file.id and one.carried_out is None)
    to_do = next((one.id for one in open_ if one.decided and one.decided.outcome is Outcome.CHANGED), None)
    yield from of_another_than_disputed(file, step, situation, what, besides=to_do)


def _had_contact(file: StrategyFile, challenge: ChallengeFile) -> Spoc | None:
    """Whom they had as their contact when a challenge of this strategy was decided."""
    decided = challenge.decided
    if challenge.received.about != file.id or decided is None:
        return None
    then = as_of(file.id, file.steps, fold, decided.at)
    return then.spoc if then is not None and then.spoc != file.spoc else None


def somebody_else(file: StrategyFile, situation: Situation) -> str:
    """Who may, in words."""
    roles = dict.fromkeys((*deciding_roles(situation.rules, file.stage), *reviewers(situation)))
    return f"somebody else: {the_people(tuple(roles), situation.rules)}"


def _found_for_them(situation: Situation) -> list[ChallengeFile]:
    """Challenges of strategies, those that are no more included, which were decided for the person and stand."""
    found = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.found_for_them)
    return [one for one in found if one.received.about_kind == "strategy"]
