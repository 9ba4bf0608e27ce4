"""What a policy pack may be, and somebody should know: it loads, and deserves a second thought."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from models.duration import longer
from models.policy_checks import AUTHOR, DECIDER
from models.policy_faults import Fault
from models.policy_life import LifeRules

if TYPE_CHECKING:
    from models.policy import PolicyPack

_NUMBERED: Final = re.compile(r"([A-Z]+-)([0-9]+)")


def cautions(pack: PolicyPack, today: date) -> Iterator[Fault]:
    """What loads and deserves a second thought."""
    life = pack.life
    if not life.dispute.to:
        yield (
            ("life", "dispute"),
            "nobody to whom a decision can be disputed; the Local Government and Social Care Ombudsman has found fault "
            "with a council for having no review of such decisions (Cheshire West and Chester, 21 001 276)",
        )
    if not life.checklist:
        yield ("life",), "checklist: no questions are asked before a restriction"
    if longer(life.review.ceiling, "P1Y"):
        yield (
            ("life", "review", "ceiling"),
            "more than a year may pass before anybody looks at a strategy, unless the person asks",
        )
    for number, step in enumerate(life.approvals):
        deciding = any(life.acts_at(stage)[-1] is step for stage in life.stages_or_none)
        if deciding and AUTHOR not in step.distinct_from:
            yield ("life", "approvals", number), "whoever writes a strategy may also decide it"
    yield from _unwatched(life)
    yield from _numbered(life)
    if pack.equality_impact_assessed_on is None:
        yield (
            ("equality_impact_assessed_on",),
            "not set; whether the policy's effect on equality was assessed is not on record here",
        )
    if pack.review_due and pack.review_due < today:
        yield ("review_due",), f"the policy itself was to be reviewed by {pack.review_due}"


def _unwatched(life: LifeRules) -> Iterator[Fault]:
    """Where people look at what is their own, or anybody lets a letter go."""
    looks = [("review", life.review.not_by, "review it"), ("dispute", life.dispute.not_by, "hear a dispute of it")]
    did = {AUTHOR: "wrote", DECIDER: "decided"}
    for group, not_by, does in looks:
        own = " or ".join(word for name, word in did.items() if name not in not_by)
        if own and (group == "review" or life.dispute.to):
            yield ("life", group, "not_by"), f"whoever {own} a strategy may also {does}"
    if not life.review.reviewers:
        yield ("life", "review", "reviewers"), "nobody named; a strategy may be looked at again in any role"
    if not life.notice.senders:
        yield ("life", "notice", "senders"), "nobody named; a letter may be let go in any role"


def _numbered(life: LifeRules) -> Iterator[Fault]:
    """The first rule that does not follow the one before, as C-14 does C-13: one is left out, or goes by another id."""
    before = _NUMBERED.fullmatch(next(iter(life.rules), ""))
    for name in list(life.rules)[1:]:
        found = _NUMBERED.fullmatch(name)
        if before is not None and found is not None and found[1] == before[1]:
            due = f"{before[1]}{int(before[2]) + 1:0{len(before[2])}}"
            if name != due:
                text = f"it follows {before[0]}, where {due} is expected; is a rule left out, or has it another id?"
                yield ("life", "rules", name), text
                return
        before = found
