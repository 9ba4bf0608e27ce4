"""What the reports about the tool say of it is what it does, with everything that it keeps of anybody."""

from __future__ import annotations

import pytest

from gateway.governance.reports.about import data_kinds, in_short
from gateway.governance.reports.atrs import atrs
from gateway.governance.reports.dpia import dpia
from gateway.governance.reports.facts import OfficeFacts
from tests.case_files import pack


def facts(name: str, *, days: int = 30) -> OfficeFacts:
    return OfficeFacts(
        organisation="Example Borough Council", manager="m@council.example", pack=pack(name), mode="observe",
        version="0.1.0", listens=(), relay="127.0.0.1:10026", targets={}, store="triage.db", late_stage=True,
        auditor=False, contacts_a_year={}, people=0, strategies_in_force=0, people_with_needs=0, models=(),
        own_weights=False, unflagged_days=days, card=None,
    )  # fmt: skip


@pytest.mark.parametrize(("days", "says"), [(30, "erased 30 days after"), (0, "Nothing is deleted but by a named")])
def test_what_is_refused_and_erased_is_said_wherever_the_tool_is_described(days: int, says: str) -> None:
    made = facts("stoke", days=days)
    for document in (dpia(made), atrs(made)):
        text = str(document)
        assert says in text and "does not take what is too large" in text
        assert "refuses and deletes nothing" not in text
    assert in_short(made) in str(dpia(made))


def test_everything_that_is_kept_of_anybody_is_listed_and_only_registers_that_the_policy_has() -> None:
    kept = {name: "\n".join(" ".join(row) for row in data_kinds(facts(name))) for name in ("stoke", "wealden")}
    for text in kept.values():
        for what in ("Incidents:", "named in a contact", "Challenges", "passed on to others"):
            assert what in text
    for what in ("dangerous persons", "dangerous properties", "Complex cases"):
        assert what in kept["stoke"] and what not in kept["wealden"]
    assert "entry in the register of dangerous persons" in str(dpia(facts("stoke")))
