"""What an alert says may be over before anybody acknowledges it: then it stops, and only what is still true is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.dispatch.payloads import AlertSays, read_alert
from gateway.store.store import Store
from gateway.store.switches import Switch


@dataclass(frozen=True, slots=True)
class StillTrue:
    """An alert's words as of now. `ended_by`: who ended what it was about, None while it goes on."""

    text: str
    ended_by: str | None = None


async def standing_of(store: Store, says: AlertSays, *, folded: int) -> StillTrue:
    """What is still true of what an alert says. `folded`: how many more were counted on it."""
    standing = await _standing(store, says)
    # What was counted on it is not listed in it: of those, somebody has still to hear.
    return replace(standing, ended_by=None) if folded else standing


async def _standing(store: Store, says: AlertSays) -> StillTrue:
    if says.pass_through:
        turned = await store.switches.turned(Switch.PASS_THROUGH)
        if turned is not None and turned.value != "on":
            return StillTrue(says.text, turned.by)
    if says.held is not None and (released := await store.outbox.released(says.held)):
        return StillTrue(says.text, released[-1].by)
    if says.dead is not None and (by := await store.outbox.sent_after_all(says.dead)):
        return StillTrue(says.text, by)
    if says.unreachable_since is not None and await store.outbox.was_sent_since(says.unreachable_since):
        return StillTrue(says.text, "gateway")
    if says.unopened:
        opened = await store.review.opened_among(says.unopened)
        lines = [f"- {line}" for id_, line in says.unopened.items() if id_ not in opened]
        if not lines:
            return StillTrue(
                "The review items that were told of first have been opened.", next(reversed(opened.values()))
            )
        return StillTrue("\n".join([says.text, "", *lines]))
    return StillTrue(says.text)


async def settle_what_is_over(store: Store, now: datetime) -> None:
    """Stop the alerts on what has ended, so that nobody is told of it any more, nor finds it in a list."""
    for alert in await store.alerts.of_the_gateway():
        ended_by = (await standing_of(store, read_alert(alert.payload), folded=alert.folded)).ended_by
        if ended_by is not None:
            await store.alerts.settle(alert.id, by=ended_by, folded=alert.folded, now=now)
