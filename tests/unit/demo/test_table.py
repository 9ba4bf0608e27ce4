"""A row says who, what was found, where it went and why; what people wrote is never read as markup."""

from __future__ import annotations

import io

from rich.console import Console

from gateway.demo.table import ContactTable
from models.decision import Decision

DECISION = {
    "contact": {
        "id": "c",
        "channel": "email",
        "direction": "inbound",
        "received_at": "2026-03-02T10:15:00Z",
        "sender": {"identifier": "a@mail.example", "name": "[bold]A[/bold]"},
        "recipients": ["chief@opcc.example"],
    },
    "deliveries": [
        {"recipient": "chief@opcc.example", "disposition": "divert", "to": "spoc@opcc.example", "because": ["CS-1/R1"]}
    ],
    "breaches": [{"strategy": "CS-1", "restriction": "R1", "kind": "spoc_only"}],
    "review": [{"queue": "spoc", "priority": "normal", "due_at": "2026-03-04T10:15:00Z"}],
    "reply": {"due": True},
    "reasons": [{"rule": "spoc_only", "cites": ["Cleveland 9.9"], "text": "Only the SPOC."}],
    "scan": {"complete": True},
    "versions": {"policy": "cleveland"},
}


def row(**changes: object) -> str:
    out = io.StringIO()
    ContactTable(Console(file=out, width=160), {"P-001": "Jordan Whitlock"}).row(
        Decision.model_validate({**DECISION, **changes})
    )
    return out.getvalue()


def test_a_stranger_s_diverted_message() -> None:
    shown = row()
    for words in ("[bold]A[/bold]", "breach: spoc only", "chief@opcc.example → spoc@opcc.example", "Only the SPOC."):
        assert words in shown


def test_a_person_of_the_register_and_the_gravest_findings_first() -> None:
    labels = ["complaint", "foi_request", "self_harm", "abusive", "crime_report"]
    categories = ["rights", "rights", "safeguarding", "conduct", "criminal"]
    findings = [
        {"category": category, "label": label, "score": 0.9, "threshold": 0.5, "urgency": "routine"}
        for category, label in zip(categories, labels, strict=True)
    ]
    match = {"person": "P-001", "as": "representative", "strength": "probable", "by": "signature"}
    shown = row(findings=findings, matches=[match])
    assert "for Jordan Whitlock P-001" in shown and "probable by signature" in shown
    assert shown.index("self harm") < shown.index("complaint")
    assert "and 1 more" in shown


def test_a_call_has_its_live_answer_and_nothing_found_is_said() -> None:
    shown = row(deliveries=[], breaches=[], live={"answer": "script", "text": "x"})
    assert "live answer: script" in shown and "nothing" in shown


def test_a_row_of_a_later_look_says_that_it_is_one() -> None:
    assert "looked at again" not in row()
    assert "looked at again" in row(revision=1)
