"""The approval chain: who may act, in which order, independent of whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.common_steps import ReviewerAllowed, TaskDone
from gateway.governance.demands.prior_knowledge import known_from
from gateway.governance.following import of_another
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import people, the_people
from gateway.governance.same_person import in_doubt, is_among, may_be_among, may_be_one_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import (
    Acted,
    Changed,
    Ended,
    Extended,
    Nominated,
    Reinstated,
    Reviewed,
    SilenceApproved,
    Suspended,
    Urgent,
    WayWaived,
    Withdrawn,
)
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import walked
from models.policy_course import Act, ApprovalStep
from models.policy_events import BreachAction
from models.policy_life import LifeRules


def chain(rules: LifeRules, stage: int, before: str | None = None) -> tuple[ApprovalStep, ...]:
    """The acts that a strategy of this stage needs, in order; only those before `submission` or `approval`."""
    return tuple(
        act
        for act in rules.approvals
        if (not act.stages or stage in act.stages) and (before is None or act.before == before)
    )


def open_acts(file: StrategyFile, rules: LifeRules, before: str) -> tuple[ApprovalStep, ...]:
    """The acts that nobody has taken yet, in order."""
    taken = {act.act for act in file.acts}
    return tuple(act for act in chain(rules, file.stage, before) if act.id not in taken)


def of_acts_before(file: StrategyFile, situation: Situation, before: str) -> Iterator[Lack]:
    """The acts that should have been taken by now."""
    for act in open_acts(file, situation.rules, before):
        missing = _HAS_NOT[act.act]
        if any(earlier.act == act.id for earlier in file.overtaken):
            missing += " since the draft was revised, and was asked about another; ask again"
        yield Lack(f"{the_people(act.roles, situation.rules)} {missing}", act.cites, act.id)


def of_act(file: StrategyFile, step: Acted, situation: Situation) -> Iterator[Lack]:
    """What keeps this person from this act."""
    rules = situation.rules
    act = next((one for one in chain(rules, file.stage) if one.id == step.act), None)
    if act is None:
        names = ", ".join(one.id for one in chain(rules, file.stage))
        yield Lack(f"the chain has no act {step.act!r}; there are {names}", field="act")
        return
    waiting = open_acts(file, rules, act.before)
    if any(taken.act == act.id for taken in file.acts):
        yield Lack(f"{act.id} was done already", act.cites, "act")
    elif waiting and waiting[0].id != act.id:
        yield Lack(f"{waiting[0].id} comes before {act.id}", act.cites, "act")
    yield from _role(file, act, step, rules)
    yield from _independence(file, act, step, rules)
    if act.no_prior_knowledge and step.knew is not False:
        yield Lack(
            "whoever does this declares that they knew neither the person nor the issue before", act.cites, "knew"
        )
    if act.no_prior_knowledge and (known := known_from(file, step, situation)):
        yield Lack(known, act.cites, "by")
    if not step.agreed and not step.note.strip():
        yield Lack("a refusal says why", act.cites, "note")


def of_nomination(file: StrategyFile, step: Nominated, situation: Situation) -> Iterator[Lack]:
    """Whoever nominates does so themselves, in the role that the policy names: nobody's word that they were will do."""
    rules = situation.rules
    act = next((one for one in chain(rules, file.stage) if one.id == step.act), None)
    if act is None or act.nominee_of is None:
        yield Lack(f"the policy lets nobody be nominated for {step.act}", act.cites if act else (), "act")
        return
    if step.role != act.nominee_of:
        yield Lack(f"nominating is for the {rules.roles[act.nominee_of]}", act.cites, "role")
    if may_be_one_person(step.name, file.author):
        text = f"{step.name} wrote the draft; {act.id} is for somebody else{in_doubt(step.name, file.author)}"
        yield Lack(text, act.cites, "name")
    yield from of_another(step, {"wrote the draft": file.author}, "nominating", act.cites)


def _role(file: StrategyFile, act: ApprovalStep, step: Acted, rules: LifeRules) -> Iterator[Lack]:
    nominees = [one.name for one in file.nominated if one.act == act.id]
    if step.role in act.roles or (act.nominee_of and is_among(step.by, nominees)):
        return
    nominee = f", or somebody nominated by the {rules.roles[act.nominee_of]} on this file" if act.nominee_of else ""
    yield Lack(f"{act.id} is for {the_people(act.roles, rules)}{nominee}", act.cites, "role")


