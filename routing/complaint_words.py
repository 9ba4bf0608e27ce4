"""What a complaint says: the sentences that complain, and all that its writer says anew."""

from __future__ import annotations

from collections.abc import Iterable

from models.contact import NOT_NEW_TEXT, Contact
from models.finding import Finding, Label


def complaining(findings: Iterable[Finding]) -> str:
    """The sentences that the scan found to complain."""
    return " ".join(
        evidence.quote for finding in findings if finding.label is Label.COMPLAINT for evidence in finding.evidence
    )


def own_words(contact: Contact) -> str:
    """Not what it quotes, nor who signs."""
    return " ".join(part.text for part in contact.parts if part.name not in NOT_NEW_TEXT)
