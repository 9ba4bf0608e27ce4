"""Settings of the SMTP and LMTP way in, and what stops the start."""

from __future__ import annotations

import socket
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gateway.intake.smtp.admission import Network, client_address, domain_key

LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_WIDEST_PREFIX = {4: 8, 6: 16}

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class ListenAddress(BaseModel):
    """`host:port`, `[v6]:port` or `unix:/path`, taken apart. `port` 0 lets the system choose."""

    model_config = ConfigDict(frozen=True)

    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.path or self.host == "localhost":
            return True
        address = client_address(self.host)
        return address is not None and address.is_loopback

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_listen(text: str) -> ListenAddress:
    """Take `host:port`, `[v6]:port` or `unix:/path` apart; ValueError where it is neither."""
    if text.startswith("unix:"):
        if not text.removeprefix("unix:").startswith("/"):
            raise ValueError(f"{text!r}: a unix socket needs an absolute path, for example unix:/run/triage/lmtp.sock")
        return ListenAddress(path=text.removeprefix("unix:"))
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"{text!r}: expected host:port, for example 127.0.0.1:2525")
    return ListenAddress(host=host.removeprefix("[").removesuffix("]"), port=int(port))


class SmtpSettings(BaseModel):
    """All of `[smtp]`. Sizes in bytes, times in seconds.

    `listen`, `listen_tls` (implicit TLS) and `listen_lmtp` are `host:port` or `unix:/path`; one set of limits for all.
    `allowed_networks` may send to `recipient_domains`; unset, this machine where nothing but loopback is listened on.
    `trusted_peers` (a mail server whose content filter we are) may send anywhere; unset, this machine where nothing but
    loopback is listened on and no domains are named, else nobody. A unix socket counts as this machine.
    `xforward_peers`: unset, this machine or the trusted peers. `line_length_bytes`: 256 KB by default, not RFC 5321's
    998, because real mail has such lines and a refusal would lose a person's contact; memory does not depend on it.
    `messages_per_minute_per_client`: unset, 600 and no limit for trusted peers. `memory_bytes`: bodies held
    by all sessions together; beyond it they stream to disk.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: tuple[str, ...] = ("127.0.0.1:2525",)
    listen_tls: tuple[str, ...] = ()
    listen_lmtp: tuple[str, ...] = ()
    hostname: str = Field(
        default_factory=socket.gethostname, min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._:\[\]-]+$"
    )

    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    recipient_domains: tuple[str, ...] = ()
    trusted_peers: tuple[IPv4Network | IPv6Network, ...] | None = None
    xforward_peers: tuple[IPv4Network | IPv6Network, ...] | None = None
    xclient_peers: tuple[IPv4Network | IPv6Network, ...] = ()

    tls_certificate: Path | None = None
    tls_key: Path | None = None
    require_tls: bool = False
    auth_users_file: Path | None = None
    require_auth: bool = False
    authenticated_may_relay: bool = False
    auth_failure_delay_seconds: Annotated[float, Field(ge=0)] = 2.0
    auth_failures_per_session: Positive = 3

    bare_newlines: Literal["normalise", "refuse"] = "normalise"
    message_bytes: Positive = 50 * 1024 * 1024
    line_length_bytes: Annotated[int, Field(ge=998)] = 256 * 1024
    command_line_bytes: Annotated[int, Field(ge=512)] = 2048
    stream_over_bytes: Positive = 256 * 1024
    memory_bytes: Positive = 64 * 1024 * 1024
    recipients_per_message: Annotated[int, Field(ge=100)] = 1000
    received_hops: Positive = 50

    connections: Positive = 200
    connections_per_client: Positive = 100
    messages_per_minute_per_client: Positive | None = None
    errors_per_session: Positive = 20
    commands_between_messages: Annotated[int, Field(ge=20)] = 100

    command_seconds: Seconds = 300
    data_block_seconds: Seconds = 180
    # Well under the two hours after which the chunks of an unfinished body are collected.
    data_seconds: Annotated[float, Field(gt=0, le=5400)] = 3600
    handshake_seconds: Seconds = 30
    commit_seconds: Seconds = 240

    @field_validator("listen", "listen_tls", "listen_lmtp")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            parse_listen(text)
        return value

    @field_validator("recipient_domains")
    @classmethod
    def _domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        keys = tuple(domain_key(text.strip()) for text in value)
        for text, key in zip(value, keys, strict=True):
            if not key or not all(label and label.replace("-", "").isalnum() for label in key.split(".")):
                raise ValueError(f"{text!r} is not a domain name; write each domain out, for example council.example")
        return keys

    @field_validator("allowed_networks", "trusted_peers", "xforward_peers", "xclient_peers", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        return tuple(ip_network(item, strict=False) if isinstance(item, str) else item for item in value)

    @field_validator("allowed_networks", "trusted_peers", "xforward_peers", "xclient_peers")
    @classmethod
    def _not_the_world(cls, value: tuple[Network, ...] | None) -> tuple[Network, ...] | None:
        for network in value or ():
            if network.prefixlen < _WIDEST_PREFIX[network.version]:
                raise ValueError(
                    f"{network} is most of the Internet: this would be an open relay; name your own networks"
                )
        return value

    @model_validator(mode="after")
    def _no_open_relay(self) -> SmtpSettings:
        exposed = [text for text in self._all_listens() if not parse_listen(text).loopback]
        if exposed and not (self.allowed_networks or self.auth_users_file):
            raise ValueError(
                f"smtp listens on {exposed[0]}: set smtp.allowed_networks to the networks that may send here"
            )
        if exposed and not self.recipient_domains:
            raise ValueError(f"smtp listens on {exposed[0]}: set smtp.recipient_domains to the domains it receives for")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("set both smtp.tls_certificate and smtp.tls_key, or neither")
        for wanted, name in (
            (self.listen_tls, "listen_tls"),
            (self.require_tls, "require_tls"),
            (self.auth_users_file, "auth_users_file"),
        ):
            if wanted and self.tls_certificate is None:
                raise ValueError(f"smtp.{name} needs smtp.tls_certificate and smtp.tls_key")
        if self.require_auth and self.auth_users_file is None:
            raise ValueError("smtp.require_auth needs smtp.auth_users_file")
        return self

    def _all_listens(self) -> tuple[str, ...]:
        return (*self.listen, *self.listen_tls, *self.listen_lmtp)

    @property
    def local_only(self) -> bool:
        """Whether only this machine can reach us."""
        return all(parse_listen(text).loopback for text in self._all_listens())

    def client_networks(self) -> tuple[Network, ...]:
        """Who may send to our own domains, with the default worked out."""
        return self.allowed_networks or (LOOPBACK if self.local_only else ())

    def trusted_networks(self) -> tuple[Network, ...]:
        """Who may send to any domain, with the default worked out."""
        if self.trusted_peers is not None:
            return self.trusted_peers
        return LOOPBACK if self.local_only and not self.recipient_domains else ()

    def xforward_networks(self) -> tuple[Network, ...]:
        """Whose XFORWARD counts, with the default worked out."""
        if self.xforward_peers is not None:
            return self.xforward_peers
        return LOOPBACK if self.local_only else self.trusted_networks()
