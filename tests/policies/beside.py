"""Incidents, breaches, challenges, disclosures, entries and cases under a pack, for the showings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gateway.governance.courses import (
    BREACH_RESPONSE,
    CHALLENGE,
    COMPLEX_CASE,
    DANGEROUS_PERSON,
    DANGEROUS_PROPERTY,
    DISCLOSURE,
    INCIDENT,
)
from gateway.governance.registers.before_visit import before_you_visit
from gateway.governance.registers.rules import rule_among
from gateway.governance.registers.seeing import may_see_strategy, of_asking
from gateway.governance.registers.strategies import entry_of
from gateway.governance.registers.telling import to_be_told
from gateway.governance.tasks import open_tasks
from models.plain_names import plain
from models.policy import PolicyPack
from tests.governing import MONDAY
from tests.policies.course import AUTHOR, File, person_of


def incident(pack: PolicyPack, kind: str, **fields: Any) -> File:
    """Something that happened today, recorded by whoever was there."""
    given = {"incident": kind, "person": "P-001", "on": MONDAY, "what": "Shouting and swearing.", **fields}
    return File(INCIDENT, pack, "recorded", "Cal Clerk", **given)


def incident_asks(pack: PolicyPack, kind: str, cites: str, *checks: str) -> None:
    """Fails unless the incident is not closed before each of these is answered yes, or no with the reason."""
    for name in checks:
        file = incident(pack, kind)
        file.refuses("not answered", cites, "closed")
        unanswered = [lack for lack in file.lacks("closed") if lack.field == name]
        assert unanswered and cites in unanswered[0].cites, f"{name} is not asked of a {kind}"
        for answer, note, enough in (
            ("no", "", False),
            ("no", "There was no time.", True),
            ("na", "It does not arise.", False),
            ("yes", "", True),
        ):
            file.take("answered", check=name, answer=answer, note=note)
            lacking = {lack.field for lack in file.lacks("closed")}
            assert (name not in lacking) == enough, f"{name}: {answer} {note}"


def follows(
    pack: PolicyPack, kind: str, task: str, role: str, cites: str, *, days: int = 1, settles: str | None = None
) -> None:
    """Fails unless the incident has this task for this role within these working days, and waits for it."""
    file = incident(pack, kind)
    waiting = {one.id: one for one in open_tasks(file.file, file.situation)}
    due = waiting.get(f"IN-1/{task}")
    assert due is not None, f"no {task} among {sorted(waiting)}"
    assert due.to_role == role and cites in due.cites, due
    assert due.due == file.situation.working_days_after(MONDAY, days), due
    if settles == "police":
        file.refuses("whether police are told is not decided", cites, "closed")
        return
    assert task in {lack.field for lack in file.lacks("closed")}
    file.refuses(f"{task} is for", cites, "task_done", "Mo", task=task, role="nobody", note="Done.")
    file.take("task_done", person_of(role), task=task, role=role, note="Done.")
    assert task not in {lack.field for lack in file.lacks("closed")}


def supports_all_affected(pack: PolicyPack, role: str, cites: str) -> None:
    """Fails unless support is a task for the member of staff and one for everybody else who was hurt by it."""
    file = incident(pack, "written_abuse", affected=("Vic Visitor",))
    support = [one for one in open_tasks(file.file, file.situation) if one.to_role == role and cites in one.cites]
    assert len([one for one in support if "welfare" in one.id or "support" in one.id]) >= 2, support


def police_always(pack: PolicyPack, ground: str, cites: str) -> None:
    """Fails unless "no" is not among the answers."""
    role = pack.life.police.by[0]
    file = incident(pack, "visit", grounds=(ground,))
    no = {"told": False, "reason": "It was not so bad.", "role": role}
    file.refuses(f"the police are always told of {plain(ground)}", cites, "police_decided", "Mo", **no)
    file.refuses("whether police are told is not decided", cites, "closed")
    file.allows("police_decided", "Mo", told=True, reason="Violence.", reference="Log 17", role=role)


def police_weighed(pack: PolicyPack, ground: str, cites: str) -> None:
    """Fails unless the decision is recorded, by those who may, either way."""
    role = pack.life.police.by[0]
    file = incident(pack, "visit", grounds=(ground,))
    file.refuses("whether police are told is not decided", cites, "closed")
    no = {"told": False, "reason": "A word was enough."}
    file.refuses("the police decision is for", cites, "police_decided", "Mo", role="nobody", **no)
    file.allows("police_decided", "Mo", role=role, **no)


def without_a_word(pack: PolicyPack, reason: str, cites: str) -> None:
    """Fails unless police may be told without a word to the person for this reason, and for none of one's own."""
    role = pack.life.police.by[0]
    file = incident(pack, "visit", grounds=("apparent_offence",))
    told = {"told": True, "reason": "A threat.", "reference": "Log 17", "role": role}
    words = "no such reason to act without a word before"
    file.refuses(words, cites, "police_decided", "Mo", without_notice="haste", **told)
    file.allows("police_decided", "Mo", without_notice=reason, **told)


