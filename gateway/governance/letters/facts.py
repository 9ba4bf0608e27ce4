"""What the sentences of a letter are filled with, from the file, the policy and the organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.had_part import heard_by_another
from gateway.governance.challenges.steps import Decided, Outcome
from gateway.governance.common_steps import ReviewerAllowed
from gateway.governance.demands.carrying_out import review_is_done
from gateway.governance.demands.occasion import lifts
from gateway.governance.demands.outcome_state import OutcomeState, outcome_state
from gateway.governance.demands.stage_before import StageBefore
from gateway.governance.folding import live_steps
from gateway.governance.letters.brief import Brief
from gateway.governance.letters.measures import exempted, spoc_facts
from gateway.governance.letters.placeholders import FACTS, Fact
from gateway.governance.letters.plain import listed, role
from gateway.governance.letters.reaching import address_for, spoc_for
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.letters.wording import Wording
from gateway.governance.registers.file import EntryFile
from gateway.governance.representing import matters_of
from gateway.governance.same_person import is_among
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Changed, ChangeInForce, Ended, Extended, Reviewed, ReviewOutcome, StrategyStep
from gateway.governance.strategy_file import Standing, StrategyFile
from models.duration import in_words
from models.matter import Matter
from models.policy_events import BreachAction
from models.strategy import Strategy, StrategyScope
from routing.calendar import in_full

S = TypeVar("S", bound=Changed | Ended | Extended | Reviewed)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the person's other strategies mean for them: of those in force, and of those that they were told of.

    `stage`: the one before this one, and `stage_rules` what that asked.
    """

    still_holds: tuple[str, ...] = ()
    to_come: tuple[str, ...] = ()
    stage: StageBefore | None = None
    stage_rules: tuple[str, ...] = ()
    names_matters: bool = True


NOTHING_BESIDE: Final = Beside()

_RECORD = "strategy"
"""Which of the policy's periods of keeping a letter names."""


def facts_of(
    brief: Brief, restrictions: tuple[str, ...], wording: Wording, beside: Beside = NOTHING_BESIDE
) -> dict[str, Fact]:
    """Every placeholder that a letter may use. `restrictions`: what each means for the person."""
    file, rules, here = brief.file, brief.situation.rules, brief.organisation.addresses
    dispute, review = rules.dispute, file.last_review
    whole, others, to_come = file.scope is StrategyScope.ORGANISATION, brief.others, brief.to_come
    lifted = lifts(brief.answers)
    over = file.ended_on is not None or (lifted and file.is_suspended)
    lets_go = file.standing.is_over or file.is_suspended
    free_of_this = lets_go or not file.restrictions or brief.purpose is LetterPurpose.WARNING
    withdrawn = file.standing is Standing.WITHDRAWN
    first = max(min((one.earliest for one in to_come), default=brief.situation.day), brief.situation.day)
    facts: dict[str, Fact] = dict.fromkeys(FACTS)
    facts |= {
        "name": brief.situation.person.name if brief.situation.person else None,
        "organisation": brief.organisation.name,
        "strategy": brief.pack.strategy_term,
        "signed_by": brief.signed_by,
        "decided_by": _decided_by(brief),
        "contact": address_for(brief, here.of("manager")),
        "rights_contact": address_for(brief, here.of("rights")),
        "emergency": brief.pack.emergency_route,
        "spoc_term": brief.pack.spoc_term,
        **spoc_facts(spoc_for(brief)),
        "soft": "yes" if file.soft else None,
        "matters": None if whole else _named(_matters(brief, file.matters)),
        "whole": "yes" if whole else None,
        "behaviours": tuple(map(wording.behaviour, _behaviours(brief))) or None,
        "reasons": _reasons(brief),
        "reasons_before": _reasons_before(brief),
        "again": "yes" if brief.file.reinstated else None,
        "impact": brief.file.impact or None if brief.purpose is LetterPurpose.NOTICE else None,
        "restrictions": restrictions or None,
        "others_hold": "yes" if others else None,
        "still_holds": beside.still_holds or None,
        "still_matters": _matters_of(brief, others) if beside.names_matters else None,
        "to_come": "yes" if to_come else None,
        "to_come_from": in_full(first) if to_come else None,
        "to_come_rules": beside.to_come or None,
        "to_come_matters": _matters_of(brief, [one.strategy for one in to_come]) if beside.names_matters else None,
        "no_rules": None if others or to_come else "yes",
        "free_again": "yes" if over and not (others or to_come or file.soft) else None,
        "free_until": "yes" if first > brief.situation.day and not others and free_of_this else None,
        "no_contact_now": "yes" if file.soft and file.ended_on else None,
        "suspended": "yes" if file.is_suspended else None,
        "free_for_now": "yes" if file.is_suspended and not (others or to_come or lifted) else None,
        "exempted": exempted(brief.restrictions, brief.situation.person) if brief.situation.person else None,
        "seeks_agreement": "yes" if rules.notice.seeks_agreement else None,
        "holds_already": "yes" if brief.purpose is LetterPurpose.CHANGE and file.changing is None else None,
        "starts": in_full(file.starts) if file.starts and file.starts > brief.situation.day else None,
        "ends": in_full(file.ends) if file.ends else None,
        "extended_silently": "yes" if rules.duration.extension == "silent" else None,
        "ended_on": in_full(file.held_until) if file.held_until else None,
        "has_ended": "yes" if file.ended_on and not withdrawn else None,
        "withdrawn_on": in_full(file.ended_on) if file.ended_on and withdrawn else None,
        "review_due": in_full(file.review_due) if file.review_due else None,
        "first_request": in_words(rules.review.first_request_after) if rules.review.first_request_after else None,
        "first_request_to": role(rules.roles.get(rules.review.reviewers[0], rules.review.reviewers[0])),
        "reviewed": "yes" if review else None,
        "reminds": "yes" if any(one.action is BreachAction.REMINDER_LETTER for one in rules.breaches) else None,
        "next_review": in_full(review.next_review) if review and review.next_review else None,
        "dispute_to": listed([role(rules.roles.get(one, one)) for one in dispute.to], "or") if dispute.to else None,
        "dispute_by_another": "yes" if dispute.to and "decider" in dispute.not_by else None,
        "dispute_contact": address_for(brief, here.of("appeals")),
        "dispute_window": str(dispute.window) if dispute.window else None,
        "dispute_outcome": str(dispute.outcome) if dispute.outcome else None,
        "ombudsmen": bodies(dispute.onward, wording),
        "kept": next((in_words(one.period) for one in rules.retention if one.record == _RECORD), None),
    }
    fewer = facts["holds_already"] and not file.soft and not _waited_for_its_letter(brief)
    facts["fewer_rules"] = "yes" if fewer else None
    facts |= _challenge(brief)
    facts |= _stage_before(brief, beside)
    for outcome in ReviewOutcome:
        facts[f"outcome_{outcome.value}"] = "yes" if review and review.outcome is outcome else None
    if review is not None and review_is_done(file, review):
        facts["outcome_now_changed"] = "yes"
    return facts


