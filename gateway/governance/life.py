"""The state machine of a strategy: which steps may be taken when, and what each needs.

draft -> submitted -> approved -> active -> ended -> dormant, and back by reinstatement. `take` is the only way from
one file to the next; whoever reads `_WHEN` and `_demands` has read the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance import owing
from gateway.governance.common_steps import Answered, NoLongerAllowed, ReviewerAllowed, TaskDone, Undone
from gateway.governance.demands import (
    after_challenge,
    approving,
    carrying_out,
    drafting,
    ending,
    inviting,
    measures,
    reviewing,
    seeing,
    sending,
    stage_before,
    telling,
    urgent,
)
from gateway.governance.following import of_following
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.situation import Situation, looked_at_by
from gateway.governance.steps import (
    Acted,
    Activated,
    AdjustmentChanged,
    AdviceTaken,
    AgreementSought,
    Changed,
    ChangeInForce,
    Drafted,
    Ended,
    Extended,
    Held,
    Invited,
    Nominated,
    Reinstated,
    ReviewAsked,
    Reviewed,
    Revised,
    SilenceApproved,
    StaffBreach,
    StaffBreachSettled,
    StrategyStep,
    Submitted,
    Suspended,
    Urgent,
    Warned,
    WarningWaived,
    WayWaived,
    Withdrawn,
)
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import after, opened
from models.plain_names import plain

_D, _S, _P, _A, _E, _Z, _W = (
    Standing.DRAFT,
    Standing.SUBMITTED,
    Standing.APPROVED,
    Standing.ACTIVE,
    Standing.ENDED,
    Standing.DORMANT,
    Standing.WITHDRAWN,
)
_BEFORE = frozenset({_D, _S, _P})
_EVER = frozenset(Standing)

_WHEN: dict[str, frozenset[Standing]] = {
    "drafted": frozenset(),
    "revised": frozenset({_D}),
    "answered": frozenset({_D}),
    "warned": frozenset({_D, _S, _P, _A}),
    "warning_waived": frozenset({_D}),
    "submitted": frozenset({_D}),
    "acted": frozenset({_D, _S}),
    "nominated": frozenset({_D, _S}),
    "letter_written": _EVER,  # of which purpose, `occasion` says
    "letter_approved": _EVER,
    "letter_queued": _EVER,
    "letter_sent": _EVER,
    "letter_came_back": _EVER,
    "way_waived": frozenset({_S, _P}),
    "agreement_sought": frozenset({_S, _P}),
    "activated": frozenset({_D, _P}),
    "suspended": frozenset({_A}),
    "urgent": _BEFORE,
    "review_asked": frozenset({_A}),
    "reviewer_allowed": frozenset({_P, _A}),
    "reviewed": frozenset({_P, _A}),
    "changed": frozenset({_A}),
    "change_in_force": frozenset({_A}),
    "extended": frozenset({_A}),
    "silence_approved": frozenset({_A, _E, _Z}),
    "ended": frozenset({_A}),
    "made_dormant": frozenset({_E}),
    "reinstated": frozenset({_Z}),
    "withdrawn": _BEFORE,
    "advice_taken": _EVER,
    "adjustment_changed": frozenset({_D, _S, _P, _A}),
    "invited": frozenset({_A}),
    "staff_breach": frozenset({_A}),
    "staff_breach_settled": frozenset({_P, _A, _E, _Z, _W}),
    "allowed": _EVER,
    "no_longer_allowed": _EVER,
    "looked_in": _EVER,
    "held": _EVER,
    "released": _EVER,
    "noted": _EVER,
    "task_done": _EVER,
    "undone": _EVER,
}
"""At which standings each kind of step may be taken at all."""


def begin(id_: str, draft: Drafted, situation: Situation) -> StrategyFile:
    """A new file. Refused where the draft cannot even be begun: an unknown person."""
    if situation.person is None or situation.person.id != draft.person:
        raise Refused([Lack(f"the register knows nobody {draft.person}", field="person")])
    if draft.soft and not situation.rules.spoc_without_strategy:
        raise Refused([Lack("the policy knows no single point of contact without a strategy", field="soft")])
    file = opened(id_, draft)
    refuse([*drafting.of_what_is_said(file), *after_challenge.of_soft_step(file, draft, situation)])
    return file


def take(file: StrategyFile, step: StrategyStep, situation: Situation) -> StrategyFile:
    """The file after the step, which is its last. Refused, with everything that stands in the way, where it may not be.

    The step may be completed: the act after which nobody else need agree makes the strategy approved, a change of an
    adjustment says how that stood, a letter that went untrue what was not so, and a single point of contact without
    restrictions has a review.
    """
    if file.standing not in _WHEN[step.kind] and not carrying_out.opens(file, step, situation):
        raise Refused([Lack(f"{plain(step.kind)}: not while the strategy is {file.standing}")])
    begun = "the draft itself is not undone; withdraw it"
    following = of_following(file.steps, step, decisions=approving.decisions_in(file), begun=begun)
    who = seeing.of_writing(file, step, situation)
    to_do = [*carrying_out.of_step(file, step, situation), *after_challenge.of_soft_step(file, step, situation)]
    refuse([*who, *to_do, *_demands(file, step, situation), *following])
    if isinstance(step, Acted) and step.agreed and file.standing is Standing.SUBMITTED:
        left = approving.open_acts(file, situation.rules, "approval")
        step = step.model_copy(update={"completes": [act.id for act in left] == [step.act]})
    if isinstance(step, Activated) and file.soft and file.review_due is None:
        # Nothing runs on unnoticed (POLICY_RULES §5.7).
        due = looked_at_by(situation.rules.review, situation.day, file.ends)
        step = step.model_copy(update={"review_due": due})
    if isinstance(step, AdjustmentChanged) and situation.person is not None:
        was = next(one for one in situation.person.adjustments if one.id == step.adjustment)
        step = step.model_copy(update={"was": was})
    if isinstance(step, LetterSent):
        step = telling.as_it_went(file, step, situation)
    return after(file, step)


def _demands(file: StrategyFile, step: StrategyStep, situation: Situation) -> Iterator[Lack]:
    """What each kind of step needs; a kind that is not here needs only its standing."""
    match step:
        case Revised():
            yield from drafting.of_revision(file, after(file, step))
        case Answered():
            if step.check not in {check.id for check in situation.rules.checklist}:
                yield Lack(f"the checklist has no question {step.check!r}", field="check")
        case WarningWaived():
            yield from drafting.of_waiver(file, step.waiver, situation)
        case Warned():
            yield from telling.of_telling_by_letter(file, step)
            if step.on > situation.day:
                yield Lack("nobody is warned on a day to come", field="on")
            if file.active_since is not None and step.on < file.active_since:
                # Else it would look as if it had been decided after a warning.
                since = f"it is in force since {file.active_since}"
                yield Lack(f"{since}; what was said before is no warning first any more, put it in a note", field="on")
        case Submitted():
            if file.soft:
                yield Lack("a single point of contact without restrictions is not submitted; activate it")
            yield from drafting.of_submission(file, situation)
            yield from approving.of_acts_before(file, situation, "submission")
        case Acted():
            yield from _act(file, step, situation)
        case Nominated():
            yield from approving.of_nomination(file, step, situation)
        case LetterWritten():
            yield from telling.of_letter(file, step, situation)
        case LetterApproved():
            yield from telling.of_letter_approval(file, step, situation)
        case LetterQueued():
            yield from telling.of_queueing(file, step, situation)
        case LetterSent():
            yield from telling.of_sending(file, step, situation)
        case LetterCameBack():
            yield from sending.of_coming_back(file.letters.get(step.letter), step, situation)
        case WayWaived():
            yield from telling.of_waiver(file, step, situation)
        case AgreementSought():
            if step.outcome == "not_sought" and not step.note.strip():
                yield Lack("why agreement was not sought is not said", situation.rules.notice.cites, "note")
        case Activated():
            yield from stage_before.of_stage_still(file, situation)
            yield from _activation(file, situation)
        case Suspended():
            yield from reviewing.of_suspension(file, step, situation)
        case Withdrawn():
            yield from reviewing.of_withdrawal(file, step, situation)
        case Urgent():
            yield from urgent.of_urgent(file, step, situation)
        case ReviewAsked():
            yield from reviewing.of_request(file, step, situation)
        case ReviewerAllowed():
            yield from reviewing.of_allowed_reviewer(file, step, situation)
        case Reviewed():
            yield from reviewing.of_review(file, step, situation)
        case Changed():
            yield from reviewing.of_change(file, step, situation)
        case ChangeInForce():
            yield from telling.of_change_in_force(file, situation)
        case Extended():
            yield from reviewing.of_extension(file, step, situation)
        case SilenceApproved():
            yield from reviewing.of_silence(file, step, situation)
        case Ended():
            yield from ending.of_end(file, step, situation)
        case Reinstated():
            yield from ending.of_reinstatement(file, step, situation)
        case AdviceTaken():
            yield from ending.of_advice(file, step, situation)
        case AdjustmentChanged():
            yield from ending.of_adjustment(file, step, situation)
        case Invited():
            yield from inviting.of_invitation(step, situation)
        case StaffBreach():
            if step.on > situation.day:
                yield Lack("nothing is recorded of a day to come", field="on")
        case StaffBreachSettled():
            yield from ending.of_settling(file, step, situation)
        case NoLongerAllowed():
            yield from seeing.of_disallowing(file, step)
        case Undone():
            yield from telling.of_undoing(file, step)
            yield from inviting.of_undoing(file, step)
        case TaskDone():
            yield from owing.of_done(file, step, situation)
        case Held():
            yield from ending.of_hold(step, situation)


def _act(file: StrategyFile, step: Acted, situation: Situation) -> Iterator[Lack]:
    yield from approving.of_act(file, step, situation)
    due = next((act for act in approving.chain(situation.rules, file.stage) if act.id == step.act), None)
    if due is not None and due.before == "approval" and file.standing is Standing.DRAFT:
        yield Lack(f"{due.id} follows the submission, which is still to come", due.cites)
    if step.agreed and file.standing is Standing.SUBMITTED:
        # Whoever does not agree sends it back, and the draft can still be put right.
        yield from measures.of_open_matters(file, situation)
        # A letter that warned them, or the notice of the stage before, may have come back since.
        yield from drafting.of_warning(file, situation)
        yield from stage_before.of_stage_still(file, situation)


def _activation(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """In force only with reasons, a date, an approver and evidence of notice (POLICY_RULES §5.7)."""
    if file.soft:
        yield from drafting.of_soft(file, situation)
        return
    if file.standing is Standing.DRAFT:
        yield Lack("it was not submitted and approved", field="submitted")
        return
    yield from telling.of_notice(file, situation)
    yield from drafting.of_dates(file, situation)
    yield from measures.of_open_matters(file, situation)
