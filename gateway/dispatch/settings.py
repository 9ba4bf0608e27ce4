"""Settings of what goes out."""

from __future__ import annotations

import socket
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class RelaySettings(BaseModel):
    """All of `[relay]`: the mail server that takes what we send on. Sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(gt=0, lt=65536)] = 10026
    tls: Literal["none", "starttls", "tls"] = "none"
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


class AlertSettings(BaseModel):
    """All of `[alerts]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
