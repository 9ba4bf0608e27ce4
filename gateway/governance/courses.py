"""The kinds of file there are."""

from __future__ import annotations

from typing import Final

from gateway.governance import holds, life
from gateway.governance.cases import file as case_file
from gateway.governance.cases import taking as of_cases
from gateway.governance.cases.file import CaseFile
from gateway.governance.cases.steps import CASE_STEP
from gateway.governance.course import Course
from gateway.governance.holds import HOLD_STEP, HoldFile
from gateway.governance.registers import file as entry_file
from gateway.governance.registers import taking as of_entries
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.steps import ENTRY_STEP
from gateway.governance.steps import STRATEGY_STEP
from gateway.governance.strategy_file import Standing, StrategyFile, fold

_OVER = frozenset({Standing.ENDED, Standing.DORMANT, Standing.WITHDRAWN})

STRATEGY: Final[Course[StrategyFile]] = Course(
    kind="strategy",
    prefix="CS",
    steps=STRATEGY_STEP,
    begin=life.begin,
    take=life.take,
    fold=fold,
    closed=lambda file: file.standing in _OVER,
    projection=lambda file: file.strategy().model_dump_json(by_alias=True),
    policy_of=lambda file: (file.policy, file.policy_version),
)

HOLD: Final[Course[HoldFile]] = Course(
    kind="hold",
    prefix="RH",
    steps=HOLD_STEP,
    begin=holds.begin,
    take=holds.take,
    fold=holds.fold,
    closed=lambda hold: hold.released is not None,
)

DANGEROUS_PERSON: Final[Course[EntryFile]] = Course(
    kind=of_entries.PERSON,
    prefix="DP",
    steps=ENTRY_STEP,
    begin=of_entries.begin_person,
    take=of_entries.take,
    fold=entry_file.fold,
    closed=lambda entry: entry.closed,
)

DANGEROUS_PROPERTY: Final[Course[EntryFile]] = Course(
    kind=of_entries.PROPERTY,
    prefix="DY",
    steps=ENTRY_STEP,
    begin=of_entries.begin_property,
    take=of_entries.take,
    fold=entry_file.fold,
    closed=lambda entry: entry.closed,
)

COMPLEX_CASE: Final[Course[CaseFile]] = Course(
    kind="complex_case",
    prefix="CX",
    steps=CASE_STEP,
    begin=of_cases.begin,
    take=of_cases.take,
    fold=case_file.fold,
    closed=lambda case: case.closed,
)
