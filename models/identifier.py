"""How a person is reached: email address, telephone number, postal address, social handle."""

from __future__ import annotations

from enum import StrEnum

from models.base import Model


class IdentifierKind(StrEnum):
    """The kinds of identifier that the register knows (CONTRACT §2)."""

    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    SOCIAL = "social"


class Identifier(Model):
    """One identifier as written in the register; normalised only for comparison (`routing.identity`)."""

    kind: IdentifierKind
    value: str


class PersonIdentifier(Identifier):
    """A person's identifier. `shared`: a household's, at most `possible`. `safe: false`: nothing is ever sent there."""

    shared: bool = False
    safe: bool = True
