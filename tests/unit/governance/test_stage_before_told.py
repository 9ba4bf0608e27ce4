"""The notice of a next stage says what was asked at the stage before, when, and what followed (Wealden L79-L80)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.governance.breaches.file import fold as fold_breaches
from gateway.governance.courses import BREACH_RESPONSE
from gateway.governance.demands.overtaken import of_what_came_after
from gateway.governance.letters.brief import Brief
from gateway.governance.letters.compose import composed
from gateway.governance.letters.in_part import OF_OTHERS
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.letters.wording import Wording
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from models.policy_course import Layout, NoticePart
from models.restriction import CallDuration, SpocOnly
from tests.case_files import pack
from tests.case_files import step as case_step
from tests.governing import ACTIVE, MONDAY, draft, step
from tests.lettering import TEMPLATES, brief, file_for

LATER = MONDAY + timedelta(days=60)
WEALDEN = pack("wealden")
REVIEWED = step(
    "reviewed", by="Rae Reviewer", at=MONDAY + timedelta(days=50), outcome="next_stage", reasons="It went on.", told=True,
    next_review=LATER,
)  # fmt: skip
TAKEN_BACK = step("undone", at=LATER + timedelta(days=1), number=len(ACTIVE) + 2, reason="Another case.")
BACK = step("letter_came_back", letter="L1", sending=1, on=MONDAY, reason="Gone away")


def first(*since: StrategyStep, **drafted: Any) -> StrategyFile:
    asked = (CallDuration(id="R1", kind="call_duration", minutes=20),)
    return fold("CS-2026-0001", (draft(restrictions=asked, **drafted), *ACTIVE, *since))


def breaches(*contacts: tuple[str, str], undone: tuple[tuple[str, str], ...] = ()) -> Any:
    confirmed = [
        case_step(BREACH_RESPONSE, "breach_confirmed", at=MONDAY + timedelta(days=30), strategy="CS-2026-0001",
                  contact=contact, restriction=rule, count=number)
        for number, (contact, rule) in enumerate(contacts, start=1)
    ]  # fmt: skip
    back = [
        case_step(BREACH_RESPONSE, "breach_undone", at=LATER + timedelta(days=1), contact=contact, restriction=rule,
                  because="error", note="Not them.")
        for contact, rule in undone
    ]  # fmt: skip
    return fold_breaches("BR-1", (*confirmed, *back))


def notice(*earlier: StrategyFile, layout: Layout = Layout.STANDARD, besides: tuple[Any, ...] = (), stage: int = 2,
           purpose: LetterPurpose = LetterPurpose.NOTICE) -> Brief:  # fmt: skip
    second = replace(file_for(WEALDEN, purpose), stage=stage)
    return brief(WEALDEN, purpose, layout, file=second, here={"earlier": earlier, "besides": besides, "day": LATER})


def said(made: Brief, layout: Layout = Layout.STANDARD) -> tuple[str, Any]:
    _head, passages = composed(made, Wording.load(TEMPLATES, "wealden", layout))
    (reasons,) = [one for one in passages if one.part is NoticePart.REASONS]
    return " ".join(reasons.text.split()), reasons


@pytest.mark.parametrize(
    ("earlier", "besides", "says", "not_said"),
    [
        ((first(),), (), ["We wrote to you before, on 2 March 2026", "We asked you then: - ", "20 minutes"],
         ["After that", "looked at it again", "ended on"]),
        ((first(REVIEWED),), (breaches(("c-1", "R1"), ("c-1", "R2"), ("c-2", "R1")),),
         ["After that, 2 contacts from you did not keep to it.", "We looked at it again on 21 April 2026.",
          "We decided then that more was needed."], ["ended on"]),
        ((first(step("ended", by="Hal Head", role="head", at=MONDAY + timedelta(days=55), reasons="Next.")),),
         (breaches(("c-1", "R1")),), ["After that, one contact from you", "It ended on 26 April 2026."], ["again on"]),
        ((first(BACK),), (), [], ["We wrote to you before"]),
        ((), (), [], ["We wrote to you before", "We asked you then"]),
        ((first(stage=2),), (), [], ["We wrote to you before"]),
    ],
)  # fmt: skip
def test_the_notice_of_stage_2_says_what_was_asked_at_stage_1_and_what_followed(
    earlier: tuple[StrategyFile, ...], besides: tuple[Any, ...], says: list[str], not_said: list[str]
) -> None:
    for layout in (Layout.STANDARD, Layout.EASY_READ):
        text, _ = said(notice(*earlier, layout=layout, besides=besides), layout)
        wanted = says if layout is Layout.STANDARD else says[:1]
        assert [words for words in wanted if words not in text] == [], text
        assert [words for words in not_said if words in text] == [], text


def test_of_the_stage_before_only_its_last_notice_is_told_and_other_letters_tell_nothing_of_it() -> None:
    other = fold("CS-2026-0002", (draft(restrictions=(SpocOnly(id="R1", kind="spoc_only"),)), *ACTIVE))
    later = [one.model_copy(update={"at": one.at + timedelta(days=9)}) for one in ACTIVE[-1:]]
    newer = fold("CS-2026-0002", (*other.steps[:-1], *later))
    assert notice(first(), newer).told_of == ("CS-2026-0002",)
    assert notice(first(), stage=1).told_of == ()
    assert notice(first(), purpose=LetterPurpose.REVIEW_OUTCOME).told_of == ()


def test_who_does_not_need_to_know_of_the_stage_before_is_shown_that_something_is_said_and_not_what() -> None:
    made = notice(first(REVIEWED), besides=(breaches(("c-1", "R1")),))
    _, reasons = said(made)
    assert made.told_of == ("CS-2026-0001",)
    assert OF_OTHERS in reasons.in_part
    for secret in ("20 minutes", "2 March", "contact from you", "looked at it again"):
        assert secret in reasons.text and secret not in reasons.in_part


@pytest.mark.parametrize(
    ("since", "untrue"),
    [
        ({}, False),
        ({"besides": (breaches(("c-1", "R1"), undone=(("c-1", "R1"),)),)}, True),
        ({"besides": (breaches(("c-1", "R1"), ("c-2", "R1")),)}, False),  # more came; what it says was so
        ({"earlier": (first(REVIEWED, TAKEN_BACK),)}, True),
    ],
)
def test_what_was_taken_back_of_the_stage_before_since_makes_the_letter_untrue(
    since: dict[str, Any], untrue: bool
) -> None:
    made = notice(first(REVIEWED), besides=(breaches(("c-1", "R1")),))
    head, passages = composed(made, Wording.load(TEMPLATES, "wealden", Layout.STANDARD))
    written = step(
        "letter_written", at=LATER, letter="L1", purpose="notice", passages=passages, head=head, beside=made.told_of
    )
    assert isinstance(written, LetterWritten)
    file = replace(made.file, steps=(*made.file.steps, written))
    here = replace(made.situation, day=LATER + timedelta(days=2), **since)
    texts = [lack.text for lack in of_what_came_after(file, written, here)]
    assert any("the stage before was taken back" in text for text in texts) is untrue, texts
