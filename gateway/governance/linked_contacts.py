"""Contacts that a file speaks of: they must be here, or the link would lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.governance.desk import Desk
from gateway.governance.lacks import Lack, refuse
from models.finding import Label


async def check_contacts(desk: Desk, contacts: Iterable[str]) -> None:
    """Refused where one of them is not known."""
    lacks = [
        Lack(f"there is no contact {contact}", field="contact")
        for contact in contacts
        if await desk.store.recorder.latest(contact) is None
    ]
    refuse(lacks)


async def without_finding(desk: Desk, contacts: Iterable[str], label: Label) -> list[str]:
    """Those of them in which the scan did not find it."""
    found = []
    for contact in contacts:
        decision = await desk.store.recorder.latest(contact)
        if decision is None or all(finding.label is not label for finding in decision.findings):
            found.append(contact)
    return found
