"""Whether enforcing may be switched on: only where alerts are known to reach a person."""

from __future__ import annotations

from gateway.dispatch.settings import AlertSettings
from gateway.policies import Policies
from gateway.store.store import Store
from gateway.store.switches import Switch


async def ready_to_enforce(store: Store, alert_settings: AlertSettings, policies: Policies) -> list[str]:
    """What stands against enforcing, in plain words; empty where nothing does."""
    current = await store.register.last_seen()
    if current is not None:
        alert_settings = alert_settings.under(policies.of(current.organisation), current.organisation)
    faults = [
        f"the ladder {name} does not end in a person: its last rung must be an address, the manager, the deputy or a"
        " telephone"
        for name, ladder in sorted(alert_settings.all_ladders.items())
        if not alert_settings.ends_in_a_person(ladder)
    ]
    tested = await store.switches.get(Switch.LADDER_TESTED)
    if tested is None:
        faults.append("the alert ladder was never tested; test it with `triage alerts test`")
    elif tested != alert_settings.fingerprint():
        faults.append("the alert ladder has changed since it was tested; test it with `triage alerts test`")
    return faults
