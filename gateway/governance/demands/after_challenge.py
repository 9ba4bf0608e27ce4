"""Who acts at once against somebody whose challenge was decided in their favour: another than those who were disputed.

Urgent measures, a stricter change, what is taken up again, and a contact without restrictions, come without the
policy's own course. Were they open to whoever was found wrong, a challenge would bind them for no longer than it takes
to decide again (conflict 18; Stoke 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.challenges.file import ChallengeFile, decided_for_them
from gateway.governance.challenges.had_part import authors_of, disputed_people, is_barred
from gateway.governance.challenges.route import reviewers
from gateway.governance.challenges.steps import Outcome
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.folding import as_of
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterApproved, LetterQueued, LetterWritten
from gateway.governance.pack_words import the_people
from gateway.governance.same_person import in_doubt, may_be_one_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Activated, Changed, Drafted, Revised, StrategyStep
from gateway.governance.strategy_changes import adds_rules
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from models.strategy import Spoc
from routing.addresses import email_key


def roles_besides(situation: Situation, *, also: bool = False) -> tuple[str, ...]:
    """The roles that hear challenges, where those who decide may be barred: there is somebody else then. `also`: so."""
    return reviewers(situation) if also or _found_for_them(situation) else ()


def was_disputed(by: str, file: StrategyFile, situation: Situation) -> bool:
    """Whether somebody wrote or decided what a challenge of theirs was decided against, and was not allowed since."""
    return _barring(by, file, situation) is not None


def of_another_than_disputed(
    file: StrategyFile, step: Step, situation: Situation, what: str, *, besides: str | None = None
) -> Iterator[Lack]:
    """Not by whoever wrote or decided what a challenge of theirs was decided against. `what`: the step, in words.

    Who was allowed to hear that challenge all the same may act, too: where there is nobody else, somebody must.
    `besides`: the challenge that does not count here.
    """
    challenge = _barring(step.by, file, situation, besides)
    if challenge is not None:
        yield _not_by(step.by, challenge, file, f"{what} is for {somebody_else(file, situation)}", situation)


def of_soft_step(file: StrategyFile, step: StrategyStep, situation: Situation) -> Iterator[Lack]:
    """Nothing by which a contact without restrictions comes nearer, where whoever drafts or begins it was overruled."""
    if isinstance(step, Drafted | Revised | Activated):
        yield from of_soft_contact(file, situation, step.by)
    elif isinstance(step, LetterWritten | LetterApproved | LetterQueued):
        yield from of_soft_contact(file, situation)


def of_soft_contact(file: StrategyFile, situation: Situation, *by: str) -> Iterator[Lack]:
    """It has no chain: who drafts it and who begins it decide. Taken up again, it had a decision of its own."""
    if not file.soft or file.standing is not Standing.DRAFT:
        return
    for name in dict.fromkeys((*authors_of(file), *by)):
        challenge = _barring(name, file, situation)
        if challenge is not None:
            what = "giving them a single point of contact, from its draft on, is for somebody else"
            yield _not_by(name, challenge, file, what, situation)
            return


def of_other_rules(file: StrategyFile, step: Changed, situation: Situation) -> Iterator[Lack]:
    """Whether a change adds rules, or names again the contact that was disputed.

    The change that does what a challenge decided, whoever decides may make, until it is said that it was that.
    """
    if adds_rules(file, step):
        what = "changing it otherwise than by taking away"
    elif _names_anew(file, step.spoc, situation):
        what = "naming again whom they disputed"
    else:
        return
    open_ = (one for one in _found_for_them(situation) if one.received.about == file.id and one.carried_out is None)
    to_do = next((one.id for one in open_ if one.decided and one.decided.outcome is Outcome.CHANGED), None)
    yield from of_another_than_disputed(file, step, situation, what, besides=to_do)


def _names_anew(file: StrategyFile, spoc: Spoc | None, situation: Situation) -> bool:
    """Whether somebody whom they disputed is to be their contact, who is not; whoever stands in for them then."""
    if spoc is None or _are_one(spoc, file.spoc):
        return False
    return any(_are_one(spoc, disputed) for disputed in _disputed_contacts(file, situation))


def _are_one(one: Spoc, other: Spoc | None) -> bool:
    if other is None:
        return False
    return may_be_one_person(one.name, other.name) or email_key(one.address) == email_key(other.address)


def _disputed_contacts(file: StrategyFile, situation: Situation) -> Iterator[Spoc | None]:
    """Whom they had as their contact when challenges of this strategy, or another of theirs, were decided."""
    for challenge in _found_for_them(situation):
        about, decided = _about(challenge, file, situation), challenge.decided
        then = as_of(about.id, about.steps, fold, decided.at) if about is not None and decided is not None else None
        if then is not None:
            yield then.spoc


def _barring(by: str, file: StrategyFile, situation: Situation, besides: str | None = None) -> ChallengeFile | None:
    """A challenge that was decided against what this person wrote or decided; None where none was, or it is allowed."""
    found = (one for one in _found_for_them(situation) if one.id != besides)
    return next((one for one in found if is_barred(by, one, _about(one, file, situation), situation.besides)), None)


def _about(challenge: ChallengeFile, file: StrategyFile, situation: Situation) -> StrategyFile | None:
    """What was disputed; None where it only stands in the register."""
    return file if challenge.received.about == file.id else situation.strategy(challenge.received.about)


def _not_by(by: str, challenge: ChallengeFile, file: StrategyFile, is_for: str, situation: Situation) -> Lack:
    text = f"{challenge.id} was decided for them, and {by} wrote or decided what they disputed there; {is_for}"
    text = f"{text}, or somebody else allows it with a reason (`triage challenge allow-reviewer {challenge.id}`)"
    doubt = in_doubt(by, *disputed_people(challenge, _about(challenge, file, situation), situation.besides))
    return Lack(f"{text}{doubt}", situation.rules.dispute.cites, "by")


def somebody_else(file: StrategyFile, situation: Situation) -> str:
    """Who may, in words."""
    roles = dict.fromkeys((*deciding_roles(situation.rules, file.stage), *reviewers(situation)))
    return f"somebody else: {the_people(tuple(roles), situation.rules)}"


def _found_for_them(situation: Situation) -> list[ChallengeFile]:
    """Challenges of strategies, those that are no more included, which were decided for the person and stand."""
    return [one for one in decided_for_them(situation.besides) if one.received.about_kind == "strategy"]
