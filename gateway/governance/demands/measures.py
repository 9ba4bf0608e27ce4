"""Which restrictions the policy knows, at which stage, on which matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from gateway import register_checks
from gateway.governance.lacks import Lack, reason_lacking
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.matter import Matter, MatterStatus
from models.policy_course import MeasureRule
from models.policy_life import LifeRules
from models.restriction import Restriction
from models.strategy import Strategy, StrategyScope

_REFUSING = frozenset({"same_matter_filed", "same_matter_refused"})
"""Measures that answer no more: never on a matter that is open, in no pack (Staffordshire 5.1)."""

_ENDS_CONTACT = frozenset({"cease_and_desist"})
"""Measures that allow no contact at all on a matter: as refusing it, where a policy does not know them."""


def refusing_in_register(strategy: Strategy, matters: Iterable[Matter], rules: LifeRules) -> tuple[Lack, ...]:
    """Which measures of a strategy that stands in the register only refuse contact on an open matter.

    No step here let them pass, and nobody knows of what stage it is: what the policy allows at any stage is allowed.
    """
    matters = _open(matters, strategy.scope, strategy.matters)

    def found(restriction: Restriction) -> Iterator[list[Lack]]:
        known = [rule for rule in rules.measures if rule.kind == restriction.kind]
        unknown = MeasureRule(kind=restriction.kind, on_open_matter=restriction.kind not in _ENDS_CONTACT)
        return (list(_on_open_matters(rule, matters)) for rule in known or [unknown])

    return tuple(_at_every_stage(map(found, strategy.restrictions)))


def beyond_limits_in_register(strategy: Strategy, rules: LifeRules) -> tuple[Lack, ...]:
    """The same of measures that go further than the policy lets them."""

    def found(restriction: Restriction) -> Iterator[list[Lack]]:
        known = (rule for rule in rules.measures if rule.kind == restriction.kind)
        return (list(_beyond_limits(rule, restriction)) for rule in known)

    return tuple(_at_every_stage(map(found, strategy.restrictions)))


def unlisted_in_register(strategy: Strategy, rules: LifeRules) -> tuple[Lack, ...]:
    """The same of measures that the policy does not have. Where its list is open, they may have a reason elsewhere."""
    listed = {rule.kind for rule in rules.measures}
    kinds = dict.fromkeys(one.kind for one in strategy.restrictions if one.kind not in listed)
    return () if rules.measures_open else tuple(_not_allowed(kind, [], 1) for kind in kinds)


def _at_every_stage(restrictions: Iterable[Iterable[list[Lack]]]) -> Iterator[Lack]:
    """For each restriction what any one of its rules finds, if all of them find something."""
    for by_rule in restrictions:
        lacks = list(by_rule)
        if lacks and all(lacks):
            yield from lacks[0]


def of_measures(
    file: StrategyFile, situation: Situation, restrictions: Iterable[Restriction], reasons_for: Mapping[str, str]
) -> Iterator[Lack]:
    """What is wrong with these restrictions on this file."""
    restrictions = tuple(restrictions)
    ids = [restriction.id for restriction in restrictions]
    for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        yield Lack(f"two restrictions are called {id_}", field="restrictions")
    yield from of_restrictions(restrictions)
    for restriction in restrictions:
        kind = restriction.kind
        known = _rules_of(kind, situation)
        allowed = [rule for rule in known if _is_of_stage(rule, file)]
        if not allowed and not known and situation.rules.measures_open:
            if not reasons_for.get(f"measure:{kind}"):
                yield reason_lacking(f"{kind} is beyond the policy's list and needs its reason", f"measure:{kind}")
            allowed = [MeasureRule(kind=kind)]
        if not allowed:
            yield _not_allowed(kind, known, file.stage)
            continue
        rule = allowed[0]
        if rule.needs_warning and not file.warned_that_count:
            yield Lack(f"{kind} only after a written warning, and there was none", rule.cites, "warned")
        for name in rule.fields:
            if not getattr(restriction, name, None):
                yield Lack(f"{restriction.id} ({kind}) must say its {name}", rule.cites, "restrictions")
        yield from _beyond_limits(rule, restriction)
        if rule.needs_reason and not reasons_for.get(f"measure:{kind}"):
            yield reason_lacking(f"{kind} needs its own reason", f"measure:{kind}", rule.cites)
        yield from _on_open_matters(rule, _open(situation.matters, file.scope, file.matters))


def of_open_matters(
    file: StrategyFile, situation: Situation, restrictions: Iterable[Restriction] | None = None
) -> Iterator[Lack]:
    """Which of these restrictions, else of the file's own, refuse contact on a matter that is open.

    A matter can be taken up again in the register at any time: it is asked anew before anything is decided, told or put
    in force that was submitted while the matter was not open (Staffordshire 5.1).
    """
    for restriction in file.restrictions if restrictions is None else restrictions:
        known = _rules_of(restriction.kind, situation)
        of_stage = [rule for rule in known if _is_of_stage(rule, file)]
        rule = next(iter(of_stage or known), MeasureRule(kind=restriction.kind))
        yield from _on_open_matters(rule, _open(situation.matters, file.scope, file.matters))


def _on_open_matters(rule: MeasureRule, matters: Iterable[Matter]) -> Iterator[Lack]:
    """`matters`: those that the strategy is about and that are open."""
    if rule.kind not in _REFUSING and rule.on_open_matter:
        return
    for matter in matters:
        yield Lack(
            f"{rule.kind} on {matter.id}, which is still open: contact about an open matter must go on",
            rule.cites,
            "restrictions",
        )


def _beyond_limits(rule: MeasureRule, restriction: Restriction) -> Iterator[Lack]:
    for name, limit in rule.limits.items():
        for fault in limit.faults(getattr(restriction, name)):
            yield Lack(f"{restriction.id} ({restriction.kind}): {name} {fault}", rule.cites, "restrictions")


def _rules_of(kind: str, situation: Situation) -> list[MeasureRule]:
    return [rule for rule in situation.rules.measures if rule.kind == kind]


def _is_of_stage(rule: MeasureRule, file: StrategyFile) -> bool:
    return not rule.stages or file.stage in rule.stages


def of_restrictions(restrictions: Sequence[Restriction]) -> Iterator[Lack]:
    """What a register file may not say of restrictions, whatever the policy: no channel left, or one left and taken."""
    for (_, place, *where), text in register_checks.of_restrictions(restrictions):
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
        yield Lack(f"{restrictions[int(place)].id}, {name}: {text}", field="restrictions")


def _not_allowed(kind: str, known: list[MeasureRule], stage: int) -> Lack:
    if not known:
        return Lack(f"{kind} is not among the measures of this policy", (), "restrictions")
    stages = sorted({number for rule in known for number in rule.stages})
    where = ", ".join(map(str, stages))
    return Lack(f"{kind} is a measure of stage {where}, not of stage {stage}", known[0].cites, "restrictions")


def _open(matters: Iterable[Matter], scope: StrategyScope, about: Collection[str]) -> tuple[Matter, ...]:
    """Those of a person's matters that a strategy is about and that are open."""
    everything = scope is StrategyScope.ORGANISATION
    is_open = (one for one in matters if one.status is MatterStatus.OPEN)
    return tuple(one for one in is_open if everything or one.id in about)
