"""Addresses and numbers as rules compare them: in their normalised form, or as written where they have none."""

from __future__ import annotations

from models.identifier import IdentifierKind
from routing.identity.identifiers import normalised


def email_key(address: str) -> str:
    """An address as compared; what is no address compares as itself."""
    return identifier_key(IdentifierKind.EMAIL, address)


def phone_key(number: str) -> str:
    """A number as compared; what is no number compares as itself."""
    return identifier_key(IdentifierKind.PHONE, number)


def identifier_key(kind: IdentifierKind, value: str) -> str:
    """An identifier of `kind` as compared; what is none of its kind compares as itself."""
    return normalised(kind, value) or value.strip().lower()


def written_key(text: str) -> str:
    """An address or number of unknown kind, as a record of what was sent has it."""
    return email_key(text) if "@" in text else phone_key(text)
