"""A small strict policy, a person and a strategy under way, for the tests of `gateway/governance`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.governance import life
from gateway.governance.letters.layouts import layout_for
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.situation import Situation
from gateway.governance.steps import STRATEGY_STEP, Drafted, StrategyStep
from gateway.governance.strategy_file import StrategyFile
from models.identifier import IdentifierKind, PersonIdentifier
from models.matter import Matter, MatterStatus
from models.person import Adjustment, Person
from models.policy_course import (
    Act,
    ApprovalStep,
    Layout,
    MeasureRule,
    NoticePart,
    NoticeRule,
    PriorWarning,
    ReviewRule,
)
from models.policy_life import LifeRules
from models.policy_question import Check
from models.restriction import SpocOnly
from models.strategy import Spoc
from routing.calendar import WorkingCalendar

MONDAY = date(2026, 3, 2)
HOME = "1 High Street, Stafford, ST16 1AA"

RULES = LifeRules(
    roles={"head": "head of service", "adviser": "policy adviser", "equality_adviser": "equality adviser"},
    checklist=(
        Check(id="explained", question="Was the outcome explained?"),
        Check(id="new_information", question="Is there new information?", required_answer="no"),
        Check(id="language", question="Were language needs met?", na_allowed=True, blocking=False),
    ),
    approvals=(
        ApprovalStep(id="advice", act=Act.CONSULTED, roles=("adviser",), before="submission"),
        ApprovalStep(id="decision", act=Act.DECIDES, roles=("head",), distinct_from=("author", "advice")),
    ),
    measures=(
        MeasureRule(kind="spoc_only"),
        MeasureRule(kind="channel_blocked"),
        MeasureRule(kind="same_matter_refused", on_open_matter=False),
    ),
    warning=PriorWarning(waivers={"safety": "Somebody's safety is at stake."}),
    notice=NoticeRule(parts=(NoticePart.REASONS, NoticePart.RESTRICTIONS, NoticePart.EMERGENCY)),
    review=ReviewRule(every="P3M", ceiling="P6M", reviewers=("head",), not_by=("author", "decider")),
)

PERSON = Person(
    id="P-001",
    name="Jordan Example",
    identifiers=(
        PersonIdentifier(kind=IdentifierKind.EMAIL, value="jordan@mail.example"),
        PersonIdentifier(kind=IdentifierKind.EMAIL, value="shared@home.example", safe=False),
        PersonIdentifier(kind=IdentifierKind.POSTAL, value=HOME),
        PersonIdentifier(kind=IdentifierKind.POSTAL, value="9 Old Road, Stafford, ST16 9ZZ", safe=False),
    ),
    adjustments=(Adjustment(id="A1", need="large print"),),
)
MATTERS = (
    Matter(id="M-001", person="P-001", status=MatterStatus.CONCLUDED, title="A seized car"),
    Matter(id="M-002", person="P-001", status=MatterStatus.OPEN, title="A lost letter"),
)


def situation(day: date = MONDAY, rules: LifeRules = RULES, **changes: Any) -> Situation:
    """Today, the policy and the person."""
    given: dict[str, Any] = {"person": PERSON, "matters": MATTERS, **changes}
    return Situation(day=day, rules=rules, calendar=WorkingCalendar(), **given)


def step(kind: str, by: str = "Ann Author", at: date = MONDAY, **fields: Any) -> StrategyStep:
    """One step, taken at noon. A letter is in the layout that `PERSON` needs."""
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    if kind == "letter_written":
        fields.setdefault("layout", Layout.LARGE_PRINT)
    return STRATEGY_STEP.validate_python({"kind": kind, "by": by, "at": moment, **fields})


def layout_said(layout: Layout, person: Person | None) -> dict[str, Any]:
    """A letter's layout, with a reason where the person needs another."""
    as_needed = layout_for(person) in (Layout.STANDARD, layout)
    return {"layout": layout, "layout_reason": "" if as_needed else "They asked for this one so."}


def draft(**changes: Any) -> Drafted:
    """A draft that lacks nothing but answers, a warning and the chain."""
    fields: dict[str, Any] = {
        "person": "P-001",
        "policy": "small",
        "policy_version": "1",
        "matters": ("M-001",),
        "reasons": "Forty calls in a week about what was decided.",
        "restrictions": (SpocOnly(id="R1", kind="spoc_only"),),
        "spoc": Spoc(name="Pat Contact", address="spoc@opcc.example", deputy="deputy@opcc.example"),
        "review_due": MONDAY + timedelta(days=80),
        **changes,
    }
    made = step("drafted", **fields)
    assert isinstance(made, Drafted)
    return made


ANSWERED = (
    step("answered", check="explained", answer="yes"),
    step("answered", check="new_information", answer="no"),
    step("answered", check="language", answer="na", note="English is their first language."),
)
EQUALITY_ADVICE = {
    "about": "large print",
    "adjustment": "A1",
    "adviser": "Eve Equal",
    "adviser_role": "equality_adviser",
    "advice": "Reasonable.",
}
"""What an adjustment of `PERSON` changes on."""
READY = (
    *ANSWERED,
    step("warned", on=MONDAY, how="By letter of 2 February, with what would follow."),
    step("acted", by="Ada Adviser", role="adviser", act="advice", note="Proportionate."),
)
SUBMITTED = (*READY, step("submitted"))
APPROVED = (*SUBMITTED, step("acted", by="Hal Head", role="head", act="decision"))
TOLD = (
    *APPROVED,
    step(
        "letter_written",
        letter="L1",
        purpose=LetterPurpose.NOTICE,
        passages=tuple(Passage(part=part, text="In plain words.") for part in RULES.notice.parts),
    ),
    step("letter_approved", by="Hal Head", role="head", letter="L1"),
    step(
        "letter_sent",
        letter="L1",
        way="email",
        to="jordan@mail.example",
        on=MONDAY,
        received_on=MONDAY + timedelta(days=1),
        evidence="message id 17",
    ),
)
ACTIVE = (*TOLD, step("activated"))


def file(steps: Iterable[StrategyStep] = (), *, first: Drafted | None = None, day: date = MONDAY) -> StrategyFile:
    """The strategy after these steps, each of which must be allowed."""
    here = situation(day)
    made = life.begin("CS-1", first or draft(), here)
    for one in steps:
        made = life.take(made, one, here)
    return made


SPARE = (
    step("answered", check="new_information", answer="yes"),
    step("answered", check="explained", answer="na"),
    step("acted", by="Hal Head", role="head", act="decision", agreed=False, note="Warn them first."),
    step("revised", reasons="", spoc=None),
    step("revised", restrictions=()),
    step("undone", number=1, reason="Pressed by mistake."),
    step("ended", by="Hal Head", role="head", reasons="It has stopped."),
    step("made_dormant"),
    step(
        "reinstated", by="Hal Head", role="head", evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60)
    ),
    step("withdrawn", reasons="Not needed."),
    step("letter_queued", letter="L1", to=HOME),
    step("way_waived", by="Hal Head", role="head", way="email", reason="No safe address."),
)
"""Steps that lead off the straight course."""
