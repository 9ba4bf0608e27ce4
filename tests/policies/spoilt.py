"""A pack's own straight course to a strategy in force, and the same with one thing spoilt that the pack demands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from gateway.governance import life
from gateway.governance.common_steps import Answered, LookedIn, Undone
from gateway.governance.demands.approving import chain
from gateway.governance.demands.telling import parts_needed
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterApproved, LetterPurpose, LetterSent, LetterWritten
from gateway.governance.situation import Situation, later_by
from gateway.governance.steps import Acted, Drafted, StrategyStep, Warned, WarningWaived
from gateway.governance.strategy_file import StrategyFile
from models.policy_course import Act, Delivery, MeasureRule
from models.policy_life import LifeRules
from models.policy_question import Answer
from models.strategy import StrategyScope
from tests.case_files import pack
from tests.governing import HOME, MONDAY, draft, step
from tests.policies.course import AUTHOR, Course, measure

COURSES = ("cleveland", "generic", "staffordshire", "stoke", "warwickshire", "wealden 1", "wealden 2")
"""The six packs; the chain of Wealden's differs by stage."""
OPEN = "M-002"
UNSAFE = {Delivery.EMAIL: "shared@home.example", Delivery.POST: "9 Old Road, Stafford, ST16 9ZZ"}
_BEYOND = {"every": "P3Y", "minutes": 1, "channels": ["visit"]}
"""Values of settings that are beyond every pack's limit on them."""
_OTHER = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}

Steps = tuple[StrategyStep, ...]


@dataclass(frozen=True)
class Straight:
    """The steps of a course with nothing beyond what the pack demands, and what they are judged by."""

    steps: Steps
    situation: Situation

    @property
    def rules(self) -> LifeRules:
        """What the pack says."""
        return self.situation.rules

    @property
    def draft(self) -> Drafted:
        """The first step."""
        first = self.steps[0]
        assert isinstance(first, Drafted)
        return first


@cache
def straight(name: str) -> Straight:
    """A course up to `active`: the notice by as few ways, and no more asked of the person, than the pack wants."""
    id_, _, stage = name.partition(" ")
    rules = pack(id_).life
    drafted: dict[str, Any] = {"stage": 2, "reasons_for": {"stage_jump": "Threats."}} if stage == "2" else {}
    if rules.duration.ends_compulsory:
        drafted["ends"] = MONDAY + timedelta(days=183)
    course = Course(pack(id_), **drafted).approved().letter()
    course.sent(*(rules.notice.all_of or rules.notice.any_of[-1:]))
    if rules.notice.seeks_agreement:
        course.take("agreement_sought", outcome="refused", note="They would not.")
    course.take("activated")
    return Straight(course.file.steps, course.situation)


def walked(
    steps: Steps, situation: Situation, *, after: Callable[[StrategyFile], None] = lambda _made: None
) -> StrategyFile | None:
    """The file after those of the steps that are allowed, in their order; None: it could not be begun.

    `after`: looks at the file after each. Whatever is undone is the last step, as any other never is.
    """
    first, *rest = steps
    assert isinstance(first, Drafted)
    try:
        made = life.begin("CS-1", first, situation)
    except Refused:
        return None
    for one in rest:
        if isinstance(one, Undone):
            one = one.model_copy(update={"number": len(made.steps)})
        try:
            made = life.take(made, one, situation)
        except Refused:
            continue
        after(made)
    return made


@cache
def spoilt(name: str) -> dict[str, Steps]:
    """By what is wrong with it: the course with that and nothing else wrong."""
    whole = straight(name)
    found: dict[str, Steps] = {}
    for what, changed in _drafts(whole):
        found[what] = (changed, *whole.steps[1:])
    for place, one in enumerate(whole.steps):
        if not isinstance(one, Drafted | LookedIn):
            found[f"left out: {_name(one)}"] = whole.steps[:place] + whole.steps[place + 1 :]
        for what, other in _steps(one, whole):
            found[f"{_name(one)}: {what}"] = (*whole.steps[:place], other, *whole.steps[place + 1 :])
    for what, changed in _needing_a_warning(whole):
        found[what] = tuple(_waived(one, whole.rules) for one in (changed, *whole.steps[1:]))
    return found