def _independence(file: StrategyFile, act: ApprovalStep, step: Acted, rules: LifeRules) -> Iterator[Lack]:
    did_so = {one.id: _DID[one.act] for one in chain(rules, file.stage)}
    others = {"author": file.author} | {taken.act: taken.by for taken in file.acts}
    # Four eyes in every pack: an author may propose, and never agree with themselves.
    apart = set(act.distinct_from) | (set() if act.act is Act.PROPOSES else {"author"})
    # By pairs: two people may have done alike, as where one advised and another was consulted (Wealden L80-L82).
    did = [("wrote the draft" if name == "author" else did_so[name], others[name]) for name in apart & others.keys()]
    for so, by in sorted(set(did)):
        yield from of_another(step, {so: by}, act.id, act.cites)
    is_author = may_be_one_person(step.by, file.author)
    if act.act in _APPROVING and may_be_among(step.by, file.revised_by) and not is_author:
        text = f"{step.by} revised the draft; {act.id} is for somebody else{in_doubt(step.by, *file.revised_by)}"
        yield Lack(text, act.cites, "by")


def deciding_roles(rules: LifeRules, stage: int) -> tuple[str, ...]:
    """The roles of the chain's last act: those who may decide of a strategy of this stage."""
    acts = chain(rules, stage)
    return acts[-1].roles if acts else ()


def signing_roles(rules: LifeRules, stage: int) -> tuple[str, ...]:
    """Those who sign letters of a strategy of this stage: where the policy names none, those who decide of it."""
    return rules.notice.senders or deciding_roles(rules, stage)


def overseeing_roles(rules: LifeRules, stage: int) -> tuple[str, ...]:
    """Those who may decide of a strategy of this stage, and those who review one."""
    return (*deciding_roles(rules, stage), *rules.review.reviewers)


def ending_roles(rules: LifeRules, stage: int) -> tuple[str, ...]:
    """Those who may end one: whoever decides of it, reviews it or hears of a dispute."""
    return (*overseeing_roles(rules, stage), *rules.dispute.to, *rules.dispute.reviewed_by)


def tightening_roles(rules: LifeRules) -> tuple[str, ...]:
    """Those who make a strategy stricter after a breach."""
    return tuple(role for one in rules.breaches if one.action is BreachAction.TIGHTEN for role in one.decided_by)


def of_decider(
    file: StrategyFile, step: Step, situation: Situation, *, besides: tuple[str, ...] = ()
) -> Iterator[Lack]:
    """Who acts is in a role that decides of this strategy, and is not its author."""
    acts = chain(situation.rules, file.stage)
    roles = (*deciding_roles(situation.rules, file.stage), *besides)
    if roles and step.role not in roles:
        who = people(roles, situation.rules)
        yield Lack(f"this is for the {who}", acts[-1].cites if acts else (), "role")
    yield from of_another(step, {"wrote the draft": file.author}, "this", acts[-1].cites if acts else ())


_APPROVING = frozenset({Act.AGREES, Act.SIGNS, Act.DECIDES})
"""Acts by which somebody answers for what they did not write. Whoever is consulted may put their advice into words."""

DECISIONS: Final = (
    Acted, WayWaived, Suspended, Urgent, ReviewerAllowed, Reviewed, Changed, Extended, SilenceApproved, Ended,
    Reinstated, TaskDone,
)  # fmt: skip
"""What somebody decided of a strategy, or answers for by their word alone: only they take it back."""


def decisions_in(file: StrategyFile) -> tuple[type[Step], ...]:
    """`DECISIONS` in this file. To give up what was decided is one; a proposal, anybody who may write gives up."""
    given_up = next((before for before, step in walked(file) if isinstance(step, Withdrawn)), None)
    return (*DECISIONS, Withdrawn) if given_up is not None and given_up.was_decided else DECISIONS


_DID = {
    Act.CONSULTED: "was consulted",
    Act.PROPOSES: "proposed it",
    Act.AGREES: "agreed to it",
    Act.SIGNS: "signed it off",
    Act.DECIDES: "decided on it",
}
_HAS_NOT = {
    Act.CONSULTED: "has not been consulted",
    Act.PROPOSES: "has not proposed it",
    Act.AGREES: "has not agreed",
    Act.SIGNS: "has not signed",
    Act.DECIDES: "has not decided",
}
