"""Addresses and numbers as rules compare them: in their normalised form, or as written where they have none."""

from __future__ import annotations

from models.identifier import IdentifierKind
from routing.identity import normalise
from routing.identity.postal import postal


def email_key(address: str) -> str:
    """An address as compared; what is no address compares as itself."""
    return normalise.email(address) or address.strip().lower()


def phone_key(number: str) -> str:
    """A number as compared; what is no number compares as itself."""
    return normalise.phone(number) or number.strip().lower()


def identifier_key(kind: IdentifierKind, value: str) -> str:
    """An identifier of `kind` as compared."""
    match kind:
        case IdentifierKind.EMAIL:
            return email_key(value)
        case IdentifierKind.PHONE:
            return phone_key(value)
        case IdentifierKind.POSTAL:
            return postal(value) or value.strip().lower()
        case IdentifierKind.SOCIAL:
            return normalise.social(value) or value.strip().lower()


def written_key(text: str) -> str:
    """An address or number of unknown kind, as a record of what was sent has it."""
    return email_key(text) if "@" in text else phone_key(text)
