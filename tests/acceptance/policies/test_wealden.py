"""Wealden: two stages, a jump with its reason, three people, a silent extension; no appeal, and who else there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.acceptance.policies.office import AUTHOR, DRAFT, Office, answers, broken, deleted, told_of_the_end

FIRST, SECOND = "CS-2026-0001", "CS-2026-0002"
ADVISER = ("--by", "Ines Governance", "--role", "information_governance")
TEAM = ("--by", "Tam Manager", "--role", "team_manager")
HEAD = ("--by", "Hal Head", "--role", "head_of_service")
SENIOR = ("--by", "Sen Ior", "--role", "senior_ig_manager")
OFFICER = ("--by", "Sid Sigo", "--role", "senior_ig_officer")
DIRECTOR = ("--by", "Di Rector", "--role", "director")
SIX = {
    "service_advised": "yes", "only_challenge": "no", "adjustments_considered": "yes", "exceptional": "yes",
    "impact_evidenced": "yes", "final_position": "yes",
}  # fmt: skip
OMBUDSMAN = "Local Government and Social Care Ombudsman"


def test_an_arrangement_under_wealdens_policy(open_office: Callable[[str], Office]) -> None:
    office = open_office("wealden")
    office.do("strategy", "draft", office.file("draft.yaml", DRAFT), *AUTHOR)
    assert "person P-001, about M-001, stage 1\n" in office.do("strategy", "show", FIRST, *AUTHOR)
    answers(office, FIRST, {**SIX, "only_challenge": "yes"})
    fault = office.refused("strategy", "submit", FIRST, *AUTHOR, cites="Wealden L43-L48")
    # L43-48: a challenge alone is no ground; L54-60: advice first; L79-80: how long, six months being usual.
    assert "has not been consulted (Wealden L54-L60" in fault
    assert "an end date must be set; 6 months are usual, to 2026-09-02 (Wealden L79-L80" in fault
    answers(office, FIRST, {"only_challenge": "no"})
    office.do("strategy", "revise", FIRST, office.file("ends.yaml", {"ends": "2026-09-02"}), *AUTHOR)
    waiver = ("--waiver", "stage_1", "--note", "Stage 1 is itself the warning.")
    office.do("strategy", "waive-warning", FIRST, *AUTHOR, *waiver)
    office.do("strategy", "act", FIRST, "advised", *ADVISER)

    # Something happens before the chain is through: a few days at once, and she is told of it.
    measures = office.file("urgent.yaml", {"restrictions": DRAFT["restrictions"]})
    at_once = ("strategy", "urgent", FIRST, measures, "--reason", "A threat at the desk.", "--told-on", "2026-03-02")
    how = ("--told-how", "By telephone at ten.", "--until")
    assert "urgent measures last 5 working days" in office.refused(*at_once, *how, "2026-04-02", *TEAM)
    office.do(*at_once, *how, "2026-03-06", *TEAM)
    shown = office.do("strategy", "show", FIRST, *AUTHOR)
    assert "urgent measures, told on 2026-03-02, until 2026-03-06:\n  R1 " in shown
    assert "single point of contact: name " in shown
    assert broken(office.message()) == [f"{FIRST}/R1"]

    office.do("strategy", "submit", FIRST, *AUTHOR)
    office.do("strategy", "act", FIRST, "consulted", *OFFICER)
    office.refused("strategy", "act", FIRST, "approved", "--by", "Mo", "--role", "officer", cites="Wealden L80-L82")
    office.do("strategy", "act", FIRST, "approved", *TEAM)
    passages = ("behaviour=You wrote to forty officers.",)
    office.letter(FIRST, "L1", "notice", by="Tam Manager", role="team_manager", passages=passages)
    office.refused("strategy", "activate", FIRST, *AUTHOR, cites="Wealden L79-L80")
    office.emailed(FIRST, "L1")
    office.do("strategy", "activate", FIRST, *AUTHOR)
    office.on(date(2026, 3, 3))
    contact = office.message()
    assert broken(contact) == [f"{FIRST}/R1"]
    assert "urgent measures, told" not in office.do("strategy", "show", FIRST, *AUTHOR)

    # L140-144: a breach may lead to the next stage, which is drafted by a person.
    office.do("breach", "confirm", contact.contact.id, f"{FIRST}/R1", *AUTHOR)
    (proposal,) = [task for task in office.tasks().values() if task["id"].startswith("BR-")]
    response = proposal["id"].partition("/")[0]
    office.do("breach", "accept", response, "next_stage", *HEAD)
    # L140-L147: a review decides it; the outcome goes untold only on the word of Information Governance.
    worse = ("strategy", "review", FIRST, "next_stage", *SENIOR, "--reasons", "She wrote to the chief officer.")
    worse += ("--next-review", "2026-05-29", "--consulted", "director: Dot Asked")
    office.do(*worse, "--silence-reason", "It would prompt more letters.")
    assert {f"{FIRST}/next_stage", f"{FIRST}/review_letter"} <= office.tasks().keys()
    untold = ("strategy", "approve-silence", FIRST, "--of", "review", "--reason", "It would prompt more letters.")
    office.refused(*untold, *TEAM, cites="Wealden L140-L147")
    office.do(*untold, *ADVISER)
    assert f"{FIRST}/review_letter" not in office.tasks()

    # L140: no appeal; L155-156: who else there is; LGSCO 21 001 276: somebody should look at it all the same.
    office.do("challenge", "receive", FIRST, *AUTHOR, "--on", "2026-03-03", "--reasons", "It is not so.")
    decide = ("challenge", "decide", "CH-2026-0001", "stands", "--reasons", "It was fair.", *DIRECTOR)
    assert "21 001 276" in office.refused(*decide, cites="Wealden L155-L156")
    point = (
        "challenge",
        "point-on",
        "CH-2026-0001",
        *AUTHOR,
        "--on",
        "2026-03-03",
        "--way",
        "post",
        "--evidence",
        "Number 17",
    )
    office.do(*point, "--onward", OMBUDSMAN)

    # L113-121: stage 2 takes three people, and a signatory who knew neither her nor the issue.
    second = {
        **DRAFT, "stage": 2, "ends": "2026-09-02",
        "restrictions": [{"id": "R1", "kind": "reply_cycle", "every": "P2W"}],
    }  # fmt: skip
    office.do("strategy", "draft", office.file("second.yaml", second), *AUTHOR)
    assert f"{FIRST}/next_stage" not in office.tasks()
    office.do("breach", "carried-out", response, "next_stage", *HEAD, "--note", f"Drafted: {SECOND}.")
    answers(office, SECOND, {**SIX, "business_case": "yes"})
    office.do("strategy", "warned", SECOND, *AUTHOR, "--on", "2026-03-02", "--how", "The letter of stage 1.")
    office.do("strategy", "act", SECOND, "advised", *ADVISER)
    office.do("strategy", "submit", SECOND, *AUTHOR)
    office.refused("strategy", "act", SECOND, "decided", *DIRECTOR, "--did-not-know", cites="Wealden L119-L121")
    office.do("strategy", "act", SECOND, "business_case", *HEAD)
    same = ("--by", "Hal Head", "--role", "senior_ig_officer")
    office.refused("strategy", "act", SECOND, "signed_off", *same, cites="Wealden L115")
    office.do("strategy", "act", SECOND, "signed_off", *OFFICER)
    office.refused("strategy", "act", SECOND, "decided", *DIRECTOR, "--knew", cites="Wealden L119-L121")
    # Nor does the Director who was consulted on the review of the first: the file has it that she heard of the issue.
    asked = ("--by", "Dot Asked", "--role", "director", "--did-not-know")
    fault = office.refused("strategy", "act", SECOND, "decided", *asked, cites="Wealden L119-L121")
    assert f"Dot Asked was asked or told about it before, as {FIRST} has it" in fault
    office.do("strategy", "act", SECOND, "decided", *DIRECTOR, "--did-not-know")

    # L93-94 against L79-80: silent only with a reason and somebody else's word.
    extend = ("strategy", "extend", FIRST, *TEAM, "--ends", "2026-12-01", "--reasons", "It goes on.")
    quiet = ("--silence-reason", "It would start again.")
    office.do(*extend, *quiet)
    assert f"{FIRST}/extension_letter" in office.tasks()
    approve = ("strategy", "approve-silence", FIRST, "--reason", "He is calm while nobody writes.")
    office.refused(*approve, *TEAM, cites="Wealden L93-L94")
    office.do(*approve, *DIRECTOR)
    assert f"{FIRST}/extension_letter" not in office.tasks()

    # L148: quarterly, slipping to six months with a reason; L150-154: dormant, and deleted after 24 months.
    office.on(date(2026, 5, 29))
    review = ("strategy", "review", FIRST, "continue", *SENIOR, "--reasons", "It goes on.")
    assert "Nobody At All is, is not known here" in office.refused(*review, "--consulted", "Nobody At All")
    review += ("--consulted", "director: Dot Asked", "--next-review")
    office.refused(*review, "2026-09-30", cites="Wealden L148")
    office.do(*review, "2026-09-30", "--slip-reason", "Other demands.")
    office.do("strategy", "end", FIRST, *TEAM, "--reasons", "It has stopped.")
    told_of_the_end(office, FIRST, "L2", by="Tam Manager", role="team_manager")
    assert "Wealden L150-L154" in office.tasks()[f"{FIRST}/dormant"]["cites"]
    office.do("strategy", "dormant", FIRST, *AUTHOR)
    assert (office.standing(FIRST), office.due()) == ("dormant", [])
    office.on(date(2028, 5, 28))
    assert FIRST not in office.due()
    office.on(date(2028, 5, 29))
    assert FIRST in office.due()
    because = ("--because", "repeated_history", "--reason", "She did so twice before.")
    office.refused("retention", "hold", FIRST, *AUTHOR, *because, "--until", "2031-05-30", cites="Wealden L150-L154")
    office.do("retention", "hold", FIRST, *AUTHOR, *because, "--until", "2029-05-29")
    assert FIRST not in office.due()
    office.on(date(2029, 5, 30))
    deleted(office, FIRST, rule="strategy: 24 months after it was dormant (Wealden L150-L154)")


def test_stage_2_comes_first_only_with_its_reason(open_office: Callable[[str], Office]) -> None:
    # L73-78, L108-112.
    office = open_office("wealden")
    jump = {**DRAFT, "stage": 2, "ends": "2026-09-02"}
    office.do("strategy", "draft", office.file("draft.yaml", jump), *AUTHOR)
    fault = office.refused("strategy", "submit", FIRST, *AUTHOR, cites="Wealden L108-L112")
    assert "stage 2 without stage 1 first is exceptional" in fault
    reason = {"reasons_for": {"stage_jump": "Threats to two officers."}}
    office.do("strategy", "revise", FIRST, office.file("reason.yaml", reason), *AUTHOR)
    assert "exceptional and needs its reason" not in office.refused("strategy", "submit", FIRST, *AUTHOR)
    # What a draft said can be left out again, and nobody is told that it is revised where nothing is.
    no_end = ("strategy", "revise", FIRST, office.file("no_end.yaml", {"ends": None}), *AUTHOR)
    office.do(*no_end)
    assert "an end date must be set" in office.refused("strategy", "submit", FIRST, *AUTHOR, cites="Wealden L79-L80")
    assert "nothing is changed" in office.refused(*no_end)
