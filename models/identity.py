"""Who a contact may be from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from models.base import Model


class MatchedAs(StrEnum):
    """In what role somebody was recognised."""

    PERSON = "person"
    REPRESENTATIVE = "representative"


class Strength(StrEnum):
    """How sure a match is; only `exact` may restrict (CONTRACT §4.3)."""

    EXACT = "exact"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class MatchedBy(StrEnum):
    """What tied a contact to a person."""

    EMAIL = "email"
    PHONE = "phone"
    ALIAS = "alias"
    NAME = "name"
    SIGNATURE = "signature"
    REPLY_TO = "reply_to"
    CASE_REFERENCE = "case_reference"
    POSTAL = "postal"
    SOCIAL = "social"


class Match(Model):
    """One tie between a contact and a person of the register. `as_` is written `as` in JSON."""

    person: str
    as_: Annotated[MatchedAs, Field(alias="as")]
    strength: Strength
    by: MatchedBy

    model_config = ConfigDict(serialize_by_alias=True)

    @property
    def is_surely_them(self) -> bool:
        """Whether the contact is exactly from the person, as themselves: only then are they ever restricted by it."""
        return self.as_ is MatchedAs.PERSON and self.strength is Strength.EXACT
