"""Stoke-on-Trent: a last resort, six months at least, an appeal within fifteen working days before a Director."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.acceptance.policies.office import (
    AUTHOR,
    DRAFT,
    STRICT,
    Office,
    answers,
    broken,
    deleted,
    told_of_the_end,
)

ID, ENTRY = "CS-2026-0001", "DP-2026-0001"
TEAM = ("--by", "Fee Back", "--role", "customer_feedback_team")
HEAD = ("--by", "Hal Head", "--role", "head_of_service")
DIRECTOR = ("--by", "Di Rector", "--role", "director")
FIVE = {
    "last_resort": "yes", "based_on_facts": "yes", "investigated": "yes", "communications_suitable": "yes",
    "new_information": "no",
}  # fmt: skip


def test_a_status_under_stokes_policy(open_office: Callable[[str], Office]) -> None:
    office = open_office("stoke")
    draft = {**DRAFT, "restrictions": [{"id": "R1", "kind": "channel_only", "channels": ["letter"]}]}
    office.do("strategy", "draft", office.file("draft.yaml", {**draft, "ends": "2026-05-29"}), *AUTHOR)
    answers(office, ID, {**FIVE, "last_resort": "no"})
    fault = office.refused("strategy", "submit", ID, *AUTHOR, cites="Stoke 1.4")
    # 5.2.5: six months at least.
    assert "it ends before the least of 6 months (Stoke 5.2.5)" in fault
    answers(office, ID, {"last_resort": "yes"})
    office.do("strategy", "revise", ID, office.file("ends.yaml", {"ends": "2026-09-30"}), *AUTHOR)
    office.do("strategy", "warned", ID, *AUTHOR, "--on", "2026-02-20", "--how", "By letter, with what would follow.")
    office.do("strategy", "submit", ID, *AUTHOR)
    # 4.2: in consultation with the Customer Feedback Team.
    office.refused("strategy", "act", ID, "decided", *HEAD, cites="Stoke 4.2")
    office.do("strategy", "act", ID, "consulted", *TEAM)
    office.refused("strategy", "act", ID, "decided", *AUTHOR, "--role", "director", cites="Stoke 4.2")
    office.do("strategy", "act", ID, "decided", *HEAD)
    # 5.2.3: written to, with what becomes of personal data.
    office.refused("strategy", "activate", ID, *AUTHOR, cites="Stoke 5.2.3")
    passages = ("behaviour=You wrote every day.",)
    office.letter(ID, "L1", "notice", by="Hal Head", role="head_of_service", passages=passages)
    shown = office.do("letter", "show", ID, "L1", *AUTHOR)
    assert "Housing Ombudsman" in shown and "15 working days" in shown
    assert "We keep it for 24 months after this has ended, and then we delete it." in shown
    office.post(ID, "L1")
    office.do("strategy", "activate", ID, *AUTHOR)
    # 5.2.4: told to those who need to know, and to nobody else.
    assert office.alerts() == ["strategy"]
    assert f"ask {HEAD[1]}" in office.refused("strategy", "show", ID, "--by", "Nosy Neighbour", cites="Stoke 5.2.4")
    assert broken(office.message()) == []
    office.on(date(2026, 3, 4))
    contact = office.message()
    assert broken(contact) == [f"{ID}/R1"]
    assert "always_reviewed" in [reason.rule for reason in contact.reasons]  # 5.2.2: read and filed, never unread

    # 6.1: the fifteenth working day is in time; 6.2: a Director who did not decide it, and outcome in writing.
    office.on(date(2026, 3, 25))
    office.do("challenge", "receive", ID, *AUTHOR, "--on", "2026-03-25", "--reasons", "It is not so.")
    challenge = "CH-2026-0001"
    decide = ("challenge", "decide", challenge, "stands", "--reasons", "It was fair.")
    office.refused(*decide, *HEAD, cites="Stoke 6.2")
    office.refused(*decide, "--by", "Hal Head", "--role", "director", cites="Stoke 6.2")
    office.do(*decide, *DIRECTOR)
    assert office.tasks()[f"{challenge}/tell"]["due"] == "2026-04-17"
    told = ("challenge", "told", challenge, *DIRECTOR, "--on", "2026-03-25", "--way", "post", "--letter", "L2")
    office.refused(*told, cites="Stoke 6.3")
    reasons = ("reasons=The letters of March are on the file.",)
    office.letter(ID, "L2", "challenge_outcome", by="Di Rector", role="director", passages=reasons)
    office.post(ID, "L2")
    office.do(*told, "--onward", "all")
    assert f"{challenge}/tell" not in office.tasks()
    office.on(date(2026, 3, 26))
    # A second one, a day too late, is for the reviewer to admit or not.
    office.do("challenge", "receive", ID, *AUTHOR, "--on", "2026-03-26", "--reasons", "Again.")
    late = ("challenge", "decide", "CH-2026-0002", "stands", "--reasons", "It was fair.", *DIRECTOR)
    office.refused(*late, cites="Stoke 6.1")
    office.do("challenge", "admit", "CH-2026-0002", "no", "--reason", "Nothing kept her from writing.", *DIRECTOR)
    assert "Stoke 6.3" in office.tasks()["CH-2026-0002/point_on"]["cites"]
    point = ("challenge", "point-on", "CH-2026-0002", *AUTHOR, "--on", "2026-03-26", "--way", "post", "--onward", "all")
    office.do(*point, "--evidence", "Proof of posting 18")

    # 5.3: a danger is entered when it is known, approved by a Head of Service, and seen by those who need to.
    facts = ("--facts", "On 24 March a visitor was threatened with a knife.", "--known-on", "2026-03-26")
    office.do("registers", "enter", "person", "P-001", *AUTHOR, *facts)
    approve = ("registers", "approve", ENTRY)
    office.do("registers", "allow", ENTRY, "Hal Head", *AUTHOR, "--reason", "He approves it.")
    office.refused(*approve, *HEAD, cites="Stoke 5.3.1")
    for check in ("factual", "methods"):
        office.do("registers", "answer", ENTRY, check, "yes", *AUTHOR)
    assert office.tasks()[f"{ENTRY}/approval"]["roles"] == ["head_of_service", "director"]
    fault = office.refused(*approve, *AUTHOR, "--role", "director", cites="Stoke 5.3.2")
    assert "Ann Author wrote what is to be approved" in fault
    assert "this is for the Head of Service or Director" in office.refused(*approve, *TEAM, cites="Stoke 5.3.2")
    office.do(*approve, *HEAD)
    listed = office.lines("registers", "list", "dangerous_persons", "--by", "Nosy Neighbour")
    assert [(one["standing"], one["about"]) for one in listed] == [("approved", "(for those who need to know)")]

    # 6.1: the appeal covers the lists, too; 6.2: a Director who had no part; 6.3: in writing, and who is next.
    office.do("challenge", "receive", ENTRY, *AUTHOR, "--on", "2026-03-26", "--reasons", "It was her brother.")
    disputed, told = "CH-2026-0003", ("--on", "2026-03-26", "--way", "post")
    changed = ("challenge", "decide", disputed, "changed", "--reasons", "She was there, and did not threaten.")
    office.refused(*changed, "--by", "Hal Head", "--role", "director", cites="Stoke 6.2")
    office.do(*changed, *DIRECTOR)
    assert office.tasks()[f"{disputed}/tell"]["due"] == "2026-04-20"
    claim = ("challenge", "told", disputed, *DIRECTOR, *told)
    fault = office.refused(*claim, "--evidence", "Proof of posting 18", "--onward", "all", cites="Stoke 6.3")
    assert f"`triage letter write {disputed} --purpose challenge_outcome`" in fault
    said = office.refused("letter", "write", ENTRY, "--purpose", "challenge_outcome", *AUTHOR)
    assert "is an entry in a register, which has no letters; what came of a challenge" in said
    written = (
        "letter",
        "write",
        disputed,
        "--purpose",
        "challenge_outcome",
        "--by",
        "Sec Retary",
        "--role",
        "director",
    )
    office.do(*written, "--passage", "reasons=Nobody saw you with a knife.")
    approve = ("letter", "approve", disputed, "L1")
    assert "was not shown letter L1" in office.refused(*approve, *HEAD)
    shown = " ".join(office.do("letter", "show", disputed, "L1", *HEAD, "--pdf", office.path("answer.pdf")).split())
    assert "look again at a warning about you that we keep for our staff. Someone who did not make" in shown
    assert "They decided to change what it says. We will do that now. This was decided by the Director." in shown
    assert "Local Government and Social Care Ombudsman" in shown and "Housing Ombudsman" in shown
    assert "large_print" in shown  # as she asked
    assert b"/StructTreeRoot" in Path(office.path("answer.pdf")).read_bytes()
    assert "somebody else" in office.refused(*approve, "--by", "Sec Retary", "--role", "director", cites="Stoke 5.2.1")
    office.do(*approve, *HEAD)
    office.post(disputed, "L1")
    office.do(*claim, "--letter", "L1")
    assert f"{disputed}/tell" not in office.tasks()
    office.refused("challenge", "carried-out", disputed, *DIRECTOR, "--note", "Done.")
    office.do("registers", "amend", ENTRY, *AUTHOR, "--facts", "Her brother had a knife.", "--reason", "As decided.")
    for check in ("factual", "methods"):
        office.do("registers", "answer", ENTRY, check, "yes", *AUTHOR)
    office.do("registers", "approve", ENTRY, *HEAD)
    office.do("challenge", "carried-out", disputed, *DIRECTOR, "--note", "It says what was seen.")
    assert not [task for task in office.tasks() if task.startswith(disputed)]

    # 5.2.5: after six months she may ask; the minimum never keeps a review from lifting it.
    office.on(date(2026, 5, 29))
    asked = ("strategy", "review-asked", ID, *AUTHOR, "--on", "2026-05-29")
    assert "from 2026-09-02 on" in office.refused(*asked, cites="Stoke 5.2.5")
    office.do(*asked, "--early-because", "She has not written since March.")
    assert office.tasks()[f"{ID}/review_asked"]["to_role"] == "head_of_customer_services"
    lift = ("strategy", "review", ID, "lift", "--reasons", "It has stopped.")
    office.refused(*lift, *HEAD, cites="Stoke 5.2.5")
    office.do(*lift, "--by", "Rae Customer", "--role", "head_of_customer_services")
    assert f"{ID}/review_asked" not in office.tasks()
    assert office.told("strategy", "show", ID, *AUTHOR)["may_ask_for_review_from"] == "2026-09-02"
    office.do("strategy", "end", ID, *DIRECTOR, "--reasons", "It has stopped.")
    assert office.told("strategy", "show", ID, *AUTHOR)["may_ask_for_review_from"] is None
    assert broken(office.message()) == []
    told_of_the_end(office, ID, "L3", by="Hal Head", role="head_of_service")

    # 5.3.2: whoever approved the entry looks at it again every year, whatever became of the status.
    office.on(date(2027, 3, 26))
    assert office.tasks()[f"{ENTRY}/review"]["due"] == "2027-03-26"
    again = ("registers", "review", ENTRY, "keep", "--reasons", "She has not moved.")
    office.refused(*again, *DIRECTOR, cites="Stoke 5.3.2")
    office.do(*again, *HEAD)
    assert office.tasks()[f"{ENTRY}/review"]["due"] == "2028-03-26"

    # 5.2.3: kept for as long as the notice said; the entry stays, whose danger is not over.
    office.on(date(2028, 5, 28))
    assert ID not in office.due()
    office.on(date(2028, 5, 29))
    deleted(office, ID, rule=STRICT)
    assert office.told("registers", "show", ENTRY, *HEAD)["standing"] == "approved"
