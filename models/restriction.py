"""The measures of a strategy, discriminated on `kind` (CONTRACT §3). What each means is in `routing/restrictions/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from models.base import Model
from models.contact import Channel
from models.duration import IsoDuration
from models.identifier import Identifier


class Weekday(StrEnum):
    """Days as a register writes them; `mon` is 0 of `datetime.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _time_from_yaml(value: object) -> object:
    # YAML 1.1 reads an unquoted 14:00 as the sexagesimal number 840; less than an hour is no time anybody wrote.
    if isinstance(value, int) and not isinstance(value, bool):
        if not 60 <= value <= 24 * 60:
            raise ValueError("expected a time of day such as 14:00, got a number")
        value = f"{value // 60:02d}:{value % 60:02d}"
    # The end of the day may be written 24:00.
    return time.max if value == "24:00" else value


def _without_offset(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a time of day has no offset; it is in the organisation's zone")
    return value


LocalTime = Annotated[time, BeforeValidator(_time_from_yaml), AfterValidator(_without_offset)]


class Slot(Model):
    """Days and hours, local time: `from` <= start of the call < `until`. `ordinal` 1..5, or -1 for the last one."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    from_: Annotated[LocalTime, Field(alias="from")]
    until: LocalTime
    ordinal: Literal[-1, 1, 2, 3, 4, 5] | None = None

    @field_validator("until")
    @classmethod
    def _after_from(cls, value: time, info: object) -> time:
        start = getattr(info, "data", {}).get("from_")
        if start is not None and value <= start:
            raise ValueError(f"a slot must end after it starts, got from {start:%H:%M} until {value:%H:%M}")
        return value


Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]
Allowance = Annotated[int, Field(ge=0)]


class _Restriction(Model):
    id: str


class ChannelBlocked(_Restriction):
    """Contact on one of `channels` is not allowed."""

    kind: Literal["channel_blocked"]
    channels: Channels


class ChannelOnly(_Restriction):
    """Contact on any channel but `channels` is not allowed."""

    kind: Literal["channel_only"]
    channels: Channels


class IdentifierBlocked(_Restriction):
    """Contact from one of `identifiers` is not allowed."""

    kind: Literal["identifier_blocked"]
    identifiers: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class SpocOnly(_Restriction):
    """Only the single point of contact (or the deputy, or a queue address) may be addressed."""

    kind: Literal["spoc_only"]


class DedicatedAddress(_Restriction):
    """Email only to `address`."""

    kind: Literal["dedicated_address"]
    address: str


class CallWindow(_Restriction):
    """Calls only in `slots`, at most `calls` per `per`."""

    kind: Literal["call_window"]
    slots: Annotated[tuple[Slot, ...], Field(min_length=1)]
    calls: Allowance | None = None
    per: Literal["slot", "day", "week", "month"] = "slot"


class ContactLimit(_Restriction):
    """At most `count` contacts on `channels` per period. `rolling`: the 1, 7, 14 or 30 days before this contact."""

    kind: Literal["contact_limit"]
    channels: Channels
    count: Allowance
    per: Literal["day", "week", "fortnight", "month"] = "week"
    rolling: bool = False


class CallDuration(_Restriction):
    """Calls of at most `minutes`; for staff, never a breach by the caller."""

    kind: Literal["call_duration"]
    minutes: Annotated[int, Field(gt=0)]


class AdvocateOnly(_Restriction):
    """Contact through a representative. Not enforced without a live one."""

    kind: Literal["advocate_only"]


class SameMatterFiled(_Restriction):
    """Further contact on the same matter is read and filed, without reply."""

    kind: Literal["same_matter_filed"]


class SameMatterRefused(_Restriction):
    """Further contact on the same matter is not registered again."""

    kind: Literal["same_matter_refused"]


class ReplyCycle(_Restriction):
    """Replies go on a cycle of `every` (ISO 8601) counted from the strategy's start."""

    kind: Literal["reply_cycle"]
    every: IsoDuration


class CallScript(_Restriction):
    """Calls are ended with a script; staff may stay on the line where anyone is at risk."""

    kind: Literal["call_script"]
    text: str = ""


class CallRecording(_Restriction):
    """Calls are recorded or monitored; shown to staff."""

    kind: Literal["call_recording"]


class ContactAgreement(_Restriction):
    """An agreement on future contact; shown to staff."""

    kind: Literal["contact_agreement"]
    text: str = ""


class SupervisedMeetings(_Restriction):
    """Meetings only with a third person present; shown to staff."""

    kind: Literal["supervised_meetings"]


class VisitsByAppointment(_Restriction):
    """Visits only by appointment."""

    kind: Literal["visits_by_appointment"]


class DesignatedPremises(_Restriction):
    """Visits only to `premises`; None names no place, so every visit is to be looked at."""

    kind: Literal["designated_premises"]
    premises: str | tuple[str, ...] | None = None


class PremisesBan(_Restriction):
    """No visits to `premises`; None = all of ours."""

    kind: Literal["premises_ban"]
    premises: str | tuple[str, ...] | None = None


class NoCopyIn(_Restriction):
    """We are not to be copied into correspondence with others."""

    kind: Literal["no_copy_in"]


class CeaseAndDesist(_Restriction):
    """No contact on a matter in scope."""

    kind: Literal["cease_and_desist"]
    text: str = ""


class Injunction(_Restriction):
    """A court's order: no contact within its scope but on `channels_allowed`."""

    kind: Literal["injunction"]
    text: str = ""
    channels_allowed: tuple[Channel, ...] = ()


Restriction = Annotated[
    ChannelBlocked
    | ChannelOnly
    | IdentifierBlocked
    | SpocOnly
    | DedicatedAddress
    | CallWindow
    | ContactLimit
    | CallDuration
    | AdvocateOnly
    | SameMatterFiled
    | SameMatterRefused
    | ReplyCycle
    | CallScript
    | CallRecording
    | ContactAgreement
    | SupervisedMeetings
    | VisitsByAppointment
    | DesignatedPremises
    | PremisesBan
    | NoCopyIn
    | CeaseAndDesist
    | Injunction,
    Field(discriminator="kind"),
]


def _kind(restriction: type[_Restriction]) -> str:
    (kind,) = get_args(restriction.model_fields["kind"].annotation)
    return str(kind)


_OF_KIND: dict[str, type[_Restriction]] = {_kind(each): each for each in get_args(get_args(Restriction)[0])}

KINDS = tuple(_OF_KIND)
"""Every kind there is, in the order of CONTRACT §3."""


def _known_kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(f"no such restriction; there are {', '.join(KINDS)}")
    return value


RestrictionKind = Annotated[str, AfterValidator(_known_kind)]
"""The `kind` of a restriction where only its name is wanted."""


def settings_of(kind: str) -> tuple[str, ...]:
    """The settings of a kind, beside `id` and `kind`. KeyError for a kind there is not."""
    return tuple(name for name in _OF_KIND[kind].model_fields if name not in ("id", "kind"))


@dataclass(frozen=True, slots=True)
class Values:
    """What a setting may be, where that can be limited: a number, a period, or some of `choices`."""

    sort: Literal["number", "period", "choice"]
    choices: tuple[str, ...] = ()


def values_of(kind: str, setting: str) -> Values | None:
    """The values of a setting; None where it has words, places or the like. KeyError for one that there is not."""
    hint = get_type_hints(_OF_KIND[kind], include_extras=True)[setting]
    if hint == IsoDuration:
        return Values("period")
    parts = tuple(_parts(hint))
    if int in parts:
        return Values("number")
    choices = tuple(each for each in parts if isinstance(each, str))
    return Values("choice", choices) if choices else None


def _parts(hint: object) -> Iterator[object]:
    """The types a hint is made of; the words themselves where there are only so many."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        yield from (str(each) for each in hint)
    elif inner := get_args(hint):
        for each in inner[:1] if get_origin(hint) is Annotated else inner:
            yield from _parts(each)
    else:
        yield hint
