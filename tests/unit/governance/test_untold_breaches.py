"""Nobody breaches what they were not told: the notice, or the letter about a change, came back."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from gateway.cli.breach import confirmed_in_words
from gateway.governance.breaches.confirming import as_told
from gateway.governance.breaches.untold import of_untold
from gateway.governance.courses import BREACH_RESPONSE
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.policy_course import NoticePart
from models.restriction import ChannelBlocked, SpocOnly
from tests.case_files import here, lacks, step, walked
from tests.governing import ACTIVE, HOME, MONDAY, draft
from tests.governing import step as strategy_step

if TYPE_CHECKING:
    from gateway.governance.desk import Desk

FRIDAY, NEXT = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)
BACK = strategy_step("letter_came_back", at=FRIDAY, letter="L1", sending=1, on=FRIDAY, reason="User unknown")
AGAIN = strategy_step(
    "letter_sent", at=NEXT, letter="L1", way="post", to=HOME, on=NEXT, received_on=NEXT, evidence="RM 1"
)
TOLD = fold("CS-1", (draft(), *ACTIVE))


def after(*steps: Any, of: StrategyFile = TOLD) -> StrategyFile:
    return fold("CS-1", (*of.steps, *steps))


def confirmed(number: int = 1, day: date | None = FRIDAY, restriction: str = "R1") -> Any:
    fields = {"strategy": "CS-1", "contact": f"c-{number}", "restriction": restriction, "received_on": day}
    return step(BREACH_RESPONSE, "breach_confirmed", at=NEXT, count=number, **fields)


def decided(action: str = "reminder_letter", kind: str = "accepted", **fields: Any) -> Any:
    role = "manager" if action == "reminder_letter" else "senior_manager"
    return step(BREACH_RESPONSE, kind, by="Lee Line", role=role, at=NEXT, action=action, **fields)


def undone(number: int) -> Any:
    fields = {"contact": f"c-{number}", "restriction": "R1", "because": "error", "note": "Not told."}
    return step(BREACH_RESPONSE, "breach_undone", at=NEXT, **fields)


def knows(*strategies: StrategyFile) -> Any:
    return here(day=NEXT, earlier=strategies)


def waiting(file: Any, situation: Any) -> list[str]:
    return [task.id.split("/", 1)[1] for task in open_tasks(file, situation)]


def test_what_was_received_before_a_notice_that_counts_is_no_breach() -> None:
    back = after(BACK)
    with pytest.raises(Refused, match="nobody had told them by then: letter L1 came back"):
        BREACH_RESPONSE.begin("BR-1", confirmed(), knows(back))
    first = walked(BREACH_RESPONSE, confirmed(), (), knows(TOLD))
    assert "triage breach dismiss c-2 CS-1/R1" in lacks(BREACH_RESPONSE, first, confirmed(2), knows(back))[0]
    anew = after(AGAIN, of=back)
    assert lacks(BREACH_RESPONSE, first, confirmed(2), knows(anew))
    assert BREACH_RESPONSE.take(first, confirmed(2, NEXT), knows(anew)).count == 2


def test_what_was_confirmed_on_it_is_a_task_until_it_is_undone_or_the_notice_counts() -> None:
    two = walked(BREACH_RESPONSE, confirmed(), [confirmed(2)], knows(TOLD))
    assert waiting(two, knows(TOLD)) == ["reminder_letter", "tighten"]
    back = knows(after(BACK))
    (task,) = open_tasks(two, back)
    assert (task.id, task.due) == ("BR-1/undo_untold", FRIDAY)
    assert "c-1 CS-1/R1, c-2 CS-1/R1: nobody had told them" in task.says
    assert waiting(two, knows(after(BACK, strategy_step("undone", number=len(TOLD.steps) + 1, reason="A slip.")))) == [
        "reminder_letter",
        "tighten",
    ]
    assert waiting(walked(BREACH_RESPONSE, confirmed(), [confirmed(2), undone(1), undone(2)], knows(TOLD)), back) == []


def test_nothing_is_taken_up_that_rests_on_those_alone_and_what_was_is_not_asked_for() -> None:
    one = walked(BREACH_RESPONSE, confirmed(), (), knows(TOLD))
    anew = knows(after(BACK, AGAIN))
    assert lacks(BREACH_RESPONSE, one, decided(), anew) == [
        "`reminder_letter` rests on breaches of what nobody had told them (c-1); undo those first"
    ]
    assert BREACH_RESPONSE.take(one, decided(kind="declined", reason="Not told."), anew)
    assert waiting(BREACH_RESPONSE.take(one, decided(), knows(TOLD)), anew) == ["undo_untold"]
    # One stands of which they had been told: it is the first, and reaches what the ladder has from the first.
    two = BREACH_RESPONSE.take(one, confirmed(2, NEXT), anew)
    assert waiting(two, anew) == ["undo_untold", "reminder_letter"]
    assert lacks(BREACH_RESPONSE, two, decided("tighten"), anew)
    assert BREACH_RESPONSE.take(two, decided(), anew).to_do


def test_whoever_confirms_a_breach_hears_how_many_count_and_what_is_proposed_on_those() -> None:
    anew = knows(after(BACK, AGAIN))
    two = BREACH_RESPONSE.take(walked(BREACH_RESPONSE, confirmed(), (), knows(TOLD)), confirmed(2, NEXT), anew)

    class Knowing:
        async def situation(self, *_asked: object) -> Any:
            return anew

    counting = asyncio.run(as_told(cast("Desk", Knowing()), two))
    said = confirmed_in_words("c-2", "CS-1/R1", two, counting)
    assert said[0] == "c-2: the breach of CS-1/R1 is confirmed, number 1 of CS-1"
    assert "1 of what nobody had told them" in said[1]
    assert "reminder letter" in said[2] and "tighten" not in "".join(said)
    assert "not counted" not in "".join(confirmed_in_words("c-2", "CS-1/R1", two, two))


def test_no_reminder_goes_on_what_nobody_had_told_them() -> None:
    breaches = walked(BREACH_RESPONSE, confirmed(), [decided()], knows(TOLD))
    there = here(day=NEXT, besides=(breaches,))
    assert not list(of_purpose(TOLD, LetterPurpose.REMINDER, there))
    (lack,) = of_purpose(after(BACK, AGAIN), LetterPurpose.REMINDER, there)
    assert "no breach of it is confirmed" in lack.text


def test_what_an_older_version_confirmed_came_on_that_day_at_the_latest() -> None:
    assert of_untold(confirmed(day=None).model_copy(update={"day": FRIDAY}), after(BACK, AGAIN)) is not None
    assert of_untold(confirmed(day=None), after(BACK, AGAIN)) is None


def test_without_a_letter_that_came_back_all_is_as_before() -> None:
    assert of_untold(confirmed(day=MONDAY), TOLD) is None
    assert of_untold(confirmed(), None) is None  # the register alone has the strategy
    both = after(AGAIN.model_copy(update={"received_on": FRIDAY}), BACK)
    assert of_untold(confirmed(), both) is None  # another copy had reached them


def test_of_urgent_measures_they_were_told_by_themselves() -> None:
    at_once = {"reason": "Threats.", "told_on": MONDAY, "told_how": "By telephone", "until": FRIDAY}
    urgent = strategy_step("urgent", restrictions=(SpocOnly(id="R1", kind="spoc_only"),), **at_once)
    file = fold("CS-1", (draft(), urgent, *ACTIVE, BACK))
    assert of_untold(confirmed(), file) is None
    assert of_untold(confirmed(day=NEXT), file) is not None
    assert of_untold(confirmed(restriction="R2"), file) is not None


def test_what_a_change_brought_is_told_by_the_letter_about_it() -> None:
    more = (SpocOnly(id="R1", kind="spoc_only"), ChannelBlocked(id="R2", kind="channel_blocked", channels=("visit",)))
    tuesday = MONDAY + timedelta(days=1)
    changed = after(
        strategy_step("changed", restrictions=more, reasons="He came by.", at=tuesday),
        strategy_step("letter_written", letter="L2", purpose="change", passages=(), at=tuesday),
        strategy_step("letter_approved", letter="L2", at=tuesday),
        AGAIN.model_copy(update={"letter": "L2", "at": noon(tuesday), "on": tuesday, "received_on": tuesday}),
        strategy_step("change_in_force", at=tuesday),
    )
    back = after(BACK.model_copy(update={"letter": "L2"}), of=changed)
    assert of_untold(confirmed(restriction="R2"), changed) is None
    assert of_untold(confirmed(restriction="R2"), back) is not None
    assert of_untold(confirmed(), back) is None


@pytest.mark.parametrize("purpose", ["reminder", "review_outcome", "notice"])
def test_what_a_change_brought_is_told_by_any_letter_that_names_it(purpose: str) -> None:
    more = (SpocOnly(id="R1", kind="spoc_only"), ChannelBlocked(id="R2", kind="channel_blocked", channels=("visit",)))
    tuesday, thursday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)
    rules = (Passage(part=NoticePart.RESTRICTIONS, text="Please do not visit."),)

    def told(passages: tuple[Passage, ...] = rules, day: date = thursday) -> StrategyFile:
        sent = AGAIN.model_copy(update={"letter": "L3", "at": noon(day), "on": day, "received_on": day})
        return after(
            strategy_step("changed", restrictions=more, reasons="He came by.", at=tuesday),
            strategy_step("letter_written", letter="L2", purpose="change", passages=(), at=tuesday),
            AGAIN.model_copy(update={"letter": "L2", "at": noon(tuesday), "on": tuesday, "received_on": tuesday}),
            strategy_step("change_in_force", at=tuesday),
            strategy_step("letter_written", letter="L3", purpose=purpose, passages=passages, at=day),
            sent,
            BACK.model_copy(update={"letter": "L2"}),
        )

    assert of_untold(confirmed(restriction="R2"), told()) is None
    assert of_untold(confirmed(restriction="R2", day=tuesday), told()) is not None
    if purpose != "notice":
        assert of_untold(confirmed(restriction="R2"), told(passages=())) is not None
        # Of what it had from the first, the notice gives notice and nothing else does.
        assert of_untold(confirmed(), after(BACK, of=told())) is not None


def test_a_strategy_that_was_taken_up_again_is_told_anew() -> None:
    thursday = MONDAY + timedelta(days=3)
    again = after(
        strategy_step("made_dormant"),
        strategy_step("reinstated", evidence="Nine calls.", review_due=NEXT, at=thursday),
        strategy_step("letter_written", letter="L2", purpose="notice", passages=(), at=thursday),
        AGAIN.model_copy(update={"letter": "L2", "at": noon(thursday), "on": thursday, "received_on": thursday}),
        BACK.model_copy(update={"letter": "L2"}),
    )
    assert of_untold(confirmed(), again) is not None
    assert of_untold(confirmed(day=MONDAY + timedelta(days=1)), again) is None


def noon(day: date) -> Any:
    return strategy_step("activated", at=day).at
