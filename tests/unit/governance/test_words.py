"""A reason, a note or a piece of evidence says something, or the step is refused."""

from __future__ import annotations

import pytest

from gateway.governance.following import of_words
from tests.governing import MONDAY, draft, step


@pytest.mark.parametrize("nothing", ["   ", "...", "- - -", "\u200b\u200b\u200b", "\u2026\u2026\u2026"])
def test_blanks_and_dots_are_no_reason(nothing: str) -> None:
    waived = step("warning_waived", waiver="safety", note=nothing)
    assert [(lack.field, lack.text) for lack in of_words(waived)] == [
        ("note", "note: nothing is said there; write it in words")
    ]
    for_all = draft(reasons_for={"scope_organisation": nothing, "stage_jump": "Threats."})
    assert [lack.text.partition(":")[0] for lack in of_words(for_all)] == ["reasons for scope organisation"]


def test_what_is_left_out_and_what_says_something_stands() -> None:
    for said in (step("noted", text="Ok."), step("noted", text="1407"), step("noted", text="是的。")):
        assert list(of_words(said)) == []
    assert list(of_words(step("acted", act="decision", by="Hal Head", role="head"))) == []
    assert list(of_words(step("warned", on=MONDAY, how="By letter."))) == []
