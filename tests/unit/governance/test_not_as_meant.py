"""What a register file says that does nothing, or that nobody can have meant, is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gateway.governance.not_as_meant import not_as_meant
from models.register import Register

DAY = date(2026, 3, 2)
EASES = [{"id": "A1", "need": "a stammer", "varies": [{"restriction": "R2", "minutes": 30}]}]
BY_STRATEGY = [{"id": "A1", "need": "a stammer", "varies": [{"restriction": "CS-9/R1", "minutes": 30}]}]
NOTHING = "P-001: adjustment A1 eases R2, which no strategy of theirs has; they are held to all of it"


def register(person: dict[str, Any], **fields: Any) -> Register:
    measure = {"id": "R1", "kind": "call_duration", "minutes": 10}
    strategy = {"id": "CS-9", "person": "P-001", "scope": "organisation", "status": "active", "starts": "2026-01-05"}
    return Register.model_validate(
        {
            "organisation": {
                "name": "The Office", "domains": ["office.example"], "addresses": {"manager": "m@office.example"},
            },
            "people": [{"id": "P-001", "name": "Jordan Example", **person}],
            "strategies": [{**strategy, "restrictions": [measure], **fields}],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("person", "fields", "says"),
    [
        ({"adjustments": EASES}, {}, NOTHING),
        ({"adjustments": BY_STRATEGY}, {}, None),
        ({"adjustments": EASES}, {"status": "ended"}, None),
        ({"adjustments": EASES}, {"ends": "2026-03-01"}, None),
        ({"deceased_on": "2026-03-02"}, {}, None),
        ({"deceased_on": "2026-03-03"}, {}, "P-001 is said to have died on 2026-03-03, which is still to come"),
    ],
)
def test_it_is_said_and_nothing_else_is(person: dict[str, Any], fields: dict[str, Any], says: str | None) -> None:
    found = list(not_as_meant(register(person, **fields), DAY))
    assert [one.startswith(says or "") for one in found] == ([] if says is None else [True]), found
