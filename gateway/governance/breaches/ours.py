"""Where it is recorded what we did under a strategy that stands in the register only.

That we did not keep to it, and that this is settled; that we asked the person to contact us. It has no file of its own:
the file in which its breaches are answered has it.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.governance.breaches.confirming import file_of
from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.steps import AskedToContact, OurBreach
from gateway.governance.courses import BREACH_RESPONSE, STRATEGY
from gateway.governance.demands.ending import unsettled_breach
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Lack, Refused
from gateway.governance.strategy_file import StrategyFile
from gateway.store.files import Within
from models.decision import Judgement
from models.strategy import Strategy, StrategyStatus


async def in_force_in_register(desk: Desk, id_: str, what: str) -> Strategy | None:
    """The strategy that the register alone has in force; None where it has a file. Refused where it is neither.

    `what`: is to be recorded of it.
    """
    if await _own_file(desk, id_) is not None:
        return None
    found = await _in_register_only(desk, id_)
    if found.status is not StrategyStatus.ACTIVE:
        raise Refused([Lack(f"{what}: not while the strategy is {found.status}")])
    return found


async def record(
    desk: Desk, step: OurBreach | AskedToContact, person: str, *, beside: Callable[[str], Within] | None = None
) -> BreachFile:
    """The file of the breaches of this person's strategy with this step.

    `beside`: what is written together with it, by the id of the file.
    """
    if (known := await file_of(desk, step.strategy)) is not None:
        return await desk.take(BREACH_RESPONSE, known.id, step, beside=beside(known.id) if beside else None)
    before = await desk.store.review.all_breaches(strategy=step.strategy, status=Judgement.CONFIRMED)
    step = step.model_copy(update={"person": person, "before": len(before)})
    id_ = await desk.next_id(BREACH_RESPONSE)
    return await desk.begin(BREACH_RESPONSE, step, person=person, id_=id_, beside=beside(id_) if beside else None)


async def settled_in(desk: Desk, id_: str) -> BreachFile | None:
    """The file of the strategy's breaches where the one of ours that waits stands there; None for its own file.

    What was recorded before a strategy of the register was drafted here stays where it is.
    """
    own, known = await _own_file(desk, id_), await file_of(desk, id_)
    if own is not None:
        in_own = unsettled_breach(own) is not None or known is None or not known.ours
        return None if in_own else known
    if known is None:
        await _in_register_only(desk, id_)
        raise Refused([Lack("no breach of ours waits to be settled")])
    return known


async def _own_file(desk: Desk, id_: str) -> StrategyFile | None:
    stored = await desk.store.files.read(id_)
    if stored is None or stored.kind != STRATEGY.kind or stored.erased_at is not None:
        return None
    return read_back(STRATEGY, stored)


async def _in_register_only(desk: Desk, id_: str) -> Strategy:
    alone, _damaged = await desk.store.register.in_register_only()
    found = next((one for one in alone if one.id == id_), None)
    if found is None:
        raise Refused([Lack(f"there is no strategy {id_}")])
    return found