def _stage_before(brief: Brief, beside: Beside) -> Iterator[tuple[str, Fact]]:
    """What was asked of them at the stage before, when, and what followed."""
    yield "stage_before_rules", beside.stage_rules or None
    stage = beside.stage
    if stage is None:
        return
    before, matters = stage.file, matters_of(stage.file.scope, stage.file.matters)
    yield "stage_before_on", in_full(stage.told_on)
    if matters and matters != matters_of(brief.file.scope, brief.file.matters):
        yield "stage_before_matters", _named(_matters(brief, matters))
    if stage.reminded_on:
        yield "stage_before_reminded", listed([in_full(day) for day in stage.reminded_on])
    if stage.contacts:
        yield "stage_before_contacts", "one contact" if stage.contacts == 1 else f"{stage.contacts} contacts"
    if stage.more_needed_on is not None:
        yield "stage_before_reviewed", in_full(stage.more_needed_on)
    if before.held_until is not None and before.standing is not Standing.WITHDRAWN:
        yield "stage_before_ended", in_full(before.held_until)


def _challenge(brief: Brief) -> Iterator[tuple[str, Fact]]:
    """What the challenge came to, the last one where none is named, and by whom: said whatever the author adds."""
    file = brief.answers
    if file is None or file.decided is None:
        return
    last = file.decided
    yield from looked_again(file, last, brief.file, brief.situation)
    yield "challenged", "yes"
    yield f"challenge_{last.outcome.value}", "yes"
    if (state := outcome_state(brief.file, file)) is not None and state is not OutcomeState.OVER:
        yield f"challenge_{state.value}", "yes"
        if last.outcome is Outcome.STANDS and state is not OutcomeState.STILL_STANDS:
            yield "challenge_upheld", "yes"


def looked_again(
    file: ChallengeFile, last: Decided, about: StrategyFile | EntryFile, situation: Situation
) -> Iterator[tuple[str, Fact]]:
    """Which challenge it was, where there was more than one, and who looked at it again.

    Whoever had a part in the decision does where somebody else allowed it, or the policy does not mind.
    """
    besides = (one for one in situation.besides if isinstance(one, ChallengeFile) and one.in_error is None)
    received_on = [one.received.on for one in besides if one.id != file.id and one.received.about == about.id]
    if received_on:
        yield "challenged_on", in_full(file.received.on)
    if file.received.on in received_on:
        yield "challenge_reference", file.id
    yield "decided_by", _by_role(situation, last)
    if heard_by_another(file, about, situation.besides):
        yield "challenge_by_another", "yes"
    elif is_among(last.by, file.reviewers_allowed):
        yield "challenge_allowed", "yes"
        yield "challenge_allowed_because", _why_allowed(file, last.by)
    else:
        yield "challenge_by_same", "yes"


