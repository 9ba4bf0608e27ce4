"""`triage clock` on a real store: what runs, what may stop, and that each step is a named person's and on the trail."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store_builders import NOW, audited, claimed, decision, email, outcome, record, reviews_of

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.policies import Policies
from gateway.store.keyfile import load as load_keys
from gateway.store.store import open_store
from gateway.waiting import Waiting
from models.contact import Part
from models.decision import Priority, Queue, Reason, ReviewItem
from models.finding import CATEGORY_OF, Evidence, Finding, Label

Run = Callable[..., tuple[int, str, str]]

DUE = datetime(2026, 4, 2, 16, tzinfo=UTC)


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `triage ARGUMENTS` in the spring of 2026, with the sample register."""
    monkeypatch.setattr("gateway.cli.clock.utc_now", lambda: datetime(2026, 3, 20, 10, tzinfo=UTC))
    return run


def item_of(*labels: Label, reasons: tuple[Reason, ...] = (), text: str = "Hello there.") -> str:
    """A contact that asks for these rights is on record; the id of its item in the queue."""
    shown = Evidence(part="body", start=0, end=len(text), quote=text, by="lexicon:x")

    settings = settings_of(Path(os.environ["TRIAGE_CONFIG"]))
    store = open_store(settings.store.path, load_keys(settings.store.key_file).sealer(), now=lambda: NOW)

    async def put() -> str:
        with closing(store):
            found = tuple(
                Finding(
                    category=CATEGORY_OF[label],
                    label=label,
                    score=0.9,
                    threshold=0.5,
                    urgency="routine",
                    evidence=(shown,),
                )
                for label in labels
            )
            item = ReviewItem(queue=Queue.RIGHTS, priority=Priority.NORMAL, due_at=DUE)
            claim = await claimed(store)
            contact = email(claim.contact_id).model_copy(update={"parts": (Part(name="body", text=text),)})
            made = decision(contact).model_copy(update={"findings": found, "review": (item,), "reasons": reasons})
            version = (await store.register.current()).version
            await record(store, claim, contact, lambda _history: outcome(contact, made), register_version=version)
            (row,) = await reviews_of(store, contact.id)
            return str(row.id)

    return asyncio.run(put())


def rows(run: Run) -> list[dict[str, str]]:
    return [json.loads(line) for line in run("clock", "list", "--json")[1].splitlines()]


def test_a_subject_access_request_stops_for_clarification_and_runs_on(run: Run) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST)
    assert [(row["right"], row["due"], row["stands"]) for row in rows(run)] == [
        ("subject_access_request", "2026-04-02", "runs")
    ]
    paused = run(
        "clock", "pause", item, "--because", "clarification", "--on", "2026-03-10",
        "--reason", "Eleven years of mail: which of it?", "--by", "Ann Rights",
    )  # fmt: skip
    assert paused[:2] == (0, f"{item} stands still; look again by 2026-04-10\n")
    assert rows(run)[0]["stands"] == "waits for clarification"
    resumed = run("clock", "resume", item, "--on", "2026-03-12", "--reason", "Only 2025.", "--by", "Ann Rights")
    assert resumed[:2] == (0, f"{item} runs again; the answer is due by 2026-04-07\n")

    async def kept() -> tuple[datetime, list[str]]:
        async with opened_store(settings_of(Path(os.environ["TRIAGE_CONFIG"]))) as store:
            (running,) = await store.clocks.running()
            return running.due_at, await audited(store, "clock_paused")

    due_at, events = asyncio.run(kept())
    assert due_at == datetime(2026, 4, 7, 16, tzinfo=UTC)
    assert events == [f"review/{item}"]


def test_an_extension_is_told_in_time_or_refused_with_the_law(run: Run) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST)
    code, _, said = run("clock", "extend", item, "--told", "2026-03-01", "--reason", "Complex.", "--by", "Ann Rights")
    assert (code, "UK GDPR Art.12A" in said) == (1, True)
    code, said, _ = run("clock", "extend", item, "--told", "2026-03-19", "--reason", "Complex.", "--by", "Ann Rights")
    assert (code, said) == (0, f"{item} is extended; the answer is due by 2026-06-02\n")


def test_where_a_contact_asks_for_several_rights_the_earliest_answer_keeps_its_day(run: Run) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST, Label.FOI_REQUEST)
    code, _, said = run("clock", "extend", item, "--told", "2026-03-19", "--reason", "Complex.", "--by", "Ann Rights")
    assert (code, "--right" in said) == (1, True)
    code, said, _ = run(
        "clock", "extend", item, "--right", "subject_access_request", "--told", "2026-03-19",
        "--reason", "Complex.", "--by", "Ann Rights",
    )  # fmt: skip
    assert (code, said) == (0, f"{item} is extended; the answer is due by 2026-03-31\n")
    assert {row["right"]: row["due"] for row in rows(run)} == {
        "subject_access_request": "2026-06-02",
        "foi_request": "2026-03-31",
    }


