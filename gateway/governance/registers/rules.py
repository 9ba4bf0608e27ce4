"""The registers, and what the policy says of the one that files of a kind are on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from gateway.governance.situation import Situation
from models.policy_records import RegisterRule

PERSON: Final = "dangerous_person"
PROPERTY: Final = "dangerous_property"
REGISTER_OF: Final = {
    "strategy": "contact_strategies",
    PERSON: "dangerous_persons",
    PROPERTY: "dangerous_properties",
    "complex_case": "complex_cases",
}
"""The register that files of a kind are on, as packs name it."""
OF_ENTRIES: Final = frozenset({PERSON, PROPERTY})
"""The kinds of file that are an entry and nothing else, and have no letters of their own."""


def rule_of(kind: str, situation: Situation) -> RegisterRule | None:
    """What the policy says of the register that such files are on; None where it keeps none."""
    return rule_among(situation.rules.registers, kind)


def rule_among(rules: Iterable[RegisterRule], kind: str) -> RegisterRule | None:
    """Of these rules the one for files of a kind."""
    return next((rule for rule in rules if rule.kind == REGISTER_OF[kind]), None)
