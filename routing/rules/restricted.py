"""Rules 4, 7 and 9 for a restricted person: every contact is seen, and doubts are put to the SPOC.

Cleveland 9.10 and 9.12, Warwickshire 7.1 and 7.2, Wealden L82-L84 and L148.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from models.decision import Alert, AlertKind, Copy, Delivery, Priority, Queue, Reason
from models.finding import Label, Urgency
from models.matter import ReviewRight
from models.plain_names import plain
from models.scan import ComparedPassage, Verdict
from routing.addresses import mailbox_key
from routing.beside import concerns_beside
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.earlier import ALLOWANCES
from routing.rights import fresh, requested, review_right
from routing.rules.enforcement import Enforced
from routing.rules.never_breach import is_live_automatic
from routing.standing import Coverage, InForce, exact_dossiers, is_review_overdue, why_not_in_force


def seen_by_somebody(case: Case, now: datetime, in_force: tuple[InForce, ...]) -> Consequences:
    """A review item for every contact of a restricted person, at `high` where it may be about something new."""
    if not in_force:
        return Consequences()
    pressing = not is_live_automatic(case) and (_may_be_new(case, in_force) or _is_not_filed(case, in_force))
    return Consequences(
        review=(review_item(case, now, Queue.SPOC, Priority.HIGH if pressing else Priority.NORMAL),),
        reasons=(
            case.reason("always_reviewed", "A person looks at every contact of somebody restricted."),
            *_matter_reasons(case, in_force),
        ),
    )


def _may_be_new(case: Case, in_force: tuple[InForce, ...]) -> bool:
    verdict = case.matter.verdict if case.matter else None
    doubtful = verdict in (Verdict.NEW, Verdict.UNCLEAR) and any(one.applies for one in in_force)
    return doubtful or any(one.standing is Coverage.UNCLEAR for one in in_force)


def _is_not_filed(case: Case, in_force: tuple[InForce, ...]) -> bool:
    """Whether it would be filed unanswered, were it not for a concern beside the matter."""
    filed = any(
        restriction.kind in ("same_matter_filed", "same_matter_refused")
        for one in in_force
        if one.applies
        for restriction in one.strategy.restrictions
    )
    return filed and case.is_same_matter and bool(concerns_beside(case))


def _matter_reasons(case: Case, in_force: tuple[InForce, ...]) -> tuple[Reason, ...]:
    reasons = [_outside(case, one) for one in in_force if one.standing is Coverage.OUTSIDE]
    if case.matter and case.matter.verdict is Verdict.NEW and not any(o.standing is Coverage.NEW for o in in_force):
        reasons.append(
            case.reason("new_matter", "Something new: the strategy covers it, and the SPOC looks at it first.")
        )
    unclear = case.matter is not None and case.matter.verdict is Verdict.UNCLEAR and any(o.applies for o in in_force)
    if not is_live_automatic(case) and (unclear or any(one.standing is Coverage.UNCLEAR for one in in_force)):
        reasons.append(case.reason("unclear_matter", _question(case), cite_as="new_matter"))
    if case.matter and case.matter.new_information:
        text = "It tells something new about the matter: a reason to look at it again, not a clearance."
        reasons.append(case.reason("new_information", text))
    unsettled = Label.COMPLAINT_REVIEW in requested(case) and review_right(case) is ReviewRight.UNKNOWN
    if unsettled and case.is_same_matter:
        text = "Whether the outcome can still be reviewed is not on record: a question for the SPOC."
        reasons.append(case.reason("review_right_unknown", text, cite_as="rights_request"))
    if len(fresh(case)) < len(requested(case)):
        reasons.append(case.reason("repeated_request", _repeated(case), cite_as="rights_request"))
    return tuple(reasons)


def _outside(case: Case, one: InForce) -> Reason:
    nearest = case.matter.nearest if case.matter else None
    text = f"About {nearest}, which {one.strategy.id} does not cover: no breach, delivered as addressed."
    return case.reason("outside_scope", text)


def _repeated(case: Case) -> str:
    new = fresh(case)
    again = ", ".join(plain(label) for label in requested(case) if label not in new)
    if new:
        named = ", ".join(map(plain, new))
        return f"About the same matter again ({again}), which by itself clears nothing; the {named} beside it does."
    return f"About the same matter again ({again}): looked at as a right, but no clearance and no new clock."


def _question(case: Case) -> str:
    passages = case.matter.passages if case.matter else ()
    question = "Whether this is about what the strategy covers is a question for the SPOC; treated as restricted."
    compared = _where(passage for passage in passages if not passage.apart)
    apart = _where(passage for passage in passages if passage.apart)
    return " ".join(
        (
            question,
            *((f"Passages compared: {compared}.",) if compared else ()),
            *((f"Perhaps about something else: {apart}.",) if apart else ()),
        )
    )


def _where(passages: Iterable[ComparedPassage]) -> str:
    return ", ".join(f"{passage.part} {passage.start}-{passage.end}" for passage in passages)


def to_the_spoc(enforced: tuple[Enforced, ...], delivered: tuple[Delivery, ...]) -> Consequences:
    """Something new from a restricted person goes to the SPOC; a copy, where no delivery takes it there (rule 7)."""
    reached = {mailbox_key(delivery.to) for delivery in delivered}
    targets = dict.fromkeys(
        one.target for one in enforced if one.in_force.standing is Coverage.NEW and not one.exceptions.as_addressed
    )
    return Consequences(
        copies=tuple(Copy(queue=Queue.SPOC, to=target) for target in targets if mailbox_key(target) not in reached)
    )


def allowance(case: Case, in_force: tuple[InForce, ...], enforced: tuple[Enforced, ...]) -> Consequences:
    """Says of a contact that could not have been a breach that it uses up no allowance (CONTRACT §3)."""
    limited = any(restriction.kind in ALLOWANCES for one in in_force for restriction in one.strategy.restrictions)
    if not limited or any(not one.exceptions.clears for one in enforced):
        return Consequences()
    text = "It could not have been a breach, so it uses up no allowance."
    return Consequences(reasons=(case.reason("uses_no_allowance", text),))


def strategy_upkeep(
    case: Case, day: date, in_force: tuple[InForce, ...], enforced: tuple[Enforced, ...]
) -> Consequences:
    """What is wrong with the strategies themselves: an alert where somebody must act, a reason where not in force."""
    overdue = tuple(
        case.reason(
            "review_overdue",
            f"{one.strategy.id} was to be reviewed by {one.strategy.review_due}; it is still in force.",
        )
        for one in in_force
        if is_review_overdue(one.strategy, day)
    )
    unenforced = any(applied.effect.unenforced for one in enforced for applied in one.applied)
    dormant = tuple(
        case.reason("not_in_force", f"{strategy.id} is not enforced: {why}.")
        for dossier in exact_dossiers(case)
        for strategy in dossier.strategies
        if (why := why_not_in_force(strategy, day)) is not None
    )
    manager = case.organisation.addresses.manager
    alert = Alert(kind=AlertKind.STRATEGY, urgency=Urgency.ROUTINE, to=(manager,))
    return Consequences(alerts=(alert,) if overdue or unenforced else (), reasons=overdue + dormant)
