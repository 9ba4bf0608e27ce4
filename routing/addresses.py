"""Addresses and numbers as rules compare them: in their normalised form, or as written where they have none."""

from __future__ import annotations

from functools import lru_cache

from models.identifier import IdentifierKind
from routing.identity import normalise
from routing.identity.identifiers import normalised

_LONGEST_DOMAIN = 255


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


@lru_cache(maxsize=4096)
def domain_key(domain: str) -> str:
    """A domain as compared: A-labels, lower case, no final dot; what IDNA refuses compares in lower case."""
    written = domain.strip().rstrip(".")
    return (normalise.domain(written) if len(written) <= _LONGEST_DOMAIN else None) or written.lower()


def mailbox_key(address: str) -> str:
    """One address of ours as compared: as written but for case and its domain, so with a plus-tag it is another."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local.lower()}@{domain_key(domain)}" if at else address.strip().lower()
