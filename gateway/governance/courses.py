"""The kinds of file there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gateway.governance import holds, life
from gateway.governance.breaches import taking as breaches
from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.file import fold as fold_breaches
from gateway.governance.breaches.steps import BREACH_STEP
from gateway.governance.cases import file as case_file
from gateway.governance.cases import taking as of_cases
from gateway.governance.cases.file import CaseFile
from gateway.governance.cases.steps import CASE_STEP
from gateway.governance.challenges import taking as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.challenges.steps import CHALLENGE_STEP
from gateway.governance.course import Course
from gateway.governance.disclosures import taking as disclosures
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.disclosures.file import fold as fold_disclosure
from gateway.governance.disclosures.steps import DISCLOSURE_STEP
from gateway.governance.holds import HOLD_STEP, HoldFile
from gateway.governance.incidents import taking as incidents
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.incidents.file import fold as fold_incident
from gateway.governance.incidents.steps import INCIDENT_STEP
from gateway.governance.registers import file as entry_file
from gateway.governance.registers import rules as registers
from gateway.governance.registers import taking as of_entries
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.steps import ENTRY_STEP
from gateway.governance.steps import STRATEGY_STEP
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.training import taking as of_training
from gateway.governance.training.file import TrainingFile
from gateway.governance.training.file import fold as fold_training
from gateway.governance.training.steps import TRAINING_STEP
from gateway.store.managed import NO_STRATEGY


def _as_decisions_read_it(file: StrategyFile) -> str:
    """The strategy as JSON; of a draft that was given up, and never held anybody to anything, that there is none."""
    if file.standing is Standing.WITHDRAWN and not file.was_decided:
        return NO_STRATEGY
    return file.strategy().model_dump_json(by_alias=True)


STRATEGY: Final[Course[StrategyFile]] = Course(
    kind="strategy",
    prefix="CS",
    steps=STRATEGY_STEP,
    begin=life.begin,
    take=life.take,
    fold=fold,
    closed=lambda file: file.standing.is_over,
    projection=_as_decisions_read_it,
    policy_of=lambda file: (file.policy, file.policy_version),
)

HOLD: Final[Course[HoldFile]] = Course(
    kind=holds.KIND,
    prefix="RH",
    steps=HOLD_STEP,
    begin=holds.begin,
    take=holds.take,
    fold=holds.fold,
    closed=lambda hold: hold.released is not None,
)

DANGEROUS_PERSON: Final[Course[EntryFile]] = Course(
    kind=registers.PERSON,
    prefix="DP",
    steps=ENTRY_STEP,
    begin=of_entries.begin_person,
    take=of_entries.take,
    fold=entry_file.fold,
    closed=lambda entry: entry.closed,
)

DANGEROUS_PROPERTY: Final[Course[EntryFile]] = Course(
    kind=registers.PROPERTY,
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

INCIDENT: Final[Course[IncidentFile]] = Course(
    kind="incident",
    prefix="IN",
    steps=INCIDENT_STEP,
    begin=incidents.begin,
    take=incidents.take,
    fold=fold_incident,
    closed=lambda file: file.closed is not None,
)

BREACH_RESPONSE: Final[Course[BreachFile]] = Course(
    kind="breach_response",
    prefix="BR",
    steps=BREACH_STEP,
    begin=breaches.begin,
    take=breaches.take,
    fold=fold_breaches,
    closed=lambda file: file.closed,
    policy_of=lambda file: bound_to(file.policy, file.policy_version),
)

CHALLENGE: Final[Course[ChallengeFile]] = Course(
    kind="challenge",
    prefix="CH",
    steps=CHALLENGE_STEP,
    begin=challenges.begin,
    take=challenges.take,
    fold=fold_challenge,
    closed=lambda file: file.closed,
    policy_of=lambda file: bound_to(file.received.policy, file.received.policy_version),
)

DISCLOSURE: Final[Course[DisclosureFile]] = Course(
    kind="disclosure",
    prefix="DS",
    steps=DISCLOSURE_STEP,
    begin=disclosures.begin,
    take=disclosures.take,
    fold=fold_disclosure,
    closed=lambda file: file.closed,
)

TRAINING: Final[Course[TrainingFile]] = Course(
    kind="training",
    prefix="TR",
    steps=TRAINING_STEP,
    begin=of_training.begin,
    take=of_training.take,
    fold=fold_training,
    closed=lambda file: file.left is not None,
)

COURSES: Final[tuple[Course[Any], ...]] = (
    STRATEGY,
    INCIDENT,
    BREACH_RESPONSE,
    CHALLENGE,
    DISCLOSURE,
    DANGEROUS_PERSON,
    DANGEROUS_PROPERTY,
    COMPLEX_CASE,
    TRAINING,
    HOLD,
)
"""Every kind of file."""

BY_KIND: Final[Mapping[str, Course[Any]]] = {course.kind: course for course in COURSES}


def bound_to(policy: str | None, version: str | None) -> tuple[str, str] | None:
    """The pack of the strategy that a file is about; None where that only stands in the register."""
    return (policy, version) if policy and version else None
