"""Files of any kind in tests: a pack that ships, steps at noon, a course walked until it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.course import Course
from gateway.governance.courses import CHALLENGE
from gateway.governance.lacks import Refused
from gateway.governance.situation import Situation
from gateway.places import config_directory
from gateway.policies import load_pack
from models.policy import PolicyPack
from tests.governing import MONDAY, situation


@cache
def pack(name: str = "generic") -> PolicyPack:
    """A pack as it ships."""
    return load_pack(config_directory() / "policies" / f"{name}.yaml")


def here(name: str = "generic", day: date = MONDAY, **changes: Any) -> Situation:
    """A situation under a pack that ships."""
    return situation(day, pack(name).life, **changes)


def step(course: Course[Any], kind: str, by: str = "Sam Staff", at: date = MONDAY, **fields: Any) -> Any:
    """One step, taken at noon. A letter is in the layout that `PERSON` needs."""
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    if kind == "letter_written":
        fields.setdefault("layout", "large_print")
    return course.steps.validate_python({"kind": kind, "by": by, "at": moment, **fields})


def walked(course: Course[Any], first: Any, steps: Iterable[Any], situation: Situation) -> Any:
    """The file after these steps, each of which must be allowed."""
    file = course.begin(f"{course.prefix}-1", first, situation)
    for one in steps:
        file = course.take(file, one, situation)
    return file


def lacks(course: Course[Any], file: Any, one: Any, situation: Situation) -> list[str]:
    """Why a step is refused; the test fails where it is not."""
    with pytest.raises(Refused) as refused:
        course.take(file, one, situation)
    return [lack.text for lack in refused.value.lacks]


def challenged(outcome: str, *, about: str = "CS-1", at: date = MONDAY) -> ChallengeFile:
    """A challenge of a strategy, as it was decided on the day on which it came."""
    received = step(
        CHALLENGE,
        "received",
        at=at,
        about=about,
        person="P-001",
        on=at,
        reasons="It was not me.",
        about_kind="strategy",
    )
    decided = step(CHALLENGE, "decided", "Di Decider", at, role="director", outcome=outcome, reasons="Looked at.")
    return fold_challenge("CH-1", (received, decided))
