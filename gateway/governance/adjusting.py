"""What somebody under a strategy has disclosed that they need is kept until equality advice was taken.

An adjustment that is lost with a register file would be switched off with nobody deciding it (Cleveland 9.13-9.14).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack, refuse
from gateway.governance.steps import AdjustmentChanged
from gateway.governance.strategy_file import Standing, StrategyFile
from models.person import Adjustment, Person
from models.register import Register


async def keep_adjustments(desk: Desk, register: Register) -> None:
    """Refused where the register would take away what it was not decided to take away."""
    files = [file for file in await desk.every(STRATEGY) if file.standing is Standing.ACTIVE]
    before = {
        dossier.person.id: dossier.person
        for dossier in await desk.store.register.dossiers({file.person for file in files})
    }
    after = {person.id: person for person in register.people}
    refuse(lack for file in files for lack in _lost(file, before.get(file.person), after.get(file.person)))


def _lost(file: StrategyFile, before: Person | None, after: Person | None) -> Iterator[Lack]:
    if before is None or after is None:  # whoever is left out altogether is refused elsewhere
        return
    decided = {step.adjustment for _number, step in live_steps(file.steps) if isinstance(step, AdjustmentChanged)}
    for adjustment in before.adjustments:
        if adjustment.id not in decided and not _is_kept(adjustment, after.adjustments):
            text = (
                f"{before.id}: adjustment {adjustment.id} is lost or altered while {file.id} is in force; first take "
                f"advice (`triage strategy advice {file.id}`), tell the person, and record the change "
                f"(`triage strategy adjustment {file.id} {adjustment.id}`)"
            )
            yield Lack(text, _CITES, "adjustments")


def _is_kept(one: Adjustment, among: Sequence[Adjustment]) -> bool:
    """Whether it is there as it was, or with more that it exempts from."""
    return any(
        (other.id, other.need) == (one.id, one.need)
        and set(other.exempts) >= set(one.exempts)
        and all(eased in other.varies for eased in one.varies)
        for other in among
    )


_CITES = ("Cleveland 9.13", "Cleveland 9.14")
