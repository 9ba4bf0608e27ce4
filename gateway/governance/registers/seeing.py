"""Who may read what is on a register: those who need to know, by name or in a role the policy names (Stoke 5.2.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gateway.governance.cases.file import CaseFile
from gateway.governance.common_steps import NoLongerAllowed
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import the_people
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import rule_among
from gateway.governance.registers.steps import EntryApproved, EntryReviewed
from gateway.governance.registers.strategies import those_named_in_register, those_who_need_to_know
from gateway.governance.same_person import is_among
from gateway.governance.step import Step
from gateway.governance.strategy_file import StrategyFile
from models.policy_life import LifeRules
from models.policy_records import RegisterRule
from models.strategy import Strategy


def those_who_may_see(file: EntryFile) -> tuple[str, ...]:
    """Its author, whoever approved or reviewed it, and those who were named."""
    deciders = [step.by for step in file.steps if isinstance(step, EntryApproved | EntryReviewed)]
    return tuple(dict.fromkeys((file.author, *deciders, *file.seen_by)))


def may_see(file: EntryFile, by: str, rule: RegisterRule | None, role: str | None = None) -> bool:
    """Whether this person reads the entry without saying why. A register without a rule is nobody's to browse."""
    return (rule is not None and is_open_to(role, rule)) or is_among(by, those_who_may_see(file))


def may_see_strategy(file: StrategyFile, by: str, rule: RegisterRule | None, role: str | None = None) -> bool:
    """Whether this person reads the strategy without saying why; anybody where the policy closes no register of them.

    A strategy is no entry of its own: without a register it is a file like any other.
    """
    return is_open_to(role, rule) or is_among(by, those_who_need_to_know(file))


def may_see_registered(strategy: Strategy, by: str, rule: RegisterRule | None, role: str | None = None) -> bool:
    """As `may_see_strategy`, of one that only stands in the register."""
    return is_open_to(role, rule) or is_among(by, those_named_in_register(strategy))


def may_see_case(file: CaseFile, by: str, life: LifeRules, role: str | None = None) -> bool:
    """Whether this person reads a complex case without saying why: as a strategy, and whoever chairs its conference."""
    rule = rule_among(life.registers, "complex_case")
    chairs = life.conference is not None and role == life.conference.chair
    return chairs or is_open_to(role, rule) or is_among(by, those_in_the_case(file))


def may_see_incident(file: IncidentFile, by: str, life: LifeRules, role: str | None = None) -> bool:
    """Whether this person reads an incident without saying why: whom it names, and the roles that have to act on it."""
    tasks = (*life.welfare, *(task for one in life.incidents for task in one.tasks))
    return role in {*life.police.by, *(task.to for task in tasks)} or is_among(by, file.named)


def may_see_disclosure(file: DisclosureFile, by: str, life: LifeRules, role: str | None = None) -> bool:
    """Whether this person reads a disclosure without saying why: whom it names, and the roles that are asked first."""
    return role in life.sharing.asked or is_among(by, file.named)


def those_in_the_case(file: CaseFile) -> tuple[str, ...]:
    """Whoever opened it, was at a conference, or has to do something."""
    present = [name for held in file.held for name in held.present]
    owners = [action.owner for action in file.actions.values()]
    return tuple(dict.fromkeys((file.author, *present, *owners)))


def is_open_to(role: str | None, rule: RegisterRule | None) -> bool:
    """Whether the whole register is open to somebody in this role."""
    return rule is None or not rule.need_to_know or role in rule.seen_by


def of_asking(role: str | None, life: LifeRules) -> Iterator[Lack]:
    """Who may ask before a visit: the roles that each register of dangers names, and those to whom it is open.

    All of them, so that nobody takes half an answer for a whole one.
    """
    kept = [rule for rule in life.registers if rule.is_of_dangers]
    if not kept:
        yield Lack("the policy keeps no register of dangerous persons or properties", field="registers")
    for rule in kept:
        if role not in rule.asked_by and not is_open_to(role, rule):
            whom = the_people((*rule.asked_by, *rule.seen_by), life) or "nobody by this policy"
            yield Lack(f"asking “{rule.name}” before a visit is for {whom}; say your --role", rule.cites, "role")


def not_for(step: Step, owner: str, rule: RegisterRule | None, otherwise: str = "") -> Lack:
    """What somebody is told who does not need to know: whom to ask, and what else they may do."""
    cites = rule.cites if rule is not None else ()
    more = f", {otherwise}" if otherwise else ""
    return Lack(f"{step.by} is not among those who need to know; ask {owner}{more}", cites, "by")


def not_listed(step: NoLongerAllowed, listed: Collection[str]) -> Iterator[Lack]:
    """Only somebody who is on the list is taken off it."""
    if step.name not in listed:
        yield Lack(f"{step.name} is not on the list", field="name")
