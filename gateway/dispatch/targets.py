"""Teams, Slack, text messages and webhooks: told an alert's id, kind, urgency and link, never a name or a quote."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from gateway.dispatch.settings import Target
from gateway.dispatch.web_calls import NotSent, post_json
from models.plain_names import plain


@dataclass(frozen=True, slots=True)
class Brief:
    """All that leaves our premises about an alert."""

    id: str
    kind: str
    urgency: str
    link: str
    repeats: int = 0

    @property
    def text(self) -> str:
        """One line for a person."""
        again = f" ({self.repeats} more like it)" if self.repeats else ""
        kind, urgency = plain(self.kind), plain(self.urgency)
        return f"Triage gateway: {kind} alert, {urgency}{again}. Alert {self.id}. Acknowledge it: {self.link}"


async def tell_target(target: Target, brief: Brief, *, seconds: float) -> list[str]:
    """Send the brief. Why some could not be told, one line each, where others were.

    NotSent where nobody was: the secret cannot be read, the address may not be called, or every call fails.
    """
    try:
        url = (await asyncio.to_thread(target.url_file.read_text, encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError):
        raise NotSent(f"{target.url_file} cannot be read") from None
    bodies = _bodies(target, brief)
    # All at once: a number that is wrong, or slow, must not keep those behind it from being told.
    faults = [
        fault
        for fault in await asyncio.gather(*(_call(url, body, target.allow_private, seconds) for body in bodies))
        if fault is not None
    ]
    if len(faults) == len(bodies):
        raise NotSent(faults[0])
    return faults


async def _call(url: str, body: dict[str, Any], allow_private: bool, seconds: float) -> str | None:
    try:
        await post_json(url, body, allow_private=allow_private, seconds=seconds)
    except NotSent as error:
        return str(error)
    return None


def _bodies(target: Target, brief: Brief) -> list[dict[str, Any]]:
    match target.kind:
        case "teams":
            return [_teams_card(brief)]
        case "slack":
            return [{"text": brief.text}]
        case "sms":
            return [{"to": number, "text": brief.text} for number in target.numbers]
        case "webhook":
            return [asdict(brief)]


def _teams_card(brief: Brief) -> dict[str, Any]:
    """The adaptive card that a Teams workflow takes, as apprise builds it."""
    from apprise.plugins import workflows

    # Apprise builds the card only: its own sending cannot be held to the addresses that were checked.
    builder: Any = workflows.NotifyWorkflows
    plugin = builder(workflow="unused", signature="unused", host="unused.invalid", include_image=False)
    card: dict[str, Any] = plugin.gen_payload(body=brief.text, title="Triage gateway alert")
    return card
