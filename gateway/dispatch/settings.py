"""Settings of what goes out."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from gateway.places import config_directory
from models.alert_ladder import ALERTED, AlertLadder, AlertLadders
from models.decision import AlertKind
from models.finding import Urgency

if TYPE_CHECKING:  # a command reads its settings before it may load what these bring with them
    from models.organisation import Organisation
    from models.policy import PolicyPack

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]

UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""A pattern of what GOV.UK Notify names things by."""

_LOOPBACK = frozenset({("http", "127.0.0.1"), ("http", "::1"), ("http", "localhost")})


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


def _of_policy(ladder: AlertLadder, organisation: Organisation) -> AlertLadder:
    """A policy's ladder with addresses for its roles."""
    rungs = (
        rung if rung.to in ALERTED else rung.model_copy(update={"to": organisation.address_of_role(rung.to)})
        for rung in ladder.rungs
    )
    return ladder.model_copy(update={"rungs": tuple(rungs)})


class AlertSettings(BaseModel):
    """All of `[alerts]`.

    `ladders` by urgency (`immediate`, `same_day`) or by kind and urgency (`concern.immediate`), which wins; for an
    urgency that is not named the policy's own holds (`under`). What is `routine` goes into the digest, at `digest_hour`
    o'clock of every working day. `deputy`: who stands in for those whose strategy names no deputy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ladders: dict[str, AlertLadder] = {}
    targets: dict[str, Target] = {}
    deputy: str | None = None
    digest_hour: Annotated[int, Field(ge=0, le=23)] = 9
    link_hours: Positive = 72
    overdue_again_minutes: Positive = 60
    http_seconds: Seconds = 20

    @field_validator("ladders")
    @classmethod
    def _known_names(cls, value: dict[str, AlertLadder]) -> dict[str, AlertLadder]:
        for name in value:
            kind, _, urgency = name.rpartition(".")
            if urgency not in ("immediate", "same_day") or (kind and kind not in set(AlertKind)):
                raise ValueError(f"no ladder is called {name!r}: expected immediate, same_day, or KIND.URGENCY")
        return value

    @model_validator(mode="after")
    def _rungs_lead_somewhere(self) -> AlertSettings:
        for name, ladder in self.ladders.items():
            for rung in ladder.rungs:
                if rung.to not in ALERTED and "@" not in rung.to and rung.to not in self.targets:
                    raise ValueError(f"ladders.{name}: {rung.to!r} is neither an address nor one of the targets")
        return self

    def under(self, pack: PolicyPack, organisation: Organisation) -> AlertSettings:
        """With the policy's ladder where the office has none of its own; its roles are told where the register says."""
        of_policy = {urgency: _of_policy(one, organisation) for urgency, one in pack.alerts.by_urgency.items()}
        return self.model_copy(update={"ladders": {**of_policy, **self.ladders}})

    @property
    def all_ladders(self) -> dict[str, AlertLadder]:
        """Every one that may be climbed; those of no policy in particular as long as there is no register."""
        return {**AlertLadders().by_urgency, **self.ladders}

    def ladder(self, kind: AlertKind, urgency: Urgency) -> AlertLadder:
        """The ladder of an alert; what is routine climbs none of its own."""
        ladders = self.all_ladders
        own = ladders.get(f"{kind.value}.{urgency.value}")
        return own or ladders["immediate" if urgency is Urgency.IMMEDIATE else "same_day"]

    def ends_in_a_person(self, ladder: AlertLadder) -> bool:
        """Whether the last rung is a mail address or a telephone, not a room that nobody may be in."""
        last = ladder.rungs[-1].to
        if last in self.targets:
            return self.targets[last].kind == "sms"
        return (last in ALERTED and last != "queue") or "@" in last

    def fingerprint(self) -> str:
        """Changes with the ladders and targets, so that a test of others does not count."""
        whole = self.model_copy(update={"ladders": self.all_ladders})
        shown = whole.model_dump_json(include={"ladders", "targets", "deputy"})
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


class NotifySettings(BaseModel):
    """All of `[notify]`: GOV.UK Notify, which mails and posts letters for public bodies.

    With a key letters are posted by it; with `email_template_id` they are mailed by it, too. `api_key` comes from the
    environment only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_key_file: Path | None = None
    api_key: SecretStr | None = None
    email_template_id: Annotated[str | None, Field(pattern=f"^{UUID}$")] = None
    base_url: str = "https://api.notifications.service.gov.uk"
    seconds: Seconds = 30

    @field_validator("base_url")
    @classmethod
    def _https(cls, value: str) -> str:
        parts = urlsplit(value)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
            raise ValueError("expected an address without a path, such as https://api.notifications.service.gov.uk")
        if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _LOOPBACK:
            raise ValueError("expected https://; http:// is for this machine itself only")
        return value

    @property
    def posts(self) -> bool:
        """Whether there is an account."""
        return self.api_key_file is not None or self.api_key is not None

    @property
    def mails(self) -> bool:
        """Whether mail goes by it."""
        return self.posts and self.email_template_id is not None


class LetterSettings(BaseModel):
    """All of `[letters]`: letters to people about their strategy.

    `templates`: the words and the layout (default: what ships with the program). `folder`: where letters wait that
    somebody prints. `sender`: the office's address and telephone, a line each. `policy_copy`: the policy as PDF.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    templates: Path = Field(default_factory=lambda: config_directory() / "letters")
    folder: Path = Path("var/letters")
    sender: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=6)] = ()
    policy_copy: Path | None = None
