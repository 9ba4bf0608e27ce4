"""All settings, from one TOML file and the environment (`TRIAGE_RELAY__HOST=…`), checked before anything starts.

Secrets are never in the TOML file itself: a setting that ends in `_file` names a file that holds one.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from classifiers.stated import check
from gateway.dispatch.settings import AlertSettings, LetterSettings, NotifySettings, RelaySettings
from gateway.intake.smtp.settings import ListenAddress, SmtpSettings, parse_listen
from gateway.places import config_directory, weights_directory
from models.plain_faults import describe


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
    """The worker. `children` read and scan, at most; a job's deadline is `job_seconds` an attempt.

    One child is always there. Another comes when a message has waited for half a second, or when one always has and
    there are processors for them and the serving process; it goes after a minute without work.
    """

    children: Annotated[int, Field(ge=1, le=64)] = 2
    batch: Annotated[int, Field(ge=1, le=256)] = 16
    in_flight: Annotated[int, Field(ge=1, le=1024)] = 48
    in_flight_mb: Annotated[int, Field(ge=1, le=4096)] = 64
    job_seconds: Annotated[float, Field(gt=0, le=60)] = 60.0
    lease_seconds: Annotated[float, Field(ge=240)] = 300.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    child_memory_mb: Annotated[int, Field(ge=256)] = 1024


class ScanSettings(Section):
    """What the scan reads by. Versions in `own_weights` (unset: `weights` beside the store) go before `weights`.

    `lexicons` and `weights` default to what ships with the program. `semantic_children` run the late stage.
    `stated_recall`: by label or kind, what share of cases `triage train` is to set thresholds for.
    """

    lexicons: Path = Field(default_factory=lambda: config_directory() / "lexicons")
    weights: Path = Field(default_factory=weights_directory)
    own_weights: Path | None = None
    semantic_children: Annotated[int, Field(ge=0, le=16)] = 1
    stated_recall: dict[str, float] = Field(default_factory=dict)

    @field_validator("stated_recall")
    @classmethod
    def _can_be_stated(cls, value: dict[str, float]) -> dict[str, float]:
        check(value)
        return value


class CallsSettings(Section):
    """Call logs. Files put into `watch` are imported as `format`; times without an offset are in `timezone`."""

    watch: Path | None = None
    format: Literal["asterisk", "generic"] = "asterisk"
    timezone: str = "Europe/London"
    poll_seconds: Annotated[float, Field(gt=0)] = 5.0

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone {value!r}; expected a name such as Europe/London") from None
        return value


class AuditSettings(Section):
    """The audit trail. `auditor` is mailed its head once a day: somebody who does not run the gateway."""

    auditor: Annotated[str | None, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] = None


class RetentionSettings(Section):
    """What is erased on a clock; everything else goes on a named person's word alone (`triage retention`)."""

    unflagged_days: Annotated[int, Field(ge=0, le=3650)] = 30


class HttpSettings(Section):
    """The small web address that alerts link to. `public_url` is what people's browsers call it by."""

    listen: str = "127.0.0.1:8025"
    public_url: str | None = None

    @property
    def links_begin(self) -> str:
        """What links to us begin with: unless it was set, where we listen, which this machine can reach."""
        return self.public_url or f"http://{self.listen}"


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
    letters: LetterSettings = Field(default_factory=LetterSettings)
    notify: NotifySettings = NotifySettings()
    triage: TriageSettings = TriageSettings()
    scan: ScanSettings = Field(default_factory=ScanSettings)
    calls: CallsSettings = CallsSettings()
    audit: AuditSettings = AuditSettings()
    retention: RetentionSettings = RetentionSettings()
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
        own = map(parse_listen, (*self.smtp.listen, *self.smtp.listen_tls, *self.smtp.listen_lmtp))
        if any(_reaches(self.relay, listening) for listening in own):
            raise ValueError(f"relay points at our own listening address {self.relay.address}: mail would loop")
        return self


def load_settings(path: Path | None) -> Settings:
    """Settings of a file (None: defaults and environment). SettingsError names every fault, in one line."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise SettingsError(f"no settings file at {path}") from None
        except OSError as error:
            raise SettingsError(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SettingsError(f"{path} is not UTF-8 text; save the file as UTF-8") from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise SettingsError(f"{path} is not a TOML file: {error}") from None
    _expect_known_variables(os.environ)
    notify = document.get("notify")
    if isinstance(notify, dict) and "api_key" in notify:
        raise SettingsError(f"{path}: notify.api_key: no secret belongs in this file; name its file in api_key_file")
    try:
        return Settings(**document)
    except ValidationError as error:
        faults = "; ".join(_fault(fault) for fault in error.errors(include_url=False))
        raise SettingsError(f"{path}: {faults}" if path else faults) from None
    except UnreadableVariable as error:
        raise SettingsError(f'the environment: {error}; expected JSON, for a list such as ["127.0.0.1:2525"]') from None


def _expect_known_variables(environment: Iterable[str]) -> None:
    """SettingsError on a variable that nearly names a setting: nothing would read it, and the default would hold.

    Others that begin alike are left alone: other programs set some, such as TRIAGE_SERVICE_HOST.
    """
    for variable in environment:
        prefix, _, name = variable.upper().partition("_")
        if prefix != "TRIAGE" or not name:
            continue
        table, nested, _ = name.lower().partition("__")
        if nested and table not in Settings.model_fields:
            raise SettingsError(f"{variable} (in the environment): there is no table {table} in the settings")
        for known, field in Settings.model_fields.items():
            keys = getattr(field.annotation, "model_fields", {})
            key = name.lower().removeprefix(f"{known}_")
            if key in keys and key != name.lower():
                meant = f"TRIAGE_{known}__{key}".upper()
                raise SettingsError(f"{variable} (in the environment): nothing reads it; two underscores: {meant}")


def _fault(fault: ErrorDetails) -> str:
    """`relay.port: expected …`, or the variable's name where the environment gave the value."""
    location = [str(part) for part in fault["loc"]]
    name = ".".join(location) or "settings"
    variable = f"TRIAGE_{'__'.join(location[:2]).upper()}"
    if variable in os.environ:
        name = f"{variable} (in the environment)"
    return f"{name}: {describe(fault)}"


def _reaches(relay: RelaySettings, listening: ListenAddress) -> bool:
    """Whether mail relayed to `relay` would come back in at `listening`."""
    if listening.path or relay.port != listening.port:
        return False
    here = ListenAddress(host=relay.host)
    everywhere = listening.host in ("0.0.0.0", "::", "*")  # noqa: S104 - a comparison, nothing is bound
    return relay.host.lower() == listening.host.lower() or (here.loopback and (everywhere or listening.loopback))