FOR_THE_PANEL = (Reason(rule="complaint_elsewhere", text="Where it is as it seems, pass it on: The Panel."),)


def passed_on(run: Run, item: str, about: str = "commissioner", more: tuple[str, ...] = ()) -> tuple[int, str, str]:
    said = ("--on", "2026-03-05", "--reason", "By email.", "--by", "Ann Rights")
    return run("clock", "pass-on", item, "--about", about, *said, *more)


def test_a_complaint_that_is_anothers_is_a_task_until_it_is_passed_on_and_then_not_due(run: Run) -> None:
    item = item_of(Label.COMPLAINT, reasons=FOR_THE_PANEL)
    (says,) = [str(task["says"]) for task in answers(run).values()]
    assert "triage clock pass-on" in says
    assert "The Panel" in says
    code, said, _ = passed_on(run, item)
    assert (code, said) == (
        0,
        f"{item} was passed on to The Police and Crime Panel; nothing is due from us, and the item is closed\n",
    )
    assert (rows(run), answers(run)) == ([], {})
    assert "clock_passed_on" in run("audit", "list", "--by", "Ann Auditor", "--json")[1]


ABOUT_TWO = "I complain about the Commissioner and the Chief Constable."


def of_two(about: str = ABOUT_TWO) -> str:
    return item_of(Label.COMPLAINT, reasons=FOR_THE_PANEL, text=about)


def shown(run: Run) -> tuple[list[dict[str, str]], list[object]]:
    """What the clocks and the tasks say of what is due."""
    return rows(run), [task["says"] for task in answers(run).values()]


def undone(run: Run, item: str) -> tuple[int, str, str]:
    return run("clock", "undo", item, "--by", "Ann Rights", "--reason", "It was not so.")


def test_a_complaint_that_seems_to_be_about_others_too_is_not_passed_on_without_saying_how_much(run: Run) -> None:
    item = of_two()
    before = shown(run)
    code, out, said = passed_on(run, item)
    assert (code, out) == (1, "")
    assert "about the Chief Constable (who deals with that: The Commissioner) as well; say --part" in said
    assert "or --whole" in said
    assert shown(run) == before
    assert "expected one of them" in passed_on(run, item, more=("--part", "--whole"))[2]


def test_a_part_that_is_passed_on_leaves_the_clock_of_the_rest_running_and_is_taken_back(run: Run) -> None:
    item = of_two()
    before = shown(run)
    code, said, _ = passed_on(run, item, more=("--part",))
    due = before[0][0]["due"]
    assert (code, said) == (
        0,
        f"the part of {item} about the Commissioner was passed on to The Police and Crime Panel; the rest is due by "
        f"{due}\n",
    )
    running, (says,) = shown(run)
    assert running == before[0]
    assert isinstance(says, str) and says.startswith("Answer contact") and "pass-on" not in says
    assert says.endswith(
        "Passed on already: its part about the Commissioner on 2026-03-05 to The Police and Crime Panel"
    )
    assert "clock_part_passed_on" in run("audit", "list", "--by", "Ann Auditor", "--json")[1]
    assert "was passed on before" in passed_on(run, item, more=("--part",))[2]
    assert "Chief Constable" in passed_on(run, item)[2]
    assert undone(run, item)[0] == 0
    assert shown(run) == before
    assert passed_on(run, item, more=("--part",))[0] == 0


def test_a_part_cannot_have_been_passed_on_before_the_complaint_came(run: Run) -> None:
    early = ("--on", "2026-02-01", "--reason", "By email.", "--by", "Ann Rights", "--part")
    code, _, said = run("clock", "pass-on", of_two(), "--about", "commissioner", *early)
    assert code == 1 and "cannot have been passed on before" in said


def test_what_was_said_to_be_the_whole_is_taken_back_too(run: Run) -> None:
    item = of_two()
    before = shown(run)
    code, said, _ = passed_on(run, item, more=("--whole",))
    assert code == 0 and said.endswith("nothing is due from us, and the item is closed\n")
    assert shown(run) == ([], [])
    assert undone(run, item)[0] == 0
    assert shown(run) == before


def test_where_two_parts_are_others_the_last_that_is_passed_on_ends_the_clock(run: Run) -> None:
    item = of_two("I complain about the Commissioner and the police.")
    assert "the police force" in passed_on(run, item)[2]
    assert passed_on(run, item, more=("--part",))[0] == 0
    assert passed_on(run, item, "police")[0] == 0
    assert rows(run) == []
    assert undone(run, item)[0] == 0
    assert len(rows(run)) == 1


