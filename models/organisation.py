"""The office that runs the gateway: its domains, queues, and the recipients that no strategy touches."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import Field, field_validator

from models.base import Model


class QueueAddresses(Model):
    """Where each queue's copy goes; a missing one falls to `manager`."""

    spoc: str | None = None
    manager: str
    safeguarding: str | None = None
    criminal: str | None = None
    rights: str | None = None
    appeals: str | None = None
    complaints: str | None = None
    legal: str | None = None

    def of(self, queue: str) -> str:
        """The address of a queue by its name; the manager's where none is set."""
        return getattr(self, queue, None) or self.manager

    def all(self) -> frozenset[str]:
        """Every address given, lower-cased."""
        return _given(self)


@lru_cache(maxsize=64)  # an organisation's are asked for several times with every contact
def _given(addresses: QueueAddresses) -> frozenset[str]:
    return frozenset(value.lower() for value in addresses.model_dump().values() if value)


class ProtectedKind(StrEnum):
    """Whose mail is never diverted."""

    ELECTED_MEMBER = "elected_member"
    HR = "hr"
    LEGAL = "legal"
    WHISTLEBLOWING = "whistleblowing"
    UNION = "union"


class ProtectedRecipient(Model):
    """Never diverted, never a breach; concerns in mail to it go only to `concerns_to`, where given."""

    address: str
    kind: ProtectedKind
    concerns_to: str | None = None


class Organisation(Model):
    """One data controller. `trusted_authserv` None: the service trusts nobody, `triage check` hosts at our domains.

    `role_addresses`: where those in a role of the policy are told of what waits for them, by the role's id; the
    manager is told where none is given. `role_holders`: the names of those who hold a role; of one that is not listed
    each says themselves that they hold it.
    """

    name: str
    policy: str = "generic"
    timezone: str = "Europe/London"
    domains: tuple[str, ...] = Field(min_length=1)
    trusted_authserv: tuple[str, ...] | None = None
    addresses: QueueAddresses
    role_addresses: dict[str, str] = {}
    role_holders: dict[str, Annotated[tuple[str, ...], Field(min_length=1)]] = {}
    protected_recipients: tuple[ProtectedRecipient, ...] = ()

    def address_of_role(self, role: str | None) -> str:
        """Where a role is told; the manager's address where none is given."""
        return self.role_addresses.get(role or "") or self.addresses.manager

    @field_validator("domains")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(domain.lower().rstrip(".") for domain in value)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r}; expected a name such as Europe/London") from error
        return value
