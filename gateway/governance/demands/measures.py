"""Which restrictions the policy knows, at which stage, on which matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway import register_checks
from gateway.governance.lacks import Lack, reason_lacking
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.matter import Matter, MatterStatus
from models.policy_life import MeasureRule
from models.restriction import Restriction
from models.strategy import StrategyScope

_REFUSING = frozenset({"same_matter_filed", "same_matter_refused"})
"""Measures that answer no more: never on a matter that is open, in no pack (Staffordshire 5.1)."""


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
        for name, limit in rule.limits.items():
            for fault in limit.faults(getattr(restriction, name)):
                yield Lack(f"{restriction.id} ({kind}): {name} {fault}", rule.cites, "restrictions")
        if rule.needs_reason and not reasons_for.get(f"measure:{kind}"):
            yield reason_lacking(f"{kind} needs its own reason", f"measure:{kind}", rule.cites)
        yield from _on_open_matters(rule, file, situation)


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
        yield from _on_open_matters(rule, file, situation)


def _on_open_matters(rule: MeasureRule, file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    if rule.kind not in _REFUSING and rule.on_open_matter:
        return
    for matter in _open(file, situation):
        yield Lack(
            f"{rule.kind} on {matter.id}, which is still open: contact about an open matter must go on",
            rule.cites,
            "restrictions",
        )


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


def _open(file: StrategyFile, situation: Situation) -> Iterator[Matter]:
    everything = file.scope is StrategyScope.ORGANISATION
    for matter in situation.matters:
        if matter.status is MatterStatus.OPEN and (everything or matter.id in file.matters):
            yield matter