def breaches(pack: PolicyPack, count: int, **around: Any) -> File:
    """A strategy's file of breaches on which a named person confirmed the `count`th."""
    fields = {"strategy": "CS-1", "contact": f"C-{count}", "restriction": "R1", "count": count, "person": "P-001"}
    return File(BREACH_RESPONSE, pack, "breach_confirmed", "Spo C", **fields, **around)


def settles_our_breach(file: File, role: str, cites: str, *, days: int) -> None:
    """Fails unless a breach of the office itself is this role's task, within these days, until it is settled."""
    waits = {one.id.rpartition("/")[2]: one for one in open_tasks(file.file, file.situation)}
    due = waits.get("staff_breach")
    assert due is not None, f"no staff_breach among {sorted(waits)}"
    assert (due.to_role, due.due) == (role, file.situation.working_days_after(file.day, days)) and cites in due.cites
    done = {"done": "The officer was spoken to, and the rota is changed."}
    file.refuses("settling a breach of ours is for", cites, "staff_breach_settled", AUTHOR, role="nobody", **done)
    file.take("staff_breach_settled", person_of(role), role=role, **done)
    assert "CS-1/staff_breach" not in {one.id for one in open_tasks(file.file, file.situation)}
    file.refuses("no breach of ours waits", None, "staff_breach_settled", person_of(role), role=role, **done)


def answers_a_breach(
    pack: PolicyPack, action: str, *, count: int, roles: tuple[str, ...], cites: str, days: int = 5, **around: Any
) -> None:
    """Fails unless the ladder proposes it from this breach on and no sooner, to these roles, within these days."""
    file = breaches(pack, count, **around)
    proposed = {one.action: one for one in file.file.proposals}
    assert action in proposed, f"{action} is not among {list(proposed)}"
    assert set(proposed[action].decided_by) == set(roles), proposed[action].decided_by
    assert cites in proposed[action].cites
    assert proposed[action].due == file.situation.working_days_after(MONDAY, days)
    if count > 1:
        assert action not in {one.action for one in breaches(pack, count - 1, **around).file.proposals}
    file.refuses("is for", cites, "declined", "Mo", role="nobody", action=action, reason="Not now.")
    for role in roles:
        file.allows("accepted", person_of(role), role=role, action=action)
    assert [one.kind for one in file.file.steps] == ["breach_confirmed"], "it proposes and does nothing"


def a_machine_confirms_nothing(pack: PolicyPack) -> None:
    """Fails if the program itself could confirm a breach."""
    fields = {"strategy": "CS-1", "contact": "C-1", "restriction": "R1", "count": 1}
    try:
        File(BREACH_RESPONSE, pack, "breach_confirmed", "gateway", **fields)
    except ValueError:
        return
    raise AssertionError("a machine confirmed a breach")


def challenge(pack: PolicyPack, strategy: Any, *, on: date = MONDAY, day: date | None = None, **fields: Any) -> File:
    """A strategy is disputed."""
    given = {"about": strategy.id, "person": "P-001", "on": on, "reasons": "It is not so.", **fields}
    given.setdefault("earlier", (strategy,))
    return File(CHALLENGE, pack, "received", "Cal Clerk", day=day or on, **given)


def disclosure(pack: PolicyPack, ground: str, **fields: Any) -> File:
    """Somebody wants to tell a partner something."""
    given = {"person": "P-001", "to": "The police", "what": "The calls of May.", "why": "Threats.", **fields}
    return File(DISCLOSURE, pack, "proposed", "Ann Author", ground=ground, **given)