def refusing(name: str) -> dict[str, Steps]:
    """By measure that may not touch an open matter: the course with it on a matter that is concluded."""
    whole = straight(name)
    rules = _refusing(whole)
    return {rule.kind: (_with_measure(whole.draft, rule.kind), *whole.steps[1:]) for rule in rules}


def _name(one: StrategyStep) -> str:
    said = [getattr(one, field, None) for field in ("check", "act", "way")]
    return " ".join([one.kind, *(str(word) for word in said if word)])


def _with_measure(first: Drafted, kind: str, **changes: Any) -> Drafted:
    fields = first.model_dump(exclude={"kind", "at", "by", "day"})
    reasons = {**first.reasons_for, f"measure:{kind}": "Nothing milder was left."}
    return draft(**{**fields, "restrictions": (measure(kind),), "reasons_for": reasons, **changes})


def _measures(whole: Straight) -> Iterator[MeasureRule]:
    stage = whole.draft.stage
    yield from (rule for rule in whole.rules.measures if not rule.stages or stage in rule.stages)


def _refusing(whole: Straight) -> list[MeasureRule]:
    return [rule for rule in _measures(whole) if not rule.on_open_matter]


def _drafts(whole: Straight) -> Iterator[tuple[str, Drafted]]:
    rules, first = whole.rules, whole.draft
    yield "no reasons", first.model_copy(update={"reasons": " "})
    yield "neither an end nor a review", first.model_copy(update={"ends": None, "review_due": None})
    assert first.spoc is not None
    yield "nobody to write to", first.model_copy(update={"spoc": None})
    yield "no deputy", first.model_copy(update={"spoc": first.spoc.model_copy(update={"deputy": None})})
    yield "no restriction", first.model_copy(update={"restrictions": ()})
    yield "no matter", first.model_copy(update={"matters": ()})
    yield "somebody else's matter", first.model_copy(update={"matters": ("M-999",)})
    for rule in _refusing(whole):
        on_open = _with_measure(first, rule.kind, matters=("M-001", OPEN))
        yield f"{rule.kind} on an open matter", on_open
        everything = {"scope": StrategyScope.ORGANISATION, "matters": ()}
        reasons = {**on_open.reasons_for, "scope_organisation": "The same at every desk."}
        yield f"{rule.kind} on everything", on_open.model_copy(update={**everything, "reasons_for": reasons})
    for rule in _measures(whole):
        if rule.needs_reason:
            without = _with_measure(first, rule.kind).model_copy(update={"reasons_for": first.reasons_for})
            yield f"{rule.kind} without its reason", without
    yield from _drafts_of_days(whole)
    if rules.impact_statement:
        yield "no effect on others", first.model_copy(update={"impact": ""})
    if "scope_organisation" in rules.needs_reason:
        update = {"scope": StrategyScope.ORGANISATION, "matters": ()}
        yield "everything, without a reason", first.model_copy(update=update)
    if first.stage > 1:
        yield "a stage left out, without a reason", first.model_copy(update={"reasons_for": {}})
    here, listed = {rule.kind for rule in _measures(whole)}, {rule.kind for rule in rules.measures}
    for kind in sorted({rule.kind for rule in pack("generic").life.measures} - here):
        if not rules.measures_open or kind in listed:
            yield f"{kind}, which is no measure here", _with_measure(first, kind)
    for rule in _measures(whole):
        for field in rule.fields:
            unsaid = _with_measure(first, rule.kind)
            (one,) = unsaid.restrictions
            update = {"restrictions": (one.model_copy(update={field: None}),)}
            yield f"{rule.kind} without its {field}", unsaid.model_copy(update=update)
        for field in rule.limits:
            beyond = measure(rule.kind, **{field: _BEYOND[field]})
            yield f"{beyond} beyond its limit", _with_measure(first, rule.kind, restrictions=(beyond,))


def _drafts_of_days(whole: Straight) -> Iterator[tuple[str, Drafted]]:
    rules, first = whole.rules, whole.draft
    last = later_by(MONDAY, rules.review.ceiling)
    ends = last + timedelta(days=400) if first.ends is not None else None
    late = {
        "review_due": last + timedelta(days=1),
        "ends": ends,
        "reasons_for": {**first.reasons_for, "review_slip": "Later."},
    }
    yield "a review after the longest", first.model_copy(update=late)
    far = later_by(MONDAY, rules.review.every) + timedelta(days=1)
    yield "no review before an end that is far away", first.model_copy(update={"review_due": None, "ends": far})
    if rules.review.every != rules.review.ceiling:
        usual = later_by(MONDAY, rules.review.every) + timedelta(days=1)
        yield "a later review without a reason", first.model_copy(update={"review_due": usual, "ends": ends})
    if rules.duration.ends_compulsory:
        yield "no end", first.model_copy(update={"ends": None})
    if rules.duration.least:
        early = later_by(MONDAY, rules.duration.least) - timedelta(days=1)
        yield "an end before the least", first.model_copy(update={"ends": early})