def test_where_only_a_part_was_to_go_it_does_not_become_the_whole_by_itself(run: Run) -> None:
    item = item_of(Label.COMPLAINT, reasons=FOR_THE_PANEL)
    assert passed_on(run, item, more=("--part",))[0] == 0
    code, _, said = passed_on(run, item)
    assert code == 1 and "that part of it was passed on before; say --part" in said
    assert passed_on(run, item, more=("--whole",))[0] == 0


@pytest.mark.parametrize(
    ("labels", "to"),
    [
        ((Label.COMPLAINT,), "complaints@opcc.example"),
        ((Label.FOI_REQUEST,), "information@opcc.example"),
        ((Label.SUBJECT_ACCESS_REQUEST, Label.COMPLAINT), "complaints@opcc.example"),
    ],
)
def test_an_answer_is_told_where_the_copy_of_what_is_due_first_went(
    run: Run, labels: tuple[Label, ...], to: str
) -> None:
    item_of(*labels)

    async def told() -> list[str]:
        settings = settings_of(Path(os.environ["TRIAGE_CONFIG"]))
        async with opened_store(settings) as store:
            waiting = Waiting(store, Policies.load(settings.policies), now=lambda: NOW)
            return [one.to for one in (await waiting.everything())[0] if one.task.id.startswith("review/")]

    assert asyncio.run(told()) == [to]


def test_a_passing_on_in_error_is_taken_back_and_the_answer_is_due_again(run: Run) -> None:
    item = item_of(Label.COMPLAINT, reasons=FOR_THE_PANEL)
    before = rows(run)
    assert passed_on(run, item)[0] == 0
    assert rows(run) == []
    code, _, fault = run("queue", "reopen", item, "--by", "Ann Rights", "--reason", "It is ours.")
    assert code == 1 and f"{item} was passed on; `triage clock undo {item}`" in fault
    pause = ("clock", "pause", item, "--because", "identity", "--by", "Ann Rights", "--reason", "Who is it?")
    assert f"no clock runs on it; `triage clock undo {item}` takes that back" in run(*pause)[2]
    undone = ("clock", "undo", item, "--by", "Ann Rights", "--reason", "It was about our own staff.")
    code, said, _ = run(*undone)
    assert (code, said) == (0, f"{item} is as before that step; the answer is due by {before[0]['due']}\n")
    assert rows(run) == before
    assert '"undone"' in run("audit", "list", "--by", "Ann Auditor", "--json")[1]
    assert "no step" in run(*undone)[2]
    assert passed_on(run, item)[0] == 0


def test_more_time_that_was_taken_in_error_is_taken_back(run: Run) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST)
    before = rows(run)
    assert run("clock", "extend", item, "--told", "2026-03-19", "--by", "Ann Rights", "--reason", "Complex.")[0] == 0
    assert rows(run)[0]["extended"] == "yes"
    assert run("clock", "undo", item, "--by", "Ann Rights", "--reason", "Another request was meant.")[0] == 0
    assert rows(run) == before


def test_closing_tells_which_answer_is_not_due_any_more_and_is_taken_back(run: Run) -> None:
    item = item_of(Label.FOI_REQUEST)
    before = rows(run)
    code, said, _ = run("queue", "close", item, "--by", "Ann Rights", "--note", "Answered by letter.")
    assert code == 0
    assert "the clock of an answer that was due by 2026-04-02" in said
    assert rows(run) == []
    undo = ("clock", "undo", item, "--by", "Ann Rights", "--reason", "Another item was meant.")
    assert f"no clock runs on it; `triage queue reopen {item}` takes that back" in run(*undo)[2]
    nothing = ("queue", "reopen", "nothing", "--by", "Ann Rights", "--reason", "It was closed.")
    assert "there is no review item nothing" in run(*nothing)[2]
    again = ("queue", "reopen", item, "--by", "Ann Rights", "--reason", "Another item was meant.")
    assert run(*again)[0] == 0
    assert rows(run) == before
    assert "review_reopened" in run("audit", "list", "--by", "Ann Auditor", "--json")[1]
    code, _, fault = run(*again)
    assert code == 1 and f"{item} is not closed: there is nothing to take back" in fault
    assert run("queue", "close", item, "--by", "Ann Rights", "--note", "Sent.")[0] == 0
    assert note_of(item) == "Answered by letter.\nOpened again by Ann Rights: Another item was meant.\nSent."


def note_of(item: str) -> object:
    async def read() -> object:
        async with opened_store(settings_of(Path(os.environ["TRIAGE_CONFIG"]))) as store:
            about = await store.about.contact(await store.review.contact_of(item) or "")
            return next(review["note"] for review in about.reviews)

    return asyncio.run(read())


