"""Somebody the register knows, with those who may speak for them and the adjustments they disclosed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated

from pydantic import Field

from models.base import Model
from models.contact import Channel
from models.identifier import PersonIdentifier


class Variation(Model):
    """A measure eased by an adjustment: the fields given replace the restriction's own."""

    restriction: str
    minutes: int | None = None
    calls: int | None = None
    count: int | None = None


class Adjustment(Model):
    """A reasonable adjustment somebody asked for. Only *disclosed* needs are stored (Cleveland 8.2).

    `exempts`: channels whose restrictions do not apply to this person.
    """

    id: str
    need: str
    exempts: tuple[Channel, ...] = ()
    varies: tuple[Variation, ...] = ()


class Representative(Model):
    """An advocate, solicitor, relative… with authority to speak for a person. `matters` empty = all of them."""

    name: str
    kind: str = "advocate"
    identifiers: tuple[PersonIdentifier, ...] = ()
    authority: str | None = None
    matters: tuple[str, ...] = ()
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    def live_on(self, day: date) -> bool:
        """Whether the authority covers `day` (days inclusive, the organisation's zone)."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)

    def is_for(self, matters: Collection[str]) -> bool:
        """Whether the authority is for every one of these matters; for none in particular, it has to be for all."""
        return not self.matters or (bool(matters) and set(matters) <= set(self.matters))


class Person(Model):
    """A person of the register. `deceased_on` set: nothing enforced, no letters, every contact reviewed."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    identifiers: tuple[PersonIdentifier, ...] = ()
    deceased_on: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    representatives: tuple[Representative, ...] = ()
