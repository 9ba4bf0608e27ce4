"""A contact as a person at a terminal reads it: what it says, part by part."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

from gateway.harmless import harmless
from models.contact import Contact, Part

_HIDDEN = "hidden"


def show_contact(contact: Contact, zone: str) -> None:
    """Print who wrote what; times in the organisation's zone. Parts that could not be read are named."""
    at = contact.received_at.astimezone(ZoneInfo(zone))
    sender = " ".join(filter(None, (contact.sender.name, contact.sender.identifier))) or "withheld"
    blocks = [
        f"Contact: {contact.id} ({contact.channel}, {contact.direction}), {at:%a %d %b %Y %H:%M}",
        f"From: {sender}\nTo: {', '.join(contact.recipients) or 'nobody by name'}",
        *(f"[{_name(part)}]\n{part.text.strip()}" for part in contact.parts if part.text.strip()),
        *(f"[{problem.part}]\n(not wholly read: {problem.detail})" for problem in contact.problems),
    ]
    if not contact.parts:
        blocks.append("(no text could be read from it; --original FILE writes it as it came)")
    sys.stdout.write("\n\n".join(map(harmless, blocks)) + "\n")


def _name(part: Part) -> str:
    name = f"{part.name}, not shown by a mail program" if part.name == _HIDDEN else part.name
    return f"{name}, {part.speaker}" if part.speaker else name