def test_what_else_the_contact_asks_for_is_due_all_the_same(run: Run) -> None:
    item = item_of(Label.COMPLAINT, Label.FOI_REQUEST, reasons=FOR_THE_PANEL)
    assert passed_on(run, item)[0] == 0
    assert [row["right"] for row in rows(run)] == ["foi_request"]
    assert "pass-on" not in str(answers(run))
    assert passed_on(run, item)[0] == 1


@pytest.mark.parametrize("about", ["staff", "chief_constable", "nobody"])
def test_what_the_policy_has_this_office_answer_is_passed_on_nowhere(run: Run, about: str) -> None:
    item = item_of(Label.COMPLAINT)
    code, _, said = passed_on(run, item, about)
    assert (code, "commissioner" in said) == (1, True)
    assert len(rows(run)) == 1


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for module in ("clock", "tasks"):
        monkeypatch.setattr(f"gateway.cli.{module}.utc_now", lambda: moment)


def answers(run: Run, *options: str) -> dict[str, dict[str, object]]:
    found = map(json.loads, run("tasks", "--json", *options)[1].splitlines())
    return {task["id"]: task for task in found if task["id"].startswith("review/")}


LATE = [
    (datetime(2026, 4, 2, 22, 30, tzinfo=UTC), 0),  # in time until the day is over where the office is
    (datetime(2026, 4, 2, 23, 30, tzinfo=UTC), 1),  # 3 April in London, not yet in UTC
    (datetime(2026, 4, 5, 12, tzinfo=UTC), 3),
]


@pytest.mark.parametrize(("moment", "days"), LATE)
def test_an_answer_that_is_overdue_says_by_how_many_days_of_the_office(
    run: Run, monkeypatch: pytest.MonkeyPatch, moment: datetime, days: int
) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST)
    at(monkeypatch, moment)
    (row,) = rows(run)
    assert (row["overdue"], row["overdue_days"]) == (days > 0, days)
    words = {0: "", 1: "overdue by 1 day ", 3: "overdue by 3 days "}[days]
    assert words in run("clock", "list")[1]
    assert ("overdue" in run("clock", "list")[1]) is (days > 0)
    assert set(answers(run)) == {f"review/{item}"}
    late = answers(run, "--overdue")
    assert {task: one["overdue_days"] for task, one in late.items()} == ({f"review/{item}": days} if days else {})
    assert ("foi@" in json.dumps(late), "Answer contact" in json.dumps(late)) == (False, days > 0)


def test_a_clock_that_stands_still_is_not_overdue_but_is_looked_at_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = item_of(Label.SUBJECT_ACCESS_REQUEST)
    run("clock", "pause", item, "--because", "clarification", "--on", "2026-03-10", "--reason", "Which?", "--by", "Ann")
    at(monkeypatch, datetime(2026, 4, 9, 12, tzinfo=UTC))  # after the answer's first day
    assert [(row["overdue"], row["stands"]) for row in rows(run)] == [(False, "waits for clarification")]
    assert answers(run, "--overdue") == {}
    at(monkeypatch, datetime(2026, 4, 12, 12, tzinfo=UTC))
    assert [row["overdue"] for row in rows(run)] == [False]
    (again,) = answers(run, "--overdue").values()
    assert "Look again" in str(again["says"]) and "Answer" not in str(again["says"])


def test_an_answer_is_overdue_though_what_was_asked_for_is_not_known_any_more(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = item_of()
    at(monkeypatch, datetime(2026, 4, 3, 12, tzinfo=UTC))
    assert [(row["item"], row["right"], row["due"], row["overdue_days"]) for row in rows(run)] == [
        (item, "", "2026-04-02", 1)
    ]


REFUSED = [
    (("pause", "{item}", "--because", "holiday"), 2, "expected identity or clarification"),
    (("pause", "{item}", "--because", "identity"), 1, "stops for clarification"),
    (("pause", "nothing", "--because", "identity"), 1, "there is no review item nothing; `triage clock list`"),
    (("resume", "{item}"), 1, "does not stand still"),
    (("resume", "{item}", "--on", "2026-03-21"), 2, "still to come"),
    (("resume", "{item}", "--on", "May"), 2, "expected a day"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSED)
def test_what_cannot_be_is_refused_in_one_line(run: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    item = item_of(Label.FOI_REQUEST)
    given = [each.format(item=item) for each in arguments]
    got, _, said = run("clock", *given, "--reason", "Because.", "--by", "Ann Rights")
    assert got == code
    assert words in said and said.count("\n") == 1


def test_a_machine_takes_no_step(run: Run) -> None:
    item = item_of(Label.FOI_REQUEST)
    code, _, said = run("clock", "pause", item, "--because", "clarification", "--reason", "Why not.", "--by", "system")
    assert code == 2 and "name of the person" in said
