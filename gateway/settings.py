"""All settings, from one TOML file and the environment (`TRIAGE_RELAY__HOST=…`), checked before anything starts.

Secrets are never in the TOML file itself: a setting that ends in `_file` names a file that holds one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.dispatch.settings import AlertSettings, RelaySettings
from gateway.intake.smtp.settings import SmtpSettings
from gateway.places import config_directory, weights_directory


class SettingsError(Exception):
    """The settings cannot be used; the message names file, setting, what was found and what was expected."""


class Section(BaseModel):
    """A table of the settings file: closed to settings nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoreSettings(Section):
    """Where contacts are kept, and the file of master keys (which belongs on other media than the store's backups)."""

    path: Path = Path("var/triage.db")
    key_file: Path = Path("var/keys.json")


class TriageSettings(Section):
    """The worker. `children` read and scan; a job's deadline is `job_seconds` an attempt."""

    children: Annotated[int, Field(ge=1, le=64)] = 2
    batch: Annotated[int, Field(ge=1, le=256)] = 16
    in_flight: Annotated[int, Field(ge=1, le=1024)] = 48
    job_seconds: Annotated[float, Field(gt=0, le=60)] = 60.0
    lease_seconds: Annotated[float, Field(ge=200)] = 300.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    child_memory_mb: Annotated[int, Field(ge=256)] = 1024


class ScanSettings(Section):
    """What the scan reads by; both default to what ships with the program."""

    lexicons: Path = Field(default_factory=lambda: config_directory() / "lexicons")
    weights: Path = Field(default_factory=weights_directory)


class CallsSettings(Section):
    """Call logs. Files put into `watch` are imported as `format`; times without an offset are in `timezone`."""

    watch: Path | None = None
    format: str = "asterisk"
    timezone: str = "Europe/London"
    poll_seconds: Annotated[float, Field(gt=0)] = 5.0


class HttpSettings(Section):
    """The small web address that alerts link to. `public_url` is what people's browsers call it by."""

    listen: str = "127.0.0.1:8025"
    public_url: str = "http://127.0.0.1:8025"


class Settings(BaseSettings):
    """Everything `triage serve` needs. `mode` is the default until an administrator switches it (`triage mode`)."""

    model_config = SettingsConfigDict(
        env_prefix="TRIAGE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    mode: Literal["observe", "enforce"] = "observe"
    policies: Path = Field(default_factory=lambda: config_directory() / "policies")
    store: StoreSettings = StoreSettings()
    smtp: SmtpSettings = Field(default_factory=SmtpSettings)
    relay: RelaySettings = Field(default_factory=RelaySettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    triage: TriageSettings = TriageSettings()
    scan: ScanSettings = Field(default_factory=ScanSettings)
    calls: CallsSettings = CallsSettings()
    http: HttpSettings = HttpSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the hook's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, as an operator expects."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _no_loop(self) -> Settings:
        if self.relay.address in self.smtp.listen:
            raise ValueError(f"relay points at our own listening address {self.relay.address}: mail would loop")
        return self


def load_settings(path: Path | None) -> Settings:
    """Settings of a file (None: defaults and environment). SettingsError with one line a fault."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"no settings file at {path}") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path} is not a TOML file: {error}") from None
    try:
        return Settings(**document)
    except ValidationError as error:
        where = path or "the environment"
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"{where}: {faults}") from None
