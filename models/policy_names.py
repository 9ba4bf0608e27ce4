"""Names in a policy pack that lead nowhere, or are used twice: roles, stages, settings, words that it has to spell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from models.alert_ladder import ALERTED
from models.limit import Limit
from models.policy_events import BreachAction
from models.policy_faults import Fault, Location, meant, one_of
from models.policy_life import LifeRules
from models.policy_places import FEATURE, look_up
from models.policy_question import Question
from models.restriction import settings_of, values_of

if TYPE_CHECKING:
    from models.policy import PolicyPack

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

TRIGGERS = ("opened", "closed", "dormant", "last_activity")


def ladders(pack: PolicyPack) -> Iterator[Fault]:
    """A rung that leads to nobody, and a ladder that ends with those who have not answered."""
    for urgency, ladder in pack.alerts.by_urgency.items():
        for number, rung in enumerate(ladder.rungs):
            if rung.to not in (*ALERTED, *pack.life.roles):
                text = f"{rung.to} is none of {', '.join(ALERTED)}, nor among the roles"
                yield ("alerts", urgency, "rungs", number, "to"), text + meant(rung.to, pack.life.roles)
        if ladder.rungs[-1].to == "queue":
            last = len(ladder.rungs) - 1
            text = "the last rung is the alert's own addresses again; expected somebody else who is told then"
            yield ("alerts", urgency, "rungs", last, "to"), text


def repeats(life: LifeRules) -> Iterator[Fault]:
    """What is in a list twice."""
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


def roles(life: LifeRules) -> Iterator[Fault]:
    """A role that is not among the roles."""
    for location, role in _roles_named(life):
        if role not in life.roles:
            yield location, f"{role} is not among the roles{meant(role, life.roles)}"


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
        *((("registers", number, "asked_by"), each.asked_by) for number, each in enumerate(life.registers)),
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


def stages(life: LifeRules) -> Iterator[Fault]:
    """A stage that is not declared, or that would come next where there is none."""
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


def measures(life: LifeRules) -> Iterator[Fault]:
    """A measure listed twice, or with a setting or limit that its kind does not have."""
    stages = life.stages_or_none
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
        expected = f"expected {one_of(settings)}" if settings else "it has none"
        yield where, f"{kind} has no setting {name}; {expected}"


def _limit(where: Location, kind: str, name: str, limit: Limit) -> Iterator[Fault]:
    values = values_of(kind, name)
    if values is None:
        yield where, f"{name} takes no limit: it is neither a number nor a period, nor chosen from a list"
    else:
        yield from (((*where, *field), message) for field, message in limit.misfits(name, values))


def words(life: LifeRules) -> Iterator[Fault]:
    """Words that mean something to the product, and would do nothing if misspelt."""
    for field, kinds in (("always", life.police.always), ("consider", life.police.consider)):
        for place, kind in enumerate(kinds):
            if kind not in POLICE_KINDS:
                yield ("police", field, place), f"unknown kind {kind}; expected {one_of(POLICE_KINDS)}"
            elif field == "consider" and kind in life.police.always:
                yield ("police", field, place), f"{kind} is among always; it is one or the other"
    for place, wanted in enumerate(life.needs_reason):
        if wanted not in REASONS_WANTED_FOR:
            yield ("needs_reason", place), f"unknown word {wanted}; expected {one_of(REASONS_WANTED_FOR)}"
    for number, rule in enumerate(life.retention):
        if rule.record not in RECORDS:
            yield ("retention", number, "record"), f"unknown record {rule.record}; expected {one_of(RECORDS)}"
        if rule.trigger not in TRIGGERS:
            yield ("retention", number, "trigger"), f"unknown trigger {rule.trigger}; expected {one_of(TRIGGERS)}"
        elif rule.record == "contact" and rule.trigger == "dormant":
            yield ("retention", number, "trigger"), "a contact never comes to rest; expected opened or closed"
    for place, covered in enumerate(life.dispute.covers):
        if covered not in RECORDS:
            yield ("dispute", "covers", place), f"unknown record {covered}; expected {one_of(RECORDS)}"
    for where, check in _questions(life):
        if check.required_answer.value == "na":
            yield (*where, "required_answer"), "expected yes or no: na is no answer that lets anything go ahead"


def _questions(life: LifeRules) -> Iterator[tuple[Location, Question]]:
    yield from ((("checklist", number), check) for number, check in enumerate(life.checklist))
    for number, incident in enumerate(life.incidents):
        yield from ((("incidents", number, "asks", place), check) for place, check in enumerate(incident.asks))
    for number, register in enumerate(life.registers):
        yield from ((("registers", number, "asks", place), check) for place, check in enumerate(register.asks))


def complaints(life: LifeRules) -> Iterator[Fault]:
    """Whom a complaint is about, where nothing says who deals with it."""
    for field, named in (
        ("complaints_elsewhere", life.complaints_elsewhere),
        ("complaints_rest_on", life.complaints_rest_on),
    ):
        for subject in named:
            if subject not in life.complaints_about:
                yield (field,), f"{subject} is not among complaints_about{meant(subject, life.complaints_about)}"


def rules(pack: PolicyPack, features: Collection[str] | None) -> Iterator[Fault]:
    """A rule that leads to no place or feature; or to one that can be altered, though it is invariant."""
    for name, rule in pack.life.rules.items():
        for place, by in enumerate(rule.by):
            where = ("life", "rules", name, "by", place)
            if not by.startswith(FEATURE):
                if rule.invariant and "cites" not in by.split("."):
                    text = "can be altered, and an invariant cannot; expected features, and paragraphs quoted for it"
                    yield where, f"{by} {text} (pack.cites.…)"
                yield from ((where, message) for message in _nowhere(pack, by))
            elif features is not None and (feature := by.removeprefix(FEATURE)) not in features:
                yield where, f"no such feature {feature}{meant(feature, features)}"


def _nowhere(pack: PolicyPack, place: str) -> Iterator[str]:
    try:
        found = look_up(pack, place)
    except LookupError as error:
        yield f"{place} leads nowhere in this pack: {error.args[0]}"
        return
    if found in (None, "", (), {}):
        yield f"{place} is empty in this pack, so it meets nothing"