def shared_only_after(pack: PolicyPack, role: str, ground: str, cites: str) -> None:
    """Fails unless nothing goes before this role has answered, on a ground that the policy knows."""
    try:
        disclosure(pack, "curiosity")
    except Exception as refused:
        assert "not among the policy's grounds" in str(refused)
    else:
        raise AssertionError("any ground will do")
    file = disclosure(pack, ground)
    shared = {"on": MONDAY, "to": "The police", "what": "The calls of May.", "how": "By secure mail to the desk."}
    file.refuses("has not answered", cites, "shared", **shared)
    answer = {"agreed": True, "reasons": "It is needed."}
    file.refuses("the answer is for", cites, "gate_answered", "Mo", role="staff", **answer)
    file.refuses("proposed it", cites, "gate_answered", AUTHOR, role=role, **answer)
    file.take("gate_answered", person_of(role), role=role, **answer).take("shared", **shared)
    assert len(file.file.went) == 1


def entry(pack: PolicyPack, kind: str = "person", **fields: Any) -> File:
    """A danger, recorded when it became known."""
    given = {"known_on": MONDAY, "facts": "On 1 March a visitor was threatened with a knife at the door.", **fields}
    if kind == "property":
        return File(DANGEROUS_PROPERTY, pack, "entered", premises={"address": "1 High Street"}, **given)
    return File(DANGEROUS_PERSON, pack, "entered", person="P-001", **given)


def is_asked_before_a_visit(pack: PolicyPack, cites: str, *roles: str) -> None:
    """Fails unless exactly these roles may ask, of each register, and are told what was agreed, and not why."""
    for rule in pack.life.registers:
        if rule.is_of_dangers:
            only = pack.life.model_copy(update={"registers": (rule,)})
            for role in (None, *pack.life.roles):
                lacking = list(of_asking(role, only))
                assert bool(lacking) == (role not in roles), f"{rule.kind}: {role}"
                assert all(cites in lack.cites for lack in lacking)
    for kind in ("person", "property"):
        agreed = {"methods": "By letter.", "restrictions": "Two officers visit together."}
        file = entry(pack, kind, needs_to_know=("Hal Head",), **agreed)
        for check in ("factual", "methods"):
            file.take("answered", check=check, answer="yes")
        file.take("entry_approved", "Hal Head", role="head_of_service")
        told = before_you_visit(file.file, file.situation, surely=True)
        assert told is not None and told.ask.startswith("Hal Head, or ")
        assert (told.methods, told.restrictions) == ("By letter.", "Two officers visit together.")
        assert "knife" not in str(told) and "Jordan" not in str(told)


def case(pack: PolicyPack, **fields: Any) -> File:
    """A case with many ends."""
    given = {"person": "P-001", "issues": ("Three complaints at once.",), "background": "Four services.", **fields}
    return File(COMPLEX_CASE, pack, "case_opened", **given)


def is_on_the_register(pack: PolicyPack, strategy: Any, cites: str, *roles: str, tells: tuple[str, ...] = ()) -> None:
    """Fails unless the policy's register has the strategy, open to exactly these roles and those whom it names.

    `tells`: these roles are told when it comes into force.
    """
    rule = rule_among(pack.life.registers, "strategy")
    assert rule is not None and cites in rule.cites
    line = entry_of(strategy)
    assert (line.id, line.person, line.considerations) == (strategy.id, strategy.person, strategy.reasons)
    assert not may_see_strategy(strategy, "Nosy Neighbour", rule) and may_see_strategy(strategy, line.owner, rule)
    for role in pack.life.roles:
        assert may_see_strategy(strategy, "Nosy Neighbour", rule, role) == (role in roles), role
    assert set(to_be_told("activated", rule)) == set(tells)


def may_be_referred(pack: PolicyPack, body: str, cites: str) -> None:
    """Fails unless whoever is asked to help is one whom the policy names, and what came of it is waited for."""
    file = incident(pack, "visit")
    file.take("referred", body=body, why="Unwell and alone.", nothing_shared=True)
    asked = [one for one in open_tasks(file.file, file.situation) if "referral" in one.id]
    assert [(one.says, cites in one.cites) for one in asked] == [
        (f"Ask {body} what came of a referral, and record it", True)
    ]
    file.refuses("what came of a referral is not recorded", None, "closed")
    file.take("referral_answered", body=body, outcome="They will call on her.")
    assert not [one for one in open_tasks(file.file, file.situation) if "referral" in one.id]


def weeks(count: int) -> timedelta:
    """So many weeks."""
    return timedelta(weeks=count)
