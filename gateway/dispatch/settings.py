"""Settings of what goes out."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from models.decision import AlertKind
from models.finding import Urgency

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class RelaySettings(BaseModel):
    """All of `[relay]`: the mail server that takes what we send on. Sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(gt=0, lt=65536)] = 10026
    tls: Literal["none", "starttls", "tls"] = "none"
    tls_ca_file: Path | None = None
    hostname: str = Field(default_factory=socket.gethostname, min_length=1, max_length=255)
    from_address: str = "triage@localhost"
    connections: Positive = 8
    messages_per_connection: Positive = 100
    connect_seconds: Seconds = 30
    command_seconds: Seconds = 300
    retry_seconds: tuple[Seconds, ...] = (5, 30, 120, 300, 900, 1800)
    give_up_after_hours: Positive = 120
    attach_bytes: Positive = 20 * 1024 * 1024

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self.host}:{self.port}"


class Rung(BaseModel):
    """One step of a ladder.

    `to`: `queue` (the alert's own addresses), `manager`, `deputy`, an address, or the name of a target.
    `after_minutes` counts from the rung before (for the first: from when the alert was raised).
    `hours`: `office` waits for the office to be open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Annotated[str, Field(min_length=1, max_length=254)]
    after_minutes: Annotated[int, Field(ge=0)] = 0
    hours: Literal["any", "office"] = "any"


class LadderSettings(BaseModel):
    """Rungs from the bottom up; with `again_minutes` the climb starts anew that long after the last rung."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    again_minutes: Positive | None = None


class Target(BaseModel):
    """Somewhere off our premises: it is told the alert's id, kind, urgency and link, and nothing else.

    `url_file` names a file that holds the address to call, secrets and all; for `sms` a gateway that takes
    `{"to", "text"}` as JSON for each of `numbers`. `allow_private` lets it be on the office's own network.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["teams", "slack", "sms", "webhook"]
    url_file: Path
    numbers: tuple[Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")], ...] = ()
    allow_private: bool = False

    @model_validator(mode="after")
    def _sms_has_numbers(self) -> Target:
        if (self.kind == "sms") != bool(self.numbers):
            raise ValueError("numbers are for a target of kind sms, which needs at least one")
        return self


WELL_KNOWN = frozenset({"queue", "manager", "deputy"})


def _default_ladders() -> dict[str, LadderSettings]:
    queue, manager = Rung(to="queue"), Rung(to="manager", after_minutes=15)
    late = Rung(to="manager", after_minutes=240, hours="office")
    return {
        "immediate": LadderSettings(rungs=(queue, manager), again_minutes=15),
        "same_day": LadderSettings(rungs=(queue, late)),
    }


class AlertSettings(BaseModel):
    """All of `[alerts]`.

    `ladders` by urgency (`immediate`, `same_day`) or by kind and urgency (`concern.immediate`), which wins; what is
    `routine` goes into the digest, at `digest_hour` o'clock of every working day. `deputy`: who stands in for those
    whose strategy names no deputy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ladders: dict[str, LadderSettings] = Field(default_factory=_default_ladders)
    targets: dict[str, Target] = {}
    deputy: str | None = None
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 9
    link_hours: Positive = 72
    overdue_again_minutes: Positive = 60
    http_seconds: Seconds = 20

    @field_validator("ladders")
    @classmethod
    def _complete(cls, value: dict[str, LadderSettings]) -> dict[str, LadderSettings]:
        for name in value:
            kind, _, urgency = name.rpartition(".")
            if urgency not in ("immediate", "same_day") or (kind and kind not in set(AlertKind)):
                raise ValueError(f"no ladder is called {name!r}: expected immediate, same_day, or KIND.URGENCY")
        return {**_default_ladders(), **value}

    @model_validator(mode="after")
    def _rungs_lead_somewhere(self) -> AlertSettings:
        for name, ladder in self.ladders.items():
            for rung in ladder.rungs:
                if rung.to not in WELL_KNOWN and "@" not in rung.to and rung.to not in self.targets:
                    raise ValueError(f"ladders.{name}: {rung.to!r} is neither an address nor one of the targets")
        return self

    def ladder(self, kind: AlertKind, urgency: Urgency) -> LadderSettings:
        """The ladder of an alert; what is routine climbs none of its own."""
        own = self.ladders.get(f"{kind.value}.{urgency.value}")
        return own or self.ladders["immediate" if urgency is Urgency.IMMEDIATE else "same_day"]

    def ends_in_a_person(self, ladder: LadderSettings) -> bool:
        """Whether the last rung is a mail address or a telephone, not a room that nobody may be in."""
        last = ladder.rungs[-1].to
        if last in self.targets:
            return self.targets[last].kind == "sms"
        return last in WELL_KNOWN - {"queue"} or "@" in last

    def fingerprint(self) -> str:
        """Changes with the ladders and targets, so that a test of others does not count."""
        shown = self.model_dump_json(include={"ladders", "targets", "deputy"})
        return hashlib.sha256(shown.encode()).hexdigest()[:16]