def _steps(one: StrategyStep, whole: Straight) -> Iterator[tuple[str, StrategyStep]]:
    match one:
        case Answered():
            yield from _answers(one, whole.rules)
        case Acted():
            yield from _acts(one, whole)
        case LetterWritten():
            for part in parts_needed(_as_drafted(whole), whole.situation, LetterPurpose.NOTICE):
                left = tuple(passage for passage in one.passages if passage.part is not part)
                yield f"without its {part}", one.model_copy(update={"passages": left})
        case LetterApproved():
            yield "by its writer", one.model_copy(update={"by": AUTHOR})
            senders = whole.rules.notice.senders
            if senders:
                other = next(role for role in whole.rules.roles if role not in senders)
                yield "in another role", one.model_copy(update={"role": other})
        case LetterSent():
            yield "where it is not safe", one.model_copy(update={"to": UNSAFE[one.way]})
            yield "by mistake", one.model_copy(update={"to": UNSAFE[one.way], "went_although": "It was marked since."})
            yield "to a stranger", one.model_copy(update={"to": "x@y.example" if "@" in one.to else f"2{HOME}"})
            later = one.on + timedelta(days=1)
            received = whole.situation.received_on(one.way, later)
            yield "on a day to come", one.model_copy(update={"on": later, "received_on": received})
        case Warned():
            yield "on a day to come", one.model_copy(update={"on": one.on + timedelta(days=1)})
            yield "waived for no reason of the policy's", step("warning_waived", waiver="busy", note="No time.")


def _as_drafted(whole: Straight) -> StrategyFile:
    return life.begin("CS-1", whole.draft, whole.situation)


def _answers(one: Answered, rules: LifeRules) -> Iterator[tuple[str, Answered]]:
    (check,) = [check for check in rules.checklist if check.id == one.check]
    if check.blocking:
        yield "the wrong way", one.model_copy(update={"answer": _OTHER[check.required_answer]})
    else:
        other = {"answer": _OTHER[check.required_answer], "note": ""}
        yield "the wrong way, without a reason", one.model_copy(update=other)
    if check.note_needed:
        yield "without its note", one.model_copy(update={"note": " "})
    if check.na_allowed:
        yield "does not arise, nobody knows why", one.model_copy(update={"answer": Answer.NA, "note": ""})
    else:
        yield "does not arise", one.model_copy(update={"answer": Answer.NA})


def _acts(one: Acted, whole: Straight) -> Iterator[tuple[str, Acted]]:
    acts = chain(whole.rules, whole.draft.stage)
    (act,) = [act for act in acts if act.id == one.act]
    yield "refused", one.model_copy(update={"agreed": False, "note": "Not yet."})
    yield "in another role", one.model_copy(update={"role": next(r for r in whole.rules.roles if r not in act.roles)})
    if act.act is not Act.PROPOSES:
        yield "by the author", one.model_copy(update={"by": AUTHOR})
    did = {step.act: step.by for step in whole.steps if isinstance(step, Acted)}
    for other in act.distinct_from:
        if other in did:
            yield f"by whoever {other}", one.model_copy(update={"by": did[other]})
    if act.no_prior_knowledge:
        yield "by somebody who knew", one.model_copy(update={"knew": True})
        yield "by somebody who does not say whether they knew", one.model_copy(update={"knew": None})


def _needing_a_warning(whole: Straight) -> Iterator[tuple[str, Drafted]]:
    for rule in _measures(whole):
        if rule.needs_warning:
            yield f"{rule.kind} without a warning", _with_measure(whole.draft, rule.kind)


def _waived(one: StrategyStep, rules: LifeRules) -> StrategyStep:
    if not isinstance(one, Warned):
        return one
    waived = step("warning_waived", waiver=next(iter(rules.warning.waivers)), note="As the policy has it.")
    assert isinstance(waived, WarningWaived)
    return waived
