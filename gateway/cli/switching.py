"""`triage mode` and `triage pass-through`: how far the gateway acts on what it decides. A named person turns them."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from gateway.cli.exits import BadInput, Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, Named, settings_of
from gateway.clock import utc_now
from gateway.dispatch.readiness import ready_to_enforce
from gateway.dispatch.still_true import settle_what_is_over
from gateway.enforcement import Enforcement, read_enforcement
from gateway.policies import Policies
from gateway.settings import Settings
from gateway.store.store import Store
from gateway.store.switches import Switch


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(mode)
    app.command("pass-through")(pass_through)


def mode(
    to: Annotated[str, typer.Argument(metavar="observe|enforce", help="Only show decisions, or act on them.")],
    by: Named,
    strategy: Annotated[str | None, typer.Option(help="Only this strategy, by its id.")] = None,
    config: Config = None,
) -> None:
    """Switch between observing and enforcing; the running gateway follows within a second."""
    if to not in ("observe", "enforce"):
        raise BadInput(f"mode {to}: expected observe or enforce")
    print(asyncio.run(_switch_mode(settings_of(config), to, strategy, by)))


def pass_through(
    to: Annotated[str, typer.Argument(metavar="on|off", help="on: mail goes to its recipients before it is triaged.")],
    by: Named,
    reason: Annotated[str, typer.Option(help="Why; written to the audit trail.")],
    config: Config = None,
) -> None:
    """Let mail through first and triage it after: for an emergency in which triage is in the way."""
    if to not in ("on", "off"):
        raise BadInput(f"pass-through {to}: expected on or off")
    if not reason.strip():
        raise BadInput("--reason: say why, in a sentence")
    asyncio.run(_switch_pass_through(settings_of(config), to, by, reason.strip()))
    print(f"pass-through is {to}")


async def _switch_mode(settings: Settings, to: str, strategy: str | None, by: str) -> str:
    async with opened_store(settings) as store:
        if to == "enforce":
            faults = await ready_to_enforce(store, settings.alerts, Policies.as_asked_for(settings.policies))
            if faults:
                raise Failed("cannot enforce: " + "; ".join(faults))
        if strategy is None:
            await store.switches.turn(Switch.MODE, to, actor=by, now=utc_now())
        else:
            await _switch_strategy(store, settings, to, strategy, by)
        return _stands(await read_enforcement(store.switches, settings.mode))


async def _switch_strategy(store: Store, settings: Settings, to: str, strategy: str, by: str) -> None:
    enforced = set((await read_enforcement(store.switches, settings.mode)).strategies)
    # One that has left the register since can still be switched off.
    if strategy not in {known.id for known in await store.register.strategies()} | enforced:
        raise Failed(f"no strategy {strategy} in the register")
    enforced = enforced | {strategy} if to == "enforce" else enforced - {strategy}
    await store.switches.turn(Switch.ENFORCED_STRATEGIES, json.dumps(sorted(enforced)), actor=by, now=utc_now())


async def _switch_pass_through(settings: Settings, to: str, by: str, reason: str) -> None:
    async with opened_store(settings) as store:
        await store.switches.turn(Switch.PASS_THROUGH, to, actor=by, now=utc_now())
        await store.audit.record("pass_through_reason", actor=by, subject=reason[:200], at=utc_now())
        await settle_what_is_over(store, utc_now())


def _stands(enforcement: Enforcement) -> str:
    if enforcement.enforcing:
        return "every strategy is enforced"
    if enforcement.strategies:
        return f"observing; enforced: {', '.join(sorted(enforcement.strategies))}"
    return "observing: every message goes to whom it was addressed"
