"""The annual report as data: `triage.annual-report/1`. JSON, CSV and PDF are made of it, and so can a page be."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.base import Model, UtcTime


class Unit(StrEnum):
    """What a figure counts."""

    COUNT = "count"
    MINUTES = "minutes"
    PERCENT = "percent"


class Figure(Model):
    """One line of a table. `value` None: not known, or `hidden`, so that a published report identifies nobody.

    `small`: it rests on one to four cases. `base`: of how many a rate or a time is.
    """

    name: str
    value: Annotated[int, Field(ge=0)] | None
    base: Annotated[int, Field(ge=0)] | None = None
    small: bool = False
    hidden: bool = False


class Table(Model):
    """Figures that belong together. `says`: what they mean, for a reader who knows nothing of the gateway.

    `total`: where the lines are the parts of a whole.
    """

    id: str
    title: str
    says: str
    unit: Unit = Unit.COUNT
    figures: tuple[Figure, ...]
    total: Figure | None = None


class AnnualReport(Model):
    """A year's figures. `published`: small numbers are hidden, so that it may leave the office. `marking`: the policy's
    protective marking."""

    schema_: Annotated[Literal["triage.annual-report/1"], Field(alias="schema")] = "triage.annual-report/1"
    organisation: str
    policy: str
    owed_to: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    since: date
    until: date
    made_at: UtcTime
    published: bool
    marking: str | None = None
    tables: tuple[Table, ...]
