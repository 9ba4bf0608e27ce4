"""What a policy pack cannot be: rules that contradict one another, and names that lead nowhere (`models.policy_names`).

Each check is a function that yields faults: where in the pack, and what is wrong with what was expected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from models import policy_names
from models.duration import longer
from models.policy_course import Act, Needed, NoticePart
from models.policy_faults import Fault, Location, close_to, meant, one_of
from models.policy_life import LifeRules
from models.restriction import KINDS

if TYPE_CHECKING:
    from models.policy import PolicyPack

AUTHOR = "author"
DECIDER = "decider"


def faults(
    pack: PolicyPack, features: Collection[str] | None, reasons: Collection[str] | None = None
) -> Iterator[Fault]:
    """Everything that is wrong. `features`: the names that `feature:` may lead to; None leaves them unchecked.

    `reasons`: of decisions, by id, for which the pack may name paragraphs beside those of restrictions; None as well.
    """
    life = pack.life
    for check in _OF_LIFE:
        for location, message in check(life):
            yield ("life", *location), message
    yield from policy_names.ladders(pack)
    yield from policy_names.rules(pack, features)
    if reasons is not None:
        known = sorted({*reasons, *KINDS})
        for name in pack.cites:
            if name not in known:
                yield ("cites", name), f"no decision has a reason or restriction {name}{close_to(name, known)}"


def _chain(life: LifeRules) -> Iterator[Fault]:
    ids = [step.id for step in life.approvals]
    for number, step in enumerate(life.approvals):
        for place, other in enumerate(step.distinct_from):
            where: Location = ("approvals", number, "distinct_from", place)
            if other == step.id:
                yield where, f"{other} is this act itself"
            elif other != AUTHOR and other not in ids:
                yield where, f"{other} is no act of the chain; expected {one_of([AUTHOR, *ids])}"
    for stage in life.stages_or_none:
        acts = life.acts_at(stage)
        at = f" at stage {stage}" if stage else ""
        if not acts:
            yield ("approvals",), f"nobody decides{at}; expected a step whose act is decides, signs or agrees"
        elif acts[-1].act in (Act.CONSULTED, Act.PROPOSES):
            last = life.approvals.index(acts[-1])
            yield ("approvals", last, "act"), f"the last act{at} decides nothing; expected decides, signs or agrees"
        elif acts[-1].before == "submission":
            last = life.approvals.index(acts[-1])
            yield ("approvals", last, "before"), f"the last act{at} comes before submission; expected approval"
    known = {AUTHOR, DECIDER, *ids}
    for group, names in (("review", life.review.not_by), ("dispute", life.dispute.not_by)):
        for place, name in enumerate(names):
            if name not in known:
                yield (group, "not_by", place), f"nobody is known as {name}; expected {one_of(sorted(known))}"


def _times(life: LifeRules) -> Iterator[Fault]:
    review, duration = life.review, life.duration
    if longer(review.every, review.ceiling):
        yield ("review", "ceiling"), f"shorter than every: {review.ceiling} is less than {review.every}"
    if longer(duration.least, duration.most):
        yield ("duration", "least"), f"longer than most: {duration.least} is more than {duration.most}"
    if longer(duration.least, duration.usual):
        yield ("duration", "usual"), f"shorter than least: {duration.usual} is less than {duration.least}"
    if longer(duration.usual, duration.most):
        yield ("duration", "usual"), f"longer than most: {duration.usual} is more than {duration.most}"


def _notice(life: LifeRules) -> Iterator[Fault]:
    notice = life.notice
    if not notice.all_of and not notice.any_of:
        yield ("notice",), "no way of sending it: expected all_of or any_of with post, email or both"
    if NoticePart.RIGHTS not in notice.parts:
        yield ("notice", "parts"), "rights is missing; every notice says that the rights everybody has in law stay"
    for place, part in enumerate(notice.parts):
        if part in notice.parts[:place]:
            yield ("notice", "parts", place), f"{part.value} is named twice"
    if NoticePart.DISPUTE in notice.parts and not life.dispute.to:
        yield (
            ("notice", "parts", notice.parts.index(NoticePart.DISPUTE)),
            "dispute: dispute.to names nobody",
        )
    if NoticePart.OMBUDSMAN in notice.parts and not life.dispute.onward:
        yield ("notice", "parts", notice.parts.index(NoticePart.OMBUDSMAN)), "ombudsman: dispute.onward names none"
    if NoticePart.POLICY_COPY in notice.parts and "policy" not in notice.attachments:
        yield (
            ("notice", "parts", notice.parts.index(NoticePart.POLICY_COPY)),
            "policy_copy: the letter says that the policy is enclosed; expected policy among the attachments",
        )


def _dispute(life: LifeRules) -> Iterator[Fault]:
    dispute = life.dispute
    if dispute.to and not dispute.onward:
        yield (
            ("dispute", "to"),
            "there is nobody to turn to after it; expected onward with an ombudsman or another outside body",
        )
    if not dispute.to:
        given: list[tuple[str, object]] = [
            ("window", dispute.window),
            ("outcome", dispute.outcome),
            ("reviewed_by", dispute.reviewed_by),
        ]
        for field, value in given:
            if value:
                yield ("dispute", field), "the policy names nobody to whom a decision is disputed; expected to"


def _warning(life: LifeRules) -> Iterator[Fault]:
    if life.warning.needed is Needed.WAIVABLE and not life.warning.waivers:
        yield ("warning",), "waivers: missing; a warning that may be left out needs the reasons that count"
    if life.warning.needed is Needed.REQUIRED and life.warning.waivers:
        yield ("warning", "waivers"), "a warning that is required is never left out; expected none, or needed: waivable"
    numbers = {stage.number for stage in life.stages}
    for waiver, stages in life.warning.waiver_stages.items():
        where: Location = ("warning", "waiver_stages", waiver)
        if waiver not in life.warning.waivers:
            yield where, f"{waiver} is not among waivers{meant(waiver, life.warning.waivers)}"
        yield from ((where, f"stage {stage} is not declared") for stage in stages if stage not in numbers)


def _asked(life: LifeRules) -> Iterator[Fault]:
    for number, register in enumerate(life.registers):
        if register.review_by_approver and not register.approvers:
            yield ("registers", number, "approvers"), "nobody approves an entry, so no approver can look at it again"
        for place, role in enumerate(register.tells):
            if role not in register.seen_by:
                text = f"{role} would be told of what they may not see; expected a role of seen_by"
                yield ("registers", number, "tells", place), text
        if register.asked_by and not register.is_of_dangers:
            text = "nobody asks this register before a visit; expected it of dangerous persons or properties"
            yield ("registers", number, "asked_by"), text
    if not life.adjustment_advice_from:
        text = "nobody advises on equality, so no adjustment could be changed or taken away; expected a role"
        yield ("adjustment_advice_from",), text
    if not life.sharing.asked:
        yield ("sharing", "asked"), "nobody is asked before details go to others; expected a role"
    if not life.police.by:
        yield ("police", "by"), "nobody decides whether police are told; expected a role"


_OF_LIFE = (
    policy_names.repeats, policy_names.roles, policy_names.stages, _chain, policy_names.measures, _times, _notice,
    _dispute, policy_names.words, _warning, _asked, policy_names.complaints,
)  # fmt: skip
