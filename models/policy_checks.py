"""What a policy pack cannot be: names that lead nowhere, and rules that contradict one another.

Each check is a function that yields faults: where in the pack, and what is wrong with what was expected. `cautions` are
what a pack may be and somebody should know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from models.alert_ladder import ALERTED
from models.duration import longer
from models.limit import Limit
from models.policy_life import Act, ApprovalStep, BreachAction, LifeRules, Needed, NoticePart, Question
from models.policy_places import FEATURE, look_up
from models.restriction import KINDS, settings_of, values_of

if TYPE_CHECKING:
    from models.policy import PolicyPack

Location = tuple[str | int, ...]
Fault = tuple[Location, str]

AUTHOR = "author"
DECIDER = "decider"
POLICE_KINDS = ("violence", "serious_threat", "apparent_offence", "abuse", "staff_safety")
REASONS_WANTED_FOR = ("scope_organisation",)
RECORDS = (
    "strategy",
    "incident",
    "challenge",
    "dangerous_person",
    "dangerous_property",
    "complex_case",
    "disclosure",
    "training",
    "contact",
)
_NUMBERED: Final = re.compile(r"([A-Z]+-)([0-9]+)")
TRIGGERS = ("opened", "closed", "dormant", "last_activity")


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
    yield from _ladders(pack)
    yield from _rules(pack, features)
    if reasons is not None:
        known = sorted({*reasons, *KINDS})
        for name in pack.cites:
            if name not in known:
                yield ("cites", name), f"no decision has a reason or restriction {name}{_close(name, known)}"


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
        deciding = any(_acts(life, stage)[-1] is step for stage in _stages_or_none(life))
        if deciding and AUTHOR not in step.distinct_from:
            yield ("life", "approvals", number), "whoever writes a strategy may also decide it"
    yield from _unwatched(life)
    yield from _numbered(life)
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


def _ladders(pack: PolicyPack) -> Iterator[Fault]:
    """A rung that leads to nobody, and a ladder that ends with those who have not answered."""
    for urgency, ladder in pack.alerts.by_urgency.items():
        for number, rung in enumerate(ladder.rungs):
            if rung.to not in (*ALERTED, *pack.life.roles):
                text = f"{rung.to} is none of {', '.join(ALERTED)}, nor among the roles"
                yield ("alerts", urgency, "rungs", number, "to"), text + _meant(rung.to, pack.life.roles)
        if ladder.rungs[-1].to == "queue":
            last = len(ladder.rungs) - 1
            text = "the last rung is the alert's own addresses again; expected somebody else who is told then"
            yield ("alerts", urgency, "rungs", last, "to"), text


def _repeats(life: LifeRules) -> Iterator[Fault]:
    named: list[tuple[Location, str, Iterable[object]]] = [
        (("stages",), "number", [stage.number for stage in life.stages]),
        (("behaviours",), "id", [each.id for each in life.behaviours]),
        (("checklist",), "id", [each.id for each in life.checklist]),
        (("approvals",), "id", [each.id for each in life.approvals]),
        (("incidents",), "kind", [each.kind for each in life.incidents]),
        (("welfare",), "id", [each.id for each in life.welfare]),
        (("referrals",), "id", [each.id for each in life.referrals]),
        (("registers",), "kind", [each.kind for each in life.registers]),
        (("training",), "id", [each.id for each in life.training]),
        (("retention",), "record", [each.record for each in life.retention]),
        (("reports",), "id", [each.id for each in life.reports]),
        (("breaches",), "action", [each.action.value for each in life.breaches]),
    ]
    for number, incident in enumerate(life.incidents):
        named.append((("incidents", number, "asks"), "id", [each.id for each in incident.asks]))
        named.append((("incidents", number, "tasks"), "id", [each.id for each in incident.tasks]))
    for number, register in enumerate(life.registers):
        named.append((("registers", number, "asks"), "id", [each.id for each in register.asks]))
    for where, field, names in named:
        seen: set[object] = set()
        for number, name in enumerate(names):
            if name in seen:
                yield (*where, number, field), f"{name} is used already"
            seen.add(name)


def _roles(life: LifeRules) -> Iterator[Fault]:
    for location, role in _roles_named(life):
        if role not in life.roles:
            yield location, f"{role} is not among the roles{_meant(role, life.roles)}"


def _roles_named(life: LifeRules) -> Iterator[tuple[Location, str]]:
    lists: list[tuple[Location, tuple[str, ...]]] = [
        (("notice", "senders"), life.notice.senders),
        (("review", "reviewers"), life.review.reviewers),
        (("review", "consulted"), life.review.consulted),
        (("reinstated_by",), life.reinstated_by),
        (("dispute", "to"), life.dispute.to),
        (("dispute", "reviewed_by"), life.dispute.reviewed_by),
        (("police", "by"), life.police.by),
        (("sharing", "asked"), life.sharing.asked),
        (("adjustment_advice_from",), life.adjustment_advice_from),
        *((("approvals", number, "roles"), step.roles) for number, step in enumerate(life.approvals)),
        *((("breaches", number, "decided_by"), step.decided_by) for number, step in enumerate(life.breaches)),
        *((("registers", number, "approvers"), each.approvers) for number, each in enumerate(life.registers)),
        *((("registers", number, "seen_by"), each.seen_by) for number, each in enumerate(life.registers)),
    ]
    for where, roles in lists:
        yield from (((*where, number), role) for number, role in enumerate(roles))
    yield from ((("notice", "sender_when", role), role) for role in life.notice.sender_when)
    for number, step in enumerate(life.approvals):
        if step.nominee_of is not None:
            yield ("approvals", number, "nominee_of"), step.nominee_of
    if life.review.silent_outcomes_need is not None:
        yield ("review", "silent_outcomes_need"), life.review.silent_outcomes_need
    for number, incident in enumerate(life.incidents):
        yield from ((("incidents", number, "tasks", place, "to"), task.to) for place, task in enumerate(incident.tasks))
    yield from ((("welfare", number, "to"), task.to) for number, task in enumerate(life.welfare))
    yield from ((("reports", number, "to"), report.to) for number, report in enumerate(life.reports))
    yield from ((("training", number, "to"), each.to) for number, each in enumerate(life.training))
    if life.conference is not None:
        yield ("conference", "chair"), life.conference.chair


def _stages(life: LifeRules) -> Iterator[Fault]:
    numbers = [stage.number for stage in life.stages]
    if numbers != list(range(1, len(numbers) + 1)) and len(set(numbers)) == len(numbers):
        yield ("stages",), f"expected the numbers 1, 2, 3 … in order, got {', '.join(map(str, numbers))}"
    known = f"; there are {', '.join(map(str, numbers))}" if numbers else "; the policy has no stages"
    named: list[tuple[str, Iterable[tuple[int, ...]]]] = [
        ("checklist", [each.stages for each in life.checklist]),
        ("approvals", [each.stages for each in life.approvals]),
        ("measures", [each.stages for each in life.measures]),
    ]
    for group, things in named:
        for number, stages in enumerate(things):
            for place, stage in enumerate(stages):
                if stage not in numbers:
                    yield (group, number, "stages", place), f"stage {stage} is not declared{known}"
    for number, step in enumerate(life.breaches):
        if step.action is BreachAction.NEXT_STAGE and len(numbers) < 2:
            yield ("breaches", number, "action"), "there is no next stage: the policy has fewer than two"


def _chain(life: LifeRules) -> Iterator[Fault]:
    ids = [step.id for step in life.approvals]
    for number, step in enumerate(life.approvals):
        for place, other in enumerate(step.distinct_from):
            where: Location = ("approvals", number, "distinct_from", place)
            if other == step.id:
                yield where, f"{other} is this act itself"
            elif other != AUTHOR and other not in ids:
                yield where, f"{other} is no act of the chain; expected {_or([AUTHOR, *ids])}"
    for stage in _stages_or_none(life):
        acts = _acts(life, stage)
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
                yield (group, "not_by", place), f"nobody is known as {name}; expected {_or(sorted(known))}"


def _acts(life: LifeRules, stage: int | None) -> list[ApprovalStep]:
    """The acts that a strategy of the stage takes, in order."""
    return [step for step in life.approvals if not step.stages or stage in step.stages]


def _stages_or_none(life: LifeRules) -> list[int | None]:
    """The stages; a policy without them is all one."""
    return [stage.number for stage in life.stages] or [None]


def _measures(life: LifeRules) -> Iterator[Fault]:
    stages = _stages_or_none(life)
    used: set[tuple[str, int | None]] = set()
    for number, measure in enumerate(life.measures):
        for stage in measure.stages or stages:
            if (measure.kind, stage) in used:
                at = f" for stage {stage}" if stage else ""
                yield ("measures", number, "kind"), f"{measure.kind} is listed twice{at}"
                break
            used.add((measure.kind, stage))
        for place, name in enumerate(measure.fields):
            yield from _setting(("measures", number, "fields", place), measure.kind, name)
        for name, limit in measure.limits.items():
            where: Location = ("measures", number, "limits", name)
            known = name in settings_of(measure.kind)
            yield from _limit(where, measure.kind, name, limit) if known else _setting(where, measure.kind, name)


def _setting(where: Location, kind: str, name: str) -> Iterator[Fault]:
    settings = settings_of(kind)
    if name not in settings:
        expected = f"expected {_or(settings)}" if settings else "it has none"
        yield where, f"{kind} has no setting {name}; {expected}"


def _limit(where: Location, kind: str, name: str, limit: Limit) -> Iterator[Fault]:
    values = values_of(kind, name)
    if values is None:
        yield where, f"{name} takes no limit: it is neither a number nor a period, nor chosen from a list"
    else:
        yield from (((*where, *field), message) for field, message in limit.misfits(name, values))


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


def _words(life: LifeRules) -> Iterator[Fault]:
    """Words that mean something to the product, and would do nothing if misspelt."""
    for field, kinds in (("always", life.police.always), ("consider", life.police.consider)):
        for place, kind in enumerate(kinds):
            if kind not in POLICE_KINDS:
                yield ("police", field, place), f"unknown kind {kind}; expected {_or(POLICE_KINDS)}"
            elif field == "consider" and kind in life.police.always:
                yield ("police", field, place), f"{kind} is among always; it is one or the other"
    for place, wanted in enumerate(life.needs_reason):
        if wanted not in REASONS_WANTED_FOR:
            yield ("needs_reason", place), f"unknown word {wanted}; expected {_or(REASONS_WANTED_FOR)}"
    for number, rule in enumerate(life.retention):
        if rule.record not in RECORDS:
            yield ("retention", number, "record"), f"unknown record {rule.record}; expected {_or(RECORDS)}"
        if rule.trigger not in TRIGGERS:
            yield ("retention", number, "trigger"), f"unknown trigger {rule.trigger}; expected {_or(TRIGGERS)}"
        elif rule.record == "contact" and rule.trigger == "dormant":
            yield ("retention", number, "trigger"), "a contact never comes to rest; expected opened or closed"
    for place, covered in enumerate(life.dispute.covers):
        if covered not in RECORDS:
            yield ("dispute", "covers", place), f"unknown record {covered}; expected {_or(RECORDS)}"
    for where, check in _questions(life):
        if check.required_answer.value == "na":
            yield (*where, "required_answer"), "expected yes or no: na is no answer that lets anything go ahead"


def _questions(life: LifeRules) -> Iterator[tuple[Location, Question]]:
    yield from ((("checklist", number), check) for number, check in enumerate(life.checklist))
    for number, incident in enumerate(life.incidents):
        yield from ((("incidents", number, "asks", place), check) for place, check in enumerate(incident.asks))
    for number, register in enumerate(life.registers):
        yield from ((("registers", number, "asks", place), check) for place, check in enumerate(register.asks))


def _warning(life: LifeRules) -> Iterator[Fault]:
    if life.warning.needed is Needed.WAIVABLE and not life.warning.waivers:
        yield ("warning",), "waivers: missing; a warning that may be left out needs the reasons that count"
    if life.warning.needed is Needed.REQUIRED and life.warning.waivers:
        yield ("warning", "waivers"), "a warning that is required is never left out; expected none, or needed: waivable"
    numbers = {stage.number for stage in life.stages}
    for waiver, stages in life.warning.waiver_stages.items():
        where: Location = ("warning", "waiver_stages", waiver)
        if waiver not in life.warning.waivers:
            yield where, f"{waiver} is not among waivers{_meant(waiver, life.warning.waivers)}"
        yield from ((where, f"stage {stage} is not declared") for stage in stages if stage not in numbers)


def _asked(life: LifeRules) -> Iterator[Fault]:
    for number, register in enumerate(life.registers):
        if register.review_by_approver and not register.approvers:
            yield ("registers", number, "approvers"), "nobody approves an entry, so no approver can look at it again"
        if register.tells and not register.seen_by:
            yield ("registers", number, "tells"), "there is nobody to tell; expected seen_by with a role"
    if not life.sharing.asked:
        yield ("sharing", "asked"), "nobody is asked before details go to others; expected a role"
    if not life.police.by:
        yield ("police", "by"), "nobody decides whether police are told; expected a role"


def _complaints(life: LifeRules) -> Iterator[Fault]:
    for field, named in (
        ("complaints_elsewhere", life.complaints_elsewhere),
        ("complaints_rest_on", life.complaints_rest_on),
    ):
        for subject in named:
            if subject not in life.complaints_about:
                yield (field,), f"{subject} is not among complaints_about{_meant(subject, life.complaints_about)}"


_OF_LIFE = (
    _repeats, _roles, _stages, _chain, _measures, _times, _notice, _dispute, _words, _warning, _asked, _complaints
)  # fmt: skip


def _rules(pack: PolicyPack, features: Collection[str] | None) -> Iterator[Fault]:
    for name, rule in pack.life.rules.items():
        for place, by in enumerate(rule.by):
            where = ("life", "rules", name, "by", place)
            if not by.startswith(FEATURE):
                if rule.invariant and "cites" not in by.split("."):
                    text = "can be altered, and an invariant cannot; expected features, and paragraphs quoted for it"
                    yield where, f"{by} {text} (pack.cites.…)"
                yield from ((where, message) for message in _nowhere(pack, by))
            elif features is not None and (feature := by.removeprefix(FEATURE)) not in features:
                yield where, f"no such feature {feature}{_meant(feature, features)}"


def _nowhere(pack: PolicyPack, place: str) -> Iterator[str]:
    try:
        found = look_up(pack, place)
    except LookupError as error:
        yield f"{place} leads nowhere in this pack: {error.args[0]}"
        return
    if found in (None, "", (), {}):
        yield f"{place} is empty in this pack, so it meets nothing"


def _meant(word: str, known: Iterable[str]) -> str:
    names = list(known)
    return _close(word, names) or f"; there are {', '.join(names) or 'none'}"


def _close(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _or(words: Iterable[str]) -> str:
    return ", ".join(words)
