"""Which steps an incident's file may take, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.common_steps import (
    Allowed,
    Answered,
    LookedIn,
    NoLongerAllowed,
    Noted,
    RecordedInError,
    TaskDone,
    Undone,
)
from gateway.governance.demands.answering import of_answer
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.following import of_another, of_following, of_role
from gateway.governance.incidents.consequences import (
    POLICE,
    police_task,
    roles_for,
    rule_of,
    still_owed,
    tasks_of,
    whose,
)
from gateway.governance.incidents.file import BLOCK_CONSIDERED, IncidentFile, fold, opened
from gateway.governance.incidents.steps import (
    Added,
    Blocked,
    Captured,
    Closed,
    Deleted,
    IncidentKind,
    IncidentStep,
    ManagerTold,
    PoliceDecided,
    Recorded,
    ReferralAnswered,
    Referred,
    TaskDeclined,
)
from gateway.governance.lacks import Lack, refuse
from gateway.governance.registers.seeing import not_listed
from gateway.governance.same_person import in_doubt, is_among, may_be_one_person
from gateway.governance.situation import Situation
from models.plain_names import plain

_DECISIONS: Final = (Blocked, TaskDeclined, PoliceDecided, RecordedInError)
"""Only whoever decided takes it back."""
_WHENEVER: Final = (Noted, Undone, Allowed, NoLongerAllowed, LookedIn)
"""What is also done in a file that is closed."""
_LINE_MANAGER: Final = "line_manager"
"""The role, in policies that have it, of whoever is told of an incident (Cleveland 4.5)."""
_HELPED: Final = "is whom it is to help"


def begin(id_: str, first: IncidentStep, situation: Situation) -> IncidentFile:
    """A new file, by anybody. Refused where the person is not known, or it is dated on a day to come."""
    file = opened(id_, first)
    refuse(_of_record(file, situation))
    return fold(id_, [first.model_copy(update={"count": _count(file, situation)})])


def take(file: IncidentFile, step: IncidentStep, situation: Situation) -> IncidentFile:
    """The file after the step. Refused, with everything that stands in the way, where it may not be taken."""
    refuse([*of_following(file.steps, step, decisions=_DECISIONS), *_demands(file, step, situation)])
    return fold(file.id, (*file.steps, step))


def _of_record(file: IncidentFile, situation: Situation) -> Iterator[Lack]:
    if file.person is not None and (situation.person is None or situation.person.id != file.person):
        yield Lack(f"the register knows nobody {file.person}; leave the person out if you are not sure", field="person")
    if file.on > situation.day:
        yield Lack("nothing is recorded of a day to come", field="on")


def _count(file: IncidentFile, situation: Situation) -> int:
    if file.person is None:
        return 0
    before = (other for other in situation.besides if isinstance(other, IncidentFile))
    return 1 + sum(other.incident is file.incident and not other.in_error for other in before)


def _demands(file: IncidentFile, step: IncidentStep, situation: Situation) -> Iterator[Lack]:
    """What each kind of step needs; notes and what more became known need nothing."""
    if file.closed is not None and not isinstance(step, _WHENEVER):
        yield Lack("the incident is closed; undo that to go on with it")
        return
    match step:
        case Recorded():
            yield Lack("the incident has been recorded already; use `added` for what more is known")
        case Answered():
            if step.check not in {check.id for check in rule_of(file, situation.rules).asks}:
                yield Lack(f"there is no question {step.check!r} on this incident", field="check")
        case ManagerTold():
            yield from _of_manager(file, step, situation)
        case Captured():
            if any(captured.post == step.post for captured in file.captured):
                yield Lack("that post is captured already", field="post")
        case Deleted():
            yield from _of_deletion(file, step, situation)
        case Blocked():
            yield from _of_block(file, step, situation)
        case TaskDone() | TaskDeclined():
            yield from _of_task(file, step, situation)
        case PoliceDecided():
            yield from of_police(file, step, situation)
        case Referred():
            yield from _of_referral(file, step, situation)
        case ReferralAnswered():
            referral = file.referrals.get(step.body)
            if referral is None or referral.answered is not None:
                yield Lack("no referral to them waits for an answer", field="body")
        case NoLongerAllowed():
            yield from not_listed(step, file.seen_by)
        case Closed():
            yield from of_closing(file, situation)
        case RecordedInError():
            yield from _of_error(file, step, situation)
        case Undone():
            yield from _of_undoing(file, step, situation)


def _of_manager(file: IncidentFile, step: ManagerTold, situation: Situation) -> Iterator[Lack]:
    """Nobody is told what they have only told themselves (Cleveland 4.5).

    A manager may record what happened to somebody of theirs; that they were told, that somebody says.
    """
    if step.on > situation.day:
        yield Lack("nobody is told on a day to come", field="on")
    managers = situation.role_holders.get(_LINE_MANAGER, ())
    # Whoever manages a line manager is not among them.
    if managers and not is_among(step.manager, managers) and not is_among(file.recorded_by, managers):
        text = (
            f"{step.manager} is no line manager; the register gives the role {_LINE_MANAGER} to {', '.join(managers)}"
        )
        yield Lack(text, rule_of(file, situation.rules).cites, "manager")
    by_another = is_among(step.by, file.affected) and not may_be_one_person(step.by, step.manager)
    if may_be_one_person(step.manager, file.recorded_by) and not by_another:
        cites = rule_of(file, situation.rules).cites
        text = f"{step.manager} recorded it, and is told by nobody; their own line manager is"
        yield Lack(f"{text}{in_doubt(step.manager, file.recorded_by)}", cites, "manager")


def _of_deletion(file: IncidentFile, step: Deleted, situation: Situation) -> Iterator[Lack]:
    """Nothing is removed that was not kept before (Warwickshire 6)."""
    cites = rule_of(file, situation.rules).cites
    if file.incident is not IncidentKind.SOCIAL_MEDIA:
        yield Lack("only a post is removed; letters, messages and calls are kept", cites)
    if not any(captured.post == step.post for captured in file.captured):
        yield Lack("that post was not captured, with its digest and where the copy is filed", cites, "captured")
    if any(deleted.post == step.post for deleted in file.deleted):
        yield Lack("that post was deleted already", field="post")


def _of_block(file: IncidentFile, step: Blocked, situation: Situation) -> Iterator[Lack]:
    """A block limits contact: those decide who decide of strategies, or whom the policy names for it."""
    rule = rule_of(file, situation.rules)
    if not file.captured:
        yield Lack("nothing was captured that the block could rest on", rule.cites, "captured")
    named = tuple(task.to for task in rule.tasks if task.id == BLOCK_CONSIDERED)
    yield from of_role(step, named or deciding_roles(situation.rules, 1), situation, "a block", rule.cites)


def _of_task(file: IncidentFile, step: TaskDone | TaskDeclined, situation: Situation) -> Iterator[Lack]:
    tasks = {task.id: task for task in tasks_of(file, situation.rules)}
    if step.task == POLICE:
        yield Lack("whether police are told is decided with `police`", field="task")
    elif step.task not in tasks:
        yield Lack(f"there is no task {step.task!r}; there are {', '.join(tasks) or 'none'}", field="task")
    elif step.task in file.settled:
        yield Lack(f"{step.task} was settled already", field="task")
    else:
        task = tasks[step.task]
        yield from of_role(step, roles_for(file, task, situation), situation, task.id, task.cites)
        yield from of_another(step, {_HELPED: whose(file, step.task, situation.rules)}, "recording that", task.cites)


def of_police(file: IncidentFile, step: PoliceDecided, situation: Situation) -> Iterator[Lack]:
    """A recorded decision every time; of some grounds the policy leaves no choice."""
    police = situation.rules.police
    yield from of_role(step, police.by, situation, "the police decision", police.cites)
    if step.told and not step.reference.strip():
        yield Lack("the police's reference, or when and how they were told, is missing", police.cites, "reference")
    if not step.told:
        for ground in file.grounds:
            said = plain(ground)
            if ground in police.always:
                yield Lack(f"the police are always told of {said}; `no` is not among the answers", police.cites, "told")
            elif ground not in police.consider:
                yield Lack(f"the policy leaves nobody to weigh {said}; tell the police", police.cites, "told")
    reasons = situation.rules.notice.without_notice
    if step.without_notice is not None and step.without_notice not in reasons:
        known = ", ".join(reasons) or "none"
        cites = situation.rules.notice.cites
        yield Lack(f"no such reason to act without a word before; there are {known}", cites, "without_notice")


def _of_referral(file: IncidentFile, step: Referred, situation: Situation) -> Iterator[Lack]:
    """What a partner is told of a person goes through the gate like everything else (Cleveland 9.15)."""
    sharing = situation.rules.sharing
    earlier = file.referrals.get(step.body)
    if earlier is not None and earlier.answered is None:
        yield Lack("they were asked already, and what came of it is not recorded", field="body")
    if step.nothing_shared == (step.disclosure is not None):
        yield Lack(
            "say under which disclosure they are told about the person, or that nothing is told", sharing.cites,
            "disclosure",
        )  # fmt: skip
    elif step.disclosure is not None:
        known = {one.id: one for one in situation.besides if isinstance(one, DisclosureFile)}
        disclosure = known.get(step.disclosure)
        if disclosure is None:
            yield Lack(f"there is no disclosure {step.disclosure} about this person", sharing.cites, "disclosure")
        elif not disclosure.went:
            yield Lack(f"{step.disclosure} has not been shared yet", sharing.cites, "disclosure")


def _of_error(file: IncidentFile, step: RecordedInError, situation: Situation) -> Iterator[Lack]:
    """By another in a role that decides about the police, of whom nothing is asked any more then; not in silence."""
    police = situation.rules.police
    yield from of_role(step, police.by, situation, "taking an incident back", police.cites)
    yield from of_another(step, {"recorded it": file.recorded_by}, "taking it back", police.cites)
    yield from _of_what_is_owed(file, step, situation)
    told = file.police is not None and file.police.told
    if (told or file.referrals or file.blocked or file.deleted) and not step.put_right.strip():
        text = "others were told of it, or something was blocked or removed; say what was done to put that right"
        yield Lack(text, field="put_right")


def _of_what_is_owed(file: IncidentFile, step: RecordedInError, situation: Situation) -> Iterator[Lack]:
    """Somebody was hurt, and the police hear of it, whoever did it: that goes on in the incident recorded instead."""
    rules = situation.rules
    grounds, affected = still_owed(file, rules)
    other = situation.instead
    if step.instead is None:
        owed = [f"the police are always told of {plain(ground)}" for ground in grounds]
        owed += ["somebody affected has not been seen to"] if affected else []
        if owed:
            text = f"{', and '.join(owed)}: record the incident as it was, and name that one (`--instead IN-…`)"
            yield Lack(text, rules.police.cites, "instead")
    elif not isinstance(other, IncidentFile) or other.id == file.id:
        yield Lack(f"{step.instead} is no other incident", field="instead")
    elif other.in_error:
        yield Lack(f"{other.id} was recorded in error itself", field="instead")
    else:
        yield from _of_the_same(file, other, situation)


def _of_undoing(file: IncidentFile, step: Undone, situation: Situation) -> Iterator[Lack]:
    """What brought in something that is owed is not taken out again by whoever put it there, nor by just anybody."""
    added = file.steps[step.number - 1] if step.number <= len(file.steps) else None
    if not isinstance(added, Added):
        return
    rules = situation.rules
    if still_owed(fold(file.id, (*file.steps, step)), rules) != still_owed(file, rules):
        police = rules.police
        yield from of_role(step, police.by, situation, "taking back what is owed", police.cites)
        yield from of_another(step, {"added it": added.by}, "taking it back", police.cites)


def _of_the_same(file: IncidentFile, other: IncidentFile, situation: Situation) -> Iterator[Lack]:
    rules = situation.rules
    grounds, affected = still_owed(file, rules)
    add = f"`triage incident add {other.id}`"
    if (grounds or affected) and other.on != file.on and other.recorded_on < file.recorded_on:
        yield Lack(f"{other.id} happened on another day, and was recorded before this one", field="instead")
    for ground in grounds:
        if ground not in other.grounds:
            yield Lack(f"{other.id} does not say {plain(ground)}; {add} does", rules.police.cites, "instead")
    # Whoever recorded it there is seen to there.
    if not all(is_among(name, (other.recorded_by, *other.affected)) for name in affected):
        yield Lack(f"{other.id} does not name everybody who is affected; {add} does", field="instead")


def of_closing(file: IncidentFile, situation: Situation) -> Iterator[Lack]:
    """Every question is answered, every task done or declined, and police considered."""
    rules = situation.rules
    rule = rule_of(file, rules)
    for check in rule.asks:
        # What happened cannot be put right afterwards: an answer that should be another needs a note, not a change.
        yield from of_answer(file.answers.get(check.id), check, blocking=False)
    if file.manager is None:
        yield Lack("the line manager has not been told", rule.cites, "manager_told")
    if file.police is None:
        task = police_task(file, rules)
        yield Lack("whether police are told is not decided", task.cites, "police")
    for task in tasks_of(file, rules):
        if task.id not in file.settled:
            yield Lack(f"neither done nor declined: {task.says}", task.cites, task.id)
    for referral in file.referrals.values():
        if referral.answered is None:
            yield Lack("what came of a referral is not recorded", field="referral_answered")