def _why_allowed(file: ChallengeFile, by: str) -> Fact:
    """Why they hear it all the same; the notice promised that the person is told."""
    reasons = [
        step.reason
        for _number, step in live_steps(file.steps)
        if isinstance(step, ReviewerAllowed) and is_among(by, (step.name,))
    ]
    return _sentence(reasons[-1]) if reasons else None


def _sentence(text: str) -> str:
    """With an end, for another may follow it."""
    ended = " ".join(text.split())
    return ended if ended.endswith((".", "!", "?")) else f"{ended}."


def _matters(brief: Brief, ids: tuple[str, ...]) -> tuple[Matter, ...]:
    return tuple(matter for matter in brief.situation.matters if matter.id in ids)


def _named(matters: tuple[Matter, ...]) -> str | None:
    return listed([_matter(one) for one in matters]) if matters else None


def _matters_of(brief: Brief, others: Sequence[Strategy]) -> str | None:
    """The matters of the other strategies; None where one of those holds whatever they write about."""
    if any(one.scope is StrategyScope.ORGANISATION for one in others):
        return None
    return _named(_matters(brief, tuple(matter for one in others for matter in one.matters)))


def _matter(matter: Matter) -> str:
    return f"“{matter.title}”" + (f" ({matter.reference})" if matter.reference else "")


def _behaviours(brief: Brief) -> Iterator[str]:
    says = {one.id: one.letter or one.says for one in brief.situation.rules.behaviours}
    for id_ in brief.file.behaviours:
        yield says.get(id_, id_)


def _reasons(brief: Brief) -> str | None:
    """Why, in the words of the step that the letter tells of."""
    match brief.purpose:
        case LetterPurpose.NOTICE if brief.file.reinstated is not None:
            return brief.file.reinstated.evidence
        case LetterPurpose.NOTICE | LetterPurpose.WARNING:
            return brief.file.reasons or None
        case LetterPurpose.CHANGE:
            return _last(brief, Changed)
        case LetterPurpose.EXTENSION:
            return _last(brief, Extended)
        case LetterPurpose.REVIEW_OUTCOME:
            return _last(brief, Reviewed)
        case LetterPurpose.END:
            return _last(brief, Ended)
    return None


def _reasons_before(brief: Brief) -> str | None:
    """Why it was made at first, where it is taken up again on evidence of its own (Wealden L148)."""
    again = brief.purpose is LetterPurpose.NOTICE and brief.file.reinstated is not None
    return brief.file.reasons or None if again else None


def _decided_by(brief: Brief) -> str | None:
    """Whoever decided what the letter tells of, by their role (Warwickshire 7, Stoke 4.2); None where none was said."""
    match brief.purpose:
        case LetterPurpose.NOTICE if brief.file.reinstated is not None:
            return _by_role(brief.situation, brief.file.reinstated)
        case LetterPurpose.NOTICE:
            # Before the last act of the chain somebody was asked, or proposed it; nobody has decided.
            return _by_role(brief.situation, next((act for act in brief.file.acts if act.completes), None))
        case LetterPurpose.CHANGE:
            return _by_role(brief.situation, _last_step(brief, Changed))
        case LetterPurpose.EXTENSION:
            return _by_role(brief.situation, _last_step(brief, Extended))
        case LetterPurpose.REVIEW_OUTCOME:
            return _by_role(brief.situation, _last_step(brief, Reviewed))
    return None


def _by_role(situation: Situation, step: Step | None) -> str | None:
    words = situation.rules.roles.get(step.role) if step is not None and step.role else None
    return role(words) if words else None


def _last(brief: Brief, kind: type[Changed | Extended | Reviewed | Ended]) -> str | None:
    step = _last_step(brief, kind)
    return step.reasons if step is not None else None


def _last_step(brief: Brief, kind: type[S]) -> S | None:
    steps: list[StrategyStep] = [step for _number, step in live_steps(brief.file.steps)]
    return next((step for step in reversed(steps) if isinstance(step, kind)), None)


def _waited_for_its_letter(brief: Brief) -> bool:
    """Whether the last change held only once it was told: it did not just take restrictions away."""
    steps = [step for _number, step in live_steps(brief.file.steps) if isinstance(step, Changed | ChangeInForce)]
    return bool(steps) and isinstance(steps[-1], ChangeInForce)


def bodies(onward: Sequence[str], wording: Wording) -> Fact:
    """Who else may look at it."""
    return tuple(_reached(body, wording.bodies) for body in onward) or None


def _reached(body: str, bodies: Mapping[str, tuple[str, ...]]) -> str:
    """A body as the policy names it, with where it is reached, as far as that is known."""
    lines = next((lines for name, lines in bodies.items() if body.startswith(name)), ())
    return ". ".join((body, *lines))
